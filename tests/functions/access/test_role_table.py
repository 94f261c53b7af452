"""Every HTTP function, every role, own and other organization: one table, written from DOMAIN.md ("Roles").

A function without a row fails, a row without a function too. A row's marks are, in the order of ROLES, who may (`+`)
and who may not (`-`) where the thing is their organization's own; for everybody of another one it does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.emulators.pair import on_azure
from tests.functions.access.calling import Answer, call, principal
from tests.functions.deals import (
    BODIES,
    Body,
    a_deal,
    a_deal_with_help,
    a_partner_invitation,
    an_acceptance,
    an_offer,
    an_opportunity,
)
from tests.functions.desk import Desk
from tests.functions.leads.leading import a_lead, a_marketplace_lead, an_inquiry, published
from tests.registered import Registered, registered

MEMBER: Final = "member"
"""The user who is in `teamMembers` of the things that have a team."""
ROLES: Final = (
    ("ReferralsAdmin", "somebody"),
    ("ReferralsUser", MEMBER),
    ("ReferralsUser", "somebody"),
    ("BusinessProfileAdmin", MEMBER),
    ("CosellSolutionAdmin", MEMBER),
    ("AccountAdmin", "somebody"),
    ("Auditor", MEMBER),
    ("Seller", MEMBER),
    ("Reviewer", MEMBER),
    ("Owner", MEMBER),  # no role of ours: somebody of the organization who may nothing here
)
EVERYBODY: Final = "public"
OTHERS: Final = {
    "contoso": (("fabrikam", "AccountAdmin"), ("tailspin", "ReferralsUser"), ("vendor", "Seller")),
    "vendor": (("contoso", "AccountAdmin"), ("fabrikam", "ReferralsAdmin"), ("tailspin", "Seller")),
}
"""Who is of another organization, with a role that would do at home; the last of the vendor's counts for nothing."""

# by whom                  RA, RU in the team, RU, BP, CS, AA, Auditor, Seller, Reviewer, none
READ_PARTNER: Final = "+++++++---"
READ_VENDOR: Final = "++++++++" + "+-"
TEAM_PARTNER: Final = "++---+----"
TEAM_VENDOR: Final = "++---+-+--"
ANSWER_PARTNER: Final = "+++--+----"  # an incoming referral with no team yet may be answered by any ReferralsUser
ANSWER_VENDOR: Final = "+++--+-+--"
REFERRALS_ADMIN: Final = "+----+----"
CREATES: Final = "+++--+----"
SELLER: Final = "-------+--"
OFFERS: Final = "----++----"
ACCOUNT_ADMIN: Final = "-----+----"
PROFILE: Final = "---+-+----"
REVIEWER: Final = "--------+-"
READ_PUBLISHED: Final = "-----++++-"  # of the vendor's: who reads the offers of others
NOBODY: Final = "----------"

COMPETENCIES: Final = {"competencies": [{"name": "Data and AI"}]}
A_PARTNER: Final = {"name": "Wingtip", "country": "IT", "tenantId": "c0000000-0000-4000-8000-000000000009"}

A_DECISION: Final = {"decision": "send_back", "reasons": [{"check": "one_pager", "message": "It is not there."}]}
A_CERTIFICATE: Final = {"kind": "technical_validation", "evidence": "Seen to work"}
A_WEBHOOK: Final = {"url": "https://hooks.example.com/cosell"}

CSV: Final = (
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="people.csv"\r\nContent-Type: text/csv\r\n\r\n'
    b"Name,Email,Job title,Role,Countries/Regions,States/Provinces\r\n\r\n--x--\r\n"
)
COMPANIES: Final = CSV.partition(b"Name,")[0] + b"Name,Country\r\nWingtip,IT\r\n\r\n--x--\r\n"
MULTIPART: Final = {"content-type": "multipart/form-data; boundary=x"}
ANY_VERSION: Final = (("if-match", "*"),)


@dataclass(frozen=True)
class Row:
    """`thing` is made ready for each call and its id put into the path; `done` is the status where it is permitted."""

    name: str
    at: str
    thing: str
    method: str
    path: str
    may: str
    body: Any = None
    done: int = 200
    headers: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.name}-{self.at}-{self.thing or 'nothing'}"

    @property
    def is_page(self) -> bool:
        return not self.path.startswith("/api/")


