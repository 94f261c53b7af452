"""The organization's own list of companies, from CSV files (docs/api.md: "The company list")."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import pytest

from shared.domain.organizations.organization import Caller, Role
from shared.services.ports import WORK
from tests.functions.deals import Body
from tests.functions.desk import Desk, fields_of, ok, refused
from tests.functions.reading import ACCEPT, Browser, Page

HEADER: Final = "Name,Address,City,State,PostalCode,Country,DUNS,Size"
LITWARE: Final = "Litware SA,Gran Vía 31,Madrid,,28013,ES,111111111,51to250employees"
PROSEWARE: Final = "Proseware,Via Torino 48,Milano,MI,20123,it,,"
CSV: Final = {"Content-Type": "text/csv"}


async def sent(desk: Desk, content: str | bytes, as_: str = "contoso-admin", **headers: str) -> Any:
    """A file as the whole body."""
    body = content.encode() if isinstance(content, str) else content
    return await desk.send("POST", "/api/companies", as_=as_, headers={**CSV, **headers}, content=body)


async def imported(desk: Desk, content: str | bytes, as_: str = "contoso-admin") -> Body:
    """The report of an import."""
    return ok(await sent(desk, content, as_))


def results(report: Body) -> list[tuple[int, str]]:
    return [(row["row"], row["result"]) for row in report["rows"]]


async def names(desk: Desk, q: str = "ware", as_: str = "contoso-admin") -> list[str]:
    """Who is suggested from the list."""
    items = ok(await desk.get("/api/suggest/customers", as_, params={"q": q}))["items"]
    return [item["name"] for item in items]


async def test_every_row_is_answered_by_its_number_in_the_file(desk: Desk) -> None:
    report = await imported(desk, f"{HEADER}\n{LITWARE}\n\n{PROSEWARE}\n")
    assert results(report) == [(2, "imported"), (4, "imported")]
    assert {name: report[name] for name in ("imported", "unchanged", "error")} == {
        "imported": 2,
        "unchanged": 0,
        "error": 0,
    }
    assert set(await names(desk)) == {"Litware SA", "Proseware"}


async def test_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    await imported(desk, f"{HEADER}\n{LITWARE}\n{PROSEWARE}\n")
    before = desk.contents()
    report = await imported(desk, f"{HEADER}\n{LITWARE}\n{PROSEWARE}\n")
    assert results(report) == [(2, "unchanged"), (3, "unchanged")]
    assert desk.contents() == before


async def test_a_file_sent_at_once_by_two_makes_each_company_once(desk: Desk) -> None:
    rows = "".join(f"Litware {n},,,,,ES,{n:09},\n" for n in range(40))
    reports = await asyncio.gather(*(imported(desk, f"{HEADER}\n{rows}") for _ in range(3)))
    assert all(report["imported"] + report["unchanged"] == 40 for report in reports)
    assert sum(report["imported"] for report in reports) == 40
    assert len((await desk.services.companies.listed(await caller(desk))).items) == 40


async def caller(desk: Desk, id: str = "contoso") -> Any:
    organization = await desk.services.organizations.get(id)
    assert organization is not None
    return Caller(organization, "somebody", frozenset({Role.ACCOUNT_ADMIN}))


async def test_a_company_is_known_by_its_number_and_corrected_by_a_later_file(desk: Desk) -> None:
    await imported(desk, f"{HEADER}\n{LITWARE}\n")
    renamed = LITWARE.replace("Litware SA", "Litware Iberia SA").replace("Gran Vía 31", "Gran Vía 33")
    assert results(await imported(desk, f"{HEADER}\n{renamed}\n")) == [(2, "imported")]
    (item,) = ok(await desk.get("/api/suggest/customers", params={"q": "litware"}))["items"]
    assert (item["name"], item["address"]) == ("Litware Iberia SA", "Gran Vía 33")


async def test_without_a_number_it_is_known_by_name_country_and_city(desk: Desk) -> None:
    await imported(desk, f"{HEADER}\n{PROSEWARE}\n")
    other = PROSEWARE.replace("Milano", "Roma")
    moved = PROSEWARE.replace("Via Torino 48", "Via Torino 50").replace("Proseware", "PROSEWARE")
    assert results(await imported(desk, f"{HEADER}\n{moved}\n{other}\n")) == [(2, "imported"), (3, "imported")]
    items = ok(await desk.get("/api/suggest/customers", params={"q": "proseware"}))["items"]
    assert {(item["name"], item["city"], item["address"]) for item in items} == {
        ("PROSEWARE", "Milano", "Via Torino 50"),
        ("Proseware", "Roma", "Via Torino 48"),
    }


async def test_good_rows_are_kept_and_each_wrong_cell_is_named(desk: Desk) -> None:
    rows = [
        LITWARE,
        ",Street,City,,,FR,,",
        "Fabrikam,,,,,France,12345678,huge",
        "Tailspin,,,,,,,",
        'Woodgrove,"a"b,,,,GB,,',
        "Adatum,1,Paris,,75012,FR,,,too much",
        f"{'x' * 201},,,,,FR,,",
        "With\x07bell,,,,,FR,,",
    ]
    report = await imported(desk, "\n".join([HEADER, *rows]))
    wrong = {(row["row"], row["column"], row["code"]) for row in report["rows"] if row["result"] == "error"}
    assert wrong == {
        (3, "Name", "missing"),
        (4, "Country", "unknown_country"),
        (4, "DUNS", "not_a_duns_number"),
        (4, "Size", "unknown_size"),
        (5, "Country", "missing"),
        (6, None, "stray_quote"),
        (7, None, "too_many_cells"),
        (8, "Name", "string_too_long"),
        (9, "Name", "control_character"),
    }
    assert all(row["message"] for row in report["rows"] if row["result"] == "error")
    assert "Write FR." in {row.get("message") for row in report["rows"]}
    assert (report["imported"], report["error"]) == (1, 7)
    assert await names(desk, "litware") == ["Litware SA"]


async def test_two_rows_of_one_file_that_contradict_each_other_are_told(desk: Desk) -> None:
    """Identical ones are one company; of two that differ the first counts, however often the file is sent."""
    file = f"{HEADER}\n{LITWARE}\n{LITWARE}\n{LITWARE.replace('Madrid', 'Sevilla')}\n"
    first = await imported(desk, file)
    assert results(first) == [(2, "imported"), (3, "unchanged"), (4, "error")]
    assert first["rows"][2]["code"] == "duplicate_row"
    before = desk.contents()
    assert results(await imported(desk, file)) == [(2, "unchanged"), (3, "unchanged"), (4, "error")]
    assert desk.contents() == before


@pytest.mark.parametrize(
    ("written", "read"), [("11-111-1111", "111111111"), (" 111111111 ", "111111111"), ("11 111 1111", "111111111")]
)
async def test_a_number_may_be_written_in_groups(desk: Desk, written: str, read: str) -> None:
    await imported(desk, f"{HEADER}\nLitware,,,,,ES,{written},\n")
    (item,) = ok(await desk.get("/api/suggest/customers", params={"q": "litware"}))["items"]
    assert item["dunsNumber"] == read


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\r\nLitware Ñandú,,,,,ES,,\r\n".encode("utf-8-sig"),
        f"{HEADER}\r\nLitware Ñandú,,,,,ES,,\r\n".encode("cp1252"),
        f"{HEADER}\r\nLitware Ñandú,,,,,ES,,\r\n".replace(",", ";").encode(),
        f"sep=;\r\n{HEADER}\r\nLitware Ñandú,,,,,ES,,\r\n".replace(",", ";").encode(),
        f"{HEADER}\r\nLitware Ñandú,,,,,ES,,\r\n".replace(",", "\t").encode("utf-16"),
        "country code,COMPANY\nES,Litware Ñandú\n".encode(),
    ],
    ids=["with a mark", "cp1252", "semicolons", "sep line", "Unicode text", "other words, another order"],
)
async def test_a_file_is_read_as_spreadsheets_write_it(desk: Desk, content: bytes) -> None:
    assert (await imported(desk, content))["imported"] == 1
    assert await names(desk, "litware") == ["Litware Ñandú"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "empty_file"),
        (HEADER, "no_companies"),
        ("Nom;Adresse\nLitware;x\n", "header_not_found"),
        ("Name,City\nLitware,Madrid\n", "missing_column"),
        (f"{HEADER},Name\n{LITWARE},x\n", "duplicate_column"),
        (f'{HEADER}\n"Litware,,,,,ES,,\n', "unclosed_quote"),
        ("PK\x03\x04rest", "not_csv"),
        (f"{HEADER}\n" + "L,,,,,ES,,\n" * 5001, "too_many_rows"),
    ],
)
async def test_a_file_that_is_no_list_is_refused_as_a_whole(desk: Desk, content: str, code: str) -> None:
    before = desk.contents()
    assert fields_of(refused(await sent(desk, content), 422, "invalid")) == {"file": code}
    assert desk.contents() == before


async def test_five_thousand_rows_are_one_file(desk: Desk) -> None:
    rows = "".join(f"Litware {n},Street {n},Madrid,,28013,ES,{n:09},\n" for n in range(5000))
    report = await imported(desk, f"{HEADER}\n{rows}")
    assert report["imported"] == 5000
    assert len(await names(desk, "litware 4999")) == 1


async def test_a_file_that_is_too_large_is_413(desk: Desk) -> None:
    refused(await sent(desk, b"x" * 5_000_001), 413, "too_large")


async def test_a_cell_that_would_run_as_a_formula_is_read_without_its_guard(desk: Desk) -> None:
    await imported(desk, f"{HEADER}\n'=Litware,,,,,ES,,\n")
    assert await names(desk, "litware") == ["=Litware"]


async def test_the_template_is_read_back_and_its_example_left_out(desk: Desk) -> None:
    template = await desk.get("/api/companies-template.csv")
    assert template.headers["content-type"].startswith("text/csv")
    assert "companies-template.csv" in template.headers["content-disposition"]
    report = await imported(desk, template.content + f"{LITWARE}\r\n".encode())
    assert results(report) == [(2, "unchanged"), (3, "imported")]
    assert report["rows"][0]["code"] == "example_row"
    assert await names(desk, "contoso") == []


# Who, and whose


@pytest.mark.parametrize(
    "persona",
    ["contoso-referrals", "contoso-user", "contoso-offers", "contoso-profile", "contoso-auditor", "vendor-seller"],
)
async def test_the_list_is_kept_by_account_admins(desk: Desk, persona: str) -> None:
    before = desk.contents()
    refused(await sent(desk, f"{HEADER}\n{LITWARE}\n", persona), 403, "access_denied")
    assert (await Browser(desk, persona).open("/companies")).status == 403
    assert "/companies" not in (await Browser(desk, persona).open("/deals")).links.values()
    assert desk.contents() == before


@pytest.mark.parametrize("persona", ["contoso-admin", "fabrikam-admin", "vendor-admin"])
async def test_each_organization_has_its_own_list(desk: Desk, persona: str) -> None:
    """The vendor too; the same company on two lists is two entries."""
    await imported(desk, f"{HEADER}\n{LITWARE}\n", persona)
    for other in ("contoso-admin", "fabrikam-admin", "tailspin-admin", "vendor-admin"):
        page = await Browser(desk, other).open("/companies")
        assert ("Litware" in page.text) is (other == persona)
        assert await names(desk, as_=other) == (["Litware SA"] if other == persona else [])
    assert results(await imported(desk, f"{HEADER}\n{LITWARE}\n", "tailspin-admin")) == [(2, "imported")]


# The page


async def form_sent(desk: Desk, content: str, name: str = "list.csv") -> Page:
    """The page's own form, sent by a browser."""
    files = {"file": (name, content.encode(), "text/csv")}
    return Page(await desk.send("POST", "/api/companies", headers={"Accept": ACCEPT}, files=files))


