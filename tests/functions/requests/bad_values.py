"""Bodies that can be read and are not valid: wrong types, missing and unknown fields, values outside the rules."""

from __future__ import annotations

import json
from typing import Any, Final

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
)
from tests.functions.requests.bad_request import EDIT, OWN, RECEIVED, SECRET, Bad, invalid, sent

WHOLE: Final = "name customer estimatedValue estimatedCloseDate employees solutions"


def wrong_deal(name: str, fields: str, /, **changes: Any) -> Bad:
    return invalid(f"deal: {name}", fields, a_deal(notes=SECRET, **changes))


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
    wrong_deal("an unknown field in money", "estimatedValue.x", estimatedValue={"amount": "1", "currency": "EUR",
        "x": 1}),
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
    wrong_deal("an offer id of 101 characters", "solutions.0.offerId", solutions=[{"kind": "own", "name": "x",
        "offerId": "o" * 101}]),
    wrong_deal("an offer id that is a list", "solutions.0.offerId", solutions=[{"kind": "own", "name": "x",
        "offerId": ["o"]}]),
    *(
        wrong_deal(f"e-mail {text!r}", "customer.contact.email", customer=a_customer(contact=a_contact(email=text)))
        for text in ("nobody", "a@", "@b.example", "a b@c.example", "a@b", "a@b..example",
            "a@c.example\nBcc: x@y.example",
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
    wrong_deal("a line break in an employee's name", "employees.0.firstName",
        employees=[an_employee(firstName="a\nb")]),
    invalid("deal: 20,000 unknown fields", "", a_deal(**{f"f{n}": n for n in range(20_000)})),
    sent("deal: the same key twice, the last of the wrong type", "invalid",
         json.dumps(a_deal())[:-1] + ', "name": 5}', 422, fields=frozenset({"name"})),
    invalid("help at once without consent", "customerConsent", a_deal_with_help(customerConsent=ABSENT)),
    invalid("help at once without contact", "customer.contact", a_deal_with_help(customer=a_customer(contact=ABSENT))),
    *(
        invalid(f"opportunity: to {partner!r}", "partnerId", an_opportunity(partnerId=partner),
            path="/api/opportunities",
                as_="vendor-seller")
        for partner in ("nobody", "vendor", "../contoso", "Contoso", "", "con\x00toso", "c" * 65, 5, None, ["contoso"])
    ),
    *(
        invalid(f"offer: {fields} {value!r:.30}", fields, an_offer(**{fields.split(".")[0]: value}), path="/api/offers")
        for fields, value in (
            ("name", ""), ("name", None), ("name", "n" * 201), ("name", "a\x00b"), ("offerType", "SaaS"), ("offerType",
            1),
            ("offerType", None), ("availableCountries", []), ("availableCountries", 5), ("availableCountries.0",
            ["XX"]),
            ("availableCountries.0", ["fr"]), ("availableCountries", {"0": "FR"}), ("availableCountries.0", [None]),
            ("availableCountries", ["FR"] * 251), ("price", 5),
        )
    ),
    invalid("accept: an empty object", "name estimatedValue estimatedCloseDate", {}, path=f"{RECEIVED}/accept"),
    invalid("accept: a date in the past", "estimatedCloseDate", an_acceptance(estimatedCloseDate="2026-12-31"),
        path=f"{RECEIVED}/accept"),
    invalid("accept: no value", "estimatedValue", an_acceptance(estimatedValue={"amount": "0", "currency": "EUR"}),
        path=f"{RECEIVED}/accept"),
    invalid("accept: unknown field", "solutions", an_acceptance(solutions=[]), path=f"{RECEIVED}/accept"),
    invalid("accept: half an employee", "employees.0.email", an_acceptance(employees=[an_employee(email=ABSENT)]),
        path=f"{RECEIVED}/accept"),
    invalid("decline: nothing said", "reason", {}, path=f"{RECEIVED}/decline"),
    invalid("decline: other without note", "notes", {"reason": 8}, path=f"{RECEIVED}/decline"),
    invalid("decline: a note of 4,001 characters", "notes", {"reason": 1, "notes": "n" * 4001},
        path=f"{RECEIVED}/decline"),
    invalid("win: a closed date tomorrow", "closedDate", {"closedDate": "2027-01-05"}, path=f"{OWN}/win"),
    invalid("win: a closed timestamp", "closedDate", {"closedDate": "2027-01-01T00:00:00Z"}, path=f"{OWN}/win"),
    invalid("win: a negative value", "finalValue.amount", {"finalValue": {"amount": "-5", "currency": "EUR"}},
        path=f"{OWN}/win"),
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
                headers=EDIT)
        for fields, value in (
            ("name", 5), ("name", "a\x00"), ("estimatedValue.currency", {"currency": "XYZ"}), ("estimatedValue", 5),
            ("estimatedCloseDate", "2026-01-01"), ("estimatedCloseDate", "2027-03-31T10:00:00Z"), ("notes", "n" * 4001),
            ("employees.0", [None]), ("employees", [an_employee()] * 21), ("solutions.0.kind", [{"kind": "x",
            "name": "x"}]),
            ("salesStage", "closed"), ("teamMembers", ["x"] * 21), ("customer.name", {"name": SECRET}), ("stage",
            "archived"),
            ("budget", SECRET),
        )
    ),
]  # fmt: skip