def action(name: str, path: str, at: str, thing: str, may: str, body: Any, done: int = 200) -> Row:
    return Row(name, at, thing, "POST", f"/api/referrals/{{id}}/{path}", may, body, done)


def of_both(name: str, path: str, partner: str, vendor: str, body: Any = None, done: int = 200) -> list[Row]:
    """An action on an accepted deal: at a partner on one it created, at the vendor on an opportunity."""
    by = (("contoso", partner), ("vendor", vendor))
    return [action(name, path, at, "deal", may, body, done) for at, may in by]


def read(name: str, path: str, thing: str = "") -> list[Row]:
    """For everybody with a role in the organization."""
    return [
        Row(name, at, thing, "GET", path, may) for at, may in (("contoso", READ_PARTNER), ("vendor", READ_VENDOR))
    ]  # fmt: skip


def of_everybody(name: str, method: str, path: str, done: int) -> list[Row]:
    """Something of one's own, for everybody with a role in the organization."""
    by = (("contoso", READ_PARTNER), ("vendor", READ_VENDOR))
    return [Row(name, at, "", method, path, may, None if method == "GET" else {}, done) for at, may in by]


def of_keepers(
    name: str, method: str, path: str, thing: str = "webhook", done: int = 200, body: Any = None
) -> list[Row]:
    """For those who look after the organization's referrals."""
    sent = None if method == "GET" else body or {}
    return [Row(name, at, thing, method, path, REFERRALS_ADMIN, sent, done) for at in ("contoso", "vendor")]


def an_upload_to(name: str, path: str) -> Row:
    return Row(name, "contoso", "offer", "POST", path, OFFERS, CSV, 202, tuple(MULTIPART.items()))


def an_import_of_companies(at: str) -> Row:
    return Row(
        "import_companies", at, "", "POST", "/api/companies", ACCOUNT_ADMIN, COMPANIES, 200, tuple(MULTIPART.items())
    )


def an_edit(method: str, at: str, may: str) -> Row:
    return Row("edit_referral", at, "deal", method, "/api/referrals/{id}", may, {"crmId": "x"}, 200, ANY_VERSION)


def an_update(method: str, at: str) -> Row:
    body = {"name": "Renamed", "country": "FR", "locations": []}
    return Row("update_organization", at, "", method, "/api/organization", ACCOUNT_ADMIN, body, 200, ANY_VERSION)


def of_routing(name: str, method: str, at: str, path: str = "/api/routing") -> Row:
    return Row(name, at, "", method, path, ACCOUNT_ADMIN, {"rules": []}, 200, ANY_VERSION)


