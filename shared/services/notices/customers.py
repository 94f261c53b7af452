"""What a lead's customer is mailed: to confirm its address, and that it should choose another partner, with three that
fit. Who may be written to at all is the lead's own rule (`customer_mail`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from shared.domain.leads.customer_mail import MOST_ALTERNATIVES, CustomerMail, customer_mails
from shared.domain.referrals.announcing import Numbered
from shared.domain.referrals.document import Referral
from shared.services.directory.directory import Directory
from shared.services.leads.confirmations import Confirmations
from shared.services.organizations.organizations import Organizations

TOLD: Final = frozenset({"receive", "decline", "expire"})


class CustomersMailed:
    def __init__(
        self, organizations: Organizations, directory: Directory, confirmations: Confirmations, public_url: str
    ) -> None:
        self._organizations = organizations
        self._directory = directory
        self._confirmations = confirmations
        self._public_url = public_url

    async def of(self, referral: Referral, numbered: Numbered) -> Sequence[Mapping[str, Any]]:
        """Mostly none. Each with kind, to, language, referralId and facts. Raises StoreUnavailable."""
        if numbered.entry["action"] not in TOLD:
            return ()
        links = {"directory": f"{self._public_url}/directory", "confirm": await self._confirmation(referral)}
        mails = customer_mails(referral, numbered, (), links)
        if any("alternatives" in mail.facts for mail in mails):
            mails = customer_mails(referral, numbered, await self._alternatives(referral), links)
        return [await self._kept(mail, referral) for mail in mails]

    async def _confirmation(self, referral: Referral) -> str:
        token = await self._confirmations.token_for(referral)
        return f"{self._public_url}/inquiries/confirm?token={quote(token)}"

    async def _alternatives(self, referral: Referral) -> list[dict[str, str]]:
        customer = referral["customer"]
        found = await self._directory.alternatives(
            customer.get("country"),
            customer.get("size"),
            referral["solutions"],
            customer.get("industry"),
            exclude={referral["organizationId"]},
            limit=MOST_ALTERNATIVES,
        )
        return [{"name": one.name, "url": self._public_url + one.url_path, "reason": one.reason} for one in found]

    async def _kept(self, mail: CustomerMail, referral: Referral) -> dict[str, Any]:
        partner = await self._organizations.get(referral["organizationId"])
        return {
            "kind": mail.kind,
            "to": mail.to,
            "language": mail.language,
            "referralId": referral["id"],
            "facts": {**mail.facts, "partner": partner.name if partner else referral["organizationId"]},
        }
