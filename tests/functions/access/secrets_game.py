"""Four organizations do random things with texts that are marked by who may see them.

Every text that goes in carries a mark of its own; the game knows which organizations may ever see which mark, grows
that set exactly when DOMAIN.md lets something travel, and reads every answer anybody gets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import httpx

from shared.domain.instants import NEVER
from shared.services.ports import NOTIFICATIONS
from tests.functions.deals import Body, a_contact, a_customer, a_deal, a_partner_invitation, an_employee, an_offer
from tests.functions.desk import Desk
from tests.functions.leads.leading import an_inquiry, published

PERSONAS: Final = {
    "contoso": "contoso-admin",
    "fabrikam": "fabrikam-admin",
    "tailspin": "tailspin-admin",
    "vendor": "vendor-admin",
}
MARK: Final = re.compile(r"zq(\d+)zq", re.IGNORECASE)
TRAVELLING: Final = ("name", "customer", "solutions")


@dataclass
class Marks:
    """Who may see each mark, by its number."""

    seers: list[set[str]] = field(default_factory=list)

    def new(self, *organizations: str) -> str:
        self.seers.append(set(organizations))
        return f"zq{len(self.seers) - 1}zq"

    def show(self, value: object, *organizations: str) -> None:
        """From now on these organizations may see every mark in the value."""
        for number in MARK.findall(str(value)):
            self.seers[int(number)].update(organizations)


class Game:
    """One play on one desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.marks = Marks()
        self.ids: list[str] = []
        self.sent: dict[str, Body] = {}
        """What each deal was made of, by engagement."""
        self.inquiries: list[tuple[str, str]] = []
        """Of each inquiry the partner and the contact, as text."""

    async def ask(self, who: str, method: str, path: str, body: Body | None = None, **headers: str) -> httpx.Response:
        """A request whose answer is searched for what its reader may not see."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        response = await self.desk.send(method, path, as_=PERSONAS[who], json=body, headers=named)
        assert response.status_code < 500, f"{method} {path}: {response.text}"
        seen = response.text + str(response.headers)
        for number in set(MARK.findall(seen)):
            assert who in self.marks.seers[int(number)], f"{who} saw mark {number} in {method} {path}: {seen}"
        return response

    async def step(self, who: str, move: str, pick: int) -> None:
        """One move; what is not possible is simply refused."""
        await MOVES[move](self, who, pick)

    def marked_deal(self, who: str, **changes: Any) -> Body:
        """A deal that is marked in every text, for its own organization only."""
        new = self.marks.new
        contact = a_contact(firstName=new(who), lastName=new(who), email=f"{new(who)}@contoso.example")
        customer = a_customer(
            name=new(who), addressLine1=new(who), addressLine2=new(who), city=new(who), state=new(who), contact=contact
        )
        texts = {name: new(who) for name in ("name", "crmId", "campaignId", "notes")}
        employees = [an_employee(firstName=new(who), lastName=new(who), email=f"{new(who)}@example.org")]
        solutions = [{"kind": "own", "name": new(who)}]
        team = [new(who)]
        deal = {**texts, "customer": customer, "employees": employees, "solutions": solutions, "teamMembers": team}
        return a_deal(**{**deal, **changes})

    def may_travel(self, body: Body, to: str, consent: bool) -> None:
        """Name, customer and solutions go to the receiver; the contact only with the customer's consent."""
        for name in TRAVELLING:
            value = body[name]
            if name == "customer" and not consent:
                value = {key: part for key, part in value.items() if key != "contact"}
            self.marks.show(value, to)

    async def create(self, who: str, pick: int) -> None:
        """Private, visible, or with help asked, as it falls; sellers send opportunities instead."""
        if who == "vendor":
            await self._opportunity(("contoso", "fabrikam", "tailspin")[pick % 3], consent=pick % 2 == 0)
            return
        body = self.marked_deal(who, visibleToVendor=pick % 3 == 1)
        if pick % 3 == 2:
            body |= {"help": {"code": 1, "notes": self.marks.new(who, "vendor")}, "customerConsent": True}
            self.may_travel(body, "vendor", consent=True)
        if pick % 3 == 1:
            self.may_travel(body, "vendor", consent=False)
        headers = {"idempotency_key": f"key{pick}"} if pick % 5 == 0 else {}
        self._remember(await self.ask(who, "POST", "/api/deals", body, **headers), body)

    async def _opportunity(self, partner: str, consent: bool) -> None:
        body = self.marked_deal("vendor", partnerId=partner, customerConsent=consent)
        self.may_travel(body, partner, consent)
        self.marks.show(body["notes"], partner)  # what the seller says of it is the invitation's text
        self._remember(await self.ask("vendor", "POST", "/api/opportunities", body), body)

    async def recommend(self, who: str, pick: int) -> None:
        """A seller's lead; what it says of the customer's need goes to the partner with the rest."""
        if who != "vendor":
            return
        partner, consent = ("contoso", "fabrikam", "tailspin")[pick % 3], pick % 2 == 0
        deal = self.marked_deal("vendor")
        copied = {name: deal[name] for name in ("name", "customer", "solutions", "teamMembers")}
        body = {**copied, "partnerId": partner, "qualification": "sales_qualified", "customerConsent": consent}
        body["need"] = self.marks.new("vendor", partner)
        await published(self.desk, partner)
        self.may_travel(body, partner, consent)
        self._remember(await self.ask("vendor", "POST", "/api/qualified-leads", body), {**body, "employees": []})

    async def inquire(self, who: str, pick: int) -> None:
        """A customer's inquiry: the partner it is for sees it, and nobody else ever does, the customer included."""
        partner = ("contoso", "fabrikam", "tailspin")[pick % 3]
        await published(self.desk, partner)
        contact = a_contact(firstName=self.marks.new(partner), email=f"{self.marks.new(partner)}@wing.example")
        need = f"{self.marks.new(partner)}, write to {contact['email']}"
        body = an_inquiry(partnerId=partner, company=self.marks.new(partner), need=need, contact=contact)
        response = await self.desk.post("/api/inquiries", body, None)
        assert response.status_code in (201, 429)
        assert MARK.findall(response.text + str(response.headers)) == []
        self.inquiries.append((partner, str(contact)))

    async def hide_expired(self) -> None:
        """From now on nobody may see the contact of a lead that was not answered in time."""
        for partner, contact in self.inquiries:
            page = (await self.ask(partner, "GET", "/api/leads?tab=marketplace&limit=200")).json()
            for item in page["items"]:
                lead = (await self.ask(partner, "GET", f"/api/referrals/{item['id']}")).json()
                stored = await self.desk.services.store.get("referrals", partner, item["id"])
                if lead["contactHidden"] and stored and str(stored.document["customer"]["contact"]) == contact:
                    for number in MARK.findall(contact):
                        self.marks.seers[int(number)].discard(partner)

    def _remember(self, response: httpx.Response, body: Body) -> None:
        if response.status_code == 201:
            made = response.json()
            self.ids.append(made["id"])
            self.sent[made["engagementId"]] = body

    async def of(self, who: str, pick: int, wanted: Callable[[Body], bool] = lambda _: True) -> Body | None:
        """One of an organization's own referrals."""
        found = []
        for tab in ("deals?tab=inbound", "deals?tab=outbound", "leads?tab=qualified", "leads?tab=marketplace"):
            found += (await self.ask(who, "GET", f"/api/{tab}&limit=200&sort=created")).json()["items"]
        known = [item for item in found if wanted(item)]
        return known[pick % len(known)] if known else None

    async def act(self, who: str, item: Body, action: str, body: Body) -> httpx.Response:
        return await self.ask(who, "POST", f"/api/referrals/{item['id']}/{action}", body)

    async def answer(self, who: str, pick: int) -> None:
        """Accept or decline something received."""
        item = await self.of(who, pick, lambda item: item["stage"] == "received")
        if item is None:
            return
        detail = (await self.ask(who, "GET", f"/api/referrals/{item['id']}")).json()
        sender = detail["sender"]["organizationId"] if detail["sender"] else who
        if pick % 3 == 0:
            note = self.marks.new(who, sender)
            await self.act(who, item, "decline", {"reason": 8, "notes": note})
            return
        employees = [an_employee(firstName=self.marks.new(who, sender))]
        own = {name: self.marks.new(who) for name in ("name", "notes", "crmId", "campaignId")}
        value = {"estimatedValue": {"amount": "5", "currency": "EUR"}, "estimatedCloseDate": "2029-12-31"}
        self.marks.show(
            self.sent.get(item["engagementId"], {}).get("employees"), who
        )  # both teams are visible from now on
        response = await self.act(who, item, "accept", {**own, **value, "employees": employees})
        assert response.status_code in (200, 409), response.text

    async def ask_for_help(self, who: str, pick: int) -> None:
        """Of an own deal; what was private travels from now on."""
        item = await self.of(who, pick, lambda item: item["direction"] == "outgoing" and item["stage"] == "accepted")
        if item is None or who == "vendor":
            return
        body = {"code": 2, "notes": self.marks.new(who, "vendor"), "customerConsent": True}
        detail = (await self.ask(who, "GET", f"/api/referrals/{item['id']}")).json()
        self.may_travel(detail, "vendor", consent=True)
        await self.act(who, item, "request-help", body)

    async def share(self, who: str, pick: int) -> None:
        """Show it to the vendor, who gets a mirror."""
        item = await self.of(who, pick)
        if item is None:
            return
        detail = (await self.ask(who, "GET", f"/api/referrals/{item['id']}")).json()
        if "share" in detail["allowedActions"]:
            self.may_travel(detail, "vendor", detail["customerConsent"])
        await self.act(who, item, "share", {})

    async def invite(self, who: str, pick: int) -> None:
        """Ask another partner to join; it starts from what the invitation says."""
        partner = ("contoso", "fabrikam", "tailspin")[pick % 3]
        item = await self.of(who, pick)
        if item is None:
            return
        detail = (await self.ask(who, "GET", f"/api/referrals/{item['id']}")).json()
        body = a_partner_invitation(
            partnerId=partner,
            notes=self.marks.new(who, partner),
            employees=[an_employee(firstName=self.marks.new(who, partner))],
            solutions=[{"kind": "own", "name": self.marks.new(who, partner)}],
        )
        if "invite-partner" in detail["allowedActions"] and partner != who:
            self.may_travel(detail, partner, consent=True)
        await self.act(who, item, "invite-partner", body)

    async def note(self, who: str, pick: int) -> None:
        item = await self.of(who, pick)
        if item:
            await self.act(who, item, "notes", {"text": self.marks.new(who), "audience": "internal"})

    async def edit(self, who: str, pick: int) -> None:
        item = await self.of(who, pick)
        if item:
            patch = {name: self.marks.new(who) for name in ("crmId", "campaignId", "notes")}
            await self.ask(who, "PATCH", f"/api/referrals/{item['id']}", patch, If_Match="*")

    async def end(self, who: str, pick: int) -> None:
        item = await self.of(who, pick)
        if item:
            reason = {"reason": 8 if pick % 2 else 9, "notes": self.marks.new(who)}
            action = ("win", "lose", "close-as-error")[pick % 3]
            await self.act(who, item, action, {} if action == "win" else reason)

    async def heart(self, who: str, pick: int) -> None:
        item = await self.of(who, pick)
        if item:
            await self.act(who, item, "favourite", {})

    async def offer(self, who: str, pick: int) -> None:
        response = await self.ask(who, "POST", "/api/offers", an_offer(name=self.marks.new(who)))
        if response.status_code == 201:
            self.ids.append(response.json()["id"])

    async def pry(self, who: str, pick: int) -> None:
        """Try everything on an id that is likely somebody else's."""
        if self.ids:
            id = self.ids[pick % len(self.ids)]
            mine = self.marks.new(who)
            await self.ask(who, "GET", f"/api/referrals/{id}")
            await self.ask(who, "GET", f"/api/offers/{id}")
            await self.ask(who, "PATCH", f"/api/referrals/{id}", {"nonsense": mine}, If_Match='"1"')
            await self.ask(who, "POST", f"/api/referrals/{id}/notes", {"text": mine, "audience": "everybody"})
            await self.ask(who, "POST", f"/api/referrals/{id}/accept", {"name": mine})

    async def timers(self, who: str, pick: int) -> None:
        """Deliver, sweep, or let time pass first."""
        self.desk.clock.move(timedelta(days=(0, 0, 0, 2, 14)[pick % 5]))
        if pick % 4 == 0:
            await self.desk.expire()
        await self.desk.deliver()
        await self.desk.announce()

    async def subscribe(self) -> None:
        """Each organization has a program that is told of everything."""
        for who in PERSONAS:
            await self.ask(who, "POST", "/api/webhooks", {"url": f"https://{who}.example.com/hook"})

    async def read_what_programs_are_told(self) -> None:
        """What would be sent to each organization's program, and mailed to its people."""
        for stored in await self.desk.services.store.find_pending(NOTIFICATIONS, NEVER, 5_000):
            who = stored.document["organizationId"]
            for number in set(MARK.findall(str(stored.document))):
                assert who in self.marks.seers[int(number)], f"{who} is sent mark {number}: {stored.document}"

    async def look_everywhere(self) -> None:
        """Everybody reads all there is to read, and searches for everybody's marks."""
        await self.hide_expired()
        await self.desk.announce()
        await self.read_what_programs_are_told()
        for who in PERSONAS:
            found: set[str] = set()
            for path in (
                "/api/deals?tab=inbound",
                "/api/deals?tab=outbound",
                "/api/deals?tab=favourites",
                "/api/leads?tab=marketplace",
                "/api/leads?tab=qualified",
                "/api/leads?tab=favourites",
                "/api/offers",
            ):
                page = (await self.ask(who, "GET", f"{path}{'&' if '?' in path else '?'}limit=200")).json()
                found |= {item["id"] for item in page["items"]}
            for tab in ("inbound", "outbound", "favourites"):
                assert (await self.ask(who, "GET", f"/api/deals.csv?tab={tab}")).status_code == 200
            for tab in ("marketplace", "qualified", "favourites"):
                assert (await self.ask(who, "GET", f"/api/leads.csv?tab={tab}")).status_code == 200
            for id in {*found, *self.ids}:
                response = await self.ask(who, "GET", f"/api/referrals/{id}")
                assert response.status_code == 404 or id in found
            for start in ("zq1", "zq2", "zq3"):
                await self.ask(who, "GET", f"/api/suggest/customers?q={start}")
            await self.ask(who, "GET", "/api/suggest/employees")
            for id in list(found)[:5]:
                await self.ask(who, "GET", f"/api/referrals/{id}/similar")
            for path in (
                "/api/notices?limit=200", "/notices", "/api/deadlines?limit=200", "/api/deadlines.ics", "/deadlines",
                "/api/insights", "/insights", "/routing",
            ):  # fmt: skip
                assert (await self.ask(who, "GET", path)).status_code == 200
            for number in [n for n, seers in enumerate(self.marks.seers) if who not in seers][::29]:
                page = (
                    await self.ask(
                        who, "GET", f"/api/deals?tab={'outbound' if number % 2 else 'inbound'}&q=zq{number}zq"
                    )
                ).json()
                assert page["items"] == [], f"{who} finds mark {number}"
                page = (await self.ask(who, "GET", f"/api/leads?tab=marketplace&q=zq{number}zq")).json()
                assert page["items"] == [], f"{who} finds mark {number} among the leads"
            leads = await self.desk.get("/leads", PERSONAS[who], headers={"accept": "text/html"})
            for number in set(MARK.findall(leads.text)):
                assert who in self.marks.seers[int(number)], f"{who} saw mark {number} on /leads"


Move = Callable[[Game, str, int], Coroutine[Any, Any, None]]
MOVES: Final[dict[str, Move]] = {
    "create": Game.create,
    "recommend": Game.recommend,
    "inquire": Game.inquire,
    "answer": Game.answer,
    "ask for help": Game.ask_for_help,
    "share": Game.share,
    "invite": Game.invite,
    "note": Game.note,
    "edit": Game.edit,
    "end": Game.end,
    "heart": Game.heart,
    "offer": Game.offer,
    "pry": Game.pry,
    "timers": Game.timers,
}
