"""Cursors and limits (DESIGN.md sections 4 and 5)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.errors import Invalid, Unreadable
from shared.services.paging import cursor, limit_of, read_cursor

quickly = settings(max_examples=100, derandomize=True, deadline=None, database=None)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
FILTERS = st.dictionaries(st.sampled_from(["tab", "stage", "q"]), st.none() | TEXTS)


@quickly
@given(TEXTS, FILTERS, TEXTS, TEXTS)
def test_a_cursor_leads_back_to_its_item(sort: str, filters: dict[str, str | None], key: str, id: str) -> None:
    """And is safe in a query string as it is."""
    text = cursor(sort, filters, key, id)
    assert read_cursor(text, sort, filters) == (key, id)
    assert text.replace("-", "").replace("_", "").isalnum()


@quickly
@given(FILTERS, FILTERS, st.sampled_from(["name", "-name"]), st.sampled_from(["name", "-name"]))
def test_a_cursor_is_its_lists_own(
    filters: dict[str, str | None], others: dict[str, str | None], sort: str, other_sort: str
) -> None:
    """Another sort or filter refuses it."""
    text = cursor(sort, filters, "k", "i")
    if (filters, sort) == (others, other_sort):
        assert read_cursor(text, other_sort, others) == ("k", "i")
    else:
        with pytest.raises(Unreadable):
            read_cursor(text, other_sort, others)


@quickly
@given(st.text(max_size=60))
def test_any_other_text_is_unreadable(text: str) -> None:
    """Nothing else ever comes of it."""
    with pytest.raises(Unreadable):
        read_cursor(text, "name", {})


@pytest.mark.parametrize(("text", "limit"), [(None, 50), ("1", 1), ("50", 50), ("200", 200)])
def test_a_limit_is_1_to_200_and_50_by_itself(text: str | None, limit: int) -> None:
    """DESIGN.md section 5."""
    assert limit_of(text) == limit


@quickly
@given(st.text(max_size=5) | st.integers(201, 10**9).map(str) | st.integers(-100, 0).map(str))
def test_any_other_limit_is_refused(text: str) -> None:
    """Naming `limit`."""
    if text in {str(n) for n in range(1, 201)} or not text:
        return
    with pytest.raises(Invalid) as refusal:
        limit_of(text)
    assert [error.field for error in refusal.value.errors] == ["limit"]
