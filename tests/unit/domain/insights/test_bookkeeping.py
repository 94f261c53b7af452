"""What followers note in a referral: of two notes with a number the later stays, in whatever order they come."""

from __future__ import annotations

from itertools import permutations
from typing import Any, cast

import pytest

from shared.domain.referrals.announcing import announced
from shared.domain.referrals.document import Referral
from tests.unit.domain.insights.histories import START, a_received

NOTES: list[dict[str, Any]] = [{"seq": n, "version": 1, "facts": {"n": n}} for n in (3, 4, 5)]


@pytest.mark.parametrize(
    "order", list(permutations(NOTES)), ids=lambda notes: "".join(str(one["seq"]) for one in notes)
)
def test_a_note_that_comes_late_does_not_replace_a_later_one(order: tuple[dict[str, Any], ...]) -> None:
    """A timer that was overtaken ends last; what it counted is not what the record holds any more."""
    referral = a_received("r1")
    for note in order:
        referral = announced(referral, 1, {"counted": note}, START) or referral
    assert referral["counted"] == NOTES[-1]
    assert (referral["announced"], referral["noticeAt"]) == (1, None)


def test_a_note_without_a_number_replaces_and_the_same_again_is_no_write() -> None:
    referral = cast(Referral, {**a_received("r1"), "mark": "old"})
    after = announced(referral, 1, {"mark": "new"}, START)
    assert after is not None
    assert cast(dict[str, Any], after)["mark"] == "new"
    assert announced(after, 1, {"mark": "new"}, START) is None
