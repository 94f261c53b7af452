"""What looks like one piece of business, from the words of the rule: "same D-U-N-S or normalized customer name,
overlapping solution, close dates within 90 days, across own deals and leads" that are received, accepted or won."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.organizations.customer_names import customer_key, folded
from shared.domain.referrals.collisions import collides, proceeded, shown
from shared.domain.referrals.document import Referral
from tests.unit.domain.people import NOW, a_referral

COMPANIES: Final = ("contoso", "tailwind traders", "muller sohne", "a datum", "ibm", "4 corners")
LEGAL_FORMS: Final = (
    "", " SA", ", S.A.", " S A", " SAS", " S.A.S.", " GmbH", " gmbh", " Ltd", " Ltd.", ", Inc.", " Inc", " LLC", " BV",
    " B.V.", " S.p.A.", " SpA", " GmbH & Co. KG", " Pty. Ltd.", " A/S", " Sp. z o.o.", " S.à r.l.", " Corporation",
)  # fmt: skip
ACCENTS: Final = {"a": "aáäåā", "o": "oóöøō", "u": "uúüů", "e": "eéêë", "n": "nñ", "i": "iíïI"}
BETWEEN: Final = (" ", "  ", "\u00a0", "-", " - ", ", ", " & ", "/", " “")
CASES: Final = (str.lower, str.upper, str.title)
DAY: Final = date(2027, 6, 1)
LIVE: Final = (("received", None), ("accepted", None), ("archived", "won"))
OVER: Final = tuple(("archived", outcome) for outcome in ("lost", "declined", "expired", "withdrawn", "error"))


@st.composite
def spelled(draw: st.DrawFn, company: str) -> str:
    """A company's name as somebody may write it."""
    accented = "".join(draw(st.sampled_from(ACCENTS.get(letter, letter))) for letter in company)
    words = draw(st.sampled_from(CASES))(accented).split(" ")
    text = draw(st.sampled_from(BETWEEN)).join(words) + draw(st.sampled_from(LEGAL_FORMS))
    wide = draw(st.booleans())
    return draw(st.sampled_from(("", " "))) + (_wide(text) if wide else text)


def _wide(text: str) -> str:
    """Full-width letters, as a Japanese keyboard gives them."""
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


@given(st.data(), st.sampled_from(COMPANIES), st.sampled_from(COMPANIES))
def test_a_company_is_the_same_however_its_name_is_written_and_no_other_is(
    data: st.DataObject, one: str, other: str
) -> None:
    written, again = data.draw(spelled(one)), data.draw(spelled(other))
    assert (customer_key(written) == customer_key(again)) is (one == other)


@given(st.text(min_size=1, max_size=60))
def test_a_normalized_name_stays_as_it_is_and_keeps_something_of_every_name(text: str) -> None:
    """Whatever people type."""
    for normalize in (folded, customer_key):
        once = normalize(text)
        assert normalize(once) == once
        assert once or not any(letter.isalnum() for letter in text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SA", "SAS"), ("Contoso", "Contoso Bank"), ("Northwind", "Southwind"), ("株式会社東芝", "株式会社日立"),
        ("***", "+++"), ("Area 51", "Area 52"), ("かき", "がぎ"), ("Ltd Contoso", "Contoso"),
        ("San Diego Zoo", "San Diego"),
    ],
)  # fmt: skip
def test_names_that_differ_in_more_than_spelling_are_other_companies(one: str, other: str) -> None:
    assert customer_key(one) != customer_key(other)


SOLUTIONS: Final = (
    {"kind": "own", "name": "Migrator"},
    {"kind": "own", "name": "MIGRÁTOR "},
    {"kind": "vendor", "name": "Migrator"},
    {"kind": "own", "name": "Analytics"},
    {"kind": "own", "name": "Analytics", "offerId": "offer-1"},
    {"kind": "third_party", "name": "Another name", "offerId": "offer-1"},
    {"kind": "own", "name": "Analytics", "offerId": "offer-2"},
)


