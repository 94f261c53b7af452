"""One hostile file: how to make it, what it calls itself, how it may end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

SLOW: Final = ("too_slow", "too_much_memory")
"""How a file may end that costs more than it may: which limit it meets first is up to the machine."""


@dataclass(frozen=True, slots=True)
class Case:
    """`codes` are the right reasons for a refusal; `document` among them: what harms nobody may be taken."""

    name: str
    make: Callable[[], bytes]
    file: str
    codes: tuple[str, ...]


def case(file: str, codes: str | tuple[str, ...], make: Callable[[], bytes], name: str | None = None) -> Case:
    """A case named for what makes it."""
    told = name or getattr(make, "__name__", None) or make.func.__name__  # type: ignore[attr-defined]
    return Case(told.strip("_"), make, file, (codes,) if isinstance(codes, str) else codes)