async def test_the_page_takes_a_file_and_says_what_became_of_its_rows(desk: Desk) -> None:
    empty = await Browser(desk, "contoso-admin").open("/companies")
    assert "No companies yet" in empty.headings
    assert empty.links["Template to fill in"] == "/api/companies-template.csv"
    form = empty.form("/api/companies")
    assert (form.method, form.encoding, form.names) == ("post", "multipart/form-data", {"file"})
    page = await form_sent(desk, f"{HEADER}\n{LITWARE}\nFabrikam,,,,,Frankreich,,\n")
    assert page.status == 200
    assert "1 imported, 0 unchanged, 1 with mistakes." in page.text
    assert "3 Country Use a two-letter ISO 3166-1 code, such as FR." in page.text
    assert "Litware SA" in page.text
    assert "111111111" in page.text


async def test_a_file_that_is_refused_is_told_beside_its_field(desk: Desk) -> None:
    for content, name, message in (("", "", "Choose a file."), ("x,y\n1,2\n", "a.csv", "must name the columns")):
        page = await form_sent(desk, content, name)
        assert page.status == 422
        assert message in page.message("import", "file")


async def test_the_list_is_shown_by_name_page_by_page(desk: Desk) -> None:
    rows = "".join(f"Litware {n:03},,,,,ES,,\n" for n in range(60))
    await imported(desk, f"{HEADER}\n{rows}")
    contoso = Browser(desk, "contoso-admin")
    page = await contoso.open("/companies")
    assert "Litware 049" in page.text
    assert "Litware 050" not in page.text
    page = await contoso.open(page.links["Next"])
    assert "Litware 050" in page.text
    assert "Next" not in page.links
    assert (await contoso.open("/companies?after=nonsense")).status == 400


async def test_another_kind_of_body_is_415(desk: Desk) -> None:
    refused(await desk.post("/api/companies", {"file": "x"}), 415, "unsupported_media_type")


async def test_a_name_that_looks_like_markup_is_shown_as_text(desk: Desk) -> None:
    await imported(desk, f"{HEADER}\n<script>alert(1)</script>,,,,,ES,,\n")
    page = await Browser(desk, "contoso-admin").open("/companies")
    assert "<script" not in page.html
    page = await Browser(desk, "contoso-admin").open("/deals/new?customer=alert")
    assert "<script" not in page.html
    assert "<script>alert(1)</script>" in page.text


async def test_what_is_stored_says_to_whom_it_belongs_and_what_it_is(desk: Desk) -> None:
    report = await imported(desk, f"{HEADER}\n{LITWARE}\n")
    stored = await desk.services.store.get(WORK, "contoso", report["rows"][0]["id"])
    assert stored is not None
    assert (stored.document["type"], stored.document["schema"]) == ("company", 1)
    assert stored.document["search"] == "litware sa\n111111111"
