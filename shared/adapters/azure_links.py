"""A storage account, and the signatures it gives for addresses: by its key where there is one (a local server, a test),
by a user delegation key of the app's identity otherwise, so that no key need exist in Azure."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from azure.storage.blob import BlobSasPermissions, UserDelegationKey, generate_blob_sas
from azure.storage.blob.aio import BlobServiceClient

_KEY_SERVES: Final = timedelta(hours=6)  # the service gives delegation keys for seven days at most
_CLOCKS_DIFFER: Final = timedelta(minutes=15)  # by this much at most between us and the service
_WRITE_ONE: Final = BlobSasPermissions(create=True, write=True)


@dataclass
class BlobAccount:
    """Either a connection string with a key, or an endpoint with the app's identity (DefaultAzureCredential)."""

    connection: str | None = None
    endpoint: str | None = None
    _credential: Any = None
    _delegation: tuple[UserDelegationKey, datetime] | None = None
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def client(self, **options: Any) -> BlobServiceClient:
        """A client of this account; close the account after it. Raises ValueError for a connection string without
        its parts."""
        if self.connection is not None:
            return BlobServiceClient.from_connection_string(self.connection, **options)
        assert self.endpoint is not None  # noqa: S101 - one of the two is given
        from azure.identity.aio import DefaultAzureCredential  # only where no key is given, which is in Azure

        self._credential = DefaultAzureCredential()
        return BlobServiceClient(self.endpoint, self._credential, **options)

    async def signature(self, client: BlobServiceClient, container: str, path: str, expires_at: datetime) -> str:
        """A query string that lets whoever has it create or overwrite this one blob until then. Raises AzureError."""
        account = str(client.account_name)
        signed: dict[str, Any] = {"permission": _WRITE_ONE, "expiry": expires_at}
        if self.connection is not None:
            signed["account_key"] = client.credential.account_key
        else:
            signed["user_delegation_key"] = await self._delegation_key(client, expires_at)
            signed["protocol"] = "https"
        return generate_blob_sas(account, container, path, **signed)

    async def close(self) -> None:
        if self._credential is not None:
            await self._credential.close()

    async def _delegation_key(self, client: BlobServiceClient, expires_at: datetime) -> UserDelegationKey:
        """Asked for once in a while: each costs a request, and no link outlives its key."""
        async with self._asking:
            if self._delegation is None or expires_at > self._delegation[1]:
                now = datetime.now(UTC)
                until = max(expires_at, now + _KEY_SERVES)
                self._delegation = await client.get_user_delegation_key(now - _CLOCKS_DIFFER, until), until
            return self._delegation[0]
