"""What the guarded parser tells of one document, gathered."""

from __future__ import annotations

import logging
from base64 import b64decode
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from shared.services.ports import Document, FileParser, ParserFailed

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Reading:
    """`told` is the line `document` or `rejected`; `picture` a PNG of the first page."""

    told: Document = field(default_factory=dict)
    passages: list[Document] = field(default_factory=list)
    picture: bytes | None = None

    def take(self, line: Document) -> None:
        match line["type"]:
            case "passage":
                self.passages.append(line)
            case "picture":
                self.picture = b64decode(line["content"])
            case _:
                self.told = line

    def text(self) -> str:
        """The whole text; its parts are parted by form feeds."""
        parts: dict[tuple[str, int], list[str]] = {}
        for each in self.passages:
            parts.setdefault((each["part"]["kind"], each["part"]["number"]), []).append(each["text"])
        return "\f".join("\n".join(texts) for texts in parts.values())


async def read_document(parser: FileParser, file: Path, name: str) -> Reading:
    """What ends the parser after it told of the document costs only the picture. Raises ParserFailed."""
    reading = Reading()
    try:
        async with aclosing(cast(Any, parser.parse("document", file, name))) as lines:
            async for line in lines:
                reading.take(line)
    except ParserFailed as failure:
        if not reading.told:
            raise
        log.info("no picture of %s: %s: %s", name, failure.code, failure.detail)
    return reading
