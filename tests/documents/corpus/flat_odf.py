"""Decks, papers and books as flat OpenDocument files, which LibreOffice turns into any Office format and into PDF."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from html import escape
from typing import Any, Final

from tests.documents.corpus.shapes import CREATED, Block, Deck, Made, Paper, Slide

_SPACES: Final = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{path}:1.0"'
    for name, path in (
        ("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"), ("draw", "drawing"),
        ("presentation", "presentation"), ("meta", "meta"), ("svg", "svg-compatible"), ("fo", "xsl-fo-compatible"),
    )
)  # fmt: skip
_ELSEWHERE: Final = 'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
_RECTANGLE: Final = (
    '<draw:enhanced-geometry svg:viewBox="0 0 21600 21600" draw:type="rectangle" '
    'draw:enhanced-path="M 0 0 L 21600 0 21600 21600 0 21600 0 0 Z N"/>'
)
_LAYOUT: Final = (
    '<office:automatic-styles><style:page-layout style:name="L"><style:page-layout-properties fo:page-width="25.4cm" '
    'fo:page-height="14.3cm" style:print-orientation="landscape"/></style:page-layout>'
    '<style:style style:name="B" style:family="paragraph"><style:paragraph-properties fo:break-before="page"/>'
    "</style:style></office:automatic-styles>"
)
_MASTER: Final = (
    '<office:master-styles><style:master-page style:name="M" style:page-layout-name="L"/></office:master-styles>'
)


def flat(made: Made) -> tuple[str, str]:
    """The file's extension and text."""
    if isinstance(made, Deck):
        pages = "".join(_page(number, slide) for number, slide in enumerate(made.slides, start=1))
        return "fodp", _document("presentation", made, _LAYOUT + _MASTER, pages)
    if isinstance(made, Paper):
        return "fodt", _document("text", made, _LAYOUT, "".join(_blocks(made)))
    return "fods", _document("spreadsheet", made, "", "".join(_sheet(*each) for each in made.sheets.items()))


def _document(kind: str, made: Made, styles: str, body: str) -> str:
    title = f"<dc:title>{escape(made.title)}</dc:title>" if made.title else ""
    author = escape(made.author or "")
    who = f"<meta:initial-creator>{author}</meta:initial-creator><dc:creator>{author}</dc:creator>" if author else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {_SPACES} {_ELSEWHERE} office:version="1.3" '
        f'office:mimetype="application/vnd.oasis.opendocument.{kind}"><office:meta>{title}{who}'
        f"<meta:creation-date>{CREATED}</meta:creation-date></office:meta>{styles}"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document>"
    )


def _page(number: int, slide: Slide) -> str:
    parts = [
        _frame(1, 0.6, 23, 2, slide.title, 'presentation:class="title"') if slide.title else "",
        _frame(1, 3, 23, 4, "\n".join(slide.lines)) if slide.lines else "",
        _frame(1, 12.4, 23, 1, "", link=slide.link) if slide.link else "",
        _image(slide.picture, 'svg:x="4cm" svg:y="4.5cm" svg:width="16cm" svg:height="7.5cm"'),
        *_drawn(number, slide.boxes),
        _notes(slide.notes),
    ]
    return f'<draw:page draw:name="page{number}" draw:master-page-name="M">{"".join(parts)}</draw:page>'


def _frame(x: float, y: float, width: float, height: float, text: str, more: str = "", link: str | None = None) -> str:
    content = _anchor(link, link) if link else "</text:p><text:p>".join(escape(line) for line in text.split("\n"))
    place = f'svg:x="{x}cm" svg:y="{y}cm" svg:width="{width}cm" svg:height="{height}cm"'
    return f"<draw:frame {more} {place}><draw:text-box><text:p>{content}</text:p></draw:text-box></draw:frame>"


def _anchor(text: str, address: str) -> str:
    return f'<text:a xlink:type="simple" xlink:href="{escape(address)}">{escape(text)}</text:a>'


def _image(content: bytes | None, place: str) -> str:
    if content is None:
        return ""
    data = b64encode(content).decode()
    return f"<draw:frame {place}><draw:image><office:binary-data>{data}</office:binary-data></draw:image></draw:frame>"


def _drawn(page: int, boxes: tuple[str, ...]) -> Iterator[str]:
    """The boxes in two rows, and a line from each to the next."""
    half = (len(boxes) + 1) // 2
    for at, name in enumerate(boxes):
        x, y = 1 + (at % half) * 8, 4.5 + (at // half) * 4
        place = f'svg:x="{x}cm" svg:y="{y}cm" svg:width="6cm" svg:height="2cm"'
        id = f'draw:id="b{page}x{at}"'
        yield f"<draw:custom-shape {id} {place}><text:p>{escape(name)}</text:p>{_RECTANGLE}</draw:custom-shape>"
    for at in range(len(boxes) - 1):
        ends = f'draw:start-shape="b{page}x{at}" draw:end-shape="b{page}x{at + 1}"'
        yield f'<draw:connector {ends} svg:x1="1cm" svg:y1="1cm" svg:x2="5cm" svg:y2="5cm"/>'


def _notes(text: str | None) -> str:
    if text is None:
        return ""
    place = 'svg:x="2cm" svg:y="14cm" svg:width="16cm" svg:height="10cm"'
    box = f"<draw:text-box><text:p>{escape(text)}</text:p></draw:text-box>"
    return f'<presentation:notes><draw:frame presentation:class="notes" {place}>{box}</draw:frame></presentation:notes>'


def _blocks(paper: Paper) -> Iterator[str]:
    breaks = False
    for block in paper.blocks:
        if block.kind == "page":
            breaks = True
            continue
        yield _block(block, ' text:style-name="B"' if breaks else "")
        breaks = False


def _block(block: Block, style: str) -> str:
    if block.kind == "heading":
        return f'<text:h text:outline-level="1"{style}>{escape(block.content)}</text:h>'
    if block.kind == "link":
        return f"<text:p{style}>{_anchor(*block.content)}</text:p>"
    if block.kind == "picture":
        place = 'text:anchor-type="as-char" svg:width="12cm" svg:height="8cm"'
        return f"<text:p{style}>{_image(block.content, place)}</text:p>"
    if block.kind == "table":
        return _sheet("Table1", block.content)
    return f"<text:p{style}>{escape(block.content)}</text:p>"


def _sheet(name: str, rows: list[list[Any]]) -> str:
    columns = f'<table:table-column table:number-columns-repeated="{max(map(len, rows), default=1)}"/>'
    lines = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows)
    return f'<table:table table:name="{escape(name)}">{columns}{lines}</table:table>'


def _cell(value: Any) -> str:
    if isinstance(value, int | float):
        return (
            f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p>'
            "</table:table-cell>"
        )
    text = str(value)
    content = _anchor(text, text) if text.startswith("https://") else escape(text)
    return f'<table:table-cell office:value-type="string"><text:p>{content}</text:p></table:table-cell>'
