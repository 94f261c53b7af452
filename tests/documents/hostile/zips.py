"""ZIP files that are not what they say."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable
from functools import partial
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from tests.documents.hostile.case import Case, case
from tests.documents.hostile.deflating import raw
from tests.documents.samples import FOLDER
from tests.unit.parsing import hostile

LOCAL: Final = struct.Struct("<4s5H3L2H")
CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
END: Final = struct.Struct("<4s4H2LH")
TYPES: Final = "[Content_Types].xml"


def local(name: bytes, compressed: int, size: int, crc: int = 0, method: int = 8) -> bytes:
    return LOCAL.pack(b"PK\x03\x04", 20, 0, method, 0, 0x21, crc, compressed, size, len(name), 0) + name


def central(name: bytes, compressed: int, size: int, offset: int, crc: int = 0, method: int = 8) -> bytes:
    head = (b"PK\x01\x02", 20, 20, 0, method, 0, 0x21, crc, compressed, size, len(name), 0, 0, 0, 0, 0, offset)
    return CENTRAL.pack(*head) + name


def closed(body: bytes, directory: Iterable[bytes], entries: int | None = None) -> bytes:
    parts = list(directory)
    joined = b"".join(parts)
    count = min(len(parts) if entries is None else entries, 0xFFFF)
    return body + joined + END.pack(b"PK\x05\x06", 0, 0, count, count, len(joined), len(body), 0)


def nested(levels: int = 6) -> bytes:
    """Archives in archives, ten in each, at the bottom 100 MB of zeros: 10**levels times as much."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("0", bytes(100_000_000))
    for _ in range(levels):
        inner, out = out.getvalue(), io.BytesIO()
        with ZipFile(out, "w", ZIP_DEFLATED) as archive:
            for number in range(10):
                archive.writestr(f"{number}.zip", inner)
    return out.getvalue()


def nested_in_a_document() -> bytes:
    return hostile.docx_with("word/embeddings/sheet.xlsx", nested(3))


def overlapping_fully(entries: int = 500) -> bytes:
    """Fifield's first kind: every entry of the directory names the same 10 MB of zeros."""
    data = raw(10)
    body = local(b"0", len(data), 10_000_000) + data
    return closed(body, (central(b"%d" % n, len(data), 10_000_000, 0) for n in range(entries)))


def quoted(entries: int = 200) -> bytes:
    """Fifield's second kind: each entry quotes the header of the next and all that follows, so that none overlaps."""
    data, size, crc = raw(2), 2_000_000, zlib.crc32(bytes(2_000_000))
    made = []  # from the last to the first: (header, compressed, size, crc, offset from the end)
    body = b""
    for number in reversed(range(entries)):
        name = b"%06d" % number
        compressed = len(data)
        header = local(name, compressed, size, crc)
        body = header + data
        made.append((name, compressed, size, crc, len(body)))
        data = b"\x00" + struct.pack("<HH", len(header), len(header) ^ 0xFFFF) + body
        size += len(header)
        crc = 0
    directory = [central(name, *sizes, len(body) - back, crc) for name, *sizes, crc, back in reversed(made)]
    return closed(body, directory)


def many_entries(entries: int = 100_000) -> bytes:
    """A hundred thousand empty parts; only a ZIP64 directory could count them."""
    body, directory, at = [], [], 0
    for number in range(entries):
        name = b"%d" % number
        body.append(local(name, 0, 0, method=0))
        directory.append(central(name, 0, 0, at, method=0))
        at += len(body[-1])
    joined = b"".join(directory)
    start, size = at, len(joined)
    zip64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, entries, entries, size, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, start + size, 1)
    end = END.pack(b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, size, start, 0)
    return b"".join(body) + joined + zip64 + locator + end


def hidden_entries() -> bytes:
    """Sixty thousand entries of which the end of the directory counts one."""
    name = b"0"
    body = local(name, 0, 0, method=0)
    return closed(body, (central(b"%d" % n, 0, 0, 0, method=0) for n in range(60_000)), entries=1)


def lying_local_header() -> bytes:
    """The header before the part says 10 bytes, the directory 60 MB."""
    content = bytearray(hostile.docx_with("word/media/x.bin", bytes(60_000_000)))
    at = content.rindex(b"PK\x03\x04")
    content[at + 22 : at + 26] = struct.pack("<L", 10)
    return bytes(content)


def lying_directory_size() -> bytes:
    """The end of the directory claims 3 GB of it."""
    content = bytearray(hostile.DOCX)
    at = content.rindex(b"PK\x05\x06")
    content[at + 12 : at + 16] = struct.pack("<L", 3_000_000_000)
    return bytes(content)


