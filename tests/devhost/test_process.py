"""The host as a process: real sockets, real signals, a real end."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

REPOSITORY = Path(__file__).parents[2]
HOST_JSON = {
    "version": "2.0",
    "extensionBundle": {"id": "Microsoft.Azure.Functions.ExtensionBundle", "version": "[4.*, 5.0.0)"},
    "extensions": {"http": {"routePrefix": ""}},
}
APP = """
import asyncio, os, time
import azure.functions as func
app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

@app.route("hello", methods=["GET", "POST"])
async def hello(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(f"{len(req.get_body())} {os.environ['GREETING']} {os.environ['LOCAL_DATA']}")

@app.route("slow", methods=["GET"])
async def slow(req: func.HttpRequest) -> func.HttpResponse:
    await asyncio.sleep(1)
    return func.HttpResponse("slow but whole")

@app.route("slow-thread", methods=["GET"])
def slow_thread(req: func.HttpRequest) -> func.HttpResponse:
    time.sleep(1)
    return func.HttpResponse("slow but whole")

@app.route("stuck-thread", methods=["GET"])
def stuck_thread(req: func.HttpRequest) -> func.HttpResponse:
    time.sleep(60)
    return func.HttpResponse("too late")

@app.blob_trigger(arg_name="blob", path="uploads/{name}", connection="AzureWebJobsStorage")
async def ingest(blob: func.InputStream) -> None:
    with open("delivered.txt", "a") as file:
        file.write(blob.name + "\\n")
    if blob.name.endswith("stuck") and os.environ["GREETING"] == "hi":
        await asyncio.sleep(60)

async def close():
    with open("closed.txt", "a") as file:
        file.write("closed")
"""


class Running:
    """A host in a process, and where to reach it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        with (folder / "log.txt").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "devhost", "--port", "0", "--data", "data"],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(REPOSITORY), **environment},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        started = time.perf_counter()
        self.ready = self.process.stdout.readline().strip()
        self.start_seconds = time.perf_counter() - started
        self.url = self.ready.rpartition(" ")[2].replace("localhost", "127.0.0.1")

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(15)


Launch = Callable[..., Running]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "host.json").write_text(json.dumps(HOST_JSON))
    values = {"GREETING": "hi", "DEVHOST_BLOB_SCAN_SECONDS": "0.1"}
    (tmp_path / "local.settings.json").write_text(json.dumps({"IsEncrypted": False, "Values": values}))
    (tmp_path / "function_app.py").write_text(APP)
    return tmp_path


@pytest.fixture
def launch(folder: Path) -> Iterator[Launch]:
    running: list[Running] = []

    def start(**environment: str) -> Running:
        running.append(Running(folder, **environment))
        return running[-1]

    yield start
    for host in running:
        if host.process.poll() is None:
            host.process.kill()
        host.process.wait(5)
        assert host.process.stdout is not None
        host.process.stdout.close()


