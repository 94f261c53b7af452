"""Documents the version before stored are read, listed, changed and delivered; what a newer one stored is kept.

`tests/files/stored` holds documents as commit 2f19a60 (schema 1: no consent ledger, no mirrors) left them in the store,
some with events it had not delivered.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from shared.services.ports import REFERRALS, Document
from tests.functions.deals import Body, a_deal_with_help, a_partner_invitation, an_acceptance
from tests.functions.desk import WINDOW, Desk, ok

STORED: Final = Path(__file__).parents[2] / "files" / "stored"
STORIES: Final = sorted(path.stem for path in STORED.glob("*.json"))
SELLER: Final = "vendor-seller"
ADMIN_OF: Final = {"contoso": "contoso-admin", "fabrikam": "fabrikam-admin", "vendor": "vendor-admin"}


async def restored(desk: Desk, story: str) -> list[Document]:
    """The documents of a story, stored as they were."""
    documents: list[Document] = json.loads((STORED / f"{story}.json").read_text("utf-8"))
    for document in documents:
        assert document["schema"] == 1
        assert not {"consents", "mirror", "withheld", "vendorMirror"} & document.keys()
        await desk.services.store.insert(REFERRALS, document)
    return documents


async def stored(desk: Desk, document: Document) -> Document:
    found = await desk.services.store.get(REFERRALS, document["organizationId"], document["id"])
    assert found is not None
    return found.document


def the(documents: list[Document], organization: str) -> Document:
    (one,) = [each for each in documents if each["organizationId"] == organization]
    return one


@pytest.mark.parametrize("story", STORIES)
async def test_old_documents_are_read_and_listed_everywhere(desk: Desk, story: str) -> None:
    """By id, in lists and searches, as a page, in the engagement, in the export."""
    for document in await restored(desk, story):
        persona = ADMIN_OF[document["organizationId"]]
        tab = "inbound" if document["direction"] == "incoming" else "outbound"
        seen = await desk.read(document["id"], persona)
        assert (seen["name"], seen["stage"], seen["mirror"]) == (document["name"], document["stage"], False)
        for query in (f"tab={tab}", f"tab={tab}&q={document['id']}"):
            assert document["id"] in [item["id"] for item in await desk.items(f"/api/deals?{query}", persona)]
        assert document["id"] in (await desk.get(f"/api/deals.csv?tab={tab}", persona)).text
        engagement = ok(await desk.get(f"/api/engagements/{document['engagementId']}", persona))
        assert [copy["id"] for copy in engagement["copies"]] == [document["id"]]
        page = await desk.get(f"/referrals/{document['id']}", persona, headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert await stored(desk, document) == document, "reading writes nothing"


@pytest.mark.parametrize("story", STORIES)
async def test_whatever_an_old_document_allows_can_be_done(desk: Desk, story: str) -> None:
    """Every allowed action, each on the documents as they were; afterwards everything is delivered."""
    for document in await restored(desk, story):
        persona = ADMIN_OF[document["organizationId"]]
        for action in (await desk.read(document["id"], persona))["allowedActions"]:
            found = await desk.services.store.get(REFERRALS, document["organizationId"], document["id"])
            assert found is not None
            await desk.services.store.replace(found, REFERRALS, document)
            response = await desk.attempt(document["id"], action, persona)
            assert response.status_code == 200, (action, response.text)
            assert (await stored(desk, document))["schema"] == 3
    await all_delivered(desk)


async def all_delivered(desk: Desk) -> None:
    for _ in range(5):
        assert not (await desk.deliver()).failed
    assert (await desk.deliver()).as_facts() == {"done": 0, "skipped": {}, "failed": {}, "remaining": False}


@pytest.mark.parametrize(
    ("story", "receiver", "has_contact"),
    [
        ("help_sending", "vendor", True),
        ("opportunity_sending", "contoso", True),
        ("opportunity_without_consent_sending", "contoso", False),
    ],
)
async def test_an_old_invitation_arrives_with_the_consent_it_was_sent_under(
    desk: Desk, story: str, receiver: str, has_contact: bool
) -> None:
    """Its payload knows no ledger, type or visibility: the copy is co-sell, and the contact's consent is its own."""
    (source,) = await restored(desk, story)
    assert not {"consents", "dealType", "visibleToVendor"} & source["outbox"][0]["payload"].keys()
    assert (await desk.deliver()).done == 1
    copy = await desk.copy_of(source, ADMIN_OF[receiver])
    assert (copy["stage"], copy["dealType"], copy["visibleToVendor"]) == ("received", "co_sell", True)
    assert ("contact" in copy["customer"], bool(copy["consents"])) == (has_contact, has_contact)
    if has_contact:
        (consent,) = copy["consents"]
        purpose = "share_with_vendor" if receiver == "vendor" else "share_with_partners"
        assert (consent["purpose"], consent["recordedBy"]) == (purpose, source["organizationId"])
        assert consent["person"]["email"] == copy["customer"]["contact"]["email"]
    sender = await desk.read(source["id"], ADMIN_OF[source["organizationId"]])
    assert sender["invitations"][0]["status"] == "pending"
    assert sender["invitations"][0]["expiresAt"] == copy["expiresAt"]