TABLE: Final = [
    # deals and referrals
    Row("create_deal", "contoso", "", "POST", "/api/deals", CREATES, a_deal(proceed=True), 201),
    Row("create_deal", "vendor", "", "POST", "/api/deals", NOBODY, a_deal(), 201),
    Row("send_opportunity", "vendor", "", "POST", "/api/opportunities", SELLER, an_opportunity(proceed=True), 201),
    Row("send_opportunity", "contoso", "", "POST", "/api/opportunities", NOBODY, an_opportunity(), 201),
    *read("list_deals", "/api/deals?tab=inbound"),
    # leads
    *read("list_leads", "/api/leads?tab=qualified"),
    Row("send_qualified_lead", "vendor", "profile", "POST", "/api/qualified-leads", SELLER, a_lead(proceed=True), 201),
    Row("send_qualified_lead", "contoso", "", "POST", "/api/qualified-leads", NOBODY, a_lead(), 201),
    Row("submit_inquiry", "contoso", "profile", "POST", "/api/inquiries", EVERYBODY, an_inquiry(), 201),
    Row("receive_marketplace_lead", "contoso", "profile", "POST", "/api/marketplace-leads?publisher=contoso", EVERYBODY,
        a_marketplace_lead(), 201),
    Row("confirm_inquiry", "contoso", "profile", "POST", "/api/inquiries/confirm", EVERYBODY, {"token": "x"}, 404),
    *read("export_leads", "/api/leads.csv?tab=qualified"),
    *read("leads_page", "/leads"),
    Row("new_lead_page", "vendor", "", "GET", "/leads/new", SELLER),
    Row("new_lead_page", "contoso", "", "GET", "/leads/new", NOBODY),
    Row("inquiry_thanks_page", "contoso", "", "GET", "/inquiries/thanks", EVERYBODY),
    Row("confirm_inquiry_page", "contoso", "", "GET", "/inquiries/confirm?token=x", EVERYBODY, None, 404),
    *read("read_referral", "/api/referrals/{id}", "deal"),
    *read("read_engagement", "/api/engagements/{id}", "engagement"),
    an_edit("PATCH", "contoso", TEAM_PARTNER),
    an_edit("POST", "contoso", TEAM_PARTNER),
    an_edit("PATCH", "vendor", TEAM_VENDOR),
    action("accept_referral", "accept", "contoso", "received", ANSWER_PARTNER, an_acceptance()),
    action("accept_referral", "accept", "vendor", "received", ANSWER_VENDOR, an_acceptance()),
    action("decline_referral", "decline", "contoso", "received", ANSWER_PARTNER, {"reason": 1}),
    action("decline_referral", "decline", "vendor", "received", ANSWER_VENDOR, {"reason": 1}),
    action("add_note", "notes", "contoso", "received", REFERRALS_ADMIN, {"text": "x"}),
    *of_both("win_referral", "win", TEAM_PARTNER, TEAM_VENDOR, {}),
    *of_both("lose_referral", "lose", TEAM_PARTNER, TEAM_VENDOR, {"reason": 3}),
    *of_both("close_referral_as_error", "close-as-error", REFERRALS_ADMIN, REFERRALS_ADMIN, {"reason": 7}),
    *of_both("add_note", "notes", TEAM_PARTNER, TEAM_VENDOR, {"text": "x"}),
    action("share_referral", "share", "contoso", "deal", TEAM_PARTNER, {}),
    action("request_help", "request-help", "contoso", "deal", TEAM_PARTNER, BODIES["request-help"]),
    *of_both("invite_partner", "invite-partner", TEAM_PARTNER, TEAM_VENDOR, a_partner_invitation()),
    *of_both("withdraw_consent", "withdraw-consent", TEAM_PARTNER, TEAM_VENDOR, {}),
    *of_both("send_again", "send-again", TEAM_PARTNER, TEAM_VENDOR, {}, 409),  # nothing was given up
    *of_both("favourite", "favourite", READ_PARTNER, READ_VENDOR, {}),
    *of_both("unfavourite", "unfavourite", READ_PARTNER, READ_VENDOR, {}),
    # offers and uploads
    Row("create_offer", "contoso", "", "POST", "/api/offers", OFFERS, an_offer(), 201),
    Row("create_offer", "vendor", "", "POST", "/api/offers", NOBODY, an_offer(), 201),
    *read("list_offers", "/api/offers"),
    Row("read_offer", "contoso", "offer", "GET", "/api/offers/{id}", READ_PARTNER),
    *(Row("edit_offer", "contoso", "offer", method, "/api/offers/{id}", OFFERS, {"name": "Renamed"}, 200, ANY_VERSION)
      for method in ("PATCH", "POST")),
    Row("read_readiness", "contoso", "offer", "GET", "/api/offers/{id}/readiness", READ_PARTNER),
    Row("read_readiness", "vendor", "published", "GET", "/api/offers/{id}/readiness", READ_PUBLISHED),
    *read("read_offer_reference", "/api/offer-reference"),
    Row("list_contacts", "contoso", "offer", "GET", "/api/offers/{id}/contacts", READ_PARTNER),
    Row("list_contacts", "vendor", "published", "GET", "/api/offers/{id}/contacts", READ_PUBLISHED),
    Row("export_contacts", "vendor", "published", "GET", "/api/offers/{id}/contacts.csv", READ_PUBLISHED),
    Row("read_offer", "vendor", "published", "GET", "/api/offers/{id}", READ_PUBLISHED),
    Row("publish_offer", "contoso", "offer", "POST", "/api/offers/{id}/publish", OFFERS, {"scope": "all"}),
    Row("go_live", "contoso", "offer", "POST", "/api/offers/{id}/go-live", OFFERS, {}, 409),  # not validated yet
    Row("compare_offer", "contoso", "offer", "GET", "/api/offers/{id}/compare", READ_PARTNER),
    Row("decide_offer", "vendor", "published", "POST", "/api/offers/{id}/decision", REVIEWER, A_DECISION),
    Row("record_certificate", "vendor", "published", "POST", "/api/offers/{id}/certificates", REVIEWER, A_CERTIFICATE),
    Row("export_contacts", "contoso", "offer", "GET", "/api/offers/{id}/contacts.csv", READ_PARTNER),
    an_upload_to("upload_contacts", "/api/offers/{id}/contacts"),
    an_upload_to("upload_document", "/api/offers/{id}/documents/solution_one_pager"),
    Row("list_documents", "contoso", "offer", "GET", "/api/offers/{id}/documents", READ_PARTNER),
    *(Row(name, "contoso", "offer", method, f"/api/offers/{{id}}/documents/other/none.pdf{more}", may, body, 404)
      for name, method, more, may, body in (  # it has no such document
          ("read_document", "GET", "", READ_PARTNER, None),
          ("read_document_preview", "GET", "/preview", READ_PARTNER, None),
          ("delete_document", "DELETE", "", OFFERS, None),
          ("remove_document", "POST", "/remove", OFFERS, {}),
      )),
    Row("undo_contacts_import", "contoso", "offer", "POST", "/api/offers/{id}/contacts/undo", OFFERS, {}, 409),
    Row("read_contacts_diff", "contoso", "offer", "GET", "/api/offers/{id}/contacts/diff", READ_PARTNER, None, 404),
    Row("confirm_contacts", "contoso", "offer", "POST", "/api/offers/{id}/contacts/confirm", OFFERS, {}, 409),
    Row("discard_contacts", "contoso", "offer", "POST", "/api/offers/{id}/contacts/discard", OFFERS, {}, 409),
    Row("create_upload_link", "contoso", "offer", "POST", "/api/offers/{id}/upload-links", OFFERS,
        {"kind": "contacts", "fileName": "people.csv"}, 201 if on_azure() else 503),
    Row("search_documents", "contoso", "", "GET", "/api/documents?q=erp", READ_PARTNER),
    Row("search_documents", "vendor", "", "GET", "/api/documents?q=erp", READ_PUBLISHED),
    *read("contacts_template", "/api/contacts-template.csv"),
    *read("list_uploads", "/api/uploads"),
    Row("export_upload_errors", "contoso", "upload", "GET", "/api/uploads/{id}/errors.csv", READ_PARTNER, None, 404),
    Row("read_upload", "contoso", "upload", "GET", "/api/uploads/{id}", READ_PARTNER),
    # organizations and people
    *read("read_organization", "/api/organization"),
    an_update("PUT", "contoso"),
    an_update("POST", "contoso"),
    an_update("PUT", "vendor"),
    Row("add_organization", "vendor", "", "POST", "/api/organizations", ACCOUNT_ADMIN, A_PARTNER, 201),
    Row("add_organization", "contoso", "", "POST", "/api/organizations", NOBODY, A_PARTNER, 201),
    *read("list_organizations", "/api/organizations?q=fab"),
    *read("list_people", "/api/people"),
    *read("export_deals", "/api/deals.csv"),
    *read("suggest_customers", "/api/suggest/customers?q=wing"),
    *read("suggest_employees", "/api/suggest/employees"),
    *read("suggest_solutions", "/api/suggest/solutions?q=erp"),
    *read("companies_template", "/api/companies-template.csv"),
    *(an_import_of_companies(at) for at in ("contoso", "vendor")),
    *(Row("companies_page", at, "", "GET", "/companies", ACCOUNT_ADMIN) for at in ("contoso", "vendor")),
    # routing
    *read("read_routing", "/api/routing"),
    *(of_routing("update_routing", method, at) for method, at in (("PUT", "contoso"), ("POST", "contoso"))),
    of_routing("update_routing", "PUT", "vendor"),
    *(of_routing("dry_run_routing", "POST", at, "/api/routing/dry-run") for at in ("contoso", "vendor")),
    *read("routing_page", "/routing"),
    # deadlines
    *read("list_deadlines", "/api/deadlines"),
    *read("export_deadlines", "/api/deadlines.ics"),
    *of_everybody("read_calendar_link", "GET", "/api/calendar-link", 404),  # nobody has one
    *of_everybody("make_calendar_link", "POST", "/api/calendar-link", 201),
    *of_everybody("delete_calendar_link", "DELETE", "/api/calendar-link", 204),
    *of_everybody("revoke_calendar_link", "POST", "/api/calendar-link/revoke", 204),
    Row("delete_calendar_link", "contoso", "", "DELETE", "/api/calendar-link?user=x", ACCOUNT_ADMIN, None, 204),
    # profile and directory
    *read("read_profile", "/api/profile"),
    *(Row("update_profile", at, "", method, "/api/profile", may, {"description": "x"}, 200, ANY_VERSION)
      for method in ("PUT", "POST") for at, may in (("contoso", PROFILE), ("vendor", NOBODY))),
    Row("publish_profile", "contoso", "", "POST", "/api/profile/publish", PROFILE, {}, 422),  # nothing is said yet
    Row("publish_profile", "vendor", "", "POST", "/api/profile/publish", NOBODY, {}),
    Row("unpublish_profile", "contoso", "", "POST", "/api/profile/unpublish", PROFILE, {}),
    Row("unpublish_profile", "vendor", "", "POST", "/api/profile/unpublish", NOBODY, {}),
    *(Row("record_competencies", at, "", "POST", "/api/organizations/contoso/competencies", may, COMPETENCIES)
      for at, may in (("vendor", REVIEWER), ("contoso", NOBODY))),
    Row("search_directory", "contoso", "", "GET", "/api/directory?q=erp", EVERYBODY),
    *read("profile_page", "/profile"),
    Row("directory_page", "contoso", "", "GET", "/directory?q=erp", EVERYBODY),
    Row("partner_page", "contoso", "", "GET", "/directory/contoso", EVERYBODY, None, 404),
    Row("read_directory_entry", "contoso", "", "GET", "/api/directory/contoso", EVERYBODY, None, 404),  # unpublished
    # insights
    *read("similar_referrals", "/api/referrals/{id}/similar", "deal"),
    *read("read_insights", "/api/insights"),
    *read("insights_page", "/insights"),
    # notices and webhooks
    *read("list_notices", "/api/notices?unread=true"),
    *of_everybody("read_notice", "POST", "/api/notices/nobodys/read", 404),  # one's own only
    *of_everybody("read_all_notices", "POST", "/api/notices/read-all", 200),
    *read("read_notice_preferences", "/api/notice-preferences"),
    *of_everybody("choose_notices", "PUT", "/api/notice-preferences", 200),
    *of_everybody("choose_notices", "POST", "/api/notice-preferences", 200),
    *of_keepers("list_webhooks", "GET", "/api/webhooks", ""),
    *of_keepers("add_webhook", "POST", "/api/webhooks", "", 201, A_WEBHOOK),
    *of_keepers("read_webhook", "GET", "/api/webhooks/{id}"),
    *of_keepers("delete_webhook", "DELETE", "/api/webhooks/{id}", done=204),
    *of_keepers("remove_webhook", "POST", "/api/webhooks/{id}/remove", done=204),
    *of_keepers("rotate_webhook_secret", "POST", "/api/webhooks/{id}/rotate"),
    *of_keepers("test_webhook", "POST", "/api/webhooks/{id}/test", done=202),
    *of_keepers("list_webhook_deliveries", "GET", "/api/webhooks/{id}/deliveries"),
    *of_keepers("redeliver_webhook", "POST", "/api/webhooks/{id}/deliveries/nobodys/redeliver", done=404),
    *read("notices_page", "/notices"),
    *read("notice_preferences_page", "/notices/preferences"),
    *of_keepers("webhooks_page", "GET", "/webhooks", ""),
    *of_keepers("webhook_page", "GET", "/webhooks/{id}"),
    # pages
    *read("deadlines_page", "/deadlines"),
    *read("engagement_page", "/engagements/{id}", "engagement"),
    *read("organization_page", "/organization"),
    Row("organizations_page", "vendor", "", "GET", "/organizations", ACCOUNT_ADMIN),
    Row("organizations_page", "contoso", "", "GET", "/organizations", NOBODY),
    *read("deals_page", "/deals"),
    Row("new_deal_page", "contoso", "", "GET", "/deals/new", CREATES),
    Row("new_deal_page", "vendor", "", "GET", "/deals/new", SELLER),
    *read("referral_page", "/referrals/{id}", "deal"),
    Row("offers_page", "contoso", "", "GET", "/offers", READ_PARTNER),
    Row("offers_page", "vendor", "", "GET", "/offers", READ_PUBLISHED),
    Row("offer_page", "contoso", "offer", "GET", "/offers/{id}", READ_PARTNER),
    Row("offer_page", "vendor", "published", "GET", "/offers/{id}", READ_PUBLISHED),
    Row("offer_contacts_page", "vendor", "published", "GET", "/offers/{id}/contacts", READ_PUBLISHED),
    Row("edit_offer_page", "contoso", "offer", "GET", "/offers/{id}/edit", OFFERS),
    Row("compare_offer_page", "contoso", "offer", "GET", "/offers/{id}/compare", READ_PARTNER),
    Row("offer_contacts_page", "contoso", "offer", "GET", "/offers/{id}/contacts", READ_PARTNER),
    Row("review_page", "vendor", "", "GET", "/review", REVIEWER),
    Row("review_page", "contoso", "", "GET", "/review", NOBODY),
    Row("documents_page", "contoso", "", "GET", "/documents", READ_PARTNER),
    Row("documents_page", "vendor", "", "GET", "/documents", READ_PUBLISHED),
    # for everybody
    Row("front_door", "contoso", "", "GET", "/", EVERYBODY, None, 303),
    Row("health", "contoso", "", "GET", "/api/health", EVERYBODY),
    Row("calendar_feed", "contoso", "", "GET", "/api/calendars/nobodys.ics", EVERYBODY, None, 404),
    Row("static_file", "contoso", "", "GET", "/static/desk.css", EVERYBODY),
]  # fmt: skip
ROWS: Final = pytest.mark.parametrize("row", TABLE, ids=str)


