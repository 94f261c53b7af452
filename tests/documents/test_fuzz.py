"""Good files changed at random: whatever comes of them, it is a document or a refusal with a reason, and in time.

make fuzz        250 mutations a type, others each time (FUZZ_MUTATIONS=1000 FUZZ_SEED=...)
"""

import os
import secrets
from collections import Counter
from pathlib import Path

import pytest

from tests.documents import parent
from tests.documents.mutating import mutated
from tests.documents.reading import SECONDS
from tests.documents.samples import TYPES

CODES = frozenset({
    "document", "empty_file", "unknown_type", "type_mismatch", "two_in_one", "encrypted", "macros", "broken", "bomb",
    "unsafe_xml", "too_many_pixels", "too_much_memory", "too_slow", "too_much_output", "parser_died",
})  # fmt: skip
ALWAYS = 20  # mutations a type in `make test`
MEGABYTES = 300


def outcomes(folder: Path, kind: str, seed: str, number: int) -> tuple[Counter[str], list[str]]:
    """What became of the mutations, and what went wrong: their seeds say how to make them again."""
    files = []
    for n in range(number):
        file = folder / str(n)
        file.write_bytes(mutated(kind, f"{seed}/{n}"))
        files.append((file, f"a.{kind}"))
    answers = parent.run(files, seconds=20 * number)
    wrong = [
        f"mutated({kind!r}, '{seed}/{n}'): {answer}"
        for n, answer in enumerate(answers)
        if answer.end not in CODES or answer.seconds > SECONDS or answer.megabytes > MEGABYTES
    ]
    return Counter(answer.end for answer in answers), wrong


@pytest.mark.slow
@pytest.mark.parametrize("kind", TYPES)
def test_twenty_mutations_a_type(kind: str, tmp_path: Path) -> None:
    """The same each time."""
    _, wrong = outcomes(tmp_path, kind, "always", ALWAYS)
    assert wrong == []


@pytest.mark.fuzz
@pytest.mark.parametrize("kind", TYPES)
def test_mutations_never_seen_before(kind: str, tmp_path: Path, record_property) -> None:  # type: ignore[no-untyped-def]
    number, seed = int(os.environ.get("FUZZ_MUTATIONS", "250")), os.environ.get("FUZZ_SEED") or secrets.token_hex(4)
    ends, wrong = outcomes(tmp_path, kind, seed, number)
    record_property("outcomes", dict(ends))
    assert wrong == [], f"FUZZ_SEED={seed}"
