"""Which accounts tests use, and that they delete nothing there but what is theirs."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest

from shared.bootstrap import build
from shared.services.ports import REFERRALS, UPLOADS_CONTAINER
from shared.settings import read_settings
from tests.contract.samples import referral
from tests.emulators import traces
from tests.emulators.accounts import Accounts, UnusableAccount
from tests.emulators.pair import chosen_pair, contents, leave
from tests.emulators.servers import LocalAzure

COSMOS = {"COSMOS_ENDPOINT": "https://ours.documents.azure.com", "COSMOS_KEY": "a key"}
BLOBS = {"BLOB_CONNECTION": "AccountName=ours"}
HERE = LocalAzure("http://127.0.0.1:1", "http://127.0.0.1:2/devstoreaccount1", "http://127.0.0.1:3/devstoreaccount1")


def never() -> NoReturn:
    raise AssertionError("local servers were started")


def test_accounts_that_the_environment_names_are_used_and_no_server_is_started() -> None:
    accounts = Accounts(COSMOS | BLOBS, never)
    database = accounts.new_database()
    assert (database.endpoint, database.key) == tuple(COSMOS.values())
    assert accounts.blob_connection() == BLOBS["BLOB_CONNECTION"]


def test_what_the_environment_does_not_name_is_local() -> None:
    assert Accounts(BLOBS, lambda: HERE).new_database().endpoint == HERE.cosmos_endpoint
    assert Accounts(COSMOS, lambda: HERE).blob_connection() == HERE.blob_connection
    empty = dict.fromkeys(COSMOS | BLOBS, "")
    assert Accounts(empty, lambda: HERE).new_database().endpoint == HERE.cosmos_endpoint
    assert Accounts(empty, lambda: HERE).blob_connection() == HERE.blob_connection


def test_every_database_is_a_new_one() -> None:
    accounts = Accounts(COSMOS, never)
    assert accounts.new_database().database != accounts.new_database().database


def test_an_account_without_a_key_is_refused() -> None:
    with pytest.raises(UnusableAccount, match="COSMOS_KEY"):
        Accounts({"COSMOS_ENDPOINT": COSMOS["COSMOS_ENDPOINT"]}, never).new_database()


def test_two_processes_do_not_share_an_account_and_may_have_servers_each() -> None:
    """Each would delete the other's files."""
    two = {"PYTEST_XDIST_WORKER_COUNT": "2"}
    with pytest.raises(UnusableAccount, match="-n 0"):
        Accounts(BLOBS | two, never).blob_connection()
    assert Accounts(two, lambda: HERE).blob_connection() == HERE.blob_connection


async def test_an_account_with_files_of_somebody_is_refused_and_keeps_them(
    local_azure: LocalAzure, tmp_path: Path
) -> None:
    leave()
    services = build(read_settings({**local_azure.settings(), "LOCAL_DATA": str(tmp_path)}))
    theirs = (await services.blobs.write(UPLOADS_CONTAINER, "theirs.csv", b"x")).etag.strip('"')
    same_account_seen_for_the_first_time = f"{local_azure.blob_connection}EndpointSuffix=example.com;"
    with pytest.raises(UnusableAccount, match=r"an account of their own.*'uploads': 1"):
        traces.empty_containers(same_account_seen_for_the_first_time)
    assert traces.files(local_azure.blob_connection)[UPLOADS_CONTAINER] == [("theirs.csv", theirs)]
    await services.blobs.delete(UPLOADS_CONTAINER, "theirs.csv")
    await services.close()


async def test_a_folder_finds_its_own_again_and_nothing_of_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COSELL_STORE", "azure")
    first, second = tmp_path / "first", tmp_path / "second"
    await _store_something(first, "deal1")
    await _store_something(first, "deal2")
    before = contents(first)
    assert (len(before["documents"][REFERRALS]), len(before["files"][UPLOADS_CONTAINER])) == (2, 2)
    await _store_something(second, "deal3")
    after = contents(second)
    assert (len(after["documents"][REFERRALS]), len(after["files"][UPLOADS_CONTAINER])) == (1, 1)
    with pytest.raises(AssertionError, match="deleted"):
        contents(first)
    leave()


async def _store_something(folder: Path, name: str) -> None:
    services = build(read_settings(chosen_pair(folder)))
    await services.store.insert(REFERRALS, referral(name))
    await services.blobs.write(UPLOADS_CONTAINER, f"{name}.csv", b"x")
    await services.close()
