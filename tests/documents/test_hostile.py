"""Hostile files through the guarded parser: each ends for the right reason and in time, and the next file is read."""

from itertools import groupby
from pathlib import Path

import pytest

from tests.documents import parent
from tests.documents.hostile import CUT, GROUPS
from tests.documents.hostile.case import Case
from tests.documents.reading import SECONDS
from tests.documents.samples import FOLDER

MEGABYTES = 300
GOOD = (FOLDER / "wins-de.xls", "wins-de.xls")
FOLLOWED = 8  # hostile files, then a good one
CUT_BY_TYPE = {kind: list(cases) for kind, cases in groupby(CUT, key=lambda case: case.file)}


def run(folder: Path, cases: list[Case]) -> list[str]:
    """What went wrong, in words. A good file follows some of them, and the last of all."""
    files: list[parent.Given] = []
    for at, case in enumerate(cases):
        file = folder / str(at)
        file.write_bytes(case.make())
        files += [(file, case.file), *([GOOD] if at % FOLLOWED == 0 or at == len(cases) - 1 else [])]
    wrong, following = [], iter(cases)
    for (file, name), answer in zip(files, parent.run(files), strict=True):
        if (file, name) == GOOD:
            wrong += [] if answer.end == "document" else [f"the good file after it: {answer}"]
            continue
        case = next(following)
        late = answer.seconds > SECONDS
        unexplained = answer.end != "document" and not answer.message
        if answer.end not in case.codes or late or unexplained or answer.megabytes > MEGABYTES:
            wrong.append(f"{case.name} ({case.file}), {' or '.join(case.codes)}: {answer}")
    return wrong


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
def test_each_is_refused_for_the_right_reason_and_the_next_file_is_read(group: str, tmp_path: Path) -> None:
    assert run(tmp_path, GROUPS[group]) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", CUT_BY_TYPE)
def test_a_file_cut_off_anywhere_is_refused_or_read_as_far_as_it_goes(name: str, tmp_path: Path) -> None:
    assert run(tmp_path, CUT_BY_TYPE[name]) == []
