"""What the composition root says of settings that are well formed and cannot be used all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.bootstrap import build
from shared.settings import SettingsError, read_settings


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("COSMOS_CONNECTION", "AccountEndpoint=https://desk.documents.azure.com"),
        ("BLOB_CONNECTION", "nonsense"),
        ("BLOB_ENDPOINT", "https://"),
        ("BLOB_ENDPOINT", "http://desk.blob.core.windows.net"),
    ],
)
def test_an_account_that_cannot_be_opened_names_the_setting_that_names_it(
    setting: str, value: str, tmp_path: Path
) -> None:
    """A wrong BLOB_ENDPOINT was reported as a wrong BLOB_CONNECTION, which nobody had set."""
    with pytest.raises(SettingsError, match=f"^{setting}: "):
        build(read_settings({"LOCAL_DATA": str(tmp_path), setting: value}))


def test_nothing_makes_the_containers_in_azure_but_the_infrastructure() -> None:
    with pytest.raises(SettingsError, match="AZURE_CREATE is refused"):
        read_settings({"DEPLOYMENT": "azure", "AZURE_CREATE": "true"})
