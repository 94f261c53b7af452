"""Whether a document holds or names an architecture diagram, and on what evidence."""

from __future__ import annotations

from typing import Any

import pytest

from shared.parsing.documents.content import Content, Part
from shared.parsing.documents.diagrams import diagram_in


def found(*parts: Part, links: tuple[str, ...] = ()) -> dict[str, Any]:
    content = Content()
    for part in parts:
        content.add(part)
    for url in links:
        content.link(url)
    told = diagram_in(content)
    assert told is not None
    return told


def slide(title: str, text: str = "", **more: Any) -> Part:
    return Part("slide", 7, f"{title}\n{text}", title, **more)


@pytest.mark.parametrize(
    "title",
    [
        "Reference architecture", "Architecture diagram", "Solution architecture", "Referenzarchitektur",
        "Architekturdiagramm", "Lösungsarchitektur", "Architecture de référence", "Schéma d’architecture",
        "Arquitectura de referencia", "Diagrama de arquitectura", "Arquitetura de referência",
        "Diagrama da arquitetura", "Эталонная архитектура", "Схема архитектуры", "Архитектура решения",
    ],
)  # fmt: skip
def test_a_title_in_six_languages_is_enough(title: str) -> None:
    told = found(slide(title))
    assert told["found"]
    assert told["evidence"][0]["text"] == title
    assert told["evidence"][0]["part"] == {"kind": "slide", "number": 7}


@pytest.mark.parametrize(
    "text",
    [
        "We work with architects.", "Our team has won prizes for landscape architecture.", "Das Architekturbüro Müller",
        "This deck comes without a reference architecture.", "Es gibt noch keine Referenzarchitektur.",
        "An enterprise architecture practice with forty years of experience, in every industry.",
        "Sales by region, see the diagram", "Нет эталонной архитектуры",
    ],
)  # fmt: skip
def test_other_architecture_and_what_is_denied_do_not_count(text: str) -> None:
    assert not found(slide("Who we are", text))["found"]


def test_a_reference_to_a_diagram_elsewhere_counts() -> None:
    assert found(slide("Next steps", "The architecture diagram is attached to the offer."))["found"]
    assert found(slide("Architecture"), links=("https://app.diagrams.example/x.drawio",))["score"] > 0.7


def test_a_drawing_alone_is_not_enough_and_under_its_title_is_nearly_certain() -> None:
    drawn = {"shapes": 9, "connectors": 6}
    assert not found(slide("Our people", "Ana\nBo\nCem", **drawn))["found"]
    assert found(slide("Architecture", "Gateway\nDatabase", **drawn))["score"] > 0.8


def test_each_kind_of_evidence_counts_once_and_little_of_it_is_shown() -> None:
    once = found(slide("Reference architecture"))
    often = found(*(slide("Reference architecture") for _ in range(50)))
    assert often["score"] == once["score"]
    assert len(often["evidence"]) == 10


def test_nothing_is_said_of_what_has_nothing_to_say() -> None:
    assert diagram_in(Content()) is None
