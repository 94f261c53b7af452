"""The reference data of offers: platforms, segments, areas with their sub-areas, the vendor's own solutions, and what
each document, solution type and contact role is for.

The vendor's own lists are not public. Ours is small and versioned; a file of the same form takes its place
(OFFER_REFERENCE).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, Final, TypeVar

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shared.domain.errors import FieldError
from shared.domain.offers.contact_words import ContactRole
from shared.domain.offers.upload import DOCUMENT_TYPES
from shared.domain.values import Line, ShortLine, Value

SOLUTION_TYPES: Final = ("device", "ip", "managed_service", "service")

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,60}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]


class Named(Value):
    """Something that may be chosen."""

    id: Id
    name: Line


class Told(Named):
    """Something that is there to be filled in: what it is for, and what it must say."""

    purpose: Text
    must_say: Annotated[list[Text], Field(min_length=1, max_length=20)]


Entry = TypeVar("Entry", bound=Named)


def _each_once(entries: list[Entry]) -> list[Entry]:
    ids = [each.id for each in entries]
    if twice := sorted({id for id in ids if ids.count(id) > 1}):
        raise PydanticCustomError("twice", "Name each id once; more than once: {ids}.", {"ids": ", ".join(twice)})
    return entries


def _exactly(needed: Sequence[str]) -> Callable[[list[Told]], list[Told]]:
    def check(entries: list[Told]) -> list[Told]:
        if [each.id for each in entries] != list(needed):
            raise PydanticCustomError(
                "not_these", "Tell exactly these, in this order: {ids}.", {"ids": ", ".join(needed)}
            )
        return entries

    return check


class Area(Named):
    sub_areas: Annotated[list[Named], Field(min_length=1, max_length=50), AfterValidator(_each_once)]


Choice = Annotated[list[Named], Field(min_length=1, max_length=500), AfterValidator(_each_once)]


class Reference(Value):
    """All of it. `version` says which set it is, `note` whence it comes; both are shown."""

    version: ShortLine
    label: Line
    note: Text
    platforms: Choice
    segments: Choice
    solution_areas: Annotated[list[Area], Field(min_length=1, max_length=100), AfterValidator(_each_once)]
    vendor_solutions: Choice
    solution_types: Annotated[list[Told], AfterValidator(_exactly(SOLUTION_TYPES))]
    document_types: Annotated[list[Told], AfterValidator(_exactly(DOCUMENT_TYPES))]
    contact_roles: Annotated[list[Told], AfterValidator(_exactly(tuple(ContactRole)))]


def unknown(reference: Reference, values: Mapping[str, Any]) -> list[FieldError]:
    """What of an offer's stored values the reference data does not have, each with what may be meant."""
    wrong = [
        error
        for field, known in (("platforms", reference.platforms), ("segments", reference.segments))
        for error in _none_of(field, values.get(field) or (), known)
    ]
    areas = {area.id: area for area in reference.solution_areas}
    for n, chosen in enumerate(values.get("solutionAreas") or ()):
        field, area = f"solutionAreas.{n}", areas.get(chosen["area"])
        if area is None:
            wrong.append(_error(f"{field}.area", chosen["area"], areas.values()))
        else:
            wrong += _none_of(f"{field}.subAreas", chosen["subAreas"], area.sub_areas)
    return wrong


def _none_of(field: str, ids: Sequence[str], known: Sequence[Named]) -> list[FieldError]:
    there = {each.id for each in known}
    return [_error(f"{field}.{n}", id, known) for n, id in enumerate(ids) if id not in there]


def _error(field: str, given: str, known: Iterable[Named]) -> FieldError:
    ids = {each.name.casefold(): each.id for each in known} | {each.id: each.id for each in known}
    near = get_close_matches(given.casefold(), ids, n=1)
    if near:
        return FieldError(field, "unknown_value", f"Write “{ids[near[0]]}”, if that is meant.")
    several = ", ".join(sorted(set(ids.values()))[:20])
    return FieldError(field, "unknown_value", f"Use an id of /api/offer-reference, such as: {several}.")
