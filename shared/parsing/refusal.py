"""Why an uploaded file as a whole is refused. It will never be readable, so nobody tries it again."""

from __future__ import annotations


class NotUsable(Exception):
    """The file as a whole cannot be used: a stable `code`, and a `message` that says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
