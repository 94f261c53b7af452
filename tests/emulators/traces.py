"""What tests leave in their accounts: shown, and removed. The clients stay open: opening one costs more than asking."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import Any, Final
from urllib.request import getproxies

from azure.core.exceptions import ResourceNotFoundError
from azure.core.pipeline.transport import RequestsTransport
from azure.cosmos import CosmosClient
from azure.cosmos.exceptions import CosmosResourceNotFoundError
from azure.storage.blob import BlobServiceClient, ContainerClient

from shared.adapters.containers import containers
from shared.adapters.cosmos_client import CosmosAccount
from shared.services.ports import DERIVED_CONTAINER, UPLOADS_CONTAINER
from tests.emulators.accounts import UnusableAccount

CONTAINERS: Final = (UPLOADS_CONTAINER, DERIVED_CONTAINER)


def documents(account: CosmosAccount) -> dict[str, list[str]]:
    """All of the database by container, but the people: whoever calls is noted, also where they are refused."""
    database = _cosmos(account.endpoint, account.key).get_database_client(account.database)
    found = {name: database.get_container_client(name).read_all_items() for name in containers()}
    return {name: sorted(repr(one) for one in items if one.get("kind") != "person") for name, items in found.items()}


def delete_database(account: CosmosAccount) -> None:
    with suppress(CosmosResourceNotFoundError):  # the test asked for nothing
        _cosmos(account.endpoint, account.key).delete_database(account.database)


def files(connection: str) -> dict[str, list[tuple[str, str]]]:
    """Path and ETag of all blobs, by container."""
    return {name: _blobs(_container(connection, name)) for name in CONTAINERS}


def empty_containers(connection: str) -> None:
    """Delete all blobs. Raises UnusableAccount if there were any when this process first asked: they are somebody's."""
    _claim(connection)
    for name, found in files(connection).items():
        for path, _ in found:
            _container(connection, name).delete_blob(path)


@cache
def _claim(connection: str) -> None:
    found = {name: len(blobs) for name, blobs in files(connection).items() if blobs}
    if found:
        raise UnusableAccount(f"tests want an account of their own: in this one are blobs of somebody's, {found}")


def _blobs(container: ContainerClient) -> list[tuple[str, str]]:
    try:
        return sorted((one.name, one.etag) for one in container.list_blobs())
    except ResourceNotFoundError:  # the container, which the app makes at its first use
        return []


@cache
def _container(connection: str, name: str) -> ContainerClient:
    return _storage(connection).get_container_client(name)


@cache
def _storage(connection: str) -> BlobServiceClient:
    return BlobServiceClient.from_connection_string(connection, transport=_transport())


@cache
def _cosmos(endpoint: str, key: Any) -> CosmosClient:
    return CosmosClient(endpoint, key, enable_endpoint_discovery=False, transport=_transport())


def _transport() -> RequestsTransport:
    """Where no proxy is set it need not look for one before each request."""
    return RequestsTransport(use_env_settings=bool(getproxies()))
