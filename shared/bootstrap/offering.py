"""What is offered, and the files it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from shared.bootstrap.network import Network

if TYPE_CHECKING:
    from shared.domain.offers.upload import Kind
    from shared.services.documents.cleaning import DocumentCleaning
    from shared.services.documents.files import DocumentFiles
    from shared.services.documents.published import PublishedTexts
    from shared.services.documents.search import DocumentSearch
    from shared.services.offering.delivery import OfferDelivery
    from shared.services.offering.offers import Offers
    from shared.services.offering.readiness import OfferReadiness
    from shared.services.offering.reviews import OfferReviews
    from shared.services.offering.visible import VisibleOffers
    from shared.services.uploads.contact_cleaning import ContactCleaning
    from shared.services.uploads.contact_lists import ContactLists
    from shared.services.uploads.intake import Uploads
    from shared.services.uploads.reconciliation import UploadReconciliation
    from shared.services.uploads.returned import ReturnedFiles


@dataclass(frozen=True)
class Offering(Network):
    """The services of offers and uploads."""

    @cached_property
    def offers(self) -> Offers:
        from shared.services.offering.offers import Offers

        return Offers(self.store, self.clock, self.readiness_limits, lambda: self.offer_reference)

    @cached_property
    def visible_offers(self) -> VisibleOffers:
        from shared.services.offering.visible import VisibleOffers

        return VisibleOffers(self.store)

    @cached_property
    def offer_reviews(self) -> OfferReviews:
        from shared.services.offering.reviews import OfferReviews

        return OfferReviews(self.store, self.readiness_limits, self.clock)

    @cached_property
    def offer_delivery(self) -> OfferDelivery:
        from shared.services.offering.delivery import OfferDelivery
        from shared.services.offering.validation import OfferValidation

        limits = self.readiness_limits
        validation = OfferValidation(self.store, self.blobs, limits, lambda: self.offer_reference)
        how = (validation, self.published_texts, self.clock, limits, self.settings.timer_budget, self.stopping)
        return OfferDelivery(self.store, self.organizations, *how)

    @cached_property
    def offer_readiness(self) -> OfferReadiness:
        from shared.services.offering.readiness import OfferReadiness

        return OfferReadiness(self.store, self.visible_offers, self.readiness_limits, self.clock)

    @cached_property
    def uploads(self) -> Uploads:
        from shared.services.uploads.intake import Uploads

        limits: dict[Kind, int] = {
            "contacts": self.settings.contacts_file_limit,
            "document": self.settings.document_file_limit,
        }
        return Uploads(
            self.store,
            self.blobs,
            self.parser,
            self.organizations,
            self.clock,
            limits,
            readiness=self.readiness_limits,
            confirm_contacts=self.settings.contacts_confirm,
        )

    @cached_property
    def document_files(self) -> DocumentFiles:
        from shared.services.documents.files import DocumentFiles

        return DocumentFiles(self.store, self.blobs, self.visible_offers, self.clock, self.readiness_limits)

    @cached_property
    def document_cleaning(self) -> DocumentCleaning:
        from shared.services.documents.cleaning import DocumentCleaning

        return DocumentCleaning(self.store, self.blobs, self.clock, self.settings.timer_budget, self.stopping)

    @cached_property
    def published_texts(self) -> PublishedTexts:
        from shared.services.documents.published import PublishedTexts

        return PublishedTexts(self.store)

    @cached_property
    def document_search(self) -> DocumentSearch:
        from shared.services.documents.search import DocumentSearch

        return DocumentSearch(self.store)

    @cached_property
    def contact_lists(self) -> ContactLists:
        from shared.services.uploads.contact_lists import ContactLists

        return ContactLists(self.store, self.blobs, self.clock, self.readiness_limits)

    @cached_property
    def returned_files(self) -> ReturnedFiles:
        from shared.services.uploads.returned import ReturnedFiles

        return ReturnedFiles(self.blobs)

    @cached_property
    def contact_cleaning(self) -> ContactCleaning:
        from shared.services.uploads.contact_cleaning import ContactCleaning

        return ContactCleaning(self.store, self.blobs, self.clock, self.settings.timer_budget, self.stopping)

    @cached_property
    def reconciliation(self) -> UploadReconciliation:
        from shared.services.uploads.reconciliation import UploadReconciliation

        budget = self.settings.timer_budget
        return UploadReconciliation(self.store, self.blobs, self.uploads, self.clock, budget, self.stopping)
