"""The caller, from the platform's principal header (Easy Auth). No other module knows how one signs in."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Iterable
from typing import Any

import azure.functions as func
import orjson

from functions import _unread
from shared.bootstrap import services
from shared.domain.errors import NotAllowed, NotSignedIn, UnknownOrganization
from shared.domain.organizations.organization import Caller, Role, effective_roles
from shared.domain.organizations.person import mail_address, readable_name

PRINCIPAL = "x-ms-client-principal"
TENANT_CLAIMS = ("tid", "http://schemas.microsoft.com/identity/claims/tenantid")
USER_CLAIMS = ("oid", "http://schemas.microsoft.com/identity/claims/objectidentifier")
APP_CLAIMS = ("appid", "azp")  # version 1 and version 2 tokens
NAME_CLAIMS = ("name", "preferred_username", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name")
EMAIL_CLAIMS = (
    "email",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    "preferred_username",
)
TEAM = (Role.REFERRALS_ADMIN, Role.REFERRALS_USER, Role.SELLER)
"""The roles a referral's team may have; which of them acts on which referral is the domain's to say."""
ROLE_CLAIMS = ("roles", "http://schemas.microsoft.com/ws/2008/06/identity/claims/role")


async def caller_of(req: func.HttpRequest) -> Caller:
    """Who is calling. Raises NotSignedIn, and NotAllowed for somebody of no known organization."""
    principal = _principal(req)
    claims = _claims(principal)
    tenant, user = _first(claims, TENANT_CLAIMS), _first(claims, USER_CLAIMS)
    app = _first(claims, APP_CLAIMS)
    is_app = app is not None and (claims.get("idtyp") == ["app"] or user is None)
    who = f"app:{app}" if is_app else user
    if tenant is None or who is None:
        raise NotSignedIn("The sign-in does not say who you are; sign in again.")
    with_ = await services()
    organization = await with_.organizations.of_tenant(tenant)
    if organization is None:
        raise UnknownOrganization(tenant)
    roles = effective_roles(_all(claims, ROLE_CLAIMS), organization.kind)
    if is_app:
        return Caller(organization, who, roles)
    name, email = readable_name(_first(claims, NAME_CLAIMS)), mail_address(_all(claims, EMAIL_CLAIMS))
    caller = Caller(organization, who, roles, name, email)
    await with_.people.seen(caller)
    await _unread.count(req, caller)
    return caller


async def require(req: func.HttpRequest, *roles: Role) -> Caller:
    """The caller, who must have one of the roles; without roles named, any. Raises NotSignedIn, NotAllowed."""
    caller = await caller_of(req)
    if not caller.has_any(*(roles or Role)):
        needed = ", ".join(sorted(roles)) if roles else "any role"
        raise NotAllowed(f"This needs one of the roles: {needed}.")
    return caller


def _principal(req: func.HttpRequest) -> dict[str, Any]:
    """The decoded header, only where the platform says it put it there."""
    text = req.headers.get(PRINCIPAL)
    if not text or os.environ.get("WEBSITE_AUTH_ENABLED", "").lower() != "true":
        raise NotSignedIn("Sign in first.")
    try:
        principal = orjson.loads(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        raise NotSignedIn("The sign-in cannot be read; sign in again.") from None
    if not isinstance(principal, dict) or principal.get("auth_typ") != "aad":
        raise NotSignedIn("Sign in with your work account.")
    return principal


def _claims(principal: dict[str, Any]) -> dict[str, list[str]]:
    claims: dict[str, list[str]] = {}
    entries = principal.get("claims")
    for claim in entries if isinstance(entries, list) else []:
        if isinstance(claim, dict) and isinstance(claim.get("typ"), str) and isinstance(claim.get("val"), str):
            claims.setdefault(claim["typ"], []).append(claim["val"])
    return claims


def _all(claims: dict[str, list[str]], names: Iterable[str]) -> list[str]:
    return [value for name in names for value in claims.get(name, [])]


def _first(claims: dict[str, list[str]], names: Iterable[str]) -> str | None:
    return next(iter(_all(claims, names)), None)
