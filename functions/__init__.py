"""What triggers us: one blueprint a module. Read the trigger, call one service, answer."""

from functions import deals, delivery, expiry, health, offers, organizations, pages, referrals, stage_actions, uploads

blueprints = tuple(
    module.blueprint
    for module in (deals, referrals, stage_actions, offers, organizations, uploads, expiry, delivery, health, pages)
)
