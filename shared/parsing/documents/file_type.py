"""What a file truly is, told by its bytes, and whether its name says the same.

A name proves nothing and magic-number libraries are fooled by locked Office files, so the order matters: OLE first (old
Office, and new Office behind a password), then `%PDF-` at offset 0, then a ZIP whose [Content_Types].xml names an
Office document. The ten types are those of DOMAIN.md, "Offers and readiness".
"""

from __future__ import annotations

import re
from pathlib import Path, PurePath
from xml.etree.ElementTree import ParseError

from shared.parsing.documents import ole
from shared.parsing.documents.zip_guard import CONTENT_TYPES, check_zip
from shared.parsing.refusal import NotUsable

CONTENT_TYPE_OF = {
    "pdf": "application/pdf",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jpg": "image/jpeg",
    "png": "image/png",
    "mp4": "video/mp4",
}
HEAD = 1024  # bytes in which a PDF reader looks for its sign
TAIL = 65_557  # bytes in which the end of a ZIP lies
ALLOWED = ", ".join(f".{extension}" for extension in CONTENT_TYPE_OF)

_CODE = ("macroenabled", "vbaproject", "macrosheet")
_END_OF_ZIP = b"PK\x05\x06"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIN_PARTS = {f"{CONTENT_TYPE_OF[extension]}.main+xml": extension for extension in ("pptx", "docx", "xlsx")}
_NOT_VIDEO_BRANDS = re.compile(rb"hei[cxsm]|hev[cx]|mif1|msf1|avi[fs]|crx |jp2 |jpx |M4[AB] |qt  ")


def check_type(file: Path, name: str) -> str:
    """The file's type as one of the ten extensions, which `name` must end in too. Raises NotUsable."""
    claimed = PurePath(name).suffix.lower().removeprefix(".")
    if claimed not in CONTENT_TYPE_OF:
        raise NotUsable("unknown_type", f"Files named .{claimed[:20]} are not taken; use one of {ALLOWED}.")
    actual = true_type(file)
    if actual is None:
        raise NotUsable("unknown_type", f"The content is none of {ALLOWED}; export it from its program as .{claimed}.")
    _refuse_two_in_one(file, actual)
    if actual != claimed:
        message = f"The name says .{claimed} and the content is .{actual}; rename it to .{actual}, or export it again."
        raise NotUsable("type_mismatch", message)
    return actual


def true_type(file: Path) -> str | None:
    """One of the ten extensions, or None. Raises NotUsable for what is recognized and refused (locked, macros, ...)."""
    with file.open("rb") as stream:
        head = stream.read(16)
    if not head:
        raise NotUsable("empty_file", "The file is empty; upload it again.")
    if head.startswith(_OLE):
        return _ole_type(file)
    if head.startswith(b"PK\x03\x04"):
        return _office_type(check_zip(file))
    return _plain_type(head)


def _refuse_two_in_one(file: Path, actual: str) -> None:
    """What another program takes for something else: a ZIP behind a picture, a PDF in a document's first bytes."""
    with file.open("rb") as stream:
        head = stream.read(HEAD)
        stream.seek(max(0, stream.seek(0, 2) - TAIL))
        tail = stream.read()
    end = tail.rfind(_END_OF_ZIP) + 22
    ends_as_zip = 22 <= end <= len(tail) and end + int.from_bytes(tail[end - 2 : end], "little") == len(tail)
    if (ends_as_zip and not head.startswith(b"PK")) or (b"%PDF-" in head and actual != "pdf"):
        message = "The file is two kinds of file in one; save it again from its program and upload that."
        raise NotUsable("two_in_one", message)


def _plain_type(head: bytes) -> str | None:
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head[4:8] == b"ftyp" and not _NOT_VIDEO_BRANDS.match(head[8:12]):
        return "mp4"
    return None


def _ole_type(file: Path) -> str | None:
    with ole.opened(file) as opened:
        try:
            entries = {path[0].casefold() for path in opened.listdir(streams=True, storages=True)}
        except (OSError, ValueError, IndexError, RecursionError) as error:
            raise ole.damaged() from error
    if entries & {"encryptedpackage", "encryptioninfo"} or ole.is_locked(file):
        raise ole.locked()
    if entries & {"macros", "_vba_project_cur"}:
        raise ole.with_macros()
    kinds = {"worddocument": "doc", "powerpoint document": "ppt", "workbook": "xls", "book": "xls"}
    return next((kind for entry, kind in kinds.items() if entry in entries), None)


def _office_type(content_types: bytes | None) -> str | None:
    """The Office type that [Content_Types].xml names; None for a ZIP that is no Office file we take."""
    from defusedxml import DefusedXmlException, ElementTree  # type: ignore[import-untyped]

    if content_types is None:
        return None
    try:
        root = ElementTree.fromstring(content_types)
    except (ParseError, DefusedXmlException) as error:
        raise NotUsable(
            "broken", f"{CONTENT_TYPES} cannot be read; save the document again and upload that."
        ) from error
    types = [element.get("ContentType", "") for element in root]
    if any(code in each.casefold() for each in types for code in _CODE):
        raise ole.with_macros()
    return next((_MAIN_PARTS[each] for each in types if each in _MAIN_PARTS), None)
