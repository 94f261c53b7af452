"""What people of a play send: whole, valid, and marked in every text, for their own organization only."""

from __future__ import annotations

import itertools
from typing import Any

from tests.network.marks import Marks

Body = dict[str, Any]


class Bodies:
    """No two texts, amounts or days are the same, so that nothing is a change that changes nothing."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        self._numbers = itertools.count(1)

    def text(self, who: str, what: str) -> str:
        return self._marks.text(who, f"{who}'s {what}")

    def money(self) -> Body:
        return {"amount": f"{next(self._numbers)}000.00", "currency": "EUR"}

    def day(self) -> str:
        """Beyond the end of every play, so that no estimate is in the past."""
        return f"{2040 + next(self._numbers) % 50}-0{1 + next(self._numbers) % 9}-15"

    def person(self, who: str, what: str) -> Body:
        first, last, mail = (self.text(who, f"{what} ({part})") for part in ("first name", "last name", "address"))
        phone = self._marks.phone(who, f"{who}'s {what} (telephone)")
        return {"firstName": first, "lastName": last, "phoneNumber": phone, "email": f"{mail}@people.example"}

    def solutions(self, who: str) -> list[Body]:
        return [{"kind": "own", "name": self.text(who, "solution")}]

    def customer(self, who: str, *, contact: bool) -> Body:
        parts = ("name", "addressLine1", "addressLine2", "city", "state", "postalCode")
        customer: Body = {part: self.text(who, f"customer's {part}") for part in parts} | {"country": "FR"}
        return customer | ({"contact": self.person(who, "customer's contact")} if contact else {})

    def deal(self, who: str, *, contact: bool, consent: bool) -> Body:
        """POST /api/deals, private; with `partnerId`, POST /api/opportunities."""
        return {
            "name": self.text(who, "deal name"),
            "customer": self.customer(who, contact=contact),
            "estimatedValue": self.money(),
            "estimatedCloseDate": self.day(),
            "crmId": self.text(who, "CRM id"),
            "campaignId": self.text(who, "campaign id"),
            "notes": self.text(who, "description"),
            "employees": [self.person(who, "employee")],
            "solutions": self.solutions(who),
            "customerConsent": consent,
        }

    def help(self, who: str) -> Body:
        return {"code": 1 + next(self._numbers) % 6, "notes": self.text(who, "words to the vendor")}

    def invitation(self, who: str, partner: str) -> Body:
        """POST .../invite-partner"""
        return {
            "partnerId": partner,
            "estimatedValue": self.money(),
            "estimatedCloseDate": self.day(),
            "notes": self.text(who, f"words to {partner}"),
            "employees": [self.person(who, "employee for the partner")],
            "solutions": self.solutions(who),
            "customerConsent": True,
        }

    def of(self, action: str, who: str, choice: int = 0) -> Body:
        """A valid body for an action; `choice` varies it."""
        reason = {"reason": 8 if choice % 2 else 1 + choice % 7, "notes": self.text(who, f"reason to {action}")}
        final = {"finalValue": self.money(), "closedDate": "2027-01-02"} if choice % 3 == 0 else {}
        match action:
            case "accept":
                return {
                    "name": self.text(who, "own name for a received deal"),
                    "estimatedValue": self.money(),
                    "estimatedCloseDate": self.day(),
                    "notes": self.text(who, "own description of a received deal"),
                    "crmId": self.text(who, "CRM id of a received deal"),
                    "campaignId": self.text(who, "campaign id of a received deal"),
                    "employees": [self.person(who, "employee on a received deal")],
                }
            case "edit":
                return self._edit(who, choice)
            case "decline":
                return reason
            case "lose":
                return reason | final
            case "close-as-error":
                return reason | {"reason": 6}
            case "win":
                return final
            case "request-help":
                return self.help(who) | {"customerConsent": True}
            case "notes":
                shared = choice % 3 != 0
                text = self.text(who, "shared note" if shared else "internal note")
                return {"text": text, "audience": "shared" if shared else "internal"}
        return {}

    def _edit(self, who: str, choice: int) -> Body:
        patches: list[Body] = [
            {"name": self.text(who, "edited name")},
            {"estimatedValue": self.money()},
            {"estimatedCloseDate": self.day()},
            {"solutions": self.solutions(who)},
            {"crmId": self.text(who, "edited CRM id"), "campaignId": self.text(who, "edited campaign id")},
            {"notes": self.text(who, "edited description")},
            {"employees": [self.person(who, "edited employee")]},
            {"name": self.text(who, "edited name"), "solutions": self.solutions(who), "estimatedValue": self.money()},
        ]
        return patches[choice % len(patches)]
