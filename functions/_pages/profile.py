"""The page of one's own business profile: what the directory shows, the draft in a form, and what is still missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import azure.functions as func

from functions._html import page
from functions._pages import words
from functions._pages.forms import Form, Refused, Values, flat
from functions._pages.organization import CHANGED_HINT
from functions.profile import KEEPERS, LINES
from shared.bootstrap import services
from shared.domain.errors import FieldError
from shared.domain.organizations.organization import Caller

LABELS: Final = {
    "description": "What you do, and for whom",
    "industries": "Industries",
    "products": "Products",
    "services": "Services",
    "solutions": "Solutions",
    "keywords": "Keywords",
    "markets": "Countries you serve",
    "customerSizes": "Customer sizes you want",
    "contacts": "Contacts",
}
ACTIONS: Final = {
    "edit": "Draft saved",
    "publish": "Published",
    "unpublish": "Taken out of the directory",
    "record-competencies": "Recorded by the vendor",
}
BY_LINE: Final = (*LINES, "markets", "customerSizes")


async def own_page(
    caller: Caller, *, done: str | None = None, refused: Refused | None = None, is_draft: bool = True
) -> func.HttpResponse:
    """The profile; for its keepers the form. `is_draft` is whether the form refused was the draft, not a button."""
    with_ = await services()
    seen = await with_.profiles.read(caller)
    organization = await with_.organizations.read(caller)
    keeps = caller.has_any(*KEEPERS) and caller.organization.kind == "partner"
    form = _form(seen.document, refused, is_draft=is_draft)
    return page(
        "profile.html",
        caller,
        refused.status if refused else 200,
        it=seen.document,
        version=seen.version,
        keeps=keeps,
        form=form,
        contacts=list(_contact_rows(form.values, organization["locations"])),
        places={place["id"]: place["name"] for place in organization["locations"]},
        names=await with_.people.names(caller),
        actions=ACTIONS,
        refusal=refused.error.detail if refused else None,
        hint=CHANGED_HINT if refused and refused.status == 412 else None,
        done=words.DONE.get(done or ""),
    )


def _form(seen: Mapping[str, Any], refused: Refused | None, *, is_draft: bool) -> Form:
    values: Values = refused.values if refused and is_draft else flat({name: seen[name] for name in LABELS})
    lines = {name: _as_lines(values.get(name, "")) for name in LINES}
    errors = [_told(error) for error in refused.errors] if refused else []
    return replace(Form("profile", {**values, **lines}, errors), labels=LABELS)


def _as_lines(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "\n".join(value)


def _told(error: FieldError) -> FieldError:
    """A message about one entry of a list stands beside the list, and says which entry."""
    name, _, entry = error.field.partition(".")
    if name not in BY_LINE or not entry.isdecimal():
        return error
    return FieldError(name, error.code, f"Entry {int(entry) + 1}: {error.message}")


def _contact_rows(values: Values, places: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """A row of the form for each location: where its contact stands among those sent, new ones behind them."""
    ids = [str(values[name]) for n in range(len(values)) if (name := f"contacts.{n}.locationId") in values]
    free = iter(range(len(ids), len(ids) + len(places)))
    for place in places:
        yield (ids.index(place["id"]) if place["id"] in ids else next(free)), place
