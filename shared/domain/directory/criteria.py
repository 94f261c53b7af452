"""What somebody looks for in the directory, as it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, get_args

from shared.domain.directory.words import TAGS, markets_taken, tagged, words_of
from shared.domain.errors import FieldError, Invalid
from shared.domain.lists import SIZE_WORDS, CustomerSize
from shared.domain.places import EVERYWHERE, is_country

MOST_WORDS: Final = 10
LONGEST: Final = 200
NAMES: Final = ("q", "country", "size", *TAGS)
"""Everything a search may say, by the name of its parameter."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing a partner should have: the terms of which one will do, and how it counts."""

    terms: tuple[str, ...]
    said: str
    """As it was asked for."""
    tag: str | None = None
    """The list it belongs into; None for a word, wherever it stands."""

    @property
    def weight(self) -> int:
        return 1 if self.tag is None else 2


@dataclass(frozen=True, slots=True)
class Criteria:
    """`asks` make a partner fit; `country` and `size` are the customer's, and a partner must take both."""

    asks: tuple[Ask, ...] = ()
    country: str | None = None
    size: str | None = None
    given: Mapping[str, str | None] = field(default_factory=dict)
    """The parameters themselves, for cursors."""
    cut: bool = False
    """Whether there were more words than are looked for."""

    @property
    def must(self) -> tuple[tuple[str, ...], ...]:
        """For each thing a partner must take, the terms of which it has one."""
        wanted = [markets_taken(self.country)] if self.country else []
        return tuple(wanted + ([(tagged("size", self.size),)] if self.size else []))

    def takes(self, listing: Mapping[str, Any]) -> bool:
        """Whether a partner serves the country and wants customers of the size."""
        serves = not self.country or listing["markets"] == [EVERYWHERE] or self.country in listing["markets"]
        return serves and (not self.size or self.size in listing["customerSizes"])


def read_criteria(given: Mapping[str, str]) -> Criteria:
    """What a search says, by parameter; blank ones count as absent. Raises Invalid."""
    said = {name: " ".join(given.get(name, "").split()) for name in NAMES}
    _require_sense(said)
    words = list(dict.fromkeys(words_of(said["q"])))
    asks = [_listed(tag, said[tag]) for tag in TAGS if said[tag]]
    asks += [Ask((word,), word) for word in islice(words, MOST_WORDS)]
    country, size = said["country"].upper() or None, said["size"] or None
    filters = {name: text or None for name, text in said.items()}
    return Criteria(tuple(asks), country, size, filters, cut=len(words) > MOST_WORDS)


def wanted(country: str | None, size: str | None, solutions: list[str], industry: str | None) -> Criteria:
    """What a customer that was turned down still looks for. Nothing here was typed into a search, so what cannot be
    looked for is left out."""
    asks = [_listed("industry", industry)] if industry else []
    asks += [_listed("solution", name) for name in dict.fromkeys(solutions)][: MOST_WORDS - len(asks)]
    fits = country if country and is_country(country) else None
    return Criteria(tuple(asks), fits, size if size in SIZE_WORDS else None)


def in_words(criteria: Criteria) -> Criteria:
    """The same with every list asked for as the words in it, wherever they stand."""
    words = {word: ask for ask in criteria.asks for word in words_of(ask.said)}
    asks = tuple(Ask((word,), word) for word in islice(words, MOST_WORDS))
    return Criteria(asks, criteria.country, criteria.size, criteria.given)


def _listed(tag: str, value: str) -> Ask:
    return Ask((tagged(tag, value),), value, tag)


def _require_sense(said: Mapping[str, str]) -> None:
    errors = [
        FieldError(name, "too_long", f"Search for at most {LONGEST} letters.")
        for name, text in said.items()
        if len(text) > LONGEST
    ]
    if said["country"] and not is_country(said["country"].upper()):
        errors.append(FieldError("country", "unknown_country", "Use a two-letter ISO 3166-1 code, such as FR."))
    if said["size"] and said["size"] not in get_args(CustomerSize):
        errors.append(FieldError("size", "unknown_size", f"Use one of: {', '.join(get_args(CustomerSize))}."))
    if said["q"] and not any(True for _ in words_of(said["q"])):
        errors.append(FieldError("q", "nothing_to_look_for", "Search for a word of at least two letters."))
    if errors:
        raise Invalid(errors)
