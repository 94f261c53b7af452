"""What a file truly is, told by its bytes, and whether its name says the same.

A name proves nothing and magic-number libraries are fooled by locked Office files, so the order matters: OLE first (old
Office, and new Office behind a password), then `%PDF-` at offset 0, then a ZIP whose [Content_Types].xml names an
Office document. The ten types are those of DOMAIN.md, "Offers and readiness".
"""

from __future__ import annotations

import re
from pathlib import Path, PurePath
from xml.etree.ElementTree import ParseError

from shared.parsing.refusal import NotUsable
from shared.parsing.zip_guard import CONTENT_TYPES, check_zip

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
ALLOWED = ", ".join(f".{extension}" for extension in CONTENT_TYPE_OF)

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
    import olefile  # type: ignore[import-untyped]

    try:
        with olefile.OleFileIO(str(file)) as ole:
            entries = {path[0].casefold() for path in ole.listdir(streams=True, storages=True)}
    except (OSError, ValueError, IndexError, RecursionError) as error:
        raise NotUsable("broken", "The file is damaged; open it in its program, save it and upload that.") from error
    if entries & {"encryptedpackage", "encryptioninfo"} or _is_locked(file):
        raise locked()
    if entries & {"macros", "_vba_project_cur"}:
        raise with_macros()
    kinds = {"worddocument": "doc", "powerpoint document": "ppt", "workbook": "xls", "book": "xls"}
    return next((kind for entry, kind in kinds.items() if entry in entries), None)


def _is_locked(file: Path) -> bool:
    """Whether an old Office file has a password; what msoffcrypto cannot read counts as not locked."""
    import struct

    from msoffcrypto import OfficeFile  # type: ignore[import-untyped]
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, ParseError  # type: ignore[import-untyped]

    with file.open("rb") as stream:
        try:
            return bool(OfficeFile(stream).is_encrypted())
        except (DecryptionError, FileFormatError, ParseError):
            return False
        except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, struct.error):
            return False


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
    if any("macroenabled" in each.lower() or "vbaproject" in each.lower() for each in types):
        raise with_macros()
    return next((_MAIN_PARTS[each] for each in types if each in _MAIN_PARTS), None)


def locked() -> NotUsable:
    """A password is needed to open it."""
    return NotUsable("encrypted", "The file has a password; save it without one and upload that.")


def with_macros() -> NotUsable:
    """It carries program code."""
    return NotUsable("macros", "The file contains macros; save it without them (.pptx, .docx, .xlsx) and upload that.")
