"""From a FunctionApp to what this host runs, with the platform's own checks done loudly."""

from __future__ import annotations

import functools
import inspect
import itertools
import re
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import azure.functions as func
from azure.functions.decorators.function_app import Function as Indexed

from devhost.conversion import accepts_input, accepts_output
from devhost.errors import StartupError
from devhost.ncrontab import Interval, Schedule, ScheduleError, parse_schedule
from devhost.routes import Template, parse_route

NAME = re.compile(r"^[A-Za-z][A-Za-z0-9_-]{0,127}$", re.ASCII)
PLACEHOLDER = re.compile(r"%([^%]*)%")
CONTAINER = re.compile(r"^[a-z0-9][a-z0-9-]{2,62}$", re.ASCII)


@dataclass(frozen=True, slots=True)
class HttpTrigger:
    """`methods` is None for every verb; `level` is anonymous, function or admin."""

    template: Template
    methods: frozenset[str] | None
    level: str


@dataclass(frozen=True, slots=True)
class TimerTrigger:
    """`monitored` timers keep their status and know when they are past due."""

    schedule: Schedule | Interval
    run_on_startup: bool
    use_monitor: bool | None


@dataclass(frozen=True, slots=True)
class BlobTrigger:
    """A container, and which names in it."""

    container: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Function:
    """One function as this host runs it."""

    name: str
    code: Callable[..., Any]
    argument: str
    is_async: bool
    wants_context: bool
    trigger: HttpTrigger | TimerTrigger | BlobTrigger


@functools.cache
def functions_of(app: func.FunctionApp) -> tuple[Indexed, ...]:
    """The app's functions; the library lets them be asked for only once, so the answer is kept."""
    try:
        return tuple(app.get_functions())
    except ValueError as error:
        raise StartupError(str(error)) from error


def index(functions: Iterable[Indexed], settings: Mapping[str, str], route_prefix: str) -> tuple[Function, ...]:
    """Checked functions in alphabetical order, the order in which HTTP routes are tried. Raises StartupError."""
    found = sorted((_read(function, settings, route_prefix) for function in functions), key=lambda f: f.name.lower())
    for one, other in itertools.pairwise(found):
        if one.name.lower() == other.name.lower():
            raise StartupError(f"two functions are called {other.name}")
    return tuple(found)


def _read(function: Indexed, settings: Mapping[str, str], route_prefix: str) -> Function:
    name, code = str(function.get_function_name()), function.get_user_function()
    try:
        if not NAME.match(name):
            raise StartupError("a function name is a letter, then at most 127 letters, digits, _ or -")
        if function.get_setting("retry_policy") is not None:
            raise StartupError("retry policies are not something this host can do")
        bindings = function.get_bindings_dict()["bindings"]
        argument, trigger = _trigger(bindings, settings, route_prefix)
        _check_signature(code, bindings, argument)
    except (StartupError, ScheduleError) as error:
        raise StartupError(f"function {name}: {error}") from error
    wants_context = "context" in inspect.signature(code).parameters and argument != "context"
    return Function(name, code, argument, inspect.iscoroutinefunction(code), wants_context, trigger)


def _trigger(
    bindings: Sequence[Mapping[str, Any]], settings: Mapping[str, str], route_prefix: str
) -> tuple[str, HttpTrigger | TimerTrigger | BlobTrigger]:
    triggers = [binding for binding in bindings if binding["type"] in ("httpTrigger", "timerTrigger", "blobTrigger")]
    others = [binding for binding in bindings if binding not in triggers]
    http = bool(triggers) and triggers[0]["type"] == "httpTrigger"
    for binding in others:
        if not (http and binding["type"] == "http" and binding["name"] == "$return"):
            raise StartupError(f"the binding type {binding['type']!r} is not something this host can do")
    if len(triggers) != 1:
        raise StartupError("one trigger is needed")
    found = triggers[0]
    if http:
        return found["name"], _http(found, settings, route_prefix)
    if found["type"] == "timerTrigger":
        return found["name"], _timer(found, settings)
    return found["name"], _blob(found, settings)


def _http(binding: Mapping[str, Any], settings: Mapping[str, str], route_prefix: str) -> HttpTrigger:
    route = resolve(binding["route"], settings)
    parse_route(route)
    methods = binding.get("methods")
    verbs = None if methods is None else frozenset(str(getattr(verb, "value", verb)).upper() for verb in methods)
    level = binding.get("authLevel") or "function"
    return HttpTrigger(
        parse_route(f"{route_prefix}/{route.strip('/')}"), verbs, str(getattr(level, "value", level)).lower()
    )


def _timer(binding: Mapping[str, Any], settings: Mapping[str, str]) -> TimerTrigger:
    schedule = parse_schedule(resolve(binding["schedule"], settings))
    return TimerTrigger(schedule, bool(binding.get("runOnStartup")), binding.get("useMonitor"))


def _blob(binding: Mapping[str, Any], settings: Mapping[str, str]) -> BlobTrigger:
    path = resolve(binding["path"], settings)
    container, _, pattern = path.partition("/")
    if not CONTAINER.match(container):
        raise StartupError(f"blob path {path!r}: {container!r} is no container name")
    parts = re.split(r"(\{\w+\})", pattern or "{name}")
    names = parts[1::2]
    if len(set(names)) != len(names) or any("{" in part or "}" in part for part in parts[::2]):
        raise StartupError(f"blob path {path!r}: this host does not understand the pattern")
    expression = "".join("(.*)" if n % 2 else re.escape(part) for n, part in enumerate(parts))
    return BlobTrigger(container, re.compile(expression, re.DOTALL))


def resolve(text: str, settings: Mapping[str, str]) -> str:
    """Text with every %NAME% replaced by the setting of that name. Raises StartupError naming one that is not set."""

    def value(match: re.Match[str]) -> str:
        found = settings.get(match[1])
        if not found:
            raise StartupError(f"%{match[1]}% is not set; put {match[1]} in local.settings.json or the environment")
        return found

    return PLACEHOLDER.sub(value, text)


def _check_signature(code: Callable[..., Any], bindings: Sequence[Mapping[str, Any]], argument: str) -> None:
    wanted = {binding["name"] for binding in bindings if binding["name"] != "$return"}
    given = set(inspect.signature(code).parameters) - ({"context"} - wanted)
    if wanted != given:
        raise StartupError(f"its parameters are {sorted(given)}, its bindings {sorted(wanted)}; they must be the same")
    try:
        hints = typing.get_type_hints(code)
    except NameError as error:
        raise StartupError(f"its annotations cannot be resolved: {error}") from error
    kind = next(str(binding["type"]) for binding in bindings if binding["name"] == argument)
    hint = hints.get(argument)
    if isinstance(hint, type) and not accepts_input(kind, hint):
        raise StartupError(f"parameter {argument} of a {kind} cannot be a {hint.__name__}")
    answer = hints.get("return")
    if kind == "httpTrigger" and isinstance(answer, type) and not accepts_output("http", answer):
        raise StartupError(f"it is annotated to return {answer.__name__}; return azure.functions.HttpResponse")
