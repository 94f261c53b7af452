"""Texts without what would let somebody be called or written to."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.leads.contact_details import HIDDEN, without_contact_details

CONTACT = {
    "firstName": "Mara",
    "lastName": "O'Kafor",
    "phoneNumber": "+33 6 12 34 56 78",
    "email": "m.o+x@wing.example",
}


@pytest.mark.parametrize(
    "text",
    [
        "m.o+x@wing.example",
        "M.O+X@WING.EXAMPLE",
        "(m.o+x@wing.example)",
        "0612345678",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "0033 6 12-34-56-78",
        "+33612345678",
        "Mara",
        "mara o'kafor",
        "O'KAFOR",
        "boss@other.example",
        "+1 (617) 555-5555",
        "(0)617 555 5555",
    ],
)
def test_every_way_to_write_it_is_hidden(text: str) -> None:
    shown = without_contact_details(f"Please call {text} today", CONTACT)
    assert shown.startswith("Please call ")
    assert shown.endswith(" today")
    assert HIDDEN in shown
    assert not any(word in shown.casefold() for word in ("mara", "kafor", "@", "5555", "5678", "56 78", "56-78"))


@pytest.mark.parametrize(
    "text",
    ["We have 40 shops and 1200 tills", "By March 2027, for 125000 EUR", "Windows 2012 R2, SQL 2016", "Maracaibo", ""],
)
def test_what_tells_nobody_stays(text: str) -> None:
    assert without_contact_details(text, CONTACT) == text
    assert without_contact_details(text, None) == text


PHONES = st.from_regex(r"\+33[1-9][0-9]{8}", fullmatch=True)
SEPARATORS = st.sampled_from(["", " ", ".", "-", " / "])


@given(PHONES, SEPARATORS, st.text(max_size=30), st.text(max_size=30))
def test_the_contacts_own_number_is_never_left(phone: str, between: str, before: str, after: str) -> None:
    """However its digits are set apart, whatever stands around."""
    contact = {**CONTACT, "phoneNumber": phone}
    written = between.join(phone[3:])
    shown = without_contact_details(f"{before} {written} {after}", contact)
    assert written not in shown


@pytest.mark.parametrize(
    "text", ["a" * 4000, "a@" * 2000, "1 " * 2000, "(" * 4000, "0" * 4000, "a." * 2000 + "@", "+" * 4000]
)
def test_no_text_takes_long(text: str) -> None:
    """The need is a stranger's, and this runs on the loop."""
    start = time.process_time()
    without_contact_details(text, CONTACT)
    assert time.process_time() - start < 0.1