@pytest.mark.parametrize("delivered", [True, False])
async def test_a_consent_given_to_the_old_version_can_be_withdrawn_everywhere(desk: Desk, delivered: bool) -> None:
    """Before or after its invitation arrived: nobody keeps the contact, and nobody gets it."""
    (source,) = await restored(desk, "opportunity_sending")
    if delivered:
        await desk.deliver()
    ok(await desk.act(source["id"], "withdraw-consent", as_=SELLER))
    await all_delivered(desk)
    copy = await desk.copy_of(source, "contoso-admin")
    assert "contact" not in copy["customer"]
    assert "ana@contoso.example" not in str(copy) + str(await desk.read(source["id"], SELLER))


async def test_old_answers_notes_and_withdrawals_take_their_effect(desk: Desk) -> None:
    """Events of the version before whose payload is still the same."""
    answered = await restored(desk, "answer_sending")
    noted = await restored(desk, "note_sending")
    withdrawn = await restored(desk, "withdrawal_sending")
    await all_delivered(desk)
    invitation = (await desk.read(the(answered, "contoso")["id"]))["invitations"][0]
    assert (invitation["status"], invitation["acceptedAt"]) == ("accepted", invitation["answeredAt"])
    assert [one["text"] for one in (await desk.read(the(noted, "contoso")["id"]))["noteEntries"]] == ["Call them first"]
    assert (await desk.read(the(withdrawn, "contoso")["id"]))["outcome"] == "withdrawn"


async def test_an_old_acceptance_is_in_the_timeline(desk: Desk) -> None:
    """The sender's invitation did not keep when it was accepted, but it is the last answer there was."""
    documents = await restored(desk, "working")
    sender = the(documents, "vendor")
    engagement = ok(await desk.get(f"/api/engagements/{sender['engagementId']}", SELLER))
    assert [one["what"] for one in engagement["timeline"]] == ["created", "invited", "received", "accepted"]


async def test_an_old_consent_counts_from_when_it_was_recorded(desk: Desk) -> None:
    """Given with the deal: by whoever created it, then. A deal without consent has none."""
    documents = await restored(desk, "own")
    by_name = {document["name"]: await desk.read(document["id"]) for document in documents}
    agreed = by_name["Private, agreed"]
    assert agreed["customerConsent"]
    assert [one["purpose"] for one in agreed["consents"]] == ["share_with_vendor", "share_with_partners"]
    assert {(one["recordedBy"], one["recordedAt"]) for one in agreed["consents"]} == {
        ("contoso-admin", agreed["createdAt"])
    }
    assert by_name["Private, not asked"]["consents"] == []


