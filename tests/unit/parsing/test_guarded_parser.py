"""The child process: what it may do, and that nothing of it is left behind."""

import asyncio
import os
import subprocess
import sys
from contextlib import aclosing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.adapters.guarded_parser import GuardedParser
from shared.services.ports import ParserFailed
from tests.unit.parsing import hostile
from tests.unit.parsing.hostile import DOCUMENTS
from tests.unit.parsing.tables import ANA, file_of

LONG = timedelta(seconds=60)


def children() -> list[int]:
    found: list[int] = []
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that ended since
            found += map(int, (task / "children").read_text().split())
    return found


def big(folder: Path, rows: int = 30_000) -> Path:
    file = folder / "big.csv"
    file.write_bytes(file_of(*([ANA[0], f"p{n}@contoso.example", *ANA[2:]] for n in range(rows))))
    return file


async def lines(parser: GuardedParser, kind: Any, file: Path, name: str | None = None) -> list[dict[str, Any]]:
    return [line async for line in parser.parse(kind, file, name or file.name)]


async def test_contacts_and_documents_come_back_as_lines(tmp_path: Path) -> None:
    parser = GuardedParser(LONG)
    file = tmp_path / "contacts.csv"
    file.write_bytes(file_of(ANA))
    found = await lines(parser, "contacts", file)
    assert [line["type"] for line in found] == ["contacts", "end"]
    found = await lines(parser, "document", DOCUMENTS / "one-pager.pdf")
    assert [line["type"] for line in found] == ["passage", "passage", "document", "picture"]
    assert found[2]["pages"] == 2
    assert children() == []


async def test_the_child_is_limited_alone_in_its_session_and_knows_nothing_of_our_environment(tmp_path: Path) -> None:
    async with aclosing(GuardedParser(LONG).parse("contacts", big(tmp_path), "big.csv")) as reading:
        await anext(reading)
        (child,) = children()
        process = Path("/proc") / str(child)
        limits = dict(
            line.rsplit(maxsplit=3)[:2] for line in (process / "limits").read_text().splitlines()[1:] if "Max" in line
        )
        environment = (process / "environ").read_bytes().split(b"\0")
        assert os.getsid(child) == child
    assert [each.partition(b"=")[0] for each in environment if each] == [b"PYTHONPATH"]
    text = str(limits)
    assert all(limit in text for limit in (str(768 * 1024 * 1024), "60", "0", "64"))
    assert children() == []


async def test_a_reader_that_stops_early_leaves_no_process(tmp_path: Path) -> None:
    parser = GuardedParser(LONG)
    async with aclosing(parser.parse("contacts", big(tmp_path), "big.csv")) as reading:
        async for _ in reading:
            break
    assert children() == []
    assert await lines(parser, "document", DOCUMENTS / "diagram.png")


async def test_a_cancelled_reader_leaves_no_process(tmp_path: Path) -> None:
    parser = GuardedParser(LONG)
    task = asyncio.create_task(lines(parser, "contacts", big(tmp_path)))
    await asyncio.sleep(0.3)
    assert len(children()) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert children() == []
    assert await lines(parser, "document", DOCUMENTS / "diagram.png")


async def test_the_wall_limit_ends_it(tmp_path: Path) -> None:
    with pytest.raises(ParserFailed) as failure:
        await lines(GuardedParser(timedelta(seconds=0.02)), "contacts", big(tmp_path))
    assert failure.value.code == "too_slow"
    assert children() == []


async def test_time_the_caller_takes_is_not_held_against_the_child(tmp_path: Path) -> None:
    types = []
    async for line in GuardedParser(timedelta(seconds=3)).parse("contacts", big(tmp_path, 1_000), "big.csv"):
        types.append(line["type"])
        await asyncio.sleep(0.8)
    assert types[-1] == "end"
    assert len(types) == 5


async def test_one_child_runs_at_a_time(tmp_path: Path) -> None:
    parser = GuardedParser(LONG)
    file = big(tmp_path, 3_000)
    tasks = [asyncio.create_task(lines(parser, "contacts", file)) for _ in range(3)]
    most = 0
    while not all(task.done() for task in tasks):
        most = max(most, len(children()))
        await asyncio.sleep(0.01)
    assert most == 1
    assert all(task.result()[-1]["contacts"] == 3_000 for task in tasks)


async def test_a_child_that_dies_is_a_failure_of_the_file_not_of_ours(tmp_path: Path) -> None:
    reading = GuardedParser(LONG).parse("contacts", big(tmp_path), "big.csv")
    async with aclosing(reading):
        await anext(reading)
        os.kill(children()[0], 9)
        with pytest.raises(ParserFailed) as failure:
            async for _ in reading:
                pass
    assert failure.value.code == "parser_died"


async def test_a_missing_file_is_answered_not_raised(tmp_path: Path) -> None:
    (line,) = await lines(GuardedParser(LONG), "document", tmp_path / "gone.pdf")
    assert line["type"] == "rejected"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (hostile.bomb(), "a.docx"),
        (hostile.pdf_bomb(), "a.pdf"),
        (hostile.cyclic_pdf(), "a.pdf"),
        (hostile.lying_size(), "a.docx"),
    ],
)
async def test_hostile_files_end_in_an_answer(tmp_path: Path, content: bytes, name: str) -> None:
    file = tmp_path / "upload"
    file.write_bytes(content)
    (line,) = await lines(GuardedParser(LONG), "document", file, name)
    assert line["type"] == "rejected"


@pytest.mark.slow
async def test_a_file_that_needs_more_memory_than_allowed_is_refused_and_the_parent_lives(tmp_path: Path) -> None:
    file = tmp_path / "upload"
    file.write_bytes(hostile.hungry_docx(120))
    try:
        (line,) = await lines(GuardedParser(LONG), "document", file, "a.docx")
        code = line["code"]
    except ParserFailed as failure:
        code = failure.code
    assert code == "too_much_memory"


def test_the_guard_explains_itself_to_whoever_calls_it_wrongly() -> None:
    done = subprocess.run([sys.executable, "-m", "shared.parsing.guard"], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "usage" in done.stderr
