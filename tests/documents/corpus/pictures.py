"""Pictures by Pillow and videos by ffmpeg."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageDraw

FFMPEG: Final = ("ffmpeg", "-loglevel", "error", "-y")


def gradient(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Something smooth that compresses well."""
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    down = Image.linear_gradient("L").resize((width, height))
    return Image.merge("RGB", (across, down, Image.blend(across, down, 0.5))).convert(mode)


def logo(size: int = 120) -> bytes:
    image = Image.new("RGB", (size * 2, size), "white")
    ImageDraw.Draw(image).ellipse((size // 4, size // 8, size, size * 7 // 8), fill="navy")
    return _written(image, "PNG")


def diagram(*names: str) -> bytes:
    """Boxes and arrows as a picture: what architects export from their drawing program."""
    image = Image.new("RGB", (900, 420), "white")
    draw = ImageDraw.Draw(image)
    for at, name in enumerate(names):
        x, y = 30 + at % 3 * 290, 40 + at // 3 * 200
        draw.rectangle((x, y, x + 220, y + 110), outline="black", width=3)
        draw.text((x + 20, y + 45), name.encode("ascii", "ignore").decode())
        draw.line((x + 220, y + 55, x + 290, y + 55), fill="black", width=3)
    return _written(image, "PNG")


def photo(width: int, height: int, quality: int = 40, **options: Any) -> bytes:
    return _written(gradient(width, height), "JPEG", quality=quality, **options)


def _written(image: Image.Image, format: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def save(file: Path, image: Image.Image, **options: Any) -> None:
    image.save(file, **options)


def film(file: Path, size: str, seconds: float, *options: str, sound: bool = False, source: str = "testsrc2=") -> None:
    """A test film of that size and length."""
    tone = ("-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}") if sound else ()
    picture = ("-f", "lavfi", "-i", f"{source}size={size}:rate=10:duration={seconds}")
    subprocess.run((*FFMPEG, *picture, *tone, "-pix_fmt", "yuv420p", *options, str(file)), check=True, timeout=120)


def rotated(file: Path, source: Path) -> None:
    """The same film as a telephone held upright writes it: lying pixels, and a matrix that turns them."""
    turn = ("-c", "copy", "-metadata:s:v:0", "rotate=90")
    subprocess.run((*FFMPEG, "-i", str(source), *turn, str(file)), check=True, timeout=120)
