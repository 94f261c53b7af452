"""Requests that must be refused, each with the status and code it is refused with."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from tests.functions.deals import (
    ABSENT,
    a_contact,
    a_customer,
    a_deal,
    a_deal_with_help,
    an_acceptance,
    an_employee,
    an_offer,
    an_opportunity,
    the_least_deal,
)

SECRET: Final = "SECRET-7f3a"
"""Stands in the values sent; no answer may contain it."""

JSON: Final = {"Content-Type": "application/json"}
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Bad:
    """A request, and its refusal. `{deal}`, `{received}` and `{offer}` in a path are ids that Contoso has."""

    name: str
    status: int
    code: str
    fields: frozenset[str] = frozenset()
    method: str = "POST"
    path: str = "/api/deals"
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: JSON)
    as_: str = "contoso-admin"


def sent(name: str, code: str, content: bytes | str, status: int = 400, **more: Any) -> Bad:
    """A body that cannot be read."""
    return Bad(name, status, code, content=content.encode() if isinstance(content, str) else content, **more)


def invalid(name: str, fields: str, body: Any, **more: Any) -> Bad:
    """A body that can be read and is not valid; `fields` are those named, separated by blanks."""
    content = json.dumps(body).encode()
    return Bad(name, 422, "invalid", frozenset(fields.split()), content=content, **more)


def wrong_deal(name: str, fields: str, /, **changes: Any) -> Bad:
    return invalid(f"deal: {name}", fields, a_deal(notes=SECRET, **changes))


def form(name: str, code: str, fields: str | list[tuple[str, str]], status: int = 400, **more: Any) -> Bad:
    text = fields if isinstance(fields, str) else urlencode(fields)
    return sent(f"form: {name}", code, text, status, headers=FORM, **more)


def listed(query: str, fields: str, path: str = "/api/deals") -> Bad:
    return Bad(f"{path}?{query}", 422, "invalid", frozenset([fields]), "GET", f"{path}?{query}")


def nested(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


WHOLE: Final = "name customer estimatedValue estimatedCloseDate employees solutions"
OWN: Final = "/api/referrals/{deal}"
RECEIVED: Final = "/api/referrals/{received}"

UNREADABLE: Final = [
    sent("cut off", "malformed_json", f'{{"name": "{SECRET}'),
    sent("a comma too many", "malformed_json", f'{{"name": "{SECRET}",}}'),
    sent("single quotes", "malformed_json", f"{{'name': '{SECRET}'}}"),
    sent("two documents", "malformed_json", f'{{"name": "{SECRET}"}}{{}}'),
    sent("a comment", "malformed_json", f'{{"name": "x" /* {SECRET} */}}'),
    sent("NaN", "malformed_json", '{"name": NaN}'),
    sent("Infinity", "malformed_json", '{"name": -Infinity}'),
    sent("no JSON at all", "malformed_json", f"name={SECRET}"),
    sent("invalid UTF-8", "malformed_json", b'{"name": "\xff\xfe"}'),
    sent("UTF-16", "malformed_json", '{"name": "x"}'.encode("utf-16")),
    sent("latin-1", "malformed_json", '{"name": "\u00e9"}'.encode("latin-1")),
    sent("half a surrogate pair", "malformed_json", '{"name": "\\ud800"}'),
    sent("a bare NUL byte", "malformed_json", b'{"name": "a\x00b"}'),
    sent("only NUL bytes", "malformed_json", b"\x00" * 100),
    sent("gzip", "malformed_json", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00C\xbf\xa6\xa3"),
    sent("an array", "not_an_object", f'["{SECRET}"]'),
    sent("a text", "not_an_object", f'"{SECRET}"'),
    sent("a number", "not_an_object", "5"),
    sent("null", "not_an_object", "null"),
    sent("true", "not_an_object", "true"),
    sent("21 levels", "too_deep", nested(21)),
    sent("an array in an array, 30 times", "too_deep", '{"solutions": ' + "[" * 30 + "]" * 30 + "}"),
    sent("a patch that is an array", "not_an_object", "[]", method="PATCH", path=OWN, headers={**JSON, "If-Match": "*"}),
    sent("a patch that is null", "not_an_object", "null", method="PATCH", path=OWN, headers={**JSON, "If-Match": "*"}),
    sent("an action that is an array", "not_an_object", "[]", path=f"{OWN}/win"),
    sent("10 MB", "too_large", json.dumps(a_deal(notes=SECRET * 1_000_000)), 413),
    sent("one byte over 1 MB", "too_large", b" " * 1_000_001, 413),
    sent("10 MB form", "too_large", f"name={SECRET * 1_000_000}", 413, headers=FORM),
    sent("10 MB edit by form", "too_large", f"etag=1&name={SECRET * 1_000_000}", 413, path=OWN, headers=FORM),
    sent("2 MB of escapes as an edit by form", "too_large", "name=" + "%41" * 700_000, 413, path=OWN, headers=FORM),
    sent("10 MB patch", "too_large", b" " * 10_000_000, 413, method="PATCH", path=OWN, headers={**JSON, "If-Match": "*"}),
    sent("10 MB action", "too_large", b" " * 10_000_000, 413, path=f"{OWN}/lose"),
    *(
        sent(f"as {kind or 'nothing in particular'}", "unsupported_media_type", json.dumps(a_deal()), 415,
             headers={"Content-Type": kind} if kind else {})
        for kind in ("text/plain", "text/json", "application/xml", "text/csv", "application/octet-stream", "json", "*/*",
                     "application/jsonp", "application/json-patch+json", "application/jsonx; a=application/json", "")
    ),
    sent("a key of 201 characters", "bad_idempotency_key", json.dumps(a_deal()), headers={**JSON, "Idempotency-Key": "k" * 201}),
    sent("a key with a control character", "bad_idempotency_key", json.dumps(a_deal()), headers={**JSON, "Idempotency-Key": "k\x01"}),
    sent("a key with a tab", "bad_idempotency_key", json.dumps(a_deal()), headers={**JSON, "Idempotency-Key": "k\tk"}),
]  # fmt: skip

VALUES: Final = [
    sent("an empty body", "invalid", "", 422),
    sent("a body of blanks", "invalid", " \n\t ", 422),
    invalid("an empty object", WHOLE, {}),
    wrong_deal("name a number", "name", name=5),
    wrong_deal("name null", "name", name=None),
    wrong_deal("name a list", "name", name=[SECRET]),
    wrong_deal("name an object", "name", name={"x": SECRET}),
    wrong_deal("name true", "name", name=True),
    wrong_deal("name of 201 characters", "name", name="n" * 201),
    wrong_deal("name of a million characters under the limit", "name", name=SECRET * 80_000),
    wrong_deal("customer a text", "customer", customer=SECRET),
    wrong_deal("customer a list", "customer", customer=[a_customer()]),
    wrong_deal("employees an object", "employees", employees=an_employee()),
    wrong_deal("employees of nulls", "employees.0", employees=[None]),
    wrong_deal("employees of lists", "employees.0", employees=[[]]),
    wrong_deal("solutions of texts", "solutions.0", solutions=["own"]),
    wrong_deal("10,000 employees", "employees", employees=[{}] * 10_000),
    wrong_deal("10,000 solutions", "solutions", solutions=[1] * 10_000),
    wrong_deal("21 team members", "teamMembers", teamMembers=["t"] * 21),
    wrong_deal("team a text", "teamMembers", teamMembers=SECRET),
    wrong_deal("team of numbers", "teamMembers.0", teamMembers=[1]),
    wrong_deal("a team member of 129 characters", "teamMembers.0", teamMembers=["t" * 129]),
    wrong_deal("value a number", "estimatedValue", estimatedValue=125000),
    wrong_deal("value a text", "estimatedValue", estimatedValue="125000 EUR"),
    wrong_deal("amount a number", "estimatedValue.amount", estimatedValue={"amount": 125000.0, "currency": "EUR"}),
    wrong_deal("visible 2", "visibleToVendor", visibleToVendor=2),
    wrong_deal("visible perhaps", "visibleToVendor", visibleToVendor="perhaps"),
    wrong_deal("visible a list", "visibleToVendor", visibleToVendor=[]),
    wrong_deal("consent null", "customerConsent", customerConsent=None),
    wrong_deal("help a number", "help", help=3),
    wrong_deal("help a list", "help", help=[]),
    wrong_deal("help without code", "help.code", help={"notes": "x"}),
    wrong_deal("help without notes", "help.notes", help={"code": 1}),
    wrong_deal("help of kind 7", "help.code", help={"code": 7, "notes": "x"}),
    wrong_deal("help of kind 10**200", "help.code", help={"code": 10**200, "notes": "x"}),
    sent("help of kind 10**400", "malformed_json", json.dumps(a_deal(help={"code": 10**400, "notes": "x"}))),
    wrong_deal("help of kind true", "help.code", help={"code": True, "notes": "x"}, customerConsent=True),
    wrong_deal("an unknown field", "budget", budget=SECRET),
    wrong_deal("a field in snake case", "crm_id", crm_id=SECRET),
    wrong_deal("a field in other case", "CrmId", CrmId=SECRET),
    wrong_deal("__proto__", "__proto__", __proto__={"x": 1}),
    wrong_deal("an unknown field in the customer", "customer.vat", customer=a_customer(vat=SECRET)),
    wrong_deal("an unknown field in an employee", "employees.0.age", employees=[an_employee(age=3)]),
    wrong_deal("an unknown field in a solution", "solutions.0.x", solutions=[{"kind": "own", "name": "x", "x": 1}]),
    wrong_deal("an unknown field in money", "estimatedValue.x", estimatedValue={"amount": "1", "currency": "EUR", "x": 1}),
    *(
        wrong_deal(f"country {code!r}", "customer.country", customer=a_customer(country=code))
        for code in ("XX", "fr", "FRA", "", "France", "F", "F\x00", "UK", "250", "\uff26\uff32", 33, None, ["FR"])
    ),
    *(
        wrong_deal(f"currency {code!r}", "estimatedValue.currency", estimatedValue={"amount": "1", "currency": code})
        for code in ("XYZ", "eur", "\u20ac", "", "EURO", "978", 978, None, "EU\x00")
    ),
    *(
        wrong_deal(f"amount {text[:20]!r}", "estimatedValue.amount", estimatedValue={"amount": text, "currency": "EUR"})
        for text in ("", "-1", "+1", "1e5", "1,000.00", "1 000", "1.", ".5", "1.123456", "NaN", "Infinity", "0x10",
                     "9" * 16, "9" * 100_000, "\u0663\u0664", "\uff11", "1\u00a0000", "1_000", "--1", "1.0.0", "\u00bd")
    ),
    *(
        wrong_deal(f"close date {day!r}", "estimatedCloseDate", estimatedCloseDate=day)
        for day in ("2027-01-03", "1970-01-01", "0001-01-01", "2027-02-29", "2027-13-01", "2027-00-10", "2027-04-31",
                    "0000-00-00", "2027-1-1", "20270331", "31.03.2027", "03/31/2027", "2027-03-31T00:00:00Z",
                    "2027-03-31 00:00", "2027-W13-3", "10000-01-01", "-2027-03-31", "today", "", 20270331,
                    1806451200, 1806451200.5, None, True, [], {}, "\u0662\u0660\u0662\u0667-03-31", "2027-03-31\x00")
    ),
    wrong_deal("D-U-N-S of eight digits", "customer.dunsNumber", customer=a_customer(dunsNumber="12345678")),
    wrong_deal("D-U-N-S with dashes", "customer.dunsNumber", customer=a_customer(dunsNumber="12-345-6789")),
    wrong_deal("D-U-N-S a number", "customer.dunsNumber", customer=a_customer(dunsNumber=123456789)),
    wrong_deal("D-U-N-S in other digits", "customer.dunsNumber", customer=a_customer(dunsNumber="\u0661" * 9)),
    wrong_deal("an unknown size", "customer.size", customer=a_customer(size="large")),
    wrong_deal("an unknown sales stage", "salesStage", salesStage="Won"),
    wrong_deal("an unknown kind of solution", "solutions.0.kind", solutions=[{"kind": "mine", "name": "x"}]),
    wrong_deal("an offer id of 101 characters", "solutions.0.offerId", solutions=[{"kind": "own", "name": "x", "offerId": "o" * 101}]),
    wrong_deal("an offer id that is a list", "solutions.0.offerId", solutions=[{"kind": "own", "name": "x", "offerId": ["o"]}]),
    *(
        wrong_deal(f"e-mail {text!r}", "customer.contact.email", customer=a_customer(contact=a_contact(email=text)))
        for text in ("nobody", "a@", "@b.example", "a b@c.example", "a@b", "a@b..example", "a@c.example\nBcc: x@y.example",
                     "x" * 300 + "@b.example", "a@\u0000.example", 5)
    ),
    *(
        wrong_deal(f"phone {text!r}", "employees.0.phoneNumber", employees=[an_employee(phoneNumber=text)])
        for text in ("call me", "+", "+999999999999999999", "12", "+33 1 23 45 67 89 ext<script>", 33123456789)
    ),
    *(
        wrong_deal(f"U+{ord(mark):04X} in {where}", where, **{where: f"a{mark}b"})
        for where in ("name", "crmId", "campaignId")
        for mark in "\x00\x07\x1b\n\r\t\x7f\x85"
    ),
    *(
        invalid(f"deal: U+{ord(mark):04X} in notes", "notes", a_deal(notes=f"a{mark}b")) for mark in "\x00\x07\x1b\x7f"
    ),
    wrong_deal("NUL in the customer's name", "customer.name", customer=a_customer(name="a\x00")),
    wrong_deal("NUL in a team member", "teamMembers.0", teamMembers=["a\x00"]),
    wrong_deal("a line break in an employee's name", "employees.0.firstName", employees=[an_employee(firstName="a\nb")]),
    invalid("deal: 20,000 unknown fields", "", a_deal(**{f"f{n}": n for n in range(20_000)})),
    sent("deal: the same key twice, the last of the wrong type", "invalid",
         json.dumps(a_deal())[:-1] + ', "name": 5}', 422, fields=frozenset({"name"})),
    invalid("help at once without consent", "customerConsent", a_deal_with_help(customerConsent=ABSENT)),
    invalid("help at once without contact", "customer.contact", a_deal_with_help(customer=a_customer(contact=ABSENT))),
    *(
        invalid(f"opportunity: to {partner!r}", "partnerId", an_opportunity(partnerId=partner), path="/api/opportunities",
                as_="vendor-seller")
        for partner in ("nobody", "vendor", "../contoso", "Contoso", "", "con\x00toso", "c" * 65, 5, None, ["contoso"])
    ),
    *(
        invalid(f"offer: {fields} {value!r:.30}", fields, an_offer(**{fields.split(".")[0]: value}), path="/api/offers")
        for fields, value in (
            ("name", ""), ("name", None), ("name", "n" * 201), ("name", "a\x00b"), ("offerType", "SaaS"), ("offerType", 1),
            ("offerType", None), ("availableCountries", []), ("availableCountries", 5), ("availableCountries.0", ["XX"]),
            ("availableCountries.0", ["fr"]), ("availableCountries", {"0": "FR"}), ("availableCountries.0", [None]),
            ("availableCountries", ["FR"] * 251), ("price", 5),
        )
    ),
    invalid("accept: an empty object", "name estimatedValue estimatedCloseDate", {}, path=f"{RECEIVED}/accept"),
    invalid("accept: a date in the past", "estimatedCloseDate", an_acceptance(estimatedCloseDate="2026-12-31"), path=f"{RECEIVED}/accept"),
    invalid("accept: no value", "estimatedValue", an_acceptance(estimatedValue={"amount": "0", "currency": "EUR"}), path=f"{RECEIVED}/accept"),
    invalid("accept: unknown field", "solutions", an_acceptance(solutions=[]), path=f"{RECEIVED}/accept"),
    invalid("accept: half an employee", "employees.0.email", an_acceptance(employees=[an_employee(email=ABSENT)]), path=f"{RECEIVED}/accept"),
    invalid("decline: nothing said", "reason", {}, path=f"{RECEIVED}/decline"),
    invalid("decline: other without note", "notes", {"reason": 8}, path=f"{RECEIVED}/decline"),
    invalid("decline: a note of 4,001 characters", "notes", {"reason": 1, "notes": "n" * 4001}, path=f"{RECEIVED}/decline"),
    invalid("win: a closed date tomorrow", "closedDate", {"closedDate": "2027-01-05"}, path=f"{OWN}/win"),
    invalid("win: a closed timestamp", "closedDate", {"closedDate": "2027-01-01T00:00:00Z"}, path=f"{OWN}/win"),
    invalid("win: a negative value", "finalValue.amount", {"finalValue": {"amount": "-5", "currency": "EUR"}}, path=f"{OWN}/win"),
    invalid("win: a reason", "reason", {"reason": 1}, path=f"{OWN}/win"),
    invalid("close as error: reason 10", "reason", {"reason": 10}, path=f"{OWN}/close-as-error"),
    invalid("close as error: 6 without note", "notes", {"reason": 6}, path=f"{OWN}/close-as-error"),
    invalid("share: something", "visibleToVendor", {"visibleToVendor": True}, path=f"{OWN}/share"),
    invalid("note: none", "text", {}, path=f"{OWN}/notes"),
    invalid("note: blank", "text", {"text": " \n "}, path=f"{OWN}/notes"),
    invalid("note: 4,001 characters", "text", {"text": "n" * 4001}, path=f"{OWN}/notes"),
    invalid("note: NUL", "text", {"text": "a\x00"}, path=f"{OWN}/notes"),
    invalid("note: to everybody", "audience", {"text": "x", "audience": "public"}, path=f"{OWN}/notes"),
    invalid("note: by somebody", "author", {"text": "x", "author": "boss"}, path=f"{OWN}/notes"),
    *(
        invalid(f"edit: {fields} {value!r:.30}", fields, {fields.split(".")[0]: value}, method="PATCH", path=OWN,
                headers={**JSON, "If-Match": "*"})
        for fields, value in (
            ("name", 5), ("name", "a\x00"), ("estimatedValue.currency", {"currency": "XYZ"}), ("estimatedValue", 5),
            ("estimatedCloseDate", "2026-01-01"), ("estimatedCloseDate", "2027-03-31T10:00:00Z"), ("notes", "n" * 4001),
            ("employees.0", [None]), ("employees", [an_employee()] * 21), ("solutions.0.kind", [{"kind": "x", "name": "x"}]),
            ("salesStage", "closed"), ("teamMembers", ["x"] * 21), ("customer.name", {"name": SECRET}), ("stage", "archived"),
            ("budget", SECRET),
        )
    ),
]  # fmt: skip

STATES: Final = [
    Bad("accepting an own deal", 409, "action_not_possible", path=f"{OWN}/accept", content=json.dumps(an_acceptance()).encode()),
    Bad("winning what is only received", 409, "action_not_possible", path=f"{RECEIVED}/win"),
    Bad("sharing what was received", 409, "action_not_possible", path=f"{RECEIVED}/share"),
    Bad("sending again what was never sent", 409, "action_not_possible", path=f"{OWN}/send-again"),
    Bad("a stale If-Match", 412, "changed_since_read", path=f"{OWN}/win", headers={**JSON, "If-Match": '"7"'}),
    Bad("a malformed If-Match", 412, "changed_since_read", path=f"{OWN}/win", headers={**JSON, "If-Match": "yesterday"}),
    Bad("an edit of a stale version", 412, "changed_since_read", method="PATCH", path=OWN, content=b'{"name": "x"}',
        headers={**JSON, "If-Match": '"7"'}),
    Bad("an edit of no version", 428, "precondition_required", method="PATCH", path=OWN, content=b'{"name": "x"}'),
    Bad("an edit by form of no version", 428, "precondition_required", path=OWN, content=b"name=x", headers=FORM),
    Bad("an auditor's deal", 403, "access_denied", content=json.dumps(a_deal()).encode(), as_="contoso-auditor"),
    Bad("a seller's deal", 403, "access_denied", content=json.dumps(a_deal()).encode(), as_="vendor-seller"),
    Bad("a partner's opportunity", 403, "access_denied", path="/api/opportunities", content=json.dumps(an_opportunity()).encode()),
    Bad("a seller's offer", 403, "access_denied", path="/api/offers", content=json.dumps(an_offer()).encode(), as_="vendor-admin"),
]  # fmt: skip

LISTS: Final = [
    *(
        listed(f"limit={limit}", "limit")
        for limit in ("0", "-1", "201", "x", "1e2", "5.0", "%205", "+5", "9" * 40, "%EF%BC%95", "5&limit=5", "0x5", "%00")
    ),
    *(listed(f"sort={sort}", "sort") for sort in ("id", "--name", "name%20desc", "organizationId", "name;drop", "-", "Name", "%00")),
    *(listed(f"tab={tab}", "tab") for tab in ("all", "Inbound", "outbound&tab=inbound", "../inbound", "%00")),
    *(listed(f"stage={stage}", "stage") for stage in ("won", "RECEIVED", "accepted&stage=received", "%27%20OR%201%3D1", "%00")),
    *(listed(f"outcome={outcome}", "outcome") for outcome in ("accepted", "Won", "won,lost", "%F0%9F%92%A9")),
    *(listed(f"q={q}", "q") for q in ("ab", "%C3%A9%C3%A9", "q" * 201)),
    *(listed(f"limit={limit}", "limit", "/api/offers") for limit in ("0", "201", "ten")),
    *(listed(f"sort={sort}", "sort", "/api/offers") for sort in ("id", "--name", "contactCount")),
    *(
        Bad(f"cursor: {path} {after}", 400, "wrong_cursor", method="GET", path=f"{path}?after={after}")
        for path in ("/api/deals", "/api/offers")
        for after in ("x", "%00", "AAAA", "bnVsbA", "WzEsMiwzLDRd", "e30", "W251bGwsbnVsbCxudWxsLG51bGxd", "A" * 4000, "%C3%A9", "..%2F..")
    ),
]  # fmt: skip

LEAST: Final = [
    (name, value) for name, value in the_least_deal().items() if isinstance(value, str)
]  # name and close date; the rest of the deal is missing


def parts(*disposition: str, boundary: str = "b") -> bytes:
    """A multipart body of text parts."""
    return (
        b"".join(
            f"--{boundary}\r\nContent-Disposition: form-data; {one}\r\n\r\n{SECRET}\r\n".encode() for one in disposition
        )
        + f"--{boundary}--\r\n".encode()
    )


def multipart(
    name: str, code: str, content: bytes, kind: str = "multipart/form-data; boundary=b", status: int = 400
) -> Bad:
    return sent(f"multipart: {name}", code, content, status, headers={"Content-Type": kind})


FORMS: Final = [
    form("unknown field", "invalid", [*LEAST, ("customer.nom", SECRET)], 422),
    form("name in brackets", "bad_field_name", [*LEAST, ("customer[name]", SECRET)]),
    form("name with a dot at the end", "bad_field_name", [("customer.", SECRET)]),
    form("name with a dot at the start", "bad_field_name", [(".name", SECRET)]),
    form("name with two dots", "bad_field_name", [("customer..name", SECRET)]),
    form("no name", "bad_field_name", [("", SECRET)]),
    form("a name with a blank", "bad_field_name", [("customer name", SECRET)]),
    form("a name with NUL", "bad_field_name", [("na\x00me", SECRET)]),
    form("a name in other letters", "bad_field_name", [("n\u00e4me", SECRET)]),
    form("a name of 21 parts", "bad_field_name", [(".".join("a" * 21), SECRET)]),
    form("a name of a thousand parts", "bad_field_name", [(".".join("a" * 1000), SECRET)]),
    form("names that are numbers", "bad_field_name", [("0", SECRET), ("1", SECRET)]),
    form("index 50", "bad_field_name", [("solutions.50.name", SECRET)]),
    form("index 4,999,999,999", "bad_field_name", [("solutions.4999999999.name", SECRET)]),
    form("index 007", "bad_field_name", [("solutions.007.name", SECRET)]),
    form("index -1", "invalid", [("solutions.-1.name", SECRET)], 422),
    form("a value and its parts", "bad_field_name", [("customer", SECRET), ("customer.name", SECRET)]),
    form("parts and their value", "bad_field_name", [("customer.name", SECRET), ("customer", SECRET)]),
    form("an index and a name", "invalid", [("solutions.0.name", SECRET), ("solutions.name", SECRET)], 422),
    form("one name twice", "invalid", [("name", SECRET), ("name", SECRET)], 422),
    form("501 fields", "too_many_fields", [(f"f{n}", SECRET) for n in range(501)]),
    form("501 times the same field", "too_many_fields", "&".join(["name=x"] * 501)),
    form("100,000 fields", "too_many_fields", "&".join(["a=b"] * 100_000)),
    form("bad UTF-8, escaped", "not_utf8", f"name=%FF%FE{SECRET}"),
    form("bad UTF-8 in a name", "not_utf8", f"%FF={SECRET}"),
    sent("form: bad UTF-8, bare", "not_utf8", b"name=\xff\xfe", headers=FORM),
    form("half a surrogate pair", "not_utf8", "name=%ED%A0%80"),
    form("NUL in a value", "invalid", [*LEAST, ("crmId", "a\x00b")], 422),
    form("a broken escape in a name", "bad_field_name", f"%ZZ={SECRET}"),
    form("nothing", "invalid", "", 422),
    form("only ampersands", "invalid", "&&&&", 422),
    form("JSON in it", "invalid", json.dumps(a_deal()), 422),
    form("a list where a text belongs", "invalid", [("name.0", SECRET), ("name.1", SECRET)], 422),
    form("a date and a time", "invalid", [("closedDate", "2027-01-01T00:00")], 422, path=f"{OWN}/win"),
    multipart("no boundary", "bad_form", parts('name="name"'), "multipart/form-data"),
    multipart("another boundary", "bad_form", parts('name="name"'), "multipart/form-data; boundary=other"),
    multipart("no end", "bad_form", parts('name="name"')[:-6]),
    multipart("cut within a header", "bad_form", parts('name="name"')[:20]),
    multipart("501 parts", "bad_form", parts(*(f'name="f{n}"' for n in range(501)))),
    multipart("index 50", "bad_field_name", parts('name="solutions.50.name"')),
    multipart("unknown field", "invalid", parts('name="budget"'), status=422),
    multipart("bad UTF-8", "not_utf8", parts('name="name"').replace(SECRET.encode(), b"\xff\xfe")),
    multipart("JSON in it", "bad_form", json.dumps(a_deal()).encode()),
]  # fmt: skip

ROWS: Final = [*UNREADABLE, *VALUES, *STATES, *LISTS, *FORMS]
