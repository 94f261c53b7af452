"""What it costs to parse a document guarded, beside the same parser called bare: both guards may take 0.4 s a file.

    python -m benchmarks.documents [rounds]

Bare is the reader in this process, everything imported, neither the look through the ZIP nor the child. Guarded is what
an upload gets: a new process with limits, its start and its imports, the look through the ZIP, the lines back. Each is
the least of several rounds turn about, since others on the machine only add. What the guards take is told in time on
the clock, and in CPU of both processes, which others do not stretch; the limit is for that. Then, how well languages
and architecture diagrams are found in the corpus.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Final

from benchmarks.contacts_import import children, peak_megabytes
from benchmarks.figures import Figure, table
from shared.parsing.documents.file_type import check_type
from shared.parsing.documents.reading import parse_document
from tests.documents import parent
from tests.documents.finding import of_the_corpus
from tests.documents.reading import guarded, read
from tests.documents.samples import FOLDER

FILES: Final = (
    "one-pager-en.pdf", "handbook-150-en.pdf", "deck-referring-pt.ppt", "deck-40-en.ppt", "deck-drawn-en.pptx",
    "deck-100-en.pptx", "one-pager-en.doc", "handbook-en.doc", "case-study-en.docx", "handbook-en.docx", "wins-de.xls",
    "figures-5000.xls", "wins-en.xlsx", "figures-12000.xlsx", "logo.png", "poster.png", "photo.jpg", "large.jpg",
    "tour-turned.mp4", "tour.mp4",
)  # fmt: skip
"""A small and a large one of each type."""
ROUNDS: Final = 5
OVERHEAD: Final = 0.4  # seconds
MEGABYTES: Final = 300.0  # of the parent


@dataclass(slots=True)
class Cost:
    """Seconds on the clock and of CPU, in the best round."""

    wall: float = inf
    cpu: float = inf

    def take(self, wall: float, cpu: float) -> None:
        self.wall, self.cpu = min(self.wall, wall), min(self.cpu, cpu)


def measure(rounds: int = ROUNDS) -> list[Figure]:
    alone = parent.run([(FOLDER / name, name) for name in FILES])
    figures, most, longest = [], 0.0, 0.0
    for name in FILES:
        bare, whole, megabytes = asyncio.run(_measured(name, rounds))
        most, longest = max(most, whole.cpu - bare.cpu), max(longest, whole.wall - bare.wall)
        size = (FOLDER / name).stat().st_size / 1_000
        what = f"{name}, {size:,.0f} KB ({megabytes:.0f} MB in the child; guards {whole.cpu - bare.cpu:.2f} s of CPU)"
        figures.append(Figure(what, whole.wall * 1_000, "ms", bare.wall * 1_000, "bare"))
    languages, diagrams = of_the_corpus()
    return [
        *figures,
        Figure("the guards' CPU a file, at most", most, "s", limit=OVERHEAD),
        Figure("the guards' time on the clock, at most", longest, "s"),
        Figure("the parent's memory, at most", max(answer.megabytes for answer in alone), "MB", limit=MEGABYTES),
        Figure("precision of languages", languages.precision, ""),
        Figure("recall of languages", languages.recall, ""),
        Figure("precision of diagrams", diagrams.precision, ""),
        Figure("recall of diagrams", diagrams.recall, ""),
    ]


async def _measured(name: str, rounds: int) -> tuple[Cost, Cost, float]:
    """The file bare and guarded, and the child's most memory."""
    bare, whole, megabytes = Cost(), Cost(), 0.0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "content"  # as the service puts it there
        file.write_bytes((FOLDER / name).read_bytes())
        _bare(file, name)  # imports
        for _ in range(rounds):
            bare.take(*_bare(file, name))
            before = _cpu()
            seconds, held = await _guarded(file, name)
            whole.take(seconds, _cpu() - before)
            megabytes = max(megabytes, held)
    return bare, whole, megabytes


def _cpu() -> float:
    """Seconds of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _bare(file: Path, name: str) -> tuple[float, float]:
    """Without the look through the ZIP, which the parser takes first."""
    marks = [(time.perf_counter(), time.process_time())]
    for work in (lambda: check_type(file, name), lambda: list(parse_document(file, name))):
        work()
        marks.append((time.perf_counter(), time.process_time()))
    wall, cpu = ([mark[which] for mark in marks] for which in (0, 1))
    return tuple(max(end - middle - (middle - start), 0.0) for start, middle, end in (wall, cpu))  # type: ignore[return-value]


async def _guarded(file: Path, name: str) -> tuple[float, float]:
    """Seconds, and the child's most memory."""
    reading = asyncio.create_task(read(file, name, guarded()))
    held = 0.0
    while not reading.done():
        await asyncio.wait([reading], timeout=0.02)
        held = max([held, *map(peak_megabytes, children())])
    outcome = await reading
    assert outcome.code is None, outcome.message
    return outcome.seconds, held


def main() -> None:
    print(table(measure(int(sys.argv[1]) if sys.argv[1:] else ROUNDS)))


if __name__ == "__main__":
    main()
