"""What people may ask of the deadline desk."""

from typing import Literal

from shared.domain.values import Value


class MakeCalendarLink(Value):
    """Whose deadlines the calendar shows: one's own, or all of the organization's."""

    scope: Literal["mine", "all"] = "mine"
