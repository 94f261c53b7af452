import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain import places
from shared.domain.offers.contact import Contact, tidy
from shared.domain.offers.contact_words import LANGUAGES, ContactRole
from shared.parsing.contacts_csv import parse_contacts
from tests.unit.parsing.tables import ANA, HEADER, as_rows, encoded, file_of, table

FILES = Path(__file__).parents[2] / "files" / "contacts"
SHARED_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)


class Read:
    """The lines of one file, sorted by type."""

    def __init__(self, lines: list[dict[str, Any]]) -> None:
        of = lambda kind: [line for line in lines if line["type"] == kind]  # noqa: E731
        self.contacts = [Contact.from_document(row) for line in of("contacts") for row in line["rows"]]
        self.chunks = [len(line["rows"]) for line in of("contacts")]
        self.errors = [(line["row"], line["column"], line["code"]) for line in of("error")]
        self.messages = [line["message"] for line in lines if "message" in line]
        self.warnings = [(line["row"], line["code"]) for line in of("warning")]
        self.rejected = next((line["code"] for line in of("rejected")), None)
        self.end = next(iter(of("end")), {})
        assert lines[-1]["type"] in ("end", "rejected")


def read(folder: Path, content: bytes) -> Read:
    file = folder / "contacts.csv"
    file.write_bytes(content)
    return Read(list(parse_contacts(file)))


def row(*changed: tuple[int, str]) -> list[str]:
    cells = list(ANA)
    for place, cell in changed:
        cells[place] = cell
    return cells


names = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=60).map(tidy).filter(bool)
emails = st.builds(
    lambda local, domain: f"{local}@{domain}",
    st.from_regex(r"[a-z0-9]{1,10}([._+-][a-z0-9]{1,10})?", fullmatch=True),
    st.sampled_from(["contoso.example", "fabrikam.com", "müller.de", "xn--80ak6aa92e.com"]),
)
countries = st.one_of(
    st.just(("OOO",)),
    st.lists(st.sampled_from(sorted(places.contact_countries() - {"OOO"})), min_size=1, max_size=6, unique=True).map(
        tuple
    ),
)


@st.composite
def contacts(draw: st.DrawFn, name: st.SearchStrategy[str] = names) -> Contact:
    where = draw(countries)
    nearby = sorted(state for state in places.states() if state[:2] in where)
    states = draw(st.lists(st.sampled_from(nearby), max_size=3, unique=True)) if nearby else []
    role = draw(st.sampled_from(ContactRole))
    return Contact(draw(name), draw(emails), draw(name), role, where, tuple(states))


def unique(found: list[Contact]) -> list[Contact]:
    first: dict[bytes, Contact] = {}
    for each in found:
        first.setdefault(each.fingerprint(), each)
    return list(first.values())


UNICODE = ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-16-le-bom", "utf-16-be-bom"]


@SHARED_FOLDER
@given(
    found=st.lists(contacts(), min_size=1, max_size=8),
    encoding=st.sampled_from(UNICODE),
    delimiter=st.sampled_from(",;\t|"),
    language=st.sampled_from(LANGUAGES),
    end=st.sampled_from(["\r\n", "\n", "\r"]),
    quote_all=st.booleans(),
    separator_line=st.booleans(),
)
def test_any_table_in_any_unicode_form_delimiter_and_language_comes_back_the_same(
    tmp_path: Path,
    found: list[Contact],
    encoding: str,
    delimiter: str,
    language: str,
    end: str,
    quote_all: bool,
    separator_line: bool,
) -> None:
    text = (f"sep={delimiter}{end}" if separator_line else "") + table(
        as_rows(found, language), delimiter, end, quote_all
    )
    result = read(tmp_path, encoded(text, encoding))
    assert result.errors == []
    assert result.contacts == unique(found)


LEGACY_NAMES = {
    "cp1252": ["Zoë Müller", "Renée D’Arcy", "José Núñez", "João Gonçalves", "Søren Ægir", "Ana Lima"],
    "cp1251": ["Иван Петров", "Ольга Щербакова", "Пётр ЯКОВЛЕВ", "Ana Lima"],
    "cp1250": ["Łukasz Wąsik", "Michał Dąbrowski", "Małgorzata Świątek", "Ana Lima"],
}


