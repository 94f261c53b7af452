"""The demo set: who created which deal, and what became of it, told through the app's own API.

A deal of the files has `by` and, for an opportunity, `to`; `then` are the steps that follow, each done to the creator's
`own` deal, to the `copy` of who was asked first, or to that of the partner the step names. What is marked `past`
happens in an app whose clock is twenty days behind, what is `recent` in one that is eleven days behind; `proceed`
marks what looks like a duplicate and is created nonetheless.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from demo import notices
from demo.client import Client, Failed, Json
from demo.leads import tell_leads, tell_past_leads
from demo.routing import tell_routing

HERE: Final = Path(__file__).parent
ORGANIZATIONS: Final = ("contoso", "fabrikam", "tailspin", "vendor")
TEAMS: Final = {
    "contoso": ("Leo", "Roux", "+33 1 98 76 54 32", "leo.roux@contoso.example"),
    "fabrikam": ("Grace", "Howard", "+1 425 555 0100", "grace.howard@fabrikam.example"),
    "tailspin": ("Emil", "Vogt", "+49 89 5550 4410", "emil.vogt@tailspin.example"),
    "vendor": ("Sam", "Okafor", "+1 206 555 0100", "sam.okafor@vendor.example"),
}
SOLUTIONS: Final = {
    "contoso": {"kind": "own", "name": "Contoso ERP Migrator"},
    "fabrikam": {"kind": "own", "name": "Fabrikam Trade Documents"},
    "tailspin": {"kind": "own", "name": "Tailspin Configurator"},
    "vendor": {"kind": "vendor", "name": "Cloud platform"},
}
DELIVERY_SECONDS: Final = 15.0
SHARING: Final = ("share", "request-help", "invite-partner")
ANSWERS: Final = {"accept": "accepted", "decline": "declined", "win": "won", "lose": "lost"}


@dataclass
class Deal:
    """A deal of the story once it exists: its entry, its id and engagement, and the steps still to be done."""

    entry: Json
    id: str
    engagement: str
    steps: list[Json] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    """What each organization that was asked did last, and so what the creator's invitation of it will say."""

    @property
    def receiver(self) -> str:
        return str(self.entry.get("to") or "vendor")

    def who(self, step: Json) -> str:
        """The organization that does a step."""
        return {"own": str(self.entry["by"]), "copy": self.receiver}.get(step["who"], str(step["who"]))

    @property
    def asks(self) -> bool:
        """Whether anybody else has a copy of it, or will."""
        return any(key in self.entry for key in ("to", "help", "visible")) or any(
            step["do"] in SHARING for step in self.entry["then"]
        )


def is_empty(client: Client) -> bool:
    """Whether no organization has created a deal yet."""
    return not any(
        client.get("/api/deals?tab=outbound&limit=1", f"{organization}-admin")["items"]
        for organization in ORGANIZATIONS
    )


def tell_begun(client: Client, mark: str) -> list[Deal]:
    """Create what began at this time and do its past steps; what is left to do comes back. Raises Failed."""
    if mark == "past":
        tell_routing(client)
    deals = _created(client, (entry for entry in _deals() if entry.get(mark)), _today(client))
    _play(client, [(deal, step) for deal in deals for step in deal.steps if step.get("past")])
    deliver(client, deals)
    if mark == "past":
        tell_past_leads(client)
    return [Deal(deal.entry, deal.id, deal.engagement, _open(deal.steps), deal.answers) for deal in deals]


def _open(steps: list[Json]) -> list[Json]:
    return [step for step in steps if not step.get("past")]


def tell(client: Client, past: list[Deal]) -> int:
    """Create everything else and go on with what began in the past; the number of deals. Raises Failed."""
    _introduce(client)
    notices.choose(client)
    today = (entry for entry in _deals() if not entry.get("past") and not entry.get("recent"))
    new = _created(client, today, _today(client))
    deals = [*past, *new]
    waiting = [[(deal, step) for step in deal.steps] for deal in deals]
    while any(waiting):
        _play(client, [steps.pop(0) for steps in waiting if steps])
    deliver(client, deals)
    tell_leads(client)
    client.post("/admin/functions/expire_unanswered_referrals", {})
    client.post("/admin/functions/send_reminders", {})
    _mark_favourites(client, deals)
    notices.read(client)
    return len(deals)


def _introduce(client: Client) -> None:
    """Everybody looks in once, so that colleagues know each other by name."""
    personas = json.loads((HERE / "personas.json").read_text(encoding="utf-8"))
    for name in (persona["name"] for persona in personas):
        if name.startswith(ORGANIZATIONS):
            client.get("/api/deals?limit=1", name)


def _deals() -> list[Json]:
    deals: list[Json] = json.loads((HERE / "deals.json").read_text(encoding="utf-8"))["deals"]
    return deals


def _today(client: Client) -> date:
    return date.fromisoformat(client.get("/api/health")["now"][:10])


