"""Every way a check of readiness fails over HTTP: what the answer says to do, done, and the check passes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, get_args

import pytest

from shared.domain.offers.readiness.check import CheckId
from tests.functions.desk import Desk, ok
from tests.functions.offers.becoming import (
    COMPLETE,
    an_empty_offer,
    certify,
    check,
    complete_the_profile,
    contacts,
    go_live,
    person,
    publish,
    publish_and_go_live,
    readiness,
    remove,
    upload,
)
from tests.functions.offers.offering import edited
from tests.functions.profiles import drafted
from tests.functions.uploads.uploading import uploaded

Step = Callable[[Desk, str], Awaitable[Any]]


async def nothing(desk: Desk, id: str) -> None:
    """It fails from the start."""


def edit(**patch: Any) -> Step:
    return lambda desk, id: edited(desk, id, **patch)


def profile(**changes: Any) -> Step:
    return lambda desk, _: drafted(desk, **changes)


def list_of(*rows: list[str]) -> Step:
    return lambda desk, id: contacts(desk, id, *rows)


def sent(kind: str) -> Step:
    return lambda desk, id: upload(desk, id, kind)


def without(kind: str) -> Step:
    return after(sent(kind), lambda desk, id: remove(desk, id, kind))


def certified(kind: str, *amount: str) -> Step:
    return lambda desk, id: certify(desk, id, kind, *amount)


def after(*steps: Step) -> Step:
    async def walk(desk: Desk, id: str) -> None:
        for step in steps:
            await step(desk, id)

    return walk


async def broken(desk: Desk, id: str) -> None:
    """A file that is no document is refused, and puts nothing in force."""
    record = await uploaded(desk, id, b"no document at all", "one.pdf", "/documents/solution_one_pager")
    assert record["status"] == "rejected"


async def no_contact(desk: Desk, id: str) -> None:
    """A profile that names nobody for its locations."""
    body = await drafted(desk)
    said = {field: body[field] for field in (
        "description", "industries", "products", "services", "solutions", "keywords", "markets", "customerSizes",
    )}  # fmt: skip
    answer = await desk.send("PUT", "/api/profile", json={**said, "contacts": []}, headers={"If-Match": "*"})
    ok(answer)


async def another_location(desk: Desk, id: str) -> None:
    """The profile was complete until the organization works from one place more, where nobody is named."""
    await drafted(desk)
    organization = ok(await desk.get("/api/organization"))
    said = {field: organization[field] for field in ("name", "country", "locations")}
    said["locations"] = [*said["locations"], {"name": "Lyon", "country": "FR", "isDefault": False}]
    ok(await desk.send("PUT", "/api/organization", json=said, headers={"If-Match": "*"}))


async def only_published(desk: Desk, id: str) -> None:
    ok(await desk.post(f"/api/offers/{id}/publish", {"scope": "all"}))


async def refused_by_validation(desk: Desk, id: str) -> None:
    await edited(desk, id, availableCountries=[])
    offer = await publish(desk, id)
    assert (offer["state"], [each["field"] for each in offer["validation"]]) == ("draft", ["availableCountries"])


async def mended_and_live(desk: Desk, id: str) -> None:
    await edited(desk, id, availableCountries=["FR"])
    await publish_and_go_live(desk, id)


async def delivered_and_live(desk: Desk, id: str) -> None:
    await desk.run("deliver_events")
    await go_live(desk, id)


@dataclass(frozen=True)
class Way:
    """`says` is in the evidence, the to-do or the fix of the failed check."""

    check: str
    fails: Step
    says: str
    fix: Step


AREA: Final = {"area": "security", "subAreas": ["compliance"]}
WAYS: Final = [
    Way("profile_complete", nothing, "Say what you do", profile()),
    Way("profile_complete", profile(description=None), "description", profile()),
    Way("profile_complete", profile(industries=[]), "Name at least one industry", profile()),
    Way("profile_complete", profile(keywords=[]), "keyword", profile()),
    Way("profile_complete", profile(markets=[]), "Name the countries you serve", profile()),
    Way("profile_complete", profile(customerSizes=[]), "customer sizes", profile()),
    Way("profile_complete", profile(products=[], services=[], solutions=[]), "at least one solution", profile()),
    Way("profile_complete", no_contact, "Name a contact for each location", profile()),
    Way("profile_complete", another_location, "Name a contact for each location: Lyon", profile()),
    Way("offer_live", nothing, "Publish everything", publish_and_go_live),
    Way("offer_live", only_published, "being validated", delivered_and_live),
    Way("offer_live", publish, "Take the offer live", go_live),
    Way("offer_live", refused_by_validation, "Choose at least one country", mended_and_live),
    Way("listing_complete", nothing, "a solution type, a platform, a customer segment", edit(**COMPLETE)),
    Way("listing_complete", edit(**{**COMPLETE, "solutionType": None}), "a solution type", edit(solutionType="ip")),
    Way("listing_complete", edit(**{**COMPLETE, "platforms": []}), "a platform", edit(platforms=["windows"])),
    Way("listing_complete", edit(**{**COMPLETE, "segments": []}), "a customer segment", edit(segments=["education"])),
    Way("listing_complete", edit(**{**COMPLETE, "solutionAreas": []}), "a solution area", edit(solutionAreas=[AREA])),
    Way("listing_complete", edit(**{**COMPLETE, "solutionAreas": [{"area": "security"}]}),
        "Choose one to 2 sub-areas of security", edit(solutionAreas=[AREA])),
    Way("one_pager", nothing, "Upload the solution one-pager", sent("solution_one_pager")),
    Way("one_pager", broken, "Upload the solution one-pager", sent("solution_one_pager")),
    Way("one_pager", sent("reference_architecture_diagram"), "Upload the solution one-pager",
        sent("solution_one_pager")),
    Way("one_pager", without("solution_one_pager"), "no solution one-pager", sent("solution_one_pager")),
    Way("pitch_deck", nothing, "Upload the solution pitch deck", sent("solution_pitch_deck")),
    Way("pitch_deck", without("solution_pitch_deck"), "no solution pitch deck", sent("solution_pitch_deck")),
    Way("sales_contacts", nothing, "Upload a contacts file", list_of(person("FR, US"))),
    Way("sales_contacts", list_of(person("FR, US", "Partner marketing")), "is for FR, US", list_of(person("FR,US"))),
    Way("sales_contacts", list_of(person("FR")), "Countries/Regions is US",
        list_of(person("FR"), person("US", name="Bo Li"))),
    Way("sales_contacts", list_of(person("FR"), person("US", "Partner technical sales", "Bo Li")), "is for US",
        list_of(person("FR"), person("US", name="Bo Li", states="US-TX"))),
    Way("sales_contacts", list_of(person("OOO", "Partner marketing")), "is for FR, US", list_of(person("OOO"))),
    Way("sales_contacts", after(list_of(person("FR, US")), list_of(person("US"))), "is for FR",
        lambda desk, id: desk.post(f"/api/offers/{id}/contacts/undo")),
    Way("sales_contacts", after(list_of(person("FR, US")), edit(availableCountries=["DE", "FR", "US"])), "is for DE",
        edit(availableCountries=["FR", "US"])),
    Way("sales_contacts", after(list_of(person("FR, US")), edit(availableCountries=["AI", "FR"])),
        "OOO, for everywhere (AI cannot be named in it)", list_of(person("OOO"))),
    Way("sales_contacts", after(list_of(person("FR, US")), edit(availableCountries=[])), "in no country",
        edit(availableCountries=["FR"])),
    Way("eligible_type", edit(offerType="consulting_service"), "consulting_service", edit(offerType="azure_container")),
    Way("ip_solution", nothing, "No solution type", edit(solutionType="ip")),
    Way("ip_solution", edit(solutionType="managed_service"), "managed_service", edit(solutionType="ip")),
    Way("reference_architecture", nothing, "Upload the reference", sent("reference_architecture_diagram")),
    Way("reference_architecture", without("reference_architecture_diagram"), "no reference",
        sent("reference_architecture_diagram")),
    Way("revenue", publish, "No revenue is recorded", certified("revenue", "100000.00")),
    Way("revenue", after(publish, certified("revenue", "99999.99")), "USD 99,999.99",
        certified("revenue", "250000.00")),
    Way("revenue", after(publish, certified("revenue", "1000000.00", "JPY")), "about USD 6,944",
        certified("revenue", "120000.00", "EUR")),
    Way("revenue", after(publish, certified("revenue", "1000000.00", "XAF")), "rate is not known",
        certified("revenue", "100000.00")),
    Way("technical_validation", publish, "No technical validation", certified("technical_validation")),
]  # fmt: skip


def test_every_check_but_the_sum_of_the_others_fails_in_some_way_here() -> None:
    """co_sell_ready is what the first six come to; test_becoming_ready walks it."""
    assert {way.check for way in WAYS} == set(get_args(CheckId)) - {"co_sell_ready"}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.check}: {way.says}")
async def test_a_check_that_fails_says_how_to_mend_it_and_passes_once_that_is_done(desk: Desk, way: Way) -> None:
    id = await an_empty_offer(desk)
    await way.fails(desk, id)
    found = await check(desk, id, way.check)
    assert not found["passed"]
    told = f"{found['evidence']} {found['todo']} {found['fix']['text']}"
    assert way.says in told, told
    await way.fix(desk, id)
    now = await check(desk, id, way.check)
    assert now["passed"], now
    assert (now["todo"], now["fix"]) == (None, None)
    kept = await readiness(desk, id)
    assert kept["stored"]["isCurrent"]
    flips = [each["became"][way.check] for each in kept["changes"] if way.check in each["became"]]
    assert flips[-1] is True
    assert flips == [n % 2 == 0 for n in range(len(flips))]  # each tells of a change there was


@pytest.mark.parametrize("way", [way for way in WAYS if way.fails is nothing], ids=lambda way: way.check)
async def test_the_call_a_fix_names_is_one_there_is(desk: Desk, way: Way) -> None:
    """A program that follows it meets no 404 and no 405; what it still has to add it is told."""
    id = await an_empty_offer(desk)
    await complete_the_profile(desk)
    call = (await check(desk, id, way.check))["fix"] if way.check != "profile_complete" else {}
    if "api" in call:
        api = call["api"]
        answer = await desk.send(api["method"], api["path"], json=api.get("body", {}), headers={"If-Match": '"1"'})
        assert answer.status_code in (200, 412, 415, 422), answer.text
