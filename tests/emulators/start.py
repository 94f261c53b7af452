"""Start the local Azure servers, run a command on them, and stop them when it ends:

    python -m tests.emulators.start [--mirror FOLDER] python -m demo run

`--mirror` copies what is dropped into FOLDER to the container `uploads`. Without a command they run until interrupted,
and the settings that name them are printed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

from tests.emulators.mirror import mirrored
from tests.emulators.node import NoNode
from tests.emulators.servers import running


def main(command: list[str]) -> int:
    """The command's exit code."""
    folder = None
    if command[:1] == ["--mirror"]:
        _, folder, *command = command
    try:
        with running() as here:
            environment = here.settings() | {
                "DEVHOST_BLOB_SOURCE": "azurite",
                "AzureWebJobsStorage": here.blob_connection,
            }
            if not command:
                for name, value in environment.items():
                    sys.stdout.write(f"export {name}='{value}'\n")
                sys.stdout.flush()
                signal.sigwait({signal.SIGINT, signal.SIGTERM})
                return 0
            with mirrored(Path(folder), here.blob_connection) if folder else nullcontext():
                return _run(command, {**os.environ, **environment})
    except NoNode as reason:
        sys.stderr.write(f"The local Azure servers cannot run here: {reason}\n")
        return 1


def _run(command: list[str], environment: dict[str, str]) -> int:
    """An interrupt is the command's to handle; we wait for it."""
    process = subprocess.Popen(command, env=environment)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _: process.send_signal(received) if received == signal.SIGTERM else None)
    return process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
