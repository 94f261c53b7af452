"""One deal as a row of an export: nobody's contact without a live consent, whatever happened before."""

from __future__ import annotations

from typing import Any, Final, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.engagements import consent
from shared.domain.engagements.consent import Ledger
from shared.domain.referrals.document import Referral
from shared.domain.referrals.rows import COLUMNS, is_contact_left_out, row
from tests.unit.domain.people import NOW, a_referral

PEOPLE: Final = [
    {"firstName": name, "lastName": "L", "phoneNumber": "0123", "email": f"{name}@x.example"} for name in ("ana", "bo")
]
STEPS: Final = st.lists(st.tuples(st.sampled_from(["record", "withdraw", "first contact"]), st.sampled_from([0, 1])))
quickly = settings(max_examples=100, derandomize=True, deadline=None, database=None)


def cells(referral: Referral) -> dict[str, str]:
    return dict(zip(COLUMNS, row(referral), strict=True))


def lived(steps: list[tuple[str, int]]) -> Ledger:
    """A ledger after these."""
    ledger: Ledger = []
    for step, who in steps:
        if step == "record":
            ledger = consent.recorded(ledger, PEOPLE[who], "ann", NOW)
        elif step == "withdraw":
            ledger = consent.withdrawn(ledger, {*consent.live_keys(ledger), consent.NOBODY_YET}, "ann", NOW, [])
        else:
            ledger = consent.bound(consent.recorded(ledger, None, "ann", NOW), PEOPLE[who])
    return ledger


@quickly
@given(STEPS, st.sampled_from([None, 0, 1]), st.booleans(), st.booleans())
def test_a_contact_is_shown_only_under_its_own_live_consent(
    steps: list[tuple[str, int]], who: int | None, withheld: bool, accepted: bool
) -> None:
    """Shown whole or not at all; where there is one and it is not shown, the row says so."""
    deal, ledger = a_referral(), lived(steps)
    contact = None if who is None else PEOPLE[who]
    customer = {name: value for name, value in deal["customer"].items() if name != "contact"}
    deal["customer"] = customer | ({"contact": contact} if contact else {})
    deal["consents"], deal["withheld"] = ledger, withheld
    deal["acceptedAt"] = deal["createdAt"] if accepted else None
    seen = cells(deal)
    shown = [seen[f"customer.contact.{name}"] for name in PEOPLE[0]]
    live = any(one["withdrawnAt"] is None and one["personKey"] == consent.key_of(contact) for one in ledger)
    may_be_shown = contact is not None and live and (accepted or not withheld)
    assert shown == (list(contact.values()) if may_be_shown and contact else [""] * 4)
    assert seen["contactWithheld"] == ("yes" if is_contact_left_out(deal) else "no")
    if contact is not None:
        assert is_contact_left_out(deal) is not may_be_shown
    else:
        assert is_contact_left_out(deal) is any(one["withdrawnAt"] for one in ledger)
    assert seen["customer.addressLine1"] == ("" if withheld and not accepted else "1 rue de la Paix")


@pytest.mark.parametrize(
    ("field", "value", "cell"),
    [
        ("reason", 8, "8"),
        ("notes", None, ""),
        ("customerConsent", True, "yes"),
        ("visibleToVendor", False, "no"),
        ("senderName", "Fabrikam", "Fabrikam"),
        ("crmId", "=1", "=1"),
    ],
)
def test_a_cell_is_its_field_as_text(field: str, value: object, cell: str) -> None:
    """The guard against formulas is the file's, not the row's."""
    deal = cast(Referral, {**a_referral(), field: value})
    assert cells(deal)[field] == cell


def test_columns_are_named_once() -> None:
    assert len(set(COLUMNS)) == len(COLUMNS) == len(row(a_referral()))


def test_what_is_withdrawn_or_unknown_is_empty() -> None:
    """No field is missing: an empty cell, never the word None."""
    deal: Any = a_referral()
    assert "None" not in row(deal)