@SHARED_FOLDER
@given(st.data())
def test_any_table_in_a_legacy_encoding_and_its_language_comes_back_the_same(
    tmp_path: Path, data: st.DataObject
) -> None:
    encoding = data.draw(st.sampled_from(list(LEGACY_NAMES)))
    languages = {"cp1251": ["ru"], "cp1252": ["en", "fr", "de", "es", "pt"], "cp1250": ["de", "en"]}[encoding]
    ordinary = st.sampled_from(LEGACY_NAMES[encoding])
    telling = data.draw(contacts(st.just(LEGACY_NAMES[encoding][0])))
    found = [telling, *data.draw(st.lists(contacts(ordinary), max_size=6))]
    found = [Contact(c.name, c.email.replace("ü", "u"), c.job_title, c.role, c.countries, c.states) for c in found]
    delimiter, language = data.draw(st.sampled_from(",;\t|")), data.draw(st.sampled_from(languages))
    result = read(tmp_path, table(as_rows(found, language), delimiter).encode(encoding))
    assert result.contacts == unique(found)


@SHARED_FOLDER
@given(st.binary(max_size=2_000))
def test_no_bytes_raise(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content).rejected


@SHARED_FOLDER
@given(st.binary(max_size=500))
def test_no_bytes_after_a_good_header_raise(tmp_path: Path, content: bytes) -> None:
    read(tmp_path, file_of(ANA) + content)


@pytest.mark.parametrize(
    ("name", "encoding", "delimiter", "people"),
    [
        ("excel-fr-cp1252.csv", "cp1252", ";", ["Renée Dubois", "Zoë Lefèvre"]),
        ("excel-unicode-text.txt", "utf-16", "\t", ["Ana Lima", "Łukasz Żak"]),
        ("excel-ru-cp1251.csv", "cp1251", ";", ["Иван Петров"]),
        ("excel-utf8.csv", "utf-8-sig", ",", ["Ana Lima", "Zoë Müller"]),
        ("sep-line-pipe.csv", "utf-8", "|", ["João Gonçalves"]),
    ],
)
def test_files_as_spreadsheets_save_them(name: str, encoding: str, delimiter: str, people: list[str]) -> None:
    result = Read(list(parse_contacts(FILES / name)))
    assert (result.errors, result.end["encoding"], result.end["delimiter"]) == ([], encoding, delimiter)
    assert [contact.name for contact in result.contacts] == people


def test_an_unquoted_list_is_told_to_quote_the_cell(tmp_path: Path) -> None:
    plain = ",".join(HEADER) + "\r\nAna,ana@contoso.example,Seller,Partner sales,US, CA, FR\r\n"
    result = read(tmp_path, plain.encode())
    assert result.errors == [(2, "Countries/Regions", "unquoted_list")]
    assert 'in quotes, so that it stays one cell: "US, CA, FR"' in result.messages[0]


@pytest.mark.parametrize("tail", ["US, CA, FR, US-WA, CA-ON", "US, CA, FR, US-WA", "US,CA", "US,CA,"])
def test_however_a_list_falls_apart_the_row_gets_one_error(tmp_path: Path, tail: str) -> None:
    plain = ",".join(HEADER) + f"\nAna,ana@contoso.example,Seller,Partner sales,{tail}\n"
    assert read(tmp_path, plain.encode()).errors == [(2, "Countries/Regions", "unquoted_list")]


def test_a_row_with_more_cells_than_the_header_is_told_to_quote(tmp_path: Path) -> None:
    for tail in ("US,US-WA", "FR,", "FR"):
        plain = ",".join(HEADER) + f"\nLima, Ana,ana@contoso.example,Seller,Partner sales,{tail}\n"
        assert read(tmp_path, plain.encode()).errors == [(2, None, "too_many_cells")]


def test_rows_are_numbered_as_in_the_file(tmp_path: Path) -> None:
    rows = [row((0, "Ana\nMaria")), [], ["", "", "", "", "", ""], row((1, "nobody"))]
    result = read(tmp_path, file_of(*rows))
    assert result.errors == [(5, "Email", "not_an_email")]
    assert result.end["rows"] == 2


def test_a_separator_line_is_a_row_too(tmp_path: Path) -> None:
    text = "sep=;\r\n" + table([HEADER, row((1, "nobody"))], ";")
    assert read(tmp_path, text.encode()).errors == [(3, "Email", "not_an_email")]


def test_all_errors_of_all_rows_come_and_no_contacts_after_the_first(tmp_path: Path) -> None:
    bad = ["", "nobody", "", "Boss", "ZZ", "XX-1"]
    result = read(tmp_path, file_of(ANA, bad, ANA, bad))
    assert [(at, code) for at, _, code in result.errors][:6] == [
        (3, "missing"),
        (3, "missing"),
        (3, "not_an_email"),
        (3, "unknown_role"),
        (3, "unknown_country"),
        (3, "unknown_state"),
    ]
    assert len(result.errors) == result.end["errors"] == 12
    assert result.contacts == []