def _created(client: Client, entries: Iterable[Json], today: date) -> list[Deal]:
    customers = json.loads((HERE / "deals.json").read_text(encoding="utf-8"))["customers"]
    deals = []
    for entry in entries:
        path = "/api/opportunities" if "to" in entry else "/api/deals"
        answer = client.post(path, _body(entry, customers[entry["customer"]], today), f"{entry['by']}-admin")
        deals.append(Deal(entry, answer["id"], answer["engagementId"], list(entry["then"])))
    return deals


def _body(entry: Json, customer: Json, today: date) -> Json:
    by = entry["by"]
    person = dict(zip(("firstName", "lastName", "phoneNumber", "email"), TEAMS[by], strict=True))
    optional = {"notes": "notes", "crm": "crmId", "stage": "salesStage", "help": "help", "to": "partnerId"}
    return {
        "name": entry["name"],
        "customer": customer,
        "estimatedValue": {"amount": entry["amount"], "currency": entry["currency"]},
        "estimatedCloseDate": (today + timedelta(days=entry["closesIn"])).isoformat(),
        "employees": [person],
        "solutions": _solutions(entry),
        "customerConsent": "help" in entry or "to" in entry,
        **({"visibleToVendor": True} if entry.get("visible") else {}),
        **({"proceed": True} if entry.get("proceed") else {}),
        **{name: entry[key] for key, name in optional.items() if key in entry},
    }


def _solutions(entry: Json) -> list[Json]:
    """The organization's own, under the name the entry gives it; with `platform` the vendor's product beside it."""
    own = SOLUTIONS[entry["by"]]
    sold = [{**own, "name": entry.get("solution", own["name"])}]
    return [*sold, SOLUTIONS["vendor"]] if entry.get("platform") else sold


def _play(client: Client, steps: list[tuple[Deal, Json]]) -> None:
    """Do each step; copies are there, and answers back, before any step that needs them."""
    deliver(client, [deal for deal, _ in steps])
    copies = _copies(client, {deal.who(step) for deal, step in steps if step["who"] != "own"})
    for deal, step in steps:
        organization, do = deal.who(step), step["do"]
        id = deal.id if step["who"] == "own" else copies[organization, deal.engagement]
        path, persona = f"/api/referrals/{id}", f"{organization}-admin"
        if do == "edit":
            client.patch(path, step["body"], persona)
        else:
            client.post(f"{path}/{do}", _starting(client, path, persona, step), persona)
        if step["who"] != "own" and do in ANSWERS:
            deal.answers[organization] = ANSWERS[do]
        if do == "invite-partner":
            deal.answers.pop(step["body"]["partnerId"], None)
        if do == "request-help":
            deal.answers.pop("vendor", None)


def _starting(client: Client, path: str, persona: str, step: Json) -> Json:
    """The body of a step, begun from what the deal says where an organization would begin so."""
    begun = {
        "accept": ("name", "estimatedValue", "estimatedCloseDate"),
        "invite-partner": ("estimatedValue", "estimatedCloseDate", "employees", "solutions"),
    }
    fields = begun.get(step["do"], ())
    deal = client.get(path, persona) if fields else {}
    return {name: deal[name] for name in fields} | step["body"]


def _copies(client: Client, receivers: Iterable[str]) -> dict[tuple[str, str], str]:
    """The copy each receiver works on: the latest of its engagement that is no mirror."""
    found: dict[tuple[str, str], str] = {}
    for receiver in receivers:
        items: list[Json] = client.get("/api/deals?tab=inbound&sort=created&limit=200", f"{receiver}-admin")["items"]
        found |= {(receiver, item["engagementId"]): item["id"] for item in items if not item["mirror"]}
    return found


def deliver(client: Client, deals: Iterable[Deal]) -> None:
    """Start the delivery, and wait until every invitation of these deals has arrived and every answer is back.

    Raises Failed.
    """
    asked = [deal for deal in deals if deal.asks]
    deadline = time.monotonic() + DELIVERY_SECONDS
    while asked:
        client.post("/admin/functions/deliver_events", {})
        time.sleep(0.05)
        asked = [deal for deal in asked if _is_on_its_way(client, deal)]
        if asked and time.monotonic() > deadline:
            raise Failed(f"{asked[0].entry['name']} was not delivered within {DELIVERY_SECONDS:.0f} s")


def _is_on_its_way(client: Client, deal: Deal) -> bool:
    invitations = client.get(f"/api/referrals/{deal.id}", f"{deal.entry['by']}-admin")["invitations"]
    latest = {one["target"]: one["status"] for one in invitations}
    return "sending" in latest.values() or any(latest[who] != said for who, said in deal.answers.items())


def _mark_favourites(client: Client, deals: list[Deal]) -> None:
    for deal in [deal for deal in deals if deal.entry["by"] == "contoso"][::5]:
        client.post(f"/api/referrals/{deal.id}/favourite", {}, "contoso-admin")
