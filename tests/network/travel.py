"""What may travel, and when: every permission that a mark gets beyond its own organization is given here."""

from __future__ import annotations

from collections import defaultdict

from tests.network import model
from tests.network.bodies import Body
from tests.network.marks import Marks
from tests.network.model import Copy
from tests.network.record import Record

HIDDEN: tuple[str, ...] = ("addressLine1", "addressLine2", "postalCode", "contact")
"""Of the customer, until accepted, where HIDE_CUSTOMER_UNTIL_ACCEPTED says so; notes too."""


class Travel:
    def __init__(self, marks: Marks, record: Record, *, hidden: bool) -> None:
        self._marks, self._record, self._hidden = marks, record, hidden
        self._waiting: dict[tuple[str, str], list[object]] = defaultdict(list)
        """By engagement and organization: what becomes visible there once it accepts."""

    def of_new_deal(self, body: Body, engagement: str, own: str) -> None:
        """A deal with help asked, one for a partner, or one that the vendor may see; a private one goes nowhere."""
        consent = bool(body["customerConsent"])
        if "help" in body:
            self._send(body, engagement, own, "vendor", body["help"]["notes"], consent=consent)
        elif "partnerId" in body:
            self._send(body, engagement, own, body["partnerId"], body["notes"], consent=consent)
        elif body.get("visibleToVendor"):
            self._mirror(body, consent=consent)

    def of_act(self, copy: Copy, action: str, body: Body) -> None:
        """A permitted action lets others see this."""
        if copy["direction"] == "outgoing" and (action in model.ENDS or body.keys() & set(model.VIEWED)):
            viewed = {**copy, **body}
            self._marks.show([viewed["name"], viewed["solutions"]], *self._record.followers(copy))
        own, engagement = copy["organizationId"], copy["engagementId"]
        customer = copy["customer"] | ({"contact": body["customerContact"]} if "customerContact" in body else {})
        match action:
            case "share":
                self._mirror(copy, consent=copy["customerConsent"])
                self._marks.show([note.text for note in self._record.notes[engagement]], "vendor")
            case "request-help":
                self._send(copy | {"customer": customer}, engagement, own, "vendor", body["notes"], consent=True)
            case "invite-partner":
                sent = {**copy, **body, "customer": customer}
                self._send(sent, engagement, own, body["partnerId"], body["notes"], consent=True)
            case "accept":
                self._accepted(copy, body)
            case "decline" | "lose" if copy["direction"] == "incoming":
                self._marks.show(body.get("notes"), self._record.hub_of(copy)["organizationId"])
            case "edit" if copy["direction"] == "outgoing":
                self._edited(copy, body)
            case "notes" if body["audience"] == "shared":
                self._noted(copy, body["text"])

    def _send(
        self, deal: Copy, engagement: str, own: str, target: str, words: object, *, consent: bool
    ) -> None:  # fmt: skip
        """Facts at once, people once it is accepted, what the setting hides until then as well."""
        customer = deal["customer"]
        open_facts = {name: value for name, value in customer.items() if name not in HIDDEN}
        self._marks.show([deal["name"], deal["solutions"], open_facts], target)
        hidden = [value for name, value in customer.items() if name in HIDDEN and (consent or name != "contact")]
        self._until_accepted(engagement, target, [hidden, words])
        self._marks.entrust(deal["employees"], target)
        self._waiting[engagement, target].append(deal["employees"])
        self._let_notes_follow(engagement, target)

    def _mirror(self, deal: Copy, *, consent: bool) -> None:
        """A mirror has no acceptance to wait for. Its contact needs consent like any other."""
        customer = {name: value for name, value in deal["customer"].items() if consent or name != "contact"}
        self._marks.show([deal["name"], deal["solutions"], customer], "vendor")

    def _until_accepted(self, engagement: str, target: str, value: object) -> None:
        if not self._hidden:
            self._marks.show(value, target)
            return
        self._marks.entrust(value, target)
        self._waiting[engagement, target].append(value)

    def _let_notes_follow(self, engagement: str, target: str) -> None:
        """One that is on its way may come to a copy younger than itself."""
        for note in self._record.notes[engagement]:
            self._until_accepted(engagement, target, note.text)

    def _accepted(self, copy: Copy, body: Body) -> None:
        self._marks.show(body["employees"], self._record.hub_of(copy)["organizationId"])
        for value in self._waiting[copy["engagementId"], copy["organizationId"]]:
            self._marks.show(value, copy["organizationId"])

    def _edited(self, copy: Copy, body: Body) -> None:
        """Whether a later change of the team follows to where it was accepted, is left open."""
        for other in self._record.others_of(copy):
            if other["acceptedAt"] and not other.get("mirror"):
                self._marks.show(body.get("employees"), other["organizationId"])

    def _noted(self, copy: Copy, text: str) -> None:
        hub = self._record.hub_of(copy)
        self._marks.show(text, hub["organizationId"])
        for organization in self._record.followers(hub):
            copies = self._record.where(engagementId=hub["engagementId"], organizationId=organization)
            mirrored = organization == "vendor" and hub["dealType"] == "partner_led"
            if mirrored or any(other["acceptedAt"] and not other.get("mirror") for other in copies):
                self._marks.show(text, organization)
            else:
                self._until_accepted(hub["engagementId"], organization, text)
