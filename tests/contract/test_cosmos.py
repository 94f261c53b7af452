"""What only Cosmos DB's adapter does: what it sends, what it pays, and what it makes of containers.json."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import get_args

import pytest

from shared.adapters.containers import containers
from shared.adapters.cosmos import CosmosStore
from shared.adapters.cosmos_client import CosmosAccount
from shared.adapters.cosmos_definitions import composite_indexes, definition
from shared.adapters.cosmos_queries import due_statement, find_statement
from shared.domain.documents.asked import read_asked
from shared.domain.organizations.organization import OrganizationKind
from shared.domain.organizations.suggestion import Search
from shared.services.deadlines.desk import Walk, candidates
from shared.services.directory.candidates import listings_query
from shared.services.documents.candidates import passages_with
from shared.services.documents.published import passages_query
from shared.services.insights.similar import answered_query
from shared.services.leads.counters import outdated_query
from shared.services.organizations.companies import LISTED
from shared.services.organizations.organizations import partners_query
from shared.services.organizations.people import people_query
from shared.services.organizations.routing import received_query
from shared.services.ports import DOCUMENTS, OFFERS, ORGANIZATIONS, REFERRALS, WORK, Query, StoreUnavailable, Where
from shared.services.referrals.collisions import candidates_query
from shared.services.referrals.lists import DEAL_TABS, SORTS, ListRequest, hot_query, leads_query, open_query, query_of
from shared.services.referrals.solution_suggestions import begins_query
from shared.services.referrals.solutions import ready_query
from shared.services.referrals.suggestions import RECENT_DEALS, companies_query, customers_query
from shared.services.uploads.document_staging import versions_query
from tests.contract.samples import DEALS, inserted, referral
from tests.emulators.accounts import accounts
from tests.emulators.opened import cosmos


@pytest.fixture
async def store() -> AsyncIterator[CosmosStore]:
    async with cosmos() as opened:
        yield opened


def order_of(sql: str) -> tuple[str, ...]:
    """The fields an ORDER BY names."""
    _, _, order = sql.partition(" ORDER BY ")
    return tuple(part.split('"')[1] for part in order.split(", ")) if order else ()


@pytest.mark.parametrize("name", containers())
def test_every_container_is_partitioned_by_organization_then_id(name: str) -> None:
    assert definition(containers()[name])["partitionKey"]["paths"] == ["/organizationId", "/id"]


@pytest.mark.parametrize("tab", [tab for tab in DEAL_TABS if tab != "favourites"])
@pytest.mark.parametrize("sort", [*SORTS, *(f"-{sort}" for sort in SORTS)])
@pytest.mark.parametrize("stage", [None, "received"])
def test_every_list_of_deals_is_held_by_a_composite_index_in_its_order(tab: str, sort: str, stage: str | None) -> None:
    statement = find_statement(
        containers()[REFERRALS], "contoso", query_of(ListRequest(tab=tab, sort=sort, stage=stage))
    )
    assert order_of(statement.sql) in composite_indexes(containers()[REFERRALS])
    assert statement.top == 51


NOW = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("organization", ["partner", "vendor"])
@pytest.mark.parametrize("tab", ["marketplace", "qualified"])
@pytest.mark.parametrize("sort", [*SORTS, *(f"-{sort}" for sort in SORTS)])
def test_every_list_of_leads_is_held_by_a_composite_index_in_its_order(
    tab: str, sort: str, organization: OrganizationKind
) -> None:
    query = leads_query(ListRequest(tab=tab, sort=sort, stage="received"), organization)
    statement = find_statement(containers()[REFERRALS], "contoso", query)
    assert order_of(statement.sql) in composite_indexes(containers()[REFERRALS])


@pytest.mark.parametrize("query", [received_query("deal", 200), answered_query("lead")])
def test_what_was_received_is_held_by_a_composite_index_in_its_order(query: Query) -> None:
    statement = find_statement(containers()[REFERRALS], "contoso", query)
    assert order_of(statement.sql) in composite_indexes(containers()[REFERRALS])


SEARCHES = [Search("contoso"), Search("contoso", "FR"), Search("123456789")]


@pytest.mark.parametrize(
    "query",
    [
        partners_query(None, 50),
        partners_query("a", 50),
        partners_query("abc", 50),
        people_query(50),
        listings_query((Where("terms", "has", ("market:fr", "market:ooo")), Where("terms", "has", "erp"))),
    ],
)
def test_partners_people_and_profiles_are_held_by_a_composite_index_in_their_order(query: Query) -> None:
    statement = find_statement(containers()[ORGANIZATIONS], "network", query)
    assert order_of(statement.sql) in composite_indexes(containers()[ORGANIZATIONS])


PASSAGES = ({"q": "erp"}, {"q": "erp", "offerId": "o"}, {"q": "erp", "offerId": "o", "type": "solution_one_pager"})


@pytest.mark.parametrize(
    "query",
    [
        *(passages_with(read_asked(given), (Where("terms", "has", "erp"),)) for given in PASSAGES),
        passages_with(read_asked({"q": "erp"}), (Where("search", "contains", "erp"),)),
        passages_query("o", ("1", "p1")),
        versions_query("d", ("1", "p1")),
    ],
)
def test_passages_are_held_by_a_composite_index_in_their_order(query: Query) -> None:
    statement = find_statement(containers()[DOCUMENTS], "published", query)
    assert order_of(statement.sql) in composite_indexes(containers()[DOCUMENTS])


@pytest.mark.parametrize("query", [ready_query("co_sell_ready", 1), begins_query("co_sell_ready", "erp")])
def test_ready_offers_are_held_by_a_composite_index_in_their_order(query: Query) -> None:
    statement = find_statement(containers()[OFFERS], "published", query)
    assert order_of(statement.sql) in composite_indexes(containers()[OFFERS])


@pytest.mark.parametrize(
    ("name", "query"),
    [
        (REFERRALS, candidates_query("customerKey", "contoso")),
        (REFERRALS, candidates_query("dunsNumber", "123456789")),
        (REFERRALS, RECENT_DEALS),
        *((REFERRALS, customers_query(search)) for search in SEARCHES),
        *((WORK, companies_query(search)) for search in SEARCHES),
        (REFERRALS, hot_query(datetime(2027, 1, 4, tzinfo=UTC))),
        *((REFERRALS, open_query(tab)) for tab in ("inbound", "outbound")),
        (WORK, outdated_query(datetime(2027, 1, 4, tzinfo=UTC))),
        (WORK, LISTED),
        *((REFERRALS, candidates(walk, NOW)) for walk in get_args(Walk)),
    ],
)
def test_duplicates_suggestions_and_deadlines_are_held_by_composite_indexes(name: str, query: Query) -> None:
    statement = find_statement(containers()[name], "contoso", query)
    assert order_of(statement.sql) in composite_indexes(containers()[name])
    assert statement.top == query.limit + 1


@pytest.mark.parametrize(("name", "clock"), [(n, clock) for n, one in containers().items() for clock in one.due])
def test_every_walk_of_a_timer_is_held_by_a_composite_index_in_its_order(name: str, clock: str) -> None:
    container = containers()[name]
    statement = due_statement(container, clock, "9", 16, ("1", "contoso", "r1"))
    assert order_of(statement.sql) == (clock, "organizationId", "id")
    assert order_of(statement.sql) in composite_indexes(container)


@pytest.mark.parametrize(
    "query",
    [Query(), Query(DEALS), Query(order_by="id"), Query((Where("id", "in", ("a", "b")),)), Query(order_by="dealType"),
     Query((Where("search", "contains", "abc"),), after=("1", "r1"))],
)  # fmt: skip
def test_every_query_names_the_organization_and_carries_values_as_parameters_only(query: Query) -> None:
    statement = find_statement(containers()[REFERRALS], "contoso'; --", query)
    assert re.search(r'WHERE c\["organizationId"\] = @p0( AND | ORDER BY |$)', statement.sql)
    assert statement.parameters[0] == {"name": "@p0", "value": "contoso'; --"}
    assert "contoso" not in statement.sql
    assert "*" not in statement.sql
    assert "OFFSET" not in statement.sql


async def test_each_operation_is_one_request_and_is_counted_with_its_charge(
    store: CosmosStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "shared.adapters.cosmos_calls")
    (first,) = await inserted(store, referral())
    second = await store.replace(first, REFERRALS, referral(name="renamed"))
    await store.get(REFERRALS, "contoso", "r1")
    await store.find(REFERRALS, "contoso", Query(DEALS))
    await store.find_due(REFERRALS, "9", 16)
    await store.delete(second, REFERRALS)
    for operation in ("insert", "replace", "get", "find", "find by dueAt", "delete"):
        usage = store.calls.usage[operation, REFERRALS]
        assert (usage.operations, usage.attempts, usage.request_units) == (1, 1, 1.0), operation
        assert usage.seconds > 0
        assert any(record.args and record.args[:2] == (operation, REFERRALS) for record in caplog.records)  # type: ignore[index]


async def test_what_the_store_adds_to_a_document_is_not_seen(store: CosmosStore) -> None:
    document = referral(dueAt="1")
    (first,) = await inserted(store, document)
    await store.replace(first, REFERRALS, document)
    (due,) = await store.find_due(REFERRALS, "1", 1)
    assert due.document == document


async def test_a_list_no_index_answers_is_sorted_here_and_said_so(
    store: CosmosStore, caplog: pytest.LogCaptureFixture
) -> None:
    await inserted(store, *(referral(f"r{n}", dealType="xyz"[n % 3]) for n in range(6)))
    page = await store.find(REFERRALS, "contoso", Query(order_by="dealType", limit=3))
    assert [item["id"] for item in page.items] == ["r0", "r3", "r1"]
    assert "no index answers this list" in caplog.text


async def test_a_database_that_is_not_there_is_unavailable() -> None:
    other = CosmosStore(accounts().new_database())
    with pytest.raises(StoreUnavailable, match="referrals"):
        await other.get(REFERRALS, "contoso", "r1")
    with pytest.raises(StoreUnavailable, match="offers"):
        await other.insert(OFFERS, referral())
    await other.close()


async def test_an_account_that_is_not_there_is_unavailable() -> None:
    store = CosmosStore(CosmosAccount("http://127.0.0.1:1/", "cosell", "bG9jYWw="))
    with pytest.raises(StoreUnavailable):
        await store.get(REFERRALS, "contoso", "r1")
    await store.close()


def test_a_connection_string_names_both_its_parts() -> None:
    text = "AccountEndpoint=https://a.documents.azure.com:443/;AccountKey=bG9jYWw==;"
    account = CosmosAccount.of_connection_string(text, "cosell")
    assert (account.endpoint, account.key) == ("https://a.documents.azure.com:443/", "bG9jYWw==")
    with pytest.raises(ValueError, match="AccountKey"):
        CosmosAccount.of_connection_string("AccountEndpoint=https://a/", "cosell")
