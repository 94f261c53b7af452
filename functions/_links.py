"""Addresses made from addresses."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import azure.functions as func


def next_page(req: func.HttpRequest, after: str | None) -> str | None:
    """The address of a list's next page: the same request, going on after the cursor."""
    if after is None:
        return None
    query = {name: value for name, value in req.params.items() if name != "after"}
    return f"{urlsplit(req.url).path}?{urlencode({**query, 'after': after})}"
