"""The bad-input table: every row is refused as it says, stores nothing, and gives nothing back of what was sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio

from tests.functions.deals import an_offer
from tests.functions.desk import Desk, fields_of, ok, open_desk, refused
from tests.functions.requests.bad_bodies import LISTS, STATES, UNREADABLE
from tests.functions.requests.bad_forms import FORMS
from tests.functions.requests.bad_request import SECRET, Bad
from tests.functions.requests.bad_values import VALUES

ROWS: Final = [*UNREADABLE, *VALUES, *STATES, *LISTS, *FORMS]

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def filled(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Desk, dict[str, str]]]:
    """One desk for the whole table, as nothing may change it, with one thing of each kind."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("WEBSITE_AUTH_ENABLED", "True")
        async with open_desk(tmp_path_factory.mktemp("bad_input")) as desk:
            deal = await desk.created()
            _, copy = await desk.sent()
            offer = ok(await desk.post("/api/offers", an_offer()), 201)
            yield desk, {"deal": deal["id"], "received": copy["id"], "offer": offer["id"]}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_bad_input_is_refused(filled: tuple[Desk, dict[str, str]], row: Bad) -> None:
    """The status and code of the table, a problem document, nothing stored, nothing echoed, never a 500."""
    desk, ids = filled
    before = desk.contents()
    path = row.path.format(**ids)
    response = await desk.send(row.method, path, as_=row.as_, content=row.content, headers=row.headers)
    problem = refused(response, row.status, row.code)
    if row.code == "invalid":
        assert row.fields <= fields_of(problem).keys()
        if row.fields:
            assert fields_of(problem).keys() == row.fields
    assert SECRET not in response.text
    assert "Traceback" not in response.text
    assert desk.contents() == before


async def test_an_answer_is_not_much_larger_than_its_question(filled: tuple[Desk, dict[str, str]]) -> None:
    """900 KB of unknown fields were answered with 6 MB of errors, half a second on the loop."""
    desk, _ = filled
    response = await desk.post("/api/deals", {f"f{n}": 1 for n in range(70_000)})
    refused(response, 422, "invalid")
    assert len(response.content) < 900_000


async def test_the_table_has_each_request_once() -> None:
    """A row is known by its name."""
    names = [row.name for row in ROWS]
    assert len(names) >= 60
    assert sorted({name for name in names if names.count(name) > 1}) == []


ODD_IDS: Final = [
    "x" * 65, "x" * 1000, "nobody", "%20", "a%20b", "%C3%A9", "%F0%9F%92%A9", "%27%3B%20DROP%20TABLE%20referrals",
    "%25", "tenant%3Ac0000000-0000-4000-8000-000000000001", "..%2F..%2Fetc%2Fpasswd", "%252e%252e", "%7Bid%7D", "*",
    "null", "-1", "%0A", "%0D%0ASet-Cookie:x", "%3Cscript%3E", "%EF%BC%8E", "a.b", "%5C..%5C", "contoso",
]  # fmt: skip


@pytest.mark.parametrize("id", ODD_IDS)
async def test_an_id_that_is_none_is_404(filled: tuple[Desk, dict[str, str]], id: str) -> None:
    """Whatever stands in the path, for reads, edits, actions and offers alike."""
    desk, _ = filled
    before = desk.contents()
    for method, path in (
        ("GET", "/api/referrals/{}"), ("PATCH", "/api/referrals/{}"), ("POST", "/api/referrals/{}/win"),
        ("POST", "/api/referrals/{}/favourite"), ("GET", "/api/offers/{}"),
    ):  # fmt: skip
        response = await desk.send(method, path.format(id), json={}, headers={"If-Match": "*"})
        problem = refused(response, 404, "not_found")
        assert id not in problem["detail"]
        assert "script" not in response.text
    assert desk.contents() == before


@pytest.mark.parametrize("id", ["%00", "a%00b", "%FF", "x" * 9000, "%2e%2e", ".", "..", "a/b", ""])
async def test_a_path_that_the_platform_refuses_reaches_nothing(filled: tuple[Desk, dict[str, str]], id: str) -> None:
    """NUL, bad UTF-8, dots and far too long paths end before any function; a list may be what is left of the path."""
    desk, _ = filled
    before = desk.contents()
    for method in ("GET", "PATCH", "DELETE"):
        response = await desk.send(method, f"/api/referrals/{id}", json={}, headers={"If-Match": "*"})
        assert response.status_code in (400, 404, 414), id
    assert desk.contents() == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/api/deals"), ("PUT", "/api/deals"), ("PATCH", "/api/deals"), ("DELETE", "/api/referrals/{deal}"),
        ("PUT", "/api/referrals/{deal}"), ("GET", "/api/referrals/{deal}/win"),
        ("POST", "/api/referrals/{deal}/expire"),
        ("POST", "/api/referrals/{deal}/withdraw"), ("POST", "/api/referrals/{deal}/receive"), ("POST", "/api"),
        ("POST", "/deals.json"), ("GET", "/api/deals/{deal}"),
    ],
)  # fmt: skip
async def test_a_verb_or_path_that_no_function_has_is_404(
    filled: tuple[Desk, dict[str, str]], method: str, path: str
) -> None:
    """As the platform does it; what the system does is no address."""
    desk, ids = filled
    before = desk.contents()
    response = await desk.send(method, path.format(**ids), json={})
    assert response.status_code == 404
    assert desk.contents() == before


@pytest.mark.parametrize(
    "q",
    [
        "%00%00%00",
        "%22%22%22",
        "%25%25%25",
        "%27--",
        "%2A%2A%2A",
        "%EF%BF%BF%00x",
        "%F0%9F%92%A9%F0%9F%92%A9%F0%9F%92%A9",
        "(((",
        "NEAR(",
        "a%20OR%20b",
        "%5C%5C%5C",
    ],
)
async def test_search_takes_any_text_for_what_it_is(filled: tuple[Desk, dict[str, str]], q: str) -> None:
    """No operator of any query language; what no deal holds finds none."""
    desk, _ = filled
    response = await desk.get(f"/api/deals?tab=outbound&q={q}")
    if response.status_code == 422:
        assert fields_of(refused(response, 422, "invalid")).keys() == {"q"}
    else:
        assert ok(response)["items"] == []
