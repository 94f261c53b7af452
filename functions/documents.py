"""The documents of an offer: what is there, the files and pictures themselves, taking one away, clearing up behind."""

from __future__ import annotations

import logging
from typing import Final
from urllib.parse import quote

import azure.functions as func

from functions import _again
from functions._http import answer, endpoint, prefers_html, see_other, version_of
from functions._identity import require
from functions.offers import offer_id, own_offer
from shared.bootstrap import services
from shared.domain.offers import offer as offers
from shared.domain.organizations.organization import Role

blueprint = func.Blueprint()
log = logging.getLogger(__name__)

INERT: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}
"""What others wrote is saved or shown as what it is, and runs nothing."""


@blueprint.route("api/offers/{id}/documents", methods=["GET"])
@endpoint()
async def list_documents(req: func.HttpRequest) -> func.HttpResponse:
    """What is known of each document that the caller may see."""
    caller = await require(req)
    items, version = await (await services()).document_files.known(offer_id(req), caller)
    shown = [{**each, **_addresses(offer_id(req), each)} for each in items]
    return answer({"items": shown, "next": None}, version=version)


@blueprint.route("api/offers/{id}/documents/{type}/{file}", methods=["GET"])
@endpoint()
async def read_document(req: func.HttpRequest) -> func.HttpResponse:
    """The file as it was uploaded; `of=published` asks for the published one of an own offer."""
    caller = await require(req)
    file = await (await services()).document_files.read(*_named(req), caller, published=_of_published(req))
    headers = {**INERT, "Content-Disposition": _disposition("attachment", file.name)}
    return func.HttpResponse(file.content, headers=headers, mimetype=file.content_type)


@blueprint.route("api/offers/{id}/documents/{type}/{file}/preview", methods=["GET"])
@endpoint()
async def read_document_preview(req: func.HttpRequest) -> func.HttpResponse:
    """A picture of the first page, of PDF files and pictures."""
    caller = await require(req)
    file = await (await services()).document_files.preview(*_named(req), caller, published=_of_published(req))
    headers = {**INERT, "Content-Disposition": _disposition("inline", file.name)}
    return func.HttpResponse(file.content, headers=headers, mimetype=file.content_type)


@blueprint.route("api/offers/{id}/documents/{type}/{file}", methods=["DELETE"])
@endpoint(subject=own_offer)
async def delete_document(req: func.HttpRequest) -> func.HttpResponse:
    """Take a document out of the draft; what is published keeps it until the next publication."""
    return await _deleted(req)


@blueprint.route("api/offers/{id}/documents/{type}/{file}/remove", methods=["POST"])
@endpoint(again=_again.offer, subject=own_offer)
async def remove_document(req: func.HttpRequest) -> func.HttpResponse:
    """The same for forms, which cannot send DELETE."""
    return await _deleted(req)


async def _deleted(req: func.HttpRequest) -> func.HttpResponse:
    caller = await require(req, Role.COSELL_SOLUTION_ADMIN)
    offer = await (await services()).document_files.delete(*_named(req), caller, version_of(req))
    if prefers_html(req):
        return see_other(f"/offers/{offer['id']}")
    return answer(offers.view(offer), version=offer["version"])


@blueprint.timer_trigger(schedule="0 15 4 * * *", arg_name="timer")
async def clean_documents(timer: func.TimerRequest) -> None:
    """Remove versions of documents that no offer has needed for a day."""
    report = await (await services()).document_cleaning.clean()
    log.info("clean_documents: %s", report.as_facts())


def _named(req: func.HttpRequest) -> tuple[str, str, str]:
    """Offer, type and file name of the address."""
    return offer_id(req), str(req.route_params["type"]), str(req.route_params["file"])


def _of_published(req: func.HttpRequest) -> bool:
    return bool(req.params.get("of") == "published")


def _addresses(offer: str, item: dict[str, object]) -> dict[str, str | None]:
    href = f"/api/offers/{offer}/documents/{item['type']}/{quote(str(item['fileName']), safe='')}"
    return {"href": href, "previewHref": f"{href}/preview" if item["hasPreview"] else None}


def _disposition(how: str, name: str) -> str:
    """RFC 6266: a plain name for old programs, the true one for all others."""
    plain = "".join(each if (each.isascii() and each.isalnum()) or each in " -_.()" else "_" for each in name)
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
