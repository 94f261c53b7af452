"""What the templates repeat of the code is compared with it: containers, roles, settings, log lines, names."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import azure.functions as func
import pytest

from functions.expiry import expire_unanswered_referrals
from infra import containers as generator
from shared import bootstrap
from shared.adapters.containers import containers
from shared.domain.organizations.organization import Role
from shared.services.sweep import Report
from shared.settings import Settings, read_settings
from tests.infra.bicep import INFRA, ROOT, code, source
from tests.registered import registered

# Settings of the platform, not of the app.
PLATFORMS = re.compile(
    r"(AzureWebJobs(Storage__|DisableHomepage)|AzureFunctionsJobHost__|APPLICATIONINSIGHTS_|OVERRIDE_USE_MI_|AZURE_CLIENT_ID)"
)


def app_settings() -> dict[str, str]:
    block = re.search(r"^var settings = \{\n(.*?)^\}", code("app"), re.MULTILINE | re.DOTALL)
    assert block is not None
    return dict(re.findall(r"^  (\w+): (.*)$", block[1], re.MULTILINE))


def operations() -> str:
    return (ROOT / "docs/operations.md").read_text("utf-8")


def test_the_containers_are_generated_from_the_data_python_reads() -> None:
    assert generator.FILE.read_text("utf-8") == generator.text(), "run python -m infra.containers"


def test_every_container_is_partitioned_by_organization_then_id() -> None:
    made = json.loads(generator.FILE.read_text("utf-8"))
    assert [one["name"] for one in made] == list(containers())
    key = {"paths": ["/organizationId", "/id"], "kind": "MultiHash", "version": 2}
    assert [one["partitionKey"] for one in made] == [key] * len(made)


def test_cosmos_db_takes_every_indexing_policy() -> None:
    """Its limits: a hundred composite indexes a container, eight paths each, every path included or the id."""
    for one in json.loads(generator.FILE.read_text("utf-8")):
        policy = one["indexingPolicy"]
        included = {entry["path"].removesuffix("/?") for entry in policy["includedPaths"]} | {"/id"}
        assert len(policy["compositeIndexes"]) <= 100
        for composite in policy["compositeIndexes"]:
            assert 2 <= len(composite) <= 8
            assert {part["path"] for part in composite} <= included
        assert {"path": "/*"} in policy["excludedPaths"], "every path that is indexed is paid for with each write"


def test_the_roles_of_the_app_registration_are_the_domains() -> None:
    roles = json.loads((INFRA / "app-roles.json").read_text("utf-8"))
    assert {role["value"] for role in roles} == {str(role) for role in Role}
    assert all(role["description"] and role["displayName"] for role in roles)


def test_every_setting_the_template_gives_is_one_the_app_reads() -> None:
    own = {name for name in app_settings() if not PLATFORMS.match(name)}
    assert {name for name in own if name.lower() not in Settings.model_fields} == set()


def test_every_schedule_is_set_in_azure_too() -> None:
    named = {
        name
        for one in registered()
        if one.trigger == "timerTrigger"
        for name in re.findall(r"%(\w+)%", one.facts["schedule"])
    }
    assert named <= app_settings().keys()


def test_the_app_is_told_it_runs_in_azure() -> None:
    """So it refuses the embedded store there even if the platform's own marks change."""
    assert app_settings()["DEPLOYMENT"] == "'azure'"
    assert read_settings({"DEPLOYMENT": "azure"}).in_azure


def test_nothing_of_one_machine_is_set_in_azure() -> None:
    local = {
        "LOCAL_DATA",
        "LOCAL_ORGANIZATIONS",
        "CLOCK_OFFSET",
        "AZURE_CREATE",
        "UPLOAD_LINK_URL",
        "UPLOAD_LINK_KEY",
        "FUNCTIONS_WORKER_RUNTIME",
    }
    assert app_settings().keys() & local == set()


def test_event_grid_is_pointed_at_the_blob_function() -> None:
    blob = [one for one in registered() if one.trigger == "blobTrigger"]
    assert len(blob) == 1
    container = blob[0].facts["path"].partition("/")[0]
    hook = (INFRA / "hooks/subscribe-to-uploads.sh").read_text()
    assert f"functionName=Host.Functions.{blob[0].name}&code=" in hook
    assert f"subjectBeginsWith: '/blobServices/default/containers/{container}/'" in source("upload-events")
    assert f"{blob[0].facts['connection']}__blobServiceUri" in app_settings()
    assert f"{blob[0].facts['connection']}__queueServiceUri" in app_settings()
    assert re.search(rf"^  name: '{container}'$", source("storage"), re.MULTILINE)


def test_alerts_look_for_what_the_timers_log() -> None:
    """The delivery timer's line is that of functions/delivery.py, with the facts as Python shows them."""
    delivery = (ROOT / "functions/delivery.py").read_text()
    assert 'log.info("deliver_events: %s", report.as_facts())' in delivery
    stopped, clean = str(Report(remaining=True).as_facts()), str(Report().as_facts())
    assert "'remaining': True" in stopped
    assert "'remaining': True" not in clean
    assert "'failed': {}" in clean
    assert set(re.findall(r'(?:startswith|(?<!!)has) "([^"]+)"', source("alerts"))) == {
        "deliver_events:",
        "'remaining': True",
        "Executed 'Functions.deliver_events' (Succeeded",  # the host's own line for each run
        "expire_unanswered_referrals:",
        "send_reminders:",
        "'failed': {}",  # of the reminders: no run without a failure
        "webjobs-blobtrigger-poison",
    }
    assert re.findall(r'!has "([^"]+)"', source("alerts")) == ["'failed': {}"]


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[bootstrap.Services]:
    built = bootstrap.build(read_settings({"LOCAL_DATA": str(tmp_path)}))
    bootstrap.use(built)
    yield built
    await bootstrap.close()


async def test_the_sweep_says_that_it_ran_even_with_nothing_to_do(
    services: bootstrap.Services, caplog: pytest.LogCaptureFixture
) -> None:
    """The alert on a sweep that has not run hears a silent one as none."""
    sweep = cast(Any, expire_unanswered_referrals)
    with caplog.at_level(logging.INFO, "functions.expiry"):
        await sweep(cast(func.TimerRequest, None))
    assert any(message.startswith("expire_unanswered_referrals:") for message in caplog.messages)


def test_every_alert_has_its_page_in_the_operators_book() -> None:
    named = re.findall(r'docs/operations\.md, "([^"]+)"', source("alerts"))
    assert len(named) == len(re.findall(r"^    severity: ", source("alerts"), re.MULTILINE))
    assert [title for title in named if f"### {title}\n" not in operations()] == []


def test_the_operators_book_names_every_parameter_and_role() -> None:
    variables = re.findall(r"\$\{([A-Z_]+)", (INFRA / "main.parameters.json").read_text())
    assert [name for name in variables if f"`{name}`" not in operations()] == []
    assert [str(role) for role in Role if f"`{role}`" not in operations()] == []
    assert [name for name in app_settings() if not name.startswith("Azure") and f"`{name}`" not in operations()] == []
