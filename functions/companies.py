"""The organization's own list of companies: import a file, get the template."""

from __future__ import annotations

import azure.functions as func

from functions import _again
from functions._answers import csv_file
from functions._body import MULTIPART, media_type_of, multipart
from functions._http import answer, endpoint, prefers_html
from functions._identity import require
from shared.bootstrap import services
from shared.domain.errors import Invalid, WrongMediaType
from shared.domain.organizations.organization import Role

blueprint = func.Blueprint()


@blueprint.route("api/companies", methods=["POST"])
@endpoint(again=_again.companies)
async def import_companies(req: func.HttpRequest) -> func.HttpResponse:
    """Take in a company list; every row is answered, and the good ones are kept whatever the others are."""
    caller = await require(req, Role.ACCOUNT_ADMIN)
    content = _file(req)
    imported = await (await services()).companies.import_file(content, caller)
    if prefers_html(req):
        from functions._pages import companies  # pages are heavy; programs never need them

        return await companies.list_page(req, caller, imported=imported)
    return answer({**imported.counts(), "rows": imported.rows})


@blueprint.route("api/companies-template.csv", methods=["GET"])
@endpoint()
async def companies_template(req: func.HttpRequest) -> func.HttpResponse:
    """The file to fill in."""
    from shared.parsing.companies_csv import template_text

    await require(req)
    return csv_file(template_text().encode(), "companies-template.csv")


def _file(req: func.HttpRequest) -> bytes:
    """The bytes of the file: the whole body, or the form's field `file`."""
    if media_type_of(req) == "text/csv":
        return req.get_body()
    if media_type_of(req) != MULTIPART:
        raise WrongMediaType("Send text/csv, or multipart/form-data with the file in field `file`.")
    name, content = multipart(req)[1].get("file", ("", b""))
    if not name:
        raise Invalid.field("file", "missing", "Choose a file.")
    return content
