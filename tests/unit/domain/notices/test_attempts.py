"""Attempts: claimed by one, tried ever later, given up after a day; digests at their hour; signatures; choices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from shared.domain.instants import from_instant, instant
from shared.domain.notices import attempts, digest, documents, signing
from shared.domain.notices.documents import Keeping
from shared.domain.notices.notice import EVENTS, Notice
from shared.domain.notices.preferences import NoticePreferences, preferences_of, stored_of

NOW = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
KEEPING = Keeping(timedelta(days=90))
NOTICE = Notice("r:0", "contoso", "referral.received", NOW, {"name": "Big"}, ("ana",))


def a_mail() -> dict[str, Any]:
    return documents.mail_of(NOTICE, "ana", NOW, KEEPING)


@given(st.lists(st.integers(0, 7200), max_size=30))
def test_it_is_tried_ever_later_and_given_up_within_a_day(lateness: list[int]) -> None:
    """However late each attempt is made."""
    document, now, last = a_mail(), NOW, timedelta(0)
    for late in [*lateness, *([0] * 40)]:
        now = max(now, from_instant(document["pendingAt"])) + timedelta(seconds=late)
        document = attempts.after_failure(attempts.claimed(document, now), "no", now)
        if document["status"] == "failed":
            break
        wait = from_instant(document["pendingAt"]) - now
        assert wait >= last or wait == attempts.DELAYS[-1]
        last = wait
    assert document["status"] == "failed"
    assert document["pendingAt"] is None
    assert document["reason"] == "no"
    assert now < NOW + timedelta(hours=24) + timedelta(seconds=7200)


def test_a_claim_lapses_and_an_outcome_ends_it() -> None:
    mine = attempts.claimed(a_mail(), NOW)
    assert not attempts.is_due(mine, NOW + attempts.CLAIM - timedelta(seconds=1))
    assert attempts.is_due(mine, NOW + attempts.CLAIM)
    done = attempts.sent(mine, NOW)
    assert (done["pendingAt"], done["claimedUntil"], done["status"]) == (None, None, "sent")


def test_what_was_personal_goes_with_the_outcome_not_with_a_failure() -> None:
    told = {
        "kind": "declined",
        "to": "mara@x.example",
        "language": "en",
        "referralId": "r",
        "facts": {"firstName": "M"},
    }
    mail = documents.customer_mail_of("r:3", "contoso", told, NOW, KEEPING)
    assert "mara" in str(attempts.after_failure(attempts.claimed(mail, NOW), "later", NOW))
    for ended in (attempts.sent(mail, NOW), attempts.skipped(mail, "x"), attempts.failed(mail, "x")):
        assert "mara" not in str(ended)
        assert "firstName" not in str(ended)
    named = documents.address_mail_of(NOTICE, "paris@x.example", NOW, KEEPING)
    assert "paris@" not in str(attempts.sent(named, NOW))


def test_one_notice_is_one_document_a_way_and_person() -> None:
    ids = [
        documents.inapp_of(NOTICE, "ana", NOW, KEEPING)["id"], documents.inapp_of(NOTICE, "leo", NOW, KEEPING)["id"],
        a_mail()["id"],
        documents.webhook_of("r:0", "contoso", "ana", {"type": "x", "timestamp": "y"}, NOW, KEEPING)["id"],
    ]  # fmt: skip
    assert len(set(ids)) == 4
    assert a_mail()["id"] == documents.mail_of(NOTICE, "ana", NOW + timedelta(days=1), KEEPING)["id"]


@given(st.datetimes(datetime(2027, 1, 1), datetime(2027, 3, 1)), st.integers(0, 23))  # noqa: DTZ001
def test_a_digest_is_at_its_hour_within_a_day_and_not_at_once(at: datetime, hour: int) -> None:
    now = at.replace(tzinfo=UTC)
    due = digest.digest_time(now, hour)
    assert (due.hour, due.minute, due.second) == (hour, 0, 0)
    assert now + digest.MARGIN <= due <= now + timedelta(days=1) + digest.MARGIN


def test_the_first_of_a_day_go_singly_and_asking_again_answers_the_same() -> None:
    day: dict[str, Any] = digest.new_day("contoso", "ana", NOW)
    for n in range(10):
        after = digest.with_mail(day, f"m{n}", 10)
        assert after is not None
        day = after
    assert digest.with_mail(day, "m11", 10) is None
    assert digest.with_mail(day, "m3", 10) is day
    assert digest.day_id("contoso", "ana", NOW) != digest.day_id("contoso", "ana", NOW + timedelta(days=1))


@given(st.binary(max_size=200), st.text("abc-123", min_size=1))
def test_signatures_are_those_of_the_public_library(body: bytes, id: str) -> None:
    secret, now = signing.new_secret(), datetime.now(UTC)
    text = body.hex()
    ours = signing.headers(id, int(now.timestamp()), text.encode(), [secret])
    assert ours["webhook-signature"] == Webhook(secret).sign(id, now, text)


def test_two_keys_are_two_signatures() -> None:
    keys = [signing.new_secret(), signing.new_secret()]
    now = int(datetime.now(UTC).timestamp())
    headers = signing.headers("m", now, b'{"a": 1}', keys)
    for key in keys:
        assert Webhook(key).verify(b'{"a": 1}', headers) == {"a": 1}


@given(st.lists(st.sampled_from(EVENTS)), st.lists(st.sampled_from(EVENTS)), st.booleans())
def test_a_choice_is_kept_as_it_was_made(inapp: list[Any], mail: list[Any], digested: bool) -> None:
    chosen = NoticePreferences(language="fr", digest=digested, inapp=inapp, mail=mail)
    kept = preferences_of(stored_of(chosen))
    assert (set(kept.inapp), set(kept.mail)) == (set(inapp), set(mail))
    assert (kept.language, kept.digest) == ("fr", digested)


@pytest.mark.parametrize("stored", [None, {}, {"language": "xx"}, {"mail": {"gone.event": True}}])
def test_what_an_other_version_kept_can_be_read(stored: dict[str, Any] | None) -> None:
    assert preferences_of(stored).language == "en"
    assert set(preferences_of(stored).inapp) == set(EVENTS)


def test_a_notification_goes_when_it_was_kept_long_enough() -> None:
    assert a_mail()["dueAt"] == instant(NOW + timedelta(days=90))
    assert a_mail()["ttl"] == 90 * 86400
