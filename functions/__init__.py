"""What triggers us: one blueprint a module. Read the trigger, call one service, answer."""

from functions import (
    companies,
    deals,
    delivery,
    engagements,
    expiry,
    health,
    inquiries,
    leads,
    offers,
    organizations,
    pages,
    referrals,
    stage_actions,
    suggestions,
    uploads,
)

_WITH_TRIGGERS = (
    deals, leads, inquiries, suggestions, referrals, stage_actions, engagements, offers, organizations, companies,
    uploads, expiry, delivery, health, pages,
)  # fmt: skip
blueprints = tuple(module.blueprint for module in _WITH_TRIGGERS)
