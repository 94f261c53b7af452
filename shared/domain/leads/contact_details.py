"""Texts without what would let somebody be called or written to (DOMAIN: life cycle, "expire").

A customer's need and the notes on it are free text: a phone number, an e-mail address or the contact's name may stand
anywhere in them. What looks like one goes; a date or an amount that looks like a phone number goes with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

HIDDEN: Final = "[hidden]"

_WORD: Final = r"[^\s@<>()\[\],;:\"']"
_EMAIL: Final = re.compile(rf"(?<!{_WORD}){_WORD}+@{_WORD}+\.[^\W_]{{2,}}")
_PHONE: Final = re.compile(r"(?<![\w.,])(?:\+|\(|0)[\d\s()./-]{5,24}\d")
_BETWEEN: Final = r"[\s()./-]*"
_TELLING: Final = 7
"""Digits at the end of a phone number that tell whose it is, however its beginning is written."""


def without_contact_details(text: str, contact: Mapping[str, Any] | None) -> str:
    """The text with e-mail addresses, phone numbers and the contact's names replaced by `HIDDEN`."""
    for pattern in (*_of(contact), _EMAIL, _PHONE):
        text = pattern.sub(HIDDEN, text)
    return text


def _of(contact: Mapping[str, Any] | None) -> Iterator[re.Pattern[str]]:
    if contact is None:
        return
    yield re.compile(re.escape(contact["email"]), re.IGNORECASE)
    digits = [char for char in contact.get("phoneNumber", "") if char.isdigit()][-_TELLING:]
    if len(digits) > 3:
        yield re.compile(rf"\+?(?:\d{_BETWEEN}){{0,12}}?{_BETWEEN.join(digits)}(?!\d)")
    for name in ("lastName", "firstName"):
        if len(contact[name]) > 1:
            yield re.compile(rf"(?<!\w){re.escape(contact[name])}(?!\w)", re.IGNORECASE)