def http_functions() -> Iterator[Registered]:
    return (one for one in registered() if one.trigger == "httpTrigger")


def test_every_http_function_has_its_rows_and_every_row_its_function() -> None:
    """One for each verb at least."""
    verbs = {(one.name, verb) for one in http_functions() for verb in one.methods}
    assert {(row.name, row.method) for row in TABLE} == verbs


# Things, of contoso and of the vendor


async def a_thing(thing: str, at: str) -> str:
    """A fresh one; its id."""
    match thing:
        case "":
            return ""
        case "deal":
            return str((await own_deal(at))["id"])
        case "engagement":
            return str((await own_deal(at))["engagementId"])
        case "offer":
            return str((await made("contoso", "/api/offers", an_offer()))["id"])
        case "upload":
            return await an_upload()
        case "webhook":
            return str((await made(at, "/api/webhooks", A_WEBHOOK))["id"])
    return ""


async def own_deal(at: str) -> Body:
    """Accepted, private at the partner, with a contact and consent to withdraw, and MEMBER in its team."""
    more = {"teamMembers": [MEMBER], "customerConsent": True}
    if at == "vendor":
        return await made("vendor", "/api/opportunities", an_opportunity(**more))
    return await made("contoso", "/api/deals", a_deal(**more))


async def received(desk: Desk, at: str) -> str:
    """Sent by the other one; nobody's team yet."""
    if at == "vendor":
        sent = await made("contoso", "/api/deals", a_deal_with_help())
    else:
        sent = await made("vendor", "/api/opportunities", an_opportunity())
    await desk.deliver()
    seen = await call(admin(at), "GET", f"/api/engagements/{sent['engagementId']}")
    return str(seen.body["copies"][0]["id"])


