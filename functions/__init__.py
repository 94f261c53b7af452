"""What triggers us: one blueprint a module. Read the trigger, call one service, answer."""

from functions import deals, delivery, engagements, expiry, health, offers, pages, referrals, stage_actions, uploads

blueprints = tuple(
    module.blueprint
    for module in (deals, referrals, stage_actions, engagements, offers, uploads, expiry, delivery, health, pages)
)
