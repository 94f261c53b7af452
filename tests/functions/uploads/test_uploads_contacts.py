"""Contacts of an offer, from the file somebody sends to the list sellers read."""

import asyncio
import csv
import io
from datetime import timedelta

import pytest

from shared.domain.offers.upload import chunk_id, import_id
from shared.services.ports import CONTACTS, DERIVED_CONTAINER
from tests.emulators.pair import on_azure
from tests.functions.desk import Desk, fields_of, ok, refused
from tests.functions.uploads.uploading import BO, an_offer, drop, imported, names, send_file, trigger, uploaded
from tests.unit.parsing.tables import ANA, HEADER, file_of, table


async def test_a_file_is_answered_at_once_and_in_force_once_it_was_read(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    response = await send_file(desk, offer, file_of(ANA, BO))
    record = ok(response, 202)
    assert response.headers["Location"] == f"/api/uploads/{record['id']}"
    assert (record["status"], record["path"]) == ("received", f"contoso/{offer}/contacts/contacts.csv")
    assert await names(desk, offer) == []
    await trigger(desk, record["path"])
    record = ok(await desk.get(f"/api/uploads/{record['id']}"))
    assert (record["status"], record["errors"], record["progress"]) == ("done", [], {"rows": 2, "of": 2})
    assert record["result"] == {
        "rows": 2, "contacts": 2, "encoding": "utf-8", "delimiter": ",", "warnings": 0, "replaced": 0,
        "added": 2, "removed": 0, "changed": 0, "untouched": 0,
    }  # fmt: skip
    shown = ok(await desk.get(f"/api/offers/{offer}"))
    assert (shown["contactCount"], shown["activeImport"]["uploadId"]) == (2, record["id"])
    assert shown["history"][-1]["action"] == "import_contacts"
    assert await names(desk, offer) == ["Ana Lima", "Bo Li"]


async def test_the_list_in_force_says_where_its_contacts_work(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    everywhere = ["Cy Roy", "cy@contoso.example", "Boss", "Partner marketing", "OOO", ""]
    await imported(desk, offer, ANA, BO, everywhere)
    active = ok(await desk.get(f"/api/offers/{offer}"))["activeImport"]
    assert active["coverage"] == {
        "CA": {"partner_sales": 1},
        "FR": {"partner_technical_sales": 1},
        "OOO": {"partner_marketing": 1},
        "US": {"partner_sales": 1},
    }
    assert active["salesStates"] == {"US": ["US-WA"]}


async def test_a_browser_goes_on_to_the_offer(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    response = await send_file(desk, offer, file_of(ANA), headers={"Accept": "text/html"})
    assert (response.status_code, response.headers["Location"].split("?")[0]) == (303, f"/offers/{offer}")


async def test_one_wrong_row_refuses_the_file_and_the_list_stays(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    await imported(desk, offer, ANA)
    before = ok(await desk.get(f"/api/offers/{offer}"))
    record = await uploaded(desk, offer, file_of(ANA, BO, ["Cy", "nobody", "", "Boss", "ZZ", ""]), "next.csv")
    assert (record["status"], record["code"], record["errorCount"]) == ("rejected", "invalid_rows", 4)
    assert {error["row"] for error in record["errors"]} == {4}
    assert all(error.keys() == {"row", "column", "code", "message"} for error in record["errors"])
    after = ok(await desk.get(f"/api/offers/{offer}"))
    assert after == before
    assert await names(desk, offer) == ["Ana Lima"]


async def test_all_errors_are_in_a_file_and_the_first_thousand_in_the_record(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    record = await uploaded(
        desk, offer, file_of(*([f"N{n}", "=no", "x", "Partner sales", "FR", ""] for n in range(1_200)))
    )
    assert (record["errorCount"], len(record["errors"])) == (1_200, 1_000)
    path = record["result"]["errorsFile"]
    facts = await desk.services.blobs.head(DERIVED_CONTAINER, path)
    assert facts is not None
    content = b"".join([part async for part in desk.services.blobs.read(DERIVED_CONTAINER, path, facts.etag)])
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == ["row", "column", "code", "message"]
    assert (len(rows), rows[-1][0]) == (1_201, "1201")


async def test_a_refused_file_comes_back_and_corrected_it_is_taken_as_it_is(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    rows = [["Zoë", "zoe@contoso.example", *ANA[2:]], ["Cy", "nobody", "Boss", *ANA[3:]]]
    text = table([HEADER, *rows], ";", "\n")
    record = await uploaded(desk, offer, text.encode("utf-16"), "mine.csv")
    assert record["status"] == "rejected"
    back = await desk.get(f"/api/uploads/{record['id']}/errors.csv")
    assert back.status_code == 200
    assert back.headers["content-type"] == "text/csv; charset=utf-16"
    assert 'filename="contacts-errors.csv"' in back.headers["content-disposition"]
    lines = back.content.decode("utf-16").splitlines()
    assert lines[0].startswith("Errors;Name*;")
    assert [line.partition(";")[2] for line in lines[:2]] == text.splitlines()[:2]
    corrected = back.content.decode("utf-16").replace("nobody;", "cy@contoso.example;").encode("utf-16")
    record = await uploaded(desk, offer, corrected, "mine.csv")
    assert (record["status"], record["warnings"], record["result"]["contacts"]) == ("done", [], 2)
    refused(await desk.get(f"/api/uploads/{record['id']}/errors.csv"), 404, "no_errors")
    assert await names(desk, offer) == ["Zoë", "Cy"]


@pytest.mark.parametrize("content", [b"", file_of(), b"nonsense\n"])
async def test_a_file_without_contacts_never_clears_the_list(desk: Desk, content: bytes) -> None:
    offer = (await an_offer(desk))["id"]
    await imported(desk, offer, ANA)
    record = await uploaded(desk, offer, content, "empty.csv")
    assert record["status"] == "rejected"
    assert record["code"] in ("empty_file", "no_contacts", "header_not_found")
    assert await names(desk, offer) == ["Ana Lima"]


async def test_the_same_content_again_changes_nothing(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    await imported(desk, offer, ANA)
    before = ok(await desk.get(f"/api/offers/{offer}"))
    record = await uploaded(desk, offer, file_of(ANA), "renamed.csv")
    assert (record["status"], record["result"]["contacts"]) == ("unchanged", 1)
    assert ok(await desk.get(f"/api/offers/{offer}")) == before


async def test_an_import_replaces_every_contact_and_undo_brings_them_back_once(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    await imported(desk, offer, ANA)
    record = await imported(desk, offer, BO)
    assert record["result"]["replaced"] == 1
    assert await names(desk, offer) == ["Bo Li"]
    etag = (await desk.get(f"/api/offers/{offer}")).headers["ETag"]
    undo = f"/api/offers/{offer}/contacts/undo"
    refused(await desk.post(undo, if_match='"1"'), 412)
    shown = ok(await desk.post(undo, if_match=etag))
    assert (shown["contactCount"], shown["previousImport"]) == (1, None)
    assert await names(desk, offer) == ["Ana Lima"]
    refused(await desk.post(undo), 409, "nothing_to_undo")
    assert (await imported(desk, offer, BO))["status"] == "done"


async def test_an_older_file_that_comes_late_does_not_undo_a_newer_one(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    late = await drop(desk, f"contoso/{offer}/contacts/late.csv", file_of(ANA))
    if on_azure():  # Blob Storage tells the time of a write in whole seconds (docs/decisions/0009)
        await asyncio.sleep(1.1)
    await imported(desk, offer, BO)
    await trigger(desk, late.path)
    listed = ok(await desk.get(f"/api/uploads?offerId={offer}"))["items"]
    assert {item["fileName"]: item["status"] for item in listed} == {"late.csv": "superseded", "contacts.csv": "done"}
    assert await names(desk, offer) == ["Bo Li"]


async def test_a_version_replaced_before_anybody_read_it_waits_for_nothing(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    first = ok(await send_file(desk, offer, file_of(ANA)), 202)
    second = ok(await send_file(desk, offer, file_of(BO)), 202)
    await trigger(desk, second["path"])
    assert ok(await desk.get(f"/api/uploads/{first['id']}"))["status"] == "superseded"
    assert ok(await desk.get(f"/api/uploads/{second['id']}"))["status"] == "done"


async def test_a_delivery_that_comes_twice_does_nothing_the_second_time(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    record = await imported(desk, offer, ANA)
    before = desk.contents()
    await trigger(desk, record["path"])
    assert desk.contents() == before


async def test_two_deliveries_at_once_make_one_import(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    record = ok(await send_file(desk, offer, file_of(ANA, BO)), 202)
    await asyncio.gather(*(trigger(desk, record["path"]) for _ in range(3)))
    shown = ok(await desk.get(f"/api/offers/{offer}"))
    assert [entry["action"] for entry in shown["history"]] == ["create", "import_contacts"]
    assert ok(await desk.get(f"/api/uploads/{record['id']}"))["status"] == "done"
    assert await names(desk, offer) == ["Ana Lima", "Bo Li"]


async def test_many_files_at_once_with_the_same_contacts_make_one_list(desk: Desk) -> None:
    offers = [(await an_offer(desk))["id"] for _ in range(2)]
    sent = [ok(await send_file(desk, offer, file_of(ANA), f"{n}.csv"), 202) for n in range(4) for offer in offers]
    await asyncio.gather(*(trigger(desk, record["path"]) for record in sent))
    for offer in offers:
        statuses = [item["status"] for item in ok(await desk.get(f"/api/uploads?offerId={offer}"))["items"]]
        assert sorted(set(statuses)) in (["done", "unchanged"], ["done", "superseded", "unchanged"])
        assert await names(desk, offer) == ["Ana Lima"]


async def test_the_export_imports_unchanged_and_runs_no_formula(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    await imported(desk, offer, ["=HYPERLINK(1)", *ANA[1:]], BO)
    before = ok(await desk.get(f"/api/offers/{offer}"))
    for language in ("", "?lang=fr", "?lang=de", "?lang=es", "?lang=pt", "?lang=ru"):
        exported = await desk.get(f"/api/offers/{offer}/contacts.csv{language}")
        assert exported.headers["content-type"].startswith("text/csv")
        assert "attachment" in exported.headers["content-disposition"]
        assert "'=HYPERLINK" in exported.text
        record = await uploaded(desk, offer, exported.content, f"again{language[-2:]}.csv")
        assert record["status"] == "unchanged"
        assert await names(desk, offer) == ["'=HYPERLINK(1)", "Bo Li"]
    assert ok(await desk.get(f"/api/offers/{offer}")) == before


@pytest.mark.parametrize("language", ["en", "fr", "de", "es", "pt", "ru", "xx"])
async def test_a_template_comes_in_six_languages(desk: Desk, language: str) -> None:
    response = await desk.get(f"/api/contacts-template.csv?lang={language}")
    assert response.status_code == 200
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert len(response.text.splitlines()) == 2


async def test_french_words_and_encoding_are_understood(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    header = ["Nom*", "E-mail*", "Poste*", "Rôle*", "Pays/Régions*", "États/Provinces"]
    rows = [header, ["Zoë Lefèvre", "zoe@contoso.example", "Directrice", "Ventes partenaires", "FR, BE", ""]]
    record = await uploaded(desk, offer, table(rows, ";").encode("cp1252"))
    assert (record["status"], record["result"]["encoding"]) == ("done", "cp1252")
    assert record["warnings"][0]["code"] == "encoding_guessed"
    assert await names(desk, offer) == ["Zoë Lefèvre"]


async def test_writing_needs_the_role_and_reading_the_organization(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    record = await imported(desk, offer, ANA)
    writes = [(f"/api/offers/{offer}/contacts", file_of(BO)), (f"/api/offers/{offer}/documents/other", b"x")]
    for path, content in writes:
        for persona, status in (
            ("contoso-auditor", 403),
            ("contoso-referrals", 403),
            ("fabrikam-admin", 404),
            (None, 401),
        ):
            response = await desk.send("POST", path, as_=persona, files={"file": ("a.csv", content)})
            refused(response, status)
    refused(await desk.post(f"/api/offers/{offer}/contacts/undo", as_="contoso-auditor"), 403)
    refused(await desk.post(f"/api/offers/{offer}/contacts/undo", as_="fabrikam-admin"), 404)
    for path in (f"/api/offers/{offer}/contacts.csv", f"/api/uploads/{record['id']}"):
        assert (await desk.get(path, "contoso-auditor")).status_code == 200
        refused(await desk.get(path, "fabrikam-admin"), 404)
        refused(await desk.get(path, None), 401)
    assert ok(await desk.get("/api/uploads", "fabrikam-admin"))["items"] == []


async def test_a_form_without_a_good_file_is_refused(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    path = f"/api/offers/{offer}/contacts"
    refused(await desk.post(path, {"file": "x"}), 415)
    assert fields_of(refused(await desk.send("POST", path, files={"other": ("a.csv", b"x")}), 422)) == {
        "file": "missing"
    }
    for name in (".hidden", "x" * 201, "я" * 199):
        assert fields_of(refused(await send_file(desk, offer, b"x", name), 422)) == {"file": "bad_file_name"}
    record = ok(await send_file(desk, offer, file_of(ANA), "C:\\lists\\mine.csv"), 202)
    assert record["fileName"] == "mine.csv"


async def test_uploads_are_listed_newest_first_by_offer_and_page(desk: Desk) -> None:
    offers = [(await an_offer(desk))["id"] for _ in range(2)]
    for number in range(3):
        desk.clock.move(timedelta(seconds=1))
        await send_file(desk, offers[number % 2], file_of(ANA), f"{number}.csv")
    first = ok(await desk.get("/api/uploads?limit=2"))
    assert [item["fileName"] for item in first["items"]] == ["2.csv", "1.csv"]
    rest = ok(await desk.get(first["next"]))
    assert ([item["fileName"] for item in rest["items"]], rest["next"]) == (["0.csv"], None)
    of_one = ok(await desk.get(f"/api/uploads?offerId={offers[0]}"))["items"]
    assert [item["fileName"] for item in of_one] == ["2.csv", "0.csv"]
    refused(await desk.get(f"{first['next']}&offerId={offers[0]}"), 400, "wrong_cursor")


async def test_what_nobody_needs_any_more_is_removed_after_a_day(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    records = [await imported(desk, offer, [f"N{n}", *ANA[1:]]) for n in range(3)]

    async def staged() -> list[bool]:
        ids = [chunk_id(import_id(record["id"]), 0) for record in records]
        return [await desk.services.store.get(CONTACTS, "contoso", id) is not None for id in ids]

    assert (await desk.services.contact_cleaning.clean()).done == 0
    assert await staged() == [True, True, True]
    desk.clock.move(timedelta(hours=25))
    before = ok(await desk.get(f"/api/offers/{offer}"))
    assert (await desk.services.contact_cleaning.clean()).done == 1
    assert await staged() == [False, True, True]
    assert ok(await desk.get(f"/api/offers/{offer}")) == before
    assert (await desk.services.contact_cleaning.clean()).as_facts()["done"] == 0
    assert await names(desk, offer) == ["N2"]
    await desk.post(f"/api/offers/{offer}/contacts/undo")
    assert await names(desk, offer) == ["N1"]


async def test_files_the_trigger_missed_are_taken_in_by_the_daily_look(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    record = ok(await send_file(desk, offer, file_of(ANA)), 202)
    assert (await desk.services.reconciliation.reconcile()).skipped == {"under way": 1}
    await drop(desk, "contoso/odd/place.csv", b"x")
    desk.clock.move(timedelta(hours=2))
    assert (await desk.services.reconciliation.reconcile()).done == 2
    assert ok(await desk.get(f"/api/uploads/{record['id']}"))["status"] == "done"
    assert (await desk.services.reconciliation.reconcile()).skipped == {"finished": 2}
