"""Text out of the XML that Office documents are made of. `zip_guard` has looked at it before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from shared.parsing.documents.content import Content, fact, moment

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LINKED = "/hyperlink"
_PROPERTIES = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"


def xml_text(root: Any, namespace: str) -> str:
    """The text below an element: runs, tabs and breaks, a line a paragraph; a compatibility copy is not read twice."""
    from lxml import etree  # type: ignore[import-untyped]

    pieces: list[str] = []
    starts: dict[str, Callable[[Any], str]] = {
        f"{namespace}t": lambda element: element.text or "",
        f"{namespace}tab": lambda _: "\t",
        f"{namespace}br": lambda _: "\n",
    }
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "start" and element.tag == _FALLBACK:
            walk.skip_subtree()
        elif event == "start" and element.tag in starts:
            pieces.append(starts[element.tag](element))
        elif event == "end" and element.tag == f"{namespace}p":
            pieces.append("\n")
    return "".join(pieces)


def parsed(blob: bytes) -> Any:
    """A part the library left as bytes. Raises lxml's XMLSyntaxError."""
    from lxml import etree

    return etree.fromstring(blob, etree.XMLParser(resolve_entities=False, no_network=True))


def has_properties(package: Any) -> bool:
    """Whether a package of Word's or PowerPoint's says anything of itself; where it does not, the libraries answer with
    a title of their own and the time at which they were asked."""
    try:
        return package.part_related_by(_PROPERTIES) is not None
    except KeyError:
        return False


def add_facts(properties: Any, content: Content) -> None:
    """Title, author and dates out of the core properties; what is damaged of them is not told."""
    author = "author" if hasattr(type(properties), "author") else "creator"
    content.title, content.author = fact(properties.title), fact(getattr(properties, author))
    content.created_at = _date(properties, "created")
    content.modified_at = _date(properties, "modified")


def _date(properties: Any, name: str) -> str | None:
    try:
        return moment(getattr(properties, name))
    except (ValueError, TypeError, OverflowError):
        return None


def addresses(part: Any) -> Iterator[object]:
    """What a part links to outside the document."""
    for relation in part.rels.values():
        if relation.is_external and relation.reltype.endswith(_LINKED):
            yield relation.target_ref
