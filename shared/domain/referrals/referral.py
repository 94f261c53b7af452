"""The Referral: one organization's copy of a deal or a lead, as one stored document (DESIGN section 3).

A referral is a plain document; everything that happens to it is a function from one document to the next. `changed` is
the only place that raises `version`, appends history and keeps the fields lists are sorted and searched by.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

import orjson

from shared.domain.deadlines.clocks import deadlines_of, earliest
from shared.domain.engagements.consent import recorded
from shared.domain.errors import TooFull
from shared.domain.insights.traits import traits_of
from shared.domain.instants import NEVER, from_instant, instant
from shared.domain.leads.contact_details import without_contact_details
from shared.domain.lists import MAX_DOCUMENT_BYTES
from shared.domain.organizations.customer_names import customer_key, folded
from shared.domain.referrals.document import BLANK, LISTS, SCHEMA, Event, HistoryEntry, Invitation, NoteEntry, Referral


def begun(facts: Mapping[str, Any], action: str, by: str, at: datetime) -> Referral:
    """A new referral at version 1 from the facts that are its own; every other field is there, and empty."""
    entry: HistoryEntry = {"at": instant(at), "by": by, "action": action, "fields": []}
    lists: dict[str, Any] = {name: [] for name in LISTS}
    times = {"createdAt": instant(at), "updatedAt": instant(at), "noticeAt": instant(at)}
    customer = facts["customer"]
    named = {"customerName": customer["name"], "customerCountry": customer["country"]}
    return indexed(cast(Referral, {**BLANK, **lists, "applied": {}, **times, **named, **facts, "history": [entry]}))


_SHORT: Final = frozenset(
    {"name", "estimatedValue", "estimatedCloseDate", "finalValue", "closedDate", "crmId", "campaignId", "salesStage",
     "stage", "outcome", "reason", "dealType", "visibleToVendor"}
)  # fmt: skip
"""Fields whose values history may show. The others are personal or long, and are only named."""


def changed(
    before: Referral, action: str, by: str, at: datetime, values: Mapping[str, Any], *, also: tuple[str, ...] = ()
) -> Referral:
    """One domain change: `values` set, version raised, history appended, derived fields kept in step.

    `also` names fields in history whose change is not in `values` one to one (such as `noteEntries`).
    """
    names = [name for name, value in values.items() if _shown(before, name) != value]
    entry: HistoryEntry = {"at": instant(at), "by": by, "action": action, "fields": sorted({*names, *also} - _HIDDEN)}
    shown = {name: {"from": _shown(before, name), "to": values[name]} for name in names if name in _SHORT}
    if shown:
        entry["changes"] = shown
    after = cast(Referral, {**before, **values})
    after["version"] = before["version"] + 1
    after["updatedAt"] = instant(at)
    after["history"] = [*before["history"], entry]
    after["noticeAt"] = before["noticeAt"] or instant(at)
    return indexed(after)


_HIDDEN: Final = frozenset(
    {"outbox", "outboxSeq", "applied", "acceptedAt", "archivedAt", "receivedAt", "expiresAt", "vendorMirror"}
)


def _shown(referral: Referral, name: str) -> object:
    return cast(dict[str, Any], referral).get(name)


def indexed(referral: Referral) -> Referral:
    """The fields the store sorts, filters and searches by, made from the ones people know. Nothing else sets them."""
    deadlines = deadlines_of(referral)
    derived = {
        "deadlines": deadlines,
        "deadlineAt": earliest(deadlines),
        "dueAt": referral["expiresAt"] if referral["stage"] == "received" else None,
        "pendingAt": pending_at(referral["outbox"]),
        "sortName": referral["name"].casefold(),
        "sortCustomer": referral["customerName"].casefold(),
        "sortExpiry": referral["expiresAt"] or NEVER,
        "invited": _invited(referral["invitations"]),
        "customerKey": customer_key(referral["customerName"]),
        "customerCity": referral["customer"].get("city"),
        "dunsNumber": referral["customer"].get("dunsNumber"),
        "valueNumber": float(referral["estimatedValue"]["amount"]) if referral["estimatedValue"] else 0.0,
        "traits": traits_of(cast(dict[str, Any], referral)),
        "search": _search_text(referral),
    }
    return cast(Referral, {**referral, **derived})


_INVITED: Final = 5  # in a row of a list; the page shows all


def _invited(invitations: list[Invitation]) -> list[dict[str, str]]:
    """Who was asked and how that stands, for lists: each organization by its latest invitation, the newest first."""
    latest: dict[str, Invitation] = {}
    for one in reversed(invitations):
        latest.setdefault(one["target"], one)
    newest = list(latest.values())[:_INVITED]
    return [{"targetName": one["targetName"], "status": one["status"]} for one in newest]


def pending_at(outbox: list[Event]) -> str | None:
    """When the outbox next has something to deliver: the earliest head of a target's line that has not failed."""
    heads: dict[str, Event] = {}
    for event in outbox:
        heads.setdefault(line_of(event), event)
    return min((event["notBefore"] for event in heads.values() if "failed" not in event), default=None)


