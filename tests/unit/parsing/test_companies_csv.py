"""A company list in the parser itself: whatever the bytes are, every row is answered or the file refused."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from shared.parsing.companies_csv import parse_companies, template_text

HEADER = "Name,Address,City,State,PostalCode,Country,DUNS,Size\r\n"
CELLS = st.one_of(
    st.sampled_from(["", "FR", "fr", "France", "123456789", "12-345-6789", "1to9employees", '"', "a,b", "=1", "'=1"]),
    st.text("aé\0\n\";,\t'ß株", max_size=8),
)


def parsed(content: bytes) -> list[dict[str, Any]]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "file"
        file.write_bytes(content)
        return list(parse_companies(file))


@given(st.binary(max_size=400))
@example(b"")
@example(HEADER.encode() + b"\xff\xfe\x00\r\n")
@example(HEADER.encode("utf-16"))
def test_any_bytes_are_read_or_refused_with_a_reason(content: bytes) -> None:
    *_, last = parsed(content)
    assert last["type"] in ("end", "rejected")
    assert last["type"] == "end" or (last["code"] and last["message"])


@given(st.lists(st.lists(CELLS, max_size=10), min_size=1, max_size=6))
def test_every_row_that_holds_something_is_answered_and_a_good_one_once(rows: list[list[str]]) -> None:
    """A company's facts, or what is wrong with them; never both."""
    text = HEADER + "".join(",".join(cells) + "\r\n" for cells in rows)
    lines = parsed(text.encode())
    if lines[-1]["type"] == "rejected":
        return
    answers = [row for line in lines if line["type"] == "companies" for row in line["rows"]]
    good = [row["row"] for row in answers if "facts" in row]
    wrong = {row["row"] for row in answers if "facts" not in row}
    assert len(good) == len(set(good))
    assert wrong.isdisjoint(good)
    assert len(wrong | set(good)) == lines[-1]["rows"]
    assert all(row["code"] and row["message"] for row in answers if "facts" not in row)


def test_the_template_names_every_column_and_says_which_are_needed() -> None:
    assert template_text().splitlines()[0] == "\ufeffName*,Address,City,State,PostalCode,Country*,DUNS,Size"
