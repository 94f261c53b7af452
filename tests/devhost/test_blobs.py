"""Blob functions over a folder: once a version, again after a failure, never for half a file."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path

import azure.functions as func
import pytest

from devhost.configuration import HostJson
from devhost.errors import StartupError
from devhost.invocation import FunctionFailed
from tests.devhost.conftest import Serve, new_app
from tests.devhost.test_timers import until


class Deliveries:
    """What a blob function was given."""

    def __init__(self) -> None:
        self.seen: list[tuple[str | None, bytes]] = []
        self.streams: list[func.InputStream] = []
        self.failures = 0
        self.hold = asyncio.Event()
        self.hold.set()
        self.active = self.most = 0

    async def take(self, blob: func.InputStream) -> None:
        self.streams.append(blob)
        self.seen.append((blob.name, blob.read()))
        self.active += 1
        self.most = max(self.most, self.active)
        await self.hold.wait()
        self.active -= 1
        if self.failures:
            self.failures -= 1
            raise RuntimeError("not this time")


def blob_app(deliveries: Deliveries, path: str = "uploads/{name}") -> func.FunctionApp:
    app = new_app()

    @app.blob_trigger(arg_name="blob", path=path, connection="AzureWebJobsStorage")
    async def ingest(blob: func.InputStream) -> None:
        await deliveries.take(blob)

    return app


def write(data: Path, name: str, content: bytes = b"x") -> Path:
    path = data / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


async def settled() -> None:
    """Long enough for several scans."""
    await asyncio.sleep(0.4)


async def test_a_file_is_delivered_once_with_what_the_platform_tells_about_it(serve: Serve, tmp_path: Path) -> None:
    deliveries = Deliveries()
    host, _ = serve(blob_app(deliveries))
    await host.start()
    write(tmp_path, "uploads/contoso/o1/a b.csv", b"1,2")
    write(tmp_path, "uploads/empty")
    (tmp_path / "uploads" / "empty").write_bytes(b"")
    await until(lambda: len(deliveries.seen) == 2)
    await settled()
    assert sorted(deliveries.seen) == [("uploads/contoso/o1/a b.csv", b"1,2"), ("uploads/empty", b"")]
    lengths = {stream.name: stream.length for stream in deliveries.streams}
    assert lengths == {"uploads/contoso/o1/a b.csv": 3, "uploads/empty": None}
    stream = next(stream for stream in deliveries.streams if stream.length)
    assert stream.uri is not None
    assert stream.uri.endswith("/uploads/contoso/o1/a%20b.csv")
    assert stream.seekable() is False
    assert stream.metadata == {}
    assert "ETag" in stream.blob_properties


async def test_an_overwrite_is_delivered_again_and_a_delete_or_hidden_name_is_not(serve: Serve, tmp_path: Path) -> None:
    deliveries = Deliveries()
    host, _ = serve(blob_app(deliveries))
    await host.start()
    path = write(tmp_path, "uploads/a", b"1")
    write(tmp_path, "uploads/.a.part", b"half")
    write(tmp_path, "uploads/.hidden/b", b"half")
    write(tmp_path, "derived/c", b"result")
    await until(lambda: len(deliveries.seen) == 1)
    write(tmp_path, "uploads/a", b"2")
    await until(lambda: len(deliveries.seen) == 2)
    path.unlink()
    await settled()
    assert deliveries.seen == [("uploads/a", b"1"), ("uploads/a", b"2")]
    write(tmp_path, "uploads/a", b"3")
    await until(lambda: len(deliveries.seen) == 3)


async def test_a_file_that_still_grows_is_left_alone(serve: Serve, tmp_path: Path) -> None:
    deliveries = Deliveries()
    host, _ = serve(blob_app(deliveries))
    await host.start()
    path = write(tmp_path, "uploads/a", b"")
    with path.open("ab", buffering=0) as file:
        for _ in range(50):
            file.write(b"x")
            await asyncio.sleep(0.01)
    assert deliveries.seen == []
    await until(lambda: bool(deliveries.seen))
    assert deliveries.seen == [("uploads/a", b"x" * 50)]


async def test_patterns_are_greedy_and_case_sensitive(serve: Serve, tmp_path: Path) -> None:
    deliveries = Deliveries()
    host, _ = serve(blob_app(deliveries, "uploads/{org}/contacts/{file}.csv"))
    await host.start()
    write(tmp_path, "uploads/a/o1/contacts/x/y.csv")
    write(tmp_path, "uploads/a/o1/contacts/x.CSV")
    write(tmp_path, "uploads/a/o1/documents/x.csv")
    await until(lambda: bool(deliveries.seen))
    await settled()
    assert [name for name, _ in deliveries.seen] == ["uploads/a/o1/contacts/x/y.csv"]


async def test_a_failed_delivery_is_tried_again(serve: Serve, tmp_path: Path) -> None:
    deliveries = Deliveries()
    deliveries.failures = 2
    host, _ = serve(blob_app(deliveries))
    await host.start()
    write(tmp_path, "uploads/a")
    await until(lambda: len(deliveries.seen) == 3)
    await settled()
    assert len(deliveries.seen) == 3
    assert not (tmp_path / "webjobs-blobtrigger-poison").exists()


async def test_the_fifth_failure_leaves_a_poison_message(serve: Serve, tmp_path: Path) -> None:
    deliveries = Deliveries()
    deliveries.failures = 99
    host, _ = serve(blob_app(deliveries))
    await host.start()
    path = write(tmp_path, "uploads/contoso/a")
    folder = tmp_path / "webjobs-blobtrigger-poison"
    await until(lambda: folder.exists() and any(folder.glob("*.json")))
    await settled()
    assert len(deliveries.seen) == 5
    status = path.stat()
    assert [json.loads(message.read_text()) for message in folder.iterdir()] == [
        {
            "Type": "BlobTrigger",
            "FunctionId": "Host.Functions.ingest",
            "BlobType": "BlockBlob",
            "ContainerName": "uploads",
            "BlobName": "contoso/a",
            "ETag": f'"{status.st_mtime_ns:x}-{status.st_size:x}"',
        }
    ]


async def test_an_overwrite_while_waiting_runs_the_new_content_once(serve: Serve, tmp_path: Path) -> None:
    deliveries = Deliveries()
    deliveries.hold.clear()
    host, _ = serve(blob_app(deliveries), host_json=HostJson(route_prefix="", blob_parallelism=1))
    await host.start()
    write(tmp_path, "uploads/first")
    await until(lambda: deliveries.active == 1)
    write(tmp_path, "uploads/second", b"old")
    await settled()
    write(tmp_path, "uploads/second", b"new!")
    await settled()
    deliveries.hold.set()
    await until(lambda: len(deliveries.seen) == 2)
    await settled()
    assert deliveries.seen[1:] == [("uploads/second", b"new!")]


async def test_no_more_run_at_once_than_host_json_allows(serve: Serve, tmp_path: Path) -> None:
    deliveries = Deliveries()
    deliveries.hold.clear()
    host, _ = serve(blob_app(deliveries), host_json=HostJson(route_prefix="", blob_parallelism=2))
    for n in range(6):
        write(tmp_path, f"uploads/{n}")
    await host.start()
    await settled()
    assert deliveries.most == 2
    deliveries.hold.set()
    await until(lambda: len(deliveries.seen) == 6)
    assert deliveries.most == 2


async def test_a_restart_delivers_what_was_not_finished_and_nothing_else(serve: Serve, tmp_path: Path) -> None:
    deliveries = Deliveries()
    app = blob_app(deliveries)
    host, _ = serve(app)
    await host.start()
    write(tmp_path, "uploads/done")
    await until(lambda: len(deliveries.seen) == 1)
    await settled()
    deliveries.hold.clear()
    write(tmp_path, "uploads/cut-off")
    await until(lambda: deliveries.active == 1)
    assert await host.stop(0.05) is False
    deliveries.hold.set()
    again, _ = serve(app)
    await again.start()
    await until(lambda: len(deliveries.seen) == 3)
    await settled()
    assert [name for name, _ in deliveries.seen] == ["uploads/done", "uploads/cut-off", "uploads/cut-off"]


async def test_ten_thousand_files_are_looked_through_without_holding_up_the_loop(serve: Serve, tmp_path: Path) -> None:
    deliveries = Deliveries()
    folder = tmp_path / "uploads" / "contoso"
    folder.mkdir(parents=True)
    for n in range(10_000):
        os.close(os.open(folder / f"{n}.txt", os.O_CREAT | os.O_WRONLY))
    host, _ = serve(blob_app(deliveries, "uploads/{name}.csv"))
    await host.start()
    slowest = 0.0
    ends = time.perf_counter() + 1.5
    while (started := time.perf_counter()) < ends:
        await asyncio.sleep(0.001)
        slowest = max(slowest, time.perf_counter() - started)
    assert slowest < 0.25
    write(tmp_path, "uploads/contoso/new.csv")
    await until(lambda: bool(deliveries.seen), 15)


async def test_a_blob_function_can_be_started_by_hand(serve: Serve, tmp_path: Path) -> None:
    deliveries = Deliveries()
    host, client = serve(blob_app(deliveries))
    write(tmp_path, "uploads/a", b"by hand")
    assert (await client.post("/admin/functions/ingest", json={"input": "uploads/a"})).status_code == 202
    await until(lambda: deliveries.seen == [("uploads/a", b"by hand")])
    await host.run_now("ingest", "uploads/a")
    with pytest.raises(LookupError):
        await host.run_now("ingest", "uploads/missing")
    for wrong in ("", "uploads", "uploads/../devhost/keys.json", "/etc/passwd", "uploads//a", "uploads/.a"):
        with pytest.raises(ValueError, match="container/name"):
            await host.run_now("ingest", wrong)
    deliveries.failures = 1
    with pytest.raises(FunctionFailed):
        await host.run_now("ingest", "uploads/a")


async def test_another_source_of_blobs_is_refused(serve: Serve) -> None:
    with pytest.raises(StartupError, match="DEVHOST_BLOB_SOURCE"):
        serve(blob_app(Deliveries()), settings={"DEVHOST_BLOB_SOURCE": "ftp"})


async def test_a_name_that_is_no_text_is_passed_over(serve: Serve, tmp_path: Path) -> None:
    deliveries = Deliveries()
    host, _ = serve(blob_app(deliveries))
    (tmp_path / "uploads").mkdir()
    write(tmp_path, os.fsdecode(b"uploads/\xff"))
    await host.start()
    await settled()
    write(tmp_path, "uploads/good")
    await until(lambda: bool(deliveries.seen))
    assert deliveries.seen == [("uploads/good", b"x")]
