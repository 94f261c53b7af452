"""A look through a ZIP file before any Office parser opens it: nothing is believed, everything is inflated and counted.

Caught here, in bounded memory: more bytes than declared or than is decent, entries on top of each other, too many of
them, locked ones, and XML that defines entities or is not UTF-8. Prototypes showed that without this a 3.6 MB file
keeps every Office library busy for minutes, and a lying size field takes 2 GB.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from shared.parsing.refusal import NotUsable

CONTENT_TYPES = "[Content_Types].xml"
MAX_ENTRIES = 10_000
MAX_DIRECTORY = 4_000_000  # bytes
MAX_INFLATED = 256_000_000  # bytes, all entries together
MAX_XML = 128_000_000  # bytes in one entry
MAX_CONTENT_TYPES = 2_000_000  # bytes
RATIO_FROM = 8_000_000  # bytes inflated; small entries may compress as well as they like
MAX_RATIO = 200
MAX_INNER = 64_000_000  # bytes of a ZIP within a ZIP, as a sheet in a deck is
MAX_DEPTH = 2  # ZIPs within ZIPs: a sheet in a text in a deck
PIECE = 64 * 1024
HEAD = 512  # bytes of an entry that tell whether it is XML

_END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_ENTITIES = re.compile(rb"<!(DOCTYPE|ENTITY)")
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"'>]{1,40})", re.ASCII)
_UTF8_NAMES = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
# what libxml2 takes for XML in UTF-16, UTF-32 or EBCDIC, with and without a byte order mark
_WIDE = re.compile(
    rb"\xff\xfe.\x00|\xfe\xff\x00|\x00\x00\xfe\xff|<\x00|\x00<|\x00\x00\x00<|\x4c\x6f\xa7\x94", re.DOTALL
)
_NOT_PARSED = (
    ".svg",
    ".htm",
    ".html",
    ".mht",
)  # begin with "<", may have a DTD, and no Office parser of ours reads them


def check_zip(file: Path) -> bytes | None:
    """Look through the whole file; gives the bytes of [Content_Types].xml, or None if it has none. Raises NotUsable."""
    with file.open("rb") as stream:
        return _check_archive(stream, _Room())


def _check_archive(stream: BinaryIO, room: _Room, depth: int = 0) -> bytes | None:
    _check_directory_size(stream)
    try:
        with ZipFile(stream) as archive:
            infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
            directory_at = archive.start_dir
    except (BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise _broken() from error
    return _check_entries(stream, infos, directory_at, room, depth)


def _check_inner(content: bytes, room: _Room, depth: int) -> None:
    """A ZIP within: no parser of ours opens it, people do. Only that it is a bomb counts against the whole file."""
    if depth > MAX_DEPTH:
        raise _bomb("it holds archives within archives within archives")
    try:
        _check_archive(io.BytesIO(content), room, depth)
    except NotUsable as problem:
        if problem.code == "bomb":
            raise


class _Room:
    """What all archives of a file may unpack to."""

    def __init__(self) -> None:
        self._left = MAX_INFLATED

    def take(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise _bomb(f"it unpacks to more than {MAX_INFLATED // 1_000_000} MB")


def _check_directory_size(stream: BinaryIO) -> None:
    """Before ZipFile reads the directory into memory. ZIP64 directories, which no Office file needs, count as bombs."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _END_OF_DIRECTORY.size - 65_535))
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END_OF_DIRECTORY.size:
        raise _broken()
    _, _, _, _, entries, directory, _, _ = _END_OF_DIRECTORY.unpack_from(tail, at)
    if entries > MAX_ENTRIES or directory > MAX_DIRECTORY:
        raise _bomb(f"it has more than {MAX_ENTRIES:,} parts")
    stream.seek(0)


def _check_entries(stream: BinaryIO, infos: list[ZipInfo], directory_at: int, room: _Room, depth: int) -> bytes | None:
    if len({info.filename for info in infos}) != len(infos):
        raise _broken()
    if sum(info.file_size for info in infos) > MAX_INFLATED:
        raise _bomb(f"it declares more than {MAX_INFLATED // 1_000_000} MB")
    content_types = None
    ends = [*(info.header_offset for info in infos[1:]), directory_at]
    for info, end in zip(infos, ends, strict=False):
        entry = _Entry(info)
        for piece in _inflated(stream, info, end):
            room.take(len(piece))
            entry.take(piece)
        entry.finish()
        if entry.inner:
            _check_inner(bytes(entry.inner), room, depth + 1)
        content_types = entry.kept if info.filename == CONTENT_TYPES else content_types
    return content_types


