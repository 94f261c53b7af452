"""A passage: one part of a document's text (a page, a slide, a sheet) and the words it is found by.

Passages are kept small, so that each of their words is among its `terms` (DESIGN section 4).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypedDict

from shared.domain.directory.words import MAX_SEARCH, MAX_TERMS, words_of

PASSAGE: Final = "passage"


class FoundBy(TypedDict):
    """What the store looks a passage up by: whole words, and the same as one text for parts of words."""

    terms: list[str]
    search: str


def found_by(text: str) -> FoundBy:
    """The words of a passage's text, each once, as they come. What is over `MAX_TERMS` is left out."""
    return looked_up_by(list(dict.fromkeys(words_of(text)))[:MAX_TERMS])


def looked_up_by(terms: list[str]) -> FoundBy:
    """The same where the words are known already."""
    return {"terms": terms, "search": " ".join(terms)[:MAX_SEARCH]}


def texts_of(documents: Mapping[str, Any]) -> dict[str, str]:
    """Of an offer's `documents`: the upload each document's text is of, by the document's id."""
    every = [each for held in documents.values() for each in (held if isinstance(held, list) else [held])]
    return {each["documentId"]: each["uploadId"] for each in every}
