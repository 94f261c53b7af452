"""One request to Blob Storage over an unreliable network: the only place that sends it again, and the only one that
knows what the SDK raises."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ResourceModifiedError,
    ResourceNotFoundError,
)

from shared.services.ports import BlobChanged, BlobMissing, StoreUnavailable

_Result = TypeVar("_Result")

ATTEMPTS: Final = 3
_FIRST_WAIT: Final = 0.2  # seconds, doubled with each attempt
_JITTER: Final = 0.5  # of the wait, added at random, so that those refused together do not come back together
_TRANSIENT: Final = frozenset({408, 429, 500, 502, 503, 504})


async def asked(name: str, attempt: Callable[[str], Awaitable[_Result]]) -> _Result:
    """The first answer of up to three attempts; each may be made twice without harm. `name` is container/path.

    `attempt` is given the x-ms-client-request-id that all attempts share: the service's log shows them together.
    Raises BlobMissing, BlobChanged, StoreUnavailable.
    """
    request_id = str(uuid.uuid4())
    tries = 0
    while True:
        tries += 1
        try:
            return await attempt(request_id)
        except ResourceNotFoundError as error:
            raise BlobMissing(name) from error
        except ResourceModifiedError as error:
            raise BlobChanged(name) from error
        except (AzureError, TimeoutError) as error:
            if tries == ATTEMPTS or not _is_transient(error):
                raise StoreUnavailable(_told(name, error)) from error
        wait = _FIRST_WAIT * 2 ** (tries - 1)
        await asyncio.sleep(wait * (1 + _JITTER * random.random()))  # noqa: S311 - spreads load, guards nothing


def _is_transient(error: Exception) -> bool:
    """No status, or a good one: the connection failed, or the answer did not come whole."""
    if isinstance(error, ClientAuthenticationError):
        return False
    status = _status(error)
    return status < 300 or status in _TRANSIENT


def _status(error: Exception) -> int:
    return (error.status_code or 0) if isinstance(error, HttpResponseError) else 0


def _told(name: str, error: Exception) -> str:
    """Without the path, which is the caller's, and the SDK's own text, which runs over pages."""
    code = getattr(error, "error_code", None)
    parts = (type(error).__name__, getattr(code, "value", code), _status(error))
    return f"{name.partition('/')[0]}: {' '.join(str(part) for part in parts if part)}"