def exit_of(folder: Path, *arguments: str) -> tuple[int, str]:
    ended = subprocess.run(
        [sys.executable, "-m", "devhost", "--port", "0", "--data", "data", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    return ended.returncode, ended.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_calls_in_flight_finish_then_the_host_ends_well(
    folder: Path, launch: Launch, number: int
) -> None:
    host = launch()
    assert host.ready.startswith("Listening on http://localhost:")
    answers: list[str] = []
    paths = ("slow", "slow-thread")
    calls = [
        threading.Thread(target=lambda p=path: answers.append(httpx.get(f"{host.url}/{p}", timeout=10).text))
        for path in paths
    ]
    for call in calls:
        call.start()
    time.sleep(0.4)
    assert host.end(number) == 0
    for call in calls:
        call.join(10)
    assert answers == ["slow but whole"] * 2
    assert (folder / "closed.txt").read_text() == "closed"
    assert "Traceback" not in (folder / "log.txt").read_text()


def test_a_second_signal_does_not_wait_for_a_thread_that_is_stuck(launch: Launch) -> None:
    host = launch()

    def call_it() -> None:
        with contextlib.suppress(httpx.HTTPError):
            httpx.get(f"{host.url}/stuck-thread", timeout=20)

    call = threading.Thread(target=call_it)
    call.start()
    time.sleep(0.4)
    host.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    assert host.end(signal.SIGTERM) == 0
    call.join(5)


def test_the_environment_wins_over_the_settings_file_and_bodies_arrive_whole(launch: Launch) -> None:
    host = launch(GREETING="hello")
    body = b"x" * 3_000_000
    assert httpx.post(f"{host.url}/hello", content=body).text == "3000000 hello data"
    too_much = b"x" * (100 * 1024 * 1024 + 1)
    assert httpx.post(f"{host.url}/hello", content=too_much, timeout=30).status_code == 413
    assert httpx.get(f"{host.url}/hello").text == "0 hello data"


@pytest.mark.parametrize(
    "line",
    [
        b"GET /%00 HTTP/1.1",
        b"GET /\xff\xfe HTTP/1.1",
        b"GET http://[ HTTP/1.1",
        b"GET * HTTP/1.1",
        b"CONNECT x:1 HTTP/1.1",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1",
        b"nonsense",
        b"GET /hello?%zz=%ff&&=& HTTP/1.1",
    ],
)
def test_bytes_that_are_no_request_do_no_harm(launch: Launch, line: bytes) -> None:
    host = launch()
    address = ("127.0.0.1", int(host.url.rpartition(":")[2]))
    with socket.create_connection(address, timeout=5) as connection:
        connection.sendall(line + b"\r\nHost: x\r\n\r\n")
        status = connection.recv(1000).partition(b"\r\n")[0]
    assert not status or b" 5" not in status[8:10]
    assert httpx.get(f"{host.url}/hello").status_code == 200


def test_receipts_survive_a_kill_and_unfinished_deliveries_come_again(folder: Path, launch: Launch) -> None:
    uploads = folder / "data" / "uploads"
    uploads.mkdir(parents=True)
    host = launch()
    (uploads / "done").write_text("x")
    delivered = folder / "delivered.txt"
    wait_for(lambda: delivered.exists())
    (uploads / "stuck").write_text("x")
    wait_for(lambda: "stuck" in delivered.read_text())
    time.sleep(0.3)
    assert host.end(signal.SIGKILL) == -signal.SIGKILL
    again = launch(GREETING="hello")
    wait_for(lambda: delivered.read_text().count("stuck") == 2)
    time.sleep(0.5)
    assert again.end(signal.SIGTERM) == 0
    assert delivered.read_text().split() == ["uploads/done", "uploads/stuck", "uploads/stuck"]


def wait_for(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.05)


def test_a_taken_port_ends_the_start_with_a_word(folder: Path, launch: Launch) -> None:
    port = launch().url.rpartition(":")[2]
    code, words = exit_of(folder, "--port", port)
    assert code == 2
    assert port in words.splitlines()[-1]
    assert "--port" in words


def test_an_import_error_is_shown_with_its_traceback(folder: Path) -> None:
    (folder / "function_app.py").write_text("import json\nimport not_there\n")
    code, words = exit_of(folder)
    assert code == 2
    assert "line 2" in words
    assert "not_there" in words.splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("host.json", "{}", "version"),
        ("local.settings.json", "{}", "IsEncrypted"),
        ("function_app.py", "app = 1", "FunctionApp"),
        ("function_app.py", APP.replace('"hello"', '"admin/hello"'), "admin"),
        ("function_app.py", APP.replace("uploads/{name}", "%WHERE%/{name}"), "WHERE"),
    ],
)
def test_what_cannot_be_served_ends_with_exit_code_2(folder: Path, name: str, content: str, word: str) -> None:
    (folder / name).write_text(content)
    code, words = exit_of(folder)
    assert code == 2
    assert word in words.splitlines()[-1]
    assert "Traceback" not in words
