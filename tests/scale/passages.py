"""Published documents of made-up offers: passages whose words are as unevenly used as in real texts."""

from __future__ import annotations

import itertools
import random
import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from shared.adapters.containers import containers
from shared.adapters.sqlite_rows import Table, encode
from shared.adapters.sqlite_schema import connect, prepare
from shared.domain.documents.asked import Asked
from shared.domain.documents.passage import PASSAGE, found_by
from shared.domain.offers.published import PUBLISHED, SNAPSHOT
from shared.domain.organizations.organization import Caller, Organization, Role
from shared.services.documents.candidates import passages_with
from shared.services.documents.search import DocumentSearch
from shared.services.ports import DOCUMENTS, OFFERS, Document, DocumentStore
from tests.scale.profiles import VOCABULARY, Kind, Took, words

OF_AN_OFFER: Final = 50  # passages: a one-pager, a deck, a case study
WORDS: Final = 180  # of a passage; different ones are fewer
SELLER: Final = Caller(
    Organization("vendor", "Vendor", "vendor", "US"), "seller", frozenset({Role.SELLER}), "Somebody", None
)
TYPES: Final = ("solution_one_pager", "solution_pitch_deck", "customer_case_study")


def an_offer(number: int) -> Document:
    """A snapshot with its documents."""
    id = f"offer-{number:06}"
    chance = random.Random(number)
    documents = {kind: {"documentId": f"{id}-{n}", "uploadId": "u"} for n, kind in enumerate(TYPES)}
    name = " ".join(words(chance, 2)).title()
    return {
        "id": id, "organizationId": PUBLISHED, "kind": SNAPSHOT, "name": name, "sortName": name.casefold(),
        "publisherId": f"partner-{number % 700}", "publisherName": f"Partner {number % 700}", "documents": documents,
        "createdAt": _at(number), "updatedAt": _at(number), "coSellStatus": "co_sell_ready",
    }  # fmt: skip


def passages(number: int) -> Iterator[Document]:
    """Of the offer of that number."""
    chance = random.Random(f"passages of {number}")
    offer = f"offer-{number:06}"
    for n in range(OF_AN_OFFER):
        text = " ".join(words(chance, WORDS))
        document = n % len(TYPES)
        yield {
            "id": f"{offer}-{n}", "organizationId": PUBLISHED, "kind": PASSAGE, "offerId": offer, "uploadId": "u",
            "documentId": f"{offer}-{document}", "documentType": TYPES[document], "fileName": f"{TYPES[document]}.pptx",
            "part": {"kind": "slide", "number": n}, "text": text, **found_by(text), "createdAt": _at(number),
        }  # fmt: skip


def _at(number: int) -> str:
    return f"2027-01-04T09:30:00.{number:06}Z"


def fill(path: Path, count: int) -> None:
    """A file of about so many published passages, written in bulk with the adapter's own encoding."""
    prepare(path, containers(), 5.0)
    offers, texts = Table(containers()[OFFERS]), Table(containers()[DOCUMENTS])
    with closing(connect(path, 5.0, 1_000_000)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for number in range(count // OF_AN_OFFER):
            offers.insert(connection, f"o{number:x}", encode(offers.container, an_offer(number)))
            for n, passage in enumerate(passages(number)):
                texts.insert(connection, f"{number:x}-{n:x}", encode(texts.container, passage))
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


KINDS: Final = (
    Kind("a word", lambda chance: {"q": words(chance, 1)[0]}),
    Kind("one of the five commonest words", lambda chance: {"q": chance.choice(VOCABULARY[:5])}),
    Kind("two words", lambda chance: {"q": " ".join(words(chance, 2))}),
    Kind("three words", lambda chance: {"q": " ".join(words(chance, 3))}),
    Kind("two words of one offer", lambda c: {"q": " ".join(words(c, 2)), "offerId": f"offer-{c.randint(0, 99):06}"}),
    Kind("a word of one type", lambda chance: {"q": words(chance, 1)[0], "type": chance.choice(TYPES)}),
    Kind("a word nobody has beside one", lambda chance: {"q": f"zeppelin {words(chance, 1)[0]}"}),
    Kind("a part of a word", lambda chance: {"q": chance.choice(VOCABULARY[500:3000])[:-1]}),
)


async def search_times(search: DocumentSearch, each: int) -> dict[str, list[Took]]:
    """Searches one after the other, kinds in turn, so that a busy moment is everybody's."""
    chance = random.Random(11)
    took: dict[str, list[Took]] = {kind.name: [] for kind in KINDS}
    for _, kind in itertools.product(range(each), KINDS):
        asked: dict[str, Any] = kind.ask(chance)
        wall, cpu = time.perf_counter(), time.process_time()
        await search.search(asked, SELLER, "20")
        took[kind.name].append(Took((time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3))
    return took


async def floor(store: DocumentStore, times: int = 20) -> float:
    """Processor milliseconds of reading as many passages as are ranked, in an index's order: no search that finds as
    many can do less."""
    spent = []
    anything = passages_with(Asked((), "", None, None, {}), ())
    for _ in range(times):
        began = time.process_time()
        await store.find(DOCUMENTS, PUBLISHED, anything)
        spent.append((time.process_time() - began) * 1e3)
    return statistics.median(spent)
