"""Every refusal has its HTTP status, its title and a code of its own (DESIGN.md section 5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from functions._http import STATUS, TITLES
from shared.domain.errors import CosellError, Invalid, NotPossible, TooFull

DOCUMENTED: Final = {400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 503}


def refusals(of: type[CosellError] = CosellError) -> Iterator[type[CosellError]]:
    """Every kind below."""
    for kind in of.__subclasses__():
        yield kind
        yield from refusals(kind)


def test_every_refusal_has_a_status_of_the_documents() -> None:
    """None is missing in the table, and none is a 500."""
    found = {kind for kind in refusals() if kind.__module__ == CosellError.__module__}
    assert len(found) >= 12
    assert found <= STATUS.keys()
    assert {STATUS[kind] for kind in found} <= DOCUMENTED


def test_every_status_has_a_title() -> None:
    """Problem documents name it."""
    assert {*STATUS.values(), 500} <= TITLES.keys()
    assert all(TITLES.values())


def test_every_refusal_has_a_code_of_its_own() -> None:
    """Programs tell them apart by it."""
    codes = [kind.code for kind in refusals() if kind.__module__ == CosellError.__module__]
    assert len(set(codes)) == len(codes)
    assert CosellError.code not in codes


def test_what_is_full_is_also_not_possible() -> None:
    """A user's change past the limit is 409 `referral_full`."""
    assert issubclass(TooFull, NotPossible)
    assert (TooFull.code, STATUS[TooFull]) == ("referral_full", 409)


def test_a_refused_field_has_path_code_and_message() -> None:
    """The common case of one."""
    (error,) = Invalid.field("customer.name", "missing", "This is needed.").errors
    assert (error.field, error.code, error.message) == ("customer.name", "missing", "This is needed.")
