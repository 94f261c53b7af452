"""What is remembered of an e-mail address that sent inquiries: which ones, and when it was last written to.

It answers three questions with one document: is this the inquiry of a moment ago, does this address send too many, and
may it be sent a confirmation. The document's id is derived from the address; the address itself is not in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypedDict

from shared.domain.errors import TooMany
from shared.domain.ids import derived_id
from shared.domain.instants import from_instant, instant

PARTITION: Final = "inquiries"
"""Where counters and inquirers are kept: no organization's own."""

COUNTER: Final = "counter"
"""The type of documents that go by themselves: Cosmos DB ends them by `ttl`, the sweep by `sortName`."""

SAME_WITHIN: Final = timedelta(hours=24)
WRITTEN_TO_EVERY: Final = timedelta(hours=24)
REMEMBERED: Final = 50  # inquiries of one address


class Sent(TypedDict):
    """One inquiry: whose copy it became, what makes it the same as another, whether a confirmation went out for it."""

    organizationId: str
    id: str
    key: str
    at: str
    mailed: bool


@dataclass(frozen=True)
class Placed:
    """Where an inquiry goes: a new one with the document to store, or one that is there already."""

    sent: Sent
    document: dict[str, Any] | None

    @property
    def is_new(self) -> bool:
        return self.document is not None


def inquirer_id(email: str) -> str:
    """The same for every address of one mailbox: what follows a `+` is the mailbox's own affair, and a way to have one
    person written to many times."""
    name, _, domain = email.casefold().rpartition("@")
    return derived_id("inquirer", f"{name.partition('+')[0] or name}@{domain}")


def inquiry_key(partner_id: str, need: str) -> str:
    """The same for the same need at the same partner, however it is spaced and capitalised."""
    return derived_id("need", partner_id, " ".join(need.casefold().split()))


def placed(
    before: dict[str, Any] | None,
    email: str,
    partner_id: str,
    need: str,
    now: datetime,
    keep: timedelta,
    most: int | None,
) -> Placed:
    """The inquiry among those of its address. `keep` is how long one is remembered, `most` how many a day may be sent.

    Raises TooMany.
    """
    known: list[Sent] = before["sent"] if before else []
    key = inquiry_key(partner_id, need)
    for one in reversed(known):
        if one["key"] == key and now - from_instant(one["at"]) < SAME_WITHIN:
            return Placed(one, None)
    today = [from_instant(one["at"]) for one in known if now - from_instant(one["at"]) < SAME_WITHIN]
    if most is not None and len(today) >= most:
        wait = min(today) + SAME_WITHIN - now
        raise TooMany(
            "This address has sent many inquiries today; try again tomorrow.", retry_after=wait.total_seconds()
        )
    sent: Sent = {
        "organizationId": partner_id,
        "id": derived_id("inquiry", key, email.casefold(), instant(now)),
        "key": key,
        "at": instant(now),
        "mailed": not any(one["mailed"] and now - from_instant(one["at"]) < WRITTEN_TO_EVERY for one in known),
    }
    kept = [one for one in known if now - from_instant(one["at"]) < keep][-(REMEMBERED - 1) :]
    return Placed(sent, _document(inquirer_id(email), [*kept, sent], now, keep))


def _document(id: str, sent: Iterable[Sent], now: datetime, keep: timedelta) -> dict[str, Any]:
    return going(id, now, keep) | {"sent": list(sent)}


def going(id: str, now: datetime, keep: timedelta) -> dict[str, Any]:
    """What every document has that goes by itself once `keep` is over."""
    return {
        "schema": 1,
        "id": id,
        "organizationId": PARTITION,
        "type": COUNTER,
        "createdAt": instant(now),
        "sortName": instant(now + keep),
        "ttl": max(1, int(keep.total_seconds())),
    }
