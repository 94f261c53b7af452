"""JSON and both form encodings come to the same command (DESIGN.md section 5)."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote_plus, urlencode

import httpx
import pytest

from tests.functions.deals import (
    Body,
    a_customer,
    a_deal,
    a_deal_with_help,
    a_help_request,
    an_acceptance,
    an_employee,
    an_offer,
    an_opportunity,
    the_least_deal,
)
from tests.functions.desk import Desk, fields_of, ok, refused

UNLIKE: Final = {
    "id", "engagementId", "history", "createdAt", "updatedAt", "invitations", "allowedActions", "readiness"
}  # fmt: skip
"""What two things made alike may differ in; an offer's readiness names its own address."""


def dotted(value: Any, name: str = "") -> list[tuple[str, str]]:
    """A body as form fields: dotted paths, list items by index, true as a checked checkbox, false as a missing one."""
    if isinstance(value, dict):
        return [field for key, child in value.items() for field in dotted(child, f"{name}.{key}" if name else key)]
    if isinstance(value, list):
        return [field for n, child in enumerate(value) for field in dotted(child, f"{name}.{n}")]
    if isinstance(value, bool):
        return [(name, "on")] if value else []
    return [(name, str(value))]


async def urlencoded(desk: Desk, path: str, fields: list[tuple[str, str]], as_: str, **headers: str) -> httpx.Response:
    typed = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    return await desk.send("POST", path, as_=as_, headers=typed, content=urlencode(fields))


async def multipart(desk: Desk, path: str, fields: list[tuple[str, str]], as_: str, **headers: str) -> httpx.Response:
    parts = [(name, (None, text.encode())) for name, text in fields]
    return await desk.send("POST", path, as_=as_, headers=headers, files=parts)


ENCODINGS: Final = {"urlencoded": urlencoded, "multipart": multipart}
BODIES: Final[list[tuple[str, str, Body]]] = [
    ("/api/deals", "contoso-admin", a_deal()),
    ("/api/deals", "contoso-admin", the_least_deal()),
    ("/api/deals", "contoso-admin", a_deal(visibleToVendor=True, salesStage="qualified", teamMembers=["a", "b"])),
    ("/api/deals", "contoso-admin", a_deal_with_help(employees=[an_employee(), an_employee(firstName="Mia")])),
    ("/api/deals", "contoso-admin", a_deal(name="Ōsaka & Söhne = 50% + «x»", notes="one\ntwo\tthree")),
    ("/api/opportunities", "vendor-seller", an_opportunity()),
    ("/api/offers", "contoso-admin", an_offer()),
]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(("path", "persona", "body"), BODIES)
async def test_a_form_makes_the_same_thing_as_json(
    desk: Desk, encoding: str, path: str, persona: str, body: Body
) -> None:
    """The two documents are equal in all but what makes them two."""
    from_json = ok(await desk.post(path, body, persona), 201)
    again = {**body, "proceed": True} if "customer" in body else body  # the same business twice, on purpose
    from_form = ok(await ENCODINGS[encoding](desk, path, dotted(again), persona), 201)
    assert {k: v for k, v in from_form.items() if k not in UNLIKE} == {
        k: v for k, v in from_json.items() if k not in UNLIKE
    }


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_actions_take_forms_too(desk: Desk, encoding: str) -> None:
    """A whole story by forms: ask, accept, note, win."""
    send = ENCODINGS[encoding]
    deal = await desk.created()
    ok(await send(desk, f"/api/referrals/{deal['id']}/request-help", dotted(a_help_request()), "contoso-admin"))
    await desk.deliver()
    copy = f"/api/referrals/{(await desk.copy_of(deal, 'vendor-seller'))['id']}"
    accepted = ok(await send(desk, f"{copy}/accept", dotted(an_acceptance()), "vendor-seller"))
    assert accepted["estimatedValue"] == an_acceptance()["estimatedValue"]
    noted = ok(await send(desk, f"{copy}/notes", [("text", "Hello"), ("audience", "internal")], "vendor-seller"))
    assert noted["noteEntries"][0]["text"] == "Hello"
    figures = [("finalValue.amount", "5"), ("finalValue.currency", "EUR"), ("closedDate", "2027-01-04")]
    assert ok(await send(desk, f"{copy}/win", figures, "vendor-seller"))["outcome"] == "won"


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_empty_text_is_absent(desk: Desk, encoding: str) -> None:
    """A browser sends every field of a form; those left empty are as if they were not there."""
    empty = [("notes", ""), ("crmId", "  "), ("customer.addressLine2", ""), ("help.code", ""), ("help.notes", "")]
    fields = [(name, text) for name, text in dotted(the_least_deal()) if text]
    deal = ok(await ENCODINGS[encoding](desk, "/api/deals", [*fields, *empty], "contoso-admin"), 201)
    assert (deal["notes"], deal["crmId"], deal["dealType"]) == (None, None, "private")


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_an_empty_row_of_a_list_is_no_entry(desk: Desk, encoding: str) -> None:
    """A form that offers three employees and gets one."""
    rows = [(f"employees.{n}.{part}", "") for n in (1, 2) for part in ("firstName", "lastName", "email", "phoneNumber")]
    fields = [*dotted(a_deal(customer=a_customer())), *rows]
    assert len(ok(await ENCODINGS[encoding](desk, "/api/deals", fields, "contoso-admin"), 201)["employees"]) == 1


