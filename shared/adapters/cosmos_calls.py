"""One store operation over an unreliable network: the only place that tries again, and the only one that knows what the
SDK raises.

A definite refusal is `Refused`; whatever else goes wrong is tried up to three times in all, then `Unanswered`. Both say
whether an attempt was lost without an answer, so that it may have been committed (`unclear`).
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.cosmos.exceptions import CosmosHttpResponseError

from shared.services.ports import StoreUnavailable

log = logging.getLogger(__name__)

_Result = TypeVar("_Result")

ATTEMPTS: Final = 3
ATTEMPT_LIMIT: Final = 10.0  # seconds one attempt may take
LONGEST_WAIT: Final = 5.0  # seconds; asked to wait longer, we give up and pass it on to the caller
_FIRST_WAIT: Final = 0.1  # seconds, doubled with each attempt where the service does not name a time
_JITTER: Final = 0.5  # of the wait, added at random, so that those refused together do not come back together

_DEFINITE: Final = frozenset({404, 409, 412})
_UNCOMMITTED: Final = frozenset({429, 449})  # the service says so; after anything else a write may be stored
_TRANSIENT: Final = frozenset({408, 410, 429, 449, 500, 502, 503, 504})
_SESSION_BEHIND: Final = 1002  # sub-status of a 404: this replica has not yet seen what we wrote

_CHARGE: Final = "x-ms-request-charge"
_RETRY_AFTER: Final = "x-ms-retry-after-ms"


class Refused(Exception):
    """404, 409 or 412. `unclear`: an attempt before was lost, so the refusal may be of our own write."""

    def __init__(self, status: int, unclear: bool) -> None:
        super().__init__(status)
        self.status = status
        self.unclear = unclear


class Unanswered(StoreUnavailable):
    """All attempts failed. `unclear`: one of them may have been committed."""

    def __init__(self, detail: str, retry_after: float, unclear: bool) -> None:
        super().__init__(detail, retry_after)
        self.unclear = unclear


@dataclass(slots=True)
class Usage:
    """What one kind of operation cost so far. `seconds` includes waits."""

    operations: int = 0
    attempts: int = 0
    request_units: float = 0.0
    seconds: float = 0.0
    throttled: int = 0
    unanswered: int = 0


@dataclass(slots=True)
class Charge:
    """The request units of one operation; called by the SDK with each answer."""

    request_units: float = 0.0

    def __call__(self, headers: Mapping[str, Any], _body: object) -> None:
        self.request_units += float(headers.get(_CHARGE) or 0)


class Calls:
    """Runs operations; `usage` is by (operation, container)."""

    def __init__(self) -> None:
        self.usage: defaultdict[tuple[str, str], Usage] = defaultdict(Usage)

    async def run(
        self,
        operation: str,
        container: str,
        attempt: Callable[[Charge], Awaitable[_Result]],
        attempts: int = ATTEMPTS,
    ) -> _Result:
        """The first answer of up to `attempts`. Raises Refused, Unanswered."""
        usage, charge = self.usage[operation, container], Charge()
        started = time.perf_counter()
        tries, unclear = 0, False
        try:
            while True:
                tries += 1
                try:
                    async with asyncio.timeout(ATTEMPT_LIMIT):
                        return await attempt(charge)
                except (AzureError, TimeoutError) as error:
                    charge(_headers(error), None)
                    usage.throttled += _status(error) == 429
                    if _is_definite(error):
                        raise Refused(_status(error), unclear) from error
                    unclear |= _may_be_committed(error)
                    wait = _wait(error, tries)
                    if tries >= attempts or wait > LONGEST_WAIT or not _is_transient(error):
                        usage.unanswered += 1
                        raise Unanswered(f"{operation} {container}: {_told(error)}", wait, unclear) from error
                    await asyncio.sleep(wait)
        finally:
            seconds = time.perf_counter() - started
            usage.operations += 1
            usage.attempts += tries
            usage.request_units += charge.request_units
            usage.seconds += seconds
            text = "cosmos %s %s: %.1f ms, %.2f RU, %d attempts"
            log.info(text, operation, container, seconds * 1000, charge.request_units, tries)


def _status(error: BaseException) -> int:
    return (error.status_code or 0) if isinstance(error, CosmosHttpResponseError) else 0


def _headers(error: BaseException) -> Mapping[str, Any]:
    return (error.headers or {}) if isinstance(error, CosmosHttpResponseError) else {}


def _is_definite(error: BaseException) -> bool:
    return _status(error) in _DEFINITE and getattr(error, "sub_status", 0) != _SESSION_BEHIND


def _is_transient(error: BaseException) -> bool:
    """No status: the connection failed, or the answer did not come in time or not whole."""
    if isinstance(error, ClientAuthenticationError):
        return False
    status = _status(error)
    return status in (0, 404) or status in _TRANSIENT


def _may_be_committed(error: BaseException) -> bool:
    """The SDK calls a reset after sending a `ServiceRequestError` too, so its kind of exception says nothing."""
    return _is_transient(error) and _status(error) not in _UNCOMMITTED | {404}


def _wait(error: BaseException, tries: int) -> float:
    """Seconds until the next attempt: what the service asks for, or longer each time."""
    asked = _headers(error).get(_RETRY_AFTER)
    seconds = float(asked) / 1000 if asked else _FIRST_WAIT * 2 ** (tries - 1)
    return seconds * (1 + _JITTER * random.random())  # noqa: S311 - spreads load, guards nothing


def _told(error: BaseException) -> str:
    """Enough to find the cause; the SDK's own text runs over pages."""
    sub_status = getattr(error, "sub_status", None)
    parts = (type(error).__name__, _status(error), sub_status, str(error).strip().partition("\n")[0][:200])
    return " ".join(str(part) for part in parts if part)
