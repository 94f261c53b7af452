"""A tab of deals as CSV: what is in it, what is left out and said so (DOMAIN.md: "Bulk CSV"; issue 4)."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Final, cast
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from shared.services.ports import REFERRALS, Stored
from tests.contract.counting import CountingStore
from tests.functions.deals import (
    ABSENT,
    Body,
    a_contact,
    a_customer,
    a_deal,
    a_deal_with_help,
    an_acceptance,
    the_least_deal,
)
from tests.functions.desk import Desk, fields_of, ok, open_desk, refused
from tests.functions.reading import ACCEPT, Browser

OUTBOUND: Final = "/api/deals.csv?tab=outbound"
CONTACT: Final = [f"customer.contact.{name}" for name in ("firstName", "lastName", "phoneNumber", "email")]
NOBODY: Final = ["", "", "", ""]


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk whose files hold three deals."""
    async with open_desk(tmp_path, EXPORT_ROW_LIMIT="3") as desk:
        yield desk


def rows_of(response: httpx.Response) -> list[dict[str, str]]:
    """The file's rows by column, as a program reads them."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    table = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))
    assert all(len(row) == len(table[0]) for row in table)
    return [dict(zip(table[0], row, strict=True)) for row in table[1:]]


async def exported(desk: Desk, path: str = OUTBOUND, as_: str = "contoso-admin") -> list[dict[str, str]]:
    return rows_of(await desk.get(path, as_))


def contact_in(row: dict[str, str]) -> list[str]:
    return [row[name] for name in CONTACT]


async def test_a_row_says_what_the_deal_is_in_the_words_of_the_api(desk: Desk) -> None:
    """Every column is a field that a read answers, or part of one, with its value."""
    deal = await desk.created(a_deal(customerConsent=True, salesStage="qualified"))
    deal = ok(await desk.act(deal["id"], "lose", {"reason": 3, "finalValue": {"amount": "12.50", "currency": "USD"}}))
    (row,) = await exported(desk)
    for name in (
        "id", "engagementId", "direction", "dealType", "stage", "outcome", "status", "substatus", "name",
        "estimatedCloseDate", "closedDate", "crmId", "campaignId", "salesStage", "notes", "createdAt", "acceptedAt",
        "archivedAt", "updatedAt",
    ):  # fmt: skip
        assert row[name] == deal[name], name
    for name in ("name", "addressLine1", "city", "postalCode", "country", "dunsNumber", "size"):
        assert row[f"customer.{name}"] == deal["customer"][name], name
    assert contact_in(row) == ["Ana", "Lima", "'+33123456789", "ana@contoso.example"]
    assert [row[name] for name in ("estimatedValue", "currency", "finalValue", "finalCurrency")] == [
        "125000.00", "EUR", "12.50", "USD",
    ]  # fmt: skip
    assert [row[name] for name in ("customerConsent", "contactWithheld", "visibleToVendor")] == ["yes", "no", "no"]
    assert (row["reason"], row["solutions"]) == ("3", "Fabrikam Migrator")
    assert [row[name] for name in ("receivedAt", "expiresAt", "senderName", "customer.state", "help")] == [""] * 5


async def test_a_received_deal_says_who_sent_it_and_until_when(desk: Desk) -> None:
    _, copy = await desk.asked()
    (row,) = await exported(desk, "/api/deals.csv", "vendor-seller")
    assert (row["senderName"], row["stage"], row["help"]) == ("Contoso", "received", "3")
    assert (row["receivedAt"], row["expiresAt"]) == (copy["receivedAt"], copy["expiresAt"])
    assert contact_in(row)[0] == "Ana", "it came under a live consent"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "'=quoted"])
async def test_no_cell_runs_in_a_spreadsheet(desk: Desk, cell: str) -> None:
    """As in the contacts export, by the same guard."""
    await desk.created(a_deal(name=cell, notes=f'{cell}\r\n,";\n', crmId=cell))
    (row,) = await exported(desk)
    assert (row["name"], row["crmId"], row["notes"]) == (f"'{cell}", f"'{cell}", f"'{cell}\r\n,\";")


async def test_the_file_opens_in_a_spreadsheet(desk: Desk) -> None:
    """UTF-8 with a byte order mark, a header even where nothing is in it, saved and never kept by a cache."""
    response = await desk.get(OUTBOUND)
    assert response.content.startswith(b"\xef\xbb\xbfid,engagementId,")
    assert response.headers["content-disposition"] == 'attachment; filename="deals-outbound.csv"'
    assert (response.headers["cache-control"], response.headers["x-contacts-withheld"]) == ("no-store", "0")
    assert "link" not in response.headers
    assert rows_of(response) == []


async def test_tab_filters_and_search_are_the_lists(desk: Desk) -> None:
    """The same deals as the list shows, oldest first, whatever its sort and limit."""
    first = await desk.created(a_deal(name="first wave"))
    desk.clock.move(timedelta(minutes=1))
    second = await desk.created(a_deal(name="second wave"))
    desk.clock.move(timedelta(minutes=1))
    await desk.sent(name="sent wave")
    ok(await desk.act(second["id"], "win"))
    ok(await desk.act(first["id"], "favourite"))
    for query, names in {
        "tab=outbound": ["first wave", "second wave"],
        "tab=outbound&sort=-name&limit=1": ["first wave", "second wave"],
        "tab=outbound&stage=archived": ["second wave"],
        "tab=outbound&outcome=won&stage=archived": ["second wave"],
        "tab=outbound&stage=received": [],
        "tab=outbound&q=FIRST": ["first wave"],
        "q=wave": ["sent wave"],
        "tab=favourites": ["first wave"],
    }.items():
        assert [row["name"] for row in await exported(desk, f"/api/deals.csv?{query}")] == names, query
    assert await exported(desk, "/api/deals.csv?tab=favourites", "contoso-user") == []


@pytest.mark.parametrize(
    ("query", "field"), [("tab=all", "tab"), ("stage=open", "stage"), ("outcome=x", "outcome"), ("q=ab", "q")]
)
async def test_what_the_list_refuses_is_refused(desk: Desk, query: str, field: str) -> None:
    assert fields_of(refused(await desk.get(f"/api/deals.csv?{query}"), 422)).keys() == {field}


async def test_a_contact_is_blank_without_a_live_consent_and_counted(desk: Desk) -> None:
    """Never given, withdrawn, or another person's: blank. No contact at all is nothing to count."""
    never = await desk.created(a_deal(name="never"))
    given = await desk.created(a_deal(name="given", customerConsent=True))
    withdrawn = await desk.created(a_deal(name="withdrawn", customerConsent=True))
    ok(await desk.act(withdrawn["id"], "withdraw-consent"))
    other = await desk.created(a_deal(name="other", customerConsent=True))
    ok(await desk.edit_now(other["id"], {"customer": {"contact": {"email": "other@contoso.example"}}}))
    nobody = await desk.created(the_least_deal(name="nobody"))
    response = await desk.get(OUTBOUND)
    rows = {row["id"]: row for row in rows_of(response)}
    assert response.headers["x-contacts-withheld"] == "3"
    assert response.headers["content-disposition"].endswith('filename="deals-outbound-3-contacts-withheld.csv"')
    for deal, is_left_out in ((never, "yes"), (withdrawn, "yes"), (other, "yes"), (given, "no"), (nobody, "no")):
        row = rows[deal["id"]]
        assert row["contactWithheld"] == is_left_out, row["name"]
        assert (contact_in(row) == NOBODY) is (deal is not given), row["name"]
    assert "other@contoso.example" not in response.text


