"""A directory of made-up partners: words as unevenly used as in real texts, records as real ones would be."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from shared.domain.directory import listing, profile
from shared.domain.lists import INDUSTRIES, SIZE_WORDS
from shared.domain.places import EVERYWHERE
from shared.services.ports import ORGANIZATIONS, Document, DocumentStore

NOW: Final = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
SIZES: Final = tuple(SIZE_WORDS)
COUNTRIES: Final = (
    "US",
    "DE",
    "GB",
    "FR",
    "IN",
    "CA",
    "ES",
    "IT",
    "BR",
    "NL",
    "AU",
    "JP",
    "SE",
    "PL",
    "CH",
    "BE",
    "PT",
)
SERVICES: Final = (
    "Migration", "Managed service", "Assessment", "Training", "Custom development", "Data platform", "Security audit",
    "Change management", "Licensing", "Support around the clock", "Integration", "Modern workplace",
)  # fmt: skip
PRODUCTS: Final = tuple(f"Product {letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
AT_ONCE: Final = 500
WORDS: Final = 20_000


def _vocabulary() -> list[str]:
    """Words as they could be, from common to rare."""
    syllables = ["".join(pair) for pair in itertools.product("bcdfglmnprstv", "aeiou")]
    chance = random.Random(7)
    known = {"".join(chance.choices(syllables, k=chance.choice((2, 3, 3, 4)))) for _ in range(2 * WORDS)}
    return sorted(known)[:: max(1, len(known) // WORDS)][:WORDS]


VOCABULARY: Final = _vocabulary()
_WEIGHTS: Final = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(VOCABULARY))))


def words(chance: random.Random, count: int) -> list[str]:
    """So many, the n-th most common one n times as rarely as the first (Zipf's law)."""
    return chance.choices(VOCABULARY, cum_weights=_WEIGHTS, k=count)


def some(chance: random.Random, of: Sequence[str], most: int) -> list[str]:
    return chance.sample(of, chance.randint(1, min(most, len(of))))


def a_listing(number: int) -> Document:
    """The partner of that number: the same whenever it is asked for."""
    chance = random.Random(number)
    id = f"partner-{number:06}"
    draft: Any = profile.empty(id, NOW) | {
        "version": 1,
        "description": " ".join(words(chance, chance.randint(25, 60))),
        "industries": some(chance, INDUSTRIES, 4),
        "products": some(chance, PRODUCTS, 3),
        "services": some(chance, SERVICES, 4),
        "solutions": [" ".join(words(chance, 2)).title() for _ in range(chance.randint(1, 4))],
        "keywords": words(chance, chance.randint(2, 6)),
        "markets": [EVERYWHERE] if chance.random() < 0.05 else some(chance, COUNTRIES, 5),
        "customerSizes": some(chance, SIZES, 5),
    }
    organization = {
        "name": f"{' '.join(words(chance, 2)).title()} {number}",
        "country": chance.choice(COUNTRIES),
        "locations": [{"id": "x", "name": "Office", "country": chance.choice(COUNTRIES), "city": words(chance, 1)[0]}],
    }
    made = listing.published(None, draft, organization, a_record(chance), NOW)
    assert made is not None
    return made


def a_record(chance: random.Random) -> dict[str, Any]:
    """Two partners of three have not been asked yet."""
    if chance.random() < 2 / 3:
        return listing.NO_RECORD
    answered, expired = chance.randint(1, 40), chance.randint(0, 6)
    share = answered / (answered + expired)
    figures = {"answered": answered, "inTime": answered, "expired": expired, "medianHours": chance.random() * 200}
    return {**figures, "accepted": answered // 2, "unreported": 0, "placement": round(0.5 + (share - 0.8) / 2, 3)}


def listings(count: int) -> Iterator[Document]:
    return (a_listing(number) for number in range(count))


async def fill(store: DocumentStore, count: int) -> None:
    """So many published profiles."""
    waiting = listings(count)
    while some_of_them := list(itertools.islice(waiting, AT_ONCE)):
        await asyncio.gather(*(store.insert(ORGANIZATIONS, each) for each in some_of_them))
