"""host.json and local.settings.json, read the way the platform and Core Tools read them."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devhost.errors import StartupError
from devhost.ncrontab import parse_timespan

log = logging.getLogger("devhost")

OVERRIDE_PREFIX = "azurefunctionsjobhost__"
BUNDLE_ID = "Microsoft.Azure.Functions.ExtensionBundle"
BUNDLE_RANGE = re.compile(r"^[\[(]\s*4(\.(\d+|\*))*\s*,\s*(4(\.\d+)*|5\.0\.0)\s*[\])]$")
USED_KEYS = {"version", "extensionBundle", "functionTimeout", "extensions", "logging"}
HARMLESS_KEYS = {
    "aggregator",
    "healthMonitor",
    "singleton",
    "managedDependency",
    "watchFiles",
    "watchDirectories",
    "$schema",
}
REFUSED_KEYS = {"customHandler", "functions", "retry"}  # they change what runs, and how often
USED_EXTENSION_KEYS = {"http": {"routePrefix"}, "blobs": {"maxDegreeOfParallelism", "poisonBlobThreshold"}}
CANONICAL = ["routePrefix", "maxDegreeOfParallelism", "poisonBlobThreshold", "http", "blobs", "logLevel", "default"]
CANONICAL += sorted(USED_KEYS)
LEVELS = {
    "trace": logging.DEBUG,
    "debug": logging.DEBUG,
    "information": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "critical": logging.CRITICAL,
    "none": logging.CRITICAL + 1,
}


@dataclass(frozen=True, slots=True)
class HostJson:
    """The part of host.json that this host follows; defaults are the platform's. Times are seconds."""

    route_prefix: str = "api"
    function_timeout: float = 1800.0
    blob_parallelism: int = 8
    poison_threshold: int = 5
    log_level: int = logging.INFO


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """local.settings.json: the values for the environment, and what its `Host` part says."""

    values: Mapping[str, str] = field(default_factory=dict)
    port: int = 7071
    cors: tuple[str, ...] = ()
    cors_credentials: bool = False


def read_host_json(path: Path, environment: Mapping[str, str]) -> HostJson:
    """host.json with the AzureFunctionsJobHost__a__b overrides of `environment`. Raises StartupError."""
    document = _read_object(path)
    for name, value in environment.items():
        if name.lower().startswith(OVERRIDE_PREFIX):
            _override(document, name[len(OVERRIDE_PREFIX) :].split("__"), value)
    _check_keys(path.name, document)
    extensions = _section(document, "extensions")
    http, blobs = _section(extensions, "http"), _section(extensions, "blobs")
    for section, known in USED_EXTENSION_KEYS.items():
        for key in sorted(set(_section(extensions, section)) - known):
            log.warning("%s: extensions.%s.%s is ignored by this host", path.name, section, key)
    return HostJson(
        route_prefix=str(http.get("routePrefix", "api")).strip("/"),
        function_timeout=_timeout(document.get("functionTimeout", "00:30:00")),
        blob_parallelism=_positive(blobs, "maxDegreeOfParallelism", 8),
        poison_threshold=_positive(blobs, "poisonBlobThreshold", 5),
        log_level=_log_level(document),
    )


def read_local_settings(path: Path) -> LocalSettings:
    """local.settings.json. Raises StartupError; a file that says nothing about encryption counts as encrypted."""
    document = _read_object(path)
    if document.get("IsEncrypted", True) is not False:
        raise StartupError(f'{path.name}: write "IsEncrypted": false; without it the file counts as encrypted')
    values, host = _section(document, "Values"), _section(document, "Host")
    for name, value in values.items():
        if not isinstance(value, str):
            raise StartupError(f"{path.name}: Values.{name} must be a string; nothing in Values can be nested")
    cors = str(host.get("CORS", ""))
    return LocalSettings(
        values=values,
        port=_positive(host, "LocalHttpPort", 7071),
        cors=tuple(origin.strip().rstrip("/") for origin in cors.split(",") if origin.strip()),
        cors_credentials=host.get("CORSCredentials") is True,
    )


def positive_seconds(settings: Mapping[str, str], name: str, default: float) -> float:
    """A setting in seconds, greater than zero. Raises StartupError."""
    text = settings.get(name) or str(default)
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e9:
        raise StartupError(f"{name} must be a number of seconds above 0, not {text!r}")
    return seconds


def _read_object(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise StartupError(f"{path} is missing; start the host in the folder that holds it") from None
    except (OSError, ValueError) as error:
        raise StartupError(f"{path} cannot be read: {error}") from None
    if not isinstance(document, dict):
        raise StartupError(f"{path} must hold a JSON object")
    return document


def _section(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    section = document.get(name, {})
    if not isinstance(section, dict):
        raise StartupError(f"{name} must be a JSON object")
    return section


def _override(document: dict[str, Any], path: list[str], value: str) -> None:
    for depth, word in enumerate(path):
        known = [*document, *CANONICAL]
        key = next((name for name in known if name.lower() == word.lower()), word)
        if depth == len(path) - 1:
            document[key] = value
        else:
            document = document.setdefault(key, {})
            if not isinstance(document, dict):
                raise StartupError(f"AzureFunctionsJobHost__{'__'.join(path)}: {word} is not a JSON object")


def _check_keys(name: str, document: Mapping[str, Any]) -> None:
    if document.get("version") != "2.0":
        raise StartupError(f'{name}: "version" must be "2.0"')
    bundle = _section(document, "extensionBundle")
    if bundle.get("id") != BUNDLE_ID or not BUNDLE_RANGE.match(str(bundle.get("version", ""))):
        raise StartupError(f'{name}: extensionBundle must have "id": "{BUNDLE_ID}" and "version": "[4.*, 5.0.0)"')
    for key in document:
        if key in REFUSED_KEYS:
            raise StartupError(f"{name}: {key} is not something this host can do")
        if key not in USED_KEYS | HARMLESS_KEYS:
            log.warning("%s: unknown key %r", name, key)


def _timeout(value: object) -> float:
    seconds = parse_timespan(str(value))
    if str(value) == "-1":
        return float("inf")
    if seconds is None or seconds <= 0:
        raise StartupError(f'functionTimeout must look like "00:10:00", not {value!r}')
    return seconds


def _positive(section: Mapping[str, Any], key: str, default: int) -> int:
    value = section.get(key, default)
    if isinstance(value, bool) or not str(value).isdecimal() or int(value) < 1:
        raise StartupError(f"{key} must be a whole number above 0, not {value!r}")
    return int(value)


def _log_level(document: Mapping[str, Any]) -> int:
    level = _section(_section(document, "logging"), "logLevel").get("default", "Information")
    if str(level).lower() not in LEVELS:
        raise StartupError(f"logging.logLevel.default: {level!r} is not a level")
    return LEVELS[str(level).lower()]
