"""Fit for the real host: what it would index is pinned, no two routes meet, and its two files are as it reads them.

The platform says nothing of a function it could not index and gives a request to the first route in alphabetical order
that matches, so both are proved here, by a matcher that shares no code with devhost's.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devhost.routes import parse_route
from shared.settings import Settings
from tests.registered import Registered, registered

ROOT = Path(__file__).parent.parent

# Everything the platform would run: verbs and route, or what else triggers it.
INDEXED = {
    "accept_referral": "POST api/referrals/{id}/accept",
    "add_note": "POST api/referrals/{id}/notes",
    "add_organization": "POST api/organizations",
    "calendar_feed": "GET api/calendars/{token}.ics",
    "clean_documents": "timer 0 15 4 * * *",
    "clean_imports": "timer 0 30 3 * * *",
    "delete_document": "DELETE api/offers/{id}/documents/{type}/{file}",
    "list_documents": "GET api/offers/{id}/documents",
    "read_document": "GET api/offers/{id}/documents/{type}/{file}",
    "read_document_preview": "GET api/offers/{id}/documents/{type}/{file}/preview",
    "remove_document": "POST api/offers/{id}/documents/{type}/{file}/remove",
    "close_referral_as_error": "POST api/referrals/{id}/close-as-error",
    "companies_page": "GET companies",
    "companies_template": "GET api/companies-template.csv",
    "confirm_contacts": "POST api/offers/{id}/contacts/confirm",
    "discard_contacts": "POST api/offers/{id}/contacts/discard",
    "read_contacts_diff": "GET api/offers/{id}/contacts/diff",
    "contacts_template": "GET api/contacts-template.csv",
    "confirm_inquiry": "POST api/inquiries/confirm",
    "confirm_inquiry_page": "GET inquiries/confirm",
    "create_deal": "POST api/deals",
    "create_offer": "POST api/offers",
    "create_upload_link": "POST api/offers/{id}/upload-links",
    "deadlines_page": "GET deadlines",
    "deals_page": "GET deals",
    "decline_referral": "POST api/referrals/{id}/decline",
    "delete_calendar_link": "DELETE api/calendar-link",
    "deliver_events": "timer %DELIVERY_SCHEDULE%",
    "directory_page": "GET directory",
    "edit_referral": "PATCH POST api/referrals/{id}",
    "compare_offer_page": "GET offers/{id}/compare",
    "edit_offer_page": "GET offers/{id}/edit",
    "offer_contacts_page": "GET offers/{id}/contacts",
    "review_page": "GET review",
    "documents_page": "GET documents",
    "edit_offer": "PATCH POST api/offers/{id}",
    "publish_offer": "POST api/offers/{id}/publish",
    "go_live": "POST api/offers/{id}/go-live",
    "compare_offer": "GET api/offers/{id}/compare",
    "decide_offer": "POST api/offers/{id}/decision",
    "record_certificate": "POST api/offers/{id}/certificates",
    "engagement_page": "GET engagements/{id}",
    "expire_unanswered_referrals": "timer %EXPIRY_SWEEP_SCHEDULE%",
    "dry_run_routing": "POST api/routing/dry-run",
    "export_deadlines": "GET api/deadlines.ics",
    "export_deals": "GET api/deals.csv",
    "export_leads": "GET api/leads.csv",
    "export_contacts": "GET api/offers/{id}/contacts.csv",
    "export_upload_errors": "GET api/uploads/{id}/errors.csv",
    "favourite": "POST api/referrals/{id}/favourite",
    "front_door": "GET /",
    "health": "GET api/health",
    "import_companies": "POST api/companies",
    "inquiry_thanks_page": "GET inquiries/thanks",
    "ingest_upload": "blob uploads/{path} by AzureWebJobsStorage",
    "list_contacts": "GET api/offers/{id}/contacts",
    "list_deadlines": "GET api/deadlines",
    "leads_page": "GET leads",
    "list_deals": "GET api/deals",
    "list_leads": "GET api/leads",
    "list_offers": "GET api/offers",
    "list_organizations": "GET api/organizations",
    "list_people": "GET api/people",
    "list_uploads": "GET api/uploads",
    "lose_referral": "POST api/referrals/{id}/lose",
    "make_calendar_link": "POST api/calendar-link",
    "new_deal_page": "GET deals/new",
    "new_lead_page": "GET leads/new",
    "offer_page": "GET offers/{id}",
    "offers_page": "GET offers",
    "organization_page": "GET organization",
    "organizations_page": "GET organizations",
    "read_calendar_link": "GET api/calendar-link",
    "partner_page": "GET directory/{id}",
    "profile_page": "GET profile",
    "publish_profile": "POST api/profile/publish",
    "read_directory_entry": "GET api/directory/{id}",
    "receive_marketplace_lead": "POST api/marketplace-leads",
    "read_offer": "GET api/offers/{id}",
    "insights_page": "GET insights",
    "read_insights": "GET api/insights",
    "refresh_records": "timer 0 20 0 * * *",
    "read_offer_reference": "GET api/offer-reference",
    "read_readiness": "GET api/offers/{id}/readiness",
    "read_organization": "GET api/organization",
    "read_profile": "GET api/profile",
    "read_referral": "GET api/referrals/{id}",
    "read_routing": "GET api/routing",
    "read_upload": "GET api/uploads/{id}",
    "record_competencies": "POST api/organizations/{id}/competencies",
    "reconcile_uploads": "timer 0 0 4 * * *",
    "referral_page": "GET referrals/{id}",
    "routing_page": "GET routing",
    "invite_partner": "POST api/referrals/{id}/invite-partner",
    "read_engagement": "GET api/engagements/{id}",
    "withdraw_consent": "POST api/referrals/{id}/withdraw-consent",
    "request_help": "POST api/referrals/{id}/request-help",
    "revoke_calendar_link": "POST api/calendar-link/revoke",
    "search_directory": "GET api/directory",
    "search_documents": "GET api/documents",
    "send_again": "POST api/referrals/{id}/send-again",
    "send_reminders": "timer %REMINDER_SCHEDULE%",
    "send_qualified_lead": "POST api/qualified-leads",
    "send_opportunity": "POST api/opportunities",
    "similar_referrals": "GET api/referrals/{id}/similar",
    "share_referral": "POST api/referrals/{id}/share",
    "submit_inquiry": "POST api/inquiries",
    "suggest_customers": "GET api/suggest/customers",
    "suggest_employees": "GET api/suggest/employees",
    "suggest_solutions": "GET api/suggest/solutions",
    "static_file": "GET static/{file}",
    "undo_contacts_import": "POST api/offers/{id}/contacts/undo",
    "unfavourite": "POST api/referrals/{id}/unfavourite",
    "unpublish_profile": "POST api/profile/unpublish",
    "update_organization": "POST PUT api/organization",
    "update_routing": "POST PUT api/routing",
    "update_profile": "POST PUT api/profile",
    "upload_contacts": "POST api/offers/{id}/contacts",
    "upload_document": "POST api/offers/{id}/documents/{type}",
    "win_referral": "POST api/referrals/{id}/win",
    "add_webhook": "POST api/webhooks",
    "choose_notices": "POST PUT api/notice-preferences",
    "clean_notifications": "timer 0 45 3 * * *",
    "delete_webhook": "DELETE api/webhooks/{id}",
    "list_notices": "GET api/notices",
    "list_webhook_deliveries": "GET api/webhooks/{id}/deliveries",
    "list_webhooks": "GET api/webhooks",
    "notice_preferences_page": "GET notices/preferences",
    "notices_page": "GET notices",
    "read_all_notices": "POST api/notices/read-all",
    "read_notice": "POST api/notices/{id}/read",
    "read_notice_preferences": "GET api/notice-preferences",
    "read_webhook": "GET api/webhooks/{id}",
    "redeliver_webhook": "POST api/webhooks/{id}/deliveries/{delivery}/redeliver",
    "remove_webhook": "POST api/webhooks/{id}/remove",
    "rotate_webhook_secret": "POST api/webhooks/{id}/rotate",
    "send_notifications": "timer %NOTIFICATION_SCHEDULE%",
    "test_webhook": "POST api/webhooks/{id}/test",
    "webhook_page": "GET webhooks/{id}",
    "webhooks_page": "GET webhooks",
}


def trigger_of(function: Registered) -> str:
    if function.trigger == "httpTrigger":
        return f"{' '.join(function.methods) or 'every verb'} {function.route}"
    if function.trigger == "timerTrigger":
        return f"timer {function.facts['schedule']}"
    return f"blob {function.facts['path']} by {function.facts['connection']}"


def http_functions() -> tuple[Registered, ...]:
    return tuple(one for one in registered() if one.trigger == "httpTrigger")


def timers() -> tuple[Registered, ...]:
    return tuple(one for one in registered() if one.trigger == "timerTrigger")


def test_the_platform_would_index_exactly_these_functions() -> None:
    """A function that is missing here was not registered, or could not be."""
    assert {one.name: trigger_of(one) for one in registered()} == INDEXED


@pytest.mark.parametrize(("setting", "source"), [("", None), ("EventGrid", "EventGrid")])
def test_a_setting_says_how_the_platform_hears_of_a_new_blob(setting: str, source: str | None) -> None:
    """Flex Consumption has Event Grid only, one machine has polling only; the host does what the worker indexed."""
    shown = (
        "import json; from tests.registered import registered;"
        "print(json.dumps([one.facts.get('source') for one in registered() if one.trigger == 'blobTrigger']))"
    )
    indexed = subprocess.run(
        [sys.executable, "-c", shown],
        cwd=ROOT,
        env={**os.environ, "BLOB_TRIGGER_SOURCE": setting},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(indexed.stdout) == [source]


def test_every_name_is_one_the_platform_takes() -> None:
    names = [one.name for one in registered()]
    assert [name for name in names if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,127}", name, re.ASCII)] == []
    assert len({name.lower() for name in names}) == len(names)


def test_every_parameter_is_a_binding_and_every_binding_a_parameter() -> None:
    """The worker refuses a function where they differ, and with it its whole file."""
    assert {one.name: one.parameters for one in registered()} == {one.name: one.bindings for one in registered()}


KEYED = {"receive_marketplace_lead"}  # programs that sign in nowhere


def test_every_http_function_says_its_verbs_and_who_needs_a_key() -> None:
    """Without `methods` a function takes every verb; Core Tools would not show a key that is missing."""
    assert [one.name for one in http_functions() if not one.methods] == []
    levels = {one.name: getattr(one.facts["authLevel"], "value", one.facts["authLevel"]) for one in http_functions()}
    assert {name: str(level).lower() for name, level in levels.items()} == {
        name: "function" if name in KEYED else "anonymous" for name in levels
    }


def test_no_timer_runs_when_an_instance_starts() -> None:
    """On a plan that scales, run_on_startup runs with every new instance."""
    assert [one.name for one in timers() if one.facts.get("runOnStartup")] == []


def test_no_route_is_the_platforms_own() -> None:
    taken = [
        one.name for one in http_functions() if re.match(r"/?(admin|runtime|\.auth)(/|$)", one.route, re.IGNORECASE)
    ]
    assert taken == []
    slashed = [one.route for one in http_functions() if one.route != one.route.strip("/")]
    assert slashed == ["/"], "how the platform names its own front page, once that is switched off"


# No two routes meet


PARAMETER = re.compile(r"(?P<before>[^{}]*)\{(?P<many>\**)\w+(?::(?P<kind>\w+))?(?P<maybe>\?)?\}(?P<after>[^{}]*)")
KINDS = {None: r"[^/]+", "int": r"[+-]?[0-9]{1,9}", "guid": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"}
SAMPLES = {None: "x", "int": "7", "guid": "c0000000-0000-4000-8000-000000000001"}


def word_matches(word: str, text: str) -> bool:
    """Whether one segment of a route takes one segment of a path. Literals match in any case."""
    parameter = PARAMETER.fullmatch(word)
    if parameter is None:
        return word.lower() == text.lower()
    kind = KINDS[parameter["kind"]]
    return bool(
        re.fullmatch(f"{re.escape(parameter['before'])}{kind}{re.escape(parameter['after'])}", text, re.IGNORECASE)
    )


def forms(route: str, length: int) -> Iterator[tuple[str, ...]]:
    """The route as exactly `length` words, where it can be: an optional end may be absent, a rest of any length."""
    *front, last = route.strip("/").split("/")
    parameter = PARAMETER.fullmatch(last)
    if parameter is not None and parameter["many"]:
        if length >= len(front):
            yield (*front, *["{rest}"] * (length - len(front)))
        return
    if length == len(front) + 1:
        yield (*front, last)
    if parameter is not None and parameter["maybe"] and length == len(front):
        yield tuple(front)


def words_meet(one: str, other: str) -> bool:
    """Whether some text is taken by both. It is enough to try each literal, and each kind of value with the literal
    text around either parameter or both."""
    around = [PARAMETER.fullmatch(word) for word in (one, other)]
    befores = {match["before"] for match in around if match} | {""}
    afters = {match["after"] for match in around if match} | {""}
    tries = {word for word, match in zip((one, other), around, strict=True) if match is None}
    tries |= {f"{b}{v}{a}" for b, v, a in itertools.product(befores, SAMPLES.values(), afters)}
    return any(word_matches(one, text) and word_matches(other, text) for text in tries)


def routes_meet(one: str, other: str) -> bool:
    """Whether some path is taken by both routes."""
    longest = max(route.count("/") for route in (one, other)) + 2
    return any(
        all(map(words_meet, left, right))
        for length in range(longest + 1)
        for left, right in itertools.product(forms(one, length), forms(other, length))
    )


def test_no_two_functions_can_take_the_same_request() -> None:
    """The first in alphabetical order would take it, and nobody would see that the other never runs."""
    meeting = [
        (one.name, other.name)
        for one, other in itertools.combinations(http_functions(), 2)
        if set(one.methods) & set(other.methods) and routes_meet(one.route, other.route)
    ]
    assert meeting == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("api/deals/{id}", "api/Deals/new"),
        ("api/deals/{id}", "api/deals/{name}"),
        ("api/{*rest}", "api/deals/{id}/win"),
        ("api/{*rest}", "api"),
        ("api/deals/{id?}", "api/deals"),
        ("api/{n:int}", "api/{id}"),
        ("api/{n:int}", "api/7"),
        ("{file}.csv", "{name}"),
        ("a{x}", "{y}b"),
    ],
)
def test_the_matcher_sees_routes_that_meet(one: str, other: str) -> None:
    assert routes_meet(one, other)
    assert routes_meet(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("api/deals", "api/deals/{id}"),
        ("api/{n:int}", "api/{g:guid}"),
        ("api/{n:int}", "api/new"),
        ("{file}.csv", "{file}.ics"),
        ("api/offers/{id}/contacts", "api/offers/{id}/contacts.csv"),
    ],
)
def test_the_matcher_tells_routes_that_do_not_meet(one: str, other: str) -> None:
    assert not routes_meet(one, other)


WORDS = st.sampled_from(["api", "Api", "deals", "x", "7", "a.csv", SAMPLES["guid"] or ""])
SEGMENTS = st.sampled_from(["api", "deals", "{a}", "{b:int}", "{c:guid}", "{d}.csv"])
ROUTES = st.tuples(
    st.lists(SEGMENTS, min_size=1, max_size=3, unique=True), st.sampled_from(["", "/{z?}", "/{*z}"])
).map(lambda parts: "/".join(parts[0]) + parts[1])


@given(ROUTES, ROUTES, st.lists(WORDS, max_size=5))
def test_where_routes_do_not_meet_the_local_host_takes_no_path_by_both(one: str, other: str, path: list[str]) -> None:
    """Two matchers written apart agree."""
    if all(parse_route(route).match(path) is not None for route in (one, other)):
        assert routes_meet(one, other)


# host.json and local.settings.json


def read(name: str) -> dict[str, Any]:
    document = json.loads((ROOT / name).read_text("utf-8"))
    assert isinstance(document, dict)
    return document


def seconds(timespan: str) -> int:
    hours, minutes, rest = map(int, timespan.split(":"))
    return hours * 3600 + minutes * 60 + rest


def test_host_json_says_what_the_platform_reads() -> None:
    host = read("host.json")
    assert host["version"] == "2.0"
    assert host["extensionBundle"] == {"id": "Microsoft.Azure.Functions.ExtensionBundle", "version": "[4.*, 5.0.0)"}
    assert host["extensions"]["http"]["routePrefix"] == "", "routes say api/ themselves; pages have none"
    assert set(host) <= {"version", "extensionBundle", "functionTimeout", "logging", "extensions"}
    assert set(host["extensions"]) <= {"http", "blobs", "queues"}


def test_a_timer_ends_before_the_platform_ends_it() -> None:
    """A run that is cut off is no failure, but it reports nothing."""
    budget: int = Settings.model_fields["timer_budget"].default.total_seconds()
    assert seconds(read("host.json")["functionTimeout"]) > budget + 60


def test_a_file_is_tried_five_times_and_two_at_once_fit_in_memory() -> None:
    """HOST.md: the whole blob is in memory twice whatever the code reads."""
    blobs = read("host.json")["extensions"]["blobs"]
    assert blobs == {"maxDegreeOfParallelism": 2, "poisonBlobThreshold": 5}
    largest: int = Settings.model_fields["document_file_limit"].default
    assert blobs["maxDegreeOfParallelism"] * 2 * largest < 512_000_000


def test_local_settings_are_flat_strings_said_to_be_unencrypted() -> None:
    settings = read("local.settings.json")
    assert settings["IsEncrypted"] is False, "missing counts as encrypted, and Core Tools then decrypts it to nothing"
    assert {type(value) for value in settings["Values"].values()} == {str}
    assert settings["Values"]["FUNCTIONS_WORKER_RUNTIME"] == "python"


def test_local_settings_hold_no_secret_and_are_not_deployed() -> None:
    """The file is in the repository. What Azurite takes is known to everybody."""
    values = read("local.settings.json")["Values"]
    secret = re.compile(r"(AccountKey|SharedAccess|Password|Secret|sig)=|[A-Za-z0-9+/]{64,}={0,2}", re.IGNORECASE)
    assert [name for name, value in values.items() if secret.search(value)] == []
    assert values["AzureWebJobsStorage"] == "UseDevelopmentStorage=true"
    assert "local.settings.json" in (ROOT / ".funcignore").read_text().split()


def test_every_schedule_a_timer_names_is_set() -> None:
    """An unresolved %NAME% is an indexing error: the function is silently not there."""
    named = {name for one in timers() for name in re.findall(r"%(\w+)%", one.facts["schedule"])}
    assert named
    assert named <= read("local.settings.json")["Values"].keys()
    assert {name.lower() for name in named} <= Settings.model_fields.keys()


def test_every_schedule_has_six_fields() -> None:
    """Five would be read as minutes first, and run sixty times less often."""
    schedules = [
        read("local.settings.json")["Values"].get(one.facts["schedule"].strip("%"), one.facts["schedule"])
        for one in timers()
    ]
    assert [text for text in schedules if len(text.split()) != 6] == []
