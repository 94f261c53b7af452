"""Leads that sellers and marketers of the vendor recommend to partners."""

from __future__ import annotations

from shared.domain.leads.commands import SendQualifiedLead
from shared.domain.organizations.organization import Caller
from shared.domain.referrals.document import Referral
from shared.services.directory.directory import Directory
from shared.services.idempotency import Created
from shared.services.referrals.referrals import Referrals


class Recommendations:
    def __init__(self, referrals: Referrals, directory: Directory) -> None:
        self._referrals = referrals
        self._directory = directory

    async def send(self, command: SendQualifiedLead, caller: Caller, key: str | None = None) -> Created[Referral]:
        """The sender's own lead, and the invitation to a partner whose profile is published; whom that partner wants is
        for the sender to judge. Raises Invalid, KeyReused, PossibleDuplicate."""
        receives = await self._directory.entry(command.partner_id) is not None
        return await self._referrals.send_lead(command, caller, key, receives=receives)