def lying_offset() -> bytes:
    """The directory lies beyond the end of the file."""
    content = bytearray(hostile.DOCX)
    at = content.rindex(b"PK\x05\x06")
    content[at + 16 : at + 20] = struct.pack("<L", 2_000_000_000)
    return bytes(content)


def declared_too_much() -> bytes:
    """A part says it has 4 GB; it has a few bytes."""
    content = bytearray(hostile.docx_with("word/media/x.bin", b"little"))
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<L", 0xFFFFFFF0)
    return bytes(content)


def stored_much() -> bytes:
    """300 MB declared as stored in a file of a few bytes."""
    data = b"x" * 100
    body = local(b"x.bin", 300_000_000, 300_000_000, method=0) + data
    return closed(body, [central(b"x.bin", 300_000_000, 300_000_000, 0, method=0)])


def unknown_compression() -> bytes:
    content = bytearray(hostile.DOCX)
    at = content.index(b"PK\x01\x02")
    content[at + 10 : at + 12] = struct.pack("<H", 97)
    return bytes(content)


def same_name_twice() -> bytes:
    """Two main documents: which one is read depends on the reader."""
    out = io.BytesIO(hostile.DOCX)
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with ZipFile(out, "a", ZIP_DEFLATED) as archive:
            archive.writestr(hostile.MAIN, b"<other/>")
    return out.getvalue()


def many_small_bombs() -> bytes:
    """None of the parts is large, all of them are."""
    out = io.BytesIO(hostile.DOCX)
    with ZipFile(out, "a", ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(60):
            archive.writestr(f"word/media/{number}.bin", bytes(7_000_000))
    return out.getvalue()


def bomb_in(file: str, part: str) -> bytes:
    """A good file of the corpus, one part of which inflates to 200 MB of XML."""
    out = io.BytesIO()
    with ZipFile(FOLDER / file) as old, ZipFile(out, "w", ZIP_DEFLATED, compresslevel=6) as new:
        for info in old.infolist():
            if info.filename != part:
                new.writestr(info, old.read(info))
        with new.open(part, "w", force_zip64=False) as writing:
            writing.write(b"<a>")
            for _ in range(200):
                writing.write(b" " * 1_000_000)
    return out.getvalue()


def directory_entry_only() -> bytes:
    return closed(b"PK\x03\x04" + bytes(40), [])


def stored_types() -> bytes:
    """Content types that never end: 100 MB of them."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr(TYPES, b"<Types>" + b"<Override/>" * 9_000_000)
    return out.getvalue()


def not_an_office_file() -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as archive:
        archive.writestr("readme.txt", b"hello")
    return out.getvalue()


BOMB: Final = ("bomb",)
CASES: Final[tuple[Case, ...]] = (
    case("a.docx", BOMB, hostile.bomb, "flat"),
    case("a.docx", BOMB, partial(bomb_in, "case-study-en.docx", "word/styles.xml"), "flat_docx"),
    case("a.pptx", BOMB, partial(bomb_in, "deck-drawn-pt.pptx", "ppt/slides/slide1.xml"), "flat_pptx"),
    case("a.xlsx", BOMB, partial(bomb_in, "wins-fr.xlsx", "xl/sharedStrings.xml"), "flat_xlsx"),
    case("a.docx", BOMB, nested),
    case("a.docx", BOMB, nested_in_a_document),
    case("a.docx", BOMB, overlapping_fully),
    case("a.docx", BOMB, hostile.overlapping, "overlapping"),
    case("a.docx", BOMB, quoted),
    case("a.docx", BOMB, hostile.lying_size, "lying_size"),
    case("a.docx", ("bomb", "broken"), lying_local_header),
    case("a.docx", ("bomb", "broken"), lying_directory_size),
    case("a.docx", ("bomb", "broken"), lying_offset),
    case("a.docx", ("bomb", "broken"), declared_too_much),
    case("a.docx", ("bomb", "broken"), stored_much),
    case("a.docx", BOMB, many_small_bombs),
    case("a.docx", BOMB, many_entries),
    case("a.xlsx", BOMB, hostile.many_parts, "ten_thousand_entries"),
    case("a.pptx", ("bomb", "broken"), hidden_entries),
    case("a.docx", ("bomb", "broken"), stored_types),
    case("a.docx", "broken", unknown_compression),
    case("a.docx", "broken", same_name_twice),
    case("a.docx", ("broken", "unknown_type"), directory_entry_only),
    case("a.docx", "unknown_type", not_an_office_file),
    case("a.docx", "encrypted", hostile.locked_part, "locked_part"),
)
