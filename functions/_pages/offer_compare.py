"""The page that compares an offer's draft with what is published, and publishes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import azure.functions as func

from functions._html import page
from functions._pages import offer_words, words
from functions._pages.forms import Form, Refused
from functions._pages.offer_reference import Guide, guide_of
from shared.bootstrap import services
from shared.domain.offers.compare import compared
from shared.domain.offers.offer import Offer
from shared.domain.organizations.organization import Caller, Role

NOT_OF_THE_OFFER: Final = ("offer_live",)
"""A check that publishing itself is on the way to."""


async def page_of(offer: Offer, caller: Caller, refused: Refused | None = None) -> func.HttpResponse:
    """Field by field, what differs marked; for those who may publish the form, with the scope that is advised."""
    with_ = await services()
    told, found = guide_of(with_.offer_reference), compared(offer)
    readiness = await with_.offer_readiness.read(offer["id"], caller)
    advised = found["advice"]["scope"]
    form = refused.form("publish") if refused and refused.values else Form("publish", {"scope": advised or ""})
    return page(
        "offer_compare.html",
        caller,
        refused.status if refused else 200,
        it=offer,
        version=offer["version"],
        rows=list(_rows(found["fields"], told)),
        changed=len(found["changed"]),
        advised=advised,
        why=offer_words.fields_in_words(_plain(found["advice"]["why"])),
        refused={one["scope"]: _plain(one["detail"]) for one in found["refused"]},
        missing=[c["id"] for c in readiness["coSell"]["checks"] if not c["passed"] and c["id"] not in NOT_OF_THE_OFFER],
        may_publish=caller.has_any(Role.COSELL_SOLUTION_ADMIN),
        form=replace(form, labels=offer_words.LABELS),
        refusal=_plain(refused.error.detail) if refused else None,
        names=await with_.people.names(caller),
    )


def _plain(text: str) -> str:
    """What is said to programs of scopes is on the form."""
    return text.replace(" (scope `all`)", "")


def _rows(fields: list[Mapping[str, Any]], told: Guide) -> Iterator[dict[str, Any]]:
    for one in fields:
        name = one["field"]
        yield {
            "label": offer_words.offer_label(name),
            "part": "The listing" if one["part"] == "listing" else "Co-sell",
            "differs": one["changed"],
            "draft": _shown(name, one["draft"], told),
            "published": _shown(name, one["published"], told),
        }


def _shown(field: str, value: Any, told: Guide) -> str:
    """A field's value as the page shows it, empty for none."""
    if value in (None, [], ""):
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if field.startswith("documents."):
        return f"{value['fileName']}, {words.size_of(value['size'])}, uploaded {words.moment(value['uploadedAt'])}"
    if field == "contacts":
        return f"{value['contacts']} contacts, in force since {words.moment(value['activatedAt'])}"
    if field == "availableCountries":
        return offer_words.places(value)
    if field == "offerType":
        return words.OFFER_TYPES[value]
    return told.field_in_words(field, value)
