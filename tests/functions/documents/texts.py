"""Documents with a text, put into the store as their reading and their publication leave them there."""

from __future__ import annotations

from typing import Any, Final

from shared.domain.documents.passage import PASSAGE, found_by
from shared.domain.offers.published import PUBLISHED
from shared.services.ports import DOCUMENTS, OFFERS, Document
from tests.functions.deals import an_offer
from tests.functions.desk import Desk, ok

ONE_PAGER: Final = "solution_one_pager"
KINDS: Final = {ONE_PAGER: ("page", "one-pager.pdf"), "solution_pitch_deck": ("slide", "pitch.pptx")}

References = dict[str, Any]


async def an_own_offer(desk: Desk, name: str = "ERP Migrator", as_: str = "contoso-admin") -> str:
    """Its id."""
    return str(ok(await desk.post("/api/offers", an_offer(name=name), as_), 201)["id"])


async def read_in(
    desk: Desk,
    offer_id: str,
    *texts: str,
    kind: str = ONE_PAGER,
    upload: str = "u1",
    organization: str = "contoso",
    in_force: bool = True,
    at: str = "2027-01-04T09:30:00.000000Z",
) -> References:
    """A document of these pages; the offer's `documents` with it in its place."""
    part, file_name = KINDS[kind]
    document_id = f"{offer_id}-{kind}"
    for number, text in enumerate(texts, 1):
        passage = {
            "schema": 1,
            "id": f"{offer_id[:20]}-{kind[:20]}-{upload}-{number}",
            "organizationId": organization,
            "kind": PASSAGE,
            "offerId": offer_id,
            "documentId": document_id,
            "uploadId": upload,
            "documentType": kind,
            "fileName": file_name,
            "part": {"kind": part, "number": number},
            "text": text,
            **found_by(text),
            "createdAt": at,
        }
        await desk.services.store.insert(DOCUMENTS, passage)
    reference = {"documentId": document_id, "uploadId": upload, "fileName": file_name, "title": None}
    stored = await desk.services.store.get(OFFERS, organization, offer_id)
    assert stored is not None
    documents: References = {**stored.document["documents"], kind: reference}
    if in_force:
        await desk.services.store.replace(stored, OFFERS, {**stored.document, "documents": documents})
    return documents


async def published(desk: Desk, offer_id: str, organization: str = "contoso", **changes: Any) -> Document:
    """The offer as it is now, published: its snapshot and the passages of its documents."""
    stored = await desk.services.store.get(OFFERS, organization, offer_id)
    assert stored is not None
    names = {"publisherId": organization, "publisherName": organization.title(), "kind": "snapshot"}
    snapshot = {**stored.document, **names, "organizationId": PUBLISHED, **changes}
    there = await desk.services.store.get(OFFERS, PUBLISHED, offer_id)
    if there is None:
        await desk.services.store.insert(OFFERS, snapshot)
    else:
        await desk.services.store.replace(there, OFFERS, snapshot)
    await desk.services.published_texts.sync(organization, offer_id, snapshot["documents"])
    return snapshot