@pytest.mark.parametrize(
    ("text", "visible"), [("on", True), ("true", True), ("1", True), ("false", False), ("", False)]
)
async def test_a_checkbox_is_true_when_it_is_there(desk: Desk, text: str, visible: bool) -> None:
    """A missing checkbox is false; a hidden false is false as well."""
    response = await urlencoded(desk, "/api/deals", [*dotted(a_deal()), ("visibleToVendor", text)], "contoso-admin")
    assert ok(response, 201)["visibleToVendor"] is visible


async def test_list_indexes_go_up_to_49_and_may_have_gaps(desk: Desk) -> None:
    """Index order is the order, whatever order the fields come in."""
    least = the_least_deal(solutions=[], employees=[an_employee()])
    solutions = [
        ("solutions.49.name", "Z"),
        ("solutions.49.kind", "own"),
        ("solutions.7.kind", "own"),
        ("solutions.7.name", "A"),
    ]
    deal = ok(await urlencoded(desk, "/api/deals", [*dotted(least), *solutions], "contoso-admin"), 201)
    assert [solution["name"] for solution in deal["solutions"]] == ["A", "Z"]


@pytest.mark.parametrize("count", [1, 2])
async def test_a_repeated_name_is_a_list_also_of_one(desk: Desk, count: int) -> None:
    """A multiple select sends its name once a choice; with a single choice it was refused as no list."""
    chosen = [("availableCountries", code) for code in ("FR", "DE")[:count]]
    response = await urlencoded(desk, "/api/offers", [("name", "M"), ("offerType", "saas"), *chosen], "contoso-admin")
    assert len(ok(response, 201)["availableCountries"]) == count


async def test_a_form_says_its_version_in_a_field(desk: Desk) -> None:
    """`etag` stands for If-Match: right it edits, stale it is 412, absent it is 428."""
    deal = await desk.created()
    path = f"/api/referrals/{deal['id']}"
    refused(await urlencoded(desk, path, [("name", "R")], "contoso-admin"), 428, "precondition_required")
    etag = await desk.etag(deal["id"])
    assert ok(await urlencoded(desk, path, [("name", "R"), ("etag", etag)], "contoso-admin"))["name"] == "R"
    refused(await urlencoded(desk, path, [("name", "S"), ("etag", etag)], "contoso-admin"), 412, "changed_since_read")
    refused(await multipart(desk, path, [("name", "S"), ("etag", etag)], "contoso-admin"), 412, "changed_since_read")


