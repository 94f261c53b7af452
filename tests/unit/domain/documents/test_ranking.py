"""What comes first of what was found, why, and what is shown of it."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.documents.asked import read_asked
from shared.domain.documents.passage import found_by
from shared.domain.documents.plain import aligned, plain
from shared.domain.documents.ranking import PHRASE, ranked, reasons
from shared.domain.documents.snippet import LENGTH, snippet
from shared.domain.organizations.customer_names import folded


def a_passage(text: str, document: str = "d", number: int = 1, **more: Any) -> dict[str, Any]:
    part = {"kind": "page", "number": number}
    return {"documentId": document, "fileName": "a.pdf", "text": text, "part": part, **more}


def order(q: str, *texts: str) -> list[str]:
    passages = [a_passage(text, document=f"d{n}") for n, text in enumerate(texts)]
    return [hit.passage["text"] for hit in ranked(passages, read_asked({"q": q}))]


FILLER = "much else is said before anything that anybody could have looked for comes along, which takes a while, " * 2


@pytest.mark.parametrize(
    ("q", "better", "worse"),
    [
        ("hub", f"{FILLER} a hub", f"{FILLER} a hubs"),
        ("hub", "a hub", f"{FILLER} a hub"),
        ("hub", f"{FILLER} hub hub", f"{FILLER} hub"),
        ("hub spoke", f"{FILLER} hub and spoke hub spoke", f"{FILLER} hub and hub and spoke"),
        ("hub and spoke", f"{FILLER} hub and spoke", f"{FILLER} spoke and hub"),
        ("hub spoke", f"{FILLER} hub and spoke", f"{FILLER} hub hub hub hub"),
    ],
)
def test_what_says_more_of_it_comes_first(q: str, better: str, worse: str) -> None:
    assert order(q, worse, better) == [better, worse]


def test_a_name_counts_and_is_given_as_a_reason() -> None:
    passages = [a_passage("the hub", "d1"), a_passage("the hub", "d2", title="Our hub")]
    best, other = ranked(passages, read_asked({"q": "hub"}))
    assert best.passage["documentId"] == "d2"
    assert reasons(best) == ["Has “hub”.", "“hub” is in the document's name."]
    assert reasons(other) == ["Has “hub”."]


def test_reasons_name_every_word() -> None:
    asked = read_asked({"q": "hub spoke diagram zeppelin"})
    (hit,) = ranked([a_passage("Hub, hub and spoke: diagrams")], asked)
    assert reasons(hit) == [
        "Has “hub” 2 times and “spoke”.",
        "Has “diagrams”, with “diagram” in it.",
        "Does not have “zeppelin”.",
    ]
    assert hit.missing == ("zeppelin",)


def test_further_passages_of_a_document_stand_lower() -> None:
    passages = [a_passage("hub", "long", number) for number in range(1, 6)] + [a_passage(f"{FILLER} hub", "other")]
    hits = ranked(passages, read_asked({"q": "hub"}))
    assert [hit.passage["documentId"] for hit in hits].index("other") < 3
    assert [hit.passage["part"]["number"] for hit in hits if hit.passage["documentId"] == "long"] == [1, 2, 3, 4, 5]


def test_a_phrase_is_worth_more_than_its_words_apart() -> None:
    together, apart = ranked([a_passage("hub spoke", "a"), a_passage("spoke hub", "b")], read_asked({"q": "hub spoke"}))
    assert together.score - apart.score >= PHRASE


@pytest.mark.parametrize(
    "text",
    [
        "Société GÉNÉRALE", "Straße ß", "e\u0301tude", "\uff26\uff55ll width", "S.p.A. and A B C",
        "\ud55c\uad6d\uc5b4 \ubb38\uc11c",
        "a_b-c", "\ufb01nance \u00bd", "\u0130stanbul",
    ],
)  # fmt: skip
def test_a_text_is_compared_as_words_are_folded(text: str) -> None:
    """Whatever is found by its terms is counted in its text as well."""
    words = plain(text).split()
    assert set(found_by(text)["terms"]) <= set(words) | set(folded(text).split())
    for term in found_by(text)["terms"]:
        assert f" {term} " in plain(text)
    letters, at = aligned(text)
    assert len(letters) + 1 == len(at)
    assert at[-1] == len(text)


def test_a_snippet_shows_most_of_the_words_with_what_is_around() -> None:
    text = f"{FILLER * 3}The hub stands here,\n\n and its   spoke there. {FILLER * 3}"
    pieces = snippet(text, ["hub", "spoke"])
    shown = "".join(piece.text for piece in pieces)
    assert [piece.text for piece in pieces if piece.match] == ["hub", "spoke"]
    assert "The hub stands here, and its spoke there." in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) <= LENGTH + 2


def test_a_snippet_marks_words_as_they_are_written() -> None:
    """Accents, combining ones too, and letters that fold to two."""
    pieces = snippet("La Socie\u0301te\u0301 Ge\u0301ne\u0301rale, Straße 5", ["societe", "strasse"])
    assert [piece.text for piece in pieces if piece.match] == ["Socie\u0301te\u0301", "Straße"]


def test_without_a_word_found_a_snippet_is_the_beginning() -> None:
    assert snippet("Short", ["else"])[0].text == "Short"
    assert len(snippet("x" * 10_000, ["else"])[0].text) == LENGTH + 1
    assert snippet("", ["else"]) == []
