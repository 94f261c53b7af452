"""A process that does nothing but parse files through the guarded parser, so that its memory is the parser's own:

    python -m tests.documents.parent < files.jsonl       one {"file", "name"} a line

It answers one {"name", "code", "end", "seconds", "message", "megabytes"} a file; `megabytes` is the most it has held.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.documents.reading import guarded, read

ROOT: Final = Path(__file__).parents[2]
Given = tuple[Path, str]  # the file, and what its uploader called it


@dataclass(frozen=True, slots=True)
class Answer:
    """`end` is `document` or the code of the refusal; `megabytes` what the parent has held at most by then."""

    end: str
    seconds: float
    message: str
    megabytes: float


def run(files: Sequence[Given], seconds: float = 580) -> list[Answer]:
    """What comes of the files, one after the other, in one parent; fails if the parent does not live to the end."""
    told = "".join(json.dumps({"file": str(file), "name": name}) + "\n" for file, name in files)
    command = (sys.executable, "-m", "tests.documents.parent")
    done = subprocess.run(command, input=told, cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == 0, f"the parent died, exit code {done.returncode}: {done.stderr[-2_000:]}"
    answers = [Answer(**json.loads(line)) for line in done.stdout.splitlines()]
    assert len(answers) == len(files)
    return answers


def peak_megabytes() -> float:
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


async def main() -> None:
    parser = guarded()
    for line in sys.stdin:
        given = json.loads(line)
        outcome = await read(Path(given["file"]), given["name"], parser)
        answer = {"end": outcome.end, "seconds": outcome.seconds, "message": outcome.message}
        sys.stdout.write(json.dumps({**answer, "megabytes": peak_megabytes()}) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
