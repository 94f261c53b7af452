import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.ids import is_legal_id
from shared.domain.offers import upload as uploads
from shared.domain.offers.offer import Offer, stored_offer
from shared.domain.offers.upload import DOCUMENT_TYPES, BadPath, Place, read_path

NOW = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)


def test_a_path_says_whose_file_it_is_and_what_it_holds() -> None:
    assert read_path("contoso/o1/contacts/list.csv") == Place("contoso", "o1", "contacts", None, "list.csv")
    deck = read_path("contoso/o1/documents/solution_pitch_deck/Große Präsentation.pptx")
    assert (deck.kind, deck.document_type, deck.file_name) == (
        "document",
        "solution_pitch_deck",
        "Große Präsentation.pptx",
    )


@pytest.mark.parametrize("kind", DOCUMENT_TYPES)
def test_a_place_and_its_path_name_each_other(kind: str) -> None:
    for place in (Place("c", "o", "contacts", None, "a b.csv"), Place("c", "o", "document", kind, "x.pdf")):
        assert read_path(place.path) == place


@pytest.mark.parametrize(
    ("path", "code", "owner"),
    [
        ("", "bad_file_name", None),
        ("list.csv", "unknown_path", None),
        ("contoso/list.csv", "unknown_path", "contoso"),
        ("contoso/o1/list.csv", "unknown_path", "contoso"),
        ("contoso/o1/contacts/more/list.csv", "unknown_path", "contoso"),
        ("contoso/o1/Contacts/list.csv", "unknown_path", "contoso"),
        ("contoso/bulk/deals.csv", "unknown_path", "contoso"),
        ("contoso/../contacts/list.csv", "unknown_path", "contoso"),
        ("../o1/contacts/list.csv", "unknown_path", None),
        ("/o1/contacts/list.csv", "unknown_path", None),
        ("contoso//contacts/list.csv", "unknown_path", "contoso"),
        ("contoso/o1/contacts/", "bad_file_name", "contoso"),
        ("contoso/o1/contacts/..", "bad_file_name", "contoso"),
        ("contoso/o1/contacts/.hidden.csv", "bad_file_name", "contoso"),
        ("contoso/o1/contacts/" + "x" * 201, "bad_file_name", "contoso"),
        ("contoso/o1/contacts/a\nb.csv", "bad_file_name", "contoso"),
        ("contoso/o1/contacts/a\u202egpj.csv", "bad_file_name", "contoso"),
        ("contoso/o1/contacts/a\\b.csv", "bad_file_name", "contoso"),
        ("contoso/o1/documents/brochure/a.pdf", "unknown_document_type", "contoso"),
        ("tenant:1/o1/contacts/list.csv", "unknown_path", None),
    ],
)
def test_any_other_path_is_refused_with_a_reason(path: str, code: str, owner: str | None) -> None:
    with pytest.raises(BadPath) as refusal:
        read_path(path)
    assert (refusal.value.code, refusal.value.organization_id) == (code, owner)
    assert refusal.value.detail


@given(st.text(max_size=80))
def test_no_path_does_anything_but_name_a_place_or_say_why_not(path: str) -> None:
    try:
        assert read_path(path).path == path
    except BadPath as refusal:
        record = uploads.unrouted_record(path, "e", 0, NOW, "unrouted", refusal, NOW)
        assert record["status"] == "rejected"
        assert is_legal_id(record["id"])


def test_an_upload_is_known_by_path_and_etag() -> None:
    assert uploads.upload_id("a/b", "1") == hashlib.sha256(b"a/b1").hexdigest()
    assert uploads.upload_id("a/b", "1") != uploads.upload_id("a/b", "2")


def test_what_is_derived_from_an_upload_has_legal_ids() -> None:
    upload = uploads.upload_id("a/b", "1")
    assert is_legal_id(uploads.chunk_id(uploads.import_id(upload), 9_999))
    assert uploads.document_id("o", "customer_wins", "a") == uploads.document_id("o", "customer_wins", "b")
    assert uploads.document_id("o", "other", "a") != uploads.document_id("o", "other", "b")


def offer(**values: Any) -> Offer:
    nothing = {"id": "o", "activeImport": None, "previousImport": None, "outbox": [], "outboxSeq": 0, "pendingAt": None}
    return stored_offer({**nothing, **values})


def test_what_is_retired_is_due_a_day_later_and_once() -> None:
    once = offer(**uploads.retiring(offer(), ["i1", "i2", "i1"], NOW))
    again = offer(**uploads.retiring(once, ["i1"], NOW + timedelta(hours=1)))
    assert [event["payload"]["importId"] for event in again["outbox"]] == ["i2", "i1"]
    assert uploads.due_retirements(again, NOW + timedelta(hours=23)) == []
    (due,) = uploads.due_retirements(again, NOW + timedelta(hours=24))
    assert due["payload"] == {"importId": "i2"}
    assert again["pendingAt"] == due["notBefore"]
    left = uploads.settled(again, {due["id"]})
    assert [event["payload"]["importId"] for event in left["outbox"]] == ["i1"]
    assert len({event["id"] for event in once["outbox"] + again["outbox"]}) == 3


def test_the_import_in_force_and_the_one_before_are_needed() -> None:
    assert uploads.needed_imports(offer()) == set()
    both = offer(activeImport={"importId": "a"}, previousImport={"importId": "b"})
    assert uploads.needed_imports(both) == {"a", "b"}


def test_what_is_published_or_about_to_be_is_needed() -> None:
    of = {"activeImport": {"importId": "a"}}
    assert uploads.needed_imports(offer(published=of, pendingPublication={"activeImport": {"importId": "b"}})) == {
        "a", "b",
    }  # fmt: skip
    assert uploads.draft_imports(offer(published=of)) == set()
