"""What an organization says of itself, and the partners there are (issue 4: "Organizations and people")."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from shared.domain.organizations.network import NETWORK
from shared.services.ports import ORGANIZATIONS
from tests.functions.deals import a_location, an_acceptance, an_organization
from tests.functions.desk import Desk, fields_of, ok, open_desk, refused

ADATUM: Final = "c0000000-0000-4000-8000-000000000005"
EVERYBODY: Final = (
    "contoso-admin", "contoso-referrals", "contoso-user", "contoso-offers", "contoso-profile", "contoso-auditor",
    "fabrikam-admin", "tailspin-admin", "vendor-seller", "vendor-reviewer", "vendor-admin",
)  # fmt: skip


async def own(desk: Desk, as_: str = "contoso-admin") -> tuple[dict[str, Any], str]:
    """The persona's organization, and its ETag."""
    response = await desk.get("/api/organization", as_)
    return ok(response), response.headers["ETag"]


async def put(desk: Desk, body: Any, etag: str | None, as_: str = "contoso-admin") -> httpx.Response:
    """PUT /api/organization"""
    headers = {} if etag is None else {"If-Match": etag}
    return await desk.send("PUT", "/api/organization", as_=as_, json=body, headers=headers)


# One's own


async def test_an_organization_is_read_by_its_people(desk: Desk) -> None:
    seen, etag = await own(desk)
    assert etag == '"1"'
    assert (seen["id"], seen["name"], seen["kind"], seen["country"]) == ("contoso", "Contoso", "partner", "FR")
    assert [(place["name"], place["isDefault"]) for place in seen["locations"]] == [("Paris", True), ("Lyon", False)]
    assert seen.keys() == {
        "id", "name", "kind", "country", "tenantId", "locations", "createdAt", "updatedAt", "history"
    }  # fmt: skip


async def test_an_account_admin_says_what_it_is_called_and_where_it_works(desk: Desk) -> None:
    before, etag = await own(desk)
    desk.clock.move(timedelta(hours=1))
    (paris, _) = before["locations"]
    rome = {"name": "Roma", "country": "IT", "isDefault": False}
    response = await put(desk, {"name": "Contoso Europe", "country": "IT", "locations": [paris, rome]}, etag)
    after = ok(response)
    assert response.headers["ETag"] == '"2"'
    assert (after["name"], after["country"]) == ("Contoso Europe", "IT")
    assert after["locations"][0] == paris, "what was there keeps its id"
    new = after["locations"][1]
    assert new == {**rome, "id": new["id"]}
    assert after["updatedAt"] > before["updatedAt"]
    assert after["history"][-1] == {
        "at": after["updatedAt"], "by": "contoso-admin", "action": "edit", "fields": ["country", "locations", "name"]
    }  # fmt: skip
    assert (await own(desk))[0] == after
    deal = await desk.created()
    assert deal["organizationId"] == "contoso", "a new name is no new organization"


async def test_an_update_that_changes_nothing_is_no_new_version(desk: Desk) -> None:
    seen, etag = await own(desk)
    same = {name: seen[name] for name in ("name", "country", "locations")}
    assert (await put(desk, same, etag)).headers["ETag"] == etag
    assert (await own(desk))[0] == seen


async def test_the_only_location_is_the_default_without_saying_so(desk: Desk) -> None:
    body = an_organization(locations=[{"name": "Nantes", "country": "FR"}])
    (place,) = ok(await put(desk, body, "*"))["locations"]
    assert place["isDefault"] is True
    assert ok(await put(desk, an_organization(locations=[]), "*"))["locations"] == []


async def test_two_who_edit_the_same_version_are_one_who_saves_and_one_who_is_told(desk: Desk) -> None:
    _, etag = await own(desk)
    names = [f"Contoso {n}" for n in range(6)]
    responses = await asyncio.gather(*(put(desk, an_organization(name=name), etag) for name in names))
    assert sorted(response.status_code for response in responses) == [200] + [412] * 5
    for response in responses:
        if response.status_code == 412:
            refused(response, 412, "changed_since_read")
    (saved,) = [response.json()["name"] for response in responses if response.status_code == 200]
    assert (await own(desk))[0]["name"] == saved


