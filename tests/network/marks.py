"""Texts that tell where they came from: every secret is marked, and every answer and stored document is searched.

A mark is in a text (`zq17zq`) or in a telephone number (`+33100000017`). For each it is known who may be answered it,
and in whose documents it may stand; both sets grow exactly when DOMAIN.md lets something travel.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

MARK: Final = re.compile(r"zq(\d+)zq|\+331(\d{8})", re.IGNORECASE)
USER: Final = re.compile(r"user-([a-z]+)-")


@dataclass
class Mark:
    """`answered` are the organizations that may read it, `stored` those whose documents may hold it."""

    what: str
    answered: set[str]
    stored: set[str]


@dataclass
class Marks:
    """Every mark of one play, by its number."""

    all: list[Mark] = field(default_factory=list)

    def text(self, organization: str, what: str) -> str:
        """A new text that only this organization may see, until it is shown to another."""
        self.all.append(Mark(what, {organization}, {organization}))
        return f"zq{len(self.all) - 1}zq"

    def phone(self, organization: str, what: str) -> str:
        """The same as a telephone number."""
        self.all.append(Mark(what, {organization}, {organization}))
        return f"+331{len(self.all) - 1:08d}"

    def show(self, value: object, *organizations: str) -> None:
        """From now on these may read every mark in the value."""
        for number in numbers_in(str(value)):
            self.all[number].answered.update(organizations)
            self.all[number].stored.update(organizations)

    def entrust(self, value: object, *organizations: str) -> None:
        """Their documents may hold it; they are not answered it."""
        for number in numbers_in(str(value)):
            self.all[number].stored.update(organizations)

    def withdraw(self, value: object) -> None:
        """Nobody may have it any more once everything is delivered; see `assert_gone`."""
        for number in numbers_in(str(value)):
            self.all[number].what += " (withdrawn)"

    def is_withdrawn(self, value: object) -> bool:
        return any("(withdrawn)" in self.all[number].what for number in numbers_in(str(value)))

    def assert_may_read(self, organization: str, text: str, where: str) -> None:
        """No answer shows what its reader may not see, nor who works for another organization."""
        for number in numbers_in(text):
            mark = self.all[number]
            assert organization in mark.answered, f"{organization} was shown mark {number}, {mark.what}, by {where}"
        self._assert_own_users(organization, text, where)

    def assert_may_hold(self, organization: str, text: str, where: str) -> None:
        """No document of an organization holds what must not reach it."""
        for number in numbers_in(text):
            mark = self.all[number]
            assert organization in mark.stored, f"{organization} stores mark {number}, {mark.what}, in {where}"
        self._assert_own_users(organization, text, where)

    def assert_gone(self, text: str, where: str) -> None:
        """What was withdrawn is nowhere."""
        for number in numbers_in(text):
            assert "(withdrawn)" not in self.all[number].what, f"{where} still holds {self.all[number].what}, {number}"

    def unseen_by(self, organization: str) -> list[int]:
        """The numbers of all that this organization may not read."""
        return [number for number, mark in enumerate(self.all) if organization not in mark.answered]

    @staticmethod
    def _assert_own_users(organization: str, text: str, where: str) -> None:
        others = set(USER.findall(text)) - {organization}
        assert not others, f"{organization} learns a user id of {others} by {where}"


def numbers_in(text: str) -> Iterable[int]:
    return {int(one or other) for one, other in MARK.findall(text)}
