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


def fresh_copy(folder: Path) -> Path:
    """What git tracks or would track, with the installed packages of this checkout."""
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
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


def answers() -> bool:
    try:
        with urllib.request.urlopen("http://localhost:7071/api/health", timeout=1) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@pytest.mark.slow
def test_the_readme_walks_a_newcomer_through_as_it_stands(tmp_path: Path) -> None:
    """`make run`, then every command, each of which must succeed."""
    with socket.socket() as probe:
        if probe.connect_ex(("localhost", 7071)) == 0:
            pytest.skip("port 7071, which the README names, is taken on this machine")
    first, *walk = commands()
    copy = fresh_copy(tmp_path)
    log = (tmp_path / "run.log").open("w")
    environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    running = subprocess.Popen(
        ["bash", "-c", first], cwd=copy, stdout=log, stderr=log, start_new_session=True, env=environment
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while not answers():
            assert running.poll() is None, (tmp_path / "run.log").read_text()
            assert time.monotonic() < deadline, (tmp_path / "run.log").read_text()
            time.sleep(0.1)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", "\n".join(walk)], cwd=copy, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "lea@contoso.example" in done.stdout
    finally:
        os.killpg(running.pid, signal.SIGTERM)
        running.wait(30)
        log.close()
