"""Looks at every document that was written: whole, legal, in its place, changed for a cause that the model knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from shared.services.ports import REFERRALS
from tests.functions.desk import WINDOW
from tests.functions.expected import instant_after
from tests.network import model
from tests.network.marks import Marks
from tests.network.model import Copy
from tests.network.people import ADMINS, people_of
from tests.network.record import Record
from tests.network.world import Row, World

CONSENT: Final = ("customer", "customerConsent", "consents")
KEPT: Final = (
    "id", "engagementId", "organizationId", "kind", "direction", "dealType", "visibleToVendor", "stage", "outcome",
    "name", "estimatedValue", "estimatedCloseDate", "finalValue", "closedDate", "crmId", "campaignId", "notes",
    "employees", "solutions", "help", "reason", "reasonNotes", "sender", "senderView", "createdAt", "receivedAt",
    "expiresAt", "acceptedAt", "archivedAt", "linkedReferralId", "mirror", "noteEntries", "teamMembers", *CONSENT,
)  # fmt: skip
"""What nothing may change but what the model says."""


@dataclass(frozen=True)
class Change:
    """A referral that was written; `before` is None for a new one."""

    before: Copy | None
    after: Copy
    row: Row

    @property
    def id(self) -> str:
        return self.row.id

    def names(self) -> set[str]:
        """The fields that differ."""
        assert self.before is not None
        return {name for name in KEPT if self.before.get(name) != self.after.get(name)}


class Watch:
    def __init__(self, world: World, marks: Marks, record: Record) -> None:
        self._world, self._marks, self._record = world, marks, record
        self._turn = 0

    async def observe(self) -> list[Change]:
        """Every referral that was written since the last look, each checked by itself."""
        changes = []
        for row in self._world.changed():
            self._marks.assert_may_hold(row.organization, row.text, f"{row.container}/{row.id}")
            if row.container == REFERRALS:
                changes.append(await self._change(row))
        return changes

    async def _change(self, row: Row) -> Change:
        before = self._record.copies.get(row.id)
        after = await self._world.read(ADMINS[row.organization], row.id)
        self._record.copies[row.id] = after
        self._record.stored[row.id] = row.document
        change = Change(before, after, row)
        assert_whole(after, row.document)
        if before is not None:
            assert_follows(change)
        self._assert_not_private(after)
        await self._assert_allowed_actions(after)
        return change

    def _assert_not_private(self, copy: Copy) -> None:
        """Nothing of a private deal is at the vendor, by construction."""
        if copy["organizationId"] == "vendor" and copy["direction"] == "incoming":
            assert self._record.hub_of(copy)["dealType"] != "private"
        assert copy["organizationId"] != "tailspin" or copy["direction"] == "outgoing"

    async def _assert_allowed_actions(self, copy: Copy) -> None:
        """The admin and, in turn, one more of the organization are offered what the model says."""
        self._turn += 1
        people = people_of(copy["organizationId"])
        person = people[self._turn % len(people)]
        for one, seen in ((ADMINS[copy["organizationId"]], copy), (person, None)):
            if not model.may_read(one, copy):
                continue
            seen = seen or await self._world.read(one, copy["id"])
            offered = set(seen["allowedActions"]) - {"withdraw-consent", "send-again"}
            assert offered == model.allowed(copy, one, self._world.clock()), one.user


def version_of(copy: Copy) -> int:
    return int(copy["etag"].strip('"'))


def assert_whole(copy: Copy, document: dict[str, Any]) -> None:
    """One referral by itself: what is answered is what is stored, and its history leads where it stands."""
    assert version_of(copy) == document["version"] == len(copy["history"])
    assert copy["updatedAt"] == copy["history"][-1]["at"]
    assert [entry["at"] for entry in copy["history"]] == sorted(entry["at"] for entry in copy["history"])
    assert (copy["status"], copy["substatus"]) == model.status_of(copy)
    assert document["dueAt"] == (copy["expiresAt"] if copy["stage"] == "received" else None)
    texts = [entry["text"] for entry in copy["noteEntries"]]
    assert len(set(texts)) == len(texts), "a note came twice"
    if not copy.get("mirror"):
        assert model.end_of(copy["history"]) == (copy["stage"], copy["outcome"])
    live: dict[str, int] = {}
    for one in copy["invitations"]:
        live[one["target"]] = live.get(one["target"], 0) + (one["status"] in model.LIVE_INVITATION)
    assert all(number <= 1 for number in live.values()), "two live invitations of one organization"


def assert_follows(change: Change) -> None:
    """A document only ever grows: versions, history; what is archived stays as it is."""
    before, after = change.before, change.after
    assert before is not None
    assert version_of(after) >= version_of(before)
    assert after["history"][: len(before["history"])] == before["history"]
    if version_of(after) == version_of(before):
        assert change.names() == set(), "bookkeeping changes nothing that is answered"
        assert after["updatedAt"] == before["updatedAt"]
    if before["stage"] == "archived":
        assert change.names() <= {*CONSENT}, "archived is terminal"
    for old, new in zip(before["invitations"], after["invitations"], strict=False):
        assert old["id"] == new["id"]
        assert new["status"] == old["status"] or new["status"] in model.AFTER[old["status"]], (old, new)
        assert old["expiresAt"] in (None, new["expiresAt"])


class Causes:
    """Why a timer may have changed what it changed."""

    def __init__(self, world: World, record: Record) -> None:
        self._world, self._record = world, record

    def assert_expiry(self, changes: list[Change], due: str) -> None:
        """The sweep ends what was not answered in time, and nothing else."""
        assert [change.id for change in changes] in ([], [due])
        for change in changes:
            assert change.before is not None
            assert change.names() == {"stage", "outcome", "archivedAt"}
            assert model.is_overdue(change.before, self._world.clock())
            assert change.after["outcome"] == "expired"

    def assert_delivery(self, changes: list[Change], source: str) -> None:
        """From one source: it loses its events, and whoever they were for has changed accordingly."""
        for change in changes:
            if change.id == source:
                assert change.before is not None
                self._assert_only_receipts(change.before, change.after)
            elif change.before is None:
                self._assert_received(change, source)
            elif change.after["direction"] == "outgoing":
                self._assert_told(change, source)
            else:
                self._assert_followed(change, source)

    def _assert_only_receipts(self, before: Copy, after: Copy) -> None:
        assert version_of(after) == version_of(before), "delivering is no change of the source"
        for old, new in zip(before["invitations"], after["invitations"], strict=True):
            assert new["status"] in (old["status"], "pending" if old["status"] == "sending" else old["status"])

    def _assert_received(self, change: Change, source: str) -> None:
        copy, sender = change.after, self._record.copies[source]
        assert (copy["direction"], copy["engagementId"]) == ("incoming", sender["engagementId"])
        assert (copy["crmId"], copy["campaignId"], copy["teamMembers"], copy["invitations"]) == (None, None, [], [])
        if copy.get("mirror"):
            assert (copy["organizationId"], copy["dealType"], copy["expiresAt"]) == ("vendor", "partner_led", None)
            return
        start = self._record.sent[change.row.document["sender"]["invitationId"]].start
        for name in ("name", "estimatedValue", "estimatedCloseDate", "solutions", "dealType", "visibleToVendor"):
            assert copy[name] == start[name], name
        assert copy["customer"]["name"] == start["customer"]["name"]
        assert copy["receivedAt"] == self._world.services_now()
        assert copy["expiresAt"] == instant_after(copy["receivedAt"], WINDOW)

    def _assert_told(self, change: Change, source: str) -> None:
        """The sender hears of the answer, of notes, and of a consent taken back; its own deal stays as it is."""
        assert change.before is not None
        assert change.names() <= {"noteEntries", *CONSENT}
        copy = self._record.copies[source]
        ever = {model.told(copy)} | ({"accepted"} if copy["acceptedAt"] else set())
        for old, new in zip(change.before["invitations"], change.after["invitations"], strict=True):
            if new["status"] != old["status"]:
                assert self._record.copy_for(new["id"]) is copy, "somebody else's answer"
                assert new["status"] in ever

    def _assert_followed(self, change: Change, source: str) -> None:
        """A receiver's copy hears of its sender's changes."""
        before, after, hub = change.before, change.after, self._record.copies[source]
        assert before is not None
        assert hub["id"] == self._record.hub_of(after)["id"], "only the sender's copy speaks to the others"
        if after.get("mirror"):
            return
        names = change.names() - {"senderView", "noteEntries", *CONSENT}
        if names:
            assert names == {"stage", "outcome", "archivedAt"}
            assert (before["stage"], after["outcome"], hub["stage"]) == ("received", "withdrawn", "archived")
        if "senderView" in change.names():
            assert without_time(after["senderView"]) in self._record.views[hub["id"]]
        assert after["noteEntries"][: len(before["noteEntries"])] == before["noteEntries"]


def without_time(view: Copy | None) -> Copy | None:
    return None if view is None else {name: value for name, value in view.items() if name != "changedAt"}
