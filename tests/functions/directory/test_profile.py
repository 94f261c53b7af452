"""The business profile: draft, completeness, publication, what the vendor records (DOMAIN: "Leads, profiles,
directory")."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import httpx
import pytest

from shared.domain.directory.listing import DIRECTORY
from shared.services.ports import ORGANIZATIONS
from tests.functions.desk import Desk, fields_of, ok, refused
from tests.functions.profiles import A_CONTACT, a_profile, drafted, published

NEEDED: Final = ("description", "industries", "keywords", "markets", "customerSizes", "solutions", "contacts")


async def put(desk: Desk, body: Any, etag: str | None = "*", as_: str = "contoso-admin") -> httpx.Response:
    headers = {} if etag is None else {"If-Match": etag}
    return await desk.send("PUT", "/api/profile", as_=as_, json=body, headers=headers)


# The draft


async def test_before_anything_is_said_the_profile_is_empty_and_says_what_is_missing(desk: Desk) -> None:
    response = await desk.get("/api/profile", "contoso-auditor")
    seen = ok(response)
    assert response.headers["ETag"] == '"0"'
    assert (seen["description"], seen["industries"], seen["published"], seen["history"]) == (None, [], None, [])
    assert seen["completeness"]["isComplete"] is False
    assert [each["field"] for each in seen["completeness"]["missing"]] == list(NEEDED)
    assert "Paris, Lyon" in seen["completeness"]["missing"][-1]["message"]


async def test_a_draft_may_be_as_short_as_its_keeper_likes(desk: Desk) -> None:
    """What is left out is gone."""
    ok(await put(desk, {"description": "We build.", "keywords": ["erp"]}, None))
    seen = ok(await put(desk, {"keywords": ["sap"]}))
    assert (seen["description"], seen["keywords"]) == (None, ["sap"])
    assert [(entry["action"], entry["fields"]) for entry in seen["history"]] == [
        ("edit", ["description", "keywords"]),
        ("edit", ["description", "keywords"]),
    ]


async def test_the_first_draft_needs_no_version_and_every_later_one_its_own(desk: Desk) -> None:
    first = await put(desk, {"keywords": ["erp"]}, None)
    assert ok(first) and first.headers["ETag"] == '"1"'
    refused(await put(desk, {"keywords": ["sap"]}, None), 428, "precondition_required")
    refused(await put(desk, {"keywords": ["sap"]}, '"0"'), 412, "changed_since_read")
    assert (await put(desk, {"keywords": ["erp"]}, '"1"')).headers["ETag"] == '"1"', "nothing changed"
    assert (await put(desk, {"keywords": ["sap"]}, '"1"')).headers["ETag"] == '"2"'


async def test_of_two_who_start_the_draft_at_once_one_is_told(desk: Desk) -> None:
    responses = await asyncio.gather(*(put(desk, {"keywords": [f"k{n}"]}, '"0"') for n in range(4)))
    assert sorted(response.status_code for response in responses) == [200, 412, 412, 412]


async def test_the_same_entry_in_another_spelling_is_kept_once(desk: Desk) -> None:
    seen = ok(
        await put(desk, {"industries": ["Retail", "retail ", "Énergie", "ENERGIE"], "markets": ["FR", "DE", "FR"]})
    )
    assert (seen["industries"], seen["markets"]) == (["Retail", "Énergie"], ["DE", "FR"])


UNFIT: Final = [
    ({"description": "x" * 4001}, {"description": "string_too_long"}),
    ({"industries": [f"i{n}" for n in range(11)]}, {"industries": "too_long"}),
    ({"keywords": [""]}, {"keywords.0": "string_too_short"}),
    ({"solutions": ["a\nb"]}, {"solutions.0": "control_character"}),
    ({"solutions": "ERP"}, {"solutions": "list_type"}),
    ({"markets": ["FR", "XX"]}, {"markets.1": "unknown_country"}),
    ({"markets": ["FR", "OOO"]}, {"markets": "everywhere_alone"}),
    ({"customerSizes": ["huge"]}, {"customerSizes.0": "literal_error"}),
    ({"contacts": [{"locationId": "nowhere", **A_CONTACT}]}, {"contacts.0.locationId": "unknown_location"}),
    ({"contacts": [{**A_CONTACT}]}, {"contacts.0.locationId": "missing"}),
    ({"contacts": [{"locationId": "x", **A_CONTACT, "email": "nobody"}]}, {"contacts.0.email": "not_an_email"}),
    ({"contacts": [{"locationId": "x", **A_CONTACT}, {"locationId": "x", **A_CONTACT}]}, {"contacts": "duplicate"}),
    ({"competencies": [{"name": "Gold"}]}, {"competencies": "unknown_field"}),
    ({"published": {}}, {"published": "unknown_field"}),
    ({"organizationId": "fabrikam"}, {"organizationId": "unknown_field"}),
]


@pytest.mark.parametrize(("body", "named"), UNFIT, ids=lambda value: str(value)[:40])
async def test_what_does_not_fit_is_named_and_nothing_changes(desk: Desk, body: Any, named: dict[str, str]) -> None:
    await drafted(desk)
    before = desk.contents()
    assert fields_of(refused(await put(desk, body), 422, "invalid")) == named
    assert desk.contents() == before


async def test_a_form_has_lists_as_lines_and_boxes(desk: Desk) -> None:
    (paris, lyon) = ok(await desk.get("/api/organization"))["locations"]
    fields = {
        "description": "We build.\nOn time.", "industries": "Retail\r\n\r\n Manufacturing ", "solutions": "",
        "markets": ["FR", "DE"], "customerSizes": "10to50employees",
        "contacts.0.locationId": paris["id"], "contacts.0.firstName": "", "contacts.0.email": "",
        "contacts.1.locationId": lyon["id"], **{f"contacts.1.{name}": text for name, text in A_CONTACT.items()},
    }  # fmt: skip
    seen = ok(await desk.send("POST", "/api/profile", data=fields))
    assert (seen["industries"], seen["solutions"]) == (["Retail", "Manufacturing"], [])
    assert (seen["markets"], seen["customerSizes"]) == (["DE", "FR"], ["10to50employees"])
    assert [contact["locationId"] for contact in seen["contacts"]] == [lyon["id"]]


async def test_the_vendor_has_no_profile(desk: Desk) -> None:
    refused(await put(desk, a_profile(), as_="vendor-admin"), 403, "access_denied")
    refused(await desk.post("/api/profile/publish", {}, "vendor-admin"), 403, "access_denied")


# Publishing


async def test_what_keeps_it_from_being_complete_is_named_all_at_once(desk: Desk) -> None:
    problem = refused(await desk.post("/api/profile/publish", {}), 422, "invalid")
    assert fields_of(problem) == dict.fromkeys(NEEDED, "missing")
    await drafted(desk, markets=[], solutions=[], services=[], products=["Business Central"])
    assert fields_of(refused(await desk.post("/api/profile/publish", {}), 422)) == {"markets": "missing"}
    refused(await desk.get("/api/directory/contoso", None), 404, "not_found")


async def test_an_organization_without_locations_adds_one_first(desk: Desk) -> None:
    ok(await put(desk, a_profile(), as_="fabrikam-admin"))
    problem = refused(await desk.post("/api/profile/publish", {}, "fabrikam-admin"), 422)
    assert fields_of(problem) == {"contacts": "no_location"}


async def test_everybody_reads_what_is_published_and_nobody_whom_it_is_about(desk: Desk) -> None:
    """No person, phone, address or user id."""
    seen = await published(desk)
    assert seen["published"] == {"at": seen["updatedAt"], "isCurrent": True}
    response = await desk.get("/api/directory/contoso", None)
    entry = ok(response)
    assert (entry["name"], entry["country"], entry["industries"]) == ("Contoso", "FR", ["Retail", "Manufacturing"])
    assert entry["places"] == [{"name": "Paris", "country": "FR", "city": "Paris"},
                               {"name": "Lyon", "country": "FR", "city": "Lyon"}]  # fmt: skip
    listed = await desk.get("/api/directory?q=erp", None)
    for secret in ("Aude", "Martin", "98 76", "aude@", "contoso-admin", "Boétie"):
        assert secret not in response.text + listed.text


async def test_a_draft_changes_nothing_until_it_is_published_again(desk: Desk) -> None:
    await published(desk)
    seen = await drafted(desk, keywords=["quantum"])
    assert seen["published"]["isCurrent"] is False
    assert ok(await desk.get("/api/directory/contoso", None))["keywords"] == ["erp", "sap"]
    assert ok(await desk.get("/api/directory?q=quantum", None))["items"] == []
    ok(await desk.post("/api/profile/publish", {}))
    assert ok(await desk.get("/api/directory/contoso", None))["keywords"] == ["quantum"]
    assert [item["id"] for item in ok(await desk.get("/api/directory?q=quantum", None))["items"]] == ["contoso"]


async def test_publishing_what_is_there_already_changes_nothing(desk: Desk) -> None:
    await published(desk)
    before = desk.contents()
    ok(await desk.post("/api/profile/publish", {}))
    assert desk.contents() == before


async def test_a_new_name_of_the_organization_is_a_reason_to_publish_again(desk: Desk) -> None:
    await published(desk)
    organization = ok(await desk.get("/api/organization"))
    said = {"name": "Contoso Europe", "country": "FR", "locations": organization["locations"]}
    ok(await desk.send("PUT", "/api/organization", json=said, headers={"If-Match": "*"}))
    assert ok(await desk.get("/api/profile"))["published"]["isCurrent"] is False
    ok(await desk.post("/api/profile/publish", {}))
    assert ok(await desk.get("/api/directory/contoso", None))["name"] == "Contoso Europe"


async def test_a_location_that_came_or_went_since_is_noticed_when_publishing(desk: Desk) -> None:
    await drafted(desk)
    (paris, _) = ok(await desk.get("/api/organization"))["locations"]
    rome = {"name": "Roma", "country": "IT", "isDefault": False}
    said = {"name": "Contoso", "country": "FR", "locations": [paris, rome]}
    ok(await desk.send("PUT", "/api/organization", json=said, headers={"If-Match": "*"}))
    problem = refused(await desk.post("/api/profile/publish", {}), 422)
    assert "Roma" in problem["errors"][0]["message"]
    said["locations"] = [paris]
    ok(await desk.send("PUT", "/api/organization", json=said, headers={"If-Match": "*"}))
    assert fields_of(refused(await desk.post("/api/profile/publish", {}), 422)) == {
        "contacts.1.locationId": "unknown_location"
    }


async def test_publishing_may_name_the_version_it_means(desk: Desk) -> None:
    await drafted(desk)
    refused(await desk.post("/api/profile/publish", {}, if_match='"7"'), 412, "changed_since_read")
    ok(await desk.post("/api/profile/publish", {}, if_match='"1"'))


async def test_what_is_taken_back_is_nowhere_until_it_is_published_again(desk: Desk) -> None:
    await published(desk)
    seen = ok(await desk.post("/api/profile/unpublish", {}))
    assert seen["published"] is None
    assert [entry["action"] for entry in seen["history"]] == ["edit", "publish", "unpublish"]
    refused(await desk.get("/api/directory/contoso", None), 404, "not_found")
    for query in ("", "q=erp", "q=erpx", "country=FR"):
        assert ok(await desk.get(f"/api/directory?{query}", None))["items"] == []
    stored = await desk.services.store.get(ORGANIZATIONS, DIRECTORY, "contoso")
    assert stored is not None
    assert not {"description", "name", "places", "keywords"} & stored.document.keys(), "nothing of it is kept there"
    ok(await desk.post("/api/profile/unpublish", {}))
    ok(await desk.post("/api/profile/publish", {}))
    assert ok(await desk.get("/api/directory/contoso", None))["name"] == "Contoso"


async def test_publishing_and_taking_back_at_once_end_as_the_profile_says(desk: Desk) -> None:
    """The directory's copy knows which version it was made from; an older one never comes last."""
    await published(desk)
    for _ in range(5):
        await asyncio.gather(
            *(desk.post(f"/api/profile/{action}", {}) for action in ("publish", "unpublish", "publish", "unpublish"))
        )
        seen = ok(await desk.get("/api/profile"))
        meant = next(e["action"] for e in reversed(seen["history"]) if e["action"] in ("publish", "unpublish"))
        shown = (await desk.get("/api/directory/contoso", None)).status_code
        assert (meant, shown) in (("publish", 200), ("unpublish", 404))


