"""Function keys: made once, kept in the data folder, asked of every caller of a function that is not anonymous."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

from devhost.errors import StartupError


class FunctionKeys:
    """`_master` opens everything, `default` every function of level function, and each function has one of its own."""

    def __init__(self, path: Path, names: Iterable[str]) -> None:
        """Reads the keys, and adds those that are missing. Raises StartupError for a file that holds something else."""
        wanted = ["_master", "default", *names]
        self._keys = _read(path)
        missing = [name for name in wanted if name not in self._keys]
        if missing:
            self._keys |= {name: secrets.token_urlsafe(32) for name in missing}
            write_private(path, json.dumps(self._keys, indent=2))

    @property
    def master(self) -> str:
        """The key of the admin endpoints."""
        return self._keys["_master"]

    def allow(self, level: str, name: str, given: str | None) -> bool:
        """Whether the key that came with a call opens this function."""
        if level == "anonymous":
            return True
        if not given:
            return False
        accepted = ["_master"] if level == "admin" else ["_master", "default", name]
        return any(hmac.compare_digest(given.encode(), self._keys[known].encode()) for known in accepted)


def _read(path: Path) -> dict[str, str]:
    try:
        keys = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        keys = None
    if not isinstance(keys, dict) or not all(isinstance(value, str) and value for value in keys.values()):
        raise StartupError(f"{path} does not hold function keys; delete it to have new ones made")
    return keys


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid4().hex}")
    temporary.touch(mode=0o600, exist_ok=False)
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def persistent_secret(path: Path) -> str:
    """A random secret kept in a file, made at first use."""
    if not path.exists():
        write_private(path, secrets.token_hex(32))
    return path.read_text(encoding="utf-8").strip()
