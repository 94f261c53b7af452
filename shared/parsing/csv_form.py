"""In which encoding and with which delimiter a CSV file is written, told by the header names we know.

csv.Sniffer and charset detectors guess wrongly often enough to matter; our own header names do not: a wrong encoding or
delimiter hardly ever reads them. Where several encodings read the header alike (a plain English header over names in
cp1252, cp1251 or cp1250), the words with accents decide, and the answer is marked as guessed.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from shared.parsing.refusal import NotUsable

DELIMITERS = (",", ";", "\t", "|")
LEGACY = ("cp1252", "cp1251", "cp1250")
HEAD = 64 * 1024  # bytes; a header is far shorter
MAX_WORDS = 2_000  # looked at to tell the legacy encodings apart

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_UNDEFINED = {
    "cp1252": frozenset(b"\x81\x8d\x8f\x90\x9d"),
    "cp1251": frozenset(b"\x98"),
    "cp1250": frozenset(b"\x81\x83\x88\x90\x98"),
}
_WORD = re.compile(
    rb"[A-Za-z\x80-\xff]{1,50}"
)  # bounded, and each byte looked at once: a hostile file is one long word
_SEPARATOR_LINE = re.compile(r'"?sep=([^"\r\n])"?[,;\t|]*(\r\n|\r|\n|$)', re.IGNORECASE)
_OTHER_FILES = ((b"PK\x03\x04", "an Excel workbook or another archive"), (b"\xd0\xcf\x11\xe0", "an Excel workbook"))


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How to read the file: Python's encoding name, the delimiter, whether the first line is `sep=`, whether the
    encoding is a guess among the legacy ones."""

    encoding: str
    delimiter: str
    separator_line: bool = False
    guessed: bool = False


@dataclass(slots=True)
class _Scan:
    """What one pass over all bytes shows."""

    utf8: bool
    present: frozenset[int]
    words: list[bytes]


def choose_form(file: Path, known: Callable[[list[str]], int]) -> CsvForm:
    """The form in which `known` (header cells -> how many it knows) is highest. Raises NotUsable."""
    with file.open("rb") as stream:
        head = stream.read(HEAD)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\x00\t\n\r ,;|"):
        raise NotUsable(
            "empty_file", "The file is empty; the current list stays. Fill in the template and upload that."
        )
    for magic, kind in _OTHER_FILES:
        if head.startswith(magic):
            raise NotUsable("not_csv", f"This is {kind}, not CSV; save it as “CSV UTF-8” and upload that.")
    scan = _scan(file)
    forms = [(_form(head, encoding, delimiter), encoding) for encoding, delimiter in _candidates(head, scan)]
    scored = [(known(header), form) for (header, form), _ in forms]
    best = max((score for score, _ in scored), default=0)
    if best == 0:
        raise NotUsable("header_not_found", "")
    return _decide([form for score, form in scored if score == best], scan)


def open_text(binary: io.RawIOBase, form: CsvForm) -> io.TextIOWrapper:
    """The file as text with its line ends untouched, decoded piece by piece; undecodable bytes raise UnicodeError."""
    return io.TextIOWrapper(io.BufferedReader(binary, HEAD), encoding=form.encoding, errors="strict", newline="")


def _scan(file: Path) -> _Scan:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    utf8, present, words = True, set[int](), list[bytes]()
    with file.open("rb") as stream:
        while piece := stream.read(HEAD):
            present |= set(piece)
            if len(words) < MAX_WORDS and not piece.isascii():
                words += (word for word in _WORD.findall(piece) if not word.isascii())
            if utf8:
                utf8 = _decodes(decoder, piece)
    return _Scan(utf8 and _decodes(decoder, b"", final=True), frozenset(present), words[:MAX_WORDS])


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _candidates(head: bytes, scan: _Scan) -> Iterator[tuple[str, str]]:
    return product(_encodings(head, scan), DELIMITERS)


def _encodings(head: bytes, scan: _Scan) -> list[str]:
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            if encoding == "utf-8-sig" and not scan.utf8:
                raise _mixed()
            return [encoding]
    wide = ["utf-16-le", "utf-16-be"] if b"\x00" in head[:4096] else []
    if scan.utf8:
        return [*wide, "utf-8"]
    if _mostly_utf8(scan.words) and not wide:
        raise _mixed()
    return wide + [encoding for encoding in LEGACY if not scan.present & _UNDEFINED[encoding]]


def _mixed() -> NotUsable:
    message = "Most of the file is UTF-8 and some of it is not; open it again and save it as “CSV UTF-8”."
    return NotUsable("broken_encoding", message)


def _mostly_utf8(words: list[bytes]) -> bool:
    """Text of another encoding is hardly ever valid UTF-8 by chance, let alone for half of its words."""
    valid = sum(1 for word in words if _is_utf8(word))
    return valid * 2 > len(words)


def _is_utf8(word: bytes) -> bool:
    try:
        word.decode()
    except UnicodeDecodeError:
        return False
    return True


def _form(head: bytes, encoding: str, delimiter: str) -> tuple[list[str], CsvForm]:
    """The header as read in this encoding with this delimiter, or with the one a `sep=` line names."""
    text = head.decode(encoding, errors="ignore")
    line = _SEPARATOR_LINE.match(text)
    if line:
        delimiter, text = line.group(1), text[line.end() :]
    form = CsvForm(encoding, delimiter, separator_line=line is not None, guessed=encoding in LEGACY)
    try:
        header = next(
            (record for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(record)), []
        )
    except (csv.Error, ValueError, TypeError):  # a quote without end; a delimiter csv does not take
        header = []
    return header, form


def _decide(forms: list[CsvForm], scan: _Scan) -> CsvForm:
    """Among forms that read the header equally well: the one whose words look like words, else the first."""
    return min(forms, key=lambda form: _odd_words(scan.words, form.encoding) if form.guessed else -1)


def _odd_words(words: list[bytes], encoding: str) -> int:
    return sum(1 for word in words if _is_odd(word.decode(encoding, errors="replace")))


def _is_odd(word: str) -> bool:
    """A European word holds no symbol, mixes no Latin with Cyrillic, has no three accented letters in a row."""
    if not word.isalpha():
        return True
    cyrillic = sum(1 for letter in word if unicodedata.name(letter, "").startswith("CYRILLIC"))
    if cyrillic:
        return cyrillic != len(word) or not (word.islower() or word.isupper() or word.istitle())
    return re.search(r"[^\x00-\x7f]{3}", word) is not None
