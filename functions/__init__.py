"""What triggers us: one blueprint a module. Read the trigger, call one service, answer."""

from functions import deals, delivery, expiry, health, offers, referrals, stage_actions

blueprints = tuple(module.blueprint for module in (deals, referrals, stage_actions, offers, expiry, delivery, health))
