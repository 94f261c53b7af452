"""The operator's file of organizations: a JSON list, each with `name`, `kind`, `country`, `tenantId`, and perhaps `id`
and `locations`.
"""

from __future__ import annotations

import orjson
from pydantic import ValidationError

from shared.domain.errors import Unreadable
from shared.domain.organizations.commands import SeedOrganization
from shared.domain.validation import field_errors


def read_organizations(content: bytes) -> list[SeedOrganization]:
    """What the file lists. Raises Unreadable, which says what is wrong with which of them."""
    try:
        entries = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"not JSON: {error.msg} at line {error.lineno}") from None
    if not isinstance(entries, list):
        raise Unreadable("not a list of organizations")
    commands: list[SeedOrganization] = []
    wrong: list[str] = []
    for n, entry in enumerate(entries, 1):
        try:
            commands.append(SeedOrganization.model_validate(entry))
        except ValidationError as error:
            wrong += [f"organization {n}: {each.field or 'all of it'}: {each.message}" for each in field_errors(error)]
    if wrong:
        raise Unreadable("\n".join(wrong))
    return commands
