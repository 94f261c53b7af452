"""What triggers us: one blueprint a module. Read the trigger, call one service, answer."""

from functions import (
    calendars,
    companies,
    deadlines,
    deals,
    delivery,
    directory,
    engagements,
    expiry,
    health,
    offers,
    organizations,
    pages,
    profile,
    referrals,
    routing,
    stage_actions,
    suggestions,
    uploads,
)

_WITH_TRIGGERS = (
    deals, suggestions, referrals, stage_actions, engagements, offers, organizations, routing, profile, directory,
    deadlines, calendars, companies, uploads, expiry, delivery, health, pages,
)  # fmt: skip
blueprints = tuple(module.blueprint for module in _WITH_TRIGGERS)
