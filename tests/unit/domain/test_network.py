"""Organizations and people as documents: what changes them, what leaves them alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.domain.errors import Invalid
from shared.domain.organizations import network, person
from shared.domain.organizations.commands import AddOrganization, UpdateOrganization
from shared.domain.organizations.organization import Caller, Role
from shared.domain.values import Value
from tests.unit.domain.people import CONTOSO

NOW = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
TENANT = "c0000000-0000-4000-8000-000000000005"
ANN = Caller(CONTOSO, "ann", frozenset({Role.REFERRALS_USER}), "Ann Ash")
PLACES = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from("ABC"), "country": st.just("FR")}, optional={"isDefault": st.booleans()}
    ),
    max_size=5,
)


def added(**changes: object) -> network.StoredOrganization:
    """A new organization with two locations."""
    places = [{"name": "Roma", "country": "IT", "isDefault": True}, {"name": "Milano", "country": "IT"}]
    body = {"name": "Ädatum", "country": "IT", "tenantId": TENANT.upper(), "locations": places, **changes}
    command = AddOrganization.model_validate(body)
    return network.created(command, network.organization_id_of(command.tenant_id), "partner", "vera", NOW)


def test_the_same_directory_makes_the_same_document_whenever_and_however_it_is_spelled() -> None:
    """So two who add it at once meet at one id."""
    assert added() == added(tenantId=TENANT)
    assert network.tenant_key(TENANT.upper()) == f"tenant:{TENANT}"
    assert network.mapping(TENANT, "x", NOW)["organizationId"] == added()["organizationId"] == network.NETWORK


def test_the_default_location_is_where_received_referrals_go() -> None:
    organization = network.organization_of(added())
    assert [place.name for place in organization.locations] == ["Roma", "Milano"]
    assert organization.default_location == organization.locations[0].id
    assert network.organization_of(added(locations=[])).default_location is None


def test_lists_sort_and_search_without_case() -> None:
    assert (added()["sortName"], added()["search"]) == ("ädatum", "ädatum")


def test_an_organization_that_says_the_same_again_is_the_same_object() -> None:
    """The service then writes nothing."""
    before = added()
    same = UpdateOrganization.model_validate({name: before[name] for name in ("name", "country", "locations")})  # type: ignore[literal-required]
    assert network.updated(before, same, "ann", NOW + timedelta(days=1)) is before


def test_a_location_nobody_has_is_named_by_its_row() -> None:
    place = {"id": "elsewhere", "name": "Bari", "country": "IT"}
    command = UpdateOrganization.model_validate({"name": "A", "country": "IT", "locations": [place]})
    with pytest.raises(Invalid) as refused:
        network.updated(added(), command, "ann", NOW)
    assert [(error.field, error.code) for error in refused.value.errors] == [("locations.0.id", "unknown_location")]


@given(PLACES)
def test_where_there_are_locations_exactly_one_is_the_default(places: list[dict[str, object]]) -> None:
    """Whatever is sent: it is so afterwards, or it is refused."""
    try:
        command = UpdateOrganization.model_validate({"name": "A", "country": "IT", "locations": places})
    except ValidationError as error:
        assert [found["type"] for found in error.errors()] == ["one_default"]
        assert sum(place.get("isDefault") is True for place in places) != 1
        return
    after = network.updated(added(), command, "ann", NOW)
    assert [place["isDefault"] for place in after["locations"]].count(True) == min(len(places), 1)
    assert len({place["id"] for place in after["locations"]}) == len(places)


def test_commands_are_values_like_all_others() -> None:
    """Unknown fields refused by name, surrounding blanks dropped."""
    assert issubclass(UpdateOrganization, Value)
    assert UpdateOrganization.model_validate({"name": " A ", "country": "IT"}).name == "A"


def test_somebody_seen_again_the_same_day_is_the_same_object() -> None:
    before = person.created(ANN, ["ReferralsUser"], NOW)
    assert person.seen_again(before, ANN, ["ReferralsUser"], NOW + timedelta(hours=14)) is before
    later = person.seen_again(before, ANN, ["ReferralsUser"], NOW + timedelta(hours=15))
    assert (later["lastSeenDate"], later["createdAt"]) == ("2027-01-05", before["createdAt"])


def test_a_clock_that_is_behind_takes_no_day_back() -> None:
    before = person.created(ANN, [], NOW)
    assert person.seen_again(before, ANN, [], NOW - timedelta(days=20)) is before


def test_whom_no_claim_names_keeps_the_name_or_is_called_by_id() -> None:
    nameless = replace(ANN, name=None)
    assert person.created(nameless, [], NOW)["name"] == "ann"
    assert person.seen_again(person.created(ANN, [], NOW), nameless, [], NOW)["name"] == "Ann Ash"


@given(st.text())
def test_a_readable_name_is_one_line_of_what_can_be_read(claimed: str) -> None:
    name = person.readable_name(claimed)
    assert name is None or (name.isprintable() and 0 < len(name) <= person.LONGEST_NAME and name == name.strip())
