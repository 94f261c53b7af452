"""What a play knows: every referral as its organization was last answered it, and what was sent to whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from tests.network import model
from tests.network.model import Copy


@dataclass
class Sent:
    """An invitation as it was sent: what the receiver's copy must start with, and how often its sender had changed."""

    start: Copy
    views: int


@dataclass
class SharedNote:
    """A note entry for everybody. `known` are the invitations there were when it was written, `author` its copy."""

    text: str
    author: str
    known: set[str]


@dataclass
class Record:
    copies: dict[str, Copy] = field(default_factory=dict)
    stored: dict[str, dict[str, Any]] = field(default_factory=dict)
    sent: dict[str, Sent] = field(default_factory=dict)
    views: dict[str, list[Copy]] = field(default_factory=lambda: defaultdict(list))
    """What each sender's copy showed to others, change by change."""
    notes: dict[str, list[SharedNote]] = field(default_factory=lambda: defaultdict(list))
    """Shared ones, by engagement."""
    contacts: dict[str, Copy] = field(default_factory=dict)
    """Who was last named as the customer's contact on each deal."""
    counted: Counter[str] = field(default_factory=Counter)

    def where(self, **wanted: Any) -> list[Copy]:
        """Copies whose fields are these, in the order they came to be."""
        return [copy for copy in self.copies.values() if all(copy.get(name) == value for name, value in wanted.items())]

    def live(self) -> list[Copy]:
        return [copy for copy in self.copies.values() if copy["stage"] in model.LIVE]

    def hub_of(self, copy: Copy) -> Copy:
        """The copy of whoever began the engagement; a copy itself when it is the hub."""
        (hub,) = self.where(engagementId=copy["engagementId"], direction="outgoing")
        return hub

    def others_of(self, hub: Copy) -> list[Copy]:
        return self.where(engagementId=hub["engagementId"], direction="incoming")

    def copy_for(self, invitation_id: str) -> Copy | None:
        """The receiver's copy of an invitation."""
        found = [id for id, one in self.stored.items() if (one["sender"] or {}).get("invitationId") == invitation_id]
        assert len(found) <= 1, f"invitation {invitation_id} made {len(found)} copies"
        return self.copies[found[0]] if found else None

    def mirrors_of(self, hub: Copy) -> list[Copy]:
        return self.where(engagementId=hub["engagementId"], mirror=True)

    def followers(self, hub: Copy) -> set[str]:
        """The organizations with a live copy of a deal, or one that is on its way."""
        live = {copy["organizationId"] for copy in self.others_of(hub) if copy["stage"] in model.LIVE}
        under_way = {one["target"] for one in hub["invitations"] if self.copy_for(one["id"]) is None}
        mirror = {"vendor"} if hub["visibleToVendor"] and not self.mirrors_of(hub) else set()
        return (live | under_way | mirror) - {hub["organizationId"]}

    def invited_copies(self) -> list[tuple[Copy, dict[str, Any]]]:
        """Every invitation with the copy it is on."""
        return [(copy, one) for copy in self.copies.values() for one in copy["invitations"]]

    def remember_invitations(self, hub: Copy, body: Copy) -> None:
        """What the copies that were just invited start with: the deal's own, but for what the invitation says."""
        for one in hub["invitations"]:
            if one["id"] not in self.sent:
                start = {name: body.get(name, hub[name]) for name in model.VIEWED}
                kept = ("name", "customer", "customerConsent", "dealType", "visibleToVendor")
                start |= {name: hub[name] for name in kept}
                self.sent[one["id"]] = Sent(start, len(self.views[hub["id"]]))
