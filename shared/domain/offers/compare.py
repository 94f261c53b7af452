"""The draft against what is published, field by field with documents and contacts; and what may be published of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, TypedDict

from shared.domain.errors import NotPossible
from shared.domain.offers.commands import Scope
from shared.domain.offers.offer import CO_SELL_FIELDS, LISTING_FIELDS, Offer

Part = Literal["listing", "co_sell"]
OTHER: Final = "other"


class Difference(TypedDict):
    """One field: what the draft says and what is published, None where nothing is."""

    field: str
    part: Part
    draft: Any
    published: Any
    changed: bool


def differences(offer: Offer) -> list[Difference]:
    """Every field, whether it changed or not; documents by type (`other` by file name), contacts as one."""
    stored: Mapping[str, Any] = offer
    known = offer["published"] or {}
    fields = [_of(field, "listing", stored[field], known.get(field)) for field in LISTING_FIELDS]
    fields += [_of(field, "co_sell", stored[field], known.get(field)) for field in CO_SELL_FIELDS]
    mine, theirs = dict(_files(offer["documents"])), dict(_files(known.get("documents") or {}))
    names = [*mine, *(name for name in theirs if name not in mine)]
    fields += [_of(f"documents.{name}", "co_sell", mine.get(name), theirs.get(name)) for name in names]
    contacts = _contacts(offer["activeImport"]), _contacts(known.get("activeImport"))
    return [*fields, _of("contacts", "co_sell", *contacts)]


def _of(field: str, part: Part, draft: Any, published: Any) -> Difference:
    changed = _said(draft) != _said(published)
    return {"field": field, "part": part, "draft": draft, "published": published, "changed": changed}


def _said(value: Any) -> Any:
    """Without when it came: the same bytes sent again say nothing new."""
    return {name: part for name, part in value.items() if name not in _WHEN} if isinstance(value, dict) else value


_WHEN: Final = ("uploadedAt", "activatedAt")
_FILE: Final = ("fileName", "size", "contentType", "contentHash", "uploadedAt")


def _files(documents: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind, held in documents.items():
        for each in held if kind == OTHER else [held]:
            name = f"{kind}.{each['fileName']}" if kind == OTHER else kind
            yield name, {field: each.get(field) for field in _FILE}


def _contacts(active: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if active is None:
        return None
    return {field: active.get(field) for field in ("contacts", "contentHash", "activatedAt", "coverage")}


def changed_fields(offer: Offer, scope: Scope) -> list[str]:
    """What a publication of this scope would put in force that is not."""
    return [
        each["field"]
        for each in differences(offer)
        if each["changed"] and (scope == "all" or each["part"] == "co_sell")
    ]


def require_publishable(offer: Offer, scope: Scope) -> None:
    """Raises NotPossible with the reason."""
    refused = refusal(offer, scope)
    if refused is not None:
        code, why = refused
        raise NotPossible(why, code=code, allowed=[f"publish {s}" for s in SCOPES if refusal(offer, s) is None])


SCOPES: Final[tuple[Scope, ...]] = ("co_sell", "all")


def refusal(offer: Offer, scope: Scope) -> tuple[str, str] | None:
    """Code and reason why a publication of this scope is refused; None where it may be."""
    if offer["pendingPublication"] is not None:
        return "publication_pending", "The last publication is still being validated; wait until it is."
    if scope == "co_sell" and offer["published"] is None:
        return "listing_not_published", "The listing was never published; publish everything first (scope `all`)."
    if changed_fields(offer, scope):
        return None
    if scope == "co_sell" and offer["coSellStatus"] == "sent_back" and offer["reviewState"] == "decided":
        return None  # what was missing may have been elsewhere: the profile, going live
    if changed_fields(offer, "all"):
        return (
            "nothing_to_publish",
            "Only the listing changed since it was published: use scope `all`.",
        )
    return "nothing_to_publish", "Nothing changed since it was published; change the draft first."


def advice(offer: Offer) -> dict[str, Any]:
    """Which scope to publish with, and why; scope None where neither may be."""
    if offer["published"] is None and refusal(offer, "all") is None:
        return _advised("all", "The offer was never published: everything goes together.")
    listing = [each["field"] for each in differences(offer) if each["changed"] and each["part"] == "listing"]
    if listing and refusal(offer, "all") is None:
        return _advised("all", f"The listing changed too: {', '.join(listing)}.")
    refused = refusal(offer, "co_sell")
    if refused is not None:
        return _advised(None, refused[1])
    if changed_fields(offer, "co_sell"):
        return _advised("co_sell", "Only the co-sell details changed; the listing stays as it is.")
    return _advised("co_sell", "Nothing changed, but it was sent back: this asks for another review.")


def _advised(scope: Scope | None, why: str) -> dict[str, Any]:
    return {"scope": scope, "why": why}


def compared(offer: Offer) -> dict[str, Any]:
    """What people and programs see of the comparison."""
    fields = differences(offer)
    found = ((scope, refusal(offer, scope)) for scope in SCOPES)
    return {
        "id": offer["id"],
        "name": offer["name"],
        "state": offer["state"],
        "published": _number(offer["published"]),
        "pending": _number(offer["pendingPublication"]),
        "fields": fields,
        "changed": [each["field"] for each in fields if each["changed"]],
        "advice": advice(offer),
        "refused": [{"scope": scope, "code": why[0], "detail": why[1]} for scope, why in found if why],
    }


def _number(publication: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {field: publication[field] for field in ("number", "scope", "at", "by")} if publication else None
