"""The reference data of offers as pages show it: names by id, and the guidance beside each field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.domain.offers.reference import Named, Reference, Told

Names = Mapping[str, str]


@dataclass(frozen=True)
class Guide:
    """`told_*` say of each id what it is for and what it must say; `sub_areas` are by area."""

    label: str
    note: str
    platforms: Names
    segments: Names
    areas: Names
    sub_areas: Mapping[str, Names]
    solution_types: Names
    roles: Names
    told_types: Mapping[str, Told]
    told_documents: Mapping[str, Told]
    told_roles: Mapping[str, Told]

    def area_in_words(self, chosen: Mapping[str, Any]) -> str:
        """Business applications: Finance, Sales."""
        known = self.sub_areas.get(chosen["area"], {})
        subs = ", ".join(known.get(one, one) for one in chosen["subAreas"])
        return f"{self.areas.get(chosen['area'], chosen['area'])}: {subs or 'no sub-area yet'}"

    def co_sell(self, it: Mapping[str, Any]) -> dict[str, str]:
        """An offer's co-sell details in words, by field."""
        fields = ("solutionType", "platforms", "segments", "solutionAreas")
        return {field: self.field_in_words(field, it[field]) for field in fields}

    def field_in_words(self, field: str, value: Any) -> str:
        """One of them, or a text as it is."""
        if field == "solutionAreas":
            return "; ".join(self.area_in_words(one) for one in value)
        known = {"solutionType": self.solution_types, "platforms": self.platforms, "segments": self.segments}
        names = known.get(field, {})
        chosen = value if isinstance(value, list) else [value] if value else []
        return ", ".join(names.get(one, str(one)) for one in chosen)


def guide_of(reference: Reference) -> Guide:
    """The reference data in force."""
    return Guide(
        label=reference.label,
        note=reference.note,
        platforms=_names(reference.platforms),
        segments=_names(reference.segments),
        areas=_names(reference.solution_areas),
        sub_areas={area.id: _names(area.sub_areas) for area in reference.solution_areas},
        solution_types=_names(reference.solution_types),
        roles=_names(reference.contact_roles),
        told_types=_by_id(reference.solution_types),
        told_documents=_by_id(reference.document_types),
        told_roles=_by_id(reference.contact_roles),
    )


def _names(entries: Iterable[Named]) -> dict[str, str]:
    return {each.id: each.name for each in entries}


def _by_id(entries: Iterable[Told]) -> dict[str, Told]:
    return {each.id: each for each in entries}