async def published_offer(desk: Desk, at: str) -> str:
    """Tailspin's, for the vendor to look at."""
    offer = await made("tailspin", "/api/offers", an_offer())
    await call(admin("tailspin"), "POST", f"/api/offers/{offer['id']}/publish", {"scope": "all"})
    await desk.deliver()
    return str(offer["id"])


async def an_upload() -> str:
    offer = await a_thing("offer", "contoso")
    answer = await call(admin("contoso"), "POST", f"/api/offers/{offer}/contacts", CSV, MULTIPART)
    return str(answer.body["id"])


async def made(at: str, path: str, body: Body) -> Body:
    answer = await call(admin(at), "POST", path, body)
    assert answer.status == 201, answer.text
    document: Body = answer.body
    return document


def admin(at: str) -> str:
    return principal(at, "maker", "AccountAdmin", "Seller")


async def path_of(desk: Desk, row: Row) -> str:
    if row.thing == "profile":
        await published(desk, "contoso")
        return row.path
    makers = {"received": received, "published": published_offer}
    id = await (makers[row.thing](desk, row.at) if row.thing in makers else a_thing(row.thing, row.at))
    return row.path.replace("{id}", id)


async def asked(row: Row, path: str, who: str | None, **headers: str) -> Answer:
    return await call(who, row.method, path, row.body, dict(row.headers) | headers)


