"""What triggers us: one blueprint a module. Read the trigger, call one service, answer."""

from functions import (
    deals,
    delivery,
    engagements,
    expiry,
    health,
    offers,
    organizations,
    pages,
    referrals,
    stage_actions,
    uploads,
)

_WITH_TRIGGERS = (
    deals, referrals, stage_actions, engagements, offers, organizations, uploads, expiry, delivery, health, pages
)  # fmt: skip
blueprints = tuple(module.blueprint for module in _WITH_TRIGGERS)
