"""What the platform would index of function_app, once per process."""

from __future__ import annotations

import functools
import inspect
from dataclasses import dataclass
from typing import Any

import function_app
from devhost.indexing import functions_of


@dataclass(frozen=True)
class Registered:
    """One function: its name, its trigger's type and facts, and whether its parameters are its bindings."""

    name: str
    trigger: str
    route: str
    methods: tuple[str, ...]
    facts: dict[str, Any]
    parameters: tuple[str, ...]
    bindings: tuple[str, ...]


@functools.cache
def registered() -> tuple[Registered, ...]:
    """Every function, in alphabetical order, as the platform matches them."""
    return tuple(sorted((_of(one) for one in functions_of(function_app.app)), key=lambda one: one.name))


def _of(indexed: Any) -> Registered:
    bindings = [binding.get_dict_repr() for binding in indexed.get_bindings()]
    trigger = next(binding for binding in bindings if str(binding["type"]).endswith("Trigger"))
    return Registered(
        name=indexed.get_function_name(),
        trigger=str(trigger["type"]),
        route=str(trigger.get("route", "")),
        methods=tuple(sorted(str(getattr(m, "value", m)) for m in trigger.get("methods", ()))),
        facts=trigger,
        parameters=tuple(inspect.signature(indexed.get_user_function()).parameters),
        bindings=tuple(b["name"] for b in bindings if b["name"] != "$return"),
    )
