"""The decks, papers and books of the corpus, and what is true of each by how it is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from tests.documents.corpus import pictures
from tests.documents.corpus.shapes import Block, Book, Deck, Made, Paper, Slide
from tests.documents.corpus.texts import EN, Words

SITE: Final = "https://fabrikam.example/migrator"
DIAGRAM_AT: Final = "https://fabrikam.example/migrator/diagram"
SHOWN: Final = 8  # parts whose words are all looked for
STAFF: Final = ("Ana Lima, chief executive", "Bo Li, sales", "Cem Kaya, finance", "Dora Nagy, support")
FIGURES: Final = [["Contoso", 125000, "FR"], ["Tailspin", 90500, "DE"], ["Wingtip", 40250, "US"]]


def plain_deck(words: Words, *more: Slide) -> Deck:
    """A pitch without any architecture: words, a logo, a link, notes."""
    agenda, problem, solution, results = words.agenda
    slides = (
        Slide(words.one_pager, (words.author,), picture=pictures.logo()),
        Slide(agenda, (words.problem,)),
        Slide(problem, (words.lead,), notes=words.solution),
        Slide(solution, words.bullets),
        *more,
        Slide(results, (words.result,), link=SITE),
    )
    return Deck(words.one_pager, words.author, slides)


def drawn_deck(words: Words) -> Deck:
    """The architecture as shapes under a title that says so."""
    return plain_deck(words, Slide(words.architecture, boxes=words.boxes))


def pictured_deck(words: Words) -> Deck:
    """The architecture as a picture under a title that says so."""
    return plain_deck(words, Slide(words.architecture, picture=pictures.diagram(*words.boxes)))


def referring_deck(words: Words) -> Deck:
    """No diagram, but where to find it."""
    return plain_deck(words, Slide(words.agenda[1], (f"{words.reference} {DIAGRAM_AT}",), link=DIAGRAM_AT))


def untitled_drawing(words: Words) -> Deck:
    """Boxes and lines alone; nothing but what the boxes are called says what it is."""
    return plain_deck(words, Slide(boxes=words.boxes))


def organization_chart(words: Words) -> Deck:
    """Boxes and lines that are people."""
    return plain_deck(words, Slide("Our team", boxes=STAFF))


def brief_deck(words: Words) -> Deck:
    """So few words that their language is hard to tell."""
    return Deck(words.agenda[0], words.author, tuple(Slide(title) for title in words.agenda))


def building_deck() -> Deck:
    """The word architecture, of houses."""
    text = "The customer is a firm of architects: its architecture has won prizes in Lisbon and Oslo."
    return plain_deck(EN, Slide("A customer from the building trade", (text,)))


def process_deck() -> Deck:
    """Boxes and lines that are steps of selling."""
    return plain_deck(EN, Slide("How we work together", boxes=("First call", "Workshop", "Contract", "Kick-off")))


def long_deck(slides: int) -> Deck:
    more = [
        Slide(f"Customer number {n}", (EN.result, f"Reference code MIG-{n:04d}"), notes=EN.bullets[n % 4])
        for n in range(1, slides - 4)
    ]
    return plain_deck(EN, *more)


def paper(words: Words, *, breaks: bool = True, picture: bytes | None = None) -> Paper:
    """A one-pager of two pages: texts, a table, a link."""
    blocks = [
        Block("heading", words.one_pager),
        *(Block("paragraph", text) for text in (words.lead, words.problem)),
        *([Block("picture", picture)] if picture else []),
        *([Block("page")] if breaks else []),
        *(Block("paragraph", text) for text in (words.solution, words.result, *words.bullets)),
        Block("table", [[words.agenda[2], "EUR", "ISO"], *FIGURES]),
        Block("link", (words.agenda[3], SITE)),
    ]
    return Paper(words.one_pager, words.author, tuple(blocks))


def drawn_paper(words: Words) -> Paper:
    """A paper with the architecture as a picture below its heading."""
    own = (Block("heading", words.architecture), Block("picture", pictures.diagram(*words.boxes)))
    return replace(paper(words), blocks=paper(words).blocks + own)


def long_paper(pages: int) -> Paper:
    blocks: list[Block] = []
    for number in range(1, pages + 1):
        texts = (EN.lead, EN.problem, EN.solution, EN.result, f"Reference code MIG-{number:04d}")
        blocks += [Block("heading", f"Chapter {number}"), *(Block("paragraph", text) for text in texts), Block("page")]
    return Paper("The migration handbook", EN.author, tuple(blocks[:-1]))


def without_tables(made: Paper) -> Paper:
    return replace(made, blocks=tuple(block for block in made.blocks if block.kind not in ("table", "picture")))


def book(words: Words) -> Book:
    sheets = {
        words.agenda[2][:30]: [[words.agenda[2], "EUR", "ISO"], *FIGURES],
        words.agenda[3][:30]: [*([text] for text in (words.lead, words.problem, words.result)), [SITE]],
    }
    return Book(words.one_pager, words.author, sheets)


def figures_book(rows: int, sheets: int = 1) -> Book:
    """Numbers only: no language."""
    return Book(None, None, {
        f"2026-{sheet:02d}": [[n, n * sheet % 97, n / 4] for n in range(1, rows + 1)] for sheet in range(1, sheets + 1)
    })  # fmt: skip


def shortened(parts: dict[str, list[str]]) -> dict[str, list[str]]:
    """The first words of each text, of the first parts and some of the others: enough to tell them apart."""
    told = [number for at, number in enumerate(parts) if at < SHOWN or at == len(parts) - 1 or at % 50 == 0]
    return {number: [" ".join(text.split()[:8]) for text in parts[number]] for number in told}


def facts_of(made: Made, language: str | None, *, notes: bool = True) -> dict[str, Any]:
    """What every reader of the file should find, by how it is made: what a library writes as title or author where
    nobody says one (untitled, anonymous, openpyxl) is none."""
    facts: dict[str, Any] = {"title": made.title, "author": made.author, "language": language}
    if isinstance(made, Deck):
        return facts | _deck_facts(made, notes=notes)
    if isinstance(made, Book):
        words = {str(n): _some(rows) for n, rows in enumerate(made.sheets.values(), start=1)}
        links = sorted({str(cell) for rows in made.sheets.values() for row in rows for cell in row if _is_link(cell)})
        return facts | {"sheets": len(made.sheets), "words": shortened(words), "links": links, "pictures": 0}
    return facts | _paper_facts(made)


def _deck_facts(deck: Deck, *, notes: bool) -> dict[str, Any]:
    return {
        "slides": len(deck.slides),
        "words": shortened(
            {
                str(n): [
                    text
                    for text in (slide.title, *slide.lines[:1], *slide.boxes, slide.notes if notes else None)
                    if text
                ]
                for n, slide in enumerate(deck.slides, start=1)
            }
        ),
        "links": sorted({slide.link for slide in deck.slides if slide.link}),
        "pictures": sum(slide.picture is not None for slide in deck.slides),
    }


def _paper_facts(made: Paper) -> dict[str, Any]:
    page, words = 1, dict[str, list[str]]()
    for block in made.blocks:
        page += block.kind == "page"
        if block.kind in ("heading", "paragraph"):
            words.setdefault(str(page), []).append(block.content)
    return {
        "pages": page,
        "words": shortened(words),
        "links": sorted({block.content[1] for block in made.blocks if block.kind == "link"}),
        "pictures": sum(block.kind == "picture" for block in made.blocks),
    }


def _some(rows: Iterable[list[Any]]) -> list[str]:
    return [str(row[0]) for row in list(rows)[:3]]


def _is_link(cell: Any) -> bool:
    return isinstance(cell, str) and cell.startswith("https://")