async def test_an_empty_field_of_an_edit_form_takes_the_value_away(desk: Desk) -> None:
    """People clear a field by emptying it."""
    deal = await desk.created()
    fields = [("notes", ""), ("crmId", ""), ("etag", await desk.etag(deal["id"]))]
    edited = ok(await urlencoded(desk, f"/api/referrals/{deal['id']}", fields, "contoso-admin"))
    assert (edited["notes"], edited["crmId"], edited["campaignId"]) == (None, None, deal["campaignId"])


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_a_forms_mistakes_are_named_like_jsons(desk: Desk, encoding: str) -> None:
    """The same dotted paths, the same codes."""
    wrong = a_deal(name="n" * 201, customer=a_customer(country="XX"), employees=[an_employee(email="nobody")])
    from_json = refused(await desk.post("/api/deals", wrong), 422, "invalid")
    from_form = refused(await ENCODINGS[encoding](desk, "/api/deals", dotted(wrong), "contoso-admin"), 422, "invalid")
    assert fields_of(from_form) == fields_of(from_json)
    assert fields_of(from_json).keys() == {"name", "customer.country", "employees.0.email"}


async def test_a_form_that_forgot_a_row_field_names_the_row(desk: Desk) -> None:
    """An employee without a phone number."""
    fields = [(name, text) for name, text in dotted(a_deal()) if name != "employees.0.phoneNumber"]
    problem = refused(await urlencoded(desk, "/api/deals", fields, "contoso-admin"), 422, "invalid")
    assert fields_of(problem).keys() == {"employees.0.phoneNumber"}


async def test_a_file_where_none_is_asked_is_refused_by_name(desk: Desk) -> None:
    """Unknown fields are refused whatever they hold; a file was dropped in silence."""
    parts: list[tuple[str, Any]] = [(name, (None, text.encode())) for name, text in dotted(a_deal())]
    parts.append(("contract", ("contract.pdf", b"%PDF-1.7", "application/pdf")))
    response = await desk.send("POST", "/api/deals", files=parts)
    assert fields_of(refused(response, 422, "invalid")) == {"contract": "unknown_field"}


async def test_a_browser_is_sent_to_the_page(desk: Desk) -> None:
    """A client that prefers HTML gets 303 to the deal's page; one that says nothing gets JSON."""
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    response = await urlencoded(desk, "/api/deals", dotted(a_deal()), "contoso-admin", **browser)
    assert response.status_code == 303
    id = response.headers["Location"].removeprefix("/referrals/")
    assert (await desk.read(id))["name"] == a_deal()["name"]
    acted = await urlencoded(desk, f"/api/referrals/{id}/win", [], "contoso-admin", **browser)
    assert (acted.status_code, acted.headers["Location"]) == (303, f"/referrals/{id}")


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a b", "/\u00e9"]
)
async def test_a_form_goes_back_only_to_our_own_pages(desk: Desk, target: str) -> None:
    """`returnTo` is no way out of the site."""
    deal = await desk.created()
    body = f"returnTo={quote_plus(target)}"
    headers = {"Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"}
    response = await desk.send("POST", f"/api/referrals/{deal['id']}/favourite", headers=headers, content=body)
    assert (response.status_code, response.headers["Location"]) == (303, f"/referrals/{deal['id']}")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost:7071"}, 201),
        ({}, 201),
    ],
)
async def test_a_cookies_form_must_come_from_our_own_origin(desk: Desk, headers: dict[str, str], status: int) -> None:
    """A page elsewhere must not act with a visitor's session (DESIGN.md section 6)."""
    login = await desk.send("POST", "/.auth/login/dev", as_=None, data={"persona": "contoso-admin"})
    cookie = login.headers["set-cookie"].partition(";")[0]
    desk.client.cookies.clear()
    response = await urlencoded(desk, "/api/deals", dotted(a_deal()), None, Cookie=cookie, **headers)  # type: ignore[arg-type]
    assert response.status_code == status, response.text
