"""The signed address that takes one file: what a write-only link of a storage account is in Azure.

`PUT /.upload/{container}/{path}?expires=<unix seconds>&signature=<hex>`, the signature being
hmac_sha256(key, "PUT\\n{container}\\n{path}\\n{expires}") of the decoded path.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from pathlib import Path
from urllib.parse import unquote_to_bytes
from uuid import uuid4

from devhost.messages import Answer, Call, Refused

PREFIX = "/.upload/"
CONTAINER = "uploads"


def signature(key: str, container: str, path: str, expires: str) -> str:
    """What a link to one file carries."""
    return hmac.new(key.encode(), f"PUT\n{container}\n{path}\n{expires}".encode(), hashlib.sha256).hexdigest()


class SignedUploads:
    """Writes signed files below the data folder, each whole or not at all."""

    def __init__(self, data: Path, key: str) -> None:
        self._data = data
        self._key = key

    async def answer(self, call: Call) -> Answer:
        """201 when the file is there. Raises Refused (400, 403, 404, 409, 411, 413)."""
        container, path = _target(call.raw_path)
        if call.method != "PUT" or container != CONTAINER:
            raise Refused(404)
        self._check(call, container, path)
        content = await call.body()
        await asyncio.to_thread(_write, self._data / container / path, content)
        return Answer(201, [])

    def _check(self, call: Call, container: str, path: str) -> None:
        expires, given = call.query.get("expires", ""), call.query.get("signature", "")
        wanted = signature(self._key, container, path, expires)
        if not hmac.compare_digest(given.encode(), wanted.encode()):
            raise Refused(403, "The signature does not fit this address")
        if not (expires.isascii() and expires.isdecimal()) or int(expires) < time.time():
            raise Refused(403, "This address has expired")


def _target(raw_path: str) -> tuple[str, str]:
    try:
        text = unquote_to_bytes(raw_path.removeprefix(PREFIX)).decode()
    except UnicodeDecodeError:
        raise Refused(400) from None
    container, _, path = text.partition("/")
    parts = path.split("/")
    if not raw_path.startswith(PREFIX) or any(not part or part[0] == "." or not _plain(part) for part in parts):
        raise Refused(400, "That is no path of a file")
    return container, path


def _plain(part: str) -> bool:
    return not any(character in "\\\0" or ord(character) < 32 for character in part) and len(part.encode()) <= 255


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{uuid4().hex}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
        temporary.replace(path)
    except (IsADirectoryError, NotADirectoryError, FileExistsError):
        temporary.unlink(missing_ok=True) if temporary.parent.is_dir() else None
        raise Refused(409, "A folder is where the file should be, or a file where a folder should be") from None
