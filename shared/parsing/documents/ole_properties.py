"""Title, author and dates of an old Office file: the property set \\x05SummaryInformation [MS-OLEPS].

Read by ourselves: olefile believes a vector's claim of four billion values and counts to it.
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from shared.parsing.documents.content import Content, fact, moment
from shared.parsing.documents.ole import stream
from shared.parsing.refusal import NotUsable

STREAM: Final = "\x05SummaryInformation"
MAX_PROPERTIES: Final = 200
CODE_PAGE, TITLE, AUTHOR, CREATED, SAVED = 1, 2, 4, 12, 13

_SHORT, _TEXT, _WIDE_TEXT, _TIME = 0x02, 0x1E, 0x1F, 0x40
_ENCODINGS: Final = {65001: "utf-8", 1200: "utf-16-le"}
_FIRST_DAY: Final = datetime(1601, 1, 1, tzinfo=UTC)


def add_properties(ole: Any, content: Content) -> None:
    """What is damaged of them is not told."""
    try:
        told = stream(ole, STREAM)
    except NotUsable:
        return
    encoding = _encoding(_value(told, CODE_PAGE, ""))
    content.title = fact(_value(told, TITLE, encoding))
    content.author = fact(_value(told, AUTHOR, encoding))
    content.created_at = moment(_value(told, CREATED, encoding))
    content.modified_at = moment(_value(told, SAVED, encoding))


def _encoding(page: object) -> str:
    number = page & 0xFFFF if isinstance(page, int) else 1252
    name = _ENCODINGS.get(number, f"cp{number}")
    try:
        b"".decode(name)
    except LookupError:
        return "cp1252"
    return name


def _value(told: bytes, wanted: int, encoding: str) -> object:
    try:
        (section,) = struct.unpack_from("<L", told, 44)
        (count,) = struct.unpack_from("<L", told, section + 4)
        for number in range(min(count, MAX_PROPERTIES)):
            id, offset = struct.unpack_from("<LL", told, section + 8 + 8 * number)
            if id == wanted:
                return _read(told, section + offset, encoding)
    except (struct.error, OverflowError):
        pass
    return None


def _read(told: bytes, at: int, encoding: str) -> object:
    (kind,) = struct.unpack_from("<H", told, at)
    if kind == _SHORT:
        return struct.unpack_from("<h", told, at + 4)[0]
    if kind == _TIME:
        return _FIRST_DAY + timedelta(microseconds=struct.unpack_from("<Q", told, at + 4)[0] // 10)
    if kind in (_TEXT, _WIDE_TEXT):
        (length,) = struct.unpack_from("<L", told, at + 4)
        wide = kind == _WIDE_TEXT
        said = told[at + 8 : at + 8 + length * (2 if wide else 1)]
        return said.decode("utf-16-le" if wide else encoding, "replace").split("\0")[0]
    return None
