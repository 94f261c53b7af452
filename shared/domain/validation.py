"""From what pydantic found wrong to field errors people and programs understand. The input never comes back."""

from __future__ import annotations

from typing import Final

from pydantic import ValidationError

from shared.domain.errors import FieldError

MOST: Final = 100
_CODES: Final = {"extra_forbidden": "unknown_field"}
_MESSAGES: Final = {
    "extra_forbidden": "There is no such field; leave it out.",
    "missing": "This is needed.",
    "string_too_short": "This is needed.",
}


def field_errors(error: ValidationError) -> list[FieldError]:
    """A FieldError a finding, the first hundred, each with its path as forms and JSON name it (`solutions.0.name`)."""
    return [
        FieldError(
            ".".join(str(part) for part in found["loc"]),
            _CODES.get(found["type"], found["type"]),
            _MESSAGES.get(found["type"], found["msg"]),
        )
        for found in error.errors(include_input=False, include_url=False, include_context=False)[:MOST]
    ]
