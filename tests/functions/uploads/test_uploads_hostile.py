"""Hostile and damaged files as people send them: through the form, the storage and the trigger to the record."""

import os
import secrets
import time
from typing import Any

import pytest

from tests.documents.hostile import ALL
from tests.documents.mutating import mutated
from tests.documents.samples import FOLDER, TYPES
from tests.functions.desk import Desk, ok
from tests.functions.uploads.uploading import an_offer, uploaded

SECONDS = 15
KIND = "customer_case_study"
GOOD = (FOLDER / "case-study-fr.docx").read_bytes()
CHOSEN = {
    case.name: case
    for case in ALL
    if case.name in {
        "flat", "nested", "quoted", "lying_size", "many_entries", "laughs word/document.xml", "content_bomb",
        "pages_in_circles", "locked_AES-256", "locked_xls", "macros_doc", "macros_xlsx", "full_png", "many_scans",
        "no_film", "archive behind pdf", "pdf within docx", "empty_pdf", "program by its name",
    }
}  # fmt: skip


async def sent(desk: Desk, offer: str, content: bytes, name: str) -> Any:
    return await uploaded(desk, offer, content, name, f"/documents/{KIND}")


@pytest.mark.slow
@pytest.mark.parametrize("name", CHOSEN)
async def test_a_hostile_file_is_rejected_in_time_and_the_next_good_one_is_taken(desk: Desk, name: str) -> None:
    case = CHOSEN[name]
    offer = (await an_offer(desk))["id"]
    content = case.make()
    began = time.perf_counter()
    record = await sent(desk, offer, content, case.file)
    assert time.perf_counter() - began <= SECONDS
    assert (record["status"], record["code"] in case.codes) == ("rejected", True), record
    assert len(record["detail"]) > 30
    assert ok(await desk.get(f"/api/offers/{offer}"))["documents"] == {}
    assert (await sent(desk, offer, GOOD, "good.docx"))["status"] == "done"


def test_every_kind_is_tried_through_the_service() -> None:
    assert len(CHOSEN) == 19


async def all_sent(desk: Desk, kind: str, seed: str, number: int) -> None:
    """Nothing raises, nothing is a server's fault, the offer can still be read."""
    offer = (await an_offer(desk))["id"]
    for n in range(number):
        record = await sent(desk, offer, mutated(kind, f"{seed}/{n}"), f"{n}.{kind}")
        assert record["status"] in ("done", "rejected", "unchanged"), f"mutated({kind!r}, '{seed}/{n}'): {record}"
        assert record["status"] != "rejected" or (record["code"] and record["detail"])
        ok(await desk.get(f"/api/offers/{offer}"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", TYPES)
async def test_two_mutations_of_a_type(desk: Desk, kind: str) -> None:
    await all_sent(desk, kind, "service", 2)


@pytest.mark.fuzz
@pytest.mark.parametrize("kind", TYPES)
async def test_mutations_never_sent_before(desk: Desk, kind: str) -> None:
    seed = os.environ.get("FUZZ_SEED") or secrets.token_hex(4)
    await all_sent(desk, kind, seed, int(os.environ.get("FUZZ_MUTATIONS", "250")) // 10)
