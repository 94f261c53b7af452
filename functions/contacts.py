"""An offer's contacts: send a list, take it away, go back to the one before."""

from __future__ import annotations

import logging

import azure.functions as func

from functions import _again
from functions._answers import csv_file
from functions._body import read
from functions._http import answer, endpoint, prefers_html, return_path, see_other, version_of
from functions._identity import require
from functions._links import next_page
from functions._uploading import received
from functions.offers import offer_id, own_offer
from shared.bootstrap import services
from shared.domain.offers import offer as offers
from shared.domain.offers.contact_commands import ConfirmContacts
from shared.domain.offers.offer import Offer
from shared.domain.organizations.organization import Role

blueprint = func.Blueprint()
log = logging.getLogger(__name__)


@blueprint.route("api/offers/{id}/contacts", methods=["POST"])
@endpoint(again=_again.offer, subject=own_offer)
async def upload_contacts(req: func.HttpRequest) -> func.HttpResponse:
    """Take a contacts file; it replaces the offer's contacts once it was read without an error."""
    return await received(req, "contacts", None)


@blueprint.route("api/contacts-template.csv", methods=["GET"])
@endpoint()
async def contacts_template(req: func.HttpRequest) -> func.HttpResponse:
    """The contacts file to fill in, in the language asked for."""
    from shared.domain.offers.contact_words import language_of  # six languages' words are needed for nothing else here
    from shared.parsing.contacts_text import template_text

    await require(req)
    language = language_of(req.params.get("lang"))
    return csv_file(template_text(language).encode(), f"contacts-template-{language}.csv")


@blueprint.route("api/offers/{id}/contacts", methods=["GET"])
@endpoint()
async def list_contacts(req: func.HttpRequest) -> func.HttpResponse:
    """Some of the contacts in force; of another organization's offer those that are published."""
    caller = await require(req)
    with_ = await services()
    seen = await with_.visible_offers.offer(offer_id(req), caller)
    listed = await with_.contact_lists.list(seen, req.params.get("limit"), req.params.get("after"))
    total = seen.document["activeImport"]["contacts"] if seen.document["activeImport"] else 0
    return answer({"items": listed.items, "next": next_page(req, listed.after), "total": total})


@blueprint.route("api/offers/{id}/contacts.csv", methods=["GET"])
@endpoint()
async def export_contacts(req: func.HttpRequest) -> func.HttpResponse:
    """The contacts in force, as a file that can be corrected and uploaded as it is."""
    caller = await require(req)
    with_ = await services()
    seen = await with_.visible_offers.offer(offer_id(req), caller)
    return csv_file(await with_.contact_lists.export(seen, req.params.get("lang")), "contacts.csv")


@blueprint.route("api/offers/{id}/contacts/diff", methods=["GET"])
@endpoint()
async def read_contacts_diff(req: func.HttpRequest) -> func.HttpResponse:
    """What the list that waits would change, or else what the last import changed."""
    caller = await require(req)
    with_ = await services()
    offer = await with_.offers.read(offer_id(req), caller)
    return answer(await with_.contact_lists.diff(offer), version=offer["version"])


@blueprint.route("api/offers/{id}/contacts/confirm", methods=["POST"])
@endpoint(again=_again.offer, subject=own_offer)
async def confirm_contacts(req: func.HttpRequest) -> func.HttpResponse:
    """Put the contacts that wait in force."""
    caller = await require(req, Role.COSELL_SOLUTION_ADMIN)
    seen = read(req, ConfirmContacts).import_id
    offer = await (await services()).contact_lists.confirm(offer_id(req), caller, version_of(req), seen)
    return _answer(req, offer)


@blueprint.route("api/offers/{id}/contacts/discard", methods=["POST"])
@endpoint(again=_again.offer, subject=own_offer)
async def discard_contacts(req: func.HttpRequest) -> func.HttpResponse:
    """Let the contacts that wait go; those in force stay."""
    caller = await require(req, Role.COSELL_SOLUTION_ADMIN)
    offer = await (await services()).contact_lists.discard(offer_id(req), caller, version_of(req))
    return _answer(req, offer)


@blueprint.route("api/offers/{id}/contacts/undo", methods=["POST"])
@endpoint(again=_again.offer, subject=own_offer)
async def undo_contacts_import(req: func.HttpRequest) -> func.HttpResponse:
    """Put the contacts from before the last import back in force."""
    caller = await require(req, Role.COSELL_SOLUTION_ADMIN)
    offer = await (await services()).contact_lists.undo(offer_id(req), caller, version_of(req))
    return _answer(req, offer)


def _answer(req: func.HttpRequest, offer: Offer) -> func.HttpResponse:
    if prefers_html(req):
        return see_other(return_path(req, f"/offers/{offer['id']}"))
    return answer(offers.view(offer), version=offer["version"])


@blueprint.route("api/uploads/{id}/errors.csv", methods=["GET"])
@endpoint()
async def export_upload_errors(req: func.HttpRequest) -> func.HttpResponse:
    """A refused contacts file with a column of errors, to be corrected and uploaded as it is."""
    caller = await require(req)
    with_ = await services()
    upload = await with_.uploads.read(str(req.route_params["id"]), caller)
    content, encoding = await with_.returned_files.read(upload)
    charset = "utf-16" if encoding.startswith("utf-16") else encoding
    return csv_file(content, "contacts-errors.csv", charset=charset)


@blueprint.timer_trigger(schedule="0 30 3 * * *", arg_name="timer")
async def clean_imports(timer: func.TimerRequest) -> None:
    """Remove contacts that no offer has needed for a day: refused files, lists replaced twice, what was undone."""
    report = await (await services()).contact_cleaning.clean()
    log.info("clean_imports: %s", report.as_facts())
