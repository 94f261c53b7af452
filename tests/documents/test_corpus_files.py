"""The corpus itself: what it must have, and that programs which are not ours say the same of it."""

import shutil
from collections import Counter

import pytest

from tests.documents.corpus.oracles import pages_of, size_of
from tests.documents.samples import FOLDER, TYPES, expected

SIZED = sorted(name for name, facts in expected().items() if facts["type"] in ("jpg", "png", "mp4"))


def test_every_file_has_its_facts_and_every_type_has_files() -> None:
    assert {file.name for file in FOLDER.iterdir()} - {"facts.json"} == expected().keys()
    kinds = Counter(facts["type"] for facts in expected().values())
    assert kinds.keys() == set(TYPES)
    assert min(kinds.values()) >= 5
    assert kinds.total() >= 40


def test_every_language_is_written_in_several_formats() -> None:
    kinds = {(facts["language"], facts["type"]) for facts in expected().values() if facts.get("language")}
    assert min(Counter(language for language, _ in kinds).values()) >= 4
    assert {language for language, _ in kinds} == {"en", "fr", "de", "es", "pt", "ru"}


@pytest.mark.parametrize("name", SIZED)
def test_mediainfo_says_the_same_of_pictures_and_films(name: str) -> None:
    facts = expected()[name]
    width, height, seconds = size_of(FOLDER / name)
    assert (width, height) == (facts["width"], facts["height"])
    assert facts.get("duration") is None or seconds == pytest.approx(facts["duration"], abs=0.2)


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="pdfinfo (poppler-utils) is not installed")
def test_poppler_says_the_same_of_pages() -> None:
    for name in expected():
        if name.endswith(".pdf"):
            assert pages_of(FOLDER / name) == expected()[name]["pages"], name
