"""Duration and resolution of an mp4: its boxes, read without reading the pictures [ISO/IEC 14496-12]."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from shared.parsing.documents.content import MAX_FACT, Content, fact, moment
from shared.parsing.refusal import NotUsable

MAX_BOXES = 20_000
ENTERED = {b"moov": 0, b"trak": 0, b"mvex": 0, b"udta": 0, b"meta": 4, b"ilst": 0, b"\xa9nam": 0, b"\xa9ART": 0}
"""Boxes made of boxes, with the bytes before the first."""
EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
UNKNOWN = (0, 0xFFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF)

Path_ = tuple[bytes, ...]


def read(file: Path) -> Content:
    """A video that comes in fragments tells its length only if it wants to. Raises NotUsable."""
    content = Content()
    with file.open("rb") as stream:
        try:
            kinds = _read(stream, content)
        except (struct.error, OverflowError) as error:
            raise _damaged() from error
    if (b"moov", b"mvhd") not in kinds or not kinds & {(b"mdat",), (b"moof",)}:
        raise _damaged()
    return content


def _read(stream: BinaryIO, content: Content) -> set[Path_]:
    found = dict[Path_, tuple[int, int]]()
    for count, (path, start, end) in enumerate(_boxes(stream, 0, stream.seek(0, 2), ())):
        if count > MAX_BOXES:
            raise _damaged()
        found.setdefault(path, (start, end))
        if path == (b"moov", b"trak", b"tkhd"):
            _measure(_bytes(stream, start, end, 100), content)
    if movie := found.get((b"moov", b"mvhd")):
        _time(_bytes(stream, *movie, 32), _fragments(stream, found), content)
    for name, field in ((b"\xa9nam", "title"), (b"\xa9ART", "author")):
        if word := found.get((b"moov", b"udta", b"meta", b"ilst", name, b"data")):
            setattr(content, field, fact(_bytes(stream, *word, 8 + 4 * MAX_FACT)[8:].decode(errors="ignore")))
    return set(found)


def _boxes(stream: BinaryIO, at: int, end: int, within: Path_) -> Iterator[tuple[Path_, int, int]]:
    while at + 8 <= end:
        stream.seek(at)
        head = stream.read(16)
        size, kind = struct.unpack_from(">L4s", head)
        start = at + 8
        if size == 1:
            (size,), start = struct.unpack_from(">Q", head, 8), at + 16
        until = at + size if size else end
        if until < start or until > end:
            raise _damaged()
        yield (*within, kind), start, until
        if kind in ENTERED and len(within) < len(ENTERED):
            yield from _boxes(stream, start + ENTERED[kind], until, (*within, kind))
        at = until


def _bytes(stream: BinaryIO, start: int, end: int, most: int) -> bytes:
    stream.seek(start)
    return stream.read(min(end - start, most))


def _time(header: bytes, fragments: int, content: Content) -> None:
    made, changed, scale, length = struct.unpack_from(">QQLQ" if header[:1] == b"\x01" else ">LLLL", header, 4)
    length = fragments if length in UNKNOWN else length
    content.duration = round(length / scale, 3) if scale and length not in UNKNOWN else None
    content.created_at, content.modified_at = _moment(made), _moment(changed)


def _fragments(stream: BinaryIO, found: dict[Path_, tuple[int, int]]) -> int:
    box = found.get((b"moov", b"mvex", b"mehd"))
    header = _bytes(stream, *box, 12) if box else b"\0" * 12
    return int(struct.unpack_from(">Q" if header[:1] == b"\x01" else ">L", header, 4)[0])


def _measure(header: bytes, content: Content) -> None:
    """The largest track's width and height, as they are stored: a telephone held upright only notes that it was."""
    at = 88 if header[:1] == b"\x01" else 76
    width, height = (side >> 16 for side in struct.unpack_from(">LL", header, at))
    if width * height > (content.width or 0) * (content.height or 0):
        content.width, content.height = width, height


def _moment(seconds: int) -> str | None:
    return moment(EPOCH + timedelta(seconds=seconds)) if 0 < seconds < 1 << 33 else None


def _damaged() -> NotUsable:
    return NotUsable("broken", "The video is damaged or cut off; export it again as .mp4 and upload that.")
