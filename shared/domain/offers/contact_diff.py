"""What a new contacts list changes in the one in force: who is added, removed, changed, and who stays as they are.

A contact is known by e-mail, whatever its case, and role; several rows may share both. The lists, 100,000 rows each,
come by in pieces: what is kept of a row is two fingerprints, and of each kind the first rows, to be shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any, Final, TypedDict

Row = Mapping[str, Any]  # `Contact.document()`

SHOWN: Final = 1_000  # rows of each kind; all are counted
FIELDS: Final = ("name", "email", "jobTitle", "role", "countries", "states")
_SIZE: Final = 12  # bytes of a fingerprint; among 100,000 rows two meet by chance once in 10^19


class Counts(TypedDict):
    """How many rows are new, gone, there with other content, there as they were."""

    added: int
    removed: int
    changed: int
    untouched: int


class Comparison:
    """First the new list is added, piece by piece; then the one in force meets it; then the new one is shown again."""

    def __init__(self) -> None:
        self._new: dict[bytes, bytes] = {}  # identity -> fingerprints of its rows that the old list did not have
        self._outdated: dict[bytes, int] = {}  # identity -> rows of the old list that the new one has in no such form
        self._before: dict[bytes, list[Row]] = {}  # the first of those
        self._kept = self._absent = self._untouched = 0
        self._new_order, self._old_order = _digest(), _digest()
        self._wanted: dict[str, int] = {}
        self._shown: dict[str, list[Any]] = {"added": [], "removed": [], "changed": []}

    def add(self, rows: Iterable[Row]) -> None:
        """A piece of the new list."""
        for row in rows:
            identity, content = _identity(row), _content(row)
            self._new[identity] = self._new.get(identity, b"") + content
            self._new_order.update(content)

    def meet(self, rows: Iterable[Row]) -> None:
        """A piece of the list in force."""
        for row in rows:
            identity, content = _identity(row), _content(row)
            self._old_order.update(content)
            left = self._new.get(identity)
            if left is None:
                self._absent += 1
                self._show("removed", row)
            elif (at := _place(left, content)) is not None:
                self._new[identity] = left[:at] + left[at + _SIZE :]
                self._untouched += 1
            else:
                self._keep(identity, row)

    def _keep(self, identity: bytes, row: Row) -> None:
        self._outdated[identity] = self._outdated.get(identity, 0) + 1
        if self._kept < 2 * SHOWN:
            self._kept += 1
            self._before.setdefault(identity, []).append(row)

    @property
    def is_same(self) -> bool:
        """Whether both lists hold the same rows in the same order."""
        return self._new_order.digest() == self._old_order.digest()

    def counts(self) -> Counts:
        """Known once both lists went by."""
        changed = sum(min(count, self._left(identity)) for identity, count in self._outdated.items())
        return {
            "added": sum(map(len, self._new.values())) // _SIZE - changed,
            "removed": self._absent + sum(self._outdated.values()) - changed,
            "changed": changed,
            "untouched": self._untouched,
        }

    def _left(self, identity: bytes) -> int:
        return len(self._new[identity]) // _SIZE

    def start_showing(self) -> None:
        """Old rows beyond those that the new list has for somebody are removed ones."""
        for identity, rows in self._before.items():
            for row in rows[self._left(identity) :]:
                self._show("removed", row)
            del rows[self._left(identity) :]
        counts = self.counts()
        every = {"added": counts["added"], "removed": counts["removed"], "changed": counts["changed"]}
        self._wanted = {kind: min(count, SHOWN) for kind, count in every.items()}

    def show(self, rows: Iterable[Row]) -> None:
        """A piece of the new list, the second time."""
        for row in rows:
            identity, content = _identity(row), _content(row)
            left = self._new[identity]
            if (at := _place(left, content)) is not None:
                self._new[identity] = left[:at] + left[at + _SIZE :]
                self._show_new(identity, row)

    def _show_new(self, identity: bytes, row: Row) -> None:
        if not self._outdated.get(identity):
            self._show("added", row)
            return
        self._outdated[identity] -= 1
        if before := self._before.get(identity):
            old = before.pop(0)
            self._show(
                "changed", {"before": old, "after": row, "fields": [each for each in FIELDS if old[each] != row[each]]}
            )

    def _show(self, kind: str, row: Any) -> None:
        if len(self._shown[kind]) < SHOWN:
            self._shown[kind].append(row)

    @property
    def is_shown(self) -> bool:
        """Whether nothing is left to be shown."""
        return all(len(self._shown[kind]) >= count for kind, count in self._wanted.items())

    @property
    def shown(self) -> dict[str, list[Any]]:
        """The first rows `added` and `removed`, and of `changed` `{before, after, fields}`."""
        return self._shown


def _digest() -> blake2b:
    return blake2b(digest_size=16)


def _identity(row: Row) -> bytes:
    return _fingerprint(row["email"].casefold(), row["role"])


def _content(row: Row) -> bytes:
    return _fingerprint(row["name"], row["email"], row["jobTitle"], *row["countries"], "", *row["states"], row["role"])


def _fingerprint(*parts: str) -> bytes:
    return blake2b("\x1f".join(parts).encode(), digest_size=_SIZE).digest()


def _place(fingerprints: bytes, wanted: bytes) -> int | None:
    return next((at for at in range(0, len(fingerprints), _SIZE) if fingerprints[at : at + _SIZE] == wanted), None)
