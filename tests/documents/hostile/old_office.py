"""Old Office files with passwords and macros, and new ones; compound files that lead nowhere."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from functools import partial
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

import olefile

from tests.documents.hostile.case import SLOW, Case, case
from tests.documents.hostile.ole_files import compound
from tests.documents.samples import FOLDER

OLD: Final = {"doc": "one-pager-en.doc", "xls": "wins-de.xls", "ppt": "deck-drawn-de.ppt"}
NEW: Final = {"docx": "case-study-en.docx", "xlsx": "wins-fr.xlsx", "pptx": "deck-drawn-pt.pptx"}
STORAGE: Final = {"doc": "Macros", "xls": "_VBA_PROJECT_CUR"}
MAIN: Final = {
    "docx": (b"openxmlformats-officedocument.wordprocessingml.document", b"ms-word.document.macroEnabled"),
    "xlsx": (b"openxmlformats-officedocument.spreadsheetml.sheet", b"ms-excel.sheet.macroEnabled"),
    "pptx": (b"openxmlformats-officedocument.presentationml.presentation", b"ms-powerpoint.presentation.macroEnabled"),
}


def streams_of(kind: str) -> dict[str, bytes]:
    with olefile.OleFileIO(str(FOLDER / OLD[kind])) as ole:
        return {"/".join(path): ole.openstream(path).read() for path in ole.listdir()}


def again(kind: str) -> bytes:
    """The file written anew: shows that what is wrong with the others is what was put in."""
    return compound(streams_of(kind))


def with_macros(kind: str) -> bytes:
    """A VBA project as Word and Excel store one."""
    storage = STORAGE[kind]
    project = {
        f"{storage}/VBA/dir": b"\x01\x00\xb0" + bytes(60), f"{storage}/VBA/_VBA_PROJECT": b"\xcc\x61" + bytes(20),
        f"{storage}/VBA/ThisDocument": b"Attribute VB_Name" + bytes(80), f"{storage}/PROJECT": b'ID="{0}"\r\n',
    }  # fmt: skip
    return compound({**streams_of(kind), **project})


def deck_with_macros() -> bytes:
    """As PowerPoint stores them: VBAInfoAtom says that there are some. They lie compressed among the records."""
    streams = streams_of("ppt")
    content = bytearray(streams["PowerPoint Document"])
    at = content.index(struct.pack("<HL", 0x0400, 12))
    struct.pack_into("<L", content, at + 6 + 4, 1)
    return compound({**streams, "PowerPoint Document": bytes(content)})


def locked_doc() -> bytes:
    """fEncrypted in the FIB, and a header of RC4 CryptoAPI at the start of the table stream."""
    streams = streams_of("doc")
    main = bytearray(streams["WordDocument"])
    flags = struct.unpack_from("<H", main, 10)[0] | 0x0100
    struct.pack_into("<H", main, 10, flags)
    struct.pack_into("<L", main, 14, 52)
    table = "1Table" if flags & 0x0200 else "0Table"
    locked = struct.pack("<HH", 1, 1) + bytes(48) + streams[table][52:]
    return compound({**streams, "WordDocument": bytes(main), table: locked})


def locked_xls() -> bytes:
    """FILEPASS after the first BOF, RC4 of Excel 97."""
    streams = streams_of("xls")
    content = streams["Workbook"]
    (length,) = struct.unpack_from("<H", content, 2)
    record = struct.pack("<HH", 0x2F, 54) + struct.pack("<HHH", 1, 1, 1) + bytes(48)
    return compound({**streams, "Workbook": content[: 4 + length] + record + content[4 + length :]})


def locked_ppt() -> bytes:
    """The token of an encrypted deck in Current User."""
    streams = streams_of("ppt")
    user = bytearray(streams["Current User"])
    struct.pack_into("<L", user, 12, 0xF3D1C4DF)
    return compound({**streams, "Current User": bytes(user)})


def locked_new(kind: str) -> bytes:
    """By a password, as Office 2010 and later do it."""
    from msoffcrypto.format.ooxml import OOXMLFile

    out = io.BytesIO()
    with (FOLDER / NEW[kind]).open("rb") as stream:
        OOXMLFile(stream).encrypt("secret", out)
    return out.getvalue()


def new_with_macros(kind: str, *, hidden: bool = False) -> bytes:
    """docm, xlsm or pptm; `hidden` leaves the main part's type as it was and only adds the project."""
    plain, enabled = MAIN[kind]
    project = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
    out = io.BytesIO()
    with ZipFile(FOLDER / NEW[kind]) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "[Content_Types].xml":
                content = content if hidden else content.replace(plain + b".main", enabled + b".main")
                content = content.replace(b"</Types>", project + b"</Types>")
            new.writestr(info.filename, content)
        folder = {"docx": "word", "xlsx": "xl", "pptx": "ppt"}[kind]
        new.writestr(f"{folder}/vbaProject.bin", compound({"VBA/dir": b"\x01" * 40}))
    return out.getvalue()


