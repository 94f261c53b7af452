"""What keeps the copies of one engagement in step: the sender's changes, shared notes, a withdrawn consent.

The sender's copy is the hub: it knows every other copy, and passes on to the others what one of them says. Events go to
other organizations' copies and carry only what travels (`travel`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from datetime import datetime
from typing import Any, Final, cast

from shared.domain.engagements import consent
from shared.domain.engagements.consent import NOBODY_YET
from shared.domain.engagements.invitations import LIVE, copy_id
from shared.domain.engagements.travel import (
    DEAL_FIELDS,
    OUTCOME_FIELDS,
    redacted,
    seen_of,
    texts_without,
    without_persons,
)
from shared.domain.errors import NotAllowed, NotPossible
from shared.domain.instants import instant
from shared.domain.organizations.organization import Caller
from shared.domain.referrals.document import SYSTEM, Event, NoteEntry, Referral
from shared.domain.referrals.life_cycle import allowed_actions, is_team
from shared.domain.referrals.outbox import applying, posted_all
from shared.domain.referrals.referral import changed

SENDER_CHANGED: Final = "sender.changed"
NOTE_SHARED: Final = "note.shared"
CONSENT_WITHDRAWN: Final = "consent.withdrawn"

Target = dict[str, str]


def copies_elsewhere(referral: Referral, *, live: bool) -> list[tuple[Target, str]]:
    """The other organizations' copies this one knows of, each with its organization's name; all, or the live ones."""
    sender, mirror = referral["sender"], referral["vendorMirror"]
    found = []
    if sender is not None:
        found.append(({"organizationId": sender["organizationId"], "id": sender["referralId"]}, sender))
    if mirror is not None and not (live and mirror["retiredAt"]):
        found.append(({"organizationId": mirror["organizationId"], "id": mirror["id"]}, mirror))
    named = [(target, str(of["organizationName"])) for target, of in found]
    return named + [
        ({"organizationId": i["target"], "id": copy_id(i["id"], i["target"])}, i["targetName"])
        for i in referral["invitations"]
        if i["status"] in LIVE or not live
    ]


def followers_told(before: Referral, after_values: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The values that show the other live copies what an own deal became, where that is something they see.

    `after_values` may have added events already; these go behind them, and take the place of earlier ones of their kind
    still to be delivered: only how the deal stands now matters, and one that cannot be reached fills no outbox.
    """
    after = cast(Referral, {**before, **after_values})
    seen, was = seen_of(after, at), seen_of(before, at)
    targets = [target for target, _ in copies_elsewhere(before, live=True)]
    if before["direction"] != "outgoing" or seen == was or not targets:
        return {}
    waiting = [event for event in after["outbox"] if event["type"] != SENDER_CHANGED]
    news = cast(Referral, {**after, "outbox": waiting})
    return posted_all(news, [(SENDER_CHANGED, target, {"seen": seen}) for target in targets], at)


def with_sender_view(
    referral: Referral, payload: Mapping[str, Any], source_id: str, seq: int, now: datetime
) -> Referral | None:
    """A receiver's copy shows the sender's deal beside its own; a mirror becomes what the deal is. None where the copy
    is archived: only live ones follow."""
    if referral["stage"] == "archived":
        return None
    seen, applied = payload["seen"], applying(referral, source_id, seq)
    if not referral["mirror"]:
        return changed(referral, "sender-changed", SYSTEM, now, {"senderView": seen, **applied})
    values = {field: seen[field] for field in (*DEAL_FIELDS, *OUTCOME_FIELDS)}
    if seen["stage"] == "archived":
        values["archivedAt"] = instant(now)
    return changed(referral, "sender-changed", SYSTEM, now, {**values, **applied})


def note_sharing(
    referral: Referral, entry: NoteEntry, organization_name: str, at: datetime, *, not_to: str | None = None
) -> dict[str, Any]:
    """The values that send a shared note to every other live copy but `not_to` (DOMAIN: "Notes"). Others learn whose it
    is, not who of its people wrote it."""
    author = entry["author"] if "organizationName" in entry else referral["organizationId"]
    payload = {"entry": {"organizationName": organization_name, **entry, "author": author}}
    targets = [target for target, _ in copies_elsewhere(referral, live=True) if target["id"] != not_to]
    return posted_all(referral, [(NOTE_SHARED, target, payload) for target in targets], at)


