"""The same decks, papers and books written by the libraries that other programs use."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openpyxl import Workbook
from pptx import Presentation
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.util import Cm
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from tests.documents.corpus.shapes import Block, Book, Deck, Paper, Slide


def write_pptx(file: Path, deck: Deck) -> None:
    presentation = Presentation()
    presentation.core_properties.title = deck.title or ""
    presentation.core_properties.author = deck.author or ""
    for slide in deck.slides:
        _add_slide(presentation, slide)
    presentation.save(str(file))


def _add_slide(presentation: Any, slide: Slide) -> None:
    made = presentation.slides.add_slide(presentation.slide_layouts[1 if slide.title else 6])
    if slide.title:
        made.shapes.title.text = slide.title
        made.placeholders[1].text = "\n".join(slide.lines)
    if slide.picture:
        made.shapes.add_picture(io.BytesIO(slide.picture), Cm(3), Cm(6), Cm(18))
    if slide.link:
        paragraph = made.shapes.add_textbox(Cm(2), Cm(16), Cm(20), Cm(1)).text_frame.paragraphs[0]
        run = paragraph.add_run()
        run.text, run.hyperlink.address = slide.link, slide.link
    if slide.notes:
        made.notes_slide.notes_text_frame.text = slide.notes
    _draw(made.shapes, slide.boxes)


def _draw(shapes: Any, boxes: tuple[str, ...]) -> None:
    drawn: list[Any] = []
    for at, name in enumerate(boxes):
        box = shapes.add_shape(MSO_SHAPE.RECTANGLE, Cm(1 + at % 3 * 8), Cm(5 + at // 3 * 5), Cm(6), Cm(2))
        box.text_frame.text = name
        if drawn:
            line = shapes.add_connector(MSO_CONNECTOR.STRAIGHT, 0, 0, 0, 0)
            line.begin_connect(drawn[-1], 3)
            line.end_connect(box, 1)
        drawn.append(box)


def write_docx(file: Path, paper: Paper) -> None:
    document = Document()
    document.core_properties.title = paper.title or ""
    document.core_properties.author = paper.author or ""
    for block in paper.blocks:
        _add_block(document, block)
    document.save(str(file))


def _add_block(document: Any, block: Block) -> None:
    if block.kind == "heading":
        document.add_heading(block.content, 1)
    elif block.kind == "page":
        document.add_page_break()
    elif block.kind == "picture":
        document.add_picture(io.BytesIO(block.content))
    elif block.kind == "link":
        _add_link(document.add_paragraph(), *block.content)
    elif block.kind == "table":
        table = document.add_table(rows=0, cols=len(block.content[0]))
        for row in block.content:
            for cell, value in zip(table.add_row().cells, row, strict=True):
                cell.text = str(value)
    else:
        document.add_paragraph(block.content)


def _add_link(paragraph: Any, text: str, address: str) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = OxmlElement("w:r")
    content = OxmlElement("w:t")
    content.text = text
    run.append(content)
    link.append(run)
    paragraph._p.append(link)


def write_xlsx(file: Path, book: Book) -> None:
    workbook = Workbook()
    workbook.remove(workbook.active)
    workbook.properties.title, workbook.properties.creator = book.title, book.author
    for name, rows in book.sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for row_cells in sheet.iter_rows():
            for cell in row_cells:
                if isinstance(cell.value, str) and cell.value.startswith("https://"):
                    cell.hyperlink = cell.value
    workbook.save(file)


def write_pdf(file: Path, paper: Paper) -> None:
    """By reportlab, in a font every reader has: text of Western Europe."""
    canvas = Canvas(str(file), pagesize=A4, pageCompression=1)
    if paper.title:
        canvas.setTitle(paper.title)
    if paper.author:
        canvas.setAuthor(paper.author)
    height = 780.0
    for block in paper.blocks:
        if block.kind == "page":
            canvas.showPage()
            height = 780.0
            continue
        if block.kind == "link":
            canvas.linkURL(block.content[1], (60, height - 4, 300, height + 12))
        text = block.content[0] if block.kind == "link" else block.content
        for line in _wrapped(text):
            canvas.drawString(60, height, line)
            height -= 16
        height -= 8
    canvas.save()


def _wrapped(text: str, width: int = 84) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
