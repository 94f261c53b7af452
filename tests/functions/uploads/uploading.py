"""Files on their way in, as people and the platform bring them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import function_app
from devhost.conversion import input_stream
from devhost.indexing import functions_of
from shared.services.ports import UPLOADS_CONTAINER, BlobFacts
from tests.functions.desk import Body, Desk, ok
from tests.unit.parsing.tables import ANA, file_of

CONTACTS = "/contacts"
BO = ["Bo Li", "bo@contoso.example", "Engineer", "Partner technical sales", "FR", ""]


async def an_offer(desk: Desk, as_: str = "contoso-admin") -> Body:
    body = {"name": "Fabrikam Migrator", "offerType": "saas", "availableCountries": ["FR", "US"]}
    return ok(await desk.post("/api/offers", body, as_), 201)


async def send_file(
    desk: Desk, offer: str, content: bytes, name: str = "contacts.csv", to: str = CONTACTS, **more: Any
) -> Any:
    """The form's answer."""
    return await desk.send("POST", f"/api/offers/{offer}{to}", files={"file": (name, content)}, **more)


async def trigger(desk: Desk, path: str) -> None:
    """What the platform does when a blob is there. Raises what the function raises."""
    facts = await desk.services.blobs.head(UPLOADS_CONTAINER, path)
    assert facts is not None
    content = b"".join([part async for part in desk.services.blobs.read(UPLOADS_CONTAINER, path, facts.etag)])
    (ingest,) = [each for each in functions_of(function_app.app) if each.get_function_name() == "ingest_upload"]
    stream = input_stream(f"{UPLOADS_CONTAINER}/{path}", f"http://blobs/{path}", content, facts.etag, facts.modified_at)
    await ingest.get_user_function()(stream)


async def drop(desk: Desk, path: str, content: bytes) -> BlobFacts:
    """Put a blob where the trigger finds it, without asking us."""
    return await desk.services.blobs.write(UPLOADS_CONTAINER, path, content)


async def uploaded(
    desk: Desk, offer: str, content: bytes, name: str = "contacts.csv", to: str = CONTACTS, as_: str = "contoso-admin"
) -> Body:
    """A file sent and taken in; its record at the end."""
    record = ok(await send_file(desk, offer, content, name, to, as_=as_), 202)
    await trigger(desk, record["path"])
    return ok(await desk.get(f"/api/uploads/{record['id']}", as_))


async def imported(desk: Desk, offer: str, *rows: Sequence[str]) -> Body:
    """A contacts list put in force."""
    record = await uploaded(desk, offer, file_of(*(rows or [ANA])))
    assert record["status"] == "done", record
    return record


async def names(desk: Desk, offer: str) -> list[str]:
    """Who is on the list in force."""
    response = await desk.get(f"/api/offers/{offer}/contacts.csv")
    assert response.status_code == 200
    return [line.split(",")[0] for line in response.text.splitlines()[1:]]
