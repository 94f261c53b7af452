"""The copy of a profile that the directory shows: which version it is, and what it keeps."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.directory import listing, profile
from shared.domain.directory.profile import Profile
from tests.scale.profiles import NOW

ORGANIZATION: Final = {"name": "Contoso", "country": "FR", "locations": []}


def draft(version: int, word: str) -> Profile:
    made: Any = profile.empty("contoso", NOW) | {"version": version, "keywords": [word], "published": {"at": "x"}}
    return made


CHANGES = st.permutations(
    [("publish", 1), ("record", 2), ("take back", 3), ("publish", 4), ("record", 5), ("take back", 6), ("publish", 7)]
)


def arrived(stored: dict[str, Any] | None, action: str, version: int) -> dict[str, Any] | None:
    """What is stored once a change of the profile has arrived."""
    said = draft(version, f"k{version}")
    if action == "publish":
        return listing.published(stored, said, ORGANIZATION, None, NOW) or stored
    if stored is None:
        return None
    follow = listing.recorded if action == "record" else listing.taken_back
    return follow(stored, said, NOW) or stored


@given(CHANGES, st.integers(1, 7))
def test_in_whatever_order_changes_arrive_no_older_one_replaces_a_newer(
    changes: list[tuple[str, int]], count: int
) -> None:
    stored: dict[str, Any] | None = None
    expected: list[tuple[str, int]] = []  # those that count: from the first publication on, each newer than the last
    for action, version in changes[:count]:
        stored = arrived(stored, action, version)
        if (expected and version > expected[-1][1]) or (not expected and action == "publish"):
            expected.append((action, version))
    shown = [change for change in expected if change[0] != "record"]
    assert (stored is None) == (not expected)
    assert listing.is_listed(stored) == bool(shown and shown[-1][0] == "publish")
    if stored is not None:
        assert stored["profileVersion"] == expected[-1][1]
    if stored is not None and listing.is_listed(stored):
        assert stored["keywords"] == [f"k{shown[-1][1]}"]


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_who_is_placed_higher_is_looked_at_first(one: float, other: float) -> None:
    """Differences below a ten-thousandth count for nothing; the part that follows from the id never outweighs more."""
    base = listing.published(None, draft(1, "k"), ORGANIZATION, None, NOW)
    assert base is not None
    first = listing.with_record({**base, "id": "a"}, {"placement": one}, NOW)["placementKey"]
    second = listing.with_record({**base, "id": "b"}, {"placement": other}, NOW)["placementKey"]
    low, high = (min(1.0, max(0.0, value)) for value in (one, other))
    if round(low, 4) < round(high, 4):
        assert first < second
    if round(low, 4) == round(high, 4):
        assert abs(first - second) < 0.0001
