"""The operator's command that puts the first organizations in place."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.organizations import main
from shared import bootstrap
from shared.domain.ids import derived_id
from shared.settings import read_settings
from tests.infra.bicep import ROOT

TENANT = "d0000000-0000-4000-8000-000000000001"
OTHER = "d0000000-0000-4000-8000-000000000002"
VENDOR = ("--kind", "vendor", "--name", "The Vendor", "--country", "US", "--tenant-id", TENANT)

Said = tuple[int, str, str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """The command over a store in `tmp_path`: exit code, what it says, what it refuses."""
    monkeypatch.setenv("LOCAL_DATA", str(tmp_path))
    monkeypatch.setenv("AZURE_FUNCTIONS_ENVIRONMENT", "Development")  # wherever the tests run

    def command(*arguments: str) -> Said:
        code = main(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


def of_tenant(folder: Path, tenant: str) -> str | None:
    """The id of the organization whose directory it is."""

    async def looked_up() -> str | None:
        services = bootstrap.build(read_settings({"LOCAL_DATA": str(folder)}))
        try:
            found = await services.organizations.of_tenant(tenant)
        finally:
            await services.close()
        return found.id if found else None

    return asyncio.run(looked_up())


def listed(folder: Path, *entries: dict[str, Any]) -> str:
    """A file that lists them."""
    file = folder / "organizations.json"
    file.write_text(json.dumps(entries))
    return str(file)


def a_partner(**changes: Any) -> dict[str, Any]:
    return {"name": "Northwind", "kind": "partner", "country": "DE", "tenantId": OTHER, **changes}


def test_the_first_vendor_has_the_id_the_settings_name(run: Callable[..., Said], tmp_path: Path) -> None:
    assert run(*VENDOR) == (0, "vendor: added\n", "")
    assert run(*VENDOR) == (0, "vendor: there already\n", "")
    assert of_tenant(tmp_path, TENANT) == "vendor"


def test_the_vendor_of_other_settings_is_another(run: Callable[..., Said], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENDOR_ORGANIZATION_ID", "programme")
    assert run(*VENDOR) == (0, "programme: added\n", "")


def test_a_file_adds_as_many_as_it_lists_once(run: Callable[..., Said], tmp_path: Path) -> None:
    file = listed(tmp_path, a_partner(id="northwind"), a_partner(name="Adatum", tenantId=TENANT.upper()))
    assert run(file) == (0, "northwind: added\nAdatum: added\n", "")
    assert run(file) == (0, "northwind: there already\nAdatum: there already\n", "")
    assert of_tenant(tmp_path, OTHER) == "northwind"
    assert of_tenant(tmp_path, TENANT) == derived_id("organization", TENANT)


def test_the_demos_organizations_can_be_added_so(run: Callable[..., Said]) -> None:
    code, said, refused = run(str(ROOT / "demo" / "organizations.json"))
    assert (code, refused) == (0, "")
    assert said.split() == ["contoso:", "added", "fabrikam:", "added", "tailspin:", "added", "vendor:", "added"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "seller"}, "organization 2: kind: Input should be 'partner' or 'vendor'"),
        ({"country": "Germany"}, "organization 2: country: Use a two-letter ISO 3166-1 code in capitals, such as FR."),
        ({"tenantId": "northwind.example"}, "organization 2: tenantId: Use the directory's tenant id"),
        ({"tenantId": ""}, "organization 2: tenantId: Use the directory's tenant id"),
        ({"name": ""}, "organization 2: name: This is needed."),
        ({"id": "north wind"}, "organization 2: id: Use up to 64 letters"),
        ({"colour": "red"}, "organization 2: colour: There is no such field"),
        ({"locations": [{"name": "Berlin"}]}, "organization 2: locations.0.country: This is needed."),
        ({"id": "vendor"}, "'vendor' is the vendor's id; VENDOR_ORGANIZATION_ID says so"),
        ({"kind": "vendor", "id": "northwind"}, "the vendor's id is 'vendor'; VENDOR_ORGANIZATION_ID says so"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_of_the_file_is_added(
    run: Callable[..., Said], tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    file = listed(tmp_path, a_partner(name="Adatum", tenantId=TENANT), a_partner(**changes))
    code, said, refused = run(file)
    assert (code, said) == (1, "")
    assert reason in refused
    assert "Traceback" not in refused
    assert of_tenant(tmp_path, TENANT) is None


@pytest.mark.parametrize(
    ("content", "reason"), [("[", "not JSON"), ("{}", "not a list"), ("[5]", "organization 1: all")]
)
def test_a_file_that_is_none_is_refused(run: Callable[..., Said], tmp_path: Path, content: str, reason: str) -> None:
    file = tmp_path / "organizations.json"
    file.write_text(content)
    code, _, refused = run(str(file))
    assert (code, reason in refused) == (1, True)
    assert run(str(tmp_path / "nowhere.json"))[0] == 1


def test_a_directory_or_an_id_that_is_anothers_is_refused(run: Callable[..., Said], tmp_path: Path) -> None:
    """A second directory must not get into an organization by its id."""
    run(listed(tmp_path, a_partner(id="northwind")))
    code, said, refused = run(listed(tmp_path, a_partner(id="adatum")))
    assert (code, said, refused) == (1, "", "adatum: This directory is an organization's already.\n")
    code, _, refused = run(listed(tmp_path, a_partner(id="northwind", tenantId=TENANT)))
    assert (code, "signs in through another directory" in refused) == (1, True)
    assert of_tenant(tmp_path, TENANT) is None


@pytest.mark.parametrize("arguments", [(), ("--kind", "vendor", "organizations.json"), ("--unknown",)])
def test_a_command_line_that_is_none_is_explained(run: Callable[..., Said], arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code == 2


def test_a_command_line_that_says_too_little_is_told_what_is_missing(run: Callable[..., Said]) -> None:
    code, _, refused = run("--kind", "partner", "--name", "Northwind")
    assert code == 1
    assert "organization 1: country: This is needed." in refused
    assert "organization 1: tenantId: This is needed." in refused
