"""Who has signed in: learned from the sign-in, written once a change, and named on the pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from shared import bootstrap
from shared.domain.organizations.person import readable_name
from shared.services.ports import (
    ORGANIZATIONS,
    ChangedMeanwhile,
    Document,
    DocumentStore,
    Page,
    Query,
    Stored,
    StoreUnavailable,
)
from tests.contract.counting import CountingStore
from tests.functions.access.test_identity import ANN, CONTOSO, call, header
from tests.functions.deals import a_deal
from tests.functions.desk import Desk, ok, open_desk, refused

SOAP_NAME: Final = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"
USER: Final = ("roles", "ReferralsUser")


async def people(desk: Desk, as_: str = "contoso-auditor") -> dict[str, dict[str, Any]]:
    """The organization's people by id."""
    return {one["id"]: one for one in ok(await desk.get("/api/people", as_))["items"]}


async def test_whoever_signs_in_is_known_with_name_roles_and_day(desk: Desk) -> None:
    ok(await desk.get("/api/deals", "contoso-user"))
    assert await people(desk) == {
        "contoso-user": {
            "id": "contoso-user", "name": "Ulla Contoso", "roles": ["ReferralsUser"],
            "firstSeenAt": "2027-01-04T09:30:00.000000Z", "lastSeenDate": "2027-01-04",
        },
        "contoso-auditor": {
            "id": "contoso-auditor", "name": "Aude Contoso", "roles": ["Auditor"],
            "firstSeenAt": "2027-01-04T09:30:00.000000Z", "lastSeenDate": "2027-01-04",
        },
    }  # fmt: skip


async def test_people_are_their_own_organizations(desk: Desk) -> None:
    for persona in ("contoso-user", "fabrikam-admin", "vendor-seller"):
        ok(await desk.get("/api/deals", persona))
    assert (await people(desk)).keys() == {"contoso-user", "contoso-auditor"}
    assert (await people(desk, "fabrikam-admin")).keys() == {"fabrikam-admin"}
    assert (await people(desk, "vendor-reviewer")).keys() == {"vendor-seller", "vendor-reviewer"}
    refused(await desk.get("/api/people", None), 401, "unauthenticated")


async def test_people_are_listed_by_name_in_pages_that_end(desk: Desk) -> None:
    for persona in ("contoso-user", "contoso-admin", "contoso-offers", "contoso-profile", "contoso-referrals"):
        ok(await desk.get("/api/deals", persona))
    path, names = "/api/people?limit=2", []
    while path:
        page = ok(await desk.get(path))
        names += [one["name"] for one in page["items"]]
        path = page["next"]
    assert names == ["Alba Contoso", "Otto Contoso", "Pia Contoso", "Remy Contoso", "Ulla Contoso"]
    refused(await desk.get("/api/people?limit=0"), 422, "invalid")
    refused(await desk.get("/api/people?after=x"), 400, "wrong_cursor")


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ((("name", "Ann Ash"), ("preferred_username", "ann@contoso.example")), "Ann Ash"),
        ((("preferred_username", "ann@contoso.example"), (SOAP_NAME, "live.com#ann")), "ann@contoso.example"),
        (((SOAP_NAME, "ann@contoso.example"),), "ann@contoso.example"),
        ((), "ann"),
        ((("name", "  \u200b\n "),), "ann"),
        ((("name", " Zoë\r\n Ω\u202e\x00 李 "),), "Zoë Ω 李"),
        ((("name", "x" * 5000),), "x" * 200),
        ((("name", "<script>alert(1)</script>"),), "<script>alert(1)</script>"),
    ],
)
async def test_a_name_is_what_the_sign_in_says_as_one_line(
    desk: Desk, claims: tuple[tuple[str, str], ...], name: str
) -> None:
    """`name`, else the names older tokens give, else the user's id."""
    assert (await call("list_deals", header(*ANN, USER, *claims)))[0] == 200
    assert (await people(desk))["ann"]["name"] == name


async def test_programs_are_nobody_to_be_named(desk: Desk) -> None:
    claims = (("tid", CONTOSO), ("appid", "crm"), ("name", "The CRM"), ("roles", "ReferralsAdmin"))
    assert (await call("list_deals", header(*claims)))[0] == 200
    assert (await people(desk)).keys() == {"contoso-auditor"}


async def test_somebody_without_a_role_is_known_so_that_an_admin_sees_who_waits_for_one(desk: Desk) -> None:
    assert (await call("list_deals", header(*ANN, ("name", "Ann Ash"))))[0] == 403
    assert (await people(desk))["ann"]["roles"] == []


async def test_a_new_name_or_role_and_a_new_day_are_seen(desk: Desk) -> None:
    for roles, name, hours in ((USER, "Ann Ash", 0), (("roles", "Auditor"), "Ann Birch", 0), (USER, "Ann Birch", 30)):
        desk.clock.move(timedelta(hours=hours))
        assert (await call("list_deals", header(*ANN, roles, ("name", name))))[0] == 200
        ann = (await people(desk))["ann"]
        assert (ann["name"], ann["roles"]) == (name, [roles[1]])
    assert (ann["lastSeenDate"], ann["firstSeenAt"]) == ("2027-01-05", "2027-01-04T09:30:00.000000Z")


