"""No key, secret or password anywhere: none made, read or handed over, and where a service has keys they are off."""

from __future__ import annotations

import re

import pytest

from tests.infra.bicep import FILES, INFRA, code, section, source

NAMES = [file.stem for file in FILES]

# What the app's identity may do, by role and for what. Anything more is a decision, and belongs here with its reason.
ROLES = {
    "storageBlobDataOwner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",  # what the Functions host asks for on its storage
    "storageBlobDataReader": "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",  # the operator looks
    "storageBlobDelegator": "db58b8e5-c6ad-4a2a-8342-4190687cbf4a",  # upload links
    "storageQueueDataContributor": "974c5e8b-45b9-4653-ba55-5f855dd0fb88",  # blob trigger; operator's hand
    "monitoringMetricsPublisher": "3913510d-42f4-4e42-8a64-420c390055eb",  # telemetry without a key
}


@pytest.mark.parametrize("name", NAMES)
def test_no_template_reads_a_key(name: str) -> None:
    reading = re.compile(
        r"\blist\w*\(|primaryKey|secondaryKey|masterKey|connectionStrings|AccountKey|clientSecret\b", re.IGNORECASE
    )
    assert reading.findall(code(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_only_connection_string_is_the_address_of_telemetry(name: str) -> None:
    """With local authentication off it opens nothing; the SDK takes the address in no other form."""
    lines = [line.strip() for line in code(name).splitlines() if re.search("connectionstring", line, re.IGNORECASE)]
    telemetry = "APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsights.properties.ConnectionString"
    assert lines == [telemetry] * (name == "app")


def test_where_a_service_has_keys_they_are_off() -> None:
    assert re.search(r"\n    disableLocalAuth: true\n", code("cosmos"))
    assert re.search(r"\n    disableKeyBasedMetadataWriteAccess: true\n", code("cosmos"))
    assert re.search(r"\n    allowSharedKeyAccess: false\n", code("storage"))
    assert re.search(r"\n    allowBlobPublicAccess: false\n", code("storage"))
    assert re.search(r"\n    DisableLocalAuth: true\n", code("monitoring"))
    assert "features: { disableLocalAuth: true }" in code("monitoring")


def test_no_publishing_password_works() -> None:
    policies = section("app", "resources")
    names = {
        policies[one]["config"]["name"]: policies[one]["config"]["properties"]
        for one in ("noPublishingPassword", "noFtpPassword")
    }
    assert names == {"scm": {"allow": False}, "ftp": {"allow": False}}


def test_sign_in_trusts_the_identity_instead_of_a_secret() -> None:
    assert "clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'" in code("sign-in")
    assert "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: identityClientId" in code("app")
    assert "passwordCredentials" not in source("registration")
    assert "keyCredentials" not in source("registration")


def test_the_one_address_that_holds_a_key_is_secure_and_kept_nowhere() -> None:
    """The host guards its blob extension by a key of its own; the hook hands it to Event Grid."""
    assert re.search(r"@secure\(\)\nparam endpointUrl string\n", source("upload-events"))
    hook = (INFRA / "hooks/subscribe-to-uploads.sh").read_text()
    assert not re.search(r"azd env set|echo[^\n]*(\$key|UPLOAD_EVENTS_URL)|set -x", hook)


def test_the_app_has_these_roles_and_no_other() -> None:
    declared = dict(re.findall(r"^  (\w+): '([0-9a-f-]{36})'$", source("access"), re.MULTILINE))
    assert declared == ROLES
    given = re.search(r"^var appMayStore = \[(.*)\]$", source("access"), re.MULTILINE)
    assert given is not None
    assert set(re.findall(r"roles\.(\w+)", given[1])) == {
        "storageBlobDataOwner",
        "storageBlobDelegator",
        "storageQueueDataContributor",
    }


def test_the_app_writes_documents_in_its_database_only() -> None:
    """Cosmos DB's own contributor role is data only: it makes no container and changes no throughput."""
    assert "var dataContributor = '00000000-0000-0000-0000-000000000002'" in source("cosmos")
    scopes = re.findall(r"^    scope: (.*)$", source("cosmos"), re.MULTILINE)
    assert scopes == ["'${account.id}/dbs/${database.name}'"] * 2


@pytest.mark.parametrize("name", NAMES)
def test_nobody_is_given_a_role_that_manages_resources(name: str) -> None:
    managing = (
        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",  # Owner
        "b24988ac-6180-42a0-ab88-20f7382dd24c",  # Contributor
        "17d1049b-9a84-46fb-8f53-869881c3d3ab",  # Storage Account Contributor: it may list keys
    )
    assert [role for role in managing if role in source(name)] == []
