"""What a person wants to be told, by which way and in which language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias, cast, get_args

from pydantic import BeforeValidator

from shared.domain.notices.notice import EVENTS, MAILED, Event
from shared.domain.values import Value

Language: TypeAlias = Literal["en", "fr", "de", "es", "pt", "ru"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


def _as_list(value: object) -> object:
    """One ticked box of a form is one text."""
    return [value] if isinstance(value, str) else value


Chosen = Annotated[list[Event], BeforeValidator(_as_list)]


class NoticePreferences(Value):
    """A person's choice, whole: an event that is not in `inapp` or `mail` is not told that way; a list that is left out
    is the usual one. `digest` gathers what goes beyond the mails of a day."""

    language: Language = "en"
    digest: bool = True
    inapp: Chosen = list(EVENTS)
    mail: Chosen = [event for event in EVENTS if event in MAILED]


DEFAULTS: Final = NoticePreferences.model_construct()


def stored_of(chosen: NoticePreferences) -> dict[str, Any]:
    """As it is kept: only what differs from the defaults, so that events of later versions keep theirs."""
    return {
        "language": chosen.language,
        "digest": chosen.digest,
        "inapp": _differing(chosen.inapp, DEFAULTS.inapp),
        "mail": _differing(chosen.mail, DEFAULTS.mail),
    }


def preferences_of(stored: Mapping[str, Any] | None) -> NoticePreferences:
    """The reverse; the defaults for somebody who chose nothing."""
    if not stored:
        return DEFAULTS
    language = stored.get("language")
    return NoticePreferences.model_construct(
        language=cast(Language, language if language in LANGUAGES else "en"),
        digest=bool(stored.get("digest", True)),
        inapp=_restored(stored.get("inapp", {}), DEFAULTS.inapp),
        mail=_restored(stored.get("mail", {}), DEFAULTS.mail),
    )


def _differing(chosen: Iterable[Event], defaults: Iterable[Event]) -> dict[str, bool]:
    wanted, usual = set(chosen), set(defaults)
    return {event: event in wanted for event in EVENTS if (event in wanted) is not (event in usual)}


def _restored(differing: Mapping[str, bool], defaults: Iterable[Event]) -> list[Event]:
    usual = set(defaults)
    return [event for event in EVENTS if differing.get(event, event in usual)]
