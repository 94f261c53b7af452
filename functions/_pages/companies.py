"""The organization's own list of companies: what is on it, and the form that imports a file."""

from __future__ import annotations

import azure.functions as func

from functions._html import page
from functions._links import next_page
from functions._pages.forms import Form, Refused
from shared.bootstrap import services
from shared.domain.errors import Unreadable
from shared.domain.organizations.company import MAX_ROWS, Column
from shared.domain.organizations.organization import Caller
from shared.services.organizations.companies import Imported
from shared.services.paging import Listed

SHOWN_ERRORS = 200


async def list_page(
    req: func.HttpRequest, caller: Caller, *, imported: Imported | None = None, refused: Refused | None = None
) -> func.HttpResponse:
    """The list by name; after an import what became of each row, after a refusal why."""
    status, refusal = (refused.status, refused.error.detail) if refused else (200, None)
    after = req.params.get("after") if req.method == "GET" else None
    try:
        listed = await (await services()).companies.listed(caller, after=after)
    except Unreadable as error:
        listed, status, refusal = Listed([], None), 400, error.detail
    wrong = [row for row in imported.rows if row["result"] == "error"] if imported else []
    return page(
        "companies.html",
        caller,
        status,
        rows=listed.items,
        next=next_page(req, listed.after) if req.method == "GET" else None,
        form=refused.form("import") if refused else Form("import"),
        refusal=refusal,
        counts=imported.counts() if imported else None,
        wrong=wrong[:SHOWN_ERRORS],
        more_wrong=max(0, len(wrong) - SHOWN_ERRORS),
        columns=list(Column),
        most=MAX_ROWS,
    )