async def test_a_sign_in_without_a_name_takes_none_away(desk: Desk) -> None:
    await call("list_deals", header(*ANN, USER, ("name", "Ann Ash")))
    await call("list_deals", header(*ANN, USER))
    assert (await people(desk))["ann"]["name"] == "Ann Ash"


def test_a_readable_name_is_never_empty() -> None:
    assert readable_name(None) is readable_name("") is readable_name("\n\u200e") is None


# What it costs


@pytest.fixture
async def counted(tmp_path: Path) -> AsyncIterator[tuple[Desk, CountingStore]]:
    """A desk whose store is counted."""
    counting: list[CountingStore] = []

    def counts(store: DocumentStore) -> DocumentStore:
        counting.append(CountingStore(store))
        return counting[0]

    async with open_desk(tmp_path, wrap=counts) as desk:
        yield desk, counting[0]


def writes(store: CountingStore) -> int:
    """Writes to the people's container since the last time."""
    found = [call for call in store.calls if call in (("insert", ORGANIZATIONS), ("replace", ORGANIZATIONS))]
    store.calls = []
    return len(found)


async def test_a_person_is_written_once_a_change_however_many_calls_come_at_once(
    counted: tuple[Desk, CountingStore],
) -> None:
    desk, store = counted
    await asyncio.gather(*(desk.get("/api/deals") for _ in range(20)))
    assert writes(store) == 1
    ok(await desk.get("/api/deals"))
    desk.clock.move(timedelta(hours=14))
    ok(await desk.get("/api/deals"))
    assert writes(store) == 0, "the same day"
    desk.clock.move(timedelta(hours=1))
    await asyncio.gather(*(desk.get("/api/deals") for _ in range(20)))
    assert writes(store) == 1, "another day"


async def test_another_process_that_knows_the_person_only_reads(counted: tuple[Desk, CountingStore]) -> None:
    desk, store = counted
    ok(await desk.get("/api/deals"))
    assert writes(store) == 1
    bootstrap.use(replace(desk.services))
    ok(await desk.get("/api/deals"))
    assert writes(store) == 0


class Grudging:
    """A store that takes no person: `how` says why, None lets everything through."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self.how: Exception | float | None = StoreUnavailable("busy")
        self.asked = 0

    async def insert(self, container: str, document: Document) -> Stored:
        await self._grudge(container, document)
        return await self._store.insert(container, document)

    async def replace(self, stored: Stored, container: str, document: Document) -> Stored:
        await self._grudge(container, document)
        return await self._store.replace(stored, container, document)

    async def _grudge(self, container: str, document: Document) -> None:
        if container == ORGANIZATIONS and document["kind"] == "person":
            self.asked += 1
            if isinstance(self.how, Exception):
                raise self.how
            if self.how is not None:
                await asyncio.sleep(self.how)

    async def find(self, container: str, organization_id: str, query: Query) -> Page:
        return await self._store.find(container, organization_id, query)

    async def get(self, container: str, organization_id: str, id: str) -> Stored | None:
        return await self._store.get(container, organization_id, id)

    async def close(self) -> None:
        await self._store.close()


@pytest.fixture
async def grudging(tmp_path: Path) -> AsyncIterator[tuple[Desk, Grudging]]:
    """A desk whose store is too busy to note people."""
    stores: list[Grudging] = []

    def wrapped(store: DocumentStore) -> Any:
        stores.append(Grudging(store))
        return stores[0]

    async with open_desk(tmp_path, wrap=wrapped) as desk:
        yield desk, stores[0]


async def test_a_busy_store_fails_no_call_and_is_asked_again_a_minute_later(grudging: tuple[Desk, Grudging]) -> None:
    desk, store = grudging
    for persona in ("contoso-admin", "contoso-admin", "contoso-user"):
        ok(await desk.get("/api/deals", persona))
    assert store.asked == 1, "a store that is busy is left alone for a while"
    store.how = None
    desk.clock.move(timedelta(seconds=61))
    ok(await desk.post("/api/deals", a_deal()), 201)
    assert "contoso-admin" in await people(desk)


async def test_a_store_that_hangs_holds_a_call_up_for_two_seconds_at_most(grudging: tuple[Desk, Grudging]) -> None:
    desk, store = grudging
    store.how = 60.0
    async with asyncio.timeout(10):
        ok(await desk.get("/api/deals"))
        ok(await desk.get("/api/deals"))
    assert store.asked == 1


async def test_a_person_written_elsewhere_meanwhile_is_looked_at_again_by_the_next_call(
    grudging: tuple[Desk, Grudging],
) -> None:
    desk, store = grudging
    store.how = ChangedMeanwhile()
    ok(await desk.get("/api/deals"))
    store.how = None
    ok(await desk.get("/api/deals"))
    assert (store.asked, "contoso-admin" in await people(desk)) == (2, True)
