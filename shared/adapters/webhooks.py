"""Calls webhooks over HTTPS, and only where anybody on the internet could (server-side request forgery).

A name is resolved by us, every address it has is checked, and the connection goes to an address that was checked: what
a name means cannot change in between. Redirects are answers like any other that is not 2xx.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from shared.domain.notices.addresses import is_public
from shared.services.notices.ports import NotDelivered

USER_AGENT: Final = "Cosell-Desk-Webhooks/1"
MOST_READ: Final = 16_384  # bytes of an answer; nobody reads them, but a connection can be used again then
LOOKUPS: Final = 16  # at once, so that names nobody answers for hold up few others
LONGEST_WAIT: Final = timedelta(hours=4)


class _NotPublic(OSError):
    """The name leads somewhere that is not for us."""


class _CheckedResolver(AbstractResolver):
    """Names to addresses, all of them public, in threads of its own."""

    def __init__(self, *, allow_local: bool) -> None:
        self._allow_local = allow_local
        self._threads = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="webhook-names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        )
        results: list[ResolveResult] = [
            {
                "hostname": host,
                "host": str(address[0]),
                "port": port,
                "family": found_family,
                "proto": proto,
                "flags": socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            }
            for found_family, _, proto, _, address in found
        ]
        if not self._allow_local and not all(is_public(one["host"]) for one in results):
            raise _NotPublic(host)
        return results

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class HttpWebhooks:
    """`WebhookCaller`. `timeout` is for a whole call; `tls` is for tests with a certificate of their own."""

    def __init__(self, timeout: timedelta, *, allow_local: bool = False, tls: ssl.SSLContext | None = None) -> None:
        self._timeout = aiohttp.ClientTimeout(total=timeout.total_seconds(), ceil_threshold=60)
        self._allow_local = allow_local
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None
        self._resolver: _CheckedResolver | None = None

    async def call(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """The status, which is 2xx. Raises NotDelivered."""
        self._require_allowed(url)
        began = time.monotonic()
        sent = {**headers, "content-type": "application/json", "user-agent": USER_AGENT}
        try:
            async with self._opened().post(url, data=body, headers=sent, allow_redirects=False) as response:
                await response.content.read(MOST_READ)
                status, wait = response.status, _asked_to_wait(response.headers.get("retry-after"))
        except TimeoutError:
            raise NotDelivered(f"No answer within {time.monotonic() - began:.0f} seconds.") from None
        except aiohttp.ClientConnectorDNSError as error:
            raise _unresolved(error) from None
        except aiohttp.ClientConnectorCertificateError:
            raise NotDelivered("Its certificate is not valid.") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NotDelivered(f"It cannot be reached ({type(error).__name__}).") from None
        if not 200 <= status < 300:
            raise _answered_otherwise(status, wait)
        return status

    async def close(self) -> None:
        """Let go of connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None
        if self._resolver is not None:
            await self._resolver.close()
            self._resolver = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._resolver = _CheckedResolver(allow_local=self._allow_local)
            connector = aiohttp.TCPConnector(
                resolver=self._resolver,
                ssl=self._tls or True,
                limit=0,  # lanes are the limit
                ttl_dns_cache=30,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=self._timeout,
                trust_env=False,  # a proxy would resolve names itself
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        return self._session

    def _require_allowed(self, url: str) -> None:
        """What is written as an address never comes to the resolver. Raises NotDelivered."""
        if self._allow_local:
            return
        parts = urlsplit(url)
        if parts.scheme != "https":
            raise NotDelivered("Not called: only https is.", permanent=True)
        if _is_address(parts.hostname or "") and not is_public(parts.hostname or ""):
            raise _not_public()


def _is_address(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _unresolved(error: aiohttp.ClientConnectorDNSError) -> NotDelivered:
    return _not_public() if isinstance(error.os_error, _NotPublic) else NotDelivered("Its name is not known (DNS).")


def _not_public() -> NotDelivered:
    """Not for good: a name may lead elsewhere tomorrow, and then it is called."""
    return NotDelivered("Not called: its address is not a public one.")


def _answered_otherwise(status: int, wait: timedelta | None) -> NotDelivered:
    if status == 410:
        return NotDelivered("It answered 410: gone for good.", permanent=True, status=status)
    hint = " (redirects are not followed)" if 300 <= status < 400 else ""
    return NotDelivered(f"It answered {status}{hint}.", wait=wait, status=status)


def _asked_to_wait(text: str | None) -> timedelta | None:
    """Retry-After in seconds; a date counts as nothing said."""
    if text is None or not (text.isascii() and text.isdecimal()) or len(text) > 9:
        return None
    return min(timedelta(seconds=int(text)), LONGEST_WAIT)
