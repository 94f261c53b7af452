"""What programs that have nothing to do with ours say of a file."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path


def pages_of(file: Path) -> int:
    """Pages of a PDF, by poppler."""
    said = subprocess.run(("pdfinfo", file), check=True, capture_output=True, text=True, timeout=60).stdout
    found = re.search(r"^Pages:\s+(\d+)", said, re.MULTILINE)
    assert found
    return int(found.group(1))


def size_of(file: Path) -> tuple[int | None, int | None, float]:
    """Width, height and seconds of a picture or film, by MediaInfo: pixels as stored, whichever way up."""
    from pymediainfo import MediaInfo

    tracks = MediaInfo.parse(file).tracks
    seen = next((track for track in tracks if track.track_type in ("Video", "Image")), None)
    seconds = max((float(track.duration) / 1000 for track in tracks if track.duration), default=0.0)
    return (seen.width, seen.height, seconds) if seen else (None, None, seconds)
