"""What the corpus says: the same kind of company talks of its solution in six languages, at length and briefly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Words:
    """One language's texts. `reference` sends the reader to a diagram that is not in the file."""

    language: str
    author: str
    one_pager: str
    lead: str
    problem: str
    solution: str
    result: str
    bullets: tuple[str, ...]
    architecture: str
    boxes: tuple[str, ...]
    reference: str
    agenda: tuple[str, ...]


EN: Final = Words(
    "en",
    "Ana Lima",
    "Fabrikam Migrator: one-pager",
    "Fabrikam Migrator brings the accounting and logistics of medium-sized manufacturers to the cloud in ninety days, "
    "without stopping the shop floor for a single shift. More than forty companies in Europe and North America already "
    "work with it every day.",
    "Many manufacturers still run their planning on servers that nobody dares to restart. Each change takes months, "
    "reports arrive when the decision has long been made, and the people who know the old system are about to retire.",
    "We copy the existing data into the new environment, compare both worlds each night and tell you every difference "
    "in plain words. When seven nights pass without one, your teams move over, department by department.",
    "Customers report that closing the month takes two days instead of nine, that stock has fallen by a fifth, and "
    "that they pay forty percent less for running the whole system.",
    ("Moved over in ninety days", "No change for the shop floor", "One fixed price", "Support around the clock"),
    "Reference architecture",
    ("Browser and mobile users", "API gateway", "App Service", "SQL database", "Blob storage", "Identity provider"),
    "The architecture diagram of the solution is published at",
    ("Why now", "What we do", "Who works with it", "Next steps"),
)

FR: Final = Words(
    "fr",
    "Léo Roux",
    "Fabrikam Migrateur : fiche de présentation",
    "Fabrikam Migrateur transfère en quatre-vingt-dix jours la comptabilité et la logistique des entreprises "
    "industrielles vers le nuage, sans arrêter l'atelier une seule journée. Plus de quarante sociétés en Europe "
    "l'utilisent déjà tous les jours.",
    "Beaucoup d'industriels font encore tourner leur planification sur des serveurs que personne n'ose redémarrer. "
    "Chaque modification prend des mois, les rapports arrivent une fois la décision prise, et ceux qui connaissent "
    "l'ancien système partiront bientôt à la retraite.",
    "Nous copions les données existantes dans le nouvel environnement, nous comparons les deux mondes chaque nuit et "
    "nous vous expliquons chaque écart avec des mots simples. Dès que sept nuits se passent sans écart, vos équipes "
    "basculent, service par service.",
    "Nos clients constatent que la clôture du mois prend deux jours au lieu de neuf, que les stocks ont baissé d'un "
    "cinquième et que l'exploitation coûte quarante pour cent de moins.",
    (
        "Transfert en quatre-vingt-dix jours",
        "Rien ne change à l'atelier",
        "Un prix fixe",
        "Une assistance jour et nuit",
    ),
    "Architecture de référence",
    ("Utilisateurs", "Passerelle d'API", "Service d'application", "Base de données", "Stockage", "Annuaire"),
    "Le schéma d'architecture de la solution se trouve à l'adresse",
    ("Pourquoi maintenant", "Ce que nous faisons", "Qui nous fait confiance", "Prochaines étapes"),
)

DE: Final = Words(
    "de",
    "Jörg Müßig",
    "Fabrikam Umzug: das Wichtigste auf einer Seite",
    "Fabrikam Umzug bringt die Buchhaltung und die Logistik mittelständischer Hersteller in neunzig Tagen in die "
    "Cloud, ohne dass die Fertigung auch nur eine Schicht lang steht. Über vierzig Unternehmen in Europa arbeiten "
    "schon jeden Tag damit.",
    "Viele Hersteller planen noch immer auf Servern, die niemand neu zu starten wagt. Jede Änderung dauert Monate, "
    "Berichte kommen, wenn längst entschieden ist, und wer das alte System kennt, geht bald in den Ruhestand.",
    "Wir kopieren die vorhandenen Daten in die neue Umgebung, vergleichen jede Nacht beide Welten und erklären Ihnen "
    "jeden Unterschied in einfachen Worten. Vergehen sieben Nächte ohne Unterschied, ziehen Ihre Abteilungen um, "
    "eine nach der anderen.",
    "Unsere Kunden berichten, dass der Monatsabschluss zwei statt neun Tage dauert, dass die Lagerbestände um ein "
    "Fünftel gesunken sind und dass der Betrieb vierzig Prozent weniger kostet.",
    ("Umzug in neunzig Tagen", "In der Fertigung ändert sich nichts", "Ein fester Preis", "Hilfe rund um die Uhr"),
    "Referenzarchitektur",
    ("Anwender", "Schnittstelle", "Anwendungsdienst", "Datenbank", "Ablage", "Anmeldung"),
    "Das Architekturdiagramm der Lösung finden Sie unter",
    ("Warum jetzt", "Was wir tun", "Wer damit arbeitet", "Wie es weitergeht"),
)