async def test_what_broke_off_between_the_two_writes_is_mended_by_doing_it_again(desk: Desk) -> None:
    """The profile says published; the directory has not heard of it yet."""
    await published(desk)
    copy = await desk.services.store.get(ORGANIZATIONS, DIRECTORY, "contoso")
    assert copy is not None
    await desk.services.store.delete(copy, ORGANIZATIONS)
    assert ok(await desk.get("/api/profile"))["published"] is None
    ok(await desk.post("/api/profile/publish", {}))
    assert ok(await desk.get("/api/directory/contoso", None))["name"] == "Contoso"


async def test_who_is_reached_about_a_location_is_known_inside_only(desk: Desk) -> None:
    seen = await drafted(desk)
    location = seen["contacts"][0]["locationId"]
    assert await desk.services.profiles.contact("contoso", location) == A_CONTACT
    assert await desk.services.profiles.contact("contoso", "elsewhere") is None
    assert await desk.services.profiles.contact("fabrikam", location) is None


# What the vendor records

RECORDED: Final = {
    "competencies": [{"name": "Data and AI", "level": "Gold", "awardedDate": "2026-05-01"}],
    "endorsements": [{"text": "Delivered three plants on time.", "by": "Wingtip"}],
}


async def record(
    desk: Desk, body: Any = RECORDED, as_: str = "vendor-reviewer", partner: str = "contoso"
) -> httpx.Response:
    return await desk.post(f"/api/organizations/{partner}/competencies", body, as_)


