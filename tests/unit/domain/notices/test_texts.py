"""The words of notices: each language has each text, with the same facts, on one line where it is a title."""

from __future__ import annotations

import string
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.notices.mails import Letter, Link, customer_letter, digest_letter, notice_letter
from shared.domain.notices.notice import EVENTS
from shared.domain.notices.preferences import LANGUAGES
from shared.domain.notices.texts import one_line, phrase, text_of


def words(language: str) -> Any:
    return import_module(f"shared.domain.notices.texts.{language}")


def facts_in(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_each_text_with_the_same_facts(language: str) -> None:
    """A link that is missing in one language would be a mail nobody can follow."""
    ours, english = words(language), words("en")
    assert ours.NOTICES.keys() == english.NOTICES.keys() == {*EVENTS, "other"}
    assert ours.PHRASES.keys() == english.PHRASES.keys()
    for name, phrase_ in english.PHRASES.items():
        assert facts_in(ours.PHRASES[name]) == facts_in(phrase_), name
    for event, (title, body) in ours.NOTICES.items():
        assert facts_in(title) | facts_in(body) <= facts_in("".join(english.NOTICES[event])) | {"customerName"}, event
        assert "{name}" in title, event


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("event", [*EVENTS, "of.a.later.version"])
def test_no_text_is_lost_for_want_of_a_fact(language: Any, event: str) -> None:
    said = text_of(event, {}, language)
    assert said.title
    assert "{" not in said.title + said.body


@given(st.text(), st.sampled_from(LANGUAGES), st.sampled_from(EVENTS))
def test_whatever_a_deal_is_called_its_title_is_one_line(name: str, language: Any, event: str) -> None:
    title = text_of(event, {"name": name, "customerName": name, "senderName": name, "otherName": name}, language).title
    assert title.isprintable()
    assert len(title) <= 200


@given(st.text())
def test_a_line_is_one_line(text: str) -> None:
    assert "\n" not in one_line(text)
    assert one_line(one_line(text)) == one_line(text)


def test_html_says_what_text_says_and_runs_nothing() -> None:
    evil = '<script>alert("1")</script> & "more"'
    letter = notice_letter("referral.received", {"name": evil, "referralId": "r1"}, "en", "https://desk.example")
    html, text = letter.html("en"), letter.text()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert evil in text
    assert "https://desk.example/referrals/r1" in html
    assert "https://desk.example/referrals/r1" in text


def test_a_list_is_a_list_in_both() -> None:
    letter = Letter("Hi", ["Look:", (Link("One", "https://a.example"), Link("Two", "https://b.example"))], ["bye"])
    assert "* One: https://a.example\n* Two: https://b.example" in letter.text()
    assert '<li><a href="https://a.example">One</a></li>' in letter.html("en")


def test_a_digest_of_nothing_but_unknown_events_can_be_read() -> None:
    rows = [{"event": "of.a.later.version", "subject": {}}]
    assert "News" in digest_letter(rows, 1, "en", "https://desk.example").text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_confirmation_says_nothing_somebody_else_could_have_written(language: Any) -> None:
    facts = {"partner": "Contoso", "confirm": "https://desk.example/c", "firstName": "EVIL", "company": "EVIL"}
    letter = customer_letter("confirmation", facts, language)
    assert "EVIL" not in letter.text() + letter.html(language)
    assert "https://desk.example/c" in letter.text()


def test_a_customer_without_alternatives_is_shown_the_directory() -> None:
    facts = {"partner": "Contoso", "firstName": "Mara", "directory": "https://d.example/directory", "alternatives": []}
    said = customer_letter("declined", facts, "en").text()
    assert "You find others in the directory." in said
    assert "https://d.example/directory" in said


def test_why_an_alternative_fits_is_said_to_its_end() -> None:
    """It was cut in the middle of a word after 200 characters: "Answered 4 of 8 re: https://..."."""
    reason = "Mentions Contoso ERP Migrator, at least in part. " * 5 + "Answered 4 of 8 requests in time."
    offered = [{"name": "Fabrikam", "url": "https://d.example/directory/fabrikam", "reason": reason}]
    facts = {"partner": "Contoso", "firstName": "Mara", "directory": "https://d.example", "alternatives": offered}
    letter = customer_letter("expired", facts, "en")
    for said in (letter.text(), letter.html("en")):
        assert "Answered 4 of 8 requests in time." in said


def test_phrases_take_no_format_from_their_facts() -> None:
    assert phrase("customer.why", "en", partner="{0.__class__}").count("{0.__class__}") == 1
