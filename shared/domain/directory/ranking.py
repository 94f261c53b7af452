"""Where a partner stands among those found: how well it fits what was asked, and how it answered others before.

Every score is explained in words that name the figures (DOMAIN: "Every score is explained").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared.domain.directory.criteria import Ask, Criteria
from shared.domain.directory.words import TAGS, words_of
from shared.domain.insights.placement import explained
from shared.domain.lists import SIZE_WORDS
from shared.domain.places import EVERYWHERE, country_name

FIT_SHARE: Final = 0.7
RECORD_SHARE: Final = 0.3
"""How much of the score, which is from 0 to 1, either part is [ours]."""

WHOLE: Final = 1.0
PARTLY: Final = 0.8
"""All words asked for are in one entry of the list that was asked for, among others."""
ELSEWHERE: Final = 0.6
"""They are somewhere else in the profile, or in its description only."""
WITHIN: Final = 0.5
"""A word asked for is part of one it has: bank, of banking."""
HERE: Final = 1.0
SERVED: Final = 0.9
EVERYWHERE_SERVED: Final = 0.8
"""A location in the customer's country, the country named among the markets, everywhere."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A listing with its score, `FIT_SHARE` of `fit` and the rest of its record's placement."""

    listing: Mapping[str, Any]
    fit: float
    score: float

    @property
    def key(self) -> str:
        """Sorts the best first, then by name."""
        return f"{1 - self.score:.4f} {self.listing['sortName']}"


def ranked(listings: Iterable[Mapping[str, Any]], criteria: Criteria) -> list[Ranked]:
    """The best first; each once."""
    judged = {listing["id"]: judge(listing, criteria) for listing in listings}
    return sorted(judged.values(), key=lambda one: (one.key, one.listing["id"]))


def judge(listing: Mapping[str, Any], criteria: Criteria) -> Ranked:
    """How good a partner is for what was asked. Whoever asks for nothing is fitted by everybody."""
    has = _Has(listing)
    parts = [(ask.weight, has.found(ask)) for ask in criteria.asks]
    if criteria.country:
        parts.append((1, _serves(listing, criteria.country)))
    if criteria.size:
        parts.append((1, float(criteria.size in listing["customerSizes"])))
    asked = sum(weight for weight, _ in parts)
    fit = sum(weight * found for weight, found in parts) / asked if asked else 1.0
    score = FIT_SHARE * fit + RECORD_SHARE * min(1.0, max(0.0, listing["record"]["placement"]))
    return Ranked(listing, round(fit, 4), round(score, 4))


class _Has:
    """What a listing has of what is asked. It reads the folded terms as one text: hundreds are judged at once."""

    def __init__(self, listing: Mapping[str, Any]) -> None:
        self._listing = listing
        self._text: str = listing["foundBy"]

    def found(self, ask: Ask) -> float:
        """How much of it, from 0 to 1."""
        if ask.tag is None:
            return self._word(ask.terms[0])
        if any(f"\n{term}\n" in self._text for term in ask.terms):
            return WHOLE
        words = list(words_of(ask.said))
        if not words:
            return 0.0
        if any(set(words).issubset(entry.split()) for entry in self._entries(ask.tag)):
            return PARTLY
        return ELSEWHERE * sum(f"\n{word}\n" in self._text for word in words) / len(words)

    def _word(self, word: str) -> float:
        if f"\n{word}\n" not in self._text:
            return WITHIN if word in self._text else 0.0
        offered = any(around in self._text for around in (f" {word}\n", f" {word} ", f":{word} "))
        offered = offered or any(f"\n{tag}:{word}\n" in self._text for tag in TAGS)
        return WHOLE if offered else ELSEWHERE

    def _entries(self, tag: str) -> list[str]:
        """The folded entries of one list."""
        start = f"{tag}:"
        return [line.removeprefix(start) for line in self._text.split("\n") if line.startswith(start)]

    def near(self, ask: Ask) -> str:
        """The entry of the list asked for that has all words asked for."""
        words = frozenset(words_of(ask.said))
        entries = self._listing[TAGS[ask.tag or ""]]
        return str(next(value for value in entries if words.issubset(words_of(value))))


def _serves(listing: Mapping[str, Any], country: str) -> float:
    if any(place["country"] == country for place in listing["places"]):
        return HERE if listing["markets"] == [EVERYWHERE] or country in listing["markets"] else 0.0
    if country in listing["markets"]:
        return SERVED
    return EVERYWHERE_SERVED if listing["markets"] == [EVERYWHERE] else 0.0


def reasons(listing: Mapping[str, Any], criteria: Criteria) -> list[str]:
    """The score in words, the fit first."""
    has = _Has(listing)
    told = [_of_a_list(ask, has) for ask in criteria.asks if ask.tag is not None]
    told += _of_words([ask for ask in criteria.asks if ask.tag is None], has)
    told += _of_the_customer(listing, criteria)
    told += [f"The vendor recorded: {_listed_names(listing['competencies'])}."] * bool(listing["competencies"])
    return [*told, *explained(listing["record"])]


def _of_a_list(ask: Ask, has: _Has) -> str:
    name, found = TAGS[ask.tag or ""], has.found(ask)
    if found == WHOLE:
        return f"Lists {ask.said} among its {name}."
    if found == PARTLY:
        return f"Lists {has.near(ask)} among its {name}, which is close to {ask.said}."
    if found:
        return f"Mentions {ask.said}, at least in part, but does not list it among its {name}."
    return f"Does not name {ask.said}."


_WORDS: Final = {
    WHOLE: "Names {} in its offering.",
    ELSEWHERE: "Mentions {}.",
    WITHIN: "Has {} as part of a word.",
    0.0: "Does not name {}.",
}


def _of_words(asks: Sequence[Ask], has: _Has) -> list[str]:
    """What became of each word, those of one kind together."""
    found: dict[float, list[str]] = {}
    for ask in asks:
        found.setdefault(has.found(ask), []).append(ask.said)
    return [sentence.format(", ".join(found[value])) for value, sentence in _WORDS.items() if value in found]


def _of_the_customer(listing: Mapping[str, Any], criteria: Criteria) -> list[str]:
    told = []
    if criteria.country:
        name = country_name(criteria.country)
        cities = [
            place.get("city") or place["name"] for place in listing["places"] if place["country"] == criteria.country
        ]
        if cities:
            told.append(f"Serves {name} and is there, in {' and '.join(cities[:2])}.")
        else:
            told.append(f"Serves {name}{' as it does every country' * (listing['markets'] == [EVERYWHERE])}.")
    if criteria.size:
        told.append(f"Takes customers of {SIZE_WORDS[criteria.size]}.")
    return told


def _listed_names(competencies: Iterable[Mapping[str, Any]]) -> str:
    return ", ".join(
        f"{one['name']} ({one['level']})" if one.get("level") else str(one["name"]) for one in competencies
    )
