"""What the customer of a lead is written, and when it may be (issue 5: one confirmation, later mails need it)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from shared.domain.engagements.invitations import Reception
from shared.domain.leads.customer_mail import customer_mails
from shared.domain.leads.customer_told import customer_may_be_mailed
from shared.domain.leads.lead import Asking, direct_lead
from shared.domain.organizations.organization import Caller, Organization, Role
from shared.domain.referrals.announcing import Numbered
from shared.domain.referrals.commands import Decline
from shared.domain.referrals.document import Referral
from shared.domain.referrals.stage_changes import declined, expired

NOW = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
WINDOW = timedelta(days=14)
PARTNER = Organization("contoso", "Contoso", "partner", "FR")
CALLER = Caller(PARTNER, "leo", frozenset({Role.REFERRALS_ADMIN}))
CONTACT = {"firstName": "Mara", "lastName": "Okafor", "phoneNumber": "+33612345678", "email": "mara@wing.example"}
LINKS = {"confirm": "https://desk.example/inquiries/confirm?token=t", "directory": "https://desk.example/directory"}
OTHERS = [{"name": f"Partner {n}", "url": f"/directory/p{n}", "reason": "Serves FR"} for n in range(5)]


def a_lead(*, confirm: bool = True, **changes: Any) -> Referral:
    customer = {"name": "Wingtip: buy at http://spam.example", "country": "FR", "contact": CONTACT}
    asking = Asking(customer, "Buy now! http://spam.example", [], wants_contact=False, language="de")
    lead = direct_lead(asking, "x", PARTNER, NOW, Reception(WINDOW), confirm=confirm)
    return cast(Referral, {**lead, **changes})


def last(lead: Referral) -> Numbered:
    return Numbered(len(lead["history"]) - 1, lead["history"][-1])


def mails(lead: Referral) -> list[str]:
    return [mail.kind for mail in customer_mails(lead, last(lead), OTHERS, LINKS)]


def test_a_new_inquiry_asks_its_address_once_for_a_confirmation() -> None:
    """In the customer's language, with nothing in it that whoever wrote the inquiry could have written."""
    (mail,) = customer_mails(a_lead(), last(a_lead()), OTHERS, LINKS)
    assert (mail.kind, mail.to, mail.language) == ("confirmation", "mara@wing.example", "de")
    assert mail.facts["confirm"] == LINKS["confirm"]
    assert "spam" not in str(mail.facts)
    assert "Mara" not in str(mail.facts)


def test_an_address_that_was_written_to_today_is_not_written_to_again() -> None:
    assert mails(a_lead(confirm=False)) == []


def test_a_confirmed_address_is_told_of_a_decline_without_the_reason_and_offered_three_others() -> None:
    lead = a_lead(customerConfirmedAt="2027-01-04T10:00:00.000000Z")
    ended = declined(lead, Decline(reason=8, notes="They never pay"), CALLER, NOW)
    (mail,) = customer_mails(ended, last(ended), OTHERS, LINKS)
    assert mail.kind == "declined"
    assert [one["name"] for one in mail.facts["alternatives"]] == ["Partner 0", "Partner 1", "Partner 2"]
    assert "never pay" not in str(mail.facts)


def test_a_confirmed_address_is_told_of_an_expiry() -> None:
    ended = expired(a_lead(customerConfirmedAt="2027-01-04T10:00:00.000000Z"), NOW + WINDOW)
    assert ended is not None
    assert mails(ended) == ["expired"]


def test_an_address_nobody_confirmed_is_told_nothing_more() -> None:
    """And the partner reads why."""
    ended = declined(a_lead(), Decline(reason=1), CALLER, NOW)
    assert mails(ended) == []
    assert customer_may_be_mailed(ended) == (False, "The customer has not confirmed its e-mail address.")


def test_other_changes_tell_the_customer_nothing() -> None:
    lead = a_lead(customerConfirmedAt="2027-01-04T10:00:00.000000Z")
    for action in ("accept", "edit", "win", "lose", "notes", "close-as-error", "withdraw"):
        entry = Numbered(1, {"at": "x", "by": "y", "action": action, "fields": []})
        assert customer_mails(lead, entry, OTHERS, LINKS) == []


def test_nothing_goes_to_the_customer_of_a_deal_or_of_the_senders_own_copy() -> None:
    for changes in ({"kind": "deal"}, {"direction": "outgoing"}):
        lead = a_lead(customerConfirmedAt="2027-01-04T10:00:00.000000Z", **changes)
        assert mails(declined_entry(lead)) == []


def declined_entry(lead: Referral) -> Referral:
    entry = {"at": "x", "by": "y", "action": "decline", "fields": []}
    return cast(Referral, {**lead, "history": [*lead["history"], entry]})


@pytest.mark.parametrize(
    ("consented", "allowed"), [(True, True), (False, False)], ids=["with consent recorded", "without"]
)
def test_a_recommended_customer_is_told_where_the_sender_recorded_its_consent(consented: bool, allowed: bool) -> None:
    lead = a_lead(qualification="sales_qualified")
    if not consented:
        lead = cast(Referral, {**lead, "consents": []})
    assert customer_may_be_mailed(lead)[0] is allowed
    assert mails(declined_entry(lead)) == (["declined"] if allowed else [])
    assert mails(lead) == [], "no confirmation: the sender vouches"


def test_a_withdrawn_consent_ends_it() -> None:
    customer = {"name": "Wingtip", "country": "FR"}
    withdrawn = [{**one, "withdrawnAt": "2027-01-05T00:00:00.000000Z"} for one in a_lead()["consents"]]
    lead = a_lead(customer=customer, consents=withdrawn, customerConfirmedAt="2027-01-04T10:00:00.000000Z")
    assert customer_may_be_mailed(lead) == (False, "The customer withdrew its consent.")
    assert mails(declined_entry(lead)) == []
