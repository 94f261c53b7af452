import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.offers.contact import read_role
from shared.domain.offers.contact_words import LANGUAGES
from shared.parsing.contacts_csv import parse_contacts
from shared.parsing.contacts_text import (
    DELIMITER,
    EXAMPLE,
    EXAMPLE_TITLES,
    contacts_text,
    header_text,
    template_text,
)
from shared.parsing.csv_text import guarded, unguarded
from tests.unit.parsing.test_contacts_csv import Read, contacts, unique


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(found=st.lists(contacts(), min_size=1, max_size=6), language=st.sampled_from(LANGUAGES))
def test_an_export_imports_unchanged_in_every_language(tmp_path: Path, found: list[object], language: str) -> None:
    file = tmp_path / "export.csv"
    file.write_text(header_text(language) + contacts_text(found, language), encoding="utf-8", newline="")  # type: ignore[arg-type]
    result = Read(list(parse_contacts(file)))
    assert result.errors == []
    assert result.contacts == unique(found)  # type: ignore[arg-type]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(data=st.data(), language=st.sampled_from(LANGUAGES))
def test_cells_that_would_run_come_back_as_they_were(tmp_path: Path, data: st.DataObject, language: str) -> None:
    marks = st.sampled_from(["=", "+", "-", "@", "'=", "''+", "'"])
    hostile = st.builds("".join, st.tuples(marks, st.sampled_from(["x", "HYPERLINK(1)", "cmd|' /C calc'!A0", '"a;b"'])))
    found = data.draw(st.lists(contacts(hostile), min_size=1, max_size=4))
    text = header_text(language) + contacts_text(found, language)
    file = tmp_path / "export.csv"
    file.write_text(text, encoding="utf-8", newline="")
    result = Read(list(parse_contacts(file)))
    assert (result.errors, result.contacts) == ([], unique(found))
    for row in csv.reader(io.StringIO(text[1:], newline=""), delimiter=DELIMITER[language]):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


@pytest.mark.parametrize("cell", ["=1+1", "+33", "-x", "@SUM(A1)", "\tx", "\rx", "'=1"])
def test_a_cell_that_would_run_is_guarded(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


@given(st.text())
def test_the_guard_comes_off_as_it_went_on(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell
    assert not guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_has_a_header_and_an_example_that_is_not_imported(tmp_path: Path, language: str) -> None:
    text = template_text(language)
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:]), delimiter=DELIMITER[language]))
    assert [len(each) for each in rows] == [6, 6]
    assert rows[1][2] == EXAMPLE_TITLES[language]
    assert read_role(rows[1][3]) is EXAMPLE.role
    assert [rows[1][4], rows[1][5]] == ["US, CA, FR", "US-CA, CA-ON"]
    assert rows[0][0].endswith("*") and not rows[0][5].endswith("*")
    file = tmp_path / "template.csv"
    file.write_text(text, encoding="utf-8", newline="")
    result = Read(list(parse_contacts(file)))
    assert (result.contacts, result.errors, result.rejected) == ([], [], "no_contacts")
    assert result.warnings == [(2, "example_row")]


def test_the_french_template_uses_the_words_of_the_french_documents() -> None:
    assert "Ventes partenaires" in template_text("fr-FR")
    assert header_text("fr").startswith("\ufeffNom*;E-mail*;Poste*;Rôle*;Pays/Régions*;États/Provinces")
    assert header_text().startswith("\ufeffName*,Email*,Job title*,Role*,Countries/Regions*,States/Provinces\r\n")
