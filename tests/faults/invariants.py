"""What must hold of everything stored once every event is delivered, whatever happened on the way."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from shared.domain.engagements.invitations import copy_id
from shared.domain.offers.upload import chunk_id
from shared.domain.referrals.life_cycle import TRANSITIONS
from shared.services.ports import CONTACTS, OFFERS, REFERRALS, Document, DocumentStore, Query

ORGANIZATIONS: Final = ("contoso", "fabrikam", "tailspin", "vendor")
STAGE_AFTER: Final = {"create": ("accepted", None), "receive": ("received", None)}
KEEPS_THE_STAGE: Final = frozenset({"edit", "notes", "share", "request-help", "invite-partner"})
TOLD: Final = ("invitation-", "receiver-note", "sender-changed", "note-received", "withdraw-consent")
"""What others' events leave in a history; none moves the stage."""


async def all_documents(store: DocumentStore, container: str, organization: str) -> list[Document]:
    """An organization's documents, whole."""
    page = await store.find(container, organization, Query(order_by="id", limit=1_000_000))
    assert not page.more
    found = [await store.get(container, organization, item["id"]) for item in page.items]
    return [stored.document for stored in found if stored]


async def all_referrals(store: DocumentStore, organizations: Iterable[str] = ORGANIZATIONS) -> list[Document]:
    """Every referral of every organization, whole."""
    return [referral for owner in organizations for referral in await all_documents(store, REFERRALS, owner)]


def assert_settled(referrals: Iterable[Document]) -> None:
    """Every referral is whole and legal, nothing waits to be delivered, and both sides of every invitation agree."""
    everything = list(referrals)
    copies: dict[str, Document] = {}
    for referral in everything:
        if not referral["mirror"]:  # its stage is its sender's, not its history's
            assert_whole(referral)
        assert referral["outbox"] == []
        assert referral["pendingAt"] is None
        if referral["sender"] and not referral["mirror"]:
            invitation_id = referral["sender"]["invitationId"]
            assert invitation_id not in copies, "one copy per invitation"
            copies[invitation_id] = referral
    invitations = {i["id"]: (referral, i) for referral in everything for i in referral["invitations"]}
    assert invitations.keys() == copies.keys()
    for id_, (sender, invitation) in invitations.items():
        _assert_both_agree(sender, invitation, copies[id_])
    for sender in {id(sender): sender for sender, _ in invitations.values()}.values():
        _assert_each_effect_once(sender, [copies[i["id"]] for i in sender["invitations"]])


def assert_whole(referral: Document) -> None:
    """One document by itself: its history is a legal path to where it stands, and what is derived is in step."""
    history = referral["history"]
    assert referral["version"] == len(history)
    assert [entry["at"] for entry in history] == sorted(entry["at"] for entry in history)
    stage, outcome = STAGE_AFTER[history[0]["action"]]
    for entry in history[1:]:
        action = entry["action"]
        if action in KEEPS_THE_STAGE:
            assert (stage, action) in TRANSITIONS
        elif not action.startswith(TOLD):
            transition = TRANSITIONS[stage, action]
            stage, outcome = transition.to, transition.outcome
    assert (referral["stage"], referral["outcome"]) == (stage, outcome)
    assert referral["updatedAt"] == history[-1]["at"]
    assert referral["dueAt"] == (referral["expiresAt"] if stage == "received" else None)


def _assert_both_agree(sender: Document, invitation: Document, copy: Document) -> None:
    assert copy["id"] == invitation["copyId"] == copy_id(invitation["id"], invitation["target"])
    assert copy["organizationId"] == invitation["target"]
    assert copy["engagementId"] == sender["engagementId"]
    assert copy["sender"]["referralId"] == sender["id"]
    assert (invitation["receivedAt"], invitation["expiresAt"]) == (copy["receivedAt"], copy["expiresAt"])
    assert invitation["status"] == status_told_by(copy)


def status_told_by(copy: Document) -> str:
    """What its sender has heard of a copy."""
    if copy["stage"] == "received":
        return "pending"
    if copy["stage"] == "accepted":
        return "accepted"
    if copy["outcome"] == "error":
        return "accepted" if copy["acceptedAt"] else "declined"
    return str(copy["outcome"])


def _assert_each_effect_once(sender: Document, copies: list[Document]) -> None:
    """Events leave a trace where they take effect: their number in `applied`, and one entry in history each."""
    told = [entry["action"] for entry in sender["history"] if entry["action"].startswith(TOLD[:2])]
    assert len(told) == sum(copy["outboxSeq"] for copy in copies)
    assert sender["applied"] == {copy["id"]: copy["outboxSeq"] for copy in copies if copy["outboxSeq"]}
    for copy in copies:
        assert set(copy["applied"]) == {sender["id"]}
        assert 1 <= copy["applied"][sender["id"]] <= sender["outboxSeq"]
        actions = Counter(entry["action"] for entry in copy["history"])
        assert actions["receive"] == 1
        assert actions["expire"] + actions["withdraw"] <= 1


def assert_sound(database: Path) -> None:
    """The file itself, and its text index, are whole."""
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.execute("INSERT INTO referrals_search (referrals_search) VALUES ('integrity-check')")


def counted(documents: Iterable[dict[str, Any]], field: str) -> Counter[str]:
    """How many documents have each value of a field."""
    return Counter(str(document[field]) for document in documents)


async def assert_only_needed_contacts(store: DocumentStore, organizations: Iterable[str]) -> None:
    """Each chunk and manifest belongs to a list in force, or to one that undo brings back, and none of those lacks
    one."""
    for organization in organizations:
        needed: set[str] = set()
        for offer in await all_documents(store, OFFERS, organization):
            for kept in filter(None, (offer["activeImport"], offer["previousImport"])):
                needed |= {kept["importId"], *(chunk_id(kept["importId"], n) for n in range(kept["chunks"]))}
        page = await store.find(CONTACTS, organization, Query(order_by="id", limit=100_000))
        assert not page.more
        assert {item["id"] for item in page.items} == needed
