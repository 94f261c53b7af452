"""The words of notices and mails in six languages. Every language has every text; a test compares them.

A text is a title and a sentence, with facts in braces. A fact that is not known has a word that stands for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.domain.instants import from_instant
from shared.domain.notices.preferences import Language
from shared.domain.notices.texts import de, en, es, fr, pt, ru

_WORDS: Final[Mapping[Language, Mapping[str, tuple[str, str]]]] = {
    "en": en.NOTICES, "fr": fr.NOTICES, "de": de.NOTICES, "es": es.NOTICES, "pt": pt.NOTICES, "ru": ru.NOTICES,
}  # fmt: skip
_PHRASES: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": en.PHRASES, "fr": fr.PHRASES, "de": de.PHRASES, "es": es.PHRASES, "pt": pt.PHRASES, "ru": ru.PHRASES,
}  # fmt: skip


@dataclass(frozen=True)
class Text:
    """A notice in words: one line of title, and a sentence or two."""

    title: str
    body: str


class _Facts(dict[str, str]):
    """Facts nobody gave read as a dash, so that no text is ever lost for want of one."""

    def __missing__(self, key: str) -> str:
        return "–"


def text_of(event: str, subject: Mapping[str, Any], language: Language) -> Text:
    """What is said of an event, in one language."""
    words = _WORDS[language]
    title, body = words.get(event) or words["other"]
    facts = _facts(subject, language)
    return Text(one_line(title.format_map(facts)), body.format_map(facts))


def phrase(name: str, language: Language, **facts: str) -> str:
    """One of the phrases around notices: buttons, greetings, the reasons at the end of a mail."""
    return _PHRASES[language][name].format_map(_Facts(facts))


def one_line(text: str, most: int = 200) -> str:
    """Fit for a header or a list: line breaks and controls are blanks, at most so many characters."""
    readable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(readable.split())[:most]


def _facts(subject: Mapping[str, Any], language: Language) -> _Facts:
    phrases = _PHRASES[language]
    shown = {name: str(value) for name, value in subject.items() if isinstance(value, str | int) and value != ""}
    return _Facts(
        {
            **shown,
            "customerName": subject.get("customerName") or phrases["the customer"],
            "senderName": subject.get("senderName") or phrases["the sender"],
            "otherName": subject.get("otherName") or phrases["the other side"],
            "until": moment(subject.get("expiresAt"), language),
        }
    )


def moment(at: object, language: Language) -> str:
    """A stored instant as this language writes it, in UTC; a dash where there is none."""
    if not isinstance(at, str):
        return "–"
    return from_instant(at).strftime(_PHRASES[language]["moment"])
