"""Headers and roles of a contacts file in the six languages it arrives in.

The words are those of Microsoft's co-sell article ("Enter your contacts", Table 3) and its translations of 2021-2022;
the first of each is what our template and export write, the others are understood too. Text in parentheses, case,
accents, blanks, asterisks and punctuation do not count (see `folded`).
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache


class ContactRole(StrEnum):
    PARTNER_MARKETING = "partner_marketing"
    PARTNER_SALES = "partner_sales"
    PARTNER_TECHNICAL_SALES = "partner_technical_sales"
    PARTNER_CUSTOMER_SUCCESS_MANAGER = "partner_customer_success_manager"


class Column(StrEnum):
    """Columns of the file; the value is what error reports call them."""

    NAME = "Name"
    EMAIL = "Email"
    JOB_TITLE = "Job title"
    ROLE = "Role"
    COUNTRIES = "Countries/Regions"
    STATES = "States/Provinces"


REQUIRED_COLUMNS = (Column.NAME, Column.EMAIL, Column.JOB_TITLE, Column.ROLE, Column.COUNTRIES)

COLUMN_WORDS: dict[str, dict[Column, tuple[str, ...]]] = {
    "en": {
        Column.NAME: ("Name", "Contact name", "Full name"),
        Column.EMAIL: ("Email", "E-mail", "Email address"),
        Column.JOB_TITLE: ("Job title", "Title"),
        Column.ROLE: ("Role",),
        Column.COUNTRIES: ("Countries/Regions", "Countries", "Countries and regions", "Country/Region", "Country"),
        Column.STATES: ("States/Provinces", "States", "States and provinces", "State/Province", "State"),
    },
    "fr": {
        Column.NAME: ("Nom",),
        Column.EMAIL: ("E-mail", "Adresse e-mail", "Courriel", "Adresse de messagerie"),
        Column.JOB_TITLE: ("Poste", "Fonction", "Intitulé du poste", "Titre du poste"),
        Column.ROLE: ("Rôle",),
        Column.COUNTRIES: ("Pays/Régions", "Pays", "Pays et régions", "Pays/Région"),
        Column.STATES: ("États/Provinces", "États", "États et provinces", "État/Province"),
    },
    "de": {
        Column.NAME: ("Name",),
        Column.EMAIL: ("E-Mail-Adresse", "E-Mail"),
        Column.JOB_TITLE: ("Position", "Stellenbezeichnung", "Berufsbezeichnung", "Positionsbezeichnung"),
        Column.ROLE: ("Rolle",),
        Column.COUNTRIES: ("Länder/Regionen", "Länder", "Land/Region", "Laender/Regionen"),
        Column.STATES: ("Bundesländer/Kantone", "Bundesstaaten/Provinzen", "Staaten/Provinzen", "Bundesland/Kanton"),
    },
    "es": {
        Column.NAME: ("Nombre",),
        Column.EMAIL: ("Correo electrónico", "Dirección de correo electrónico", "Correo"),
        Column.JOB_TITLE: ("Puesto", "Cargo", "Título del puesto"),
        Column.ROLE: ("Rol", "Función"),
        Column.COUNTRIES: ("Países o regiones", "Países/Regiones", "Países y regiones", "Países", "País o región"),
        Column.STATES: ("Estados o provincias", "Estados/Provincias", "Estados y provincias", "Estado o provincia"),
    },
    "pt": {
        Column.NAME: ("Nome",),
        Column.EMAIL: ("Email", "E-mail", "Correio eletrónico", "Correio eletrônico", "Endereço de email"),
        Column.JOB_TITLE: ("Cargo", "Título de emprego", "Título do trabalho"),
        Column.ROLE: ("Função", "Papel"),
        Column.COUNTRIES: ("Países/Regiões", "Países e regiões", "Países", "País/Região"),
        Column.STATES: ("Estados/Províncias", "Estados e províncias", "Estados", "Estado/Província"),
    },
    "ru": {
        Column.NAME: ("Имя", "ФИО"),
        Column.EMAIL: ("Электронная почта", "Адрес электронной почты", "Эл. почта"),
        Column.JOB_TITLE: ("Должность", "Название должности"),
        Column.ROLE: ("Роль",),
        Column.COUNTRIES: ("Страны и регионы", "Страны/регионы", "Страны", "Страна/регион"),
        Column.STATES: ("Штаты и провинции", "Штаты/провинции", "Штаты", "Штат/провинция"),
    },
}

_MARKETING, _SALES, _TECHNICAL, _SUCCESS = ContactRole
ROLE_WORDS: dict[str, dict[ContactRole, tuple[str, ...]]] = {
    "en": {
        _MARKETING: ("Partner marketing",),
        _SALES: ("Partner sales",),
        _TECHNICAL: ("Partner technical sales",),
        _SUCCESS: ("Partner customer success manager",),
    },
    "fr": {
        _MARKETING: ("Marketing partenaires",),
        _SALES: ("Ventes partenaires",),
        _TECHNICAL: ("Support technico-commercial partenaires", "Ventes techniques partenaires"),
        _SUCCESS: ("Responsable réussite clients partenaires",),
    },
    "de": {
        _MARKETING: ("Partnermarketing",),
        _SALES: ("Partnervertrieb",),
        _TECHNICAL: ("Technischer Vertrieb durch den Partner", "Technischer Partnervertrieb"),
        _SUCCESS: ("Manager des Partners für den Kundenerfolg", "Kundenerfolgsmanager des Partners"),
    },
    "es": {
        _MARKETING: ("Marketing de asociados", "Marketing de partners"),
        _SALES: ("Ventas de asociados", "Ventas de partners"),
        _TECHNICAL: ("Ventas técnicas de asociados", "Ventas técnicas de partners"),
        _SUCCESS: ("Administrador de éxitos de clientes asociados", "Administrador de éxito de clientes de partners"),
    },
    "pt": {
        _MARKETING: ("Marketing de parceiros", "Marketing para parceiros", "Marketing do parceiro"),
        _SALES: ("Vendas de parceiros", "Vendas do parceiro"),
        _TECHNICAL: ("Vendas técnicas de parceiros", "Vendas técnicas do parceiro"),
        _SUCCESS: ("Gestor de sucesso do cliente do parceiro", "Gerente de sucesso do cliente do parceiro"),
    },
    "ru": {
        _MARKETING: ("Маркетинг партнеров", "Партнерский маркетинг"),
        _SALES: ("Продажи партнеров", "Партнерские продажи"),
        _TECHNICAL: ("Технические продажи партнеров", "Партнерские технические продажи"),
        _SUCCESS: ("Менеджер по успешному партнеру", "Менеджер партнера по успеху клиентов"),
    },
}
LANGUAGES = tuple(COLUMN_WORDS)


def folded(text: str) -> str:
    """What is left of a header or role when only its letters and digits count: `"* E-Mail (Required)"` -> `email`."""
    plain = re.sub(r"\([^()]*\)", "", text)
    letters = (each for each in unicodedata.normalize("NFKD", plain.casefold()) if each.isalnum())
    return "".join(letters)


@lru_cache(maxsize=1)
def columns_by_word() -> dict[str, Column]:
    """Folded header -> column, all languages together."""
    return {
        folded(word): column for words in COLUMN_WORDS.values() for column, all_of in words.items() for word in all_of
    }


@lru_cache(maxsize=1)
def roles_by_word() -> dict[str, ContactRole]:
    """Folded role name -> role, all languages together; the canonical ids count too."""
    named = {folded(word): role for words in ROLE_WORDS.values() for role, all_of in words.items() for word in all_of}
    return named | {folded(role): role for role in ContactRole}


def language_of(tag: str | None) -> str:
    """`fr`, `fr-CA`, `FR_fr` -> `fr`; a language we have no words for, or none -> `en`."""
    primary = re.split(r"[-_]", tag or "", maxsplit=1)[0].strip().casefold()
    return primary if primary in COLUMN_WORDS else "en"
