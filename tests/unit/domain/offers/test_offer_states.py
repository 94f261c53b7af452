"""The offer's states, walked at random beside a model written from DOMAIN.md ("Offer states")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from shared.domain.errors import ChecksFailed, NotPossible
from shared.domain.offers import posting, publishing
from shared.domain.offers.commands import CreateOffer, DecideOffer, RecordCertificate
from shared.domain.offers.compare import advice
from shared.domain.offers.drafting import edited
from shared.domain.offers.offer import created
from shared.domain.offers.published import refreshed
from shared.domain.offers.readiness.limits import Limits
from shared.domain.offers.review import STATUS, certified, decided, mirrored
from shared.domain.organizations.organization import Caller, Organization
from shared.services.offering.reference_file import read_reference

REFERENCE: Final = read_reference()
CALLER: Final = Caller(Organization("contoso", "Contoso", "partner", "FR"), "ana", frozenset())
SCOPES: Final = st.sampled_from(["co_sell", "all"])
DECISIONS: Final = st.sampled_from(["co_sell_ready", "ip_co_sell_eligible", "send_back"])


@dataclass
class Model:
    """What DOMAIN.md says of an offer, in as few words as possible."""

    state: str = "draft"
    status: str = "none"
    review: str = "none"
    in_force: tuple[str, str] | None = None  # name, solution type
    pending: tuple[str, str] | None = None
    draft: tuple[str, str] = ("A", "ip")

    def may_publish(self, scope: str) -> bool:
        if self.pending is not None:
            return False
        if self.in_force is None:
            return scope == "all"
        if scope == "all":
            return self.draft != self.in_force
        asks_again = self.status == "sent_back" and self.review == "decided"
        return self.draft[1] != self.in_force[1] or asks_again

    def may_decide(self, decision: str, passed: bool) -> bool:
        upgrade = self.status == "co_sell_ready" and decision == "ip_co_sell_eligible"
        is_open = self.review == "in_review" or upgrade
        return is_open and (decision == "send_back" or passed)


class Offers(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2027, 1, 4, tzinfo=UTC)
        command = CreateOffer(name="A", offerType="saas", availableCountries=["FR"], solutionType="ip")  # type: ignore[call-arg]
        self.offer = created(command, "o", CALLER, self.now, None)
        self.snapshot: dict[str, Any] | None = None
        self.model = Model()

    def tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    @rule(name=st.sampled_from("AB"), kind=st.sampled_from(["ip", "service"]))
    def edit(self, name: str, kind: str) -> None:
        """Saving a draft changes nothing that others see, and no state."""
        patch = {"name": name, "solutionType": kind}
        self.offer = edited(self.offer, patch, "ana", self.tick(), Limits(), REFERENCE)
        self.model.draft = (name, kind)

    @rule(scope=SCOPES)
    def publish(self, scope: Any) -> None:
        model = self.model
        may = model.may_publish(scope)
        assert (advice(self.offer)["scope"] is not None) == (model.may_publish("all") or model.may_publish("co_sell"))
        try:
            self.offer = publishing.published(self.offer, scope, "ana", self.tick())
        except NotPossible:
            assert not may
            return
        assert may
        model.pending = model.draft if scope == "all" or model.in_force is None else (model.in_force[0], model.draft[1])
        model.state = "live" if model.state == "live" else "validating"

    @precondition(lambda self: self.model.pending is not None)
    @rule(is_valid=st.booleans())
    def validate(self, is_valid: bool) -> None:
        model, now = self.model, self.tick()
        if not is_valid:
            messages = [publishing.problem("name", "x", "y")]
            self.offer = publishing.refused(self.offer, messages, now)
            back = "draft" if model.in_force is None else "validated"
            model.state, model.pending = ("live" if model.state == "live" else back), None
            return
        self.offer = publishing.accepted(self.offer, now)
        model.state = "live" if model.state == "live" else "validated"
        model.in_force, model.pending, model.review = model.pending, None, "in_review"
        if model.status not in ("co_sell_ready", "ip_co_sell_eligible"):
            model.status = "in_review"
        self.follow()

    @rule()
    def go_live(self) -> None:
        may = self.model.state == "validated"
        try:
            self.offer = publishing.gone_live(self.offer, "ana", self.tick())
        except NotPossible:
            assert not may
            return
        assert may
        self.model.state = "live"
        self.follow()

    @precondition(lambda self: self.snapshot is not None)
    @rule(decision=DECISIONS, passed=st.booleans())
    def decide(self, decision: Any, passed: bool) -> None:
        """Whatever the checks of a status say, it is reached past none that failed."""
        part = {"passed": passed, "checks": [{"id": "one_pager", "passed": passed}]}
        readiness = {"coSell": part, "ipCoSell": part}
        reasons = [{"check": "one_pager", "message": "x"}] if decision == "send_back" else []
        command = DecideOffer.model_validate({"decision": decision, "reasons": reasons})
        may = self.model.may_decide(decision, passed)
        before = self.snapshot
        try:
            self.snapshot = decided(cast(Any, before), command, readiness, "rita", self.tick())
        except (NotPossible, ChecksFailed):
            assert not may
            assert self.snapshot is before
            return
        assert may
        self.model.status, self.model.review = STATUS[cast(Any, decision)], "decided"
        self.follow()

    @precondition(lambda self: self.snapshot is not None)
    @rule()
    def certify(self) -> None:
        """What the vendor records decides nothing."""
        command = RecordCertificate.model_validate({"kind": "technical_validation", "evidence": "x"})
        self.snapshot = certified(cast(Any, self.snapshot), command, "rita", self.tick())
        self.follow()

    def follow(self) -> None:
        """What a delivery does, in either order and twice."""
        for _ in range(2):
            if self.offer["published"] is not None:
                self.snapshot = refreshed(self.snapshot, self.offer, "Contoso", self.now) or self.snapshot
                self.offer = mirrored(self.offer, cast(Any, self.snapshot), self.now)

    @invariant()
    def the_offer_is_what_the_model_says(self) -> None:
        offer, model = self.offer, self.model
        assert (offer["state"], offer["coSellStatus"], offer["reviewState"]) == (
            model.state,
            model.status,
            model.review,
        )
        in_force = offer["published"]
        assert model.in_force == (in_force and (in_force["name"], in_force["solutionType"]))
        assert (offer["pendingPublication"] is not None) == (model.pending is not None)
        assert (offer["state"] == "validating") <= (model.pending is not None)

    @invariant()
    def others_see_what_is_in_force_and_nothing_else(self) -> None:
        assert (self.snapshot is None) == (self.model.in_force is None)
        if self.snapshot is None:
            return
        seen = self.snapshot
        assert (seen["name"], seen["solutionType"]) == self.model.in_force
        assert (seen["coSellStatus"], seen["reviewState"]) == (self.model.status, self.model.review)
        assert seen["state"] == ("live" if self.offer["state"] == "live" else "validated")

    @invariant()
    def what_waits_is_looked_for(self) -> None:
        due = [each["notBefore"] for each in self.offer["outbox"] if each["type"] == posting.OFFER_PUBLISHED]
        assert self.offer["dueAt"] == min(due, default=None)


TestOffers = Offers.TestCase
TestOffers.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
