"""The first page of a PDF as a picture, by pdfium."""

from __future__ import annotations

from pathlib import Path

from shared.parsing.documents.readers.pictures import BOX, as_png

MAX_SCALE = 3.0


def draw(file: Path) -> tuple[bytes, int, int] | None:
    """PNG, width and height; None for a page that pdfium cannot read."""
    from pypdfium2 import PdfDocument, PdfiumError  # type: ignore[import-untyped]

    try:
        document = PdfDocument(file)
        page = document[0]
        width, height = page.get_size()
        if width < 1 or height < 1:
            return None
        bitmap = page.render(scale=min(BOX[0] / width, BOX[1] / height, MAX_SCALE))
        return as_png(bitmap.to_pil())
    except (PdfiumError, ValueError, IndexError, OSError):
        return None
