"""Files that were good and were changed at random, the same each time for a seed."""

from __future__ import annotations

import io
import random
import re
import warnings
from collections.abc import Callable
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import olefile

from tests.documents.hostile.disguises import SAMPLE
from tests.documents.hostile.ole_files import compound
from tests.documents.samples import FOLDER, expected

NUMBERS: Final = tuple(
    number.to_bytes(size, order)
    for size in (1, 2, 4, 8)
    for number in (0, 1, 2 ** (8 * size - 1) - 1, 2 ** (8 * size - 1), 2 ** (8 * size) - 2, 2 ** (8 * size) - 1)
    for order in ("little", "big")
)
WORDS: Final = (
    b"",
    b"0",
    b"-1",
    b"1",
    b"99999999999",
    b"1e308",
    b"NaN",
    b"../../etc/passwd",
    b"true",
    "й".encode() * 500,
)
_VALUE: Final = re.compile(rb'="([^"<>]*)"')
_ELEMENT: Final = re.compile(rb"<([\w:]+)(?: [^<>]*)?/>")
LARGEST: Final = 500_000  # bytes of a file that is changed
Change = Callable[[random.Random, bytearray], None]


def mutated(kind: str, seed: str) -> bytes:
    """A file of that type with up to eight changes, of its bytes or of the parts it is packed from."""
    chance = random.Random(f"{kind} {seed}")
    names = sorted(
        name
        for name, facts in expected().items()
        if facts["type"] == kind and (FOLDER / name).stat().st_size <= LARGEST
    )
    content = (FOLDER / chance.choice([SAMPLE[kind], *names])).read_bytes()
    within = {"pptx": _in_zip, "docx": _in_zip, "xlsx": _in_zip, "ppt": _in_ole, "doc": _in_ole, "xls": _in_ole}
    if kind in within and chance.random() < 0.6:
        return within[kind](chance, content)
    return changed(chance, content)


def changed(chance: random.Random, content: bytes) -> bytes:
    out = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        if out:
            chance.choices(CHANGES, WEIGHTS)[0](chance, out)
    return bytes(out)


def _place(chance: random.Random, content: bytearray) -> int:
    """Anywhere, and often near the beginning or the end, where files say what is where."""
    size = len(content)
    near = min(size, 1_024)
    where = chance.random()
    if where < 0.3:
        return chance.randrange(near)
    return size - 1 - chance.randrange(near) if where < 0.5 else chance.randrange(size)


def _flip(chance: random.Random, content: bytearray) -> None:
    content[_place(chance, content)] ^= 1 << chance.randrange(8)


def _overwrite(chance: random.Random, content: bytearray) -> None:
    at, piece = _place(chance, content), chance.randbytes(chance.randint(1, 32))
    content[at : at + len(piece)] = piece


def _number(chance: random.Random, content: bytearray) -> None:
    at, piece = _place(chance, content), chance.choice(NUMBERS)
    content[at : at + len(piece)] = piece


def _remove(chance: random.Random, content: bytearray) -> None:
    at = _place(chance, content)
    del content[at : at + chance.choice((1, 4, 512, 4_096))]


def _repeat(chance: random.Random, content: bytearray) -> None:
    at, size = _place(chance, content), chance.choice((1, 16, 512, 4_096))
    content[at:at] = content[at : at + size] * chance.choice((1, 2, 50))


def _move(chance: random.Random, content: bytearray) -> None:
    at, to, size = _place(chance, content), _place(chance, content), chance.choice((8, 512))
    content[to : to + size] = content[at : at + size]


def _cut(chance: random.Random, content: bytearray) -> None:
    del content[_place(chance, content) :]


CHANGES: Final[tuple[Change, ...]] = (_flip, _overwrite, _number, _remove, _repeat, _move, _cut)
WEIGHTS: Final = (4, 4, 6, 2, 2, 2, 1)


def _in_zip(chance: random.Random, content: bytes) -> bytes:
    """One or two parts changed and packed again, so that the change is met by who reads XML."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        chosen = chance.sample(old.namelist(), 2)
        change = chance.choice((changed, _reworded))
        for info in old.infolist():
            part = old.read(info)
            new.writestr(ZipInfo(info.filename), change(chance, part) if info.filename in chosen else part)
    return out.getvalue()


def _reworded(chance: random.Random, part: bytes) -> bytes:
    """XML that is well formed and says something else: other values, an element twice or not at all."""
    for _ in range(chance.randint(1, 4)):
        found = list(chance.choice((_VALUE, _ELEMENT)).finditer(part))
        if not found:
            continue
        one = chance.choice(found)
        start, end = one.span(1) if one.re is _VALUE else one.span()
        new = chance.choice(WORDS) if one.re is _VALUE else one.group() * chance.choice((0, 2, 50))
        part = part[:start] + new + part[end:]
    return part


def _in_ole(chance: random.Random, content: bytes) -> bytes:
    """A stream changed and packed again, so that the change is met by who reads records."""
    with olefile.OleFileIO(io.BytesIO(content)) as ole:
        streams = {"/".join(path): ole.openstream(path).read() for path in ole.listdir()}
    chosen = chance.choice([name for name in streams if not name.startswith("\x01")])
    return compound({**streams, chosen: changed(chance, streams[chosen])})