async def test_a_consent_withdrawn_by_the_sender_blanks_the_receivers_file(desk: Desk) -> None:
    own, _ = await desk.sent(customerConsent=True)
    (row,) = await exported(desk, "/api/deals.csv")
    assert (contact_in(row)[0], row["contactWithheld"]) == ("Ana", "no")
    ok(await desk.act(own["id"], "withdraw-consent", as_="vendor-seller"))
    await desk.deliver()
    response = await desk.get("/api/deals.csv")
    (row,) = rows_of(response)
    assert (contact_in(row), row["contactWithheld"]) == (NOBODY, "yes")
    assert "ana@contoso.example" not in response.text


async def test_a_customer_withheld_until_accepted_is_withheld_from_the_file(tmp_path: Path) -> None:
    """Street, postal code and contact stay out until then, whatever the consent says."""
    async with open_desk(tmp_path, HIDE_CUSTOMER_UNTIL_ACCEPTED="true") as desk:
        _, copy = await desk.sent(customerConsent=True, customer=a_customer(addressLine2="Floor 3"))
        response = await desk.get("/api/deals.csv")
        (row,) = rows_of(response)
        hidden = [row[f"customer.{name}"] for name in ("addressLine1", "addressLine2", "postalCode")]
        assert (contact_in(row), hidden, row["contactWithheld"]) == (NOBODY, ["", "", ""], "yes")
        assert (row["customer.city"], response.headers["x-contacts-withheld"]) == ("Paris", "1")
        assert "Replaces two legacy systems" not in response.text
        ok(await desk.act(copy["id"], "accept", an_acceptance()))
        (row,) = await exported(desk, "/api/deals.csv")
        assert (contact_in(row)[0], row["customer.addressLine2"], row["contactWithheld"]) == ("Ana", "Floor 3", "no")


