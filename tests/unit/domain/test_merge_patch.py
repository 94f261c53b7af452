"""An edit is a JSON merge patch (RFC 7396), against a second implementation of it."""

from __future__ import annotations

import copy
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.errors import Invalid
from shared.domain.referrals.deal import edited
from tests.unit.domain.people import ADMIN, NOW, a_referral


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7396 section 2, word for word."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge_patch(result.get(name), value)
    return result


WORDS: Final = st.sampled_from(["Alpha", "Beta", "Gamma delta"])
PEOPLE: Final = st.fixed_dictionaries(
    {"firstName": WORDS, "lastName": WORDS, "phoneNumber": st.just("+33123456789"), "email": st.just("x@y.example")}
)
PATCHES: Final = st.fixed_dictionaries(
    {},
    optional={
        "name": WORDS,
        "notes": st.none() | WORDS,
        "crmId": st.none() | WORDS,
        "campaignId": st.none() | WORDS,
        "salesStage": st.none() | st.sampled_from(["qualified", "won"]),
        "estimatedCloseDate": st.sampled_from(["2027-01-04", "2027-03-31", "2030-01-01"]),
        "estimatedValue": st.fixed_dictionaries(
            {}, optional={"amount": st.sampled_from(["1.00", "125000.00"]), "currency": st.sampled_from(["EUR", "USD"])}
        ),
        "employees": st.lists(PEOPLE, min_size=1, max_size=3),
        "solutions": st.lists(st.fixed_dictionaries({"kind": st.just("own"), "name": WORDS}), min_size=1, max_size=3),
        "customer": st.fixed_dictionaries({"contact": st.none() | PEOPLE | st.fixed_dictionaries({"lastName": WORDS})}),
    },
)


@settings(max_examples=100, derandomize=True, deadline=None, database=None)
@given(PATCHES, PATCHES)
def test_an_edited_deal_is_the_patched_one(first: dict[str, Any], second: dict[str, Any]) -> None:
    """One patch after another; what no patch names stays; a removed field is null; the deal before is not touched."""
    deal = a_referral(crmId="CRM", notes="notes")
    for patch in (first, second):
        before = copy.deepcopy(dict(deal))
        expected = merge_patch({name: value for name, value in before.items() if value is not None}, patch)
        try:
            after = edited(deal, patch, ADMIN, NOW)
        except Invalid:
            contact = expected["customer"].get("contact", {})
            assert contact.keys() != {"firstName", "lastName", "phoneNumber", "email"}, "only half a person is refused"
            return
        for name in {*PATCHED, *patch}:
            assert after[name] == expected.get(name), name  # type: ignore[literal-required]
        assert dict(deal) == before
        deal = after


PATCHED: Final = (
    "name", "notes", "crmId", "campaignId", "salesStage", "estimatedCloseDate", "estimatedValue", "employees",
    "solutions", "customer", "stage", "dealType", "engagementId", "teamMembers", "createdAt",
)  # fmt: skip


@settings(max_examples=40, derandomize=True, deadline=None, database=None)
@given(PATCHES)
def test_the_same_patch_twice_is_once(patch: dict[str, Any]) -> None:
    """The second changes nothing: no version, no history."""
    try:
        once = edited(a_referral(), patch, ADMIN, NOW)
    except Invalid:
        return
    assert edited(once, patch, ADMIN, NOW) is once


@settings(max_examples=100, derandomize=True, deadline=None, database=None)
@given(
    st.dictionaries(
        st.sampled_from(
            ["name", "customer", "employees", "stage", "nonsense", "teamMembers", "estimatedValue", "notes"]
        ),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
            max_leaves=6,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_json_is_an_edit_or_a_named_refusal(patch: dict[str, Any]) -> None:
    """Never another error, whatever a patch holds."""
    deal = a_referral()
    try:
        edited(deal, patch, ADMIN, NOW)
    except Invalid as refusal:
        assert refusal.errors
        assert {error.field.partition(".")[0] for error in refusal.errors} <= patch.keys()
