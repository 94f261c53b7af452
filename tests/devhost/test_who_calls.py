"""The local host says who calls as the platform's front does (HOST.md, "What devhost is")."""

from __future__ import annotations

from devhost.messages import Call


async def nothing() -> dict[str, object]:
    return {}


def headers_of(client: tuple[str, int] | None, *said: tuple[bytes, bytes]) -> dict[str, str]:
    scope = {
        "type": "http", "method": "GET", "scheme": "http", "path": "/", "raw_path": b"/", "query_string": b"",
        "headers": list(said), "client": client,
    }  # fmt: skip
    return dict(Call(scope, nothing).headers)


def test_the_callers_address_is_the_last_entry() -> None:
    """Behind whatever the caller wrote itself, which nobody should believe."""
    assert headers_of(("203.0.113.7", 4711))["x-forwarded-for"] == "203.0.113.7"
    forged = headers_of(("203.0.113.7", 4711), (b"x-forwarded-for", b"10.0.0.1"))
    assert forged["x-forwarded-for"] == "10.0.0.1, 203.0.113.7"


def test_where_nobody_is_known_nothing_is_said() -> None:
    assert "x-forwarded-for" not in headers_of(None)