async def test_an_old_copy_expires_and_its_sender_is_told(desk: Desk) -> None:
    documents = await restored(desk, "waiting")
    desk.clock.move(WINDOW)
    assert (await desk.expire()).done == 1
    await all_delivered(desk)
    assert (await desk.read(the(documents, "vendor")["id"], SELLER))["outcome"] == "expired"
    assert (await desk.read(the(documents, "contoso")["id"]))["invitations"][0]["status"] == "expired"


async def test_a_senders_change_reaches_an_old_copy(desk: Desk) -> None:
    documents = await restored(desk, "working")
    sender, copy = the(documents, "vendor"), the(documents, "contoso")
    ok(await desk.edit_now(sender["id"], {"name": "Renamed"}, SELLER))
    ok(await desk.act(sender["id"], "invite-partner", a_partner_invitation(), SELLER))
    await all_delivered(desk)
    assert (await desk.read(copy["id"]))["senderView"]["name"] == "Renamed"
    assert (await desk.copy_of(sender, "fabrikam-admin"))["stage"] == "received"


def of_the_version_before(document: Document) -> Document:
    """What that version leaves in a document of this one when it asks for help during a deployment."""
    newer_in_event = ("consents", "dealType", "visibleToVendor")
    (event,) = document["outbox"]
    payload = {name: value for name, value in event["payload"].items() if name not in newer_in_event}
    invitations = [{k: v for k, v in one.items() if k != "acceptedAt"} for one in document["invitations"]]
    old_event = {**event, "payload": {**payload, "customerConsent": True}}
    return {**document, "invitations": invitations, "outbox": [old_event]}


async def test_what_the_version_before_writes_into_a_new_document_is_understood(desk: Desk) -> None:
    """Two versions run during a deployment."""
    own = await desk.created(a_deal_with_help())
    found = await desk.services.store.get(REFERRALS, "contoso", own["id"])
    assert found is not None
    await desk.services.store.replace(found, REFERRALS, of_the_version_before(found.document))
    assert (await desk.deliver()).done == 1
    copy = await desk.copy_of(own, SELLER)
    ok(await desk.act(copy["id"], "accept", an_acceptance(), SELLER))
    await all_delivered(desk)
    assert (await desk.read(own["id"]))["invitations"][0]["status"] == "accepted"


async def test_what_a_newer_version_stored_survives_every_change_and_delivery(desk: Desk) -> None:
    """Fields of the document, of its customer, invitations, consents and events, and its schema."""
    own, copy = await desk.asked()
    more: dict[str, Any] = {"fromTheFuture": {"kept": True}}
    for seen in (own, copy):
        found = await desk.services.store.get(REFERRALS, seen["organizationId"], seen["id"])
        assert found is not None
        document = found.document
        newer: Body = {**document, **more, "schema": 3, "customer": {**document["customer"], **more}}
        for parts in ("invitations", "consents"):
            newer[parts] = [{**one, **more} for one in document[parts]]
        await desk.services.store.replace(found, REFERRALS, newer)
    ok(await desk.edit_now(own["id"], {"name": "Renamed"}))
    ok(await desk.act(own["id"], "notes", {"text": "Hello", "audience": "shared"}))
    ok(await desk.act(copy["id"], "accept", an_acceptance(), SELLER))
    await all_delivered(desk)
    ok(await desk.act(own["id"], "withdraw-consent"))
    await all_delivered(desk)
    ok(await desk.act(own["id"], "win"))
    await all_delivered(desk)
    for seen in (own, copy):
        document = await stored(desk, {"organizationId": seen["organizationId"], "id": seen["id"]})
        kept = [document, document["customer"], *document["invitations"], *document["consents"]]
        assert [part["fromTheFuture"] for part in kept] == [{"kept": True}] * len(kept)
        assert document["schema"] == 3
