"""The consent ledger: a live consent of that person for that purpose, or the contact stays at home (issue 4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.engagements import consent
from shared.domain.engagements.consent import PURPOSES, Ledger, Purpose
from shared.domain.engagements.travel import offered
from tests.unit.domain.network import ANA, EVA, a_deal_for
from tests.unit.domain.people import NOW

PEOPLE: Final = {None: None, "ana": ANA, "eva": EVA}
ONE: Final = st.tuples(st.sampled_from(["record", "bind", "withdraw"]), st.sampled_from([None, "ana", "eva"]))
VENDOR: Final[Purpose] = "share_with_vendor"
PARTNERS: Final[Purpose] = "share_with_partners"
quickly = settings(max_examples=200, derandomize=True, deadline=None, database=None)


def keys(*people: dict[str, str] | None) -> set[str | None]:
    return {consent.key_of(one) for one in people}


def only(ledger: Ledger, purpose: Purpose) -> Ledger:
    return [one for one in ledger if one["purpose"] == purpose]


class Book:
    """The same, kept by somebody with a pencil: who agrees to both purposes at this moment."""

    def __init__(self) -> None:
        self.agreed: set[str | None] = set()

    def step(self, what: str, who: str | None) -> None:
        if what == "record" and not {None, who} & self.agreed:
            self.agreed.add(who)
        elif what == "bind" and who is not None and None in self.agreed:
            self.agreed = self.agreed - {None} | {who}
        elif what == "withdraw":
            self.agreed.discard(who)


def stepped(ledger: Ledger, what: str, who: str | None) -> Ledger:
    person = PEOPLE[who]
    if what == "record":
        return consent.recorded(ledger, person, "ann", NOW)
    return consent.bound(ledger, person) if what == "bind" else consent.withdrawn(ledger, keys(person), "ann", NOW, [])


@quickly
@given(st.lists(ONE, max_size=12))
def test_whoever_agreed_and_has_not_taken_it_back_is_covered_and_nobody_else(
    steps: list[tuple[str, str | None]],
) -> None:
    """For each person and purpose, after any history; entries are never removed, and each id is there once."""
    ledger: Ledger = []
    book = Book()
    for what, who in steps:
        before = ledger
        ledger = stepped(ledger, what, who)
        book.step(what, who)
        assert [one["id"] for one in ledger[: len(before)]] == [one["id"] for one in before], "evidence is kept"
    assert len({one["id"] for one in ledger}) == len(ledger)
    for who in ("ana", "eva"):
        expected = who in book.agreed or None in book.agreed
        for purpose in PURPOSES:
            assert consent.covers(ledger, PEOPLE[who], purpose) is expected
        assert consent.is_given(ledger, PEOPLE[who]) is expected
        assert consent.missing(ledger, PEOPLE[who]) == ([] if expected else list(PURPOSES))
        assert consent.is_live_for(ledger, PEOPLE[who] or {}) is expected
    assert consent.live_keys(ledger) == {consent.key_of(PEOPLE[who]) for who in book.agreed if who}
    assert consent.has_live(ledger) is bool(book.agreed)
    for one in ledger:
        assert (one["person"] is None) is (one["withdrawnAt"] is not None or one["personKey"] is None)


def test_an_agreement_is_recorded_once_for_each_purpose() -> None:
    """Said twice, it stands once; with who wrote it down, when, under which wording."""
    ledger = consent.recorded([], ANA, "ann", NOW)
    again = consent.recorded(ledger, {**ANA, "email": "ANA@customer.EXAMPLE"}, "bob", NOW + timedelta(days=1))
    assert again == ledger
    assert [one["purpose"] for one in ledger] == list(PURPOSES)
    for one in ledger:
        assert one["person"] == {name: ANA[name] for name in ("firstName", "lastName", "email")}
        assert (one["recordedBy"], one["recordedAt"][:10]) == ("ann", "2027-01-04")
        assert one["wording"] in consent.WORDINGS
        assert (one["withdrawnAt"], one["withdrawnBy"], one["told"]) == (None, None, [])


def test_every_purpose_is_a_consent_of_its_own() -> None:
    """`customerConsent` is true only when all are live; each lets the contact go for its own purpose alone."""
    ledger = only(consent.recorded([], ANA, "ann", NOW), VENDOR)
    assert consent.covers(ledger, ANA, VENDOR)
    assert not consent.covers(ledger, ANA, PARTNERS)
    assert not consent.is_given(ledger, ANA)
    assert consent.is_live_for(ledger, ANA)
    assert consent.missing(ledger, ANA) == [PARTNERS]
    completed = consent.recorded(ledger, ANA, "ann", NOW)
    assert [one["purpose"] for one in completed] == [VENDOR, PARTNERS]


def test_a_consent_recorded_before_a_contact_is_known_is_the_first_contacts() -> None:
    """Whoever becomes it first; a second person has to be asked."""
    early = consent.recorded([], None, "ann", NOW)
    assert consent.covers(early, ANA, VENDOR) and consent.covers(early, EVA, VENDOR)
    assert consent.bound(early, None) == early
    bound = consent.bound(early, ANA)
    assert {one["personKey"] for one in bound} == keys(ANA)
    assert consent.bound(bound, EVA) == bound
    assert consent.covers(bound, ANA, VENDOR) and not consent.covers(bound, EVA, VENDOR)


def test_a_withdrawn_consent_stays_as_evidence_without_a_name() -> None:
    """When and by whom it was withdrawn, and who was told; what stays of the person is a key."""
    told = [{"organizationId": "vendor", "organizationName": "The Vendor"}]
    ledger = consent.withdrawn(consent.recorded([], ANA, "ann", NOW), keys(ANA), "bob", NOW + timedelta(days=1), told)
    assert consent.was_withdrawn(ledger)
    for one in ledger:
        assert (one["person"], one["personKey"]) == (None, consent.key_of(ANA))
        assert (one["withdrawnBy"], one["withdrawnAt"]) == ("bob", "2027-01-05T09:30:00.000000Z")
        assert one["told"] == told
    again = consent.withdrawn(ledger, keys(ANA), "carl", NOW + timedelta(days=2), [])
    assert again == ledger, "withdrawn once is withdrawn"


def test_withdrawing_one_persons_consent_leaves_anothers() -> None:
    ledger = consent.recorded(consent.recorded([], ANA, "ann", NOW), EVA, "ann", NOW)
    after = consent.withdrawn(ledger, keys(ANA), "ann", NOW, [])
    assert not consent.is_given(after, ANA)
    assert consent.is_given(after, EVA)
    assert not consent.was_withdrawn(ledger)


def test_a_person_may_agree_again_after_withdrawing() -> None:
    ledger = consent.withdrawn(consent.recorded([], ANA, "ann", NOW), keys(ANA), "ann", NOW, [])
    assert consent.is_given(consent.recorded(ledger, ANA, "ann", NOW), ANA)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_what_travels_with_a_contact_is_the_consent_that_lets_it(purpose: Purpose) -> None:
    """Of this person, for this purpose, live; who recorded it stays at home."""
    ledger = consent.recorded(consent.recorded([], ANA, "ann", NOW), EVA, "ann", NOW)
    (one,) = consent.travelling(ledger, ANA, purpose, "contoso")
    assert (one["purpose"], one["personKey"], one["recordedBy"]) == (purpose, consent.key_of(ANA), "contoso")
    assert consent.travelling(consent.withdrawn(ledger, keys(ANA), "ann", NOW, []), ANA, purpose, "contoso") == []


def test_a_contact_leaves_only_under_its_consent_for_the_purpose() -> None:
    """The company always goes along; the person only with a live consent for whom it goes to."""
    deal = a_deal_for(ANA)
    for ledger, purpose, goes in (
        ([], VENDOR, False),
        (consent.recorded([], ANA, "ann", NOW), VENDOR, True),
        (only(consent.recorded([], ANA, "ann", NOW), VENDOR), PARTNERS, False),
        (consent.recorded([], EVA, "ann", NOW), VENDOR, False),
        (consent.withdrawn(consent.recorded([], ANA, "ann", NOW), keys(ANA), "ann", NOW, []), VENDOR, False),
    ):
        deal["consents"] = ledger
        sent = offered(deal, purpose, "Contoso")
        assert ("contact" in sent["customer"], bool(sent["consents"])) == (goes, goes), (ledger, purpose)
        assert sent["customer"]["name"] == "Contoso SA"
    deal["consents"] = consent.recorded([], None, "ann", NOW)
    del deal["customer"]["contact"]
    assert offered(deal, VENDOR, "Contoso")["consents"] == [], "no consent travels without its person"
