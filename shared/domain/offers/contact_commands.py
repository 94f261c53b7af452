"""What people decide on a contacts list that waits."""

from __future__ import annotations

from shared.domain.values import ShortLine, Value


class ConfirmContacts(Value):
    """`importId` is the one whose changes were seen; a newer one is not confirmed then."""

    import_id: ShortLine | None = None
