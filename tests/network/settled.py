"""What must hold once every event is delivered and every clock that ran out has been swept."""

from __future__ import annotations

from tests.network import model
from tests.network.deadlines import running
from tests.network.marks import Marks
from tests.network.model import Copy
from tests.network.people import ADMINS, ORGANIZATIONS, Person
from tests.network.record import Record
from tests.network.watching import without_time
from tests.network.world import World


class Settled:
    def __init__(self, world: World, marks: Marks, record: Record) -> None:
        self._world, self._marks, self._record = world, marks, record

    def assert_settled(self) -> None:
        """Both sides of everything agree, and what was withdrawn is nowhere."""
        for row in self._world.everything():
            self._marks.assert_may_hold(row.organization, row.text, f"{row.container}/{row.id}")
            self._marks.assert_gone(row.text, f"{row.organization}'s {row.container}/{row.id}")
        assert all(document["outbox"] == [] for document in self._record.stored.values())
        known = {one["id"] for _, one in self._record.invited_copies()}
        for copy in self._record.where(direction="incoming"):
            sender = self._record.stored[copy["id"]]["sender"] or {}
            assert copy.get("mirror") or sender["invitationId"] in known, "a copy of no invitation"
        for hub in self._record.where(direction="outgoing"):
            self._assert_invitations(hub)
            self._assert_mirror(hub)
            assert hub["customer"].get("contact") == self._unless_withdrawn(self._record.contacts.get(hub["id"]))
            self._assert_notes(hub)

    def _assert_invitations(self, hub: Copy) -> None:
        for one in hub["invitations"]:
            copy = self._record.copy_for(one["id"])
            assert copy is not None, "an invitation that nobody received"
            assert (copy["organizationId"], copy["engagementId"]) == (one["target"], hub["engagementId"])
            assert one["status"] == model.told(copy), (one, copy["stage"], copy["outcome"])
            assert one["expiresAt"] == copy["expiresAt"]
            assert one["previousId"] in {None, *(other["id"] for other in hub["invitations"])}
            assert hub["stage"] == "accepted" or copy["stage"] != "received", "not taken back"
            sent = self._record.sent[one["id"]]
            self._assert_view(hub, copy, sent.views)
            contact = sent.start["customer"].get("contact") if sent.start["customerConsent"] else None
            assert self._record.stored[copy["id"]]["customer"].get("contact") == self._unless_withdrawn(contact)

    def _unless_withdrawn(self, contact: Copy | None) -> Copy | None:
        """Nobody's contact goes because somebody else took back a consent."""
        return None if self._marks.is_withdrawn(contact) else contact

    def _assert_view(self, hub: Copy, copy: Copy, views_before: int) -> None:
        """Live copies show the sender as it is, once it changed; archived ones as it was some time, or not at all."""
        views = self._record.views[hub["id"]][views_before:]
        seen = without_time(copy["senderView"])
        if copy["stage"] in model.LIVE:
            assert seen == (views[-1] if views else None)
        else:
            assert seen in (None, *views)

    def _assert_mirror(self, hub: Copy) -> None:
        """One at the vendor while a deal is partner-led, in step with it; none of a private one; retired by help."""
        mirrors = self._record.mirrors_of(hub)
        if hub["organizationId"] == "vendor" or hub["dealType"] == "private":
            assert mirrors == []
            return
        if hub["dealType"] == "partner_led":
            (mirror,) = mirrors
            for name in (*model.VIEWED, *model.CLOSING, "dealType"):
                assert mirror[name] == hub[name], f"{name} of the mirror"
            assert mirror["allowedActions"] == []
            return
        asked = [self._record.copy_for(one["id"]) for one in hub["invitations"] if one["kind"] == "help"]
        for mirror in mirrors:
            assert (mirror["stage"], mirror["outcome"]) == ("archived", "withdrawn")
            assert mirror["linkedReferralId"] == (asked[0] or {})["id"]

    def _assert_notes(self, hub: Copy) -> None:
        """A shared note is once on every live copy that was invited when it was written; internal ones stay."""
        everybody = [hub, *self._record.others_of(hub)]
        shared = {note.text: note for note in self._record.notes[hub["engagementId"]]}
        for copy in everybody:
            texts = [entry["text"] for entry in copy["noteEntries"] if entry["audience"] == "shared"]
            assert len(set(texts)) == len(texts), "a note came twice"
            assert set(texts) <= shared.keys()
        if hub["stage"] != "accepted":
            return
        for text, note in shared.items():
            for copy in everybody:
                sender = self._record.stored[copy["id"]]["sender"] or {}
                is_hub, was_there = copy is hub, sender.get("invitationId") in note.known
                if copy["stage"] in model.LIVE and (is_hub or was_there) and not self._is_withheld(copy):
                    assert text in str(copy["noteEntries"]), f"{note.author}'s note is not at {copy['organizationId']}"

    def _is_withheld(self, copy: Copy) -> bool:
        return bool(copy.get("withheld")) and not copy["acceptedAt"]

    # Reading

    async def look_everywhere(self) -> None:
        """Each organization reads all there is to read, and searches for what only others may know."""
        for organization in ORGANIZATIONS:
            person = ADMINS[organization]
            await self._read_lists(person)
            await self._read_deadlines(person)
            await self._read_engagements(person)
            for number, (id, copy) in enumerate(self._record.copies.items()):
                is_own = copy["organizationId"] == organization
                answer = await self._world.ask(person, "GET", f"/api/referrals/{id}")
                assert answer.status == (200 if is_own else 404)
                if is_own and number % 4 == 0:  # pages are slow
                    await self._world.ask(person, "GET", f"/referrals/{id}")

    async def _read_lists(self, person: Person) -> None:
        own = self._record.where(organizationId=person.organization)
        for tab, direction in (("inbound", "incoming"), ("outbound", "outgoing")):
            answer = await self._world.ask(person, "GET", f"/api/deals?tab={tab}&limit=200")
            listed = {item["id"]: (item["stage"], item["outcome"]) for item in answer.body["items"]}
            assert listed == {
                copy["id"]: (copy["stage"], copy["outcome"]) for copy in own if copy["direction"] == direction
            }
            await self._world.ask(person, "GET", f"/api/deals.csv?tab={tab}")
        for copy in own[-4:]:
            await self._world.ask(person, "GET", f"/api/suggest/customers?q={copy['customer']['name']}")
        await self._world.ask(person, "GET", "/api/suggest/employees?q=zq")
        unseen = self._marks.unseen_by(person.organization)
        for number in unseen[:: max(1, len(unseen) // 3)]:
            for tab in ("inbound", "outbound"):
                answer = await self._world.ask(person, "GET", f"/api/deals?tab={tab}&q=zq{number}zq")
                assert answer.body["items"] == [], f"{person.user} finds {self._marks.all[number].what}"
            answer = await self._world.ask(person, "GET", f"/api/suggest/customers?q=zq{number}zq")
            assert answer.body["items"] == [], f"{person.user} is suggested {self._marks.all[number].what}"

    async def _read_deadlines(self, person: Person) -> None:
        """All clocks that run, and no other; the same in a calendar."""
        own, now = self._record.where(organizationId=person.organization), self._world.clock()
        answer = await self._world.ask(person, "GET", "/api/deadlines?limit=200")
        listed = sorted((item["referral"]["id"], item["kind"], item["at"]) for item in answer.body["items"])
        assert listed == sorted(clock for copy in own for clock in running(copy, now))
        scores = [item["score"] for item in answer.body["items"]]
        assert scores == sorted(scores, reverse=True)
        calendar = await self._world.ask(person, "GET", "/api/deadlines.ics")
        assert calendar.text.count("BEGIN:VEVENT") == sum(not item["over"] for item in answer.body["items"])

    async def _read_engagements(self, person: Person) -> None:
        for engagement in {copy["engagementId"]: None for copy in self._record.copies.values()}:
            own = self._record.where(engagementId=engagement, organizationId=person.organization)
            answer = await self._world.ask(person, "GET", f"/api/engagements/{engagement}")
            assert answer.status == (200 if own else 404)
            if own:
                self._assert_engagement(answer.body, own)
                await self._world.ask(person, "GET", f"/engagements/{engagement}")

    def _assert_engagement(self, seen: Copy, own: list[Copy]) -> None:
        """Only what the organization's own copies know."""
        assert {copy["id"] for copy in seen["copies"]} == {copy["id"] for copy in own}
        assert [entry["at"] for entry in seen["timeline"]] == sorted(entry["at"] for entry in seen["timeline"])
        assert {entry["what"] for entry in seen["timeline"]} <= set(WHAT)
        known = {own[0]["organizationId"], *(copy["sender"]["organizationId"] for copy in own if copy["sender"])}
        known |= {one["target"] for copy in own for one in copy["invitations"]}
        known |= {"vendor" for copy in own if copy["direction"] == "outgoing" and copy["visibleToVendor"]}
        parts = [part["organizationId"] for part in seen["participants"]]
        assert set(parts) <= known
        assert own[0]["organizationId"] in parts


WHAT = (
    "created", "invited", "received", "accepted", "declined", "expired", "withdrawn", "won", "lost", "shared", "error",
)  # fmt: skip
