"""Runs the two servers for a process that holds the other end of our standard input, and ends them with it.

    python -m tests.emulators.keeper <node> <folder> <cosmos port> <blob port> <queue port> <table port>

It detaches itself: tests count the children of their process, and servers must not outlive a process that was killed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

COSMOS = Path(__file__).with_name("cosmos.js")


def main(node: str, folder: str, cosmos: str, blob: str, queue: str, table: str) -> None:
    if os.fork():
        return
    os.setsid()
    with tempfile.TemporaryDirectory(prefix="local-azure-") as place:
        azurite = [
            node, f"{folder}/node_modules/azurite/dist/src/azurite.js", "--silent", "--disableTelemetry",
            "--skipApiVersionCheck", "--inMemoryPersistence", "--blobPort", blob, "--queuePort", queue,
            "--tablePort", table,
        ]  # fmt: skip
        commands = (azurite, [node, str(COSMOS), folder, cosmos])
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        processes = [subprocess.Popen(command, cwd=place, **quiet) for command in commands]
        sys.stdin.read()  # ends with whoever started us
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
