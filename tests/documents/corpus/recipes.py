"""Which files there are, and what is true of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

from PIL import Image

from tests.documents.corpus import contents as c
from tests.documents.corpus import pictures
from tests.documents.corpus.shapes import Block, Made, Paper
from tests.documents.corpus.texts import DE, EN, ES, FR, PT, RU


@dataclass(frozen=True, slots=True)
class Recipe:
    """`diagram`: whether the file shows an architecture diagram or says where one is; None where nobody asks."""

    name: str
    made: Made
    language: str | None
    diagram: bool | None = False
    by: Literal["LibreOffice", "python-pptx", "python-docx", "openpyxl", "reportlab"] = "LibreOffice"

    @property
    def stem(self) -> str:
        return self.name.rpartition(".")[0]

    @property
    def type(self) -> str:
        return self.name.rpartition(".")[2]


def _unnamed(made: Any) -> Any:
    return replace(made, title=None, author=None)


def _scanned() -> Paper:
    """A page that is one picture."""
    return Paper("Scanned contract", None, (Block("picture", pictures.diagram("one", "two")),))


_TWO = Paper("Zweisprachig", DE.author, (*c.paper(DE).blocks, Block("paragraph", EN.bullets[0])))
_BERLIN = c.plain_deck(DE)

OFFICE: Final[tuple[Recipe, ...]] = (
    Recipe("one-pager-en.pdf", c.paper(EN, picture=pictures.logo()), "en"),
    Recipe("one-pager-fr.pdf", c.paper(FR), "fr"),
    Recipe("one-pager-ru.pdf", c.paper(RU), "ru"),
    Recipe("one-pager-es.pdf", c.without_tables(c.paper(ES)), "es", by="reportlab"),
    Recipe("unnamed-pt.pdf", _unnamed(c.without_tables(c.paper(PT))), "pt", by="reportlab"),
    Recipe("handbook-150-en.pdf", c.long_paper(150), "en", by="reportlab"),
    Recipe("scanned.pdf", _scanned(), None),
    Recipe("case-study-de.pdf", c.drawn_paper(DE), "de", diagram=True),
    Recipe("deck-drawn-en.pdf", c.drawn_deck(EN), "en", diagram=True),
    Recipe("deck-pictured-pt.pdf", c.pictured_deck(PT), "pt", diagram=True),
    Recipe("deck-referring-es.pdf", c.referring_deck(ES), "es", diagram=True),
    Recipe("deck-plain-de.pdf", _BERLIN, "de"),
    Recipe("deck-people-en.pdf", c.organization_chart(EN), "en"),
    Recipe("deck-drawn-en.pptx", c.drawn_deck(EN), "en", diagram=True),
    Recipe("deck-drawn-ru.pptx", c.drawn_deck(RU), "ru", diagram=True),
    Recipe("deck-untitled-en.pptx", c.untitled_drawing(EN), "en", diagram=True),
    Recipe("deck-referring-de.pptx", c.referring_deck(DE), "de", diagram=True),
    Recipe("deck-plain-es.pptx", c.plain_deck(ES), "es"),
    Recipe("deck-pictured-fr.pptx", c.pictured_deck(FR), "fr", diagram=True, by="python-pptx"),
    Recipe("deck-drawn-pt.pptx", c.drawn_deck(PT), "pt", diagram=True, by="python-pptx"),
    Recipe("deck-untitled-fr.pptx", c.untitled_drawing(FR), "fr", diagram=True, by="python-pptx"),
    Recipe("deck-people-en.pptx", c.organization_chart(EN), "en", by="python-pptx"),
    Recipe("deck-process-en.pptx", c.process_deck(), "en", by="python-pptx"),
    Recipe("deck-building-en.pptx", c.building_deck(), "en", by="python-pptx"),
    Recipe("deck-brief-fr.pptx", c.brief_deck(FR), "fr", by="python-pptx"),
    Recipe("deck-brief-de.pptx", c.brief_deck(DE), "de", by="python-pptx"),
    Recipe("deck-100-en.pptx", c.long_deck(100), "en", by="python-pptx"),
    Recipe("deck-drawn-de.ppt", c.drawn_deck(DE), "de", diagram=True),
    Recipe("deck-untitled-es.ppt", c.untitled_drawing(ES), "es", diagram=True),
    Recipe("deck-pictured-ru.ppt", c.pictured_deck(RU), "ru", diagram=True),
    Recipe("deck-referring-pt.ppt", c.referring_deck(PT), "pt", diagram=True),
    Recipe("deck-people-fr.ppt", c.organization_chart(FR), "fr"),
    Recipe("deck-40-en.ppt", c.long_deck(40), "en"),
    Recipe("case-study-en.docx", c.paper(EN, picture=pictures.photo(900, 600)), "en"),
    Recipe("case-study-fr.docx", c.drawn_paper(FR), "fr", diagram=True),
    Recipe("case-study-ru.docx", c.paper(RU), "ru"),
    Recipe("case-study-de.docx", _TWO, "de", by="python-docx"),
    Recipe("case-study-pt.docx", c.paper(PT, picture=pictures.logo()), "pt", by="python-docx"),
    Recipe("handbook-en.docx", c.long_paper(200), "en", by="python-docx"),
    Recipe("one-pager-en.doc", c.paper(EN), "en"),
    Recipe("one-pager-es.doc", c.paper(ES), "es"),
    Recipe("one-pager-ru.doc", c.paper(RU), "ru"),
    Recipe("one-pager-fr.doc", c.drawn_paper(FR), "fr", diagram=True),
    Recipe("unnamed-de.doc", _unnamed(c.paper(DE, breaks=False)), "de"),
    Recipe("handbook-en.doc", c.long_paper(100), "en"),
    Recipe("wins-en.xlsx", c.book(EN), "en", diagram=None),
    Recipe("wins-fr.xlsx", c.book(FR), "fr", diagram=None, by="openpyxl"),
    Recipe("wins-pt.xlsx", c.book(PT), "pt", diagram=None, by="openpyxl"),
    Recipe("figures-12-sheets.xlsx", c.figures_book(50, 12), None, diagram=None),
    Recipe("figures-12000.xlsx", c.figures_book(12_000), None, diagram=None, by="openpyxl"),
    Recipe("wins-de.xls", c.book(DE), "de", diagram=None),
    Recipe("wins-es.xls", c.book(ES), "es", diagram=None),
    Recipe("wins-ru.xls", c.book(RU), "ru", diagram=None),
    Recipe("figures.xls", c.figures_book(20, 3), None, diagram=None),
    Recipe("figures-5000.xls", c.figures_book(5_000), None, diagram=None),
)

Images = dict[str, tuple[Callable[[], Image.Image], dict[str, Any], tuple[int, int]]]
IMAGES: Final[Images] = {
    "logo.png": (partial(pictures.gradient, 64, 48), {}, (64, 48)),
    "palette.png": (partial(pictures.gradient, 640, 480, "P"), {"optimize": True}, (640, 480)),
    "clear.png": (partial(pictures.gradient, 300, 200, "RGBA"), {}, (300, 200)),
    "grey.png": (partial(pictures.gradient, 800, 600, "L"), {}, (800, 600)),
    "poster.png": (partial(Image.new, "RGB", (5_000, 4_000), "navy"), {"optimize": True}, (5_000, 4_000)),
    "dot.jpg": (partial(Image.new, "RGB", (1, 1), "red"), {}, (1, 1)),
    "photo.jpg": (partial(pictures.gradient, 1_200, 800), {"quality": 80}, (1_200, 800)),
    "progressive.jpg": (partial(pictures.gradient, 1_000, 700), {"progressive": True}, (1_000, 700)),
    "print-cmyk.jpg": (partial(pictures.gradient, 600, 400, "CMYK"), {"quality": 70}, (600, 400)),
    "large.jpg": (partial(pictures.gradient, 6_000, 4_000), {"quality": 20}, (6_000, 4_000)),
}

Films = dict[str, tuple[Callable[[Path], None], dict[str, Any]]]


def _of(width: int, height: int, duration: float | None) -> dict[str, Any]:
    return {"width": width, "height": height, "duration": duration}


_LOW: Final = ("-crf", "40", "-preset", "veryfast")


def _turned(file: Path) -> None:
    upright = file.with_suffix(".upright.mp4")
    pictures.film(upright, "320x180", 3, *_LOW)
    pictures.rotated(file, upright)
    upright.unlink()


def _heard(file: Path) -> None:
    pictures.film(file, "64x64", 4, "-map", "1:a", "-b:a", "24k", sound=True)


FILMS: Final[Films] = {
    "tour.mp4": (lambda file: pictures.film(file, "640x360", 5, *_LOW, sound=True), _of(640, 360, 5.0)),
    "tour-streamed.mp4": (
        lambda file: pictures.film(file, "320x240", 7.5, *_LOW, "-movflags", "+faststart"), _of(320, 240, 7.5),
    ),
    "tour-silent-1080.mp4": (
        lambda file: pictures.film(file, "1920x1080", 60, *_LOW, source="color=c=navy:"), _of(1920, 1080, 60.0),
    ),
    "tour-old-codec.mp4": (lambda file: pictures.film(file, "352x288", 3, "-c:v", "mpeg4"), _of(352, 288, 3.0)),
    "tour-turned.mp4": (_turned, _of(320, 180, 3.0)),
    "tour-fragments.mp4": (
        lambda file: pictures.film(file, "320x240", 4, *_LOW, "-movflags", "frag_keyframe+empty_moov"),
        _of(320, 240, None),
    ),
    "heard-only.mp4": (_heard, _of(0, 0, 4.0) | {"width": None, "height": None}),
}  # fmt: skip
