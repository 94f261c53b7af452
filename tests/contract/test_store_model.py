"""Any list of any documents is what a plain Python model says it is."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.services.ports import REFERRALS, Document, DocumentStore, Query, Scalar, Where
from tests.contract.samples import referral

TEXTS = st.one_of(st.sampled_from(["", "a", "b", "ab", "é", "z'", "A", "a\0b"]), st.text("aé𝒳\0ß ", max_size=4))
NUMBERS = st.one_of(st.integers(-3, 3), st.floats(-3, 3), st.sampled_from([2**53, 10**12, 0.1]))
SEARCHES = st.text("aäbAß\"'*%_ \0", max_size=12)
TEXT_FIELDS = ("kind", "direction", "stage", "outcome", "dealType", "sortName", "createdAt", "sortCustomer")


@st.composite
def documents(draw: st.DrawFn) -> Document:
    few = {"kind": st.sampled_from(["deal", "lead"]), "direction": st.sampled_from(["inbound", "outbound"])}
    fields: dict[str, Any] = {field: draw(few.get(field, TEXTS)) for field in TEXT_FIELDS}
    return referral(**fields, valueNumber=draw(st.none() | NUMBERS), search=draw(SEARCHES))


@st.composite
def conditions(draw: st.DrawFn) -> Where:
    field = draw(st.sampled_from([*TEXT_FIELDS, "valueNumber", "search", "kind", "direction", "stage"]))
    if field == "search":
        return Where("search", "contains", draw(st.text("aäbAß\"'*%_ \0", min_size=3, max_size=5)))
    values: st.SearchStrategy[Scalar] = NUMBERS if field == "valueNumber" else TEXTS
    if field in ("kind", "direction"):
        values = st.sampled_from(["deal", "outbound", "inbound"])
    op = draw(st.sampled_from(["eq", "eq", "in", "lt", "le", "gt", "ge"]))
    if op == "in":
        return Where(field, "in", tuple(draw(st.lists(st.none() | values, max_size=3))))
    return Where(field, op, draw(values))  # type: ignore[arg-type]


def meets(document: Document, where: Where) -> bool:
    """What the port's words mean."""
    found, value = document[where.field], where.value
    match where.op:
        case "eq":
            return bool(found == value)
        case "in":
            return found in value  # type: ignore[operator]
        case "contains":
            return value in found
    if found is None:
        return False
    return {"lt": found < value, "le": found <= value, "gt": found > value, "ge": found >= value}[where.op]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    held=st.lists(documents(), max_size=12),
    where=st.lists(conditions(), max_size=3).map(tuple),
    order_by=st.sampled_from(["createdAt", "sortName", "sortCustomer", "stage", "id", "dealType"]),
    descending=st.booleans(),
    limit=st.integers(1, 5),
)
async def test_every_list_is_what_the_model_says(
    store: DocumentStore,
    held: list[Document],
    where: tuple[Where, ...],
    order_by: str,
    descending: bool,
    limit: int,
) -> None:
    organization_id = str(uuid4())  # each example has a place of its own
    for n, document in enumerate(held):
        document |= {"id": f"{n * 5 % 13:02d}", "organizationId": organization_id}
        await store.insert(REFERRALS, document)
    matching = [document for document in held if all(meets(document, each) for each in where)]
    expected = sorted(matching, key=lambda d: (d[order_by], d["id"]), reverse=descending)
    seen: list[str] = []
    after: tuple[Scalar, str] | None = None
    for _ in range(len(held) + 1):
        page = await store.find(REFERRALS, organization_id, Query(where, order_by, descending, limit, after))
        seen += [item["id"] for item in page.items]
        if not page.more:
            break
        last = expected[len(seen) - 1]
        after = (last[order_by], last["id"])
    assert seen == [document["id"] for document in expected]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(SEARCHES, min_size=1, max_size=6), q=st.text("aäbAß\"'*%_ \0", min_size=3, max_size=4))
async def test_a_search_follows_every_change_of_a_document(store: DocumentStore, texts: list[str], q: str) -> None:
    organization_id = str(uuid4())
    held = await store.insert(REFERRALS, referral("r", organization_id, search=""))
    for text in texts:
        held = await store.replace(held, REFERRALS, referral("r", organization_id, search=text))
        found = await store.find(REFERRALS, organization_id, Query((Where("search", "contains", q),)))
        assert bool(found.items) == (q in text)
    await store.delete(held, REFERRALS)
    assert not (await store.find(REFERRALS, organization_id, Query((Where("search", "contains", q),)))).items
