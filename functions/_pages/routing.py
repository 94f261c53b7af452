"""The page of the routing rules: the rules in force, the form that changes them, and the dry run of a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import azure.functions as func

from functions._html import page
from functions._pages import words
from functions._pages.forms import Form, Refused, Values, flat
from functions._pages.offers import offer_names
from functions._pages.organization import CHANGED_HINT
from functions._replay import replay
from shared.bootstrap import services
from shared.domain.organizations.organization import Caller, Role
from shared.domain.organizations.routing import view
from shared.services.organizations.routing import Replayed

LAST: Final = {"20": "the last 20 received", "50": "the last 50 received", "200": "the last 200 received"}


async def page_of(
    caller: Caller,
    *,
    done: str | None = None,
    refused: Refused | None = None,
    tried: tuple[Values, Sequence[Replayed]] | None = None,
    base: str | None = None,
) -> func.HttpResponse:
    """`tried` are the entries of a draft, and what came of it: the form still holds the draft, which nothing stored.
    `base` is the version it started from: what others saved meanwhile is not overwritten unseen."""
    with_ = await services()
    stored = await with_.routing.read(caller)
    organization = await with_.organizations.get(caller.organization_id) or caller.organization
    seen = view(stored, organization)
    is_admin = caller.has_any(Role.ACCOUNT_ADMIN)
    current = stored["version"] if stored else 0
    was_changed = refused is not None and refused.status == 412
    places = {location.id: location.name for location in organization.locations}
    return page(
        "routing.html",
        caller,
        refused.status if refused else 200,
        it=seen,
        version=base if base and not was_changed else current,
        places=places,
        place=lambda id: places.get(id, "A location that is gone") if id else "No location",
        form=_form(seen, refused, tried[0] if tried else None) if is_admin else None,
        offers=sorted(set((await offer_names(caller)).values())) if is_admin else [],
        tried=replay(tried[1]) if tried else None,
        last=LAST,
        refused=refused,
        refusal=refused.error.detail if refused else None,
        hint=CHANGED_HINT if was_changed else None,
        names=await with_.people.names(caller),
        done=words.DONE.get(done or ""),
    )


def _form(seen: Mapping[str, Any], refused: Refused | None, draft: Values | None) -> Form:
    if refused:
        return refused.form("rules")
    kept = [{name: rule[name] for name in ("solution", "market", "locationId")} for rule in seen["rules"]]
    return Form("rules", flat({"rules": kept, "last": 50}) if draft is None else draft)
