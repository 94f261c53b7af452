"""What keeps the host from starting says what to change."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest

from devhost.configuration import HostJson, positive_seconds, read_host_json, read_local_settings
from devhost.errors import StartupError
from tests.devhost.conftest import Serve, new_app

BUNDLE = {"id": "Microsoft.Azure.Functions.ExtensionBundle", "version": "[4.*, 5.0.0)"}
GOOD = {"version": "2.0", "extensionBundle": BUNDLE}


def host_json(tmp_path: Path, document: Any, **environment: str) -> HostJson:
    path = tmp_path / "host.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return read_host_json(path, environment)


def test_this_repositorys_own_files_are_accepted(caplog: pytest.LogCaptureFixture) -> None:
    rules = read_host_json(Path("host.json"), {})
    assert (rules.route_prefix, rules.blob_parallelism, rules.poison_threshold) == ("", 2, 5)
    assert rules.function_timeout == 600
    assert read_local_settings(Path("local.settings.json")).port == 7071
    assert not caplog.records


def test_defaults_are_the_platforms(tmp_path: Path) -> None:
    assert host_json(tmp_path, GOOD) == HostJson()


def test_the_environment_overrides_host_json(tmp_path: Path) -> None:
    rules = host_json(
        tmp_path,
        GOOD,
        AzureFunctionsJobHost__extensions__http__routePrefix="v1",
        AZUREFUNCTIONSJOBHOST__Extensions__Blobs__MaxDegreeOfParallelism="3",
        AzureFunctionsJobHost__logging__logLevel__default="Warning",
    )
    assert (rules.route_prefix, rules.blob_parallelism, rules.log_level) == ("v1", 3, logging.WARNING)


def test_an_unknown_key_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    host_json(tmp_path, {**GOOD, "extension": {}})
    assert "'extension'" in caplog.text


@pytest.mark.parametrize(
    ("document", "word"),
    [
        ("{", "cannot be read"),
        ([], "JSON object"),
        ({}, "version"),
        ({**GOOD, "version": 2.0}, "version"),
        ({"version": "2.0"}, "extensionBundle"),
        ({**GOOD, "extensionBundle": {**BUNDLE, "version": "4.0"}}, "extensionBundle"),
        ({**GOOD, "extensionBundle": {**BUNDLE, "version": "[2.*, 3.0.0)"}}, "extensionBundle"),
        ({**GOOD, "extensions": []}, "extensions"),
        ({**GOOD, "extensions": {"blobs": {"maxDegreeOfParallelism": 0}}}, "maxDegreeOfParallelism"),
        ({**GOOD, "functionTimeout": "ten minutes"}, "functionTimeout"),
        ({**GOOD, "logging": {"logLevel": {"default": "loud"}}}, "loud"),
        ({**GOOD, "customHandler": {}}, "customHandler"),
    ],
)
def test_a_bad_host_json_is_refused_by_the_word_that_is_wrong(tmp_path: Path, document: Any, word: str) -> None:
    with pytest.raises(StartupError, match=word):
        host_json(tmp_path, document)


@pytest.mark.parametrize(
    ("document", "word"),
    [
        ({"Values": {}}, "IsEncrypted"),
        ({"IsEncrypted": True}, "IsEncrypted"),
        ({"IsEncrypted": False, "Values": {"A": {"B": "c"}}}, "Values.A"),
        ({"IsEncrypted": False, "Values": {"A": 1}}, "Values.A"),
        ({"IsEncrypted": False, "Host": {"LocalHttpPort": "x"}}, "LocalHttpPort"),
    ],
)
def test_bad_local_settings_are_refused(tmp_path: Path, document: Any, word: str) -> None:
    path = tmp_path / "local.settings.json"
    path.write_text(json.dumps(document))
    with pytest.raises(StartupError, match=word):
        read_local_settings(path)


def test_origins_come_from_local_settings(tmp_path: Path) -> None:
    path = tmp_path / "local.settings.json"
    path.write_text(
        json.dumps({"IsEncrypted": False, "Host": {"CORS": "http://a/, http://b", "CORSCredentials": True}})
    )
    settings = read_local_settings(path)
    assert (settings.cors, settings.cors_credentials) == (("http://a", "http://b"), True)


@pytest.mark.parametrize("text", ["0", "-1", "x", "nan", "inf"])
def test_a_setting_in_seconds_is_a_number_above_zero(text: str) -> None:
    with pytest.raises(StartupError, match="S must be"):
        positive_seconds({"S": text}, "S", 1)


def refused(serve: Serve, app: func.FunctionApp) -> str:
    with pytest.raises(StartupError) as error:
        serve(app)
    return str(error.value)


def test_two_functions_of_one_name_are_refused(serve: Serve) -> None:
    app = new_app()
    for route in ("a", "b"):

        @app.route(route)
        async def twice(req: func.HttpRequest) -> func.HttpResponse:
            return func.HttpResponse("x")

    assert "twice" in refused(serve, app)


def test_a_name_the_platform_would_drop_is_refused(serve: Serve) -> None:
    app = new_app()

    @app.route("a")
    async def _hidden(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse("x")

    assert "_hidden" in refused(serve, app)


def test_bindings_this_host_does_not_have_are_refused(serve: Serve) -> None:
    queue, output, retried = new_app(), new_app(), new_app()

    @queue.queue_trigger(arg_name="message", queue_name="q", connection="C")
    async def of_queue(message: func.QueueMessage) -> None: ...

    @output.route("a")
    @output.blob_output(arg_name="blob", path="a/b", connection="C")
    async def with_output(req: func.HttpRequest, blob: func.Out[str]) -> func.HttpResponse:
        return func.HttpResponse("x")

    @retried.retry(strategy="fixed_delay", max_retry_count="3", delay_interval="00:00:01")
    @retried.timer_trigger(arg_name="timer", schedule="0 * * * * *")
    async def again(timer: func.TimerRequest) -> None: ...

    assert "queueTrigger" in refused(serve, queue)
    assert "'blob'" in refused(serve, output)
    assert "retry" in refused(serve, retried)


def test_parameters_and_annotations_must_fit_the_bindings(serve: Serve) -> None:
    name, kind, answer = new_app(), new_app(), new_app()

    @name.route("a")
    async def other_name(request: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse("x")

    @kind.timer_trigger(arg_name="timer", schedule="0 * * * * *")
    async def other_kind(timer: func.HttpRequest) -> None: ...

    @answer.route("a")
    async def other_answer(req: func.HttpRequest) -> dict:  # type: ignore[type-arg]
        return {}

    assert "['request']" in refused(serve, name)
    assert "HttpRequest" in refused(serve, kind)
    assert "dict" in refused(serve, answer)


def test_an_app_is_indexed_once_and_can_be_served_again(serve: Serve) -> None:
    app = new_app()

    @app.route("a")
    async def only(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse("x")

    assert serve(app)[0].functions == serve(app)[0].functions


async def test_admin_answers_this_machine_only(serve: Serve) -> None:
    host, client = serve(new_app())
    assert (await client.get("/admin/host/ping")).status_code == 200
    assert (await client.get("/admin/host/status")).json()["state"] == "Running"
    assert (await client.post("/admin/functions/nothing", json={})).status_code == 404
    assert (await client.get("/admin/elsewhere")).status_code == 404
    assert (await client.post("/admin/host/ping", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 403
    _, keyed = serve(new_app(), settings={"DEVHOST_ADMIN_KEY_REQUIRED": "1"})
    assert (await keyed.get("/admin/host/ping")).status_code == 401
    host.begin_stop()
    assert host.status()["state"] == "Stopping"


async def test_admin_refuses_what_is_no_order(serve: Serve) -> None:
    app = new_app()

    @app.timer_trigger(arg_name="timer", schedule="0 0 0 1 1 *")
    async def tick(timer: func.TimerRequest) -> None: ...

    @app.route("a")
    async def by_route(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse("x")

    _, client = serve(app)
    assert (await client.post("/admin/functions/TICK", content=b"")).status_code == 202
    for body in (b"{", b"[]", b'{"input": 3}', b"\xff"):
        assert (await client.post("/admin/functions/tick", content=body)).status_code == 400
    assert (await client.post("/admin/functions/by_route", json={})).status_code == 400
