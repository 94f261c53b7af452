"""Files under a wrong name, files that are two things at once, and files cut off at twenty points."""

from __future__ import annotations

import io
from functools import partial
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile

from tests.documents.hostile.case import Case, case
from tests.documents.samples import FOLDER, TYPES

SAMPLE: Final = {
    "pdf": "one-pager-en.pdf", "ppt": "deck-referring-pt.ppt", "pptx": "deck-drawn-pt.pptx", "doc": "one-pager-es.doc",
    "docx": "case-study-ru.docx", "xls": "wins-es.xls", "xlsx": "wins-pt.xlsx", "jpg": "photo.jpg",
    "png": "palette.png", "mp4": "tour-streamed.mp4",
}  # fmt: skip
"""A file of each type that is not too large to be cut and changed hundreds of times."""
POINTS: Final = 20
PROGRAM: Final = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + bytes(400)
PAGE: Final = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
DRAWING: Final = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def sample(kind: str) -> bytes:
    return (FOLDER / SAMPLE[kind]).read_bytes()


def archive() -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as made:
        made.writestr("run.class", b"\xca\xfe\xba\xbe")
    return out.getvalue()


def followed_by_archive(kind: str) -> bytes:
    """Its own program shows it; Java and every unpacker run what is behind."""
    return sample(kind) + archive()


def pdf_within(kind: str) -> bytes:
    """An Office file whose first entry is a PDF, stored: most PDF readers look for their sign in the first kilobyte."""
    out = io.BytesIO()
    with ZipFile(out, "w") as new:
        new.writestr("a", (FOLDER / "one-pager-es.pdf").read_bytes())
        with ZipFile(io.BytesIO(sample(kind))) as old:
            for info in old.infolist():
                new.writestr(info, old.read(info))
    return out.getvalue()


def after(head: bytes, kind: str) -> bytes:
    return head + sample(kind)


def cut(kind: str, point: int) -> bytes:
    content = sample(kind)
    return content[: len(content) * point // (POINTS + 1)]


def cut_codes(kind: str, point: int) -> tuple[str, ...]:
    """What is right for a file of which the rest is missing.

    A ZIP without its directory at the end can never be read. A PDF can be repaired by any reader, with the objects
    that are left, so its text may be taken. A film with its index in front (as this one) lacks pictures, its facts are
    right. A compound file keeps its parts in any order. Pictures must be whole: half of one is not what was sent.
    """
    if kind in ("docx", "xlsx", "pptx", "jpg", "png"):
        return ("broken",)
    return ("broken", "document", *(("unknown_type",) if kind in ("doc", "xls", "ppt") else ()))


def _wrong_names() -> list[Case]:
    others = [(kind, TYPES[(at + 1 + 3 * (at % 2)) % 10]) for at, kind in enumerate(TYPES)]
    strangers = (("program", PROGRAM), ("page", PAGE), ("drawing", DRAWING))
    return [
        *(case(f"a.{other}", "type_mismatch", partial(sample, kind), f"{kind} as {other}") for kind, other in others),
        *(
            case(f"a.{kind}", "unknown_type", partial(bytes, content), f"{told} as {kind}")
            for at, kind in enumerate(TYPES)
            for told, content in strangers[at % 3 :][:1]
        ),
    ]


CUT: Final[tuple[Case, ...]] = tuple(
    case(f"a.{kind}", cut_codes(kind, point), partial(cut, kind, point), f"{kind} cut at {point}")
    for kind in TYPES
    for point in range(1, POINTS + 1)
)
CASES: Final[tuple[Case, ...]] = (
    *_wrong_names(),
    *(
        case(
            f"a.{kind}",
            ("two_in_one", "broken", "unknown_type"),
            partial(followed_by_archive, kind),
            f"archive behind {kind}",
        )
        for kind in ("pdf", "jpg", "png", "mp4", "doc", "docx")
    ),
    case("a.docx", ("two_in_one", "bomb"), partial(pdf_within, "docx"), "pdf within docx"),
    case("a.pdf", ("two_in_one", "type_mismatch"), partial(pdf_within, "docx"), "docx as pdf within"),
    case("a.pdf", "unknown_type", partial(after, b"\n" * 500, "pdf"), "pdf after blanks"),
    case("a.docx", "unknown_type", partial(after, PROGRAM, "docx"), "docx behind a program"),
    case("a.jpg", ("type_mismatch", "two_in_one"), partial(after, sample("png"), "jpg"), "jpg behind png"),
    case("a.exe", "unknown_type", partial(bytes, PROGRAM), "program by its name"),
    case("a.docm", "unknown_type", partial(sample, "docx"), "docx named docm"),
    case("noname", "unknown_type", partial(sample, "pdf"), "no name at all"),
)