# The table, walked


@ROWS
async def test_in_its_own_organization_each_role_may_what_the_table_says(desk: Desk, row: Row) -> None:
    """Who may is tried on a fresh thing each; who may not on one, and leaves everything as it was."""
    path = await path_of(desk, row)
    before = desk.contents()
    for mark, (role, user) in zip(marks_of(row), ROLES, strict=True):
        if mark == "-":
            answer = await asked(row, path, principal(row.at, user, role))
            assert answer.status == 403, f"{role} {user}: {answer.status} {answer.text[:300]}"
    assert desk.contents() == before
    for mark, (role, user) in zip(marks_of(row), ROLES, strict=True):
        if mark == "+":
            answer = await asked(row, await path_of(desk, row), principal(row.at, user, role))
            assert answer.status == row.done, f"{role} {user}: {answer.status} {answer.text[:300]}"


@pytest.mark.parametrize("row", [row for row in TABLE if row.thing and "{id}" in row.path], ids=str)
async def test_to_other_organizations_nothing_of_it_exists(desk: Desk, row: Row) -> None:
    """404 with a role that would do at home, and also without one; nothing changes."""
    path = await path_of(desk, row)
    before = desk.contents()
    for organization, role in OTHERS[row.at]:
        answer = await asked(row, path, principal(organization, MEMBER, role))
        counts = role not in ("Seller", "Reviewer") or organization == "vendor"
        expected = {404} if counts else {403, 404}
        assert answer.status in expected, f"{role} of {organization}: {answer.status} {answer.text[:300]}"
    assert desk.contents() == before


