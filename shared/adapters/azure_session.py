"""HTTP connections for the SDKs, which send each request once: whether it is sent again, our own callers decide."""

from __future__ import annotations

from typing import Any
from urllib.request import getproxies

import aiohttp
from azure.core.pipeline.transport import AioHttpTransport


def session() -> aiohttp.ClientSession:
    """As the SDK makes its own, but for two things. aiohttp sends a GET, PUT or DELETE again when a kept connection
    breaks: an attempt nobody counts, and the 412 it may earn would look like somebody else's write. And where no proxy
    is set it need not look for one in two threads before each request."""
    return aiohttp.ClientSession(
        trust_env=bool(getproxies()),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        middlewares=(_send_once,),
    )


async def _send_once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise  # nothing was sent, and aiohttp leaves it at that
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise aiohttp.ClientError(f"the connection broke: {error!r}") from error


class WholeAnswers(AioHttpTransport):  # type: ignore[misc]  # azure-core exports it lazily, without its type
    """Such a session, opened at the first request. Answers are read to their end before the SDK sees them: one that
    breaks off fails as a request does, not later in a download, which would ask again by rules of its own."""

    session: aiohttp.ClientSession | None

    async def open(self) -> None:
        if self.session is None and not self._has_been_opened:
            self.session = session()
        await super().open()

    async def send(self, request: Any, *, stream: bool = False, **more: Any) -> Any:
        return await super().send(request, stream=False, **more)
