"""Text cut into pieces that can be stored and found whole."""

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.directory.words import MAX_TERMS, words_of
from shared.parsing.documents.passages import MAX_PASSAGE, passages_of

TEXTS = st.text(st.sampled_from("ab éж漢😀\n\t.-/") | st.characters(codec="utf-8"), max_size=3_000)
WORDS = st.lists(st.sampled_from(["ERP", "migré", "облако", "漢字", "a/b", "x" * 9_000, "\n"]) | st.integers().map(str))


def test_a_short_text_is_one_passage_with_its_words() -> None:
    assert list(passages_of("Reference architecture\nof the Migrator")) == [
        ("Reference architecture\nof the Migrator", ["reference", "architecture", "migrator"])
    ]
    assert list(passages_of(" \n ")) == []


def test_a_page_of_many_words_is_cut_between_lines() -> None:
    lines = [" ".join(f"word{line}x{n}" for n in range(50)) for line in range(10)]
    passages = list(passages_of("\n".join(lines)))
    assert [text for text, _ in passages] == ["\n".join(lines[at : at + 4]) for at in (0, 4, 8)]


def test_what_has_no_lines_and_no_blanks_is_cut_all_the_same() -> None:
    for text in ("x" * 100_000, ".".join(f"w{n}" for n in range(3_000)), "漢" * 50_000):
        passages = list(passages_of(text))
        assert "".join(piece for piece, _ in passages) == text


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, max_size=8).map(lambda each: " ".join(each * 4)))
def test_every_passage_fits_and_nothing_is_lost(text: str) -> None:
    passages = list(passages_of(text))
    for piece, terms in passages:
        assert len(piece.encode()) <= MAX_PASSAGE
        assert len(terms) <= MAX_TERMS
    assert "".join("".join(piece.split()) for piece, _ in passages) == "".join(text.split())


@settings(max_examples=60, deadline=None)
@given(WORDS.map(lambda each: " ".join(each * 9)))
def test_every_word_of_a_passage_is_among_its_terms(text: str) -> None:
    for piece, terms in passages_of(text):
        assert set(terms) == {word for line in piece.split("\n") for word in words_of(line)}