async def test_what_the_vendor_records_is_public_at_once_and_the_draft_is_not(desk: Desk) -> None:
    await published(desk)
    await drafted(desk, keywords=["quantum"])
    assert ok(await record(desk))["competencies"] == RECORDED["competencies"]
    entry = ok(await desk.get("/api/directory/contoso", None))
    assert (entry["competencies"], entry["endorsements"]) == (RECORDED["competencies"], RECORDED["endorsements"])
    assert entry["keywords"] == ["erp", "sap"]
    (item,) = ok(await desk.get("/api/directory?q=data", None))["items"]
    assert "The vendor recorded: Data and AI (Gold)." in item["reasons"]
    seen = ok(await desk.get("/api/profile"))
    assert seen["competencies"] == RECORDED["competencies"]
    assert seen["history"][-1]["action"] == "record-competencies"


async def test_what_the_vendor_records_before_publication_is_published_with_it(desk: Desk) -> None:
    ok(await record(desk))
    assert ok(await desk.get("/api/profile"))["competencies"] == RECORDED["competencies"]
    refused(await desk.get("/api/directory/contoso", None), 404)
    await published(desk)
    assert ok(await desk.get("/api/directory/contoso", None))["competencies"] == RECORDED["competencies"]
    ok(await record(desk, {}))
    assert ok(await desk.get("/api/directory/contoso", None))["competencies"] == []


