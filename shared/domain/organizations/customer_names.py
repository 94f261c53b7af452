"""Names of companies made comparable: what is left once spelling, punctuation and legal form no longer count."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

LEGAL_FORMS: Final = (
    "ab", "ag", "aps", "as", "asa", "bv", "bvba", "cia", "co", "company", "corp", "corporation", "cv", "doo", "eurl",
    "ggmbh", "gmbh", "inc", "incorporated", "kft", "kg", "kgaa", "kk", "limited", "llc", "llp", "lp", "ltd", "ltda",
    "mbh", "nv", "ohg", "oy", "oyj", "plc", "pte", "pty", "pvt", "rl", "sa", "sab", "sarl", "sas", "sasu", "sca", "se",
    "sl", "slu", "snc", "sp z oo", "spa", "spzoo", "srl", "sro", "ug",
)  # fmt: skip
"""Endings that say how a company is constituted, not which it is, as they read folded and without their points."""

_ENDING: Final = re.compile(rf"(?: (?:(?:and|et|und) )?(?:{'|'.join(LEGAL_FORMS)}))+$")
_OWN_LETTERS: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
"""Latin letters that Unicode does not take apart into a letter and an accent."""

_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_LETTER: Final = r"[^\W\d_]"
_ABBREVIATION: Final = re.compile(rf"(?<!\w){_LETTER}(?:[./]{_LETTER})+(?!\w)")
_SPELT_OUT: Final = re.compile(rf"(?<!\S){_LETTER}(?: {_LETTER})+(?!\S)")


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Text as it is compared: case, width, accents, punctuation and the number of blanks do not count (NFKC, casefold).

    Remembered, because suggestions compare the same names over and over. Letters with points between them are one
    word: S.p.A. is spa. Text without a letter or digit stays as it is, folded.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    plain = unicodedata.normalize("NFKC", _ACCENTS.sub("", plain)).translate(_OWN_LETTERS)
    joined = _ABBREVIATION.sub(lambda found: re.sub("[./]", "", found[0]), plain)
    words = "".join(each if unicodedata.category(each)[0] in "LNM" else " " for each in joined).split()
    return _SPELT_OUT.sub(lambda found: found[0].replace(" ", ""), " ".join(words)) or " ".join(plain.split())


def customer_key(name: str) -> str:
    """A company's name folded and without the legal forms at its end; one word always stays."""
    return _ENDING.sub("", folded(name))
