"""The words a profile is found by, and those a search is made of: folded, so that spelling does not count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from shared.domain.organizations.customer_names import folded
from shared.domain.places import EVERYWHERE

MAX_TERMS: Final = 200  # DESIGN section 4
MAX_SEARCH: Final = 2_000  # characters, DESIGN section 4
SHORTEST: Final = 2
LONGEST: Final = 40
TAGS: Final = {
    "industry": "industries",
    "product": "products",
    "service": "services",
    "solution": "solutions",
    "keyword": "keywords",
}
"""Each list of a profile that may be asked for by itself, by the name it is asked for."""

_EMPTY: Final = """
an and are as at by for from in is of on or our that the this to we with you your
au aux avec ce ces dans de des du en et est la le les nos notre nous ou par pour que qui sur un une vos votre vous
auf aus bei das dem den der die durch ein eine fur im mit oder sie und unser unsere von wir zu zum zur
al como con del el los nuestra nuestro o para por su sus una y ao aos com da dos em na nas nos nossa nosso os seu sua
um uma в для и из мы на от по с
"""
WITHOUT_MEANING: Final = frozenset(_EMPTY.split())
"""Words of six languages nobody is looked for by [ours]."""


def words_of(text: str) -> Iterator[str]:
    """The folded words of a text that somebody may look for, in order, repeated where they are."""
    for word in folded(text).split():
        is_word = SHORTEST <= len(word) <= LONGEST and any(map(str.isalnum, word))
        if is_word and word not in WITHOUT_MEANING:
            yield word


def tagged(tag: str, value: str) -> str:
    """A value of one list as one term; no folded word has a colon in it."""
    return f"{tag}:{folded(value)}"


def markets_taken(country: str) -> tuple[str, ...]:
    """The terms of which a partner that serves a country has one."""
    return tagged("market", country), tagged("market", EVERYWHERE)


def terms_of(said: Mapping[str, Any]) -> list[str]:
    """What a profile is found by: its lists as they are, then every word, those of the description last. What is over
    `MAX_TERMS` is left out."""
    whole = [tagged(tag, value) for tag, field in TAGS.items() for value in said[field]]
    whole += [tagged("market", code) for code in said["markets"]]
    whole += [tagged("size", size) for size in said["customerSizes"]]
    words = (word for text in _texts(said) for word in words_of(text))
    return list(dict.fromkeys([*whole, *words]))[:MAX_TERMS]


def found_by(terms: Iterable[str]) -> str:
    """The terms as one text, a line each, in which a whole one stands between line ends."""
    return "\n".join(("", *terms, ""))


def search_text(said: Mapping[str, Any]) -> str:
    """What is searched for parts of words: names and lists, then as much of the description as there is room for."""
    texts = [said["name"], *(value for field in TAGS.values() for value in said[field]), said["description"] or ""]
    return "\n".join(dict.fromkeys(map(folded, texts)))[:MAX_SEARCH]


def _texts(said: Mapping[str, Any]) -> Iterable[str]:
    yield said["name"]
    for field in TAGS.values():
        yield from said[field]
    for place in said["places"]:
        yield from (place.get("city") or "", place["name"])
    for each in said["competencies"]:
        yield each["name"]
    yield said["description"] or ""
