import time
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.parsing import guard
from shared.parsing.documents.content import MAX_TEXT, Content, Part, clean, fact
from shared.parsing.documents.file_type import CONTENT_TYPE_OF, check_type
from tests.unit.parsing import hostile
from tests.unit.parsing.hostile import DOCUMENTS, MAIN

IN_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)


def read(file: Path, name: str) -> dict[str, Any]:
    """The line `document` or `rejected`, with the text of all passages and the picture."""
    lines = list(guard.parse("document", file, name))
    (told,) = (line for line in lines if line["type"] in ("document", "rejected"))
    parts: dict[int, list[str]] = {}
    for line in lines:
        if line["type"] == "passage":
            parts.setdefault(line["part"]["number"], []).append(line["text"])
    text = "\f".join("\n".join(passages) for passages in parts.values())
    return {**told, "text": text, "picture": next((each for each in lines if each["type"] == "picture"), None)}


def parsed(folder: Path, content: bytes, name: str) -> dict[str, Any]:
    file = folder / "upload"
    file.write_bytes(content)
    return read(file, name)


@pytest.mark.parametrize(
    ("name", "title", "author", "counted", "words"),
    [
        ("one-pager.pdf", "Fabrikam one-pager", "Fabrikam", {"pages": 2}, ["ERP to the cloud", "\fSecond page"]),
        ("print-locked.pdf", "Fabrikam one-pager", "Fabrikam", {"pages": 2}, ["ERP to the cloud"]),
        (
            "pitch-deck.pptx",
            "Fabrikam Migrator pitch",
            "Léo Roux",
            {"slides": 3},
            ["ninety days", "West Europe", "Mention the Contoso case", "спасибо"],
        ),
        ("case-study.docx", "Customer case study", "Ana Lima", {}, ["saved 40 %", "Before\nAfter"]),
        ("case-study.doc", "Customer case study", "Ana Lima", {}, ["saved 40 %", "Before\tAfter"]),
        ("wins.xlsx", "Customer wins", "Alliance desk", {"sheets": 2}, ["Contoso\t125000", "\fNotes\nSecond sheet"]),
        ("wins.xls", None, None, {"sheets": 1}, ["Wins\nContoso"]),
        ("diagram.png", None, None, {}, [""]),
        ("diagram.jpg", None, None, {}, [""]),
    ],
)
def test_facts_of_files_that_real_programs_wrote(
    tmp_path: Path, name: str, title: str | None, author: str | None, counted: dict[str, int], words: list[str]
) -> None:
    line = parsed(tmp_path, (DOCUMENTS / name).read_bytes(), name)  # the file itself has no name to go by
    assert line["type"] == "document"
    assert line["contentType"] == CONTENT_TYPE_OF[name.rpartition(".")[2]]
    assert (line["title"], line["author"], line["truncated"]) == (title, author, False)
    assert {key: line[key] for key in ("pages", "slides", "sheets") if line[key] is not None} == counted
    assert all(word in line["text"] for word in words)


@pytest.mark.parametrize("name", ["case-study.docx", "pitch-deck.pptx", "wins.xlsx"])
def test_a_file_that_says_nothing_of_itself_is_given_no_title_and_no_date(tmp_path: Path, name: str) -> None:
    line = parsed(tmp_path, hostile.without_properties((DOCUMENTS / name).read_bytes()), name)
    assert line["type"] == "document"
    told = [line[fact] for fact in ("title", "author", "contentCreatedAt", "contentModifiedAt")]
    assert told == [None, None, None, None]


@pytest.mark.parametrize(
    ("stream", "name"), [("WordDocument", "a.doc"), ("PowerPoint Document", "a.ppt"), ("Book", "a.xls")]
)
def test_old_office_files_are_told_apart_by_their_streams(tmp_path: Path, stream: str, name: str) -> None:
    (tmp_path / "upload").write_bytes(hostile.ole_with(stream))
    assert check_type(tmp_path / "upload", name) == name[2:]


