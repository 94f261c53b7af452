"""What triggers us: one blueprint a module. Read the trigger, call one service, answer."""

from functions import (
    companies,
    deals,
    delivery,
    expiry,
    health,
    offers,
    pages,
    referrals,
    stage_actions,
    suggestions,
    uploads,
)

blueprints = tuple(
    module.blueprint
    for module in (
        deals,
        suggestions,
        referrals,
        stage_actions,
        offers,
        companies,
        uploads,
        expiry,
        delivery,
        health,
        pages,
    )
)
