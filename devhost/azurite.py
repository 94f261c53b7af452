"""Blobs in Azurite, or in a storage account with a key: the connection string of AzureWebJobsStorage names it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from devhost.errors import StartupError
from devhost.sources import POISON, Blob

if TYPE_CHECKING:
    from azure.storage.blob import BlobServiceClient

WELL_KNOWN = (
    "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFs"
    "uFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;"
    "QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1;"
)  # what UseDevelopmentStorage=true stands for: Azurite's own account on its own ports


class Azurite:
    """A `Source`. The poison queue is a real one, made when the first message comes."""

    def __init__(self, connection: str) -> None:
        """Raises StartupError for a connection string that names no blobs, no queues or no key."""
        from azure.storage.blob import BlobServiceClient  # half a second, and only this source needs it

        connection = WELL_KNOWN if connection == "UseDevelopmentStorage=true" else connection
        parts = dict(part.split("=", 1) for part in connection.split(";") if "=" in part)
        try:
            self._account, self._key = parts["AccountName"], parts["AccountKey"]
            self._queue = f"{parts['QueueEndpoint'].rstrip('/')}/{POISON}"
            self._client: BlobServiceClient = BlobServiceClient.from_connection_string(connection, retry_total=1)
        except (KeyError, ValueError) as error:
            raise StartupError(f"AzureWebJobsStorage: the connection string lacks {error}") from None

    def etags(self, container: str) -> Iterator[tuple[str, str]]:
        """Nothing where there is no container yet."""
        with _as_os_error():
            client = self._client.get_container_client(container)
            if client.exists():
                for properties in client.list_blobs():
                    yield properties.name, str(properties.etag).strip('"')

    def read(self, path: str) -> Blob | None:
        from azure.core.exceptions import ResourceNotFoundError

        container, _, name = path.partition("/")
        with _as_os_error():
            client = self._client.get_blob_client(container, name)
            try:
                download = client.download_blob()
                content = download.readall()
            except ResourceNotFoundError:
                return None
            properties = download.properties
            return Blob(content, str(properties.etag).strip('"'), properties.last_modified, client.url)

    def write_poison(self, document: dict[str, Any]) -> None:
        text = base64.b64encode(json.dumps(document).encode()).decode()
        message = f"<QueueMessage><MessageText>{text}</MessageText></QueueMessage>"
        self._ask("PUT", "", b"")
        self._ask("POST", "/messages", message.encode())

    def close(self) -> None:
        self._client.close()

    def _ask(self, method: str, path: str, body: bytes) -> None:
        """The queue's own SDK would be a dependency for two requests."""
        from azure.storage.blob import AccountSasPermissions, ResourceTypes, Services, generate_account_sas

        signature = generate_account_sas(
            self._account,
            self._key,
            ResourceTypes(container=True, object=True),
            AccountSasPermissions(write=True, create=True, add=True),
            datetime.now(UTC) + timedelta(minutes=5),
            services=Services(queue=True),
        )
        headers = {"x-ms-version": "2021-12-02", "Content-Type": "application/xml"}
        request = Request(f"{self._queue}{path}?{signature}", body, headers, method=method)  # noqa: S310 - our setting
        try:
            urlopen(request, timeout=10).close()  # noqa: S310
        except HTTPError as error:
            error.close()
            if error.code != 409:  # the queue is there
                raise


@contextmanager
def _as_os_error() -> Iterator[None]:
    from azure.core.exceptions import AzureError

    try:
        yield
    except AzureError as error:
        raise OSError(f"the storage account does not answer: {type(error).__name__}") from error