def line_of(event: Event) -> str:
    """Events with the same line go in order; a failing one holds back only its own line. A line leads to one document:
    an organization's copy that is gone must not keep its other copies from hearing of a withdrawn consent."""
    return f"{event['target']['organizationId']}/{event['target']['id']}"


_SEARCHED = 2000  # characters: a stored search field's limit (DESIGN section 4)


def _search_text(referral: Referral) -> str:
    own_notes = [entry["text"] for entry in reversed(referral["noteEntries"]) if not is_withheld_note(referral, entry)]
    parts = [referral[key] for key in ("name", "customerName", "id", "crmId")] + own_notes
    if not is_withheld_need(referral):
        parts[4:4] = [referral["notes"], referral["need"]]
    parts.insert(2, folded(referral["customerName"]))  # suggestions look a customer up without its accents
    if referral["sender"] and not is_withheld(referral):
        parts.append(referral["sender"]["notes"])
    text = "\n".join(part for part in parts if part)[: 2 * _SEARCHED]
    if is_unaccepted_lead(referral):  # it may expire at any moment, and then its contact is found nowhere
        text = without_contact_details(text, referral["customer"].get("contact"))
    return text.casefold()[:_SEARCHED]


def status_of(referral: Mapping[str, Any]) -> tuple[str, str]:
    """Partner Center's names for stage and outcome: (status, substatus). Derived, never stored."""
    if referral["stage"] == "received":
        return "New", "Received"
    if referral["stage"] == "accepted":
        return "Active", "Accepted"
    substatus = {"won": "Won", "lost": "Lost", "declined": "Declined", "error": "Error"}
    return "Closed", substatus.get(referral["outcome"], "Expired")


def is_overdue(referral: Referral, now: datetime) -> bool:
    """Received and not answered in time. Half open: at `expiresAt` itself it is too late (DOMAIN: "receive")."""
    expires_at = referral["expiresAt"]
    return referral["stage"] == "received" and expires_at is not None and instant(now) >= expires_at


def is_withheld(referral: Referral) -> bool:
    """Received under HIDE_CUSTOMER_UNTIL_ACCEPTED, and never accepted: street, contact and notes stay hidden."""
    return referral["withheld"] and referral["acceptedAt"] is None


def is_withheld_need(referral: Referral) -> bool:
    """Whether what a seller wrote of a lead is hidden with the rest; a customer's own words are what there is to decide
    on."""
    return is_withheld(referral) and is_lead(referral) and referral["sender"] is not None


def is_withheld_note(referral: Referral, entry: NoteEntry) -> bool:
    """Whether another organization's note is hidden with the rest."""
    return is_withheld(referral) and "organizationName" in entry


def is_lead(referral: Referral) -> bool:
    return referral["kind"] == "lead"


def is_unaccepted_lead(referral: Referral) -> bool:
    """A received lead that nobody has taken on, or will any more."""
    return is_lead(referral) and referral["direction"] == "incoming" and referral["acceptedAt"] is None


def is_contact_hidden(referral: Referral, now: datetime) -> bool:
    """A lead nobody answered in time: from `expiresAt` on its contact is shown nowhere, swept already or not."""
    return is_lead(referral) and (referral["outcome"] == "expired" or is_overdue(referral, now))


def is_own(referral: Referral) -> bool:
    """Created here, not received from somebody."""
    return referral["direction"] == "outgoing"


def is_help_asked(referral: Referral) -> bool:
    return referral["help"] is not None


def upgraded(document: Mapping[str, Any]) -> Referral:
    """A stored document as this version knows it; one of an older version gets the fields it lacks, empty. During a
    deployment the older version also writes into documents of this one."""
    is_older = document["schema"] < SCHEMA
    has_older_parts = any("acceptedAt" not in one for one in document["invitations"])
    if document["schema"] > SCHEMA or not (is_older or has_older_parts):
        return cast(Referral, document)
    lists: dict[str, Any] = {name: [] for name in LISTS}
    known = {"announced": len(document["history"])}  # what happened before anybody was told is no news
    after = cast(Referral, {**BLANK, **lists, **known, **document, "schema": SCHEMA})
    after["invitations"] = [_with_acceptance(one) for one in after["invitations"]]
    after["deadlines"] = deadlines_of(after)
    after["deadlineAt"] = earliest(after["deadlines"])
    if after["customerConsent"] and not after["consents"]:
        said = next((one for one in after["history"] if "customerConsent" in one["fields"]), after["history"][0])
        after["consents"] = recorded([], after["customer"].get("contact"), said["by"], from_instant(said["at"]))
    return after


def _with_acceptance(invitation: Invitation) -> Invitation:
    """Schema 1 kept only when the last answer came: of one that was won or lost since, nobody knows when it was
    accepted."""
    accepted_at = invitation["answeredAt"] if invitation["status"] == "accepted" else None
    return cast(Invitation, {"acceptedAt": accepted_at, **invitation})


def require_room(referral: Referral) -> None:
    """A user's change must leave the document within its limit; closing one always fits, or it could never end.

    Raises TooFull.
    """
    if referral["stage"] != "archived" and len(orjson.dumps(referral)) > MAX_DOCUMENT_BYTES:
        raise TooFull(f"A referral holds at most {MAX_DOCUMENT_BYTES // 1000} KB; shorten its notes or texts.")
