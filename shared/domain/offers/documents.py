"""The co-sell documents of an offer: one a type, up to five of type `other`, and what becomes of versions nobody needs.

The offer refers to each by what it is and says; its text, its bytes and its picture lie elsewhere, under names made
from the upload they came with. A version that was replaced or taken away stays while the published offer has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast

from shared.domain.documents.passage import texts_of
from shared.domain.ids import derived_id
from shared.domain.instants import instant
from shared.domain.offers import offer as offers
from shared.domain.offers.offer import Offer
from shared.domain.offers.posting import OFFER_PUBLISHED, with_outbox
from shared.domain.offers.upload import Upload, document_id

OTHER: Final = "other"
FACTS_KIND: Final = "facts"
RETIRED: Final = "document.retired"
KEPT: Final = timedelta(hours=24)  # what nobody needs any more is kept this long, for whoever is reading it

TOLD: Final = (
    "contentType", "title", "author", "contentCreatedAt", "contentModifiedAt", "language", "pages", "slides", "sheets",
    "pictures", "width", "height", "duration", "diagram", "textLength", "truncated",
)  # fmt: skip
"""What the parser tells of a document and its offer repeats (shared/parsing/guard.py)."""
SHOWN: Final = ("documentId", "fileName", "size", "uploadedAt", *TOLD)
EVIDENCE_KEPT: Final = 5


def facts_id(document: str, upload: str) -> str:
    """The id of what is known of one version."""
    return derived_id("facts", document, upload)


def passage_id(document: str, upload: str, number: int) -> str:
    """The id of one version's passage, from 0."""
    return f"{derived_id('passage', document, upload)}-{number}"


def folder_of(organization_id: str, offer_id: str) -> str:
    """Where the files of an offer's documents lie in `derived`."""
    return f"{organization_id}/{offer_id}/documents"


def reference(upload: Upload, told: Mapping[str, Any], content_hash: str) -> dict[str, Any]:
    """What the offer says of a document: all that does not grow with it. `told` is the parser's line."""
    folder = folder_of(upload["organizationId"], upload["offerId"])
    name = f"{folder}/{upload['id']}"
    suffix = upload["fileName"].rpartition(".")[2].casefold()
    diagram = told["diagram"]
    return {
        "documentId": document_id(upload["offerId"], cast(str, upload["documentType"]), upload["fileName"]),
        "fileName": upload["fileName"],
        "path": upload["path"],
        "uploadId": upload["id"],
        "size": upload["size"],
        "contentHash": content_hash,
        "sourceModifiedAt": upload["sourceModifiedAt"],
        "uploadedAt": upload["createdAt"],
        **{field: told[field] for field in TOLD},
        "diagram": diagram and {**diagram, "evidence": diagram["evidence"][:EVIDENCE_KEPT]},
        "textPath": f"{name}.txt" if told["textLength"] else None,
        "filePath": f"{name}.{suffix}",
        "previewPath": f"{name}.preview.png" if told["hasPicture"] else None,
    }


def references(documents: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(type, reference) of each."""
    for kind, held in documents.items():
        for each in held if isinstance(held, list) else [held]:
            yield kind, each


def named(documents: Mapping[str, Any], kind: str, file_name: str) -> dict[str, Any] | None:
    """The document of that type and file name."""
    return next((held for type_, held in references(documents) if (type_, held["fileName"]) == (kind, file_name)), None)


def others(offer: Offer) -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], offer["documents"].get(OTHER, []))


def with_document(offer: Offer, kind: str, new: dict[str, Any]) -> dict[str, Any]:
    """The offer's `documents` with a new one in its place."""
    if kind != OTHER:
        return {**offer["documents"], kind: new}
    kept = [each for each in others(offer) if each["fileName"] != new["fileName"]]
    return {**offer["documents"], OTHER: [*kept, new]}


def without_document(offer: Offer, kind: str, file_name: str) -> dict[str, Any]:
    """The offer's `documents` without one."""
    kept = [each for each in others(offer) if kind == OTHER and each["fileName"] != file_name]
    return {type_: held for type_, held in offer["documents"].items() if type_ != kind} | (
        {OTHER: kept} if kept else {}
    )


def changed(offer: Offer, action: str, by: str, at: datetime, documents: dict[str, Any]) -> Offer:
    """The offer with these documents; the versions it drops are looked at in a day."""
    after = offers.changed(offer, action, by, at, {"documents": documents})
    dropped = {text: document for document, text in texts_of(offer["documents"]).items()}
    dropped = {text: dropped[text] for text in dropped.keys() - set(texts_of(documents).values())}
    return retiring(after, dropped, at)


def needed(offer: Offer) -> set[str]:
    """The uploads whose texts and files must stay: of what is published too, and of what is being published."""
    held = (offer, offer["published"], offer["pendingPublication"])
    return {upload for each in held if each for upload in texts_of(each["documents"]).values()}


def retiring(offer: Offer, versions: Mapping[str, str], now: datetime) -> Offer:
    """Have versions (upload -> document) looked at in a day, and removed if nobody needs them then.

    Outbox bookkeeping: it raises no version and writes no history.
    """
    outbox = [event for event in offer["outbox"] if event.get("payload", {}).get("uploadId") not in versions]
    seq = offer["outboxSeq"]
    for upload in sorted(versions):
        seq += 1
        outbox.append(
            {
                "id": f"{offer['id']}-{seq}",
                "seq": seq,
                "type": RETIRED,
                "target": {"kind": "documents"},
                "payload": {"uploadId": upload, "documentId": versions[upload]},
                "attempts": 0,
                "notBefore": instant(now + KEPT),
            }
        )
    return cast(Offer, {**offer, **with_outbox(outbox), "outboxSeq": seq})


def due(offer: Offer, now: datetime) -> list[dict[str, Any]]:
    """The events of `retiring` whose day is over."""
    return [event for event in offer["outbox"] if event["type"] == RETIRED and event["notBefore"] <= instant(now)]


def is_being_published(offer: Offer) -> bool:
    """Whether others may still read a version that the offer itself has left behind."""
    return any(event["type"] == OFFER_PUBLISHED for event in offer["outbox"])


def settled(offer: Offer, done: Iterable[str], put_off: Iterable[str], now: datetime) -> Offer:
    """The offer without the events that are done; those put off come again in a day."""
    gone, later = set(done), set(put_off)
    outbox = [
        {**event, "notBefore": instant(now + KEPT)} if event["id"] in later else event
        for event in offer["outbox"]
        if event["id"] not in gone
    ]
    return cast(Offer, {**offer, **with_outbox(outbox)})
