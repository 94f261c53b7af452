"""Short texts whose language, and slides whose drawing, are harder to tell than those of the corpus.

Written after the words that the parser knows, and none of those was chosen because of them.
"""

from __future__ import annotations

from typing import Final

from tests.documents.corpus.shapes import Deck, Slide
from tests.documents.corpus.texts import ALL

SENTENCES: Final = tuple(
    (f"{language} {text[:30]}", language, text)
    for language, words in ALL.items()
    for text in (words.lead, words.problem, words.solution, words.result)
)
LINES: Final = (
    ("en", "Our customers save both time and money when they move to the cloud with us."),
    ("en", "Contact us for a free assessment of your workloads."),
    ("en", "This is what you get for your money"),
    ("fr", "Contactez-nous pour une évaluation gratuite de vos applications."),
    ("fr", "Vos équipes gagnent du temps et de l'argent avec nous."),
    ("fr", "C'est une solution qui a fait ses preuves dans toute l'Europe"),
    ("de", "Sprechen Sie uns an: Wir bewerten Ihre Anwendungen kostenlos."),
    ("de", "Das alles bekommen Sie zu einem festen Preis."),
    ("de", "Ihre Kunden werden es Ihnen danken, und die Mitarbeiter auch"),
    ("es", "Póngase en contacto con nosotros para una evaluación gratuita."),
    ("es", "Sus clientes ahorran tiempo y dinero desde el primer mes."),
    ("es", "Esto es lo que recibe por un precio fijo"),
    ("pt", "Fale connosco para uma avaliação gratuita das suas aplicações."),
    ("pt", "Os seus clientes poupam tempo e dinheiro desde o primeiro mês."),
    ("pt", "Isto é o que você recebe por um preço fixo"),
    ("ru", "Свяжитесь с нами, и мы бесплатно оценим ваши приложения."),
    ("ru", "Ваши заказчики экономят время и деньги с первого месяца."),
    ("it", "I nostri clienti risparmiano tempo e denaro con la nostra soluzione, che è già usata in tutta Europa."),
    ("nl", "Onze klanten besparen tijd en geld met onze oplossing, die al in heel Europa wordt gebruikt."),
    ("pl", "Nasi klienci oszczędzają czas i pieniądze dzięki rozwiązaniu, które jest używane w całej Europie."),
    (None, "ERP 2027 / SAP S/4HANA / Azure SQL"),
    (None, "1 2 3 4 5 6 7 8 9 10"),
    (None, "Contoso Fabrikam Tailspin Wingtip"),
)

_PARTS: Final = ("Web app", "Azure SQL database", "Blob storage", "API management gateway")
_PEOPLE: Final = ("Ana Lima", "Bo Li", "Cem Kaya", "Dora Nagy", "Emil Roth")
SLIDES: Final[tuple[tuple[str, bool, Slide], ...]] = (
    ("solution architecture, drawn", True, Slide("Solution architecture", boxes=_PARTS)),
    ("how it fits together, drawn", True, Slide("How it all fits together", boxes=_PARTS)),
    (
        "technical overview, drawn",
        True,
        Slide("Technical overview", boxes=("Browser", "Front Door", "AKS", "Cosmos DB")),
    ),
    ("german title", True, Slide("Lösungsarchitektur", boxes=("Kunde", "Portal", "Datenbank", "Archiv"))),
    (
        "german technical overview",
        True,
        Slide("Technischer Aufbau", boxes=("Portal", "Datenbank", "Speicher", "Server")),
    ),
    ("spanish title", True, Slide("Arquitectura de la solución", boxes=("Portal", "Servidor", "Base de datos", "Red"))),
    ("portuguese title", True, Slide("Visão geral da arquitetura", boxes=("Portal", "Servidor", "Base de dados"))),
    ("russian title", True, Slide("Схема решения", boxes=("Портал", "Сервер", "База данных", "Хранилище"))),
    ("french title", True, Slide("Schéma technique", boxes=("Portail", "Serveur", "Base de données", "Stockage"))),
    ("deployment diagram", True, Slide("Deployment diagram", ("West Europe and North Europe",), boxes=_PARTS)),
    ("referred to in text", True, Slide("Appendix", ("See the architecture diagram in the annex of the contract.",))),
    ("link to a drawing", True, Slide("Appendix", ("Drawing",), link="https://fabrikam.example/architecture.vsdx")),
    ("network topology", True, Slide("Network topology", boxes=("VNet", "Firewall", "VPN gateway", "On premises"))),
    ("staff", False, Slide("Who is who", boxes=_PEOPLE)),
    ("staff by department", False, Slide("Organization", boxes=("Management", "Sales", "Finance", "Support", "Legal"))),
    ("database people", False, Slide("The team", boxes=("Ana, database administrator", "Bo, sales", "Cem, support"))),
    ("selling", False, Slide("Sales process", boxes=("Lead", "Meeting", "Proof of concept", "Contract", "Delivery"))),
    ("calendar", False, Slide("Roadmap", boxes=("January", "April", "July", "October", "December"))),
    ("supply", False, Slide("Supply chain", boxes=("Supplier", "Warehouse", "Shop", "Customer"))),
    ("there is none yet", False, Slide("Open points", ("We have no architecture diagram yet.",))),
    ("an office of architects", False, Slide("Reference", ("An architecture firm in Berlin with 40 people.",))),
    ("a house", False, Slide("Landscape architecture", ("Gardens and parks for the city of Lyon.",))),
    ("people who do it", False, Slide("Our practice", ("Forty people work in our enterprise architecture practice.",))),
    ("prices", False, Slide("Storage and database prices", ("Storage 0.02 EUR", "Database 15 EUR", "Gateway 99 EUR"))),
    ("a picture", False, Slide("Our office in Porto", ("Come and see us.",))),
    ("words", False, Slide("Database migration", ("We move databases, servers and storage to the cloud.",))),
)


def deck(slide: Slide) -> Deck:
    return Deck("Pitch", "Ana Lima", (Slide("Why now", ("Your servers are old.",)), slide, Slide("Next steps")))