def test_a_control_character_condemns_its_row_only(tmp_path: Path) -> None:
    result = read(tmp_path, file_of(row((0, "A\x00na")), row((2, "Se\x07ller")), ANA))
    assert result.errors == [(2, "Name", "control_character"), (3, "Job title", "control_character")]


def test_identical_rows_are_one_with_a_warning_and_roles_tell_rows_apart(tmp_path: Path) -> None:
    result = read(tmp_path, file_of(ANA, ANA, row((3, "Partner marketing"))))
    assert len(result.contacts) == 2
    assert result.warnings == [(3, "duplicate_row")]
    assert "row 2" in result.messages[0]


def test_columns_may_stand_in_any_order_and_unknown_ones_are_named(tmp_path: Path) -> None:
    order = [4, 3, 0, 5, 1, 2]
    header = [*(HEADER[place].upper() for place in order), "Phone"]
    text = table([header, [*(ANA[place] for place in order), "555"]])
    result = read(tmp_path, text.encode())
    assert [contact.name for contact in result.contacts] == ["Ana Lima"]
    assert result.warnings == [(1, "unknown_column")]


def test_what_a_spreadsheet_would_run_is_imported_without_the_guard(tmp_path: Path) -> None:
    result = read(tmp_path, file_of(row((0, "'=SUM(A1)"), (2, "''+1"))))
    assert [(contact.name, contact.job_title) for contact in result.contacts] == [("=SUM(A1)", "'+1")]


def test_counts_are_by_country_role_and_state(tmp_path: Path) -> None:
    result = read(tmp_path, file_of(ANA, row((0, "Bo"), (4, "US"), (5, "US-WA, US-OR"))))
    sales = "partner_sales"
    assert [(c["country"], c["state"], c["count"]) for c in result.end["counts"]] == [
        ("CA", None, 1),
        ("US", "US-OR", 1),
        ("US", "US-WA", 2),
        ("US", None, 2),
    ]
    assert {c["role"] for c in result.end["counts"]} == {sales}


def test_contacts_come_in_chunks_of_250(tmp_path: Path) -> None:
    rows = [row((1, f"p{number}@contoso.example")) for number in range(501)]
    result = read(tmp_path, file_of(*rows))
    assert result.chunks == [250, 250, 1]
    assert result.end["contacts"] == 501


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\r\n\r\n", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (file_of(), "no_contacts"),
        (file_of(["", "", "", "", "", ""]), "no_contacts"),
        (b"hello\nworld\n", "header_not_found"),
        (b"Name*,Email*,Role*\nA,b@c.example,Partner sales\n", "missing_column"),
        (b"Name,Email,Job title,Role,Countries,Nom\n", "duplicate_column"),
        (b"PK\x03\x04rest of a workbook", "not_csv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old workbook", "not_csv"),
        (file_of(ANA) + b'"Bo,bo@contoso.example\n' * 1, "unclosed_quote"),
        (file_of(ANA) + b'"' + b"endless\n" * 50_000, "unclosed_quote"),
        (file_of(ANA) + b"x" * 100_000, "unclosed_quote"),
        (file_of(row((0, "Zoë"))) + file_of(row((0, "Renée"), (2, "Chargée"))) + b"caf\xe9\n", "broken_encoding"),
        ("\ufeff".encode() + file_of(row((0, "Zo"))) + b"\xff", "broken_encoding"),
        (encoded(table([HEADER, ANA]), "utf-16-le-bom") + b"\x00\xd8\x00\x00", "broken_encoding"),
    ],
)
def test_a_file_of_no_use_is_rejected_with_a_reason(tmp_path: Path, content: bytes, code: str) -> None:
    result = read(tmp_path, content)
    assert result.rejected == code
    assert len(result.messages[-1]) > 30


def test_text_after_a_closing_quote_is_an_error_of_its_row(tmp_path: Path) -> None:
    result = read(
        tmp_path, file_of(ANA) + b'"Bo" Li,bo@contoso.example,x,Partner sales,FR,\n' + table([["x"]]).encode()
    )
    assert result.errors[0] == (3, None, "stray_quote")
    assert result.errors[1][0] == 4


def test_a_guessed_encoding_is_said(tmp_path: Path) -> None:
    result = read(tmp_path, table([HEADER, row((0, "Zoë"))]).encode("cp1252"))
    assert result.warnings == [(1, "encoding_guessed")]


def test_a_file_wrong_in_every_row_is_reported_in_reasonable_time(tmp_path: Path) -> None:
    rows = [[f"N{n}", f"no{n}", "", f"Boss {n}", f"Land{n}", f"XX{n}"] for n in range(5_000)]
    started = time.process_time()
    result = read(tmp_path, file_of(*rows))
    assert result.end["errors"] == 25_000
    assert time.process_time() - started < 8