async def test_more_deals_than_fit_are_said_and_the_next_file_goes_on(small: Desk) -> None:
    """Nothing is cut silently: header, link and file name; together the files hold every deal once."""
    for n in range(7):
        await small.created(a_deal(name=f"deal {n}"))
    names, path, files = [], f"{OUTBOUND}&q=deal", []
    while path:
        response = await small.get(path)
        names += [row["name"] for row in rows_of(response)]
        files.append(response.headers["content-disposition"].partition("filename=")[2].strip('"'))
        link = response.headers.get("link", "")
        assert response.headers.get("x-rows-left-out") == ("yes" if link else None)
        assert link.endswith('>; rel="next"') or not link
        path = link.partition(">")[0].removeprefix("<")
        assert not path or parse_qs(urlsplit(path).query)["q"] == ["deal"]
    assert sorted(names) == [f"deal {n}" for n in range(7)]
    assert files == [
        "deals-outbound-more-left-out-3-contacts-withheld.csv",
        "deals-outbound-continued-more-left-out-3-contacts-withheld.csv",
        "deals-outbound-continued-1-contacts-withheld.csv",
    ]


async def test_exactly_as_many_as_fit_are_all_there(small: Desk) -> None:
    for _ in range(3):
        await small.created(the_least_deal())
    response = await small.get(OUTBOUND)
    assert len(rows_of(response)) == 3
    assert "x-rows-left-out" not in response.headers


async def test_a_cursor_of_other_filters_is_refused(small: Desk) -> None:
    for _ in range(4):
        await small.created(the_least_deal())
    link = (await small.get(OUTBOUND)).headers["link"].partition(">")[0].removeprefix("<")
    refused(await small.get(link.replace("outbound", "inbound")), 400, "wrong_cursor")


async def test_all_roles_of_the_organization_may_and_nobody_elses_rows_are_in_it(desk: Desk) -> None:
    """An Auditor reads; another organization has a file of its own; nobody has none."""
    mine = await desk.created(a_deal_with_help(name="Unmistakable"))
    for persona in ("contoso-auditor", "contoso-offers", "contoso-profile", "contoso-user"):
        assert [row["id"] for row in await exported(desk, OUTBOUND, persona)] == [mine["id"]]
    for persona in ("fabrikam-admin", "tailspin-admin", "vendor-reviewer"):
        for tab in ("inbound", "outbound", "favourites"):
            assert await exported(desk, f"/api/deals.csv?tab={tab}", persona) == []
    refused(await desk.get(OUTBOUND, None), 401)


class Forgetful(CountingStore):
    """Loses one document between the list and the read."""

    gone = ""

    async def get(self, container: str, organization_id: str, id: str) -> Stored | None:
        return None if id == self.gone else await super().get(container, organization_id, id)


async def test_a_deal_that_is_gone_by_the_time_it_is_read_is_left_out(tmp_path: Path) -> None:
    """Between the list and the read."""
    async with open_desk(tmp_path, wrap=Forgetful) as desk:
        kept, gone = await desk.created(a_deal(name="kept")), await desk.created(a_deal(name="gone"))
        cast(Forgetful, desk.services.store).gone = gone["id"]
        assert [row["id"] for row in await exported(desk)] == [kept["id"]]


async def test_a_person_downloads_what_the_page_shows(desk: Desk) -> None:
    """The link keeps tab, filters and search, drops page and sort; an empty list offers no file."""
    await desk.created(a_deal(name="Ümlaut & co", customer=a_customer(contact=ABSENT)))
    contoso = Browser(desk, "contoso-admin")
    page = await contoso.open("/deals?tab=outbound&stage=accepted&q=%C3%BCmlaut+%26&sort=name&limit=10")
    link = page.links["Download as CSV"]
    assert parse_qs(urlsplit(link).query) == {"tab": ["outbound"], "stage": ["accepted"], "q": ["ümlaut &"]}
    assert "Up to 5,000 deals" in page.text
    response = await desk.get(link, headers={"Accept": ACCEPT})
    assert [row["name"] for row in rows_of(response)] == ["Ümlaut & co"]
    assert "Download as CSV" not in (await contoso.open("/deals?tab=inbound")).links


async def test_documents_of_an_older_version_are_rows_too(desk: Desk) -> None:
    """Stored before there was a consent ledger: the consent of then counts for the contact of then."""
    deal = await desk.created(a_deal(customerConsent=True))
    stored = await desk.services.store.get(REFERRALS, "contoso", deal["id"])
    assert stored is not None
    newer = ("consents", "mirror", "withheld", "vendorMirror", "senderView", "hotUntil")
    old: Body = {name: value for name, value in stored.document.items() if name not in newer} | {"schema": 1}
    await desk.services.store.replace(stored, REFERRALS, old)
    (row,) = await exported(desk)
    assert contact_in(row)[3] == a_contact()["email"]
