"""The floor of the HTTP figures: the same server, answering at once. `python -m benchmarks.bare_asgi`

Each answer is as long as the request's `x-length` asks; nothing is routed, read, decided or stored.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

Message = dict[str, Any]


async def answer(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Takes the body, gives as many bytes as were asked for."""
    while (await receive()).get("more_body"):
        pass
    length = next(value for name, value in scope["headers"] if name == b"x-length")
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
    await send({"type": "http.response.body", "body": b"x" * int(length)})


class _Server(uvicorn.Server):
    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(f"Listening on http://localhost:{self.servers[0].sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    options: dict[str, Any] = {"http": "httptools", "ws": "none", "loop": "asyncio", "lifespan": "off"}
    config = uvicorn.Config(answer, port=0, log_config=None, access_log=False, server_header=False, **options)
    asyncio.run(_Server(config).serve())
