"""Webhook subscriptions: the programs of an organization that are called when something happens there.

All of an organization's are one document, so that finding them costs one point read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, NotRequired, TypedDict
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from shared.domain.errors import Invalid, TooFull
from shared.domain.instants import instant
from shared.domain.notices.addresses import is_public
from shared.domain.notices.hearing import WebhookType
from shared.domain.notices.signing import new_secret
from shared.domain.values import Line, Value

MOST: Final = 100
LONGEST_URL: Final = 2000
OLD_SECRET_HOLDS: Final = timedelta(hours=24)
_LOCAL_NAMES: Final = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".intranet", ".corp", ".home")


class Subscription(TypedDict):
    """One subscriber. `types` empty means every type. `previousSecret` signs too until `previousUntil`."""

    id: str
    url: str
    description: str | None
    types: list[str]
    createdAt: str
    createdBy: str
    secret: str
    rotatedAt: str | None
    previousSecret: str | None
    previousUntil: str | None
    commandHash: NotRequired[str | None]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _is_web_address(text: str) -> str:
    if any(not letter.isprintable() or letter.isspace() for letter in text) or not text.isascii():
        raise PydanticCustomError(
            "not_a_url", "Write the address in ASCII without blanks, such as https://example.com."
        )
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise PydanticCustomError("not_a_url", "This is no web address.") from None
    if parts.scheme not in ("https", "http") or not parts.hostname or port == 0:
        raise PydanticCustomError("not_a_url", "Use a web address such as https://example.com/cosell.")
    if parts.username is not None or parts.password is not None:
        raise PydanticCustomError("credentials", "Leave name and password out; calls are signed instead.")
    return text


Url = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_URL), AfterValidator(_is_web_address)]


class AddWebhook(Value):
    """Call this address when something of these types happens; of every type where none is named."""

    url: Url
    types: Annotated[list[WebhookType], BeforeValidator(_as_list)] = []
    description: Line | None = None


def require_public(url: str) -> None:
    """Outside local runs: https only, and no address that is plainly not public; what a name leads to is looked at with
    each call. Raises Invalid."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".").lower()
    if parts.scheme != "https":
        raise Invalid.field("url", "https_only", "Use an https address.")
    is_literal = ":" in host or re.fullmatch(r"[0-9.]+", host) is not None
    is_local = host == "localhost" or "." not in host or host.endswith(_LOCAL_NAMES)
    if (is_literal and not is_public(host)) or (is_local and not is_literal):
        raise Invalid.field("url", "not_public", "Use an address that is reachable from the internet.")


def created(command: AddWebhook, id: str, user: str, now: datetime, command_hash: str | None = None) -> Subscription:
    """A new subscription with its secret."""
    return {
        "id": id,
        "url": command.url,
        "description": command.description,
        "types": list(dict.fromkeys(command.types)),
        "createdAt": instant(now),
        "createdBy": user,
        "secret": new_secret(),
        "rotatedAt": None,
        "previousSecret": None,
        "previousUntil": None,
        "commandHash": command_hash,
    }


def with_one_more(known: Sequence[Subscription], new: Subscription) -> list[Subscription]:
    """Raises TooFull past the limit."""
    if len(known) >= MOST:
        raise TooFull(f"At most {MOST} webhooks; delete one first.", code="too_many_webhooks")
    return [*known, new]


def rotated(one: Subscription, now: datetime) -> Subscription:
    """With a new secret; the old one signs too for a day, so that a receiver can change over without a gap."""
    return {
        **one,
        "secret": new_secret(),
        "rotatedAt": instant(now),
        "previousSecret": one["secret"],
        "previousUntil": instant(now + OLD_SECRET_HOLDS),
    }


def keys_of(one: Subscription, now: datetime) -> list[str]:
    """The secrets that sign now, the newest first."""
    until, previous = one["previousUntil"], one["previousSecret"]
    still = previous is not None and until is not None and instant(now) < until
    return [one["secret"], previous] if still and previous else [one["secret"]]


def wants(one: Mapping[str, Any], type: str) -> bool:
    return not one["types"] or type in one["types"]


def view(one: Subscription, *, with_secret: bool = False) -> dict[str, Any]:
    """What the organization sees; the secret once."""
    shown = ("id", "url", "description", "types", "createdAt", "createdBy", "rotatedAt", "previousUntil")
    seen: dict[str, Any] = {field: one[field] for field in shown}  # type: ignore[literal-required]
    return {**seen, "secret": one["secret"]} if with_secret else seen
