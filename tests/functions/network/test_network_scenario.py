"""Three organizations and an outsider go through whole stories over HTTP; after each step every side is looked at.

Nothing is there before its time: before the share, before the delivery ran, before the acceptance.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from tests.functions.deals import (
    ABSENT,
    Body,
    a_contact,
    a_customer,
    a_deal,
    a_deal_with_help,
    a_help_request,
    a_partner_invitation,
    an_acceptance,
    an_employee,
    an_opportunity,
)
from tests.functions.desk import WINDOW, Desk, fields_of, ok, open_desk, refused
from tests.functions.network.sides import copies_of, copy_of, engagement, sides, timeline

SELLER: Final = "vendor-seller"
FABRIKAM: Final = "fabrikam-admin"
CUSTOMER: Final = a_customer(name="Wide World Importers")
CONTACT: Final = ("Ana", "Lima", "+33123456789", "ana@contoso.example")


def a_private_deal(**changes: Any) -> Body:
    return a_deal(**{"customer": CUSTOMER, **changes})


async def invited(desk: Desk, own: Body, as_: str = "contoso-admin", **changes: Any) -> Body:
    return ok(await desk.act(own["id"], "invite-partner", a_partner_invitation(**changes), as_))


async def a_minute_later(desk: Desk) -> None:
    """What happened can be told apart by time; what was posted arrives."""
    desk.clock.move(timedelta(minutes=1))
    await desk.deliver()


# The five stories


async def test_a_private_deal_is_shared_helped_with_and_won(desk: Desk) -> None:
    own = await desk.created(a_private_deal())
    await a_minute_later(desk)
    assert await sides(desk, own) == {"contoso": ["accepted private"]}

    ok(await desk.act(own["id"], "share"))
    assert await sides(desk, own) == {"contoso": ["accepted partner_led"]}, "nothing before the delivery ran"
    await a_minute_later(desk)
    assert await sides(desk, own) == {"contoso": ["accepted partner_led"], "vendor": ["mirror accepted partner_led"]}

    ok(await desk.act(own["id"], "request-help", a_help_request()))
    asked = ["accepted co_sell; vendor sending"]
    assert await sides(desk, own) == {"contoso": asked, "vendor": ["mirror accepted partner_led"]}
    await a_minute_later(desk)
    pending = ["accepted co_sell; vendor pending"]
    assert await sides(desk, own) == {
        "contoso": pending,
        "vendor": ["mirror withdrawn partner_led", "received co_sell"],
    }

    copy = await copy_of(desk, own, "vendor")
    ok(await desk.act(copy["id"], "accept", an_acceptance(employees=[an_employee(firstName="Vera")]), SELLER))
    assert (await sides(desk, own))["contoso"] == ["accepted co_sell; vendor pending"]
    assert "Vera" not in str(await engagement(desk, own, "contoso"))
    await a_minute_later(desk)
    assert (await sides(desk, own))["contoso"] == ["accepted co_sell; vendor accepted"]
    assert "Vera" in str(await engagement(desk, own, "contoso"))

    ok(await desk.act(own["id"], "win", {"finalValue": {"amount": "7.00", "currency": "EUR"}}))
    assert (await desk.read(copy["id"], SELLER))["senderView"] is None
    await a_minute_later(desk)
    view = (await desk.read(copy["id"], SELLER))["senderView"]
    assert (view["stage"], view["outcome"], view["finalValue"]["amount"]) == ("archived", "won", "7.00")
    assert "accepted co_sell" in (await sides(desk, own))["vendor"], "each organization closes its own copy"

    desk.clock.move(timedelta(minutes=1))
    ok(await desk.act(copy["id"], "win", {}, SELLER))
    await a_minute_later(desk)
    won = ["won co_sell; vendor won"]
    assert await sides(desk, own) == {"contoso": won, "vendor": ["mirror withdrawn partner_led", "won co_sell"]}
    assert await timeline(desk, own, "contoso") == [
        ("contoso", "created"), ("contoso", "shared"), ("contoso", "invited"), ("vendor", "received"),
        ("vendor", "accepted"), ("contoso", "won"), ("vendor", "won"),
    ]  # fmt: skip


async def test_help_that_is_declined_leaves_the_deal_as_it_was_and_warns(desk: Desk) -> None:
    own = await desk.created(a_deal_with_help(customer=CUSTOMER))
    await desk.deliver()
    copy = await copy_of(desk, own, "vendor")
    ok(await desk.act(copy["id"], "decline", {"reason": 8, "notes": "No architect before summer"}, SELLER))
    seen = await sides(desk, own)
    assert seen == {"contoso": ["accepted co_sell; vendor pending"], "vendor": ["declined co_sell"]}
    assert "before summer" not in str(await desk.read(own["id"]))
    await desk.deliver()
    assert await sides(desk, own) == {"contoso": ["accepted co_sell; vendor declined"], "vendor": ["declined co_sell"]}
    told = await desk.read(own["id"])
    assert (told["invitations"][0]["reason"], told["invitations"][0]["note"]) == (8, "No architect before summer")
    assert "registration_trap" in [warning["code"] for warning in told["warnings"]]
    assert "request-help" in told["allowedActions"]


async def test_help_that_nobody_answers_expires_to_the_microsecond(desk: Desk) -> None:
    own = await desk.created(a_deal_with_help(customer=CUSTOMER))
    await desk.deliver()
    copy = await copy_of(desk, own, "vendor")
    desk.clock.move(WINDOW - timedelta(microseconds=1))
    assert "accept" in (await desk.read(copy["id"], SELLER))["allowedActions"]
    assert (await desk.expire()).done == 0
    desk.clock.move(timedelta(microseconds=1))
    assert (await desk.read(copy["id"], SELLER))["allowedActions"] == []
    refused(await desk.act(copy["id"], "accept", an_acceptance(), SELLER), 409, "action_not_possible")
    assert await sides(desk, own) == {"contoso": ["accepted co_sell; vendor pending"], "vendor": ["received co_sell"]}
    assert (await desk.expire()).done == 1
    assert await sides(desk, own) == {"contoso": ["accepted co_sell; vendor pending"], "vendor": ["expired co_sell"]}
    await desk.deliver()
    assert await sides(desk, own) == {"contoso": ["accepted co_sell; vendor expired"], "vendor": ["expired co_sell"]}
    codes = [warning["code"] for warning in (await desk.read(own["id"]))["warnings"]]
    assert "registration_trap" in codes


async def test_a_partner_is_invited_to_a_private_deal_and_the_vendor_never_hears_of_it(desk: Desk) -> None:
    own = await desk.created(a_private_deal())
    body = a_partner_invitation(notes="Could you migrate their data?")
    ok(await desk.act(own["id"], "invite-partner", body))
    assert await sides(desk, own) == {"contoso": ["accepted private; fabrikam sending"]}
    await desk.deliver()
    assert await sides(desk, own) == {
        "contoso": ["accepted private; fabrikam pending"], "fabrikam": ["received private"],
    }  # fmt: skip
    copy = await copy_of(desk, own, "fabrikam")
    assert [copy[name] for name in ("estimatedValue", "estimatedCloseDate", "solutions")] == [
        body[name] for name in ("estimatedValue", "estimatedCloseDate", "solutions")
    ]
    assert (copy["name"], copy["customer"]) == (own["name"], own["customer"]), "with the contact: consent was given"
    assert copy["sender"]["notes"] == "Could you migrate their data?"
    assert (copy["visibleToVendor"], copy["direction"], copy["teamMembers"]) == (False, "incoming", [])
    kept = await desk.read(own["id"])
    assert [kept[name] for name in ("estimatedValue", "solutions", "employees")] == [
        own[name] for name in ("estimatedValue", "solutions", "employees")
    ]
    for hidden in (own["crmId"], own["campaignId"], own["notes"], "contoso-admin"):
        assert hidden not in str(copy)

    ok(await desk.act(copy["id"], "accept", an_acceptance(), FABRIKAM))
    await desk.deliver()
    both = {"contoso": ["accepted private; fabrikam accepted"], "fabrikam": ["accepted private"]}
    assert await sides(desk, own) == both
    ok(await desk.act(copy["id"], "lose", {"reason": 3}, FABRIKAM))
    await desk.deliver()
    assert await sides(desk, own) == {"contoso": ["accepted private; fabrikam lost"], "fabrikam": ["lost private"]}
    parts = {part["organizationId"]: part["part"] for part in (await engagement(desk, own, "fabrikam"))["participants"]}
    assert parts == {"fabrikam": "us", "contoso": "sender"}


async def test_the_vendors_opportunity_is_accepted_and_a_second_partner_joins(desk: Desk) -> None:
    own = ok(
        await desk.post("/api/opportunities", an_opportunity(customer=CUSTOMER, customerConsent=True), SELLER), 201
    )
    assert await sides(desk, own) == {"vendor": ["accepted co_sell; contoso sending"]}
    await desk.deliver()
    assert await sides(desk, own) == {"vendor": ["accepted co_sell; contoso pending"], "contoso": ["received co_sell"]}
    copy = await copy_of(desk, own, "contoso")
    ok(await desk.act(copy["id"], "accept", an_acceptance()))
    await invited(desk, own, SELLER)
    await desk.deliver()
    await desk.deliver()
    assert await sides(desk, own) == {
        "vendor": ["accepted co_sell; contoso accepted; fabrikam pending"],
        "contoso": ["accepted co_sell"],
        "fabrikam": ["received co_sell"],
    }
    parts = [part["organizationId"] for part in (await engagement(desk, own, "contoso"))["participants"]]
    assert sorted(parts) == ["contoso", "vendor"], "partners do not learn of each other"
    assert "invite-partner" not in (await desk.read(copy["id"]))["allowedActions"]
    refused(await desk.act(copy["id"], "invite-partner", a_partner_invitation()), 409, "action_not_possible")
    ok(await desk.act(own["id"], "win", {}, SELLER))
    assert (await sides(desk, own))["vendor"] == ["won co_sell; contoso accepted; fabrikam withdrawn"]
    await desk.deliver()
    assert await sides(desk, own) == {
        "vendor": ["won co_sell; contoso accepted; fabrikam withdrawn"],
        "contoso": ["accepted co_sell"],
        "fabrikam": ["withdrawn co_sell"],
    }


# Withdrawal and answer race


async def test_a_withdrawal_that_arrives_first_ends_the_invitation(desk: Desk) -> None:
    own = await desk.created(a_deal_with_help(customer=CUSTOMER))
    await desk.deliver()
    copy = await copy_of(desk, own, "vendor")
    ok(await desk.act(own["id"], "lose", {"reason": 1}))
    await desk.deliver()
    assert await sides(desk, own) == {"contoso": ["lost co_sell; vendor withdrawn"], "vendor": ["withdrawn co_sell"]}
    refused(await desk.act(copy["id"], "accept", an_acceptance(), SELLER), 409, "action_not_possible")


async def test_an_answer_that_was_given_first_stands_and_is_told(desk: Desk) -> None:
    """It was stored before the withdrawal arrived; it replaces `withdrawn`, later the win does too."""
    own = await desk.created(a_deal_with_help(customer=CUSTOMER))
    await desk.deliver()
    copy = await copy_of(desk, own, "vendor")
    ok(await desk.act(own["id"], "win"))
    ok(await desk.act(copy["id"], "accept", an_acceptance(), SELLER))
    assert await sides(desk, own) == {"contoso": ["won co_sell; vendor withdrawn"], "vendor": ["accepted co_sell"]}
    await desk.deliver()
    await desk.deliver()
    assert await sides(desk, own) == {"contoso": ["won co_sell; vendor accepted"], "vendor": ["accepted co_sell"]}
    ok(await desk.act(copy["id"], "win", {}, SELLER))
    await desk.deliver()
    assert (await sides(desk, own))["contoso"] == ["won co_sell; vendor won"]


async def test_a_decline_that_was_given_first_stands_too(desk: Desk) -> None:
    own = await desk.created(a_private_deal())
    await invited(desk, own)
    await desk.deliver()
    copy = await copy_of(desk, own, "fabrikam")
    ok(await desk.act(copy["id"], "decline", {"reason": 2}, FABRIKAM))
    ok(await desk.act(own["id"], "close-as-error", {"reason": 7}))
    await desk.deliver()
    await desk.deliver()
    assert await sides(desk, own) == {"contoso": ["error private; fabrikam declined"], "fabrikam": ["declined private"]}


async def test_what_was_never_delivered_is_withdrawn_all_the_same(desk: Desk) -> None:
    own = await desk.created(a_deal_with_help(customer=CUSTOMER))
    ok(await desk.act(own["id"], "win"))
    await desk.deliver()
    await desk.deliver()
    assert await sides(desk, own) == {"contoso": ["won co_sell; vendor withdrawn"], "vendor": ["withdrawn co_sell"]}


# Invited again


async def test_a_partner_that_declined_can_be_invited_again(desk: Desk) -> None:
    """The new invitation is linked to the old one; the old copy stays as it was."""
    own = await desk.created(a_private_deal())
    await invited(desk, own)
    await desk.deliver()
    first = await copy_of(desk, own, "fabrikam")
    refused(await desk.act(own["id"], "invite-partner", a_partner_invitation()), 409)
    ok(await desk.act(first["id"], "decline", {"reason": 2}, FABRIKAM))
    await desk.deliver()
    again = await invited(desk, own, notes="Now with a budget")
    assert again["invitations"][1]["previousId"] == again["invitations"][0]["id"]
    await desk.deliver()
    assert await sides(desk, own) == {
        "contoso": ["accepted private; fabrikam declined; fabrikam pending"],
        "fabrikam": ["declined private", "received private"],
    }
    second = await copy_of(desk, own, "fabrikam")
    ok(await desk.act(second["id"], "accept", an_acceptance(), FABRIKAM))
    await desk.deliver()
    assert (await sides(desk, own))["contoso"] == ["accepted private; fabrikam declined; fabrikam accepted"]
    refused(await desk.act(own["id"], "invite-partner", a_partner_invitation()), 409)
    ok(await desk.act(second["id"], "win", {}, FABRIKAM))
    await desk.deliver()
    refused(await desk.act(own["id"], "invite-partner", a_partner_invitation()), 409)


async def test_the_vendor_can_be_asked_again_after_it_declined_and_the_trap_is_gone_once_it_accepts(desk: Desk) -> None:
    own = await desk.created(a_deal_with_help(customer=CUSTOMER))
    await desk.deliver()
    ok(await desk.act((await copy_of(desk, own, "vendor"))["id"], "decline", {"reason": 2}, SELLER))
    await desk.deliver()
    ok(await desk.act(own["id"], "request-help", a_help_request()))
    refused(await desk.act(own["id"], "request-help", a_help_request()), 409, "action_not_possible")
    await desk.deliver()
    second = await copy_of(desk, own, "vendor")
    ok(await desk.act(second["id"], "accept", an_acceptance(), SELLER))
    await desk.deliver()
    seen = await desk.read(own["id"])
    assert [one["status"] for one in seen["invitations"]] == ["declined", "accepted"]
    assert seen["invitations"][1]["previousId"] == seen["invitations"][0]["id"]
    assert "registration_trap" not in [warning["code"] for warning in seen["warnings"]]


REFUSED: Final[list[tuple[Body, int, str | None, dict[str, str]]]] = [
    (a_partner_invitation(partnerId="nobody"), 422, "invalid", {"partnerId": "unknown_partner"}),
    (a_partner_invitation(partnerId="vendor"), 422, "invalid", {"partnerId": "unknown_partner"}),
    (a_partner_invitation(partnerId="contoso"), 422, "invalid", {"partnerId": "own_organization"}),
    (a_partner_invitation(customerConsent=ABSENT), 422, "invalid", {"customerConsent": "consent_needed"}),
    (a_partner_invitation(customerConsent=False), 422, "invalid", {"customerConsent": "consent_needed"}),
]


@pytest.mark.parametrize(("body", "status", "code", "fields"), REFUSED)
async def test_an_invitation_that_cannot_be_is_refused_by_name(
    desk: Desk, body: Body, status: int, code: str | None, fields: dict[str, str]
) -> None:
    own = await desk.created(a_private_deal())
    before = desk.contents()
    assert fields_of(refused(await desk.act(own["id"], "invite-partner", body), status, code)) == fields
    assert desk.contents() == before


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("employees", a_partner_invitation(employees=[])),
        ("employees", a_partner_invitation(employees=ABSENT)),
        ("solutions", a_partner_invitation(solutions=[])),
        ("solutions", a_partner_invitation(solutions=ABSENT)),
        ("estimatedValue", a_partner_invitation(estimatedValue=ABSENT)),
        ("estimatedCloseDate", a_partner_invitation(estimatedCloseDate=ABSENT)),
        ("notes", a_partner_invitation(notes=ABSENT)),
        ("partnerId", a_partner_invitation(partnerId=ABSENT)),
    ],
)
async def test_what_an_invitation_lacks_is_named(desk: Desk, field: str, body: Body) -> None:
    own = await desk.created(a_private_deal())
    problem = refused(await desk.act(own["id"], "invite-partner", body), 422, "invalid")
    assert fields_of(problem).keys() == {field}


async def test_inviting_needs_the_customers_contact(desk: Desk) -> None:
    own = await desk.created(a_private_deal(customer=a_customer(contact=ABSENT)))
    problem = refused(await desk.act(own["id"], "invite-partner", a_partner_invitation()), 422, "invalid")
    assert fields_of(problem) == {"customerContact": "missing"}
    seen = await invited(desk, own, customerContact=a_contact())
    assert seen["customer"]["contact"] == a_contact()


# What the sender changes, and what is said to all


async def test_the_senders_changes_are_shown_on_live_copies_and_only_those_that_concern_them(desk: Desk) -> None:
    own = await desk.created(a_private_deal())
    await invited(desk, own)
    await desk.deliver()
    copy = await copy_of(desk, own, "fabrikam")
    assert copy["senderView"] is None
    ok(await desk.edit_now(own["id"], {"crmId": "OPP-43", "notes": "Only ours"}))
    await desk.deliver()
    assert (await desk.read(copy["id"], FABRIKAM))["senderView"] is None

    changes = {"name": "Renamed", "estimatedValue": {"amount": "5.00", "currency": "EUR"}}
    ok(await desk.edit_now(own["id"], changes))
    assert (await desk.read(copy["id"], FABRIKAM))["senderView"] is None, "not before the delivery ran"
    await desk.deliver()
    seen = await desk.read(copy["id"], FABRIKAM)
    view = seen["senderView"]
    assert view.keys() == {
        "name", "estimatedValue", "estimatedCloseDate", "solutions", "stage", "outcome", "finalValue", "closedDate",
        "changedAt",
    }  # fmt: skip
    assert (view["name"], view["estimatedValue"], view["stage"]) == ("Renamed", changes["estimatedValue"], "accepted")
    assert (seen["name"], seen["stage"]) == (own["name"], "received"), "their copy is their own"

    ok(await desk.act(copy["id"], "decline", {"reason": 2}, FABRIKAM))
    ok(await desk.edit_now(own["id"], {"name": "Renamed again"}))
    await desk.deliver()
    await desk.deliver()
    assert (await desk.read(copy["id"], FABRIKAM))["senderView"] == view, "archived copies do not change"


async def test_a_mirror_follows_its_deal_to_the_end_and_nothing_can_be_done_to_it(desk: Desk) -> None:
    own = await desk.created(a_private_deal(visibleToVendor=True))
    await desk.deliver()
    mirror = await copy_of(desk, own, "vendor")
    assert (mirror["mirror"], mirror["dealType"], mirror["expiresAt"]) == (True, "partner_led", None)
    assert mirror["allowedActions"] == []
    for action in ("accept", "decline", "edit", "notes", "win", "lose", "close-as-error", "share", "request-help"):
        refused(await desk.attempt(mirror["id"], action, "vendor-admin"), 409, "action_not_possible")
    refused(await desk.act(mirror["id"], "invite-partner", a_partner_invitation(), "vendor-admin"), 409)
    refused(await desk.act(mirror["id"], "withdraw-consent", {}, "vendor-admin"), 409)
    desk.clock.move(WINDOW * 3)
    assert (await desk.expire()).done == 0, "it has no clock"

    ok(await desk.edit_now(own["id"], {"name": "Renamed", "solutions": [{"kind": "own", "name": "Other"}]}))
    ok(await desk.act(own["id"], "lose", {"reason": 3, "finalValue": {"amount": "1.00", "currency": "EUR"}}))
    await desk.deliver()
    assert await sides(desk, own) == {"contoso": ["lost partner_led"], "vendor": ["mirror lost partner_led"]}
    mirror, own = await desk.read(mirror["id"], SELLER), await desk.read(own["id"])
    for name in ("name", "solutions", "estimatedValue", "estimatedCloseDate", "finalValue", "closedDate", "outcome"):
        assert mirror[name] == own[name]


async def test_help_retires_the_mirror_which_says_where_it_went_on(desk: Desk) -> None:
    own = await desk.created(a_private_deal(visibleToVendor=True))
    await desk.deliver()
    mirror = await copy_of(desk, own, "vendor")
    ok(await desk.act(own["id"], "request-help", a_help_request()))
    await desk.deliver()
    copy = await copy_of(desk, own, "vendor")
    assert (copy["stage"], copy["id"] != mirror["id"]) == ("received", True)
    retired = await desk.read(mirror["id"], SELLER)
    assert (retired["outcome"], retired["linkedReferralId"]) == ("withdrawn", copy["id"])
    ok(await desk.edit_now(own["id"], {"name": "Renamed"}))
    await desk.deliver()
    assert await desk.read(mirror["id"], SELLER) == retired
    assert (await desk.read(copy["id"], SELLER))["senderView"]["name"] == "Renamed"


async def test_a_shared_note_goes_to_the_sender_and_from_there_to_all(desk: Desk) -> None:
    """Hub and spoke: both partners and the vendor read it once; internal notes stay."""
    own = await desk.created(a_deal_with_help(customer=CUSTOMER))
    await invited(desk, own)
    await desk.deliver()
    copy = await copy_of(desk, own, "fabrikam")
    ok(await desk.act(copy["id"], "accept", an_acceptance(), FABRIKAM))
    ok(await desk.act(copy["id"], "notes", {"text": "Our own doubts", "audience": "internal"}, FABRIKAM))
    ok(await desk.act(copy["id"], "notes", {"text": "We can start on Monday", "audience": "shared"}, FABRIKAM))

    async def readers() -> list[str]:
        return [
            organization
            for organization in ("contoso", "fabrikam", "vendor")
            for one in await copies_of(desk, own, organization)
            if [entry["text"] for entry in one["noteEntries"]].count("We can start on Monday") == 1
        ]

    assert await readers() == ["fabrikam"]
    while (await desk.deliver()).done:
        pass
    assert await readers() == ["contoso", "fabrikam", "vendor"]
    for organization in ("contoso", "vendor"):
        assert "doubts" not in str(await copies_of(desk, own, organization))


# Consent


async def test_a_withdrawn_consent_reaches_every_organization_that_holds_the_contact(desk: Desk) -> None:
    """Whatever the stage of its copy; nothing stored anywhere holds the person after it."""
    own = await desk.created(a_private_deal(visibleToVendor=True, customerConsent=True))
    await desk.deliver()
    ok(await desk.act(own["id"], "request-help", a_help_request(customerConsent=ABSENT)))
    await invited(desk, own, customerConsent=ABSENT)
    await desk.deliver()
    vendors, fabrikams = await copy_of(desk, own, "vendor"), await copy_of(desk, own, "fabrikam")
    assert vendors["customer"]["contact"] == fabrikams["customer"]["contact"] == a_contact()
    ok(await desk.act(vendors["id"], "decline", {"reason": 1}, SELLER))
    ok(await desk.act(fabrikams["id"], "accept", an_acceptance(), FABRIKAM))
    await desk.deliver()

    ok(await desk.act(fabrikams["id"], "withdraw-consent", {}, FABRIKAM))
    assert "contact" not in (await desk.read(fabrikams["id"], FABRIKAM))["customer"]
    while (await desk.deliver()).done:
        pass
    told = await desk.read(own["id"])
    assert (told["customerConsent"], "contact" in told["customer"]) == (False, False)
    assert all(one["withdrawnAt"] and one["person"] is None for one in told["consents"])
    assert {one["organizationId"] for entry in told["consents"] for one in entry["told"]} >= {"vendor"}
    for organization in ("contoso", "vendor", "fabrikam"):
        for copy in await copies_of(desk, own, organization):
            assert not [text for text in CONTACT if text in str(copy)], organization
    contents = str(desk.contents())
    assert not [text for text in CONTACT if text in contents.replace("leo@contoso.example", "")]
    refused(await desk.act(own["id"], "withdraw-consent", {}), 409)


async def test_a_consent_withdrawn_before_the_delivery_never_leaves(desk: Desk) -> None:
    """What waits to be sent is redacted with it."""
    own = await desk.created(a_deal_with_help(customer=CUSTOMER))
    ok(await desk.act(own["id"], "withdraw-consent", {}))
    assert not [text for text in CONTACT if text in str(desk.contents())]
    await desk.deliver()
    copy = await copy_of(desk, own, "vendor")
    assert "contact" not in copy["customer"]
    assert not [text for text in CONTACT if text in str(desk.contents())]


async def test_each_purpose_is_recorded_for_the_person_and_by_whom(desk: Desk) -> None:
    own = await desk.created(a_private_deal(customerConsent=True))
    assert {one["purpose"] for one in own["consents"]} == {"share_with_vendor", "share_with_partners"}
    for one in own["consents"]:
        assert one["person"] == {"firstName": "Ana", "lastName": "Lima", "email": "ana@contoso.example"}
        assert (one["recordedBy"], one["withdrawnAt"], one["withdrawnBy"]) == ("contoso-admin", None, None)
    assert own["customerConsent"] is True


async def test_an_opportunity_without_consent_carries_the_company_and_not_the_person(desk: Desk) -> None:
    own = ok(await desk.post("/api/opportunities", an_opportunity(customer=CUSTOMER), SELLER), 201)
    await desk.deliver()
    copy = await copy_of(desk, own, "contoso")
    assert (copy["customer"]["name"], "contact" in copy["customer"]) == (CUSTOMER["name"], False)
    refused(await desk.act(copy["id"], "withdraw-consent", {}), 409)


# What may be withheld until accepted

WITHHELD: Final = ("1 rue de la Paix", "75002", "a proof of concept", "Strictly between us", *CONTACT)


async def test_street_contact_and_notes_are_withheld_until_accepted_where_the_setting_says_so(tmp_path: Path) -> None:
    async with open_desk(tmp_path, HIDE_CUSTOMER_UNTIL_ACCEPTED="true") as desk:
        own, copy = await asked_with_a_note(desk)
        seen = await everything_read(desk, own, copy)
        assert not [text for text in WITHHELD if text in seen]
        assert copy["withheld"] is True
        assert (copy["customer"]["name"], copy["customer"]["city"]) == (CUSTOMER["name"], "Paris")
        for word in ("rue de la Paix", "Ana", "proof of concept", "Strictly between"):
            assert await desk.items(f"/api/deals?tab=inbound&q={word}", SELLER) == []
        ok(await desk.act(copy["id"], "accept", an_acceptance(notes=ABSENT), SELLER))
        seen = await everything_read(desk, own, copy)
        assert [text for text in WITHHELD if text not in seen] == []


async def test_nothing_is_withheld_otherwise(tmp_path: Path) -> None:
    async with open_desk(tmp_path, HIDE_CUSTOMER_UNTIL_ACCEPTED="false") as desk:
        own, copy = await asked_with_a_note(desk)
        seen = await everything_read(desk, own, copy)
        assert [text for text in WITHHELD if text not in seen] == []


async def test_a_partner_that_declines_never_sees_what_was_withheld(tmp_path: Path) -> None:
    async with open_desk(tmp_path, HIDE_CUSTOMER_UNTIL_ACCEPTED="true") as desk:
        own = await desk.created(a_private_deal())
        await invited(desk, own, notes="Strictly between us")
        await desk.deliver()
        copy = await copy_of(desk, own, "fabrikam")
        ok(await desk.act(copy["id"], "decline", {"reason": 2}, FABRIKAM))
        page = await desk.get(f"/referrals/{copy['id']}", FABRIKAM, headers={"Accept": "text/html"})
        assert page.status_code == 200
        seen = str(await desk.read(copy["id"], FABRIKAM)) + page.text
        assert not [text for text in WITHHELD if text in seen]


async def asked_with_a_note(desk: Desk) -> tuple[Body, Body]:
    own = await desk.created(a_deal_with_help(customer=CUSTOMER))
    ok(await desk.act(own["id"], "notes", {"text": "Strictly between us", "audience": "shared"}))
    await desk.deliver()
    return own, await copy_of(desk, own, "vendor")


async def everything_read(desk: Desk, own: Body, copy: Body) -> str:
    """All that a seller can read of it: list, referral, engagement, page."""
    page = await desk.get(f"/referrals/{copy['id']}", SELLER, headers={"Accept": "text/html"})
    assert page.status_code == 200
    listed = await desk.items("/api/deals?tab=inbound", SELLER)
    known = [listed, await desk.read(copy["id"], SELLER), await engagement(desk, own, "vendor")]
    return str(known) + page.text
