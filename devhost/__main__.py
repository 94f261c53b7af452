"""`python -m devhost`: serve the function_app of this folder. Exit code 2 for anything that keeps it from starting."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from devhost.errors import StartupError

QUIET = ("azure", "uvicorn", "asyncio")


def main() -> int:
    """Read the command line, serve, and give the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m devhost", description="A local stand-in for the Azure Functions host."
    )
    parser.add_argument("--port", type=int, help="default: Host.LocalHttpPort of the settings file, else 7071")
    parser.add_argument(
        "--data", type=Path, default=Path(".local"), help="folder of containers and host state (.local)"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--settings", type=Path, help="default: local.settings.json, if it is there")
    options = parser.parse_args()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # What the format does not show need not be looked up for each line.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        from devhost.server import run  # the parser answers --help without loading a server

        return run(options.port, options.data, options.host, options.settings)
    except StartupError as error:
        sys.stderr.write(f"devhost: {error}\n")
        return 2


if __name__ == "__main__":
    raise SystemExit(main())