@ROWS
async def test_nobody_and_strangers_get_nowhere(desk: Desk, row: Row) -> None:
    """Programs get 401 and people the sign-in page; somebody of no organization here 403, whatever the token claims."""
    path = await path_of(desk, row)
    before = desk.contents()
    signed_out, stranger = await asked(row, path, None), principal("nowhere", "x", "AccountAdmin", "Seller")
    if row.may == EVERYBODY:
        assert signed_out.status == row.done
        return
    assert signed_out.status == (302 if row.is_page else 401), signed_out.text
    assert (await asked(row, path, stranger)).status == 403
    assert desk.contents() == before


FOREIGN: Final = (
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "https://evil.example"},
    {"origin": "http://localhost:7072"},
    {"origin": "null"},
)


@pytest.mark.parametrize("row", [row for row in TABLE if row.method != "GET" and row.may != EVERYBODY], ids=str)
async def test_a_form_of_another_site_sent_with_a_cookie_is_refused(desk: Desk, row: Row) -> None:
    """Whoever is signed in, whatever is sent; and it changes nothing."""
    path = await path_of(desk, row)
    before = desk.contents()
    form = {"content-type": "application/x-www-form-urlencoded"}
    for foreign in FOREIGN:
        headers = dict(row.headers) | foreign | {"cookie": "AppServiceAuthSession=x"}
        for body, kind in ((row.body, {}), (b"a=b", form)):
            answer = await call(admin(row.at), row.method, path, body, headers | kind)
            assert (answer.status, answer.body["code"]) == (403, "foreign_origin"), foreign
    assert desk.contents() == before


async def test_roles_add_up_and_none_takes_another_away(desk: Desk) -> None:
    """An auditor who is an admin too is an admin; a partner's user does not become more by claiming to sell."""
    path = await path_of(desk, THE_WIN)
    both = principal("contoso", "somebody", "ReferralsUser", "Seller", "Reviewer")
    assert (await asked(THE_WIN, path, both)).status == 403
    assert (await asked(THE_WIN, path, principal("contoso", "x", "Auditor", "ReferralsAdmin"))).status == 200


THE_WIN: Final = next(row for row in TABLE if row.name == "win_referral" and row.at == "contoso")


def marks_of(row: Row) -> str:
    return "+" * len(ROLES) if row.may == EVERYBODY else row.may
