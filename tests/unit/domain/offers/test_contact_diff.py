"""What a contacts list changes in another, against the plain way to say it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.offers.contact_diff import SHOWN, Comparison

Row = dict[str, Any]


def contact(email: str, role: str = "partner_sales", name: str = "Ana", countries: tuple[str, ...] = ("FR",)) -> Row:
    return {
        "name": name, "email": email, "jobTitle": "Seller", "role": role, "countries": list(countries), "states": []
    }  # fmt: skip


def compared(old: list[Row], new: list[Row], piece: int = 3) -> Comparison:
    """As the service does it: in pieces, the new list, the old one, and the new one again until all is shown."""
    comparison = Comparison()
    for at in range(0, len(new), piece):
        comparison.add(new[at : at + piece])
    for at in range(0, len(old), piece):
        comparison.meet(old[at : at + piece])
    return comparison


def shown(comparison: Comparison, new: list[Row]) -> dict[str, list[Any]]:
    comparison.start_showing()
    if not comparison.is_shown:
        comparison.show(new)
    return comparison.shown


contacts = st.builds(
    contact,
    st.sampled_from(["a@x.example", "A@x.example", "b@x.example", "c@x.example"]),
    st.sampled_from(["partner_sales", "partner_marketing"]),
    st.sampled_from(["Ana", "Bo"]),
    st.sampled_from([("FR",), ("FR", "BE")]),
)
lists = st.lists(contacts, max_size=12, unique_by=repr)


def identity(row: Row) -> tuple[str, str]:
    return row["email"].casefold(), row["role"]


@given(lists, lists)
def test_it_counts_as_sets_of_rows_by_identity_do(old: list[Row], new: list[Row]) -> None:
    untouched = sum((Counter(map(repr, old)) & Counter(map(repr, new))).values())
    gone = Counter(identity(row) for row in old if row not in new)
    come = Counter(identity(row) for row in new if row not in old)
    changed = sum((gone & come).values())
    assert compared(old, new).counts() == {
        "added": come.total() - changed,
        "removed": gone.total() - changed,
        "changed": changed,
        "untouched": untouched,
    }


@given(lists, lists)
def test_what_is_shown_is_what_was_counted(old: list[Row], new: list[Row]) -> None:
    comparison = compared(old, new)
    counts = comparison.counts()
    rows = shown(comparison, new)
    assert {kind: len(found) for kind, found in rows.items()} == {kind: counts[kind] for kind in rows}  # type: ignore[literal-required]
    assert all(row in new and row not in old for row in rows["added"])
    assert all(row in old and row not in new for row in rows["removed"])
    for each in rows["changed"]:
        assert identity(each["before"]) == identity(each["after"])
        assert each["before"] in old and each["after"] in new
        assert each["fields"] == [field for field in each["after"] if each["before"][field] != each["after"][field]]


@given(lists, lists)
def test_lists_are_the_same_if_every_row_is_in_the_same_order(old: list[Row], new: list[Row]) -> None:
    assert compared(old, new).is_same == (old == new)


def test_a_list_of_before_any_is_all_added() -> None:
    new = [contact("a@x.example"), contact("b@x.example")]
    comparison = compared([], new)
    assert comparison.counts() == {"added": 2, "removed": 0, "changed": 0, "untouched": 0}
    assert shown(comparison, new)["added"] == new


def test_an_address_in_another_case_is_the_same_contact_changed() -> None:
    comparison = compared([contact("Ana@x.example")], [contact("ana@x.example")])
    assert comparison.counts() == {"added": 0, "removed": 0, "changed": 1, "untouched": 0}


def test_one_address_with_two_roles_is_two_contacts() -> None:
    old = [contact("a@x.example", "partner_sales"), contact("a@x.example", "partner_marketing")]
    assert compared(old, old[:1]).counts() == {"added": 0, "removed": 1, "changed": 0, "untouched": 1}


def test_rows_beyond_the_first_thousand_of_a_kind_are_only_counted() -> None:
    old = [contact(f"old{n}@x.example") for n in range(2_500)] + [contact(f"c{n}@x.example") for n in range(2_500)]
    new = [contact(f"c{n}@x.example", name="Bo") for n in range(2_500)] + [
        contact(f"new{n}@x.example") for n in range(2_500)
    ]
    comparison = compared(old, new, 250)
    assert comparison.counts() == {"added": 2_500, "removed": 2_500, "changed": 2_500, "untouched": 0}
    assert {kind: len(rows) for kind, rows in shown(comparison, new).items()} == dict.fromkeys(
        ("added", "removed", "changed"), SHOWN
    )
