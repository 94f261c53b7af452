"""Pictures of billions of pixels, and films whose boxes lie."""

from __future__ import annotations

import io
import struct
import zlib
from functools import partial
from typing import Final

from PIL import Image

from tests.documents.hostile.case import SLOW, Case, case
from tests.documents.hostile.deflating import wrapped
from tests.documents.samples import FOLDER, TYPES

PNG: Final = b"\x89PNG\r\n\x1a\n"
PIXELS: Final = ("too_many_pixels", "bomb")


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))


def png(width: int, height: int, *chunks: bytes, depth: int = 1, colour: int = 0) -> bytes:
    head = chunk(b"IHDR", struct.pack(">LLBBBBB", width, height, depth, colour, 0, 0, 0))
    return PNG + head + b"".join(chunks) + chunk(b"IEND", b"")


def full_png() -> bytes:
    """50,000 by 50,000 pixels, all there: 313 MB of a 300 KB file, 2.5 GB as grey ones."""
    return png(50_000, 50_000, chunk(b"IDAT", wrapped(313)))


def claimed_png() -> bytes:
    """Two billion pixels each way, of which there is nothing."""
    return png(0x7FFFFFFF, 0x7FFFFFFF, chunk(b"IDAT", zlib.compress(b"")))


def long_png() -> bytes:
    """One pixel wide and a hundred million high."""
    return png(1, 100_000_000, chunk(b"IDAT", wrapped(200)))


def png_text() -> bytes:
    """A small picture with a text that inflates to 500 MB."""
    return png(1, 1, chunk(b"zTXt", b"a\0\0" + wrapped(500)), chunk(b"IDAT", zlib.compress(b"\0\0")))


def png_profile() -> bytes:
    """A small picture with a colour profile that inflates to 500 MB."""
    return png(1, 1, chunk(b"iCCP", b"a\0\0" + wrapped(500)), chunk(b"IDAT", zlib.compress(b"\0\0")))


def png_too_much() -> bytes:
    """A small picture whose pixels inflate to 500 MB."""
    return png(8, 8, chunk(b"IDAT", wrapped(500)))


def many_chunks() -> bytes:
    return png(1, 1, chunk(b"tEXt", b"a\0b") * 300_000, chunk(b"IDAT", zlib.compress(b"\0\0")))


def claimed_jpg() -> bytes:
    """65,500 pixels each way in the header of a small picture."""
    content = bytearray((FOLDER / "photo.jpg").read_bytes())
    at = content.index(b"\xff\xc0")
    content[at + 5 : at + 9] = struct.pack(">HH", 65_500, 65_500)
    return bytes(content)


def full_jpg() -> bytes:
    """20,000 by 20,000 grey pixels, all there."""
    out = io.BytesIO()
    Image.new("L", (20_000, 20_000)).save(out, "JPEG", quality=1)
    return out.getvalue()


def many_scans() -> bytes:
    """A progressive picture that goes over itself thousands of times."""
    out = io.BytesIO()
    Image.new("L", (4_000, 4_000)).save(out, "JPEG", progressive=True, quality=1)
    content = out.getvalue()
    last = content.rindex(b"\xff\xda")
    scan = content[last:-2]
    return content[:-2] + scan * (3_000_000 // len(scan) + 1) + content[-2:]


def box(kind: bytes, content: bytes = b"", size: int | None = None) -> bytes:
    return struct.pack(">L", 8 + len(content) if size is None else size) + kind + content


START: Final = box(b"ftyp", b"isom\0\0\2\0isommp41")


def no_film() -> bytes:
    """A film without anything in it."""
    return START + box(b"mdat", bytes(1_000))


def boxes_of_nothing() -> bytes:
    """Ten million boxes, eight bytes each."""
    return START + box(b"free") * 3_000_000


def deep_boxes(levels: int = 200_000) -> bytes:
    """Boxes within boxes."""
    return START + b"".join(box(b"moov", size=8 * (levels - n)) for n in range(levels))


def zero_sized() -> bytes:
    """A box that says it has a size of one, which is less than its own head."""
    return START + struct.pack(">L", 1) + b"moov" + struct.pack(">Q", 0) + bytes(1_000)


def tiny_box() -> bytes:
    return START + box(b"moov", bytes(40), size=3)


def beyond_the_end() -> bytes:
    """A box of 16 exabytes."""
    return START + struct.pack(">L", 1) + b"moov" + struct.pack(">Q", 2**64 - 1) + bytes(1_000)


def many_samples() -> bytes:
    """Tables that claim four billion entries."""
    content = bytearray((FOLDER / "tour.mp4").read_bytes())
    for kind in (b"stsz", b"stts", b"stsc", b"stco"):
        at = content.find(kind)
        while at >= 0:
            content[at + 8 : at + 12] = b"\xff\xff\xff\xff"
            at = content.find(kind, at + 4)
    return bytes(content)


def endless() -> bytes:
    """A film that lasts 2**32 seconds of a scale of nothing."""
    content = bytearray((FOLDER / "tour.mp4").read_bytes())
    at = content.index(b"mvhd")
    content[at + 16 : at + 24] = struct.pack(">LL", 0, 0xFFFFFFFF)
    return bytes(content)


HARMLESS: Final = ("broken", "document", *PIXELS, *SLOW)
"""What its own programs read past may be taken, if it costs no more than it may."""

CASES: Final[tuple[Case, ...]] = (
    case("a.png", PIXELS, full_png),
    case("a.png", (*PIXELS, "broken"), claimed_png),
    case("a.png", (*PIXELS, "broken", *SLOW), long_png),
    case("a.png", ("bomb", "broken", *SLOW), png_text),
    case("a.png", ("bomb", "broken", "document", *SLOW), png_profile),
    case("a.png", ("bomb", "broken", "document", *SLOW), png_too_much),
    case("a.png", HARMLESS, many_chunks),
    case("a.jpg", PIXELS, claimed_jpg),
    case("a.jpg", PIXELS, full_jpg),
    case("a.jpg", "bomb", many_scans),
    case("a.mp4", "broken", no_film),
    case("a.mp4", ("broken", "bomb", *SLOW), boxes_of_nothing),
    case("a.mp4", ("broken", "bomb", *SLOW), deep_boxes),
    case("a.mp4", "broken", zero_sized),
    case("a.mp4", "broken", tiny_box),
    case("a.mp4", "broken", beyond_the_end),
    case("a.mp4", ("broken", "document", *SLOW), many_samples),
    case("a.mp4", ("broken", "document"), endless),
    *(case(f"a.{kind}", "empty_file", partial(bytes, 0), f"empty_{kind}") for kind in TYPES[::2]),
)
