import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.offers.contact import Contact, is_email, read_contact, read_role, tidy
from shared.domain.offers.contact_words import (
    COLUMN_WORDS,
    LANGUAGES,
    REQUIRED_COLUMNS,
    ROLE_WORDS,
    Column,
    ContactRole,
    columns_by_word,
    folded,
    language_of,
)

GOOD = {
    Column.NAME: "Ana Lima",
    Column.EMAIL: "ana@contoso.example",
    Column.JOB_TITLE: "Seller",
    Column.ROLE: "Partner sales",
    Column.COUNTRIES: "US, CA",
    Column.STATES: "US-WA",
}


def errors_of(**changed: str) -> list[tuple[str, str]]:
    contact, errors = read_contact(GOOD | {Column[name]: cell for name, cell in changed.items()})
    assert (contact is None) == bool(errors)
    assert all(error.message.endswith((".", "…")) for error in errors)
    return [(error.column.value, error.code) for error in errors]


def message_of(**changed: str) -> str:
    _, errors = read_contact(GOOD | {Column[name]: cell for name, cell in changed.items()})
    return " ".join(error.message for error in errors)


def test_a_good_row_is_a_contact() -> None:
    contact, errors = read_contact(GOOD)
    assert errors == []
    sales = ContactRole.PARTNER_SALES
    assert contact == Contact("Ana Lima", "ana@contoso.example", "Seller", sales, ("US", "CA"), ("US-WA",))
    assert contact is not None
    assert Contact.from_document(contact.document()) == contact


@pytest.mark.parametrize("column", REQUIRED_COLUMNS)
def test_each_required_cell_is_missed_by_name(column: Column) -> None:
    assert errors_of(**{column.name: "  "}) == [(column.value, "missing")]


def test_states_may_be_left_out() -> None:
    assert errors_of(STATES="") == []


@pytest.mark.parametrize(
    ("cell", "role"),
    [
        ("Ventes partenaires", ContactRole.PARTNER_SALES),
        ("VENTES  PARTENAIRES", ContactRole.PARTNER_SALES),
        ("marketing partenaires", ContactRole.PARTNER_MARKETING),
        ("Support technico-commercial partenaires", ContactRole.PARTNER_TECHNICAL_SALES),
        ("Responsable reussite clients partenaires", ContactRole.PARTNER_CUSTOMER_SUCCESS_MANAGER),
        ("partner_sales", ContactRole.PARTNER_SALES),
        ("Seller", None),
        ("", None),
    ],
)
def test_a_role_is_known_in_any_language_and_case(cell: str, role: ContactRole | None) -> None:
    assert read_role(cell) is role


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_names_every_column_and_role(language: str) -> None:
    assert set(COLUMN_WORDS[language]) == set(Column)
    assert set(ROLE_WORDS[language]) == set(ContactRole)


def test_no_word_means_two_things() -> None:
    columns = [(folded(w), c) for words in COLUMN_WORDS.values() for c, all_of in words.items() for w in all_of]
    roles = [(folded(w), r) for words in ROLE_WORDS.values() for r, all_of in words.items() for w in all_of]
    assert all(columns_by_word()[word] is column for word, column in columns)
    assert len(dict(roles)) == len({word for word, _ in roles}) == len(set(roles))


@pytest.mark.parametrize(
    "header", ["* E-MAIL *", "e mail", "Email (Required)", "E-Mail-Adresse (erforderlich)", "Courriel*"]
)
def test_asterisks_case_blanks_and_remarks_in_a_header_do_not_count(header: str) -> None:
    assert columns_by_word()[folded(header)] is Column.EMAIL


