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

COMPONENT: Final = re.compile(
    r"\b(?:api|sql|blob|http|vpn|vnet|dns|cdn|cache|cluster|kubernetes|container|queue|browser|identity|storage|gateway"
    r"|databases?|data ?(?:base|lake|warehouse)|servers?|load balancer|firewall|virtual machines?|app service|web ?app"
    r"|front ?end|back ?end|micro ?services?|event hubs?|service bus"
    r"|datenbank|speicher|ablage|schnittstelle|anwendungsdienst|anmeldung|warteschlange"
    r"|base de donnees|stockage|passerelle|annuaire|serveurs?|service d.application|file d.attente"
    r"|base de dat?os|almacenamiento|puerta de enlace|servidor(?:es)?|servicio de aplicaci\w+|identidad"
    r"|cola de mensajes|base de dados|armazenamento|servico de aplicac\w+|identidade|fila de mensagens"
    r"|баз\w+ данных|хранилищ\w+|шлюз\w*|сервер\w*|очеред\w+|служб\w+ приложени\w+)\b"
)
"""What the boxes of an architecture are called; those of an organization chart or of steps are not."""

STEMS: Final = (
    "rchite", "rquite", "diagram", "topolog", "schéma", "schema", "esquema", "netzwerkplan", "systemplan", "рхитект",
    "диаграмм", "схем",
)  # fmt: skip
"""One of these is in every line, casefolded, that one of the patterns could find something in."""