async def test_an_update_without_its_version_is_refused(desk: Desk) -> None:
    refused(await put(desk, an_organization(), None), 428, "precondition_required")
    refused(await put(desk, an_organization(), '"7"'), 412, "changed_since_read")


UNFIT: Final = [
    ({"name": ""}, {"name": "string_too_short"}),
    ({"name": "x" * 201}, {"name": "string_too_long"}),
    ({"name": "a\nb"}, {"name": "control_character"}),
    ({"country": "XX"}, {"country": "unknown_country"}),
    ({"country": "fr"}, {"country": "unknown_country"}),
    ({"kind": "vendor"}, {"kind": "unknown_field"}),
    ({"id": "fabrikam"}, {"id": "unknown_field"}),
    ({"tenantId": ADATUM}, {"tenantId": "unknown_field"}),
    ({"organizationId": "fabrikam"}, {"organizationId": "unknown_field"}),
    ({"locations": [a_location(isDefault=False)]}, {"locations": "one_default"}),
    ({"locations": [a_location(), a_location(name="Lyon")]}, {"locations": "one_default"}),
    ({"locations": [{"name": "A", "country": "FR"}, {"name": "B", "country": "FR"}]}, {"locations": "one_default"}),
    ({"locations": [a_location(id="x" * 20)]}, {"locations.0.id": "unknown_location"}),
    ({"locations": [a_location(country="Y")]}, {"locations.0.country": "unknown_country"}),
    ({"locations": [a_location(name=None)]}, {"locations.0.name": "string_type"}),
    ({"locations": [a_location(remove=True)]}, {"locations.0.remove": "unknown_field"}),
    ({"locations": [a_location(isDefault=n == 0) for n in range(51)]}, {"locations": "too_long"}),
    ({"locations": "Paris"}, {"locations": "list_type"}),
]


@pytest.mark.parametrize(("changes", "named"), UNFIT, ids=lambda value: str(value)[:40])
async def test_what_does_not_fit_is_named_and_nothing_changes(
    desk: Desk, changes: dict[str, Any], named: dict[str, str]
) -> None:
    before = desk.contents()
    assert fields_of(refused(await put(desk, an_organization(**changes), "*"), 422, "invalid")) == named
    assert desk.contents() == before


async def test_a_location_stands_there_once_only(desk: Desk) -> None:
    (paris, _) = (await own(desk))[0]["locations"]
    twice = an_organization(locations=[paris, {**paris, "isDefault": False}])
    assert fields_of(refused(await put(desk, twice, "*"), 422)) == {"locations": "duplicate"}


@pytest.mark.parametrize("persona", EVERYBODY)
async def test_every_role_reads_its_own_organization_and_its_admins_change_it(desk: Desk, persona: str) -> None:
    """Whatever is sent, it is one's own that changes."""
    others = {name: (await own(desk, f"{name}-admin"))[0] for name in ("contoso", "fabrikam", "tailspin", "vendor")}
    mine, _ = await own(desk, persona)
    assert mine["id"] == persona.partition("-")[0]
    response = await put(desk, an_organization(name="Renamed"), "*", persona)
    if persona.endswith("-admin"):
        assert ok(response)["id"] == mine["id"]
    else:
        refused(response, 403, "access_denied")
        assert (await own(desk, persona))[0] == mine
    for name, before in others.items():
        if name != mine["id"]:
            assert (await own(desk, f"{name}-admin"))[0] == before


async def test_nobody_is_401_for_each_of_them(desk: Desk) -> None:
    for method, path in (
        ("GET", "/api/organization"), ("PUT", "/api/organization"), ("POST", "/api/organization"),
        ("GET", "/api/organizations"), ("POST", "/api/organizations"), ("GET", "/api/people"),
    ):  # fmt: skip
        refused(await desk.send(method, path, as_=None, json={}), 401, "unauthenticated")


FORMS: Final = {
    "urlencoded": lambda fields: {"data": fields},
    "multipart": lambda fields: {"files": [(name, (None, text)) for name, text in fields.items()]},
}


