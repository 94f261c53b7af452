"""XML that defines entities, reads other files, or never ends, in the parts that somebody reads."""

from __future__ import annotations

import io
from functools import partial
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile

from tests.documents.hostile.case import SLOW, Case, case
from tests.documents.samples import FOLDER
from tests.unit.parsing import hostile

HEAD: Final = b'<?xml version="1.0" encoding="UTF-8"?>'
LAUGHS: Final = (
    HEAD + b'<!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%b">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><l>&j;</l>"
)  # fmt: skip
FILE: Final = HEAD + b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'
CALL: Final = HEAD + b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>'
PARAMETER: Final = HEAD + b'<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><x/>'
QUADRATIC: Final = HEAD + b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 60_000 + b'">]><x>' + b"&a;" * 60_000 + b"</x>"
LATE: Final = HEAD + b"<!--" + b" " * 200_000 + b"-->" + LAUGHS[len(HEAD) :]


def part_of(file: str, part: str, content: bytes) -> bytes:
    """A file of the corpus with one part replaced."""
    out = io.BytesIO()
    with ZipFile(FOLDER / file) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, content if info.filename == part else old.read(info))
        if part not in old.namelist():
            new.writestr(part, content)
    return out.getvalue()


def deep(levels: int = 300_000) -> bytes:
    """Elements within elements: a stack that never ends."""
    space = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = b"<w:p>" * levels + b"</w:p>" * levels
    return part_of(
        "case-study-en.docx", hostile.MAIN, b"<w:document %b><w:body>%b</w:body></w:document>" % (space, body)
    )


def attributes(count: int = 300_000) -> bytes:
    """One element with 300,000 attributes."""
    told = b" ".join(b'a%d="1"' % n for n in range(count))
    return part_of("case-study-en.docx", hostile.MAIN, b"<x %b/>" % told)


def far_cells(rows: int = 50_000) -> bytes:
    """Each row has one cell, the last of 16,384."""
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    told = b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (n, n) for n in range(1, rows + 1))
    sheet = b"<worksheet %b><sheetData>%b</sheetData></worksheet>" % (space, told)
    return part_of("wins-fr.xlsx", "xl/worksheets/sheet1.xml", sheet)


def _cases() -> list[Case]:
    found = []
    places = (
        ("case-study-en.docx", (hostile.MAIN, "word/styles.xml", "docProps/core.xml", "[Content_Types].xml")),
        ("deck-drawn-pt.pptx", ("ppt/presentation.xml", "ppt/slides/slide1.xml", "ppt/_rels/presentation.xml.rels")),
        ("wins-fr.xlsx", ("xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "_rels/.rels")),
    )
    kinds = (LAUGHS, FILE, CALL, PARAMETER, QUADRATIC, LATE)
    names = ("laughs", "file", "call", "parameter", "quadratic", "late")
    for file, parts in places:
        for part in parts:
            number = len(found) % len(kinds)
            make = partial(part_of, file, part, kinds[number])
            found.append(case(f"a.{file[-4:]}", "unsafe_xml", make, f"{names[number]} {part}"))
    return found


def _coded(encoding: str) -> bytes:
    said = LAUGHS.decode().replace("UTF-8", encoding)
    return part_of("case-study-en.docx", hostile.MAIN, said.encode(encoding, "strict"))


CASES: Final[tuple[Case, ...]] = (
    *_cases(),
    *(case("a.docx", "unsafe_xml", partial(_coded, name), f"laughs_{name}") for name in ("utf-16", "utf-16-be")),
    case("a.docx", "unsafe_xml", partial(_coded, "utf-7"), "laughs_utf-7"),
    case("a.docx", ("unsafe_xml", "broken"), partial(_coded, "utf-32-le"), "laughs_utf-32"),
    case("a.docx", ("broken", "bomb", *SLOW), deep),
    case("a.docx", ("broken", "bomb", *SLOW), attributes),
    case("a.xlsx", ("bomb", "document", *SLOW), far_cells),
)  # fmt: skip
