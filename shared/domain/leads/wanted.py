"""Solutions as a customer names them: by name, one or several, or as a program does, as objects."""

from __future__ import annotations

import re
from typing import Any, Final

MOST_WANTED: Final = 10


def wanted(solutions: object) -> object:
    """What a form gives (a text with commas or lines between names) or a program (texts, objects) as solutions."""
    if isinstance(solutions, str):
        solutions = [part.strip() for part in re.split(r"[,;\n]", solutions) if part.strip()]
    return [_solution(one) for one in solutions] if isinstance(solutions, list) else solutions


def _solution(one: Any) -> Any:
    """A customer knows a solution by name; whose it is, is the partner's own."""
    if isinstance(one, str):
        return {"kind": "own", "name": one}
    return {"kind": "own", **one} if isinstance(one, dict) else one
