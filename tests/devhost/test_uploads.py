"""The signed address: one file, one container, for a time."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from devhost.uploads import signature
from tests.devhost.conftest import Serve, new_app


class Link:
    """A client, and the key that a function would sign with."""

    def __init__(self, client: httpx.AsyncClient, key: str) -> None:
        self.client, self.key = client, key

    async def put(
        self, path: str, content: bytes = b"x", *, container: str = "uploads", age: int = 0, **wrong: str
    ) -> int:
        expires = str(int(time.time()) + 60 - age)
        signed = wrong.get("signed", path)
        query = {"expires": expires, "signature": signature(self.key, container, signed, expires)} | wrong
        address = f"/.upload/{container}/{quote(path)}"
        return (await self.client.put(address, params=query, content=content)).status_code


@pytest.fixture
def link(serve: Serve, tmp_path: Path) -> Link:
    _, client = serve(new_app(), body_limit=1000)
    return Link(client, (tmp_path / "devhost" / "upload-link.key").read_text())


async def test_a_signed_file_is_written_whole_under_its_decoded_name(link: Link, tmp_path: Path) -> None:
    assert await link.put("contoso/o1/contacts/une liste é%.csv", b"a;b") == 201
    folder = tmp_path / "uploads" / "contoso" / "o1" / "contacts"
    assert [(path.name, path.read_bytes()) for path in folder.iterdir()] == [("une liste é%.csv", b"a;b")]
    assert await link.put("contoso/o1/contacts/une liste é%.csv", b"") == 201
    assert (folder / "une liste é%.csv").read_bytes() == b""


async def test_a_wrong_or_expired_signature_writes_nothing(link: Link, tmp_path: Path) -> None:
    assert await link.put("a/b", signature="00") == 403
    assert await link.put("a/b", signature="é") == 403
    assert await link.put("a/b", signed="a/c") == 403
    assert await link.put("a/b", age=120) == 403
    assert await link.put("a/b", expires="99999999999") == 403
    assert (await link.client.put("/.upload/uploads/a/b")).status_code == 403
    assert not (tmp_path / "uploads").exists()


async def test_only_the_uploads_container_takes_files(link: Link, tmp_path: Path) -> None:
    assert await link.put("a", container="derived") == 404
    assert await link.put("keys.json", container="devhost") == 404
    assert (await link.client.get("/.upload/uploads/a")).status_code == 404


@pytest.mark.parametrize(
    "path", ["../x", "a/../../x", "a//b", "/etc/x", ".x", "a/.b", "a\\b", "a\0b", "a/", "", "a\nb", "x" * 300]
)
async def test_no_path_leads_out_of_the_container_or_to_a_hidden_name(link: Link, tmp_path: Path, path: str) -> None:
    assert await link.put(path) in (400, 403, 404)
    assert not list((tmp_path / "uploads").rglob("*"))


async def test_sizes_and_chunked_bodies_are_refused_as_for_functions(link: Link) -> None:
    assert await link.put("a/b", b"x" * 1001) == 413


async def test_a_file_is_not_put_where_a_folder_is(link: Link) -> None:
    assert await link.put("a/b") == 201
    assert await link.put("a") == 409
    assert await link.put("a/b/c") == 409
