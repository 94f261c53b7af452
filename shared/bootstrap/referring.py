"""What is passed on between them: deals and leads, from creation to delivery."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from shared.bootstrap.network import Network

if TYPE_CHECKING:
    from shared.services.insights.similar import Similar
    from shared.services.leads.confirmations import Confirmations
    from shared.services.leads.counters import InquiryLimits
    from shared.services.leads.inquiries import Inquiries
    from shared.services.leads.recommendations import Recommendations
    from shared.services.referrals.collisions import Collisions
    from shared.services.referrals.delivery import Delivery
    from shared.services.referrals.expiry import Expiry
    from shared.services.referrals.export import DealExport
    from shared.services.referrals.favourites import Favourites
    from shared.services.referrals.lists import ReferralLists
    from shared.services.referrals.referrals import Referrals
    from shared.services.referrals.solution_suggestions import SolutionSuggestions
    from shared.services.referrals.solutions import Solutions
    from shared.services.referrals.suggestions import Suggestions


@dataclass(frozen=True)
class Referring(Network):
    """The services of referrals."""

    @cached_property
    def favourites(self) -> Favourites:
        from shared.services.referrals.favourites import Favourites

        return Favourites(self.store, self.clock)

    @cached_property
    def referrals(self) -> Referrals:
        from shared.services.referrals.referrals import Referrals

        vendor_id = self.settings.vendor_organization_id
        return Referrals(self.store, self.organizations, self.solutions, self.clock, vendor_id)

    @cached_property
    def solutions(self) -> Solutions:
        from shared.services.referrals.solutions import Solutions

        rule, help_needs_ready = self.settings.solution_offers, self.settings.help_needs_ready_solution
        return Solutions(self.store, self.clock, rule, self.vendor_products, help_needs_ready=help_needs_ready)

    @cached_property
    def solution_suggestions(self) -> SolutionSuggestions:
        from shared.services.referrals.solution_suggestions import SolutionSuggestions

        return SolutionSuggestions(self.store, self.clock, self.vendor_products)

    @cached_property
    def collisions(self) -> Collisions:
        from shared.services.referrals.collisions import Collisions

        return Collisions(self.store, self.clock)

    @cached_property
    def suggestions(self) -> Suggestions:
        from shared.services.referrals.suggestions import Suggestions

        return Suggestions(self.store, self.clock)

    @cached_property
    def referral_lists(self) -> ReferralLists:
        from shared.services.referrals.lists import ReferralLists

        return ReferralLists(self.store, self.favourites, self.clock)

    @cached_property
    def deal_export(self) -> DealExport:
        from shared.services.referrals.export import DealExport

        return DealExport(self.store, self.favourites, self.clock, self.settings.export_row_limit)

    @cached_property
    def similar(self) -> Similar:
        from shared.services.insights.similar import Similar

        return Similar(self.store)

    @cached_property
    def inquiry_limits(self) -> InquiryLimits:
        from shared.services.leads.counters import InquiryLimits

        return InquiryLimits(self.store, self.clock, self.settings.inquiries_per_client)

    @cached_property
    def inquiries(self) -> Inquiries:
        from shared.services.leads.inquiries import Inquiries, Rules

        settings = self.settings
        rules = Rules(settings.response_window, settings.hide_customer_until_accepted, settings.inquiries_per_address)
        directory, routing = self.directory, self.routing
        limits = self.inquiry_limits
        return Inquiries(self.store, self.organizations, directory, routing, limits, self.clock, rules)

    @cached_property
    def recommendations(self) -> Recommendations:
        from shared.services.leads.recommendations import Recommendations

        return Recommendations(self.referrals, self.directory)

    @cached_property
    def confirmations(self) -> Confirmations:
        from shared.services.leads.confirmations import Confirmations

        return Confirmations(self.store, self.organizations, self.clock)

    @cached_property
    def expiry(self) -> Expiry:
        from shared.services.referrals.expiry import Expiry

        return Expiry(self.store, self.clock, self.settings.timer_budget, self.stopping)

    @cached_property
    def delivery(self) -> Delivery:
        from shared.services.referrals.delivery import Delivery

        window, budget = self.settings.response_window, self.settings.timer_budget
        hide = self.settings.hide_customer_until_accepted
        receivers = (self.organizations, self.routing)
        return Delivery(self.store, *receivers, self.clock, window, budget, self.stopping, hide_customer=hide)
