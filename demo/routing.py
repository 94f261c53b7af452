"""Contoso's routing rules: what is about data, or comes from Germany or Switzerland, goes to Lyon."""

from __future__ import annotations

from demo.client import Client, Json

ORGANIZATION = "contoso"
TO = "Lyon"
RULES: list[Json] = [{"solution": "Data platform"}, {"market": "DE"}, {"market": "CH"}]


def tell_routing(client: Client) -> None:
    """Made before anything is sent, as rules hold from then on. Raises Failed."""
    persona = f"{ORGANIZATION}-admin"
    places = {place["name"]: place["id"] for place in client.get("/api/organization", persona)["locations"]}
    rules = [{**rule, "locationId": places[TO]} for rule in RULES]
    client.send("PUT", "/api/routing", {"rules": rules}, persona)