@pytest.mark.parametrize("encoding", FORMS)
async def test_a_form_says_the_same_as_json(desk: Desk, encoding: str) -> None:
    """Empty rows are no locations, and one whose `remove` is ticked is gone."""
    seen, etag = await own(desk)
    (paris, lyon) = seen["locations"]
    fields = {
        "etag": etag, "name": "Contoso", "country": "FR",
        "locations.0.id": paris["id"], "locations.0.name": "Paris", "locations.0.country": "FR",
        "locations.0.remove": "true",
        "locations.1.id": lyon["id"], "locations.1.name": "Lyon 7e", "locations.1.country": "FR",
        "locations.1.city": "", "locations.1.isDefault": "true",
        "locations.2.name": "", "locations.2.country": "",
    }  # fmt: skip
    response = await desk.send("POST", "/api/organization", **FORMS[encoding](fields))
    (place,) = ok(response)["locations"]
    assert place == {"id": lyon["id"], "name": "Lyon 7e", "country": "FR", "isDefault": True}
    assert response.headers["ETag"] == '"2"'


async def test_what_an_organization_says_is_known_at_once_where_it_was_said(desk: Desk) -> None:
    """The minute for which organizations are remembered is no minute of old names."""
    assert ok(await desk.get("/api/organizations?q=tail", "vendor-seller"))["items"][0]["name"] == "Tailspin Toys"
    own_deal, _ = await desk.asked(as_="tailspin-admin")
    ok(await put(desk, an_organization(name="Tailspin Games", country="DE"), "*", "tailspin-admin"))
    await desk.created(as_="tailspin-admin")
    ok(await desk.act(own_deal["id"], "notes", {"text": "x", "audience": "shared"}, "tailspin-admin"))
    await desk.deliver()
    copy = await desk.copy_of(own_deal, "vendor-seller")
    assert copy["noteEntries"][0]["organizationName"] == "Tailspin Games"


# Where received referrals go


async def test_a_received_referral_goes_to_the_default_location(desk: Desk) -> None:
    """Of the moment it is received; a later default moves nothing. Without locations it goes to none."""
    paris, lyon = (await own(desk))[0]["locations"]
    _, copy = await desk.sent()
    assert copy["locationId"] == paris["id"]
    swapped = [{**paris, "isDefault": False}, {**lyon, "isDefault": True}]
    ok(await put(desk, an_organization(locations=swapped), "*"))
    _, second = await desk.sent(name="A second")
    assert second["locationId"] == lyon["id"]
    assert (await desk.read(copy["id"]))["locationId"] == paris["id"]
    ok(await desk.act(copy["id"], "accept", an_acceptance()))
    assert (await desk.read(copy["id"]))["locationId"] == paris["id"], "frozen"
    _, elsewhere = await desk.sent(partnerId="fabrikam")
    assert elsewhere["locationId"] is None


# What is stored


async def test_what_a_newer_version_stored_survives_an_update(desk: Desk) -> None:
    stored = await desk.services.store.get(ORGANIZATIONS, NETWORK, "contoso")
    assert stored is not None
    newer = {**stored.document, "fromTheFuture": {"kept": True}}
    await desk.services.store.replace(stored, ORGANIZATIONS, newer)
    ok(await put(desk, an_organization(name="Contoso Europe"), "*"))
    after = await desk.services.store.get(ORGANIZATIONS, NETWORK, "contoso")
    assert after is not None
    assert (after.document["fromTheFuture"], after.document["name"]) == ({"kept": True}, "Contoso Europe")


async def test_the_history_keeps_the_last_hundred_changes(desk: Desk) -> None:
    for n in range(105):
        ok(await put(desk, an_organization(name=f"Contoso {n}"), "*"))
    seen, etag = await own(desk)
    assert (len(seen["history"]), etag) == (100, '"106"')


async def test_a_restart_leaves_what_organizations_said_of_themselves(tmp_path: Path) -> None:
    """The organizations of LOCAL_ORGANIZATIONS are put there once."""
    from shared import bootstrap

    async with open_desk(tmp_path, LOCAL_ORGANIZATIONS="demo/organizations.json") as desk:
        ok(await put(desk, an_organization(name="Contoso Europe"), "*"))
        await bootstrap.seed_local_organizations(desk.services)
        assert (await own(desk))[0]["name"] == "Contoso Europe"
