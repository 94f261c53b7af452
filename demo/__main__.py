"""`python -m demo run`: the app with a small real data set. `python -m demo load`: the set into a running app."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from demo import offers, profiles, story
from demo.app import App, free_port, require_free
from demo.client import Client, Failed

BEGINNINGS: Final = {"past": "-P20D", "recent": "-P11D"}
GUIDE: Final = """
Cosell Desk is running: http://localhost:{port}/deals      data: {data}
Customers, without signing in, find partners at http://localhost:{port}/directory
{loaded}
Sign in as                       and try
  contoso-admin     partner      answer the deals under Inbound; ask the vendor for help with one under Outbound
                                 see what runs out first under Deadlines, and take it into your calendar
                                 call the customer that waits under Leads; be one yourself at /directory/contoso
  fabrikam-admin    partner      another company: of Contoso's it sees what it is invited to, and nothing else
  contoso-offers    partner      bring its offer "Contoso ERP Migrator" to co-sell ready, by its checklist
  tailspin-admin    partner      a third company: its offer is co-sell ready
  vendor-seller     the vendor   accept or decline requests for help; send a partner an opportunity
  vendor-reviewer   the vendor   decide on the offer that waits under Review
  vendor-admin      the vendor   add a partner under Partners: Adatum's people are turned away until then
  adatum-admin      nobody yet   be turned away, or, once added, begin
  contoso-auditor   partner      reads everything, changes nothing
Programs send "Authorization: Bearer contoso-admin".
Files may be dropped into {data}/uploads/<organization>/<offer>/contacts/ or .../documents/<type>/
Ctrl-C stops it.
"""


def main() -> int:
    """Read the command line and do it; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("command", choices=("run", "load"))
    parser.add_argument("--port", type=int, default=7071, help="where the app listens (7071)")
    parser.add_argument("--data", type=Path, default=Path(".local"), help="the app's data folder (.local)")
    options = parser.parse_args()
    command: Callable[[int, Path], int] = run if options.command == "run" else load
    try:
        return command(options.port, options.data.resolve())
    except _Stopped:
        return 0
    except Failed as error:
        sys.stderr.write(f"demo: {error}\n")
        return 1


def run(port: int, data: Path) -> int:
    """Start the app, load the set where nothing is there yet, and stay until a signal. Raises Failed."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    require_free(port)
    past = _past_of(data, port) if not data.exists() or not any(data.iterdir()) else None
    app = App(port, data)
    try:
        client = app.wait_until_healthy()
        loaded = (
            _load(client, data, past) if past is not None or story.is_empty(client) else "The data is as you left it."
        )
        client.close()
        print(GUIDE.format(port=port, data=data, loaded=loaded), flush=True)
        return app.wait()
    except _Stopped:
        return 0
    finally:
        app.stop()


def load(port: int, data: Path) -> int:
    """The set into a running app, where it has no deals yet. Raises Failed."""
    client = Client(port)
    print(_load(client, data, None) if story.is_empty(client) else "There are deals already; nothing was loaded.")
    client.close()
    return 0


def _load(client: Client, data: Path, past: list[story.Deal] | None) -> str:
    begun = time.monotonic()
    past = _past_of(data, client.port) if past is None else past
    new = offers.begin(client)
    deals = story.tell(client, past)
    profiles.publish_all(client)
    return f"{deals} deals and {offers.finish(client, new)} offers were loaded in {time.monotonic() - begun:.1f} s."


def _past_of(data: Path, port: int) -> list[story.Deal]:
    """What began before today, told to an app of its own over the same data, whose clock is that far behind."""
    return [deal for mark, offset in BEGINNINGS.items() for deal in _begun(data, port, mark, offset)]


def _begun(data: Path, port: int, mark: str, offset: str) -> list[story.Deal]:
    # What it writes of its own address is read when it is long gone: it says where the app will be.
    address = os.environ.get("PUBLIC_URL", f"http://localhost:{port}")
    app = App(free_port(), data, quiet=True, CLOCK_OFFSET=offset, PUBLIC_URL=address)
    try:
        client = app.wait_until_healthy()
        begun = story.tell_begun(client, mark)
        client.close()
        return begun
    finally:
        app.stop_now()


class _Stopped(BaseException):
    """A signal asks to stop."""


def _stop(number: int, frame: object) -> None:
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)
    raise _Stopped


if __name__ == "__main__":
    raise SystemExit(main())
