"""Every file of the corpus through the guarded parser: each fact is the one it was made with.

Language and diagrams, which are found and not read, are counted by test_finding.py."""

from pathlib import Path

import pytest

from tests.documents.reading import Outcome, read
from tests.documents.samples import FOLDER, Facts, expected

DRAWN = ("pdf", "jpg", "png")
SAME = ("title", "author", "pages", "slides", "sheets", "pictures", "width", "height")


def squeezed(text: str) -> str:
    """Without blanks and hyphens, which a PDF puts where its lines end."""
    return "".join(text.split()).replace("-", "").replace("\u00ad", "")


def differences(facts: Facts, outcome: Outcome) -> list[str]:
    """What is not as it should be, in words."""
    told = outcome.document
    found = [
        f"{fact}: {told[fact]!r}, not {facts[fact]!r}" for fact in SAME if fact in facts and told[fact] != facts[fact]
    ]
    for part, words in facts.get("words", {}).items():
        text = squeezed(outcome.parts.get(part, ""))
        found += [f"part {part} lacks {word!r}" for word in words if squeezed(word) not in text]
    links = sorted(link["url"] for link in told["links"])
    if links != facts.get("links", []):
        found.append(f"links: {links}, not {facts['links']}")
    if "duration" in facts and told["duration"] != pytest.approx(facts["duration"], abs=0.2):
        found.append(f"duration: {told['duration']}, not {facts['duration']}")
    return found


@pytest.mark.parametrize("name", expected())
async def test_every_fact_is_told_as_it_is(name: str, tmp_path: Path) -> None:
    """The file lies there as the service puts it: without its name."""
    file = tmp_path / "content"
    file.symlink_to(FOLDER / name)
    outcome = await read(file, name)
    assert outcome.code is None, outcome.message
    assert differences(expected()[name], outcome) == []
    if expected()[name]["type"] in DRAWN:
        assert outcome.picture is not None
        assert 0 < max(outcome.picture["width"], outcome.picture["height"]) <= 2_000