def test_a_video_is_known_and_a_telephone_picture_in_the_same_wrapping_is_not(tmp_path: Path) -> None:
    assert parsed(tmp_path, hostile.mp4(), "tour.MP4")["contentType"] == "video/mp4"
    assert parsed(tmp_path, hostile.HEIC, "tour.mp4")["code"] == "unknown_type"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "empty_file"),
        (b"hello", "a.pdf", "unknown_type"),
        (b"<html></html>", "a.docx", "unknown_type"),
        (b" %PDF-1.7", "a.pdf", "unknown_type"),
        (b"%PDF-1.7", "a.exe", "unknown_type"),
        (b"%PDF-1.7", "noname", "unknown_type"),
        ((DOCUMENTS / "one-pager.pdf").read_bytes(), "a.docx", "type_mismatch"),
        (hostile.DOCX, "a.pptx", "type_mismatch"),
        ((DOCUMENTS / "diagram.png").read_bytes(), "a.jpg", "type_mismatch"),
        (hostile.ole_with("WordDocument"), "a.docx", "type_mismatch"),
        (hostile.ole_with("Mail"), "a.doc", "unknown_type"),
        ((DOCUMENTS / "locked.docx").read_bytes(), "a.docx", "encrypted"),
        ((DOCUMENTS / "locked.pdf").read_bytes(), "a.pdf", "encrypted"),
        (hostile.locked_part(), "a.docx", "encrypted"),
        (hostile.ole_with("_VBA_PROJECT_CUR"), "a.xls", "macros"),
        ((DOCUMENTS / "one-pager.pdf").read_bytes()[:300], "a.pdf", "broken"),
        (hostile.DOCX[:20_000], "a.docx", "broken"),
        (hostile.DOCX[:-22] + b"0" * 22, "a.docx", "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "a.doc", "broken"),
        (hostile.docx_with(MAIN, b"<not-a-document"), "a.docx", "broken"),
        (hostile.bomb(), "a.docx", "bomb"),
        (hostile.many_parts(), "a.docx", "bomb"),
        (hostile.lying_size(), "a.docx", "bomb"),
        (hostile.overlapping(), "a.docx", "bomb"),
        (hostile.docx_with("word/styles.xml", hostile.LAUGHS), "a.docx", "unsafe_xml"),
        (
            hostile.docx_with("word/styles.xml", b"<a>" + b" " * 70_000 + hostile.LAUGHS[20:], ZIP_STORED),
            "a.docx",
            "unsafe_xml",
        ),
        (hostile.docx_with("word/styles.xml", "<?xml version='1.0'?><a/>".encode("utf-16")), "a.docx", "unsafe_xml"),
        (hostile.docx_with("word/styles.xml", b"<?xml version='1.0' encoding='utf-7'?><a/>"), "a.docx", "unsafe_xml"),
    ],
)
def test_what_is_refused_says_why_and_what_to_do(tmp_path: Path, content: bytes, name: str, code: str) -> None:
    started = time.process_time()
    line = parsed(tmp_path, content, name)
    assert (line["type"], line["code"]) == ("rejected", code)
    assert len(line["message"]) > 30
    assert time.process_time() - started < 2


def test_macros_are_refused_whatever_the_name_says(tmp_path: Path) -> None:
    for file, kind in (
        ("case-study.docx", b"wordprocessingml.document"),
        ("pitch-deck.pptx", b"presentationml.presentation"),
    ):
        plain = b"vnd.openxmlformats-officedocument." + kind + b".main+xml"
        content = hostile.with_content_type(file, plain, b"vnd.ms-office.macroEnabled.main+xml")
        assert parsed(tmp_path, content, file)["code"] == "macros"


def test_a_slide_show_is_none_of_the_ten(tmp_path: Path) -> None:
    content = hostile.with_content_type("pitch-deck.pptx", b"presentation.main+xml", b"slideshow.main+xml")
    assert parsed(tmp_path, content, "a.pptx")["code"] == "unknown_type"


def test_a_drawing_with_a_doctype_is_no_danger(tmp_path: Path) -> None:
    drawing = b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x"><svg/>'
    assert parsed(tmp_path, hostile.docx_with("word/media/x.svg", drawing), "a.docx")["type"] == "document"


def test_a_cyclic_page_tree_does_not_become_a_million_pages(tmp_path: Path) -> None:
    started = time.process_time()
    line = parsed(tmp_path, hostile.cyclic_pdf(), "a.pdf")
    assert (line["type"], line["code"]) == ("rejected", "broken")
    assert time.process_time() - started < 5


def test_a_pdf_bomb_is_refused_or_yields_no_text(tmp_path: Path) -> None:
    line = parsed(tmp_path, hostile.pdf_bomb(), "a.pdf")
    assert line.get("code") == "bomb" or line["text"] == ""


@IN_FOLDER
@given(
    st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x89PNG\r\n\x1a\n"]),
    st.binary(max_size=1_000),
    st.sampled_from([f"a.{extension}" for extension in CONTENT_TYPE_OF]),
)
def test_no_bytes_raise(tmp_path: Path, magic: bytes, content: bytes, name: str) -> None:
    assert parsed(tmp_path, magic + content, name)["type"] in ("document", "rejected")


@IN_FOLDER
@given(
    st.sampled_from(["case-study.docx", "wins.xlsx", "pitch-deck.pptx", "locked.docx", "wins.xls"]),
    st.data(),
)
def test_no_damage_raises(tmp_path: Path, name: str, data: st.DataObject) -> None:
    content = bytearray((DOCUMENTS / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(content)))
    line = parsed(tmp_path, bytes(content[:cut]), name)
    assert line["type"] in ("document", "rejected")


def test_text_is_cut_at_a_million_characters_and_says_so() -> None:
    content = Content()
    content.add(Part("page", 1, "a" * (MAX_TEXT - 10)))
    assert not content.is_full
    content.add(Part("page", 2, "b" * 20))
    assert content.is_full
    assert len(content.text()) == MAX_TEXT


def test_control_characters_and_surrogates_are_no_text() -> None:
    assert clean("a\x00b\ud800c \r\nd\x0be") == "abc\nd\ne"
    assert (fact(" a\nb "), fact(""), fact(None), fact(b"x")) == ("a b", None, None, None)
