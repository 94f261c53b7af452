"""Instants, ids and money: what is stored is exact, ordered and legal (DESIGN.md section 4)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.domain.ids import derived_id, is_legal_id, new_id
from shared.domain.instants import NEVER, from_instant, instant, today
from shared.domain.values import Line, Money

quickly = settings(max_examples=100, derandomize=True, deadline=None, database=None)
THIS_CENTURY = st.datetimes(
    datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2100-01-01"), timezones=st.just(UTC)
)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(datetime.fromisoformat("0001-01-02"), datetime.fromisoformat("9999-12-30"), timezones=ZONES)


@quickly
@given(INSTANTS)
def test_an_instant_is_27_characters_of_utc(at: datetime) -> None:
    """YYYY-MM-DDTHH:MM:SS.ffffffZ, and back to the same instant."""
    text = instant(at)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", text, re.ASCII)
    assert from_instant(text) == at
    assert from_instant(text).tzinfo is UTC


@quickly
@given(INSTANTS, INSTANTS)
def test_text_order_is_time_order(one: datetime, other: datetime) -> None:
    """So that a store can sort and compare them, and "no clock" comes last."""
    assert (instant(one) < instant(other)) == (one < other)
    assert instant(one) <= NEVER


@pytest.mark.parametrize(
    "text",
    ["", "2027-01-04", "2027-01-04T09:30:00Z", "2027-01-04T09:30:00.000000+00:00", "2027-01-04 09:30:00.000000Z",
     "now", "2027-13-04T09:30:00.000000Z"],
)  # fmt: skip
def test_other_texts_are_no_instants(text: str) -> None:
    """Naive, zoned otherwise, shortened, impossible."""
    with pytest.raises(ValueError):
        from_instant(text)


@quickly
@given(INSTANTS)
def test_today_is_the_utc_day(at: datetime) -> None:
    """Wherever the caller's clock stands."""
    assert today(at) == date.fromisoformat(instant(at)[:10])


@quickly
@given(THIS_CENTURY)
def test_a_minted_id_is_a_uuid_version_7_of_its_instant(at: datetime) -> None:
    """Legal, of the right version and variant, and carrying its millisecond (RFC 9562)."""
    id = new_id(at)
    assert is_legal_id(id)
    parsed = UUID(id)
    assert (parsed.version, parsed.variant) == (7, "specified in RFC 4122")
    assert abs((parsed.int >> 80) - at.timestamp() * 1000) <= 1


def test_minted_ids_differ_and_sort_by_time() -> None:
    """Also within one millisecond they differ."""
    at = datetime(2027, 1, 4, tzinfo=UTC)
    assert len({new_id(at) for _ in range(1000)}) == 1000
    later = [new_id(at + timedelta(milliseconds=n)) for n in range(50)]
    assert later == sorted(later)


@quickly
@given(st.text(max_size=70))
def test_a_legal_id_is_1_to_64_of_a_small_alphabet(text: str) -> None:
    """[A-Za-z0-9_-]{1,64}, in ASCII, to the end."""
    alphabet = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
    assert is_legal_id(text) == (1 <= len(text) <= 64 and set(text) <= alphabet)


@pytest.mark.parametrize("text", ["a\n", "\u0661", "a b", "tenant:x", "../x", "a" * 65, ""])
def test_what_is_no_legal_id(text: str) -> None:
    """Line ends, other digits, blanks, colons, paths."""
    assert not is_legal_id(text)


@quickly
@given(st.lists(st.text(max_size=8), min_size=1, max_size=4), st.lists(st.text(max_size=8), min_size=1, max_size=4))
def test_a_derived_id_is_the_same_for_the_same_parts_only(one: list[str], other: list[str]) -> None:
    """Where it is asked for does not matter; how the parts are cut does."""
    assume(not any("\x1f" in part for part in one + other))
    assert (derived_id(*one) == derived_id(*other)) == (one == other)
    assert is_legal_id(derived_id(*one))


AMOUNTS = st.from_regex(r"[0-9]{1,15}(\.[0-9]{1,4})?", fullmatch=True).filter(str.isascii)


@quickly
@given(AMOUNTS)
def test_an_amount_keeps_its_value_and_has_cents(text: str) -> None:
    """A decimal string; no zeros in front, at least two decimals, never rounded."""
    kept = Money(amount=text, currency="EUR").amount
    assert Decimal(kept) == Decimal(text)
    assert re.fullmatch(r"(0|[1-9][0-9]*)\.[0-9]{2,}", kept)
    assert Money(amount=kept, currency="EUR").amount == kept


@quickly
@given(AMOUNTS)
def test_money_is_positive_when_its_amount_is(text: str) -> None:
    """As arithmetic sees it."""
    assert Money(amount=text, currency="EUR").is_positive == (Decimal(text) > 0)


@quickly
@given(st.one_of(st.text(max_size=20), st.integers(), st.floats(), st.none(), st.booleans(), st.decimals()))
def test_anything_else_is_no_amount(value: object) -> None:
    """Numbers are floats to a JSON reader, so amounts come as text; and only plain digits are."""
    plain = isinstance(value, str) and re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,4})?", value.strip(), re.ASCII)
    assume(not plain)
    with pytest.raises(ValidationError):
        Money.model_validate({"amount": value, "currency": "EUR"})


@pytest.mark.parametrize("name", ["\u200b", "\ufeff \u00ad", "\u3164", "\u2800\u115f", "\u0301"])
def test_a_name_that_nobody_can_see_is_refused(name: str) -> None:
    """Its link on a list would be empty."""
    with pytest.raises(ValidationError, match="can be seen"):
        TypeAdapter(Line).validate_python(name)


@pytest.mark.parametrize("mark", ["\u202e", "\u202a", "\u2066", "\u2069"])
def test_a_name_that_reads_otherwise_than_it_is_is_refused(mark: str) -> None:
    """Marks that turn the order of reading around."""
    with pytest.raises(ValidationError, match="control character"):
        TypeAdapter(Line).validate_python(f"a{mark}b")


@pytest.mark.parametrize(
    "name",
    [
        "Crème brûlée",
        "e\u0301t\u00e9",
        "\u05e9\u05dc\u05d5\u05dd",
        "\U0001f980",
        "\u0928\u092e\u0938\u094d\u0924\u0947",
        "a\u200db",
        "5",
    ],
)
def test_names_of_all_scripts_are_taken(name: str) -> None:
    assert TypeAdapter(Line).validate_python(name) == name
