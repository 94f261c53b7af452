"""A file that somebody sends by a form, for contacts and documents alike."""

from __future__ import annotations

from pathlib import PureWindowsPath

import azure.functions as func

from functions._body import MULTIPART, media_type_of, multipart
from functions._http import answer, prefers_html, see_other
from functions._identity import require
from functions.offers import offer_id
from shared.bootstrap import services
from shared.domain.errors import Invalid, WrongMediaType
from shared.domain.offers import upload as uploads
from shared.domain.offers.upload import Place
from shared.domain.organizations.organization import Role


async def received(req: func.HttpRequest, kind: uploads.Kind, document_type: str | None) -> func.HttpResponse:
    """The record of a file that was stored where the trigger finds it; a browser goes on to the offer.

    Raises NotAllowed, WrongMediaType, Invalid, NotFound, TooLarge.
    """
    caller = await require(req, Role.COSELL_SOLUTION_ADMIN)
    name, content = _file(req)
    place = Place(caller.organization_id, offer_id(req), kind, document_type, name)
    record = await (await services()).uploads.receive(place, content, caller)
    if prefers_html(req):
        return see_other(f"/offers/{place.offer_id}")
    return answer(uploads.view(record), 202, headers={"Location": f"/api/uploads/{record['id']}"})


def _file(req: func.HttpRequest) -> tuple[str, bytes]:
    """The form's file, under its bare name: some browsers send a whole path."""
    if media_type_of(req) != MULTIPART:
        raise WrongMediaType("Send multipart/form-data with the file in field `file`.")
    name, content = multipart(req)[1].get("file", ("", b""))
    if not name:
        raise Invalid.field("file", "missing", "Choose a file.")
    return PureWindowsPath(name).name, content
