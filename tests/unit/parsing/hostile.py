"""Files that try to hurt whoever opens them, and small files of kinds that no program here writes."""

from __future__ import annotations

import io
import os
import re
import struct
import zlib
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

DOCUMENTS = Path(__file__).parents[2] / "files" / "documents"
DOCX = (DOCUMENTS / "case-study.docx").read_bytes()
MAIN = "word/document.xml"
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'


def docx_with(name: str, content: bytes, compression: int = ZIP_DEFLATED) -> bytes:
    """The case study with one part put in or replaced."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(DOCX)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info, old.read(info))
        new.writestr(ZipInfo(name), content, compression)
    return out.getvalue()


def without_properties(document: bytes) -> bytes:
    """An Office document without the part that says its title, author and dates, and without a word of it."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(document)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != "docProps/core.xml":
                told = rb"<(Override|Relationship)\b[^>]*core(-properties|\.xml)[^>]*/>"
                new.writestr(name, re.sub(told, b"", old.read(name)))
    return out.getvalue()


def bomb() -> bytes:
    return docx_with(MAIN, b"<a>" + b"0" * 60_000_000)


def many_parts() -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as archive:
        for number in range(10_001):
            archive.writestr(f"{number}.xml", b"")
    return out.getvalue()


def lying_size() -> bytes:
    """The directory declares 10 bytes for a part of 5 MB."""
    content = docx_with("word/media/x.bin", b"\x01" * 5_000_000)
    at = content.rindex(b"PK\x01\x02")
    return content[: at + 24] + struct.pack("<L", 10) + content[at + 28 :]


def overlapping() -> bytes:
    """Two entries of the directory name the same bytes."""
    content = docx_with("word/media/x.bin", os.urandom(1_000))
    start, end = content.rindex(b"PK\x01\x02"), content.rindex(b"PK\x05\x06")
    twin = content[start:end].replace(b"word/media/x.bin", b"word/media/y.bin")
    head, (disk, start_disk, here, total, size, offset, comment) = (
        b"PK\x05\x06",
        struct.unpack("<4H2LH", content[end + 4 :]),
    )
    tail = head + struct.pack("<4H2LH", disk, start_disk, here + 1, total + 1, size + len(twin), offset, comment)
    return content[:end] + twin + tail


def locked_part() -> bytes:
    content = bytearray(docx_with("word/media/x.bin", b"secret"))
    at = content.rindex(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


def with_content_type(file: str, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with ZipFile(DOCUMENTS / file) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for info in source.infolist():
            content = source.read(info)
            target.writestr(info, content.replace(old, new) if info.filename == "[Content_Types].xml" else content)
    return out.getvalue()


def hungry_docx(megabytes: int) -> bytes:
    """XML that compresses like any other and needs some eight times its size as a tree."""
    numbers = os.urandom(4 * 20_000).hex()
    piece = "".join(f'<w:p w:rsidR="{numbers[at : at + 8]}"/>' for at in range(0, len(numbers), 8)).encode()
    with ZipFile(io.BytesIO(DOCX)) as old:
        document = old.read(MAIN)
    cut = document.index(b"<w:body>") + len(b"<w:body>")
    times = megabytes * 1_000_000 // len(piece)
    return docx_with(MAIN, document[:cut] + piece * times + document[cut:])


def ole_with(stream: str) -> bytes:
    """A compound file with a stream of that name: the locked sample, its directory entries renamed."""
    content = (DOCUMENTS / "locked.docx").read_bytes()
    content = _rename(content, "EncryptionInfo", "Information")
    return _rename(content, "EncryptedPackage", stream)


def _rename(content: bytes, old: str, new: str) -> bytes:
    field = old.encode("utf-16-le")
    at = content.index(field + b"\x00\x00")
    name = new.encode("utf-16-le").ljust(64, b"\x00")
    return content[:at] + name + struct.pack("<H", 2 * len(new) + 2) + content[at + 66 :]


def pdf_of(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1; the first is its catalog."""
    out, offsets = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer


def pdf_bomb() -> bytes:
    """A page whose content inflates to 400 MB."""
    deflate = zlib.compressobj(9)
    content = b"".join(deflate.compress(b" " * 10_000_000) for _ in range(40)) + deflate.flush()
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(content), content)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>"
    return pdf_of(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>", page, stream)


def cyclic_pdf() -> bytes:
    """A page tree that has itself as a kid, many times over."""
    kids = b"2 0 R " * 50
    return pdf_of(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1000000 /Kids [%b] >>" % kids)


def box(kind: bytes, *content: bytes) -> bytes:
    """One box of an mp4."""
    inside = b"".join(content)
    return struct.pack(">L4s", 8 + len(inside), kind) + inside


def mp4(seconds: int = 90, width: int = 1280, height: int = 720, *more: bytes) -> bytes:
    """A video of one empty track; `more` goes into its `moov`."""
    matrix = struct.pack(">9l", 1, 0, 0, 0, 1, 0, 0, 0, 1)
    movie = struct.pack(">5L", 0, 3_873_398_400, 3_873_484_800, 1000, 1000 * seconds) + b"\0" * 80
    track = struct.pack(">6L", 7, 0, 0, 1, 0, 0) + b"\0" * 16 + matrix + struct.pack(">2L", width << 16, height << 16)
    inside = box(b"mvhd", movie), box(b"trak", box(b"tkhd", track)), *more
    return box(b"ftyp", b"isom\0\0\2\0isommp41") + box(b"moov", *inside) + box(b"mdat")


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
