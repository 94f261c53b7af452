"""The page of one referral: everything of it, and a form for each action it allows now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import uuid4

import azure.functions as func

from functions._html import page
from functions._pages import words
from functions._pages.forms import Form, Refused, flat
from functions._pages.network import about_the_network, may_ask_again
from functions._pages.organization import partner_names
from functions._pages.solution_choices import choices_of
from functions.similar import similar_view
from shared.bootstrap import services
from shared.domain.instants import today
from shared.domain.organizations.organization import Caller
from shared.domain.referrals.collisions import Collision
from shared.domain.referrals.document import Referral
from shared.domain.referrals.view import view

EDITED: Final = (
    "name", "estimatedValue", "estimatedCloseDate", "salesStage", "crmId", "campaignId", "notes", "employees",
    "solutions", "teamMembers",
)  # fmt: skip
CONTACT: Final = {"customer.contact": "customerContact"}
SHARES: Final = ("request-help", "invite-partner")
MOST_SIMILAR: Final = 3  # on the page; the API answers ten
CHANGED_HINT: Final = (
    "What you see is how it is now; your entries are still in the form. Compare, and send it again if it still fits."
)


async def page_of(
    referral: Referral, caller: Caller, *, done: str | None = None, again: str | None = None, action: str = "",
    refused: Refused | None = None
) -> func.HttpResponse:  # fmt: skip
    """The page; where a form was refused, with that form as it was sent and why it was refused. `again` is the partner
    that the form of an invitation starts with.
    """
    with_ = await services()
    now = with_.clock()
    favourite = referral["id"] in await with_.favourites.of(caller)
    collisions = await with_.collisions.on_receipt(referral)
    fit = await with_.similar.fits(referral)
    standing = await with_.solutions.standing(referral)
    seen = view(referral, caller, now, favourite=favourite, collisions=collisions, fit=fit, standing=standing)
    contact_sent = bool(refused and action == "edit" and any(name.startswith("customer.") for name in refused.values))
    sent_as = "contact" if contact_sent else action
    forms = {name: _start(name, seen, today(now).isoformat()) for name in _form_names(seen)}
    if refused and sent_as in forms:
        forms[sent_as] = refused.form(sent_as, CONTACT if sent_as in SHARES else None)
    elif again and "invite-partner" in forms:
        sent_as = "invite-partner"
        forms[sent_as] = _inviting_again(forms[sent_as], again, seen)
    return page(
        "referral.html",
        caller,
        refused.status if refused else 200,
        it=seen,
        version=referral["version"],
        forms=forms,
        refused=refused,
        sent_as=sent_as,
        hint=CHANGED_HINT if refused and refused.status == 412 else None,
        done=_done(done, seen),
        open_deals=await _open_deals(caller, collisions) if "accept" in forms and seen["kind"] == "lead" else {},
        offers=await choices_of(caller) if {"edit", "invite-partner"} & forms.keys() else {},
        partners=await partner_names(caller) if "invite-partner" in forms else None,
        names=await with_.people.names(caller),
        location=_location(seen, caller),
        key=uuid4().hex,
        today=today(now).isoformat(),
        now=now,
        window=with_.settings.response_window,
        similar=[similar_view(one) for one in (await with_.similar.to(referral))[:MOST_SIMILAR]] if fit else [],
        **about_the_network(referral, seen),
    )


def _done(action: str | None, seen: Mapping[str, Any]) -> str | None:
    """What was done, in words; a customer's inquiry has no sender who could be told."""
    unsent = seen["kind"] == "lead" and seen["sender"] is None
    return (words.DONE_ALONE.get(action or "") if unsent else None) or words.DONE.get(action or "")


async def _open_deals(caller: Caller, collisions: Sequence[Collision]) -> dict[str, str]:
    """The deals a lead may be accepted into, by id; those that look like it first."""
    found = await (await services()).referral_lists.open_deals(caller)
    alike = {one["id"] for one in collisions}
    first = sorted(found, key=lambda deal: deal["id"] not in alike)
    return {deal["id"]: f"{deal['name']} ({deal['customer']['name']})" for deal in first}


def _location(seen: dict[str, Any], caller: Caller) -> str | None:
    """The name of the location it was sent to, as long as that is there."""
    places = caller.organization.locations
    return next((place.name for place in places if place.id == seen["locationId"]), None)


def _form_names(seen: dict[str, Any]) -> list[str]:
    """The allowed actions; the contact of an own deal's customer is edited in a form of its own."""
    names: list[str] = list(seen["allowedActions"])
    if "edit" in names and seen["direction"] == "outgoing" and seen["help"] is None:
        names.append("contact")
    if any(warning["code"] == "delivery_failed" for warning in seen["warnings"]):
        names.append("send-again")
    return names


def _start(name: str, seen: dict[str, Any], today_: str) -> Form:
    """What a form is filled in with at first."""
    match name:
        case "accept":
            wanted = {field: seen[field] for field in ("name", "estimatedValue", "estimatedCloseDate")}
        case "invite-partner":
            wanted = {
                field: seen[field] for field in ("estimatedValue", "estimatedCloseDate", "employees", "solutions")
            }
        case "request-help":
            wanted = seen["help"] or {}
        case "edit":
            wanted = {field: seen[field] for field in EDITED}
            return Form(name, _by_row(flat(wanted), seen["teamMembers"]))
        case "win" | "lose":
            wanted = {"finalValue": seen["estimatedValue"], "closedDate": today_}
        case "contact":
            wanted = {"customer": {"contact": seen["customer"].get("contact", {})}}
        case "notes":
            wanted = {"audience": "internal"}
        case _:
            wanted = {}
    return Form(name, flat(wanted))


def _inviting_again(form: Form, partner: str, seen: dict[str, Any]) -> Form:
    """The form of an invitation that continues the one this partner did not take up."""
    before = may_ask_again(seen).get(partner)
    said = flat({field: before[field] for field in ("code", "notes")}) if before else {}
    return Form(form.name, {**form.values, **said, **({"partnerId": partner} if before else {})})


def _by_row(values: dict[str, str | list[str]], members: list[str]) -> dict[str, str | list[str]]:
    values.pop("teamMembers", None)
    return values | {f"teamMembers.{n}": member for n, member in enumerate(members)}