def same_solution(one: dict[str, str], other: dict[str, str]) -> bool:
    """The same offerId, or the same kind and normalized name."""
    offers = {one.get("offerId"), other.get("offerId")}
    if len(offers) == 1 and None not in offers:
        return True
    names = {each["name"].strip().lower().replace("á", "a") for each in (one, other)}
    return one["kind"] == other["kind"] and len(names) == 1


def a_piece(company: str, spelling: str, duns: str | None, solutions: list[Any], days: int, **more: Any) -> Referral:
    """A referral of these facts; `company` is what the spelling stands for, for whoever reads a failure."""
    known = a_referral(
        customer={"name": spelling, "addressLine1": "1", "city": company, "country": "FR"}
        | ({"dunsNumber": duns} if duns else {}),
        solutions=solutions,
        estimatedCloseDate=(DAY + timedelta(days=days)).isoformat(),
    )
    return cast(Referral, {**known, **more})


@st.composite
def pieces(draw: st.DrawFn, name: str, stages: tuple[tuple[str, str | None], ...]) -> Referral:
    company = draw(st.sampled_from(COMPANIES[:2]))
    stage, outcome = draw(st.sampled_from(stages))
    return a_piece(
        company,
        draw(spelled(company)),
        draw(st.sampled_from((None, "111111111", "222222222"))),
        draw(st.lists(st.sampled_from(SOLUTIONS), min_size=1, max_size=2)),
        draw(st.sampled_from((0, 1, 89, 90, 91, 92, 180, 181))),
        id=name,
        engagementId=name,
        kind=draw(st.sampled_from(("deal", "lead"))),
        direction=draw(st.sampled_from(("incoming", "outgoing"))),
        stage=stage,
        outcome=outcome,
    )


@given(pieces("one", LIVE[:2]), pieces("other", LIVE + OVER))
def test_two_referrals_collide_just_when_the_rule_says_so(one: Referral, other: Referral) -> None:
    duns = {one["customer"].get("dunsNumber"), other["customer"].get("dunsNumber")}
    same_customer = one["customer"]["city"] == other["customer"]["city"] or (len(duns) == 1 and None not in duns)
    overlap = any(same_solution(a, b) for a in one["solutions"] for b in other["solutions"])
    days = {date.fromisoformat(each["estimatedCloseDate"]) for each in (one, other)}
    near = (max(days) - min(days)).days <= 90
    live = (other["stage"], other["outcome"]) in LIVE
    assert collides(one, other, NOW) is (same_customer and overlap and near and live)


@given(pieces("one", LIVE), pieces("other", LIVE))
def test_of_two_that_are_live_each_collides_with_the_other_or_neither_does(one: Referral, other: Referral) -> None:
    assert collides(one, other, NOW) is collides(other, one, NOW)


def test_copies_of_one_engagement_are_one_piece_of_business() -> None:
    """A mirror beside the copy that follows it, or an invitation that was sent again."""
    one = a_piece("contoso", "Contoso", None, [SOLUTIONS[0]], 0, id="one", engagementId="e")
    again = cast(Referral, {**one, "id": "again"})
    other = cast(Referral, {**one, "id": "other", "engagementId": "f"})
    assert not collides(one, one, NOW)
    assert not collides(one, again, NOW)
    assert collides(one, other, NOW)


def test_what_was_not_answered_in_time_is_no_business_any_more() -> None:
    """Also before the sweep has run."""
    one = a_piece("contoso", "Contoso", None, [SOLUTIONS[0]], 0, id="one", engagementId="e")
    late = {**one, "id": "x", "engagementId": "f", "stage": "received", "expiresAt": "2027-01-04T09:30:00.000000Z"}
    assert not collides(one, cast(Referral, late), NOW)
    assert collides(one, cast(Referral, {**late, "expiresAt": "2027-01-04T09:30:00.000001Z"}), NOW)


def test_a_history_says_what_was_known_and_nothing_where_nothing_was() -> None:
    new, other = a_referral(), a_referral()
    (entry,) = proceeded(new, [shown(other)])["history"]
    assert entry["changes"] == {"proceededDespite": {"from": None, "to": [other["id"]]}}
    assert proceeded(new, []) is new
