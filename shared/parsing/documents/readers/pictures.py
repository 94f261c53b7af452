"""Size and facts of a .jpg or .png, and a smaller copy of it as PNG."""

from __future__ import annotations

import io
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from shared.parsing.documents.content import Content, fact, moment
from shared.parsing.refusal import NotUsable

MAX_PIXELS = 100_000_000
MAX_SCANS = 100  # times a progressive JPEG goes over itself; programs write some ten
FORMATS = ("JPEG", "PNG")
BOX = (1000, 1400)  # pixels the copy fits into
MAX_COPY = 1_500_000  # bytes of a copy
TITLE, AUTHOR, CHANGED, MADE, MORE = 270, 315, 306, 36867, 0x8769  # tags of Exif

_AT = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)")


def read(file: Path) -> Content:
    """The whole picture is decoded: a header alone says nothing of one that is cut off. Raises NotUsable."""
    content = Content(pictures=1)
    with _opened(file) as picture:
        content.width, content.height = picture.size
        _check_scans(file, picture)
        _load(picture)
        _add_facts(picture, content)
    return content


def draw(file: Path) -> tuple[bytes, int, int] | None:
    """A copy that fits into `BOX`."""
    from PIL import ImageOps

    with _opened(file) as picture:
        picture.draft("RGB", BOX)  # a JPEG is decoded no larger than needed
        picture.thumbnail(BOX, reducing_gap=2)
        return as_png(ImageOps.exif_transpose(picture))


def as_png(picture: Any) -> tuple[bytes, int, int] | None:
    """PNG, width and height; smaller if its bytes would be too many. None if they still are."""
    picture = picture if picture.mode in ("L", "LA", "P", "RGB", "RGBA") else picture.convert("RGB")
    for _ in range(4):
        out = io.BytesIO()
        picture.save(out, "PNG")
        if out.tell() <= MAX_COPY:
            return out.getvalue(), picture.width, picture.height
        picture = picture.resize((max(1, picture.width * 2 // 3), max(1, picture.height * 2 // 3)))
    return None


def _opened(file: Path) -> Any:
    """Raises NotUsable, also before anything of a picture that is too large is decoded."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2  # Pillow refuses what is twice as much, and warns from here
    try:
        picture = Image.open(file, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except (OSError, SyntaxError, ValueError) as error:
        raise _damaged() from error
    if picture.width * picture.height > MAX_PIXELS:
        picture.close()
        raise _too_large()
    return picture


def _check_scans(file: Path, picture: Any) -> None:
    """Each scan of a large picture costs as much as the whole picture; within them 0xFF is never followed by 0xDA."""
    if (
        picture.format == "JPEG"
        and picture.info.get("progressive")
        and file.read_bytes().count(b"\xff\xda") > MAX_SCANS
    ):
        raise NotUsable("bomb", "The picture is not safe to unpack: it goes over itself too often. Save it again.")


def _load(picture: Any) -> None:
    from PIL import Image

    try:
        picture.load()
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except (OSError, SyntaxError, ValueError, IndexError, KeyError, TypeError) as error:
        raise _damaged() from error


def _add_facts(picture: Any, content: Content) -> None:
    """What is damaged of them is not told."""
    said = {key.casefold(): value for key, value in picture.info.items() if isinstance(key, str)}
    try:
        exif = picture.getexif()
        more = exif.get_ifd(MORE)
    except Exception:  # noqa: BLE001  a picture may be shown whatever its camera wrote into it
        exif, more = {}, {}
    content.title = fact(said.get("title")) or fact(exif.get(TITLE))
    content.author = fact(said.get("author")) or fact(exif.get(AUTHOR))
    content.created_at = _moment(said.get("creation time") or more.get(MADE))
    content.modified_at = _moment(exif.get(CHANGED))


def _moment(value: object) -> str | None:
    found = _AT.match(value) if isinstance(value, str) else None
    try:
        return moment(datetime(*map(int, found.groups()))) if found else None  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return None


def _damaged() -> NotUsable:
    return NotUsable("broken", "The picture is damaged or cut off; save it again and upload that.")


def _too_large() -> NotUsable:
    message = f"The picture has more than {MAX_PIXELS // 1_000_000} million pixels; save it smaller and upload that."
    return NotUsable("too_many_pixels", message)
