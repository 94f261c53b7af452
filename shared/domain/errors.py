"""Everything that can be refused, and why.

    CosellError
    ├── Unreadable        the request cannot be understood (a broken cursor, malformed text)
    ├── NotSignedIn       nobody is known to be calling
    ├── NotAllowed        the caller's roles do not permit it
    │   └── UnknownOrganization  the caller's directory is no organization's here
    ├── NotFound          no such thing in the caller's organization
    ├── NotPossible       the thing's state does not permit the action
    │   ├── TooFull       the thing has no room for more
    │   └── ChecksFailed  checks are not met that the status asks for
    ├── PossibleDuplicate it looks like business the organization already has
    ├── Changed           the thing changed since the caller read it
    ├── PreconditionNeeded  an edit must say which version it edits
    ├── TooLarge          more bytes than the limit
    ├── WrongMediaType    a content type nobody reads
    ├── Invalid           fields that break a rule, each named
    ├── KeyReused         an idempotency key that stood for another request before
    ├── TooMany           more requests than one may send; try again later
    └── Unavailable       a service we stand on does not answer; try again later

Each carries a stable `code` for programs and a `detail` for people that says how to mend it. HTTP status codes are
given to them in one table in `functions/_http.py`; a test asserts that none is missing there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that breaks a rule: its dotted path in the body, a stable code, and how to mend it."""

    field: str
    code: str
    message: str


class CosellError(Exception):
    """Base of every refusal; `code` is stable, `detail` is for people."""

    code = "error"

    def __init__(self, detail: str, *, code: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        if code is not None:
            self.code = code


class Unreadable(CosellError):
    code = "unreadable"


class NotSignedIn(CosellError):
    code = "unauthenticated"


class NotAllowed(CosellError):
    code = "access_denied"


class UnknownOrganization(NotAllowed):
    """`tenant_id` is what the vendor needs to know to let the organization in."""

    code = "unknown_organization"

    def __init__(self, tenant_id: str) -> None:
        super().__init__("Your organization does not take part here. Ask the vendor to add it, by its tenant id.")
        self.tenant_id = tenant_id


class NotFound(CosellError):
    """Also raised for another organization's things, so that nobody learns that they exist."""

    code = "not_found"


class NotPossible(CosellError):
    """The state forbids the action; `allowed` names the actions that are possible instead."""

    code = "action_not_possible"

    def __init__(self, detail: str, *, code: str | None = None, allowed: Iterable[str] = ()) -> None:
        super().__init__(detail, code=code)
        self.allowed = tuple(allowed)


class TooFull(NotPossible):
    code = "referral_full"


class ChecksFailed(NotPossible):
    """`checks` are those that failed, as readiness tells them: id, evidence, what to do."""

    code = "checks_failed"

    def __init__(self, checks: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(f"Not met: {', '.join(check['id'] for check in checks)}.")
        self.checks = tuple(checks)


class PossibleDuplicate(CosellError):
    """`collisions` are the referrals it looks like; sent again with `proceed`, it is created nonetheless."""

    code = "possible_duplicate"

    def __init__(self, collisions: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(
            "You may have this business already: the same customer, a solution in common, close dates within 90 days. "
            "Look at what is there; if this is another piece of business, send it again and say `proceed`."
        )
        self.collisions = tuple(collisions)


class Changed(CosellError):
    code = "changed_since_read"


class PreconditionNeeded(CosellError):
    code = "precondition_required"


class TooLarge(CosellError):
    code = "too_large"


class WrongMediaType(CosellError):
    code = "unsupported_media_type"


class Invalid(CosellError):
    """One or more fields break a rule; `errors` lists them all."""

    code = "invalid"

    def __init__(self, errors: Sequence[FieldError], detail: str = "Some fields need correcting.") -> None:
        super().__init__(detail)
        self.errors = tuple(errors)

    @classmethod
    def field(cls, field: str, code: str, message: str) -> Invalid:
        """The common case of one field."""
        return cls([FieldError(field, code, message)])


class KeyReused(CosellError):
    """The Idempotency-Key was used before with another body."""

    code = "idempotency_key_reused"


class TooMany(CosellError):
    """More than one client, or one address, may send; `retry_after` is in seconds."""

    code = "too_many_requests"

    def __init__(self, detail: str, *, retry_after: float) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unavailable(CosellError):
    """A store or file service does not answer; `retry_after` is in seconds."""

    code = "unavailable"

    def __init__(self, detail: str, *, retry_after: float = 1.0) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
