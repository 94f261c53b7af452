"""Slides of a .ppt: the records of its one stream [MS-PPT], found by the table of what was saved last."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from shared.parsing.documents.content import Content, Part, first_line
from shared.parsing.documents.ole import damaged, locked, opened, stream, with_macros
from shared.parsing.documents.ole_properties import add_properties

MAX_EDITS = 1_000  # saves one after the other that a file remembers
MAX_DEPTH = 40
MAX_RECORDS = 2_000_000

NOTES, NOTES_OF = 0x03F0, 0x03F1
DOCUMENT, SLIDE, SLIDE_LIST, SLIDE_PLACE, EDIT, PLACES = 0x03E8, 0x03EE, 0x0FF0, 0x03F3, 0x0FF5, 0x1772
TEXT_KIND, WIDE_TEXT, TEXT, VBA, LINK_TARGET = 0x0F9F, 0x0FA0, 0x0FA8, 0x0400, 0x0FBA
SHAPE = 0xF00A
ENCRYPTED = 0xF3D1_C4DF  # the token of Current User
OF_SLIDES, OF_NOTES = 0, 2
TITLES = (0, 6)
PICTURE_FRAME, CONNECTORS = 75, range(32, 41)

Record = tuple[int, int, int, int]  # instance, type, start and end of its content
_HEADER = struct.Struct("<HHL")


def read(file: Path) -> Content:
    """Text, drawings and links, a part a slide. Raises NotUsable."""
    content = Content()
    with opened(file) as ole:
        deck = _Deck(stream(ole, "PowerPoint Document"))
        try:
            deck.read(stream(ole, "Current User"), content)
        except (struct.error, RecursionError) as error:
            raise damaged() from error
        pictures = stream(ole, "Pictures")
        content.pictures = sum(1 for _ in records(pictures, 0, len(pictures)))
        add_properties(ole, content)
    return content


def records(data: bytes, at: int, end: int) -> Iterator[Record]:
    """The records that lie side by side between two offsets; what sticks out ends them."""
    while at + _HEADER.size <= end:
        version, kind, length = _HEADER.unpack_from(data, at)
        start, at = at + _HEADER.size, at + _HEADER.size + length
        if at > end:
            return
        yield version >> 4, kind, start, at


class _Deck:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = MAX_RECORDS

    def read(self, user: bytes, content: Content) -> None:
        if struct.unpack_from("<L", user, 12)[0] == ENCRYPTED:
            raise locked()
        places, document = self._saved_last(struct.unpack_from("<L", user, 16)[0])
        if document not in places:
            raise damaged()
        start, end = self._record(places[document], DOCUMENT)
        content.slides = 0
        lists: dict[int, tuple[int, int]] = {}
        for instance, kind, at, until in self._deep(start, end):
            if kind == VBA and struct.unpack_from("<L", self._data, at + 4)[0]:
                raise with_macros()
            if kind == LINK_TARGET and instance == 1:
                content.link(self._data[at:until].decode("utf-16-le", "replace"))
            if kind == SLIDE_LIST:
                lists.setdefault(instance, (at, until))
        notes = self._notes(places, *lists.get(OF_NOTES, (0, 0)))
        self._slides(places, notes, content, *lists.get(OF_SLIDES, (0, 0)))

    def _saved_last(self, at: int) -> tuple[dict[int, int], int]:
        """Where each numbered record lies since the last save, and the number of the document's."""
        places: dict[int, int] = {}
        document = None
        for _ in range(MAX_EDITS):
            start, _ = self._record(at, EDIT)
            before, table, number = struct.unpack_from("<LLL", self._data, start + 8)
            document = number if document is None else document
            start, end = self._record(table, PLACES)
            while start + 4 <= end:
                (head,) = struct.unpack_from("<L", self._data, start)
                count, first = head >> 20, head & 0xFFFFF
                for each, place in enumerate(struct.unpack_from(f"<{count}L", self._data, start + 4)):
                    places.setdefault(first + each, place)
                start += 4 + 4 * count
            if not before or before >= at:
                break
            at = before
        return places, document or 0

    def _record(self, at: int, wanted: int) -> tuple[int, int]:
        _, kind, length = _HEADER.unpack_from(self._data, at)
        if kind != wanted or at + _HEADER.size + length > len(self._data):
            raise damaged()
        return at + _HEADER.size, at + _HEADER.size + length

    def _notes(self, places: dict[int, int], at: int, end: int) -> dict[int, str]:
        """The speaker's notes, by the slide they are of."""
        notes: dict[int, str] = {}
        for _, kind, start, _ in records(self._data, at, end):
            (number,) = struct.unpack_from("<L", self._data, start) if kind == SLIDE_PLACE else (0,)
            if number in places:
                found = list(self._deep(*self._record(places[number], NOTES)))
                said = Part("slide", 0)
                self._fill(said, found)
                of = [struct.unpack_from("<L", self._data, each[2])[0] for each in found if each[1] == NOTES_OF]
                notes |= dict.fromkeys(of, said.text)
        return notes

    def _slides(self, places: dict[int, int], notes: dict[int, str], content: Content, at: int, end: int) -> None:
        """The outline's text of each slide, what is in its own boxes, and its notes."""
        slides: list[tuple[int, int, list[Record]]] = []
        for record in records(self._data, at, end):
            if record[1] == SLIDE_PLACE:
                place, _, _, known_as = struct.unpack_from("<LLLL", self._data, record[2])
                slides.append((place, known_as, []))
            elif slides:
                slides[-1][2].append(record)
        content.slides = len(slides)
        for number, (place, known_as, outline) in enumerate(slides, start=1):
            if content.is_full:
                return
            part = Part("slide", number)
            drawn = list(self._deep(*self._record(places[place], SLIDE))) if place in places else []
            self._fill(part, [*outline, *drawn])
            part.text += "\n" + notes.get(known_as, "")
            content.add(part)

    def _fill(self, part: Part, found: list[Record]) -> None:
        kind, lines = -1, []
        for instance, type_, start, end in found:
            if type_ == TEXT_KIND:
                (kind,) = struct.unpack_from("<L", self._data, start)
            elif type_ in (WIDE_TEXT, TEXT):
                text = self._data[start:end].decode("utf-16-le" if type_ == WIDE_TEXT else "latin-1", "replace")
                lines.append(text.replace("\x0b", "\n"))
                if kind in TITLES and not part.title:
                    part.title = text.replace("\r", " ").replace("\x0b", " ")
            elif type_ == SHAPE:
                part.shapes += 1
                part.connectors += instance in CONNECTORS
                part.pictured += 0.5 if instance == PICTURE_FRAME else 0
        part.text = "\n".join(lines)
        part.title = part.title or first_line(lines)

    def _deep(self, at: int, end: int, depth: int = 0) -> Iterator[Record]:
        """All records, containers before what is in them."""
        for record in records(self._data, at, end):
            self._left -= 1
            if self._left < 0:
                raise damaged()
            yield record
            (head,) = struct.unpack_from("<H", self._data, record[2] - _HEADER.size)
            if head & 0xF == 0xF and depth < MAX_DEPTH:
                yield from self._deep(record[2], record[3], depth + 1)