def _inflated(stream: BinaryIO, info: ZipInfo, end: int) -> Iterator[bytes]:
    """The entry's bytes, inflated by ourselves: ZipFile stops at the declared size and so hides a lie."""
    if info.flag_bits & 0x1:
        raise NotUsable("encrypted", "Parts of the file have a password; save it without one and upload that.")
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise _broken()
    left = _seek_to_content(stream, info, end)
    inflater = zlib.decompressobj(-15) if info.compress_type == ZIP_DEFLATED else None
    while left and (piece := stream.read(min(PIECE, left))):
        left -= len(piece)
        if inflater is None:
            yield piece
            continue
        yield from _decompressed(inflater, piece)


def _decompressed(inflater: Any, piece: bytes) -> Iterator[bytes]:
    while True:
        try:
            output = inflater.decompress(piece, PIECE)
        except zlib.error as error:
            raise _broken() from error
        yield output
        piece = inflater.unconsumed_tail
        if not piece and len(output) < PIECE:
            return


def _seek_to_content(stream: BinaryIO, info: ZipInfo, end: int) -> int:
    """Go to the first byte of the entry's content; gives its compressed length, which ends before `end`."""
    stream.seek(info.header_offset)
    header = stream.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
        raise _broken()
    name_length, extra_length = _LOCAL_HEADER.unpack(header)[-2:]
    stream.seek(name_length + extra_length, 1)
    if stream.tell() + info.compress_size > end:
        raise _bomb("its parts lie on top of each other")
    return info.compress_size


class _Entry:
    """Counts one entry's bytes and looks at them if they are XML."""

    def __init__(self, info: ZipInfo) -> None:
        self.size = 0
        self.kept = b""
        self.inner: bytearray | None = None  # the content of a ZIP within
        self._info = info
        self._keep = info.filename == CONTENT_TYPES
        self._head = b""
        self._is_xml: bool | None = None  # not known before HEAD bytes are there
        self._tail = b""

    def take(self, piece: bytes) -> None:
        if not piece:
            return
        self.size += len(piece)
        if self.size > self._info.file_size:
            raise _bomb("a part is larger than it declares")
        if self.size > RATIO_FROM and self.size > MAX_RATIO * max(self._info.compress_size, 1):
            raise _bomb(f"a part unpacks to more than {MAX_RATIO} times its size")
        if self._is_xml is None:
            self._head += piece
            if len(self._head) < HEAD:
                return
            piece = self._decide()
        self._look_at(piece)

    def _decide(self) -> bytes:
        self._is_xml = self._looks_like_xml(self._head)
        self.inner = bytearray() if self._head.startswith(b"PK\x03\x04") else None
        head, self._head = self._head, b""
        return head

    def _look_at(self, piece: bytes) -> None:
        if self._is_xml:
            self._check_xml(piece)
        if self.inner is not None:
            self.inner += piece
            if len(self.inner) > MAX_INNER:
                raise _bomb(f"an archive within it has more than {MAX_INNER // 1_000_000} MB")
        if self._keep:
            self.kept += piece
            if len(self.kept) > MAX_CONTENT_TYPES:
                raise _bomb(f"{CONTENT_TYPES} is too large")

    def finish(self) -> None:
        if self._is_xml is None:
            self._look_at(self._decide())
        if self.size != self._info.file_size:
            raise _broken()

    def _looks_like_xml(self, head: bytes) -> bool:
        if self._info.filename.lower().endswith(_NOT_PARSED):
            return False
        if _WIDE.match(head):
            raise _unsafe("is not UTF-8")
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if not start.startswith(b"<"):
            return False
        declared = _ENCODING.match(start)
        if declared and declared.group(1).lower() not in _UTF8_NAMES:
            raise _unsafe("is not UTF-8")
        return True

    def _check_xml(self, piece: bytes) -> None:
        if self.size > MAX_XML:
            raise _bomb(f"a part holds more than {MAX_XML // 1_000_000} MB of XML")
        if _ENTITIES.search(self._tail + piece):
            raise _unsafe("defines entities")
        self._tail = piece[-9:]


def _bomb(why: str) -> NotUsable:
    return NotUsable("bomb", f"The file is not safe to unpack: {why}. Save it again from its program and upload that.")


def _unsafe(why: str) -> NotUsable:
    message = f"XML in the file {why}, which no Office program writes. Save it again from its program and upload that."
    return NotUsable("unsafe_xml", message)


def _broken() -> NotUsable:
    return NotUsable("broken", "The file is damaged or cut off; open it in its program, save it and upload that.")
