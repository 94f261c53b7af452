"""What somebody looks for in documents: words, in one offer or one type of document where they say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.domain.directory.words import SHORTEST, words_of
from shared.domain.errors import FieldError, Invalid
from shared.domain.ids import is_legal_id
from shared.domain.offers.upload import DOCUMENT_TYPES
from shared.domain.organizations.customer_names import folded

LONGEST: Final = 200  # letters
MOST_WORDS: Final = 8
NAMES: Final = ("q", "offerId", "type")


@dataclass(frozen=True, slots=True)
class Asked:
    """`words` are folded, each once, in the order written; `phrase` is all that was written, folded."""

    words: tuple[str, ...]
    phrase: str
    offer_id: str | None
    document_type: str | None
    given: Mapping[str, str | None]


def read_asked(given: Mapping[str, str]) -> Asked:
    """Raises Invalid, naming each wrong field."""
    values = {name: (given.get(name) or "").strip() or None for name in NAMES}
    q, offer_id, document_type = values["q"] or "", values["offerId"], values["type"]
    words = tuple(dict.fromkeys(words_of(q[:LONGEST])))
    errors = _wrong(q, words)
    if offer_id is not None and not is_legal_id(offer_id):
        errors.append(FieldError("offerId", "not_an_id", "This is no offer's id; take one from the list of offers."))
    if document_type is not None and document_type not in DOCUMENT_TYPES:
        errors.append(FieldError("type", "unknown_value", f"Use one of: {', '.join(DOCUMENT_TYPES)}."))
    if errors:
        raise Invalid(errors)
    return Asked(words, folded(q), offer_id, document_type, values)


def _wrong(q: str, words: tuple[str, ...]) -> list[FieldError]:
    if len(q) > LONGEST:
        return [FieldError("q", "too_long", f"Search for at most {LONGEST} letters.")]
    if len(folded(q)) < SHORTEST:
        return [FieldError("q", "too_short", f"Search for a word of at least {SHORTEST} letters.")]
    if not words:
        message = "These words are in every text; add one that only what you look for has."
        return [FieldError("q", "no_words", message)]
    if len(words) > MOST_WORDS:
        return [FieldError("q", "too_many_words", f"Search for at most {MOST_WORDS} words.")]
    return []
