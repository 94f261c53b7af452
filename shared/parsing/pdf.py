"""Title, author, pages and text of a PDF, by pypdf."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shared.parsing.document_text import TextCollector, fact
from shared.parsing.file_type import locked
from shared.parsing.refusal import NotUsable

MAX_PAGES = 10_000  # a cyclic page tree claims a million

_DAMAGE = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, AssertionError, OSError)


def read_pdf(file: Path) -> dict[str, Any]:
    """Facts and text; a page whose text cannot be read is left out, as a scanned one is. Raises NotUsable."""
    from pypdf import PdfReader
    from pypdf.errors import LimitReachedError, PyPdfError

    try:
        reader = PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):  # an owner's password alone still lets everybody read
            raise locked()
        pages = len(reader.pages)
        metadata = reader.metadata
        title, author = (metadata.title, metadata.author) if metadata else (None, None)
    except LimitReachedError as error:
        raise _bomb() from error
    except (PyPdfError, NotImplementedError, *_DAMAGE) as error:
        message = "The PDF is damaged or cut off; export it again and upload that."
        raise NotUsable("broken", message) from error
    if not 0 < pages <= MAX_PAGES:
        raise NotUsable("broken", f"The PDF claims {pages:,} pages; up to {MAX_PAGES:,} are taken. Export it again.")
    text = TextCollector()
    for number in range(pages):
        if text.is_full:
            break
        try:
            text.add(reader.pages[number].extract_text())
        except LimitReachedError as error:
            raise _bomb() from error
        except (PyPdfError, NotImplementedError, *_DAMAGE):
            text.add("")
    return {
        "title": fact(title),
        "author": fact(author),
        "pages": pages,
        "text": text.text(),
        "truncated": text.truncated,
    }


def _bomb() -> NotUsable:
    return NotUsable("bomb", "The PDF is not safe to unpack: a part is far too large. Export it again and upload that.")