@pytest.mark.parametrize(
    ("changed", "expected", "fix"),
    [
        ({"COUNTRIES": "UK"}, "unknown_country", "write GB"),
        ({"COUNTRIES": "France"}, "unknown_country", "write FR"),
        ({"COUNTRIES": "Germeny", "STATES": ""}, "unknown_country", "write DE"),
        ({"COUNTRIES": "USA"}, "unknown_country", "write US"),
        ({"COUNTRIES": "FR, FK", "STATES": ""}, "country_not_taken", "remove it"),
        ({"COUNTRIES": "OOO, FR", "STATES": ""}, "everywhere_not_alone", "keep OOO"),
        ({"COUNTRIES": "OOO"}, "states_with_everywhere", "leave States/Provinces empty"),
        ({"STATES": "WA"}, "unknown_state", "write US-WA"),
        ({"STATES": "California"}, "unknown_state", "write US-CA"),
        ({"STATES": "AU-NSW"}, "state_outside_countries", "add AU"),
        ({"STATES": "FR-75"}, "unknown_state", "remove FR-75"),
        ({"ROLE": "Partner saels"}, "unknown_role", "“Partner sales”"),
        ({"EMAIL": "Ana <ana@contoso.example>"}, "not_an_email", "write ana@contoso.example"),
        ({"EMAIL": "ana@contoso"}, "not_an_email", "ana@contoso.com"),
        ({"EMAIL": "a@b.example; c@d.example"}, "not_an_email", "a@b.example"),
        ({"NAME": "x" * 201}, "too_long", "at most 200"),
        ({"EMAIL": "x" * 300}, "too_long", "at most 254"),
        ({"NAME": "Ana\x00Lima"}, "control_character", "U+0000"),
        ({"EMAIL": "ana\u202e@contoso.example"}, "control_character", "U+202E"),
    ],
)
def test_a_wrong_cell_is_told_how_to_mend_it(changed: dict[str, str], expected: str, fix: str) -> None:
    assert expected in [code for _, code in errors_of(**changed)]
    assert fix in message_of(**changed)


def test_codes_in_small_letters_and_said_twice_are_understood() -> None:
    contact, _ = read_contact(GOOD | {Column.COUNTRIES: "us;fr, US,", Column.STATES: "us-wa"})
    assert contact is not None
    assert (contact.countries, contact.states) == (("US", "FR"), ("US-WA",))


def test_a_cell_of_a_thousand_wrong_codes_gives_a_few_errors() -> None:
    assert len(errors_of(COUNTRIES=",".join(f"Q{n}" for n in range(400)), STATES="")) == 3


@pytest.mark.parametrize("text", ["ana@contoso.com", "a.b+c@sub.contoso.co.uk", "ана@почта.рф", "o'brien@contoso.com"])
def test_addresses_people_have(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ana",
        "@contoso.com",
        "ana@",
        "a b@contoso.com",
        "ana@contoso",
        "ana@-x.com",
        "a..b@contoso.com",
        "a@b@c.com",
    ],
)
def test_what_is_no_address(text: str) -> None:
    assert not is_email(text)


def test_identical_contacts_share_a_fingerprint_and_others_do_not() -> None:
    contact, _ = read_contact(GOOD)
    shouting, _ = read_contact(GOOD | {Column.EMAIL: "ANA@contoso.example"})
    marketing, _ = read_contact(GOOD | {Column.ROLE: "Partner marketing"})
    assert contact and shouting and marketing
    assert contact.fingerprint() == shouting.fingerprint() != marketing.fingerprint()


@given(st.text())
def test_tidying_twice_changes_nothing(cell: str) -> None:
    assert tidy(tidy(cell)) == tidy(cell)


@given(st.dictionaries(st.sampled_from(Column), st.text(max_size=300)))
def test_no_row_raises(cells: dict[Column, str]) -> None:
    contact, errors = read_contact(cells)
    assert (contact is None) == bool(errors)


def test_a_language_is_taken_from_its_tag_or_is_english() -> None:
    assert [language_of(tag) for tag in ("fr", "FR-ca", "pt_BR", "xx", "", None)] == [
        "fr",
        "fr",
        "pt",
        "en",
        "en",
        "en",
    ]
