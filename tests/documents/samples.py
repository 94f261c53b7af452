"""The corpus and its facts, for whoever tests or measures with it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parents[1] / "files" / "documents" / "corpus"
TYPES: Final = ("pdf", "ppt", "pptx", "doc", "docx", "xls", "xlsx", "jpg", "png", "mp4")

Facts = dict[str, Any]


@cache
def expected() -> dict[str, Facts]:
    """File name -> what is true of it (tests/documents/corpus/make.py)."""
    facts: dict[str, Facts] = json.loads((FOLDER / "facts.json").read_text())
    return facts
