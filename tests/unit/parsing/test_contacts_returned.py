"""A refused contacts file comes back as it was sent, with a column of errors, and can be uploaded as it comes."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.offers.contact_words import LANGUAGES
from shared.parsing.contacts_csv import parse_contacts
from tests.unit.parsing.tables import ANA, HEADER, as_rows, encoded, file_of, table
from tests.unit.parsing.test_contacts_csv import SHARED_FOLDER, UNICODE, Read, contacts, unique

WRONG = ["Cy", "nobody", "Boss", "Partner sales", "ZZ", ""]


def parsed(folder: Path, content: bytes) -> list[dict[str, Any]]:
    file = folder / "contacts.csv"
    file.write_bytes(content)
    return list(parse_contacts(file))


def returned(folder: Path, content: bytes) -> bytes:
    """The file that comes back; empty where none does."""
    lines = [line for line in parsed(folder, content) if line["type"] == "returned"]
    return b"".join(line["text"].encode(line["encoding"]) for line in lines)


def rows_of(content: bytes, encoding: str = "utf-8", delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(encoding), newline=""), delimiter=delimiter))


def test_it_has_every_row_and_says_what_is_wrong_in_each(tmp_path: Path) -> None:
    rows = rows_of(returned(tmp_path, file_of(ANA, WRONG, ANA)))
    assert [row[1:] for row in rows] == [HEADER, ANA, WRONG, ANA]
    assert [row[0] for row in (rows[0], rows[1], rows[3])] == ["Errors", "", ""]
    assert rows[2][0].startswith('Email: "nobody" is not an e-mail address')
    assert ' | Countries/Regions: "ZZ" is not a country code' in rows[2][0]


def test_a_sound_file_does_not_come_back(tmp_path: Path) -> None:
    assert returned(tmp_path, file_of(ANA)) == b""


@SHARED_FOLDER
@given(
    found=st.lists(contacts(), min_size=1, max_size=5),
    encoding=st.sampled_from(UNICODE),
    delimiter=st.sampled_from(",;\t|"),
    language=st.sampled_from(LANGUAGES),
    end=st.sampled_from(["\r\n", "\n", "\r"]),
    quote_all=st.booleans(),
    separator_line=st.booleans(),
)
def test_without_its_column_it_is_the_file_that_was_sent(
    tmp_path: Path, found: list[Any], encoding: str, delimiter: str, language: str, end: str, quote_all: bool,
    separator_line: bool,
) -> None:  # fmt: skip
    first = f"sep={delimiter}{end}" if separator_line else ""
    rows = table([*as_rows(found, language), WRONG], delimiter, end, quote_all)
    back = returned(tmp_path, encoded(first + rows, encoding))
    text = back.decode(encoding.removesuffix("-bom")).removeprefix("\ufeff")
    assert back[:3] == encoded(first + rows, encoding)[:3] or not first
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))[bool(first) :]
    assert [line[1:] for line in lines] == list(csv.reader(io.StringIO(rows, newline=""), delimiter=delimiter))
    corrected = table([line for line in lines if WRONG[1] not in line], delimiter, end, quote_all)
    result = Read(parsed(tmp_path, encoded(first + corrected, encoding)))
    assert (result.errors, result.contacts) == ([], unique(found))
    assert "unknown_column" not in [code for _, code in result.warnings]


def test_a_file_that_comes_back_again_has_one_column_of_errors(tmp_path: Path) -> None:
    first = returned(tmp_path, file_of(ANA, WRONG))
    assert returned(tmp_path, first) == first
    mended = first.replace(b"nobody", b"cy@contoso.example")
    rows = rows_of(returned(tmp_path, mended))
    assert rows[0] == ["Errors", *HEADER]
    assert rows[2][0].startswith("Countries/Regions:")
    assert Read(parsed(tmp_path, first)).warnings == []


def test_rows_that_fell_apart_stand_as_they_were_beside_their_error(tmp_path: Path) -> None:
    text = ",".join(HEADER) + "\nAna,ana@x.example,Seller,Partner sales,US,CA,FR,\n" + 'Bo,"b"o,x,y,FR,\n'
    lines = returned(tmp_path, text.encode()).decode().splitlines()
    assert lines[1].endswith(",Ana,ana@x.example,Seller,Partner sales,US,CA,FR,")
    assert "Put a list in quotes" in lines[1]
    assert lines[2].endswith(',Bo,"b"o,x,y,FR,')
    corrected = lines[1].replace("US,CA,FR,", '"US,CA,FR",')
    result = Read(parsed(tmp_path, "\n".join([lines[0], corrected]).encode()))
    assert (result.errors, [each.countries for each in result.contacts]) == ([], [("US", "CA", "FR")])


def test_a_row_that_was_emptied_is_no_row(tmp_path: Path) -> None:
    rows = [["Errors", *HEADER], ["", *ANA], ["Email: wrong", "", "", "", "", "", ""]]
    result = Read(parsed(tmp_path, table(rows).encode()))
    assert (result.errors, len(result.contacts)) == ([], 1)


@pytest.mark.parametrize("encoding", ["cp1252", "cp1251"])
def test_where_the_encoding_was_guessed_it_comes_back_as_utf_8(tmp_path: Path, encoding: str) -> None:
    name = "Zoë Lefèvre" if encoding == "cp1252" else "Ольга Щербакова"
    content = table([HEADER, [name, *WRONG[1:]]], ";").encode(encoding)
    back = returned(tmp_path, content)
    assert back.startswith(b"\xef\xbb\xbf")
    assert rows_of(back, "utf-8-sig", ";")[1][1] == name


def test_no_error_is_a_formula(tmp_path: Path) -> None:
    wrong = ["=1+1", "=cmd|' /C calc'!A0", "x", "=SUM(A1)", "FR", ""]
    rows = rows_of(returned(tmp_path, file_of(wrong)))
    assert not rows[1][0].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_blank_lines_and_line_breaks_in_cells_stay(tmp_path: Path) -> None:
    text = ",".join(HEADER) + '\r\n\r\n"Ana\nLima",a@x.example,Seller,Nobody,FR,\r\n\r\n'
    back = returned(tmp_path, text.encode()).decode()
    assert back.count("\r\n") == text.count("\r\n")
    assert '"Ana\nLima",a@x.example,Seller,Nobody,FR,' in back
