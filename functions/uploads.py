"""Uploaded files: the trigger that reads them, the ways to send one, and what became of each."""

from __future__ import annotations

import logging
import os

import azure.functions as func

from functions import _again
from functions._body import read
from functions._http import answer, endpoint
from functions._identity import require
from functions._links import next_page
from functions._uploading import received
from functions.offers import offer_id, own_offer
from shared.bootstrap import services
from shared.domain.errors import Invalid
from shared.domain.offers import upload as uploads
from shared.domain.offers.upload import DOCUMENT_TYPES, Place
from shared.domain.organizations.organization import Role
from shared.domain.referrals.commands import CreateUploadLink

blueprint = func.Blueprint()
log = logging.getLogger(__name__)


# Read at import, because the platform indexes it: polling by default, EventGrid on Flex Consumption (docs/settings.md).
SOURCE = func.BlobSource(os.environ["BLOB_TRIGGER_SOURCE"]) if os.environ.get("BLOB_TRIGGER_SOURCE") else None


@blueprint.blob_trigger(arg_name="blob", path="uploads/{path}", connection="AzureWebJobsStorage", source=SOURCE)
async def ingest_upload(blob: func.InputStream) -> None:
    """Take in a file that arrived in container `uploads`, whoever put it there."""
    path = str(blob.name).partition("/")[2]
    status = await (await services()).uploads.ingest(path, blob.length)
    log.info("ingest_upload %s: %s", path, status or "gone")


@blueprint.route("api/offers/{id}/documents/{type}", methods=["POST"])
@endpoint(again=_again.offer, subject=own_offer)
async def upload_document(req: func.HttpRequest) -> func.HttpResponse:
    """Take a document of one type; it replaces the one before."""
    kind = str(req.route_params["type"])
    if kind not in DOCUMENT_TYPES:
        raise Invalid.field("type", "unknown_value", f"Use one of: {', '.join(DOCUMENT_TYPES)}.")
    return await received(req, "document", kind)


@blueprint.route("api/offers/{id}/upload-links", methods=["POST"])
@endpoint(subject=own_offer)
async def create_upload_link(req: func.HttpRequest) -> func.HttpResponse:
    """An address that lets a tool write this one file, and nothing else, for an hour."""
    caller = await require(req, Role.COSELL_SOLUTION_ADMIN)
    command = read(req, CreateUploadLink)
    document_type = command.document_type if command.kind == "document" else None
    place = Place(caller.organization_id, offer_id(req), command.kind, document_type, command.file_name)
    url, expires_at = await (await services()).uploads.link(place)
    return answer({"url": url, "path": place.path, "expiresAt": expires_at}, 201)


@blueprint.route("api/uploads/{id}", methods=["GET"])
@endpoint()
async def read_upload(req: func.HttpRequest) -> func.HttpResponse:
    """What became of one uploaded file."""
    caller = await require(req)
    return answer(uploads.view(await (await services()).uploads.read(str(req.route_params["id"]), caller)))


@blueprint.route("api/uploads", methods=["GET"])
@endpoint()
async def list_uploads(req: func.HttpRequest) -> func.HttpResponse:
    """One page of the organization's uploads, newest first; of one offer where `offerId` says so."""
    caller = await require(req)
    wanted = {"offer_id": "offerId", "limit": "limit", "after": "after"}
    params = {name: req.params[key] for name, key in wanted.items() if req.params.get(key)}
    listed = await (await services()).uploads.list(caller, **params)
    return answer({"items": listed.items, "next": next_page(req, listed.after)})


@blueprint.timer_trigger(schedule="0 0 4 * * *", arg_name="timer")
async def reconcile_uploads(timer: func.TimerRequest) -> None:
    """Take in files that the trigger missed."""
    report = await (await services()).reconciliation.reconcile()
    log.info("reconcile_uploads: %s", report.as_facts())
