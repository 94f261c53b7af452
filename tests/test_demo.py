"""The demo set: complete, quick, loaded once, and stopped cleanly."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.demo_process import ROOT, Demo, running

pytestmark = pytest.mark.slow

SECOND_START_SECONDS = 3.0
IMPORT_SECONDS = 0.6
"""What importing the app takes where nothing else runs; on a busy machine everything may take as many times longer."""
TABS = [(persona, tab) for persona in ("contoso", "fabrikam", "tailspin", "vendor") for tab in ("inbound", "outbound")]


def deals(demo: Demo) -> list[dict[str, Any]]:
    """Every deal of every organization."""
    return [
        deal
        for persona, tab in TABS
        for deal in demo.get(f"/api/deals?tab={tab}&limit=200", f"{persona}-admin")["items"]
    ]


def how_busy() -> float:
    """How many times slower this machine is now than it would be with nothing else to do; at least 1."""
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", "import function_app"], cwd=ROOT, check=True)
    return max(1.0, (time.monotonic() - begun) / IMPORT_SECONDS)


def wait_for(condition: Any, seconds: float = 60) -> None:
    """Until the condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.2)


def test_a_first_run_loads_every_stage_and_a_second_starts_at_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running(data) as demo:
        demo.until_healthy()
        assert demo.until_ready() < 20 * how_busy()
        assert "contoso-admin" in demo.printed
        health = httpx.get(f"{demo.url}/api/health").json()
        assert health["clockOffsetSeconds"] == 0
        wait_for(lambda: sum(deal["outcome"] == "expired" for deal in deals(demo)) == 4)
        first = deals(demo)
        reached = Counter(deal["outcome"] or deal["stage"] for deal in first)
        wanted = {"received", "accepted", "won", "lost", "declined", "expired", "withdrawn", "error"}
        assert wanted == reached.keys()
        assert {deal["dealType"] for deal in first} == {"private", "partner_led", "co_sell"}
        wait_for(lambda: is_read(demo))
        assert offers_stand(demo) == {
            "Contoso ERP Migrator": ("draft", "none"),
            "Contoso Field Service": ("draft", "none"),
            "Fabrikam Trade Documents": ("live", "in_review"),
            "Tailspin Configurator": ("live", "co_sell_ready"),
        }
        lacking = demo.get(f"/api/offers/{offer_of(demo, 'Contoso ERP Migrator')}/readiness", "contoso-admin")
        missing = {check["id"] for check in lacking["coSell"]["checks"] if not check["passed"]}
        assert missing == {"offer_live", "listing_complete", "sales_contacts"}, "on its way"
        queue = demo.get("/api/offers?review=in_review", "vendor-reviewer")["items"]
        assert [each["name"] for each in queue] == ["Fabrikam Trade Documents"]
        (received,) = [
            deal for deal in first if deal["name"] == "Plant safety reporting" and deal["stage"] == "received"
        ]
        warned = demo.get(f"/api/referrals/{received['id']}", "contoso-admin")["warnings"]
        assert [link["text"] for each in warned for link in each.get("links", [])] == ["Quality control with cameras"]
        clocks = {item["kind"] for item in demo.get("/api/deadlines?limit=200", "contoso-admin")["items"]}
        assert clocks == {"answer", "their_answer", "flame", "registration", "close_date"}
        wait_for(lambda: "Winter orders from the shops" in reminded(demo))
        assert demo.stop() == 0
    with running(data) as demo:
        assert demo.until_healthy() < SECOND_START_SECONDS * how_busy()
        demo.until_ready()
        assert "as you left it" in demo.printed
        assert Counter(deal["id"] for deal in deals(demo)) == Counter(deal["id"] for deal in first)
        assert demo.stop(signal.SIGINT) == 0


def reminded(demo: Demo) -> str:
    """What Contoso's admin was reminded of."""
    notices = demo.get("/api/notices?limit=200", "contoso-admin")["items"]
    return "\n".join(one["title"] + one["text"] for one in notices if one["event"] == "reminder")


def offers_stand(demo: Demo) -> dict[str, tuple[str, str]]:
    """State and co-sell status of every offer."""
    partners = ("contoso", "fabrikam", "tailspin")
    listed = [one for partner in partners for one in demo.get("/api/offers", f"{partner}-admin")["items"]]
    return {offer["name"]: (offer["state"], offer["coSellStatus"]) for offer in listed}


def offer_of(demo: Demo, name: str) -> str:
    """Contoso's offer of this name."""
    (found,) = [one["id"] for one in demo.get("/api/offers", "contoso-admin")["items"] if one["name"] == name]
    return str(found)


def is_read(demo: Demo) -> bool:
    """Whether the dropped files are in force: contacts and documents, and one list refused for its mistakes."""
    offers = demo.get("/api/offers", "contoso-admin")["items"]
    uploads = demo.get("/api/uploads", "contoso-admin")["items"]
    finished = Counter(upload["status"] for upload in uploads)
    return sorted(offer["contactCount"] for offer in offers) == [0, 6] and finished == {"done": 4, "rejected": 1}


def test_it_stops_cleanly_while_it_tells_the_past(tmp_path: Path) -> None:
    with running(tmp_path / "data") as demo:
        wait_for((tmp_path / "data").exists)
        assert demo.stop() == 0
        assert "Traceback" not in demo.printed


def test_it_stops_cleanly_while_it_loads_and_leaves_nobody_listening(tmp_path: Path) -> None:
    with running(tmp_path / "data") as demo:
        demo.until_healthy()
        assert demo.stop() == 0
        assert "Traceback" not in demo.printed
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{demo.url}/api/health")


def test_a_port_that_is_taken_is_said_and_nothing_is_loaded(tmp_path: Path) -> None:
    with running(tmp_path / "first") as demo:
        demo.until_healthy()
        data = tmp_path / "second"
        command = [sys.executable, "-m", "demo", "run", "--port", str(demo.port), "--data", str(data)]
        refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
        assert refused.returncode == 1
        assert "is taken" in refused.stderr
        assert not data.exists()


def test_the_set_can_be_loaded_into_a_running_app_once(tmp_path: Path) -> None:
    from demo.app import App, free_port

    app = App(free_port(), tmp_path, quiet=True)
    try:
        app.wait_until_healthy().close()
        said = []
        for _ in range(2):
            command = [sys.executable, "-m", "demo", "load", "--port", str(app.port), "--data", str(tmp_path)]
            said.append(
                subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=True).stdout
            )
        assert "40 deals and 4 offers were loaded" in said[0]
        assert "nothing was loaded" in said[1]
    finally:
        assert app.stop() == 0


def test_every_file_the_set_names_is_there() -> None:
    folder = ROOT / "demo"
    for offer in json.loads((folder / "offers.json").read_text(encoding="utf-8")):
        names = [name for files in offer["files"].values() for name in files]
        assert names
        assert all((folder / "files" / name).is_file() for name in names)
