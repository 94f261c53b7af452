"""A contacts file from upload to in force, beside what is allowed: 100,000 rows in 20 s and 250 MB, parent and child.

    python -m benchmarks.contacts_import [rows] [--json]

Over the embedded store and files, through the trigger's own function, which gets the whole blob in memory as on the
platform. The floor is csv.reader alone over the same file; the same file again must change nothing. Then a list that
changes half of it is compared and put in force, and one with a wrong row comes back with its column of errors.
"""

from __future__ import annotations

import asyncio
import csv
import io
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

import function_app
from devhost.conversion import input_stream
from devhost.indexing import functions_of
from shared import bootstrap
from shared.domain.offers.commands import CreateOffer
from shared.domain.offers.upload import Place, Upload
from shared.domain.organizations.organization import Caller, Organization, Role
from shared.services.ports import UPLOADS_CONTAINER
from shared.settings import read_settings

ROWS = 100_000
SECONDS = 20.0
MEGABYTES = 250.0
CONTOSO = Caller(Organization("contoso", "Contoso", "partner", "FR"), "bench", frozenset({Role.ACCOUNT_ADMIN}))


def contacts(rows: int, *, title: str = "Alliance manager, EMEA", skip: int = 0, wrong: bool = False) -> bytes:
    """Rows of about 125 bytes: lists in quotes, accents, five hundred domains.

    Those with an even number have another `title`, `skip` of them are not there and as many new ones are.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["Name*", "Email*", "Job title*", "Role*", "Countries/Regions*", "States/Provinces"])
    for number in range(skip, rows + skip):
        email = f"person{number}@company{number % 500}.example"
        territory = ["US, CA, FR", "US-CA, CA-ON"]
        job = "Alliance manager, EMEA" if number % 2 else title
        writer.writerow([f"Zoë Contact {number}", email, job, "Partner sales", *territory])
    if wrong:
        writer.writerow(["Cy", "nobody", "Boss", "Partner sales", "FR", ""])
    return text.getvalue().encode()


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[bootstrap.Services]:
    organizations = Path(__file__).parents[1] / "demo" / "organizations.json"
    settings = {"LOCAL_DATA": str(folder), "LOCAL_ORGANIZATIONS": str(organizations)}
    services = bootstrap.build(read_settings(settings))
    await bootstrap.seed_local_organizations(services)
    bootstrap.use(services)
    yield services
    await bootstrap.close()


@dataclass
class Figures:
    """`right`: it was imported, the same file again changed nothing, and another one what it says."""

    rows: int
    bytes: int
    right: bool
    seconds: float
    cpu_seconds: float
    floor_seconds: float
    progress: list[int]
    parent_megabytes: float
    child_megabytes: float
    again_seconds: float
    changed_seconds: float
    refused_seconds: float


@dataclass
class Run:
    """What one upload came to: its final record, the time it took, the progress and the memory seen meanwhile."""

    record: Upload
    seconds: float
    progress: list[int]
    child_megabytes: float


async def take_in(services: bootstrap.Services, offer: str, content: bytes, name: str) -> Run:
    """Upload a file and run the trigger on it."""
    started = time.perf_counter()
    place = Place("contoso", offer, "contacts", None, name)
    record = await services.uploads.receive(place, content, CONTOSO)
    facts = await services.blobs.head(UPLOADS_CONTAINER, place.path)
    assert facts is not None
    (ingest,) = [each for each in functions_of(function_app.app) if each.get_function_name() == "ingest_upload"]
    blob = input_stream(f"{UPLOADS_CONTAINER}/{place.path}", "", content, facts.etag, facts.modified_at)
    run = asyncio.create_task(ingest.get_user_function()(blob))
    seen: list[int] = []
    child = 0.0
    while not run.done():
        await asyncio.wait([run], timeout=0.1)
        child = max([child, *(peak_megabytes(pid) for pid in children())])
        progress = (await services.uploads.read(record["id"], CONTOSO))["progress"]
        if progress and progress["rows"] not in seen:
            seen.append(progress["rows"])
    await run
    final = await services.uploads.read(record["id"], CONTOSO)
    return Run(final, time.perf_counter() - started, seen, child)


def children() -> list[str]:
    """Processes of ours, by id."""
    return [pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()]


def peak_megabytes(pid: str) -> float:
    """The most memory a process has held; getrusage would count what its parent held when it started."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return max((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), default=0.0)


def floor(content: bytes) -> float:
    """Seconds that csv.reader alone takes."""
    started = time.perf_counter()
    for _ in csv.reader(io.StringIO(content.decode())):
        pass
    return time.perf_counter() - started


async def import_once(rows: int) -> Figures:
    """Run it once."""
    content = contacts(rows)
    least = floor(content)
    with tempfile.TemporaryDirectory() as folder:
        async with desk(Path(folder)) as services:
            command = CreateOffer.model_validate({"name": "b", "offerType": "saas", "availableCountries": ["FR"]})
            offer = (await services.offers.create(command, CONTOSO)).document["id"]
            first = await take_in(services, offer, content, "contacts.csv")
            version = (await services.offers.read(offer, CONTOSO))["version"]
            again = await take_in(services, offer, content, "again.csv")
            unchanged = (await services.offers.read(offer, CONTOSO))["version"] == version
            half = contacts(rows, title="Director", skip=rows // 10)
            changed = await take_in(services, offer, half, "changed.csv")
            refused = await take_in(services, offer, contacts(rows, wrong=True), "refused.csv")
            back, _ = await services.returned_files.read(refused.record)
    statuses = tuple(run.record["status"] for run in (first, again, changed, refused))
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(each.ru_utime + each.ru_stime for each in used)
    parent = peak_megabytes("self")
    right = statuses == ("done", "unchanged", "done", "rejected") and unchanged
    right = right and changes(rows).items() <= changed.record["result"].items() and back.count(b"\n") == rows + 2
    return Figures(
        rows,
        len(content),
        right,
        first.seconds,
        cpu,
        least,
        first.progress,
        parent,
        max(run.child_megabytes for run in (first, again, changed, refused)),
        again.seconds,
        changed.seconds,
        refused.seconds,
    )


def changes(rows: int) -> dict[str, int]:
    """What the list with another title changes in the first one."""
    moved = rows // 10
    changed = (rows + 1) // 2 - (moved + 1) // 2
    return {"added": moved, "removed": moved, "changed": changed, "untouched": rows - moved - changed}


def main() -> None:
    rows = int(sys.argv[1]) if sys.argv[1:] and sys.argv[1].isdigit() else ROWS
    found = asyncio.run(import_once(rows))
    if "--json" in sys.argv:
        print(orjson.dumps(found).decode())
        return
    print(f"{rows:,} contacts, {found.bytes / 1e6:.1f} MB, in force in {found.seconds:.1f} s (allowed {SECONDS:.0f})")
    print(f"  CPU {found.cpu_seconds:.1f} s in all; csv.reader alone {found.floor_seconds:.2f} s")
    print(f"  progress seen at {found.progress}")
    memory = f"parent {found.parent_megabytes:.0f} MB, child {found.child_megabytes:.0f} MB"
    print(f"  peak memory: {memory} (allowed {MEGABYTES:.0f} together)")
    print(f"  the same file again: {found.again_seconds:.2f} s; right: {found.right}")
    print(f"  a list that changes half of it: {found.changed_seconds:.1f} s")
    print(f"  one with a wrong row, given back: {found.refused_seconds:.1f} s")
    within = found.seconds <= SECONDS and found.parent_megabytes + found.child_megabytes <= MEGABYTES
    sys.exit(0 if found.right and within else 1)


if __name__ == "__main__":
    main()
