"""How well something is found: what was right, wrong and missed, counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from shared.parsing.documents.reading import parse_document
from tests.documents.samples import FOLDER, expected

NOTHING: Final = (None, False)


@dataclass(slots=True)
class Finding:
    """`right`: found as it is; `wrong`: found what is not there; `missed`: there, and not found so."""

    right: int = 0
    nothing: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def count(self, name: str, truth: Any, found: Any) -> None:
        if found not in NOTHING and found != truth:
            self.wrong.append(f"{name}: {found}, not {truth}")
        if truth not in NOTHING and found != truth:
            self.missed.append(f"{name}: {truth}")
        if found == truth:
            self.right += truth not in NOTHING
            self.nothing += truth in NOTHING

    @property
    def precision(self) -> float:
        return self.right / max(self.right + len(self.wrong), 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.right + len(self.missed), 1)

    def __str__(self) -> str:
        told, there = self.right + len(self.wrong), self.right + len(self.missed)
        precision, recall = (
            f"{self.precision:.2f} ({self.right} of {told})",
            f"{self.recall:.2f} ({self.right} of {there})",
        )
        return f"precision {precision}, recall {recall}, rightly nothing {self.nothing} times"


def counted(items: Iterable[tuple[str, Any, Any]]) -> Finding:
    """Of (name, truth, found)."""
    finding = Finding()
    for item in items:
        finding.count(*item)
    return finding


def of_the_corpus() -> tuple[Finding, Finding]:
    """Languages and diagrams in the files of the corpus, by the bare parser in this process."""
    languages, diagrams = Finding(), Finding()
    for name, facts in expected().items():
        if facts["type"] in ("jpg", "png", "mp4"):
            continue
        told = next(line for line in parse_document(FOLDER / name, name) if line["type"] == "document")
        languages.count(name, facts["language"], told["language"])
        if facts["diagram"] is not None:
            diagrams.count(name, facts["diagram"], bool(told["diagram"] and told["diagram"]["found"]))
    return languages, diagrams
