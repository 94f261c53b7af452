"""One play on the network: what people and timers do, each step compared with the model at once."""

from __future__ import annotations

from tests.network.actions import Actions
from tests.network.consents import Consents
from tests.network.new_deals import NewDeals
from tests.network.stage import Stage
from tests.network.timers import Timers


class Play:
    def __init__(self, *, hidden: bool) -> None:
        self.stage = Stage(hidden=hidden)
        self.deals = NewDeals(self.stage)
        self.timers = Timers(self.stage)
        self.actions = Actions(self.stage, self.timers)
        self.consents = Consents(self.stage)
