"""What triggers us: one blueprint a module. Read the trigger, call one service, answer."""

from functions import (
    companies,
    deals,
    delivery,
    engagements,
    expiry,
    health,
    notices,
    offers,
    organizations,
    pages,
    referrals,
    stage_actions,
    suggestions,
    uploads,
    webhooks,
)

_WITH_TRIGGERS = (
    deals, suggestions, referrals, stage_actions, engagements, offers, organizations, companies, uploads, expiry,
    delivery, notices, webhooks, health, pages,
)  # fmt: skip
blueprints = tuple(module.blueprint for module in _WITH_TRIGGERS)
