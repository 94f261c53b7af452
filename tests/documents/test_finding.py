"""Languages and architecture diagrams: how many are found, and how many are found that are not there."""

import sys
from pathlib import Path

import pytest

from shared.parsing.documents.language import language_of
from shared.parsing.documents.reading import parse_document
from tests.documents import puzzles
from tests.documents.corpus.office import write_pptx
from tests.documents.finding import Finding, counted, of_the_corpus


def test_languages_and_diagrams_of_the_corpus(capsys: pytest.CaptureFixture[str]) -> None:
    languages, diagrams = of_the_corpus()
    with capsys.disabled():
        sys.stdout.write(f"\ncorpus, languages: {languages}\ncorpus, diagrams: {diagrams}\n")
    assert (languages.wrong, diagrams.wrong) == ([], [])
    assert languages.recall >= 0.95, languages.missed
    assert diagrams.recall >= 0.95, diagrams.missed


def test_languages_of_single_sentences_and_lines(capsys: pytest.CaptureFixture[str]) -> None:
    sentences = counted((name, truth, language_of([text])) for name, truth, text in puzzles.SENTENCES)
    lines = counted((text, truth, language_of([text])) for truth, text in puzzles.LINES)
    with capsys.disabled():
        sys.stdout.write(f"\nsentences, languages: {sentences}\nlines, languages: {lines}\n")
    assert (sentences.wrong, sentences.missed) == ([], [])
    assert lines.precision >= 0.9, lines.wrong
    assert lines.recall >= 0.7, lines.missed


def test_diagrams_of_slides_that_are_hard_to_tell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = Finding()
    for name, truth, slide in puzzles.SLIDES:
        file = tmp_path / "content"
        write_pptx(file, puzzles.deck(slide))
        told = next(line for line in parse_document(file, "deck.pptx") if line["type"] == "document")
        found.count(name, truth, told["diagram"]["found"])
    with capsys.disabled():
        sys.stdout.write(f"\nhard slides, diagrams: {found}\n")
    assert found.precision >= 0.9, found.wrong
    assert found.recall >= 0.7, found.missed
