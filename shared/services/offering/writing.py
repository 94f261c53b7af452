"""The one way an offer is written: decided on as it is stored, written if nobody wrote since, else decided again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar, cast

from shared.domain.errors import Changed, NotFound
from shared.domain.ids import is_legal_id
from shared.domain.offers.offer import Offer, stored_offer
from shared.domain.offers.readiness.limits import Limits
from shared.services.offering.keeping import kept
from shared.services.ports import OFFERS, ChangedMeanwhile, Document, DocumentStore, StoreUnavailable

T = TypeVar("T")
OFFER_ATTEMPTS: Final = 10
NO_SUCH_OFFER: Final = "There is no such offer."


async def change_offer(
    store: DocumentStore,
    organization_id: str,
    offer_id: str,
    decide: Callable[[Offer | None], tuple[Offer | None, T]],
    confirm: Callable[[], Awaitable[None]] | None = None,
    limits: Limits | None = None,
) -> T:
    """Decide on the offer as stored, write if nobody wrote since, else decide again.

    `confirm` is awaited between reading and writing: what it finds true then was true of the offer that is replaced.

    `decide` takes the offer, or None where there is none, and gives what to write (None: nothing) and the answer; where
    that is the offer to write, the answer is what was written. A change of the offer is stored with what it did to its
    readiness, by `limits`; bookkeeping, which raises no version, is not and needs none.
    Raises what `decide` raises, and StoreUnavailable.
    """
    for _ in range(OFFER_ATTEMPTS):
        stored = await store.get(OFFERS, organization_id, offer_id) if is_legal_id(offer_id) else None
        decided, answer = decide(stored_offer(stored.document) if stored else None)
        if stored is None or decided is None:
            return answer
        after = decided
        if decided["version"] != stored.document["version"]:
            if limits is None:
                raise ValueError("a change of an offer is stored with its readiness; say by which limits")
            after = await kept(store, decided, limits)
        if confirm is not None:
            await confirm()
        try:
            await store.replace(stored, OFFERS, cast(Document, after))
        except ChangedMeanwhile:
            continue
        return cast(T, after) if answer is decided else answer
    raise StoreUnavailable("the offer is written by many at once")


def require_offer(offer: Offer | None, version: int | None) -> Offer:
    """The offer a caller means, as they read it. Raises NotFound, Changed."""
    if offer is None:
        raise NotFound(NO_SUCH_OFFER)
    if version is not None and version != offer["version"]:
        raise Changed("The offer changed since you read it; look at it again.")
    return offer
