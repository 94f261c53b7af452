"""Only addresses anybody on the internet could call are called, whatever a name says and whenever it says it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp.web
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.webhooks import HttpWebhooks
from shared.domain.notices.addresses import is_public
from shared.services.notices.ports import NotDelivered
from tests.functions.notices.servers import free_port, receiver
from tests.functions.notices.test_mail import _certificate

NOT_PUBLIC = (
    "0.0.0.0", "10.0.0.1", "100.64.0.1",  # noqa: S104
    "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "192.0.0.1",
    "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "168.63.129.16", "::", "::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
    "64:ff9b::a00:1", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001:db8::1", "2002:a00:1::", "2002:7f00:1::",
    "2001:0:7f00:1::f5ff:fffe", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "::7f00:1",
    "3fff::1", "5f00::1", "", "nonsense", "127.1", "0x7f000001", "1.2.3.4.5",
)  # fmt: skip
PUBLIC = ("1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001::1", "64:ff9b::808:808")


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_everybodys_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_everybodys_is_public(address: str) -> None:
    assert is_public(address)


@given(
    st.ip_addresses(network="10.0.0.0/8") | st.ip_addresses(network="fc00::/7") | st.ip_addresses(network="127.0.0.0/8")
)
def test_no_private_address_is_public_in_any_spelling(address: Any) -> None:
    spellings = [str(address), address.exploded]
    if address.version == 4:
        spellings += [f"::ffff:{address}", f"64:ff9b::{address}"]
    assert not any(map(is_public, spellings))


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, list[list[str]]]]:
    """A resolver of our own below ours: each name's answers, one list a lookup, the last one for ever."""
    known: dict[str, list[list[str]]] = {}
    real = socket.getaddrinfo

    def lookup(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in known:
            return real(host, port, *args, **kwargs)
        answers = known[host]
        now = answers.pop(0) if len(answers) > 1 else answers[0]
        if not now:
            raise socket.gaierror("unknown")
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in now
        ]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    yield known


async def refusal(url: str, **options: Any) -> str:
    calls = HttpWebhooks(timedelta(seconds=3), **options)
    try:
        with pytest.raises(NotDelivered) as refused:
            await calls.call(url, {"webhook-id": "1"}, b"{}")
        return str(refused.value)
    finally:
        await calls.close()


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "168.63.129.16"]
)
async def test_a_name_that_leads_inside_is_not_called(names: dict[str, list[list[str]]], address: str) -> None:
    async with receiver() as inside:
        names["hooks.evil.example"] = [[address]]
        url = f"https://hooks.evil.example:{inside.port}/hook"
        assert await refusal(url) == "Not called: its address is not a public one."
        assert inside.received == []


async def test_one_inside_address_among_public_ones_is_enough(names: dict[str, list[list[str]]]) -> None:
    names["hooks.evil.example"] = [["1.1.1.1", "127.0.0.1"]]
    assert "not a public one" in await refusal("https://hooks.evil.example/")


async def test_an_odd_spelling_of_an_inside_address_is_not_called() -> None:
    """The system's own resolver reads these as 127.0.0.1."""
    async with receiver() as inside:
        for host in (
            "127.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "127.0.0.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "localhost",
        ):
            said = await refusal(f"https://{host}:{inside.port}/hook")
            assert said.startswith(("Not called:", "Its name is not known", "It cannot be reached (InvalidUrl")), said
        assert inside.received == []


async def test_a_name_nobody_knows_is_said_to_be_unknown(names: dict[str, list[list[str]]]) -> None:
    names["gone.example"] = [[]]
    assert await refusal("https://gone.example/") == "Its name is not known (DNS)."


async def test_http_is_not_called() -> None:
    async with receiver() as inside:
        assert await refusal(inside.url) == "Not called: only https is."
        assert inside.received == []


async def test_the_connection_goes_to_the_address_that_was_checked(
    tmp_path: Path, names: dict[str, list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that means something else the second time it is looked up (DNS rebinding) is looked up once."""
    port, sent = free_port(), []
    key, certificate = _certificate(tmp_path)
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate, key)

    async def hook(request: aiohttp.web.Request) -> aiohttp.web.Response:
        sent.append(request.host)
        return aiohttp.web.Response()

    app = aiohttp.web.Application()
    app.router.add_post("/hook", hook)
    runner = aiohttp.web.AppRunner(app)
    await runner.setup()
    await aiohttp.web.TCPSite(runner, "127.0.0.2", port, ssl_context=ours).start()
    monkeypatch.setattr("shared.adapters.webhooks.is_public", lambda address: address == "127.0.0.2")
    names["localhost"] = [["127.0.0.2"], ["127.0.0.1"]]
    calls = HttpWebhooks(timedelta(seconds=3), tls=ssl.create_default_context(cafile=str(certificate)))
    try:
        for _ in range(3):
            assert await calls.call(f"https://localhost:{port}/hook", {}, b"{}") == 200
        assert sent == [f"localhost:{port}"] * 3
    finally:
        await calls.close()
        await runner.cleanup()
