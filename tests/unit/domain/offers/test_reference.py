"""Reference data: ours is whole, a file that is not is refused by name, and what an offer may not name is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from shared.bootstrap import build
from shared.domain.errors import Unreadable
from shared.domain.offers.commands import SolutionType
from shared.domain.offers.reference import SOLUTION_TYPES, unknown
from shared.services.offering.reference_file import OURS, read_reference
from shared.settings import SettingsError, read_settings

CHOSEN = {
    "platforms": ["azure"],
    "segments": ["enterprise"],
    "solutionAreas": [{"area": "data_ai", "subAreas": ["analytics", "databases"]}],
}


def ours() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(OURS.read_bytes())
    return document


def test_our_own_set_is_whole_and_says_that_it_is_ours() -> None:
    reference = read_reference()
    assert reference.document() == ours()
    assert "not public" in reference.note
    assert reference.version
    assert reference.label


def test_its_solution_types_are_those_an_offer_may_have() -> None:
    assert set(get_args(SolutionType)) == set(SOLUTION_TYPES)


def test_what_it_has_may_be_named() -> None:
    assert unknown(read_reference(), CHOSEN) == []
    assert unknown(read_reference(), {}) == []


@pytest.mark.parametrize(
    ("values", "field", "told"),
    [
        ({"platforms": ["azure", "azur"]}, "platforms.1", "“azure”"),
        ({"segments": ["Small and medium business"]}, "segments.0", "“small_and_medium”"),
        ({"segments": ["qqqq"]}, "segments.0", "/api/offer-reference"),
        ({"solutionAreas": [{"area": "data", "subAreas": []}]}, "solutionAreas.0.area", "data_ai"),
        ({"solutionAreas": [{"area": "security", "subAreas": ["analytics"]}]}, "solutionAreas.0.subAreas.0", "such as"),
    ],
    ids=str,
)
def test_what_it_does_not_have_is_told_with_what_may_be_meant(values: dict[str, Any], field: str, told: str) -> None:
    (error,) = unknown(read_reference(), values)
    assert (error.field, error.code) == (field, "unknown_value")
    assert told in error.message


def _without(field: str) -> Callable[[dict[str, Any]], Any]:
    return lambda document: document.pop(field)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_without("version"), "version: This is needed."),
        (_without("platforms"), "platforms: This is needed."),
        (lambda document: document["platforms"].clear(), "platforms: "),
        (lambda document: document["platforms"].append(document["platforms"][0]), "platforms: Name each id once"),
        (lambda document: document["platforms"][0].update(id="Azure Cloud"), "platforms.0.id: "),
        (lambda document: document["solutionAreas"][0]["subAreas"].clear(), "solutionAreas.0.subAreas: "),
        (lambda document: document["documentTypes"].pop(), "documentTypes: Tell exactly these"),
        (lambda document: document["contactRoles"].reverse(), "contactRoles: Tell exactly these"),
        (lambda document: document["solutionTypes"][0].update(mustSay=[]), "solutionTypes.0.mustSay: "),
        (lambda document: document.update(extra=1), "extra: There is no such field"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_whole_is_refused_by_name(
    spoil: Callable[[dict[str, Any]], Any], told: str, tmp_path: Path
) -> None:
    document = ours()
    spoil(document)
    file = tmp_path / "reference.json"
    file.write_text(json.dumps(document))
    with pytest.raises(Unreadable, match="is not reference data") as refused:
        read_reference(file)
    assert told in refused.value.detail


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b"\xff\xfe"])
def test_a_file_that_is_no_such_file_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "reference.json"
    file.write_bytes(content)
    with pytest.raises(Unreadable, match=r"reference\.json"):
        read_reference(file)


async def test_the_operator_names_another_file_and_is_told_what_is_wrong_with_it(tmp_path: Path) -> None:
    document = {**ours(), "version": "7", "platforms": [{"id": "mainframe", "name": "Mainframe"}]}
    file = tmp_path / "reference.json"
    services = build(read_settings({"LOCAL_DATA": str(tmp_path), "OFFER_REFERENCE": str(file)}))
    try:
        with pytest.raises(SettingsError, match=r"OFFER_REFERENCE: .*cannot be read: No such file"):
            _ = services.offer_reference
        file.write_text(json.dumps(document))
        assert [each.id for each in services.offer_reference.platforms] == ["mainframe"]
    finally:
        await services.close()
