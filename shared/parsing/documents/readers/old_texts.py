"""Text of a .doc: the pieces its table stream lists [MS-DOC], parted where a page or section is broken by hand.

Where its program broke the other pages is not in the file, so no number of pages is given.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.parsing.documents.content import MAX_TEXT, Content, Part, first_line
from shared.parsing.documents.ole import damaged, locked, opened, stream
from shared.parsing.documents.ole_properties import add_properties

WORD_97 = 0x00C1
PIECES, FORMATS = 0x02, 0x01  # the two things a Clx is made of
MAX_CHARACTERS = 8 * MAX_TEXT

_LINK = re.compile(r'HYPERLINK\s+(?:\\\S+\s+)*"([^"\x13-\x15]+)"')
_FIELD = re.compile("\x13([^\x13\x14\x15]*)(?:\x14([^\x13\x15]*))?\x15")
_PICTURE = re.compile("[\x01\x08]")


def read(file: Path) -> Content:
    """Raises NotUsable."""
    content = Content()
    with opened(file) as ole:
        try:
            text = _text(ole)
        except (struct.error, ValueError) as error:
            raise damaged() from error
        add_properties(ole, content)
    shown = _shown(text)
    content.pictures = len(_PICTURE.findall(shown))  # in a field's code the same sign stands for its data
    for found in _LINK.finditer(text):
        content.link(found[1])
    for number, part in enumerate(shown.split("\f"), start=1):
        if content.is_full:
            break
        content.add(Part("text", number, part, first_line(part.split("\n"))))
    return content


def _text(ole: Any) -> str:
    data = stream(ole, "WordDocument")
    magic, version = struct.unpack_from("<HH", data, 0)
    (flags,) = struct.unpack_from("<H", data, 0x0A)
    if magic != 0xA5EC or version < WORD_97:
        raise damaged()
    if flags & 0x0100:
        raise locked()
    at, length = struct.unpack_from("<LL", data, 0x01A2)
    table = stream(ole, "1Table" if flags & 0x0200 else "0Table")
    pieces: list[str] = []
    left = MAX_CHARACTERS
    for piece in _pieces(data, _piece_table(table[at : at + length])):
        pieces.append(piece[:left])
        left -= len(piece)
        if left <= 0:
            break
    return "".join(pieces)


def _piece_table(clx: bytes) -> bytes:
    at = 0
    while at < len(clx) and clx[at] == FORMATS:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if at >= len(clx) or clx[at] != PIECES:
        raise damaged()
    (length,) = struct.unpack_from("<L", clx, at + 1)
    return clx[at + 5 : at + 5 + length]


def _pieces(data: bytes, table: bytes) -> Iterator[str]:
    """Each piece is one byte a character (bit 30 of its place is set, and the place doubled), or UTF-16."""
    count = (len(table) - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}L", table, 0)
    for number in range(count):
        length = max(0, ends[number + 1] - ends[number])
        (place,) = struct.unpack_from("<L", table, 4 * (count + 1) + 8 * number + 2)
        if place & 0x4000_0000:
            start = (place & 0x3FFF_FFFF) // 2
            yield data[start : start + length].decode("cp1252", "replace")
        else:
            yield data[place : place + 2 * length].decode("utf-16-le", "replace")


def _shown(text: str) -> str:
    """What a reader sees: a field's result instead of its code, cells parted by tabs."""
    for _ in range(5):  # fields within fields
        text, changed = _FIELD.subn(lambda found: found[2] or "", text)
        if not changed:
            break
    return text.replace("\r\x07", "\n").replace("\x07", "\t").replace("\r", "\n").replace("\x0b", "\n")