def with_shared_note(
    referral: Referral, payload: Mapping[str, Any], source_id: str, seq: int, now: datetime
) -> Referral | None:
    """The copy with another organization's note, passed on where this is the hub. None where it is archived: only live
    copies get it."""
    if referral["stage"] == "archived":
        return None
    entry = payload["entry"]
    on = note_sharing(referral, entry, entry["organizationName"], now, not_to=source_id) if _is_hub(referral) else {}
    values = {"noteEntries": [*referral["noteEntries"], entry], **on, **applying(referral, source_id, seq)}
    return changed(referral, "note-received", SYSTEM, now, values)


def may_withdraw_consent(referral: Referral, caller: Caller) -> bool:
    """In any stage, by the team, where there is something to withdraw; a mirror's partner does it there."""
    return is_team(referral, "withdraw-consent", caller) and not referral["mirror"] and _holds_a_person(referral)


def consent_withdrawn(referral: Referral, caller: Caller, now: datetime) -> Referral:
    """The customer's contact is gone from this copy and from everything still to be sent; every organization that holds
    a copy is told. Raises NotAllowed, NotPossible."""
    if not is_team(referral, "withdraw-consent", caller):
        raise NotAllowed("This is for the referral's team.")
    if referral["mirror"]:
        raise NotPossible("This is the partner's deal, shown to you; ask them to withdraw the consent.")
    if not _holds_a_person(referral):
        allowed = allowed_actions(referral, caller, now)
        raise NotPossible("No consent is recorded here and no contact is kept.", allowed=allowed)
    return _without(referral, {*_persons(referral), NOBODY_YET}, caller.user, caller.organization.name, now)


def consent_withdrawn_elsewhere(
    referral: Referral, payload: Mapping[str, Any], source_id: str, seq: int, now: datetime
) -> Referral | None:
    """The same at another organization's copy, in any stage, for those persons alone: somebody named since then stays.
    The hub passes it on. None where it holds nothing of them."""
    keys = _persons(referral) & set(payload["personKeys"])
    if not keys:
        return None
    applied = applying(referral, source_id, seq)
    return _without(referral, keys, SYSTEM, payload["by"], now, applied=applied, not_to=source_id)


def _without(
    referral: Referral,
    keys: Set[str | None],
    by: str,
    organization: str,
    now: datetime,
    *,
    applied: Mapping[str, Any] | None = None,
    not_to: str | None = None,
) -> Referral:
    """The referral without these persons, and everybody told who may hold them; other copies learn which organization
    it came from, not who of its people."""
    persons = sorted(key for key in keys if key is not NOBODY_YET)
    others = [(t, name) for t, name in copies_elsewhere(referral, live=False) if persons and t["id"] != not_to]
    told = [{"organizationId": t["organizationId"], "organizationName": name} for t, name in others]
    clean = cast(Referral, {**referral, "outbox": [_redacted(event, keys) for event in referral["outbox"]]})
    payload = {"personKeys": persons, "by": organization}
    customer = without_persons(referral["customer"], keys)
    withdrawn_by = organization if by == SYSTEM else by
    consents = consent.withdrawn(referral["consents"], keys, withdrawn_by, now, _each_once(told))
    contact = referral["customer"].get("contact")
    of_a_lead = contact is not None and "contact" not in customer and referral["kind"] == "lead"
    values = {
        **(texts_without(contact or {}, cast(dict[str, Any], referral)) if of_a_lead else {}),
        "customer": customer,
        "customerConsent": consent.is_given(consents, customer.get("contact")),
        "consents": consents,
        **posted_all(clean, [(CONSENT_WITHDRAWN, target, payload) for target, _ in others], now),
        **(applied or {}),
    }
    return changed(referral, "withdraw-consent", by, now, values)


def _persons(referral: Referral) -> set[str]:
    """The keys of everybody whose consent or contact this copy holds."""
    contact = consent.key_of(referral["customer"].get("contact"))
    return consent.live_keys(referral["consents"]) | ({contact} if contact else set())


def _redacted(event: Event, keys: Set[str | None]) -> Event:
    return cast(Event, {**event, "payload": redacted(event["payload"], keys)})


def _each_once(told: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    return list({one["organizationId"]: one for one in told}.values())


def _holds_a_person(referral: Referral) -> bool:
    return "contact" in referral["customer"] or consent.has_live(referral["consents"])


def _is_hub(referral: Referral) -> bool:
    return referral["direction"] == "outgoing"
