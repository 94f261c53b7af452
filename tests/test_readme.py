"""The README is true: its commands are run as they stand, in a copy of what git tracks."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PATIENCE = 120.0  # seconds: the issue's own limit for a first start


def commands() -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)


def fresh_copy(folder: Path, *, installed: bool = True) -> Path:
    """What git tracks or would track, with the installed packages of this checkout, or none."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    if installed:
        (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/api/health", timeout=1) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def walked(folder: Path, start: str, walk: list[str], port: int, said: str = "") -> str:
    """What the commands print, each of which must succeed, while the app that `start` starts is running; it has `said`
    in its log at the end."""
    log = folder / "run.log"
    own = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    with log.open("w") as out:
        running = subprocess.Popen(
            ["bash", "-c", start], cwd=folder, stdout=out, stderr=out, start_new_session=True, env=own
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while not answers(port):
            assert running.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        script = ["bash", "-euo", "pipefail", "-c", "\n".join(walk)]
        done = subprocess.run(script, cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, f"{done.stdout}{done.stderr}\n{log.read_text()}"
        deadline = time.monotonic() + PATIENCE
        while said not in log.read_text():  # the demo set may still be loading
            assert running.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        return done.stdout
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGTERM)
        running.wait(60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


@pytest.mark.faults
def test_a_fresh_clone_installs_what_it_needs_and_answers_in_time(tmp_path: Path) -> None:
    """`make run` with nothing but Python and make answers health within PATIENCE, installation included."""
    port = free_port()
    assert '"status":"ok"' in walked(
        fresh_copy(tmp_path, installed=False), f"make run PORT={port}", [f"curl -sSf localhost:{port}/api/health"], port
    )


@pytest.mark.slow
def test_the_readme_walks_a_newcomer_through_as_it_stands(tmp_path: Path) -> None:
    """`make run`, then every command."""
    with socket.socket() as probe:
        if probe.connect_ex(("localhost", 7071)) == 0:
            pytest.skip("port 7071, which the README names, is taken on this machine")
    first, *walk = commands()
    assert "lea@contoso.example" in walked(fresh_copy(tmp_path), first, walk, 7071)


@pytest.mark.slow
@pytest.mark.usefixtures("local_azure")
def test_the_same_walk_on_the_stores_of_azure(tmp_path: Path) -> None:
    """`make run-azure` on a free port, with the demo set, then the same commands."""
    port = free_port()
    first, *walk = [command.replace("localhost:7071", f"localhost:{port}") for command in commands()]
    start = first.replace("make run", f"make run-azure PORT={port}")
    loaded = "deals and 4 offers were loaded"
    assert "lea@contoso.example" in walked(fresh_copy(tmp_path), start, walk, port, said=loaded)
