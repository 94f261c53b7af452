"""Which HTTP function answers: routes in alphabetical order of function names, the first match wins.

A segment is a literal, or one parameter with literal text around it: {id}, {id:guid}, {n:int}, {x?}, {*rest}.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from devhost.errors import StartupError

T = TypeVar("T")
Params = dict[str, str]

PARAMETER = re.compile(
    r"^(?P<before>[^{}]*)\{(?P<star>\*{0,2})(?P<name>\w+)(?::(?P<kind>\w+))?(?P<optional>\??)\}(?P<after>[^{}]*)$"
)
DASHED = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
GUID = re.compile(rf"^(?:[0-9a-f]{{32}}|{DASHED}|\{{{DASHED}\}}|\({DASHED}\))$", re.IGNORECASE)
INTEGER = re.compile(r"^\s*[+-]?[0-9]{1,20}\s*$")


def is_guid(text: str) -> bool:
    """What `:guid` accepts: 32 hex digits, or the dashed form, in braces or not."""
    return GUID.match(text) is not None


def is_int(text: str) -> bool:
    """What `:int` accepts: a whole number of 32 bits."""
    return INTEGER.match(text) is not None and -(2**31) <= int(text) < 2**31


CONSTRAINTS = {"guid": is_guid, "int": is_int}


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a route; `literal` is lower case and None for a parameter."""

    literal: str | None
    name: str = ""
    before: str = ""
    after: str = ""
    kind: str | None = None
    optional: bool = False
    rest: bool = False

    def value(self, text: str) -> str | None:
        """What the parameter takes from `text`, or None if it does not match."""
        end = len(text) - len(self.after)
        if end <= len(self.before):
            return None
        folded = text.lower()
        if not (folded.startswith(self.before) and folded.endswith(self.after)):
            return None
        found = text[len(self.before) : end]
        return found if self.kind is None or CONSTRAINTS[self.kind](found) else None


@dataclass(frozen=True, slots=True)
class Template:
    """A route, read once."""

    text: str
    segments: tuple[Segment, ...]

    @property
    def least(self) -> int:
        """The number of segments a path must have."""
        return sum(not (segment.optional or segment.rest) for segment in self.segments)

    @property
    def open_ended(self) -> bool:
        """Whether the last parameter takes any number of segments."""
        return bool(self.segments) and self.segments[-1].rest

    def match(self, path: Sequence[str]) -> Params | None:
        """The route parameters of a path, or None. A parameter that took nothing is absent."""
        if len(path) < self.least or (len(path) > len(self.segments) and not self.open_ended):
            return None
        params: Params = {}
        for position, segment in enumerate(self.segments):
            if position >= len(path):
                break
            if segment.rest:
                params[segment.name] = "/".join(path[position:])
                break
            if segment.literal is not None:
                if segment.literal != path[position].lower():
                    return None
                continue
            value = segment.value(path[position])
            if value is None:
                return None
            params[segment.name] = value
        return params


def parse_route(text: str) -> Template:
    """A route template. Raises StartupError for what the platform refuses and for what this host does not do."""
    words = text.strip("/").split("/") if text.strip("/") else []
    if words and words[0].lower() in ("admin", "runtime"):
        raise StartupError(f"route {text!r}: routes that start with admin or runtime are the platform's own")
    segments = tuple(_segment(text, word) for word in words)
    names = [segment.name.lower() for segment in segments if segment.literal is None]
    if len(set(names)) != len(names):
        raise StartupError(f"route {text!r}: a parameter name occurs twice")
    if any(segment.optional or segment.rest for segment in segments[:-1]):
        raise StartupError(f"route {text!r}: only the last parameter can be optional or take the rest")
    return Template(text, segments)


def _segment(route: str, word: str) -> Segment:
    if word and "{" not in word and "}" not in word and "?" not in word:
        return Segment(word.lower())
    match = PARAMETER.match(word)
    kind = match["kind"] if match else None
    if match is None or (kind is not None and kind not in CONSTRAINTS):
        raise StartupError(f"route {route!r}: this host does not understand {word!r}")
    before, after = match["before"].lower(), match["after"].lower()
    if (match["star"] or match["optional"]) and (before or after or (match["star"] and (kind or match["optional"]))):
        raise StartupError(f"route {route!r}: {word!r} must be a segment of its own")
    return Segment(None, match["name"], before, after, kind, bool(match["optional"]), bool(match["star"]))


class RouteTable(Generic[T]):
    """Finds the target of a path. Routes are tried in the order given; a verb that is not listed is no match."""

    def __init__(self, routes: Iterable[tuple[Template, frozenset[str] | None, T]]) -> None:
        self._routes = tuple(routes)
        self._longest = max((len(template.segments) for template, _, _ in self._routes), default=0) + 1
        literals = (segment.literal for template, _, _ in self._routes for segment in template.segments[:2])
        self._words = {literal for literal in literals if literal is not None}
        self._shelves: dict[tuple[int, str | None, str | None], list[tuple[Template, frozenset[str] | None, T]]] = {}

    def find(self, method: str, path: Sequence[str]) -> tuple[T, Params] | None:
        """The first target whose route and verbs match, with its route parameters."""
        for template, methods, target in self._candidates(path):
            if methods is None or method in methods:
                params = template.match(path)
                if params is not None:
                    return target, params
        return None

    def _candidates(self, path: Sequence[str]) -> list[tuple[Template, frozenset[str] | None, T]]:
        # Bounded: only lengths and words that occur in a route make a shelf of their own.
        words = [word if word in self._words else None for word in (part.lower() for part in path[:2])]
        first, second = [*words, None, None][:2]
        key = (min(len(path), self._longest), first, second)
        shelf = self._shelves.get(key)
        if shelf is None:
            shelf = [route for route in self._routes if _fits(route[0], *key)]
            self._shelves[key] = shelf
        return shelf


def _fits(template: Template, length: int, *words: str | None) -> bool:
    if length < template.least or (length > len(template.segments) and not template.open_ended):
        return False
    pairs = zip(template.segments[: min(2, length)], words, strict=False)
    return all(segment.literal is None or segment.literal == word for segment, word in pairs)
