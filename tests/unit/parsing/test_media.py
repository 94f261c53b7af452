"""Pictures and videos: their size, their facts, and what is refused of them."""

import io
import struct
import zlib
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from tests.unit.parsing import hostile
from tests.unit.parsing.test_documents import parsed


def picture(kind: str, size: tuple[int, int] = (1600, 900), mode: str = "RGB", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_mandelbrot(size, (-3, -2.5, 2, 2.5), 40).convert(mode).save(out, kind, **more)
    return out.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    """A piece of a PNG."""
    return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))


KINDS = (("a.png", "RGBA"), ("a.png", "P"), ("a.png", "1"), ("a.png", "I;16"), ("a.jpg", "CMYK"), ("a.jpg", "L"))


@pytest.mark.parametrize(("name", "mode"), KINDS)
def test_a_picture_of_any_kind_has_its_size_and_a_smaller_copy(tmp_path: Path, name: str, mode: str) -> None:
    line = parsed(tmp_path, picture("PNG" if name == "a.png" else "JPEG", mode=mode), name)
    assert (line["width"], line["height"], line["pictures"]) == (1600, 900, 1)
    copy = Image.open(io.BytesIO(b64decode(line["picture"]["content"])))
    assert copy.format == "PNG"
    assert copy.size == (line["picture"]["width"], line["picture"]["height"]) == (1000, 563)


def test_a_picture_tells_who_made_it_and_when(tmp_path: Path) -> None:
    said = PngImagePlugin.PngInfo()
    said.add_text("Title", "Reference architecture")
    said.add_itxt("Author", "Léo Roux")
    said.add_text("Creation Time", "2026:03:04 05:06:07")
    line = parsed(tmp_path, picture("PNG", (9, 9), pnginfo=said), "a.png")
    assert (line["title"], line["author"]) == ("Reference architecture", "Léo Roux")
    assert line["contentCreatedAt"] == "2026-03-04T05:06:07.000000Z"
    exif = Image.Exif()
    exif[270], exif[315], exif[306] = "A diagram", "Ana Lima", "2026:01:02 03:04:05"
    line = parsed(tmp_path, picture("JPEG", (9, 9), exif=exif), "a.jpg")
    assert (line["title"], line["author"]) == ("A diagram", "Ana Lima")
    assert line["contentModifiedAt"] == "2026-01-02T03:04:05.000000Z"


def test_a_picture_that_is_cut_off_is_broken(tmp_path: Path) -> None:
    for kind, name in (("PNG", "a.png"), ("JPEG", "a.jpg")):
        content = picture(kind)
        assert parsed(tmp_path, content[: len(content) * 2 // 3], name)["code"] == "broken"


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">2L5B", 50_000, 50_000, 8, 2, 0, 0, 0))
    line = parsed(tmp_path, content + chunk(b"IDAT", zlib.compress(b"\0" * 1_000)) + chunk(b"IEND", b""), "a.png")
    assert line["code"] == "too_many_pixels"


def test_a_picture_with_a_zip_behind_it_is_refused(tmp_path: Path) -> None:
    assert parsed(tmp_path, picture("PNG") + hostile.DOCX, "a.png")["code"] == "two_in_one"


def test_a_video_tells_how_long_and_how_large_it_is(tmp_path: Path) -> None:
    line = parsed(tmp_path, hostile.mp4(90, 1920, 1080), "a.mp4")
    assert (line["duration"], line["width"], line["height"]) == (90.0, 1920, 1080)
    assert line["contentCreatedAt"] == "2026-09-28T00:00:00.000000Z"
    assert (line["text"], line["language"], line["diagram"], line["picture"]) == ("", None, None, None)


def test_a_video_tells_its_title(tmp_path: Path) -> None:
    word = hostile.box(b"data", struct.pack(">2L", 1, 0), "Führung".encode())
    listed = hostile.box(b"ilst", hostile.box(b"\xa9nam", word))
    content = hostile.mp4(9, 64, 64, hostile.box(b"udta", hostile.box(b"meta", b"\0" * 4, listed)))
    assert parsed(tmp_path, content, "a.mp4")["title"] == "Führung"


def test_a_video_in_fragments_has_the_length_it_says(tmp_path: Path) -> None:
    assert parsed(tmp_path, hostile.mp4(0), "a.mp4")["duration"] is None
    said = hostile.box(b"mvex", hostile.box(b"mehd", struct.pack(">2L", 0, 12_500)))
    assert parsed(tmp_path, hostile.mp4(0, 64, 64, said), "a.mp4")["duration"] == 12.5


@pytest.mark.parametrize("cut", [20, 40, 60, 150, -1])
def test_a_video_that_is_cut_off_is_broken(tmp_path: Path, cut: int) -> None:
    content = hostile.mp4()
    assert parsed(tmp_path, content[:cut], "a.mp4")["code"] == "broken"


def test_a_video_without_pictures_or_with_boxes_without_end_is_broken(tmp_path: Path) -> None:
    head = hostile.box(b"ftyp", b"isom\0\0\2\0isommp41")
    assert parsed(tmp_path, head, "a.mp4")["code"] == "broken"
    assert parsed(tmp_path, head + hostile.box(b"free") * 30_000, "a.mp4")["code"] == "broken"
    nested = b""
    for _ in range(2_000):
        nested = hostile.box(b"moov", nested)
    assert parsed(tmp_path, head + nested, "a.mp4")["code"] == "broken"
