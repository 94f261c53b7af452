"""Blob functions over Azurite: the same deliveries, and a poison message in a real queue."""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from azure.storage.blob import (
    AccountSasPermissions,
    ContainerClient,
    ResourceTypes,
    Services,
    generate_account_sas,
)

from devhost.configuration import HostJson
from devhost.errors import StartupError
from devhost.invocation import FunctionFailed
from devhost.sources import POISON
from tests.devhost.conftest import Serve
from tests.devhost.test_blobs import Deliveries, blob_app, settled
from tests.devhost.test_timers import until
from tests.emulators.servers import AZURITE_ACCOUNT, AZURITE_KEY, LocalAzure


@pytest.fixture
def container(local_azure: LocalAzure) -> Iterator[ContainerClient]:
    """A container of the test's own."""
    name = f"t{uuid.uuid4().hex[:12]}"
    with ContainerClient.from_connection_string(local_azure.blob_connection, name) as client:
        client.create_container()
        yield client
        client.delete_container()


def settings(here: LocalAzure) -> dict[str, str]:
    return {"DEVHOST_BLOB_SOURCE": "azurite", "AzureWebJobsStorage": here.blob_connection}


def poison_messages(here: LocalAzure) -> list[dict[str, str]]:
    """All in the queue, taken out of it."""
    signature = generate_account_sas(
        AZURITE_ACCOUNT,
        AZURITE_KEY,
        ResourceTypes(object=True),
        AccountSasPermissions(process=True),
        datetime.now(UTC) + timedelta(minutes=5),
        services=Services(queue=True),
    )
    url = f"{here.queue_endpoint}/{POISON}/messages?numofmessages=32&{signature}"
    found = re.findall(r"<MessageText>(.*?)</MessageText>", httpx.get(url).raise_for_status().text)
    return [json.loads(base64.b64decode(text)) for text in found]


async def test_a_blob_is_delivered_once_and_again_when_overwritten(
    serve: Serve, local_azure: LocalAzure, container: ContainerClient
) -> None:
    deliveries = Deliveries()
    host, _ = serve(blob_app(deliveries, f"{container.container_name}/{{name}}"), settings(local_azure))
    container.upload_blob("contoso/o1/a b é.csv", b"1,2")
    await host.start()
    await until(lambda: len(deliveries.seen) == 1)
    await settled()
    path = f"{container.container_name}/contoso/o1/a b é.csv"
    assert deliveries.seen == [(path, b"1,2")]
    container.upload_blob("contoso/o1/a b é.csv", b"3", overwrite=True)
    await until(lambda: len(deliveries.seen) == 2)
    assert deliveries.seen[1] == (path, b"3")
    container.delete_blob("contoso/o1/a b é.csv")
    await settled()
    assert len(deliveries.seen) == 2


async def test_a_blob_that_always_fails_is_tried_five_times_and_ends_in_the_queue(
    serve: Serve, local_azure: LocalAzure, container: ContainerClient
) -> None:
    deliveries = Deliveries()
    deliveries.failures = 99
    host, _ = serve(blob_app(deliveries, f"{container.container_name}/{{name}}"), settings(local_azure))
    etag = container.upload_blob("bad.csv", b"x").get_blob_properties().etag
    await host.start()
    await until(lambda: len(deliveries.seen) == HostJson().poison_threshold)
    await settled()
    assert len(deliveries.seen) == 5
    assert poison_messages(local_azure) == [
        {
            "Type": "BlobTrigger",
            "FunctionId": "Host.Functions.ingest",
            "BlobType": "BlockBlob",
            "ContainerName": container.container_name,
            "BlobName": "bad.csv",
            "ETag": f'"{etag.strip(chr(34))}"',
        }
    ]


async def test_a_blob_function_can_be_started_by_hand(
    serve: Serve, local_azure: LocalAzure, container: ContainerClient
) -> None:
    deliveries = Deliveries()
    host, _ = serve(blob_app(deliveries, f"{container.container_name}/{{name}}"), settings(local_azure))
    container.upload_blob("a", b"by hand")
    await host.run_now("ingest", f"{container.container_name}/a")
    assert deliveries.seen == [(f"{container.container_name}/a", b"by hand")]
    with pytest.raises(LookupError):
        await host.run_now("ingest", f"{container.container_name}/missing")
    deliveries.failures = 1
    with pytest.raises(FunctionFailed):
        await host.run_now("ingest", f"{container.container_name}/a")


async def test_a_container_that_is_not_there_yet_is_empty(serve: Serve, local_azure: LocalAzure) -> None:
    deliveries = Deliveries()
    name = f"t{uuid.uuid4().hex[:12]}"
    host, _ = serve(blob_app(deliveries, f"{name}/{{name}}"), settings(local_azure))
    await host.start()
    await settled()
    with ContainerClient.from_connection_string(local_azure.blob_connection, name) as client:
        client.create_container()
        client.upload_blob("first", b"1")
        await until(lambda: deliveries.seen == [(f"{name}/first", b"1")])
        client.delete_container()


@pytest.mark.parametrize("connection", ["", "nonsense", "AccountName=a;AccountKey=bG9jYWw=;BlobEndpoint=http://h/a"])
async def test_a_connection_string_without_its_parts_is_refused_at_the_start(
    serve: Serve, connection: str, tmp_path: Path
) -> None:
    with pytest.raises(StartupError, match="AzureWebJobsStorage"):
        serve(blob_app(Deliveries()), {"DEVHOST_BLOB_SOURCE": "azurite", "AzureWebJobsStorage": connection})
