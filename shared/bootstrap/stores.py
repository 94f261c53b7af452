"""The stores the settings name: Cosmos DB and Blob Storage, or the embedded ones."""

from __future__ import annotations

import logging
from pathlib import Path

from shared.services.ports import BlobStore, DocumentStore
from shared.settings import Settings, SettingsError

log = logging.getLogger(__name__)


def cosmos_store(settings: Settings) -> DocumentStore:
    from shared.adapters.cosmos import CosmosStore  # adapters are heavy, and only one pair is used
    from shared.adapters.cosmos_client import CosmosAccount

    _quiet_the_sdk()
    database = settings.cosmos_database
    if settings.cosmos_connection is None:
        account = CosmosAccount(str(settings.cosmos_endpoint), database, settings.cosmos_key)
    else:
        try:
            account = CosmosAccount.of_connection_string(settings.cosmos_connection, database)
        except ValueError as error:
            raise SettingsError(f"COSMOS_CONNECTION: {error}") from None
    return CosmosStore(account, settings.azure_create)


def azure_blobs(settings: Settings) -> BlobStore:
    from shared.adapters.azure_blobs import AzureBlobs
    from shared.adapters.azure_links import BlobAccount

    _quiet_the_sdk()
    try:
        return AzureBlobs(BlobAccount(settings.blob_connection, settings.blob_endpoint), settings.azure_create)
    except ValueError as error:
        wrong = "BLOB_ENDPOINT" if settings.blob_connection is None else "BLOB_CONNECTION"
        raise SettingsError(f"{wrong}: {error}") from None


def _quiet_the_sdk() -> None:
    """It logs every request's headers; what an operation took and cost is a line of our own."""
    logging.getLogger("azure").setLevel(logging.WARNING)


def embedded_store(settings: Settings) -> DocumentStore:
    from shared.adapters.sqlite import SqliteStore
    from shared.adapters.sqlite_schema import StoreTooNew

    folder = _embedded_folder(settings, "store")
    try:
        return SqliteStore(folder / "cosell.sqlite3")
    except StoreTooNew as error:
        raise SettingsError(str(error)) from error


def embedded_blobs(settings: Settings) -> BlobStore:
    from shared.adapters.folder_blobs import FolderBlobs

    folder = _embedded_folder(settings, "files")
    return FolderBlobs(folder, settings.upload_link_url, settings.upload_link_key)


def _embedded_folder(settings: Settings, what: str) -> Path:
    if settings.in_azure:
        raise SettingsError(f"Embedded {what} are refused in Azure: set COSMOS_ENDPOINT and BLOB_ENDPOINT.")
    settings.local_data.mkdir(parents=True, exist_ok=True)
    log.warning("embedded %s in %s: for one machine only", what, settings.local_data)
    return settings.local_data
