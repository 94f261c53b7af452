"""Which language a text is in; nothing is said where nobody could know."""

import pytest

from shared.parsing.documents.language import language_of

SAID = {
    "en": "We move your planning to the cloud in ninety days, and the workshop does not stop for a single day.",
    "de": "Wir bringen Ihre Planung in neunzig Tagen in die Cloud, und die Werkstatt steht keinen Tag still.",
    "fr": "Nous transférons votre planification vers le nuage en quatre-vingt-dix jours, sans arrêter les ateliers.",
    "es": "Llevamos su planificación a la nube en noventa días, y el taller no se detiene ni un solo día.",
    "pt": "Levamos o seu planeamento para a nuvem em noventa dias, e a oficina não para um único dia.",
    "it": "Portiamo la vostra pianificazione nel cloud in novanta giorni e l'officina non si ferma un solo giorno.",
    "nl": "Wij brengen uw planning in negentig dagen naar de cloud, en de werkplaats staat geen dag stil.",
    "sv": "Vi flyttar er planering till molnet på nittio dagar, och verkstaden står inte still en enda dag.",
    "pl": "Przenosimy planowanie do chmury w dziewięćdziesiąt dni, a warsztat nie staje ani na jeden dzień, jak też.",
    "cs": "Přesuneme vaše plánování do cloudu za devadesát dní a dílna se nezastaví ani na jediný den, což je řešení.",
    "ru": "Мы переносим планирование в облако за девяносто дней, и цех не останавливается ни на один день.",
    "uk": "Ми переносимо планування у хмару за дев'яносто днів, і цех не зупиняється жодного дня.",
    "bg": "Ние преместваме планирането в облака за деветдесет дни и цехът не спира нито за ден, което е вярно.",
    "el": "Μεταφέρουμε τον προγραμματισμό σας στο νέφος σε ενενήντα ημέρες.",
    "ja": "九十日で計画をクラウドに移行します。工場は一日も止まりません。",
    "zh": "我们在九十天内将您的规划迁移到云端，车间一天也不停。",
    "ko": "구십 일 안에 계획을 클라우드로 옮깁니다.",
    "he": "אנחנו מעבירים את התכנון שלכם לענן בתוך תשעים יום.",
}  # fmt: skip


@pytest.mark.parametrize(("code", "text"), SAID.items())
def test_a_sentence_or_two_are_enough(code: str, text: str) -> None:
    assert language_of([text]) == code


@pytest.mark.parametrize("text", ["", "42", "Fabrikam", "Contoso ERP Azure SQL", "1 2 3 4 5 6 7 8 9", "EUR USD"])
def test_names_and_figures_are_in_no_language(text: str) -> None:
    assert language_of([text]) is None


def test_names_of_products_do_not_hide_the_language_around_them() -> None:
    assert language_of(["Fabrikam Migrator на Azure: " + SAID["ru"]]) == "ru"
    assert language_of([SAID["de"] + " Thank you and goodbye."]) == "de"


def test_the_beginning_of_a_long_text_tells() -> None:
    assert language_of([SAID["fr"]] * 1_000 + [SAID["en"]] * 10_000) == "fr"
