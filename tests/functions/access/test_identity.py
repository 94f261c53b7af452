"""Who is calling, from the platform's principal header alone (DESIGN.md section 6). The functions are called directly,
as only the platform may write that header.
"""

from __future__ import annotations

import base64
import json
from typing import Any, Final

import azure.functions as func
import pytest

import function_app
from devhost.conversion import http_request
from devhost.indexing import functions_of
from tests.functions.deals import a_deal, an_opportunity
from tests.functions.desk import Desk

CONTOSO: Final = "c0000000-0000-4000-8000-000000000001"
VENDOR: Final = "c0000000-0000-4000-8000-000000000004"
SCHEMA: Final = "http://schemas.microsoft.com"


def header(*claims: tuple[str, str], **principal: Any) -> str:
    """The platform's header with these claims."""
    entries = [{"typ": typ, "val": value} for typ, value in claims]
    whole = {"auth_typ": "aad", "name_typ": "name", "role_typ": "roles", "claims": entries, **principal}
    return base64.b64encode(json.dumps(whole).encode()).decode()


async def call(name: str, principal: str | None, body: Any = None) -> tuple[int, Any]:
    """One function, called with this header: status and document."""
    (found,) = [each for each in functions_of(function_app.app) if each.get_function_name() == name]
    headers = {"content-type": "application/json"} | ({"x-ms-client-principal": principal} if principal else {})
    request = http_request("POST", "http://localhost/", headers, {}, {}, json.dumps(body or {}).encode())
    response: func.HttpResponse = await found.get_user_function()(request)
    return response.status_code, json.loads(response.get_body())


ANN: Final = (("tid", CONTOSO), ("oid", "ann"))


@pytest.mark.parametrize(
    "principal",
    [
        None,
        "not base64!",
        "\u00e9\u00e9\u00e9\u00e9",
        base64.b64encode(b"not JSON").decode(),
        base64.b64encode(b"[]").decode(),
        base64.b64encode(b"5").decode(),
        base64.b64encode(b'{"auth_typ": "aad"}').decode(),
        base64.b64encode(b"\xff\xfe{}").decode(),
        header(),
        header(("tid", CONTOSO)),
        header(("oid", "ann")),
        header(*ANN, auth_typ="facebook"),
        header(*ANN, auth_typ="AAD2"),
        header(*ANN, auth_typ=None),
        header(*ANN, claims=None),
        header(*ANN, claims={"tid": CONTOSO, "oid": "ann"}),
        header(*ANN, claims=[["tid", CONTOSO]]),
        header(*ANN, claims=[{"typ": "tid", "val": None}, {"typ": "oid", "val": 5}]),
    ],
)
async def test_an_unreadable_principal_is_401(desk: Desk, principal: str | None) -> None:
    """Not a 500, and never a guess."""
    status, problem = await call("list_deals", principal)
    assert (status, problem["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize(
    "tenant", ["c0000000-0000-4000-8000-0000000000ff", "contoso", "../contoso", "x" * 500, "tenant:x"]
)
async def test_an_unknown_tenant_is_403(desk: Desk, tenant: str) -> None:
    """Signed in, but of no organization here; an organization's id is no tenant."""
    status, problem = await call("list_deals", header(("tid", tenant), ("oid", "ann"), ("roles", "ReferralsAdmin")))
    assert (status, problem["code"]) == (403, "unknown_organization")


async def test_the_user_is_oid_and_never_the_mail_address(desk: Desk) -> None:
    """Addresses are given to somebody else one day."""
    claims = (*ANN, ("preferred_username", "ann@contoso.example"), ("emails", "ann@contoso.example"))
    status, deal = await call("create_deal", header(*claims, ("roles", "ReferralsUser")), a_deal())
    assert (status, deal["teamMembers"]) == (201, ["ann"])
    assert "ann@contoso.example" not in json.dumps(deal)


async def test_claims_come_under_their_long_names_too(desk: Desk) -> None:
    """As older token versions write them."""
    claims = (
        (f"{SCHEMA}/identity/claims/tenantid", CONTOSO),
        (f"{SCHEMA}/identity/claims/objectidentifier", "ann"),
        (f"{SCHEMA}/ws/2008/06/identity/claims/role", "ReferralsUser"),
    )
    status, deal = await call("create_deal", header(*claims), a_deal())
    assert (status, deal["teamMembers"]) == (201, ["ann"])


@pytest.mark.parametrize("also", [(), (("oid", "service-principal"), ("idtyp", "app"))])
async def test_a_program_acts_as_itself(desk: Desk, also: tuple[tuple[str, str], ...]) -> None:
    """App-only tokens are `app:{appid}`, with or without an object id."""
    claims = (("tid", CONTOSO), ("appid", "crm"), *also, ("roles", "ReferralsAdmin"))
    status, deal = await call("create_deal", header(*claims), a_deal())
    assert (status, deal["teamMembers"], deal["history"][0]["by"]) == (201, ["app:crm"], "app:crm")


async def test_a_partner_does_not_become_a_seller_by_its_token(desk: Desk) -> None:
    """Roles are cut to what the organization's kind allows; the vendor's own token may."""
    roles = (("roles", "Seller"), ("roles", "Reviewer"))
    assert (await call("send_opportunity", header(*ANN, *roles), an_opportunity()))[0] == 403
    assert (await call("send_opportunity", header(("tid", VENDOR), ("oid", "s"), *roles), an_opportunity()))[0] == 201


async def test_an_account_admin_has_the_other_roles_of_its_organization(desk: Desk) -> None:
    """DOMAIN.md: AccountAdmin all of these."""
    principal = header(*ANN, ("roles", "AccountAdmin"))
    status, deal = await call("create_deal", principal, a_deal())
    assert status == 201
    assert "close-as-error" in deal["allowedActions"]


@pytest.mark.parametrize("roles", [(), (("roles", "Owner"),), (("roles", "Seller"),)])
async def test_without_a_role_that_counts_there_is_nothing_to_see(
    desk: Desk, roles: tuple[tuple[str, str], ...]
) -> None:
    """Somebody of the organization, but of no role here."""
    assert (await call("list_deals", header(*ANN, *roles)))[0] == 403