def _header_word(at: int, value: int, kind: str = "doc") -> bytes:
    content = bytearray((FOLDER / OLD[kind]).read_bytes())
    struct.pack_into("<L", content, at, value)
    return bytes(content)


def fat_in_circles() -> bytes:
    """Every sector is followed by the first."""
    content = bytearray((FOLDER / OLD["doc"]).read_bytes())
    (first,) = struct.unpack_from("<L", content, 76)
    place = 512 * (first + 1)
    content[place : place + 512] = bytes(512)
    return bytes(content)


def directory_in_circles() -> bytes:
    """Each entry names itself as its left and right neighbour and as its child."""
    content = bytearray((FOLDER / OLD["doc"]).read_bytes())
    (first,) = struct.unpack_from("<L", content, 48)
    for at in range(4):
        struct.pack_into("<LLL", content, 512 * (first + 1) + 128 * at + 68, at, at, at)
    return bytes(content)


def stream_of_gigabytes(kind: str) -> bytes:
    """The directory declares 4 GB for the main stream."""
    content = bytearray((FOLDER / OLD[kind]).read_bytes())
    name = {"doc": "WordDocument", "xls": "Workbook", "ppt": "PowerPoint Document"}[kind]
    at = content.index(name.encode("utf-16-le") + b"\0\0")
    struct.pack_into("<L", content, at + 120, 0xFFFFFFF0)
    return bytes(content)


def records_in_records() -> bytes:
    """A deck of containers within containers, a hundred thousand deep."""
    streams = streams_of("ppt")
    levels = 100_000
    nested = b"".join(struct.pack("<HHL", 0xF, 0x03E8, 8 * (levels - n - 1)) for n in range(levels))
    return compound({**streams, "PowerPoint Document": nested})


def sheet_of_repeats() -> bytes:
    """Strings that claim to be 60,000 characters long, in a table that claims four billion of them."""
    streams = streams_of("xls")
    content = bytearray(streams["Workbook"])
    at = content.index(struct.pack("<H", 0xFC))
    struct.pack_into("<LL", content, at + 4, 0xFFFFFFFF, 0xFFFFFFFF)
    return compound({**streams, "Workbook": bytes(content)})


def _each(names: Any, make: Callable[..., bytes], code: Any, told: str, **more: Any) -> list[Case]:
    return [case(f"a.{kind}", code, partial(make, kind, **more), f"{told}_{kind}") for kind in names]


DAMAGED: Final = ("broken", "document", "unknown_type", *SLOW)

CASES: Final[tuple[Case, ...]] = (
    *_each(OLD, again, "document", "written_anew"),
    *_each(STORAGE, with_macros, "macros", "macros"),
    *_each(NEW, new_with_macros, "macros", "macros"),
    *_each(NEW, new_with_macros, "macros", "hidden_macros", hidden=True),
    case("a.ppt", "macros", deck_with_macros),
    *_each(NEW, locked_new, "encrypted", "locked"),
    case("a.doc", "encrypted", locked_doc),
    case("a.xls", "encrypted", locked_xls),
    case("a.ppt", "encrypted", locked_ppt),
    case("a.doc", ("broken", "unknown_type"), fat_in_circles),
    case("a.doc", ("broken", "unknown_type"), directory_in_circles),
    case("a.doc", ("broken",), partial(_header_word, 48, 0x00FFFFFF), "directory_beyond_the_end"),
    case("a.doc", DAMAGED, partial(_header_word, 44, 0xFFFFFFFF), "four_billion_fat_sectors"),
    case("a.doc", DAMAGED, partial(_header_word, 68, 0), "difat_in_circles"),
    *_each(OLD, stream_of_gigabytes, ("broken", "document", *SLOW), "stream_of_gigabytes"),
    case("a.ppt", ("broken", "document", *SLOW), records_in_records),
    case("a.xls", ("broken", "document", *SLOW), sheet_of_repeats),
)
