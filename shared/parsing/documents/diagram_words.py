"""How people name architecture diagrams in six languages [ours]. The patterns meet text that is casefolded and without
accents; и stands for й too.
"""

from __future__ import annotations

import re
from typing import Final


def _any(*alternatives: str) -> str:
    return f"(?:{'|'.join(alternatives)})"


_ENGLISH_KINDS: Final = _any(
    "deployment", "network", "component", "data ?flow", "infrastructure", "topology", "system context", "container",
    "sequence",
)  # fmt: skip

NAMED: Final = re.compile(
    _any(
        r"reference architectures?",
        r"architectur(?:e|al) (?:diagram|drawing|blueprint)s?",
        r"referenzarchitektur\w*",
        r"architektur-?(?:diagramm|bild|schaubild|skizze|zeichnung)\w*",
        r"architectures? de reference",
        r"(?:diagramme|schema)s? d.architecture",
        r"arquitecturas? de referencia",
        r"(?:diagrama|esquema)s? de (?:la )?arquitectura",
        r"arquiteturas? de referencia",
        r"(?:diagrama|esquema)s? d[ae] arquitetura",
        r"(?:эталонн|референсн|типов)\w+ архитектур\w+",
        r"(?:схем|диаграмм)\w+ архитектур\w+",
        r"архитектурн\w+ (?:схем|диаграмм)\w+",
    )
)
"""An architecture diagram, by its name."""

ARCHITECTURE: Final = re.compile(
    rf"\b{_any('architectures?', 'arquitecturas?', 'arquiteturas?')}\b"
    r"|\b(?:\w+-?)?architektur(?:en|ubersicht)?\b|\bархитектур(?:а|ы|е|у|ои|ою)?\b"
)

DIAGRAM: Final = re.compile(
    _any(
        rf"\b{_ENGLISH_KINDS} diagrams?\b",
        r"\bnetwork topology\b",
        r"(?:netzwerk|datenfluss|komponenten|verteilungs|system)-?(?:diagramm|plan)",
        r"\b(?:diagramme|schema)s? (?:de|du|des) (?:flux|reseau|deploiement|composants|systeme)",
        r"\bdiagramas? de (?:red|despliegue|flujo|componentes|rede|implantacao|fluxo|sistema)\b",
        r"\b(?:схем|диаграмм)\w+ (?:сети|развертывания|компонентов|потоков|системы)\b",
    )
)
"""A diagram of the kinds that architectures are drawn in."""

NOT_MEANT: Final = re.compile(
    _any(
        r"\b(?:landscape|interior|building|urban|naval) architecture",
        r"\barchitecture (?:firm|school|museum|prize|award|practice|student)",
        r"architektur(?:buro|preis|studium|museum)",
        r"архитектур\w* (?:бюро|премия)",
    )
)

DENIED: Final = re.compile(
    r"\b"
    + _any(
        *("no", "not", "without", "lacks?", "missing", "never", "ohne", "keine?", "nicht", "fehlt", "sans", "pas"),
        *("aucune?", "sin", r"ningun\w*", "sem", r"nenhum\w*", "без", "нет", "не"),
    )
    + r"(?:\s+\S+){0,3}\s*$"
)
"""What stands before a thing that is not there."""

LINK: Final = re.compile(
    r"architect(?:ure|ural)|arquitec?tura|architektur|diagram|\.drawio|\.vsdx?\b|draw\.io|lucidchart|lucid\.app"
    r"|miro\.com/app/board"
)

STEMS: Final = (
    "rchite", "rquite", "diagram", "topolog", "schéma", "schema", "esquema", "netzwerkplan", "systemplan", "рхитект",
    "диаграмм", "схем",
)  # fmt: skip
"""One of these is in every line, casefolded, that one of the patterns could find something in."""
