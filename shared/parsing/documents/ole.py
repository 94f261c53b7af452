"""What all old binary Office files have in common: the compound file they are, its streams, its password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shared.parsing.refusal import NotUsable

MAX_STREAM = 150_000_000  # bytes of one stream that are read at once

_DAMAGE = (OSError, ValueError, IndexError, KeyError, TypeError, RecursionError, AttributeError)


@contextmanager
def opened(file: Path) -> Iterator[Any]:
    """The compound file. Raises NotUsable for one that is damaged."""
    import olefile  # type: ignore[import-untyped]

    try:
        ole = olefile.OleFileIO(str(file))
    except _DAMAGE as error:
        raise damaged() from error
    try:
        yield ole
    finally:
        ole.close()


def stream(ole: Any, name: str) -> bytes:
    """The bytes of a stream, empty where there is none. Raises NotUsable."""
    try:
        if not ole.exists(name):
            return b""
        if ole.get_size(name) > MAX_STREAM:
            raise NotUsable("too_much_memory", "The file needs more memory than one file may take. Make it smaller.")
        content: bytes = ole.openstream(name).read()
    except _DAMAGE as error:
        raise damaged() from error
    return content


def is_locked(file: Path) -> bool:
    """Whether an old Office file has a password; what msoffcrypto cannot read counts as not locked."""
    import struct

    from msoffcrypto import OfficeFile  # type: ignore[import-untyped]
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, ParseError  # type: ignore[import-untyped]

    with file.open("rb") as stream:
        try:
            return bool(OfficeFile(stream).is_encrypted())
        except (DecryptionError, FileFormatError, ParseError):
            return False
        except (*_DAMAGE, AssertionError, struct.error):
            return False


def damaged() -> NotUsable:
    """It cannot be read, and its own program may still be able to."""
    return NotUsable("broken", "The file is damaged; open it in its program, save it and upload that.")


def locked() -> NotUsable:
    """A password is needed to open it."""
    return NotUsable("encrypted", "The file has a password; save it without one and upload that.")


def with_macros() -> NotUsable:
    """It carries program code."""
    return NotUsable("macros", "The file contains macros; save it without them (.pptx, .docx, .xlsx) and upload that.")
