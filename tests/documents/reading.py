"""A file through the guarded parser, and what came of it in one piece."""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from shared.adapters.guarded_parser import GuardedParser
from shared.services.ports import ParserFailed

SECONDS: Final = 15  # that the worst file may take


@dataclass(slots=True)
class Outcome:
    """`code` is None for a document, else why it was refused, by the child or by the parent."""

    code: str | None = None
    message: str = ""
    document: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=lambda: defaultdict(str))
    picture: dict[str, Any] | None = None
    seconds: float = 0.0

    @property
    def end(self) -> str:
        return self.code or "document"

    def take(self, line: dict[str, Any]) -> None:
        if line["type"] == "passage":
            part = line["part"]
            self.parts[str(part["number"]) if part["kind"] != "text" else "text"] += line["text"] + "\n"
        elif line["type"] == "document":
            self.document = line
        elif line["type"] == "picture":
            self.picture = line
        else:
            assert line["type"] == "rejected", line
            self.code, self.message = line["code"], line["message"]


def guarded() -> GuardedParser:
    return GuardedParser()


async def read(file: Path, name: str, parser: GuardedParser | None = None) -> Outcome:
    """What fails after the document was told has spoilt only its picture."""
    outcome, began = Outcome(), time.perf_counter()
    try:
        async with aclosing(cast(Any, (parser or guarded()).parse("document", file, name))) as lines:
            async for line in lines:
                outcome.take(line)
    except ParserFailed as failure:
        if not outcome.document:
            outcome.code, outcome.message = failure.code, failure.detail
    outcome.seconds = time.perf_counter() - began
    assert outcome.code or outcome.document, "the child said nothing and was content"
    return outcome
