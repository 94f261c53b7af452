"""The demo set's part in notices: a program that is called, somebody who reads in French, somebody who has read all."""

from __future__ import annotations

from typing import Final

from demo.client import Client

WEBHOOK: Final = {
    "url": "https://crm.contoso.example/cosell-desk",
    "description": "Our CRM. Nobody answers at an example's address: look at its deliveries",
    "types": ["referral.received", "lead.received", "referral.won"],
}
IN_FRENCH: Final = "contoso-user"
UP_TO_DATE: Final = "vendor-seller"


def choose(client: Client) -> None:
    """Before anything happens that they could be told of."""
    client.post("/api/webhooks", WEBHOOK, "contoso-admin")
    chosen = client.get("/api/notice-preferences", IN_FRENCH)
    wanted = {name: chosen[name] for name in ("digest", "inapp", "mail")}
    client.post("/api/notice-preferences", {**wanted, "language": "fr"}, IN_FRENCH)


def read(client: Client) -> None:
    """Once everything was told."""
    client.post("/api/notices/read-all", {}, UP_TO_DATE)
