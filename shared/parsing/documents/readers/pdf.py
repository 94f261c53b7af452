"""Facts, text and links of a PDF, by pypdf."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from shared.parsing.documents.content import Content, Part, fact, first_line, moment
from shared.parsing.documents.ole import locked
from shared.parsing.refusal import NotUsable

MAX_PAGES = 10_000  # a cyclic page tree claims a million
MAX_PICTURES = 1_000  # counted of one page
MAX_PIXELS = 100_000_000  # of one picture
MAX_LINKS_OF_PAGE = 500
MOST_PAGES = 2  # of one picture; on more it is a logo, or the paper
PROGRAMS = ("/JavaScript", "/Launch")

_DAMAGE = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, AssertionError, OSError)
_AT = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:Z|([+-])(\d\d)'?(\d\d)?)?")


def read(file: Path) -> Content:
    """A page whose text cannot be read is left empty, as a scanned one is. Raises NotUsable."""
    from pypdf import PdfReader
    from pypdf.errors import LimitReachedError, PyPdfError

    content = Content(pictures=0)
    try:
        reader = PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):  # an owner's password alone still lets everybody read
            raise locked()
        content.pages = len(reader.pages)
        _refuse_programs(reader)
        _add_facts(reader.metadata, content)
    except LimitReachedError as error:
        raise _bomb() from error
    except (PyPdfError, NotImplementedError, *_DAMAGE) as error:
        message = "The PDF is damaged or cut off; export it again and upload that."
        raise NotUsable("broken", message) from error
    if not 0 < content.pages <= MAX_PAGES:
        message = f"The PDF claims {content.pages:,} pages; up to {MAX_PAGES:,} are taken. Export it again."
        raise NotUsable("broken", message)
    pictures: dict[object, list[Part]] = {}
    for number in range(content.pages):
        if content.is_full:
            break
        part = Part("page", number + 1)
        try:
            _read_page(reader.pages[number], part, content, pictures)
        except LimitReachedError as error:
            raise _bomb() from error
        except (PyPdfError, NotImplementedError, *_DAMAGE):
            pass
        content.add(part)
    content.pictures = len(pictures)
    for pages in pictures.values():
        if len(pages) <= MOST_PAGES:
            for each in pages:
                each.pictured = 0.5
    return content


def _read_page(page: Any, part: Part, content: Content, pictures: dict[object, list[Part]]) -> None:
    for picture in _pictures(page.get("/Resources"), 0):
        pictures.setdefault(picture, []).append(part)
    for url in _links(page):
        content.link(url, part)
    part.text = page.extract_text()
    if not part.text and (drawn := page.get_contents()) is not None:
        drawn.get_data()  # a page without fonts is not even unpacked for its text; what draws it would be
    part.title = first_line(part.text.split("\n"))


def _pictures(resources: Any, depth: int) -> Iterator[object]:
    """The pictures on a page, also within forms on it; each by what tells it from others. Raises NotUsable."""
    resources = resources.get_object() if resources is not None else {}
    drawn = resources.get("/XObject")
    for count, (name, reference) in enumerate((drawn.get_object() if drawn is not None else {}).items()):
        if count >= MAX_PICTURES:
            return
        raw = drawn.get_object().raw_get(name)
        found = reference.get_object()
        if found.get("/Subtype") == "/Image":
            if int(found.get("/Width", 0)) * int(found.get("/Height", 0)) > MAX_PIXELS:
                raise _too_many_pixels()
            yield getattr(raw, "idnum", (id(found), name))
        elif found.get("/Subtype") == "/Form" and depth < 3:
            yield from _pictures(found.get("/Resources"), depth + 1)


def _links(page: Any) -> Iterator[object]:
    notes = page.get("/Annots")
    for each in list(notes.get_object() if notes is not None else ())[:MAX_LINKS_OF_PAGE]:
        action = each.get_object().get("/A")
        if action is not None and "/URI" in (action := action.get_object()):
            address = action["/URI"]
            yield address.decode("latin-1") if isinstance(address, bytes) else address


def _refuse_programs(reader: Any) -> None:
    """What runs when it is opened is what macros are elsewhere; a form's own checks do not run by themselves."""
    root = reader.root_object
    names = root.get("/Names")
    opening = root.get("/OpenAction")
    opening = opening.get_object() if opening is not None else {}
    runs = isinstance(opening, dict) and opening.get("/S") in PROGRAMS
    if runs or (names is not None and "/JavaScript" in names.get_object()):
        message = "The PDF runs program code when it is opened; export it again without and upload that."
        raise NotUsable("macros", message)


def _add_facts(said: Any, content: Content) -> None:
    if not said:
        return
    content.title, content.author = fact(said.title), fact(said.author)
    content.created_at = _moment(said.creation_date_raw)
    content.modified_at = _moment(said.modification_date_raw)


def _moment(raw: object) -> str | None:
    """`D:20260131120000+01'00'` as an instant; pypdf's own reading raises on what LibreOffice writes."""
    found = _AT.match(raw) if isinstance(raw, str) else None
    if not found:
        return None
    year, month, day, *clock = (int(each or 0) for each in found.groups()[:6])
    minutes = int(found[8] or 0) * 60 + int(found[9] or 0)
    try:
        zone = timezone(timedelta(minutes=-minutes if found[7] == "-" else minutes))
        return moment(datetime(year, month or 1, day or 1, *clock, tzinfo=zone))  # type: ignore[arg-type,misc]
    except (ValueError, OverflowError):
        return None


def _bomb() -> NotUsable:
    return NotUsable("bomb", "The PDF is not safe to unpack: a part is far too large. Export it again and upload that.")


def _too_many_pixels() -> NotUsable:
    message = (
        f"A picture in the PDF has more than {MAX_PIXELS // 1_000_000} million pixels; export it with smaller ones."
    )
    return NotUsable("too_many_pixels", message)
