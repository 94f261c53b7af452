"""The page of one offer: one's own with what is to be done, another's as it is published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, cast

import azure.functions as func

from functions._html import page
from functions._pages import offer_words, words
from functions._pages.forms import Form, Refused
from functions._pages.offer_next import next_step
from functions._pages.offer_reference import guide_of
from shared.bootstrap import services
from shared.domain.offers.compare import compared
from shared.domain.offers.offer import Offer, view
from shared.domain.offers.upload import DOCUMENT_TYPES
from shared.domain.offers.upload import view as upload_view
from shared.domain.organizations.organization import Caller, Role
from shared.services.offering.visible import Seen

UNDER_WAY: Final = ("received", "parsing")
SHOWN_WHOLE: Final = ("rejected", "done")
DETAILED: Final = 6
BARE: Final[dict[str, Any]] = {"errors": [], "warnings": [], "result": {}}
FORMS: Final = ("contacts", *DOCUMENT_TYPES, "undo", "go-live")


async def page_of(
    id: str, caller: Caller, *, done: str | None = None, sent_as: str = "", refused: Refused | None = None
) -> func.HttpResponse:
    """The page as the caller may see it. Raises NotFound."""
    seen = await (await services()).visible_offers.offer(id, caller)
    if seen.view == "own":
        return await _own(cast(Offer, seen.document), caller, done=done, sent_as=sent_as, refused=refused)
    return await _published(seen, caller, done=done, sent_as=sent_as, refused=refused)


async def _own(
    offer: Offer, caller: Caller, *, done: str | None, sent_as: str, refused: Refused | None
) -> func.HttpResponse:
    """While an upload is being read, or the validation runs, it comes again by itself."""
    with_ = await services()
    uploads = await _uploads(offer["id"], caller)
    readiness = await with_.offer_readiness.read(offer["id"], caller)
    under_way = bool(offer["pendingPublication"]) or any(each["status"] in UNDER_WAY for each in uploads)
    return page(
        "offer.html",
        caller,
        refused.status if refused else 200,
        it=view(offer),
        version=offer["version"],
        step=next_step(cast(dict[str, Any], offer), readiness, unpublished=bool(compared(offer)["changed"])),
        readiness=readiness,
        may_change=caller.has_any(Role.COSELL_SOLUTION_ADMIN),
        forms={name: refused.form(name) if refused and name == sent_as else Form(name) for name in FORMS},
        sent_as=sent_as,
        done=words.DONE.get(done or ""),
        refusal=offer_words.codes_in_words(refused.error.detail) if refused else None,
        uploads=uploads,
        refresh=2 if under_way and not refused else None,
        languages=words.LANGUAGES,
        names=await with_.people.names(caller),
        guide=guide_of(with_.offer_reference),
    )


async def _uploads(offer_id: str, caller: Caller) -> list[dict[str, Any]]:
    """The offer's latest uploads; the newest that were refused, with the rows that are wrong."""
    with_ = await services()
    listed = (await with_.uploads.list(caller, offer_id, "20")).items
    detailed = [each["id"] for each in listed if each["status"] in SHOWN_WHOLE][:DETAILED]
    return [
        upload_view(await with_.uploads.read(each["id"], caller)) if each["id"] in detailed else {**BARE, **each}
        for each in listed
    ]


async def _published(
    seen: Seen, caller: Caller, *, done: str | None, sent_as: str, refused: Refused | None
) -> func.HttpResponse:
    """As the vendor or another partner sees it; for a reviewer with the forms of a decision and of a certificate."""
    with_ = await services()
    it = seen.document
    readiness = await with_.offer_readiness.read(it["id"], caller) if seen.view == "vendor" else None
    reviews = seen.view == "vendor" and caller.has_any(Role.REVIEWER)
    names = ("decision", "certificates")
    forms = {name: refused.form(name) if refused and name == sent_as else Form(name) for name in names}
    decision = replace(forms["decision"], labels=offer_words.LABELS)
    return page(
        "published_offer.html",
        caller,
        refused.status if refused else 200,
        it=it,
        view=seen.view,
        version=it["version"],
        readiness=readiness,
        guide=guide_of(with_.offer_reference),
        may_review=reviews,
        reviewing=reviews and (it["reviewState"] == "in_review" or it["coSellStatus"] == "co_sell_ready"),
        failed=_failed(readiness),
        reason_rows=list(_reason_rows(readiness, decision)),
        forms={"decision": decision, "certificates": replace(forms["certificates"], labels=offer_words.LABELS)},
        sent_as=sent_as,
        done=words.DONE.get(done or ""),
        refusal=offer_words.codes_in_words(refused.error.detail) if refused else None,
        names=await with_.people.names(caller),
    )


def _failed(readiness: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    return [one for one in readiness["coSell"]["checks"] if not one["passed"]] if readiness else []


def _reason_rows(readiness: Mapping[str, Any] | None, form: Form) -> Iterator[dict[str, Any]]:
    """A row for each check that a reason may be about: its number among those sent, and what was seen where it is open,
    and belongs to what is asked for first."""
    first = readiness["coSell"]["checks"] if readiness else []
    checks = [*first, *readiness["ipCoSell"]["checks"]] if readiness else []
    sent = {form.value(f"reasons.{n}.check"): n for n in range(len(checks)) if form.value(f"reasons.{n}.check")}
    free = iter(range(len(sent), len(sent) + len(checks)))
    for one in checks:
        if one["id"] != "co_sell_ready":
            n = sent[one["id"]] if one["id"] in sent else next(free)
            seen = "" if one["passed"] else offer_words.codes_in_words(one["evidence"])
            yield {"n": n, "id": one["id"], "is_open": not one["passed"] and one in first, "seen": seen}