ES: Final = Words(
    "es",
    "Íñigo Peña",
    "Fabrikam Migrador: ficha de la solución",
    "Fabrikam Migrador lleva a la nube en noventa días la contabilidad y la logística de las empresas industriales, "
    "sin parar la fábrica ni un solo turno. Más de cuarenta compañías de España y de América ya trabajan con él "
    "todos los días.",
    "Muchos fabricantes todavía hacen su planificación en servidores que nadie se atreve a reiniciar. Cada cambio "
    "tarda meses, los informes llegan cuando la decisión ya está tomada y las personas que conocen el sistema antiguo "
    "se van a jubilar pronto.",
    "Copiamos los datos que existen en el nuevo entorno, comparamos los dos mundos cada noche y le explicamos cada "
    "diferencia con palabras sencillas. Cuando pasan siete noches sin ninguna, sus equipos se mudan, un departamento "
    "tras otro.",
    "Los clientes cuentan que el cierre del mes dura dos días en lugar de nueve, que las existencias han bajado una "
    "quinta parte y que pagan un cuarenta por ciento menos por mantener todo el sistema.",
    ("Traslado en noventa días", "Nada cambia en la fábrica", "Un precio fijo", "Ayuda las veinticuatro horas"),
    "Arquitectura de referencia",
    ("Usuarios", "Puerta de enlace", "Servicio de aplicación", "Base de datos", "Almacenamiento", "Identidad"),
    "El diagrama de arquitectura de la solución está publicado en",
    ("Por qué ahora", "Qué hacemos", "Quién trabaja con nosotros", "Próximos pasos"),
)

PT: Final = Words(
    "pt",
    "Conceição Araújo",
    "Fabrikam Migrador: folha de apresentação",
    "O Fabrikam Migrador leva para a nuvem, em noventa dias, a contabilidade e a logística das empresas industriais, "
    "sem parar a produção nem por um turno. Mais de quarenta companhias em Portugal e no Brasil já trabalham com ele "
    "todos os dias.",
    "Muitos fabricantes ainda fazem o seu planeamento em servidores que ninguém se atreve a reiniciar. Cada alteração "
    "demora meses, os relatórios chegam quando a decisão já foi tomada e as pessoas que conhecem o sistema antigo vão "
    "reformar-se em breve.",
    "Copiamos os dados existentes para o novo ambiente, comparamos os dois mundos todas as noites e explicamos cada "
    "diferença em palavras simples. Quando passam sete noites sem nenhuma, as suas equipas mudam, um departamento de "
    "cada vez.",
    "Os clientes contam que o fecho do mês leva dois dias em vez de nove, que os estoques baixaram um quinto e que não "
    "pagam mais do que sessenta por cento do que pagavam antes.",
    ("Mudança em noventa dias", "Nada muda na produção", "Um preço fixo", "Apoio a qualquer hora"),
    "Arquitetura de referência",
    ("Utilizadores", "Gateway de API", "Serviço de aplicação", "Base de dados", "Armazenamento", "Identidade"),
    "O diagrama de arquitetura da solução está publicado em",
    ("Porquê agora", "O que fazemos", "Quem trabalha connosco", "Próximos passos"),
)

RU: Final = Words(
    "ru",
    "Юрий Щукин",
    "Фабрикам Мигратор: кратко о решении",
    "Фабрикам Мигратор за девяносто дней переносит в облако бухгалтерию и логистику промышленных предприятий, не "
    "останавливая цех ни на одну смену. Более сорока компаний уже работают с ним каждый день.",
    "Многие производители до сих пор планируют на серверах, которые никто не решается перезапустить. Каждое изменение "
    "занимает месяцы, отчёты приходят, когда решение уже принято, а люди, которые знают старую систему, скоро уйдут "
    "на пенсию.",
    "Мы копируем имеющиеся данные в новую среду, каждую ночь сравниваем оба мира и простыми словами объясняем каждое "
    "расхождение. Когда семь ночей проходят без расхождений, ваши отделы переезжают один за другим.",
    "Клиенты говорят, что закрытие месяца занимает два дня вместо девяти, что запасы сократились на пятую часть и что "
    "работа всей системы обходится на сорок процентов дешевле.",
    ("Переезд за девяносто дней", "В цехе ничего не меняется", "Твёрдая цена", "Поддержка круглые сутки"),
    "Архитектура решения",
    ("Пользователи", "Шлюз", "Служба приложений", "База данных", "Хранилище", "Учётные записи"),
    "Схема архитектуры решения опубликована по адресу",
    ("Почему сейчас", "Что мы делаем", "Кто с нами работает", "Следующие шаги"),
)

ALL: Final = {words.language: words for words in (EN, FR, DE, ES, PT, RU)}
