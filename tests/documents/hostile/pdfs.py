"""PDF files that go round in circles, never end, or are locked."""

from __future__ import annotations

import io
import zlib
from functools import partial
from typing import Final

from tests.documents.hostile.case import SLOW, Case, case
from tests.documents.hostile.deflating import wrapped
from tests.documents.samples import FOLDER
from tests.unit.parsing import hostile
from tests.unit.parsing.hostile import pdf_of

CATALOG: Final = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES: Final = b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>"
PAGE: Final = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>"


def stream(content: bytes, more: bytes) -> bytes:
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), more, content)


def deflated(piece: bytes, times: int) -> bytes:
    deflate = zlib.compressobj(9)
    return b"".join(deflate.compress(piece) for _ in range(times)) + deflate.flush()


def content_bomb() -> bytes:
    """A page whose content inflates to 400 MB."""
    return pdf_of(CATALOG, PAGES, PAGE, stream(wrapped(400, 32), b"/Filter /FlateDecode"))


def twice_deflated() -> bytes:
    """A page whose content inflates twice, to 2 GB."""
    content = zlib.compress(wrapped(2_000, 32), 9)
    return pdf_of(CATALOG, PAGES, PAGE, stream(content, b"/Filter [/FlateDecode /FlateDecode]"))


def run_lengths() -> bytes:
    """Runs of 128 spaces, themselves deflated."""
    content = deflated(b"\x81 " * 500_000, 6)
    return pdf_of(CATALOG, PAGES, PAGE, stream(content, b"/Filter [/FlateDecode /RunLengthDecode]"))


def object_stream() -> bytes:
    """A catalog in a compressed object that inflates to 1 GB."""
    content = wrapped(1_000, 32)
    return pdf_of(CATALOG, PAGES, PAGE, stream(content, b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"))


def table_bomb() -> bytes:
    """The cross-reference table itself is a stream that inflates to 500 MB."""
    head = b"%PDF-1.7\n"
    content = wrapped(500)
    more = b"/Type /XRef /Size 99999999 /W [1 2 1] /Root 2 0 R /Filter /FlateDecode"
    return head + b"1 0 obj\n" + stream(content, more) + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head)


def busy_page() -> bytes:
    """A million letters, each placed by itself, drawn in the same spot."""
    content = deflated(b"BT /F1 9 Tf 1 0 0 1 1 1 Tm (a) Tj ET\n" * 10_000, 300)
    page = PAGE[:-2] + b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
    return pdf_of(CATALOG, PAGES, page, stream(content, b"/Filter /FlateDecode"))


def forms_in_circles() -> bytes:
    """A form that draws itself."""
    own = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 4 0 R >> >>"
    page = PAGE[:-2] + b"/Resources << /XObject << /F 4 0 R >> >> >>"
    return pdf_of(CATALOG, PAGES, page, stream(b"/F Do /F Do", own))


def laughing_forms(levels: int = 12) -> bytes:
    """Forms that each draw the next one ten times."""
    forms = [
        stream(
            b"/F Do " * 10 if level < levels - 1 else b"0 0 9 9 re f ",
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F %d 0 R >> >>" % (5 + level),
        )
        for level in range(levels)
    ]
    page = PAGE[:-2] + b"/Resources << /XObject << /F 4 0 R >> >> >>"
    return pdf_of(CATALOG, PAGES, page, *forms)


def deep_tree(levels: int = 5_000) -> bytes:
    """Page trees within page trees."""
    nodes = [b"<< /Type /Pages /Count 1 /Kids [%d 0 R] >>" % (number + 3) for number in range(levels)]
    return pdf_of(CATALOG, *nodes, b"<< /Type /Page /MediaBox [0 0 9 9] >>")


def deep_arrays() -> bytes:
    return pdf_of(
        b"<< /Type /Catalog /Pages 2 0 R /X " + b"[" * 100_000 + b"]" * 100_000 + b" >>", PAGES, PAGE, b"null"
    )


def no_pages() -> bytes:
    return pdf_of(CATALOG, b"<< /Type /Pages /Count 0 /Kids [] >>")


def reference_to_itself() -> bytes:
    return pdf_of(b"1 0 R")


def tables_in_circles() -> bytes:
    """Each cross-reference table says that the other came before it."""
    made = hostile.pdf_of(CATALOG, PAGES, PAGE, stream(b"", b""))
    at = made.rindex(b"xref\n0")
    return made.replace(b"trailer\n<< ", b"trailer\n<< /Prev %d " % at)


def wide_page() -> bytes:
    """A page of 300 km by 300 km, which nobody should draw as it is."""
    page = PAGE.replace(b"0 0 9 9", b"0 0 900000000 900000000")
    return pdf_of(CATALOG, PAGES, page, stream(b"0 0 9 9 re f", b""))


def picture_bomb() -> bytes:
    """A page with a picture of 50,000 by 50,000 pixels, all black."""
    image = b"/Type /XObject /Subtype /Image /Width 50000 /Height 50000 /ColorSpace /DeviceGray /BitsPerComponent 8"
    page = PAGE[:-2] + b"/Resources << /XObject << /I 5 0 R >> >> >>"
    pixels = wrapped(2_500)
    drawn = stream(b"9 0 0 9 0 0 cm /I Do", b"")
    return pdf_of(CATALOG, PAGES, page, drawn, stream(pixels, image + b" /Filter /FlateDecode"))


def a_million_pages() -> bytes:
    """The same page a hundred thousand times, by honest trees of a hundred."""
    trees = [
        b"<< /Type /Pages /Count %d /Kids [%b] >>" % (100 ** (2 - n), b"%d 0 R " % (n + 3) * 100) for n in range(3)
    ]
    return pdf_of(CATALOG, *trees, b"<< /Type /Page /MediaBox [0 0 9 9] >>")


def locked(algorithm: str) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(FOLDER / "one-pager-es.pdf"))
    writer.encrypt("secret", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


COSTLY: Final = ("bomb", "broken", "document", "too_many_pixels", *SLOW)
"""Nothing is wrong with the file but what it would cost to draw; read up to a limit, it harms nobody."""

CASES: Final[tuple[Case, ...]] = (
    case("a.pdf", ("bomb", *SLOW), content_bomb),
    case("a.pdf", ("bomb", *SLOW), twice_deflated),
    case("a.pdf", ("bomb", *SLOW), run_lengths),
    case("a.pdf", ("bomb", "broken", *SLOW), table_bomb),
    case("a.pdf", COSTLY, object_stream),
    case("a.pdf", COSTLY, busy_page),
    case("a.pdf", COSTLY, laughing_forms),
    case("a.pdf", COSTLY, wide_page),
    case("a.pdf", COSTLY, picture_bomb),
    case("a.pdf", COSTLY, forms_in_circles),
    case("a.pdf", ("bomb", "broken"), hostile.cyclic_pdf, "pages_in_circles"),
    case("a.pdf", ("bomb", "broken", *SLOW), a_million_pages),
    case("a.pdf", ("broken", "document"), tables_in_circles),
    case("a.pdf", COSTLY, deep_tree),
    case("a.pdf", COSTLY, deep_arrays),
    case("a.pdf", "broken", no_pages),
    case("a.pdf", "broken", reference_to_itself),
    *(case("a.pdf", "encrypted", partial(locked, way), f"locked_{way}") for way in ("RC4-128", "AES-128", "AES-256")),
)
