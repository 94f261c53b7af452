"""The documents' closed lists, as DOMAIN.md has them."""

from __future__ import annotations

from typing import get_args

import pytest

from shared.domain import lists
from shared.domain.organizations.organization import Role, effective_roles


def test_what_help_may_be_wanted() -> None:
    """DOMAIN.md: lists, help wanted."""
    assert {number: text.lower() for number, text in lists.HELP_WANTED.items()} == {
        1: "workload-specific value proposition",
        2: "customer technical architecture",
        3: "proof of concept or demo",
        4: "quotes and licensing",
        5: "post-sales customer success",
        6: "general or other",
    }


def test_why_a_deal_is_declined_or_lost() -> None:
    """DOMAIN.md: lists; a note when the reason is 8."""
    assert {number: text.lower() for number, text in lists.CLOSE_REASONS.items()} == {
        1: "budget not adequate",
        2: "customer did not respond",
        3: "customer chose another vendor",
        4: "requirement not met",
        5: "not a customer",
        6: "timeline too short",
        7: "abuse, spam or phishing",
        8: "others",
    }
    assert {8} == lists.CLOSE_REASONS_WITH_NOTE


def test_why_a_referral_is_an_error() -> None:
    """DOMAIN.md: lists; 6 and 9 need a note."""
    assert {number: text.lower() for number, text in lists.ERROR_REASONS.items()} == {
        1: "duplicate by bulk upload",
        2: "duplicate created here",
        3: "duplicate sent by the vendor",
        4: "connector sync",
        5: "customer matching",
        6: "solution issue",
        7: "test",
        8: "data error",
        9: "others",
    }
    assert {6, 9} == lists.ERROR_REASONS_WITH_NOTE


def test_sizes_stages_kinds_and_offer_types() -> None:
    """DOMAIN.md: lists, sales stages, terms, offers."""
    assert list(get_args(lists.CustomerSize)) == [
        "1to9employees", "10to50employees", "51to250employees", "251to1000employees", "1001to5000employees",
        "5001to10000employees", "10001to20000employees", "Morethan20000employees",
    ]  # fmt: skip
    assert lists.SALES_STAGE_PERCENT == {
        "created": 10, "accepted": 10, "qualified": 20, "developed": 40, "proposed": 60, "negotiated": 80, "won": 100,
    }  # fmt: skip
    assert set(get_args(lists.SolutionKind)) == {"own", "third_party", "vendor"}
    assert set(get_args(lists.OfferType)) == {
        "azure_application", "azure_container", "azure_virtual_machine", "consulting_service",
        "dynamics_365_customer_engagement", "dynamics_365_operations", "dynamics_365_business_central",
        "iot_edge_module", "managed_service", "power_bi_app", "saas",
    }  # fmt: skip


def test_the_limits_of_a_document() -> None:
    """DESIGN.md section 3, and favourites in section 4."""
    limits = (
        lists.MAX_NOTES, lists.MAX_NOTE_ENTRIES, lists.MAX_INVITATIONS, lists.MAX_EMPLOYEES, lists.MAX_SOLUTIONS,
        lists.MAX_FAVOURITES,
    )  # fmt: skip
    assert limits == (4000, 200, 50, 20, 50, 500)


@pytest.mark.parametrize(
    ("claimed", "kind", "effective"),
    [
        (["ReferralsUser"], "partner", {"ReferralsUser"}),
        (["Seller", "Reviewer", "Auditor"], "partner", {"Auditor"}),
        (["Seller", "Reviewer"], "vendor", {"Seller", "Reviewer"}),
        (["Owner", "referralsadmin", "", "Seller "], "vendor", set()),
        (["AccountAdmin"], "partner",
         {"AccountAdmin", "ReferralsAdmin", "ReferralsUser", "BusinessProfileAdmin", "CosellSolutionAdmin"}),
        ([], "vendor", set()),
    ],
)  # fmt: skip
def test_claimed_roles_are_cut_to_what_the_organization_may_hold(
    claimed: list[str], kind: str, effective: set[str]
) -> None:
    """A partner never holds Seller or Reviewer; AccountAdmin is all of a partner's; unknown names are nothing."""
    assert effective_roles(claimed, kind) == {Role(name) for name in effective}  # type: ignore[arg-type]
