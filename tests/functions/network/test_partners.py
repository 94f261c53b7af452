"""The partners there are, and how the vendor lets one in (issue 4: "Organizations and people")."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import pytest

from shared.domain.ids import derived_id
from shared.domain.organizations.network import NETWORK, mapping
from shared.services.ports import ORGANIZATIONS
from tests.functions.deals import a_location, a_new_partner, an_opportunity, an_organization
from tests.functions.desk import Desk, fields_of, ok, refused
from tests.functions.network.test_organizations import EVERYBODY, own, put

ADATUM: Final = "c0000000-0000-4000-8000-000000000005"


async def test_partners_are_listed_by_name_to_everybody_and_the_vendor_is_none(desk: Desk) -> None:
    for persona in ("contoso-auditor", "fabrikam-admin", "vendor-seller"):
        page = ok(await desk.get("/api/organizations", persona))
        assert page["next"] is None
        assert page["items"] == [
            {"id": "contoso", "name": "Contoso", "country": "FR", "kind": "partner"},
            {"id": "fabrikam", "name": "Fabrikam", "country": "US", "kind": "partner"},
            {"id": "tailspin", "name": "Tailspin Toys", "country": "DE", "kind": "partner"},
        ]


@pytest.mark.parametrize(
    ("q", "found"),
    [("CONT", ["contoso"]), ("toso", ["contoso"]), ("toys", ["tailspin"]), ("f", ["fabrikam"]), ("fA", ["fabrikam"]),
     ("oy", []), ("vendor", []), ("tenant", []), ("%25%25%25", []), ("  ", ["contoso", "fabrikam", "tailspin"])],
)  # fmt: skip
async def test_partners_are_found_by_part_of_their_name(desk: Desk, q: str, found: list[str]) -> None:
    """One or two letters are the beginning of it."""
    page = ok(await desk.get(f"/api/organizations?q={q}"))
    assert [item["id"] for item in page["items"]] == found


async def test_the_list_of_partners_has_pages_that_end(desk: Desk) -> None:
    for n in range(5):
        partner = a_new_partner(name=f"Partner {n}", tenantId=f"d0000000-0000-4000-8000-00000000000{n}")
        ok(await desk.post("/api/organizations", partner, "vendor-admin"), 201)
    path, names = "/api/organizations?q=partner&limit=2", []
    while path:
        page = ok(await desk.get(path))
        names += [item["name"] for item in page["items"]]
        path = page["next"]
    assert names == [f"Partner {n}" for n in range(5)]
    refused(await desk.get("/api/organizations?limit=0"), 422, "invalid")
    refused(await desk.get("/api/organizations?after=x"), 400, "wrong_cursor")
    refused(await desk.get(f"/api/organizations?q={'q' * 201}"), 422, "invalid")


# A new one


async def test_whoever_signs_in_through_an_added_directory_belongs_to_it_from_then_on(desk: Desk) -> None:
    problem = refused(await desk.get("/api/deals", "adatum-admin"), 403, "unknown_organization")
    assert problem["tenantId"] == ADATUM
    response = await desk.post("/api/organizations", a_new_partner(locations=[a_location()]), "vendor-admin")
    added = ok(response, 201)
    assert added["id"] == derived_id("organization", ADATUM)
    assert (added["kind"], added["tenantId"]) == ("partner", ADATUM)
    assert added["history"] == [{"at": added["createdAt"], "by": "vendor-admin", "action": "create", "fields": []}]
    mine, etag = await own(desk, "adatum-admin")
    assert mine == added
    (place,) = mine["locations"]
    ok(await put(desk, an_organization(name="Adatum", country="IT", locations=[place]), etag, "adatum-admin"))
    _, copy = await desk.sent(partnerId="contoso")
    sent = ok(await desk.post("/api/opportunities", an_opportunity(partnerId=added["id"]), "vendor-seller"), 201)
    await desk.deliver()
    assert (await desk.copy_of(sent, "adatum-admin"))["locationId"] == place["id"]
    refused(await desk.get(f"/api/referrals/{copy['id']}", "adatum-admin"), 404)


@pytest.mark.parametrize("persona", EVERYBODY)
async def test_the_vendors_account_admin_adds_partners_and_nobody_else(desk: Desk, persona: str) -> None:
    before = desk.contents()
    response = await desk.post("/api/organizations", a_new_partner(), persona)
    if persona == "vendor-admin":
        ok(response, 201)
    else:
        refused(response, 403, "access_denied")
        assert desk.contents() == before


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"tenantId": "adatum"}, {"tenantId": "not_a_tenant_id"}),
        ({"tenantId": "c0000000000040008000000000000005"}, {"tenantId": "not_a_tenant_id"}),
        ({"kind": "vendor"}, {"kind": "literal_error"}),
        ({"country": "Italy"}, {"country": "unknown_country"}),
        ({"name": ""}, {"name": "string_too_short"}),
        ({"id": "adatum"}, {"id": "unknown_field"}),
        ({"locations": [a_location(id="x")]}, {"locations": "unknown_location"}),
        ({"locations": [a_location(), a_location()]}, {"locations": "one_default"}),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_an_organization_that_does_not_fit_is_not_added(
    desk: Desk, changes: dict[str, Any], named: dict[str, str]
) -> None:
    before = desk.contents()
    response = await desk.post("/api/organizations", a_new_partner(**changes), "vendor-admin")
    assert fields_of(refused(response, 422, "invalid")) == named
    assert desk.contents() == before


@pytest.mark.parametrize("tenant", [ADATUM, ADATUM.upper(), "c0000000-0000-4000-8000-000000000002"])
async def test_a_directory_is_one_organizations(desk: Desk, tenant: str) -> None:
    """In any spelling, whether it was added here or by the operator."""
    ok(await desk.post("/api/organizations", a_new_partner(), "vendor-admin"), 201)
    before = desk.contents()
    again = a_new_partner(name="Somebody else", tenantId=tenant)
    refused(await desk.post("/api/organizations", again, "vendor-admin"), 409, "tenant_taken")
    assert desk.contents() == before


async def test_two_who_add_it_at_once_make_one(desk: Desk) -> None:
    posts = (desk.post("/api/organizations", a_new_partner(name=f"Adatum {n}"), "vendor-admin") for n in range(8))
    responses = await asyncio.gather(*posts)
    assert sorted(response.status_code for response in responses) == [201] + [409] * 7
    (made,) = [response.json() for response in responses if response.status_code == 201]
    assert (await own(desk, "adatum-admin"))[0] == made
    assert [item["name"] for item in ok(await desk.get("/api/organizations?q=adatum"))["items"]] == [made["name"]]


async def test_sending_it_again_heals_what_a_crash_left_half_done(desk: Desk) -> None:
    """The mapping is written first: until it is sent again, the directory is nobody's."""
    half = mapping(ADATUM, derived_id("organization", ADATUM), desk.clock())
    await desk.services.store.insert(ORGANIZATIONS, half)
    refused(await desk.get("/api/deals", "adatum-admin"), 403, "unknown_organization")
    ok(await desk.post("/api/organizations", a_new_partner(), "vendor-admin"), 201)
    ok(await desk.get("/api/deals", "adatum-admin"))


async def test_a_double_click_adds_one_and_both_are_told_so(desk: Desk) -> None:
    first = await desk.post("/api/organizations", a_new_partner(), "vendor-admin", idempotency_key="k")
    again = await desk.post("/api/organizations", a_new_partner(), "vendor-admin", idempotency_key="k")
    assert ok(again, 201) == ok(first, 201)
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")
    other = await desk.post("/api/organizations", a_new_partner(name="X"), "vendor-admin", idempotency_key="k")
    refused(other, 422, "idempotency_key_reused")
    refused(await desk.post("/api/organizations", a_new_partner(), "vendor-admin"), 409, "tenant_taken")
    another_key = await desk.post("/api/organizations", a_new_partner(), "vendor-admin", idempotency_key="k2")
    refused(another_key, 409, "tenant_taken")


async def test_every_organization_and_its_directory_are_in_one_partition(desk: Desk) -> None:
    ok(await desk.post("/api/organizations", a_new_partner(), "vendor-admin"), 201)
    for id in ("contoso", "vendor", f"tenant:{ADATUM}", derived_id("organization", ADATUM)):
        assert await desk.services.store.get(ORGANIZATIONS, NETWORK, id) is not None
