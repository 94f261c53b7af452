"""A directory of made-up partners: words as unevenly used as in real texts, records as real ones would be."""

from __future__ import annotations

import itertools
import random
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from shared.adapters.containers import containers
from shared.adapters.sqlite_rows import Table, encode
from shared.adapters.sqlite_schema import connect, prepare
from shared.domain.directory import listing, profile
from shared.domain.directory.listing import DIRECTORY
from shared.domain.lists import INDUSTRIES, SIZE_WORDS
from shared.domain.places import EVERYWHERE
from shared.services.directory.candidates import listings_query
from shared.services.directory.directory import Directory
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


def listings(count: int, distinct: int = 10_000) -> Iterator[Document]:
    """So many; what the first say the others say again, under names, ids and records of their own."""
    said = [a_listing(number) for number in range(min(count, distinct))]
    for number in range(count):
        if number < len(said):
            yield said[number]
            continue
        id = f"partner-{number:06}"
        again = {**said[number % len(said)], "id": id, "name": f"Partner {number}", "sortName": f"partner {number}"}
        yield listing.with_record(again, a_record(random.Random(number)), NOW)


def fill(path: Path, count: int) -> None:
    """A file of so many published profiles, written in bulk with the adapter's own encoding."""
    prepare(path, containers(), 5.0)
    table = Table(containers()[ORGANIZATIONS])
    with closing(connect(path, 5.0, 1_000_000)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for number, document in enumerate(listings(count)):
            table.insert(connection, f"{number:x}", encode(table.container, document))
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


# What people look for


@dataclass(frozen=True, slots=True)
class Kind:
    """Searches of one kind."""

    name: str
    ask: Callable[[random.Random], dict[str, str]]


KINDS: Final = (
    Kind("nothing, only the best", lambda chance: {}),
    Kind("a word", lambda chance: {"q": words(chance, 1)[0]}),
    Kind("one of the five commonest words", lambda chance: {"q": chance.choice(VOCABULARY[:5])}),
    Kind("two words", lambda chance: {"q": " ".join(words(chance, 2))}),
    Kind("three words, country, size", lambda chance: {"q": " ".join(words(chance, 3)), **customer(chance)}),
    Kind("industry and country", lambda chance: {**industry(chance), "country": chance.choice(COUNTRIES)}),
    Kind("industry, service, country, size", lambda c: {**industry(c), "service": c.choice(SERVICES), **customer(c)}),
    Kind("a word nobody has beside one", lambda chance: {"q": f"zeppelin {words(chance, 1)[0]}"}),
    Kind("a part of a word", lambda chance: {"q": chance.choice(VOCABULARY[500:3000])[:-1]}),
)


def customer(chance: random.Random) -> dict[str, str]:
    return {"country": chance.choice(COUNTRIES), "size": chance.choice(SIZES)}


def industry(chance: random.Random) -> dict[str, str]:
    return {"industry": chance.choice(INDUSTRIES)}


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds of one search: on the clock, and of the processor's time."""

    wall: float
    cpu: float


async def search_times(directory: Directory, each: int) -> dict[str, list[Took]]:
    """Searches one after the other, kinds in turn, so that a busy moment is everybody's."""
    chance = random.Random(11)
    took: dict[str, list[Took]] = {kind.name: [] for kind in KINDS}
    for _, kind in itertools.product(range(each), KINDS):
        asked = kind.ask(chance)
        wall, cpu = time.perf_counter(), time.process_time()
        await directory.search(asked, "20")
        took[kind.name].append(Took((time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3))
    return took


async def floor(store: DocumentStore, times: int = 30) -> float:
    """Processor milliseconds of reading as many listings as are ranked, in an index's order: no search can do less."""
    spent = []
    for _ in range(times):
        began = time.process_time()
        await store.find(ORGANIZATIONS, DIRECTORY, listings_query(()))
        spent.append((time.process_time() - began) * 1e3)
    return statistics.median(spent)


def p95(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[int(len(ordered) * 0.95)]
