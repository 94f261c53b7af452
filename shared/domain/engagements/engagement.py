"""One piece of business as one organization may see it: its own copies, who takes part, and what happened when.

Everything here comes from the organization's own copies; what another's copy holds is known only by what it sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from shared.domain.organizations.organization import Caller
from shared.domain.referrals.document import Invitation, Referral
from shared.domain.referrals.referral import is_own

Entry = dict[str, Any]


def participants(copies: Sequence[Referral], caller: Caller) -> list[Entry]:
    """The caller's organization first, then the others it knows of, each once with its latest state."""
    us = {"organizationId": caller.organization_id, "organizationName": caller.organization.name, "part": "us"}
    own = {**us, "status": _state(copies[-1]), "team": copies[-1]["employees"], "view": None}
    others = {(one["organizationId"], one["part"]): one for copy in copies for one in _others(copy)}
    return [own, *others.values()]


def _others(copy: Referral) -> Iterator[Entry]:
    sender, mirror = copy["sender"], copy["vendorMirror"]
    if sender is not None:
        team = copy["senderTeam"] if copy["acceptedAt"] else []
        view = copy["senderView"]
        status = view["outcome"] or view["stage"] if view else "accepted"
        yield _participant(sender["organizationId"], sender["organizationName"], "sender", status, team, view)
    if mirror is not None and mirror["retiredAt"] is None:
        yield _participant(mirror["organizationId"], mirror["organizationName"], "vendor_mirror", "sees it", [], None)
    for one in copy["invitations"]:
        yield _participant(one["target"], one["targetName"], "invited", one["status"], one["team"], None)


def _participant(id: str, name: str, part: str, status: str, team: list[Any], view: Any) -> Entry:
    return {"organizationId": id, "organizationName": name, "part": part, "status": status, "team": team, "view": view}


def _state(copy: Referral) -> str:
    return copy["outcome"] or copy["stage"]


def timeline(copies: Sequence[Referral], caller: Caller) -> list[Entry]:
    """What happened, oldest first: each invitation from both its ends, and how the copies were closed."""
    us = {"organizationId": caller.organization_id, "organizationName": caller.organization.name}
    entries = [entry for copy in copies for entry in _of_copy(copy, us)]
    return sorted(entries, key=lambda entry: str(entry["at"]))


def _of_copy(copy: Referral, us: Entry) -> Iterator[Entry]:
    sender = copy["sender"]
    if is_own(copy):
        yield {"at": copy["createdAt"], **us, "what": "created"}
    elif copy["mirror"] and sender:
        yield {"at": copy["receivedAt"], **_who(sender), "what": "shared"}
        if copy["stage"] == "archived" and copy["outcome"] != "withdrawn":
            yield {"at": copy["archivedAt"], **_who(sender), "what": copy["outcome"]}
    elif sender:
        what = {"what": "received", "invitationId": sender["invitationId"], "expiresAt": copy["expiresAt"]}
        yield {"at": copy["receivedAt"], **us, **what}
        if copy["acceptedAt"]:
            yield {"at": copy["acceptedAt"], **us, "what": "accepted", "invitationId": sender["invitationId"]}
    else:  # a customer's own inquiry
        yield {"at": copy["receivedAt"], **us, "what": "received", "expiresAt": copy["expiresAt"]}
        if copy["acceptedAt"]:
            yield {"at": copy["acceptedAt"], **us, "what": "accepted"}
    if copy["vendorMirror"]:
        yield {"at": copy["vendorMirror"]["openedAt"], **us, "what": "shared"}
    if copy["stage"] == "archived" and not copy["mirror"]:
        who = _who(sender) if sender and copy["outcome"] == "withdrawn" else us
        yield {"at": copy["archivedAt"], **who, "what": copy["outcome"], **_why(copy["reason"], copy["reasonNotes"])}
    view = copy["senderView"]
    if view and view["outcome"] and sender:
        yield {"at": view["changedAt"], **_who(sender), "what": view["outcome"]}
    for one in copy["invitations"]:
        yield from _of_invitation(one, copy, us)


def _of_invitation(one: Invitation, copy: Referral, us: Entry) -> Iterator[Entry]:
    them = {"organizationId": one["target"], "organizationName": one["targetName"]}
    about = {"invitationId": one["id"], "kind": one["kind"]}
    yield {"at": one["sentAt"], **us, "what": "invited", **about, "note": one["notes"], "invited": one["targetName"]}
    if one["receivedAt"]:
        yield {"at": one["receivedAt"], **them, "what": "received", **about, "expiresAt": one["expiresAt"]}
    if one["acceptedAt"]:
        yield {"at": one["acceptedAt"], **them, "what": "accepted", **about}
    if one["status"] == "withdrawn":
        yield {"at": copy["archivedAt"], **us, "what": "withdrawn", **about, "invited": one["targetName"]}
    elif one["answeredAt"] and one["status"] != "accepted":
        yield {"at": one["answeredAt"], **them, "what": one["status"], **about, **_why(one["reason"], one["note"])}


def _why(reason: int | None, note: str | None) -> Entry:
    return {name: value for name, value in (("reason", reason), ("note", note)) if value}


def _who(sender: Entry) -> Entry:
    return {"organizationId": sender["organizationId"], "organizationName": sender["organizationName"]}
