"""Mails as people read them: one plain text and one HTML of the same words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Final
from urllib.parse import urlsplit

from shared.domain.notices.preferences import Language
from shared.domain.notices.texts import one_line, phrase, text_of

LISTED: Final = 50  # notices in a digest; the others are counted


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail, complete: `message_id` without its brackets, the same however often it is sent."""

    to: str
    subject: str
    text: str
    html: str
    language: Language
    message_id: str
    at: datetime


LONGEST_LINK: Final = 1_000  # why a partner fits is several sentences


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere."""

    words: str
    url: str


Part = str | Link | tuple["Link | str", ...]
"""A paragraph, a link of its own, or a list."""


@dataclass(frozen=True)
class Letter:
    """What a mail says, before it is plain text or HTML: `parts` in their order, then in small print `footer`."""

    subject: str
    parts: Sequence[Part]
    footer: Sequence[Part]

    def text(self) -> str:
        body = "\n\n".join(map(_plain, self.parts))
        return f"{body}\n\n-- \n" + "\n".join(map(_plain, self.footer)) + "\n"

    def html(self, language: Language) -> str:
        body = "\n".join(map(_html, self.parts))
        footer = "<br>\n".join(_inline(part) for part in self.footer if not isinstance(part, tuple))
        return (
            f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width"><title>{escape(self.subject)}</title></head>\n'
            '<body style="font:16px/1.5 system-ui,sans-serif;max-width:36em;margin:1em auto;padding:0 1em">\n'
            f'{body}\n<hr>\n<p style="font-size:13px;color:#55606f">{footer}</p>\n</body></html>\n'
        )


def mail_of(letter: Letter, to: str, language: Language, id: str, public_url: str, at: datetime) -> Mail:
    """The letter to one address; `id` is the notification's, whose mails all have one Message-ID."""
    host = urlsplit(public_url).hostname or "localhost"
    return Mail(
        to=to,
        subject=one_line(letter.subject),
        text=letter.text(),
        html=letter.html(language),
        language=language,
        message_id=f"{id}@{host}",
        at=at,
    )


def notice_letter(event: str, subject: Mapping[str, Any], language: Language, public_url: str) -> Letter:
    """One notice by mail."""
    said = text_of(event, subject, language)
    parts: list[Part] = [said.body, Link(phrase("open", language), public_url + page_of(event, subject))]
    return Letter(said.title, parts, _footer(language, public_url))


def digest_letter(notices: Sequence[Mapping[str, Any]], count: int, language: Language, public_url: str) -> Letter:
    """Many notices in one mail: the first of them by name (`event`, `subject`), the others counted."""
    rows = tuple(
        Link(text_of(one["event"], one["subject"], language).title, public_url + page_of(one["event"], one["subject"]))
        for one in notices[:LISTED]
    )
    parts: list[Part] = [phrase("digest.intro", language), rows]
    if count > len(rows):
        parts.append(phrase("digest.more", language, count=str(count - len(rows))))
    parts.append(Link(phrase("digest.all", language), f"{public_url}/notices"))
    return Letter(phrase("digest.title", language, count=str(count)), parts, _footer(language, public_url))


def customer_letter(kind: str, facts: Mapping[str, Any], language: Language) -> Letter:
    """What a customer is told of an inquiry: the facts of a `CustomerMail`, and the partner's name. Nothing in a
    confirmation could have been written by somebody else: its address is nobody's yet."""
    partner = str(facts.get("partner") or "–")
    parts: list[Part] = [phrase(f"customer.{kind}.body", language, partner=partner)]
    if kind == "confirmation":
        parts.append(Link(phrase("customer.confirmation.action", language), str(facts["confirm"])))
        parts.append(phrase("customer.confirmation.why", language))
    else:
        parts.insert(0, phrase("customer.greeting", language, firstName=str(facts.get("firstName") or "")))
        parts += _alternatives(facts.get("alternatives", ()), language)
        parts.append(Link(phrase("customer.directory", language), str(facts["directory"])))
    footer = [phrase("customer.why", language, partner=partner)]
    return Letter(phrase(f"customer.{kind}.title", language, partner=partner), parts, footer)


def _alternatives(found: Sequence[Mapping[str, str]], language: Language) -> list[Part]:
    if not found:
        return [phrase("customer.none", language)]
    return [phrase("customer.alternatives", language), tuple(_alternative(one, language) for one in found)]


def _alternative(one: Mapping[str, str], language: Language) -> Link:
    """The partner with why it fits; the directory says that in English only."""
    return Link(f"{one['name']} – {one['reason']}" if language == "en" else one["name"], one["url"])


def page_of(event: str, subject: Mapping[str, Any]) -> str:
    """The page a notice leads to."""
    if event == "delivery.failed" and subject.get("webhookId"):
        return f"/webhooks/{subject['webhookId']}"
    return f"/referrals/{subject['referralId']}" if subject.get("referralId") else "/notices"


def _footer(language: Language, public_url: str) -> list[Part]:
    return [phrase("why", language), Link(phrase("change", language), f"{public_url}/notices/preferences")]


def _plain(part: Part) -> str:
    match part:
        case Link(words, url):
            return f"{one_line(words, LONGEST_LINK)}: {url}"
        case tuple():
            return "\n".join(f"* {_plain(one)}" for one in part)
        case _:
            return part


def _html(part: Part) -> str:
    if isinstance(part, tuple):
        return "<ul>\n" + "\n".join(f"<li>{_inline(one)}</li>" for one in part) + "\n</ul>"
    return f"<p>{_inline(part)}</p>"


def _inline(part: Link | str | tuple[Link | str, ...]) -> str:
    match part:
        case Link(words, url):
            return f'<a href="{escape(url)}">{escape(words)}</a>'
        case tuple():
            return ", ".join(map(_inline, part))
        case _:
            return escape(part)
