"""Route matching: alphabetical, first match wins, no specificity."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devhost.errors import StartupError
from devhost.routes import RouteTable, is_guid, is_int, parse_route

WORDS = st.sampled_from(["api", "deals", "Leads", "x", "7", "-1", "c0000000-0000-4000-8000-000000000001", "a.csv", "é"])
SEGMENTS = st.sampled_from(["api", "deals", "leads", "{a}", "{b:int}", "{c:guid}", "{d}.csv"])
ENDS = st.sampled_from(["", "/{z?}", "/{*z}"])
ROUTES = st.tuples(st.lists(SEGMENTS, max_size=3, unique=True), ENDS).map(lambda route: "/".join(route[0]) + route[1])
METHODS = st.one_of(st.none(), st.frozensets(st.sampled_from(["GET", "POST"]), min_size=1))


@given(
    st.lists(st.tuples(ROUTES, METHODS), max_size=8),
    st.lists(st.lists(WORDS, max_size=5), max_size=5),
    st.sampled_from(["GET", "POST", "PUT"]),
)
def test_the_index_finds_exactly_the_first_route_in_order(
    routes: list[tuple[str, frozenset[str] | None]], paths: list[list[str]], method: str
) -> None:
    templates = [(parse_route(text), methods, n) for n, (text, methods) in enumerate(routes)]
    table = RouteTable(templates)
    for path in paths:
        plain = ((n, t.match(path)) for t, methods, n in templates if methods is None or method in methods)
        expected = next(((n, params) for n, params in plain if params is not None), None)
        assert table.find(method, path) == expected


def match(route: str, *path: str) -> dict[str, str] | None:
    return parse_route(route).match(path)


def test_literals_match_in_any_case_and_values_keep_theirs() -> None:
    assert match("api/Deals/{id}", "API", "dEALS", "AbC") == {"id": "AbC"}


def test_an_optional_parameter_and_the_rest_may_be_absent() -> None:
    assert match("a/{x?}", "a") == {}
    assert match("a/{x?}", "a", "1") == {"x": "1"}
    assert match("a/{*rest}", "a") == {}
    assert match("a/{*rest}", "a", "b", "c") == {"rest": "b/c"}


def test_constraints_refuse_what_does_not_parse() -> None:
    assert match("{n:int}", "42") == {"n": "42"}
    assert match("{n:int}", "4.2") is None
    assert match("{n:int}", "2147483648") is None
    assert match("{g:guid}", "{C0000000-0000-4000-8000-000000000001}") is not None
    assert not is_guid("(c0000000-0000-4000-8000-000000000001}")
    assert not is_int("٤")


def test_a_parameter_can_have_literal_text_around_it() -> None:
    assert match("{name}.csv", "contacts.CSV") == {"name": "contacts"}
    assert match("{name}.csv", ".csv") is None


@pytest.mark.parametrize(
    "route",
    [
        "admin/x",
        "Runtime",
        "a//b",
        "{a}{b}",
        "{a}/{a}",
        "{*rest}/b",
        "{x?}/b",
        "{n:regex(a)}",
        "{n:alpha}",
        "{a=1}",
        "x{*r}",
        "{",
        "a?b",
    ],
)
def test_routes_the_host_would_not_serve_faithfully_are_refused(route: str) -> None:
    with pytest.raises(StartupError):
        parse_route(route)


@given(st.text(max_size=30))
def test_any_text_is_a_route_or_refused(text: str) -> None:
    try:
        parse_route(text).match(["a", "b"])
    except StartupError as error:
        assert text[:1] in str(error) or repr(text)[1:2] in str(error)
