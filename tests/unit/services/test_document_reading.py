"""What a parser that dies has told before still counts."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from shared.services.ports import Document, FileKind, ParserFailed
from shared.services.uploads.document_reading import read_document

FILE = Path("content")


class Dying:
    """A parser that tells some lines and then hits a limit."""

    def __init__(self, *lines: dict[str, Any], code: str | None = "too_slow") -> None:
        self._lines = lines
        self._code = code

    async def parse(self, kind: FileKind, file: Path, name: str) -> AsyncIterator[Document]:
        for line in self._lines:
            yield line
        if self._code:
            raise ParserFailed(self._code, "the limit")


def passage(number: int, text: str) -> Document:
    return {"type": "passage", "part": {"kind": "page", "number": number}, "text": text, "terms": []}


TOLD = {"type": "document", "pages": 2}


async def test_a_page_that_cannot_be_drawn_costs_only_its_picture() -> None:
    reading = await read_document(Dying(passage(1, "one"), TOLD), FILE, "a.pdf")
    assert (reading.told["pages"], reading.picture, reading.text()) == (2, None, "one")


async def test_a_document_that_was_not_read_to_its_end_is_not_read() -> None:
    with pytest.raises(ParserFailed):
        await read_document(Dying(passage(1, "one")), FILE, "a.pdf")


async def test_the_text_has_its_parts_parted_and_its_passages_joined() -> None:
    picture = {"type": "picture", "content": b64encode(b"png").decode()}
    lines = (passage(1, "one"), passage(1, "two"), passage(3, "three"), TOLD, picture)
    reading = await read_document(Dying(*lines, code=None), FILE, "a.pdf")
    assert (reading.text(), reading.picture) == ("one\ntwo\fthree", b"png")
