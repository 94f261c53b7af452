"""The words a profile is found by, and how a search is made of words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.directory.criteria import read_criteria
from shared.domain.directory.words import MAX_SEARCH, MAX_TERMS, TAGS, search_text, terms_of, words_of
from tests.scale.profiles import a_listing

TEXTS = st.text(max_size=60)


def said(**changes: Any) -> dict[str, Any]:
    """A listing's content as far as words are made of it."""
    lists: dict[str, Any] = {field: [] for field in TAGS.values()}
    return {"name": "Contoso", "description": "", "markets": [], "customerSizes": [], "places": [], "competencies": [],
            **lists, **changes}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ERP für den Einzelhandel", ["erp", "einzelhandel"]),
        ("L'énergie, d'abord!", ["energie", "abord"]),
        ("S.A.P. & C#", ["sap"]),
        ("IT for the US", ["it", "us"]),
        ("Облако для заводов", ["облако", "заводов"]),
        ("x" * 41, []),
        ("!!! -- ??", []),
        ("24/7", ["24"]),
    ],
)
def test_words_are_folded_and_those_without_meaning_left_out(text: str, words: list[str]) -> None:
    assert list(words_of(text)) == words


def test_lists_come_before_words_and_the_description_last() -> None:
    """So that what is cut off is what matters least."""
    long = " ".join(f"w{n}" for n in range(300))
    terms = terms_of(said(description=long, industries=["Retail banking"], markets=["FR", "OOO"], customerSizes=["x1"]))
    assert terms[:7] == [
        "industry:retail banking",
        "market:fr",
        "market:ooo",
        "size:x1",
        "contoso",
        "retail",
        "banking",
    ]
    assert len(terms) == MAX_TERMS
    assert terms[7] == "w0"


@given(TEXTS, st.lists(TEXTS.filter(str.strip), max_size=20), st.text(max_size=4000))
def test_whatever_a_profile_says_its_terms_are_few_and_each_once(name: str, entries: list[str], text: str) -> None:
    profile = said(name=name, description=text, keywords=entries, solutions=entries)
    terms = terms_of(profile)
    assert len(terms) == len(set(terms)) <= MAX_TERMS
    assert all("\n" not in term for term in terms)
    assert len(search_text(profile)) <= MAX_SEARCH


@given(st.integers(0, 10_000))
def test_every_word_of_a_profile_finds_it_as_it_is_written(number: int) -> None:
    """What a search makes of a text are terms that the same text has made."""
    listing = a_listing(number)
    for text in (listing["name"], *listing["solutions"], *listing["keywords"], listing["description"]):
        for word in words_of(text):
            (ask,) = read_criteria({"q": word}).asks
            assert ask.terms[0] in listing["terms"]
    for tag, field in TAGS.items():
        for value in listing[field]:
            (ask,) = read_criteria({tag: value.upper()}).asks
            assert ask.terms[0] in listing["terms"]