async def test_recording_for_one_that_was_taken_back_does_not_show_it_again(desk: Desk) -> None:
    await published(desk)
    ok(await desk.post("/api/profile/unpublish", {}))
    ok(await record(desk))
    refused(await desk.get("/api/directory/contoso", None), 404)


@pytest.mark.parametrize("partner", ["nobody", "vendor", "tenant:c0000000-0000-4000-8000-000000000001", "..%2Fx"])
async def test_only_a_partner_has_competencies(desk: Desk, partner: str) -> None:
    refused(await record(desk, partner=partner), 404, "not_found")


async def test_competencies_that_do_not_fit_are_named(desk: Desk) -> None:
    body = {"competencies": [{"name": ""}, {"name": "x", "awardedDate": "May"}], "endorsements": [{"by": "x"}]}
    assert fields_of(refused(await record(desk, body), 422)) == {
        "competencies.0.name": "string_too_short",
        "competencies.1.awardedDate": "not_a_day",
        "endorsements.0.text": "missing",
    }


async def test_what_a_newer_version_stored_survives(desk: Desk) -> None:
    await published(desk)
    for organization, id in (("contoso", "profile"), (DIRECTORY, "contoso")):
        stored = await desk.services.store.get(ORGANIZATIONS, organization, id)
        assert stored is not None
        await desk.services.store.replace(stored, ORGANIZATIONS, {**stored.document, "fromTheFuture": 1})
    await published(desk, keywords=["sap"])
    ok(await record(desk))
    for organization, id in (("contoso", "profile"), (DIRECTORY, "contoso")):
        stored = await desk.services.store.get(ORGANIZATIONS, organization, id)
        assert stored is not None and stored.document["fromTheFuture"] == 1
