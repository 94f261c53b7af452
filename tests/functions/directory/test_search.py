"""The public directory: who is found or left out, in which order, and why (DOMAIN: "Leads, profiles, directory")."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import pytest

from shared.services.directory.candidates import CANDIDATES
from shared.services.ports import ORGANIZATIONS
from tests.functions.deals import Body
from tests.functions.desk import WINDOW, Desk, fields_of, ok, refused
from tests.functions.profiles import published
from tests.scale.profiles import a_listing

RECORD: Final = {
    "answered": 9, "inTime": 9, "expired": 1, "medianHours": 26.0, "accepted": 4, "unreported": 0, "placement": 0.8
}  # fmt: skip


async def search(desk: Desk, query: str) -> Body:
    return ok(await desk.get(f"/api/directory?{query}", None))


async def found(desk: Desk, query: str) -> list[str]:
    return [item["id"] for item in (await search(desk, query))["items"]]


async def listed(desk: Desk, id: str, **changes: Any) -> None:
    """A partner of that id in the directory, as its own publication would put it there."""
    from shared.domain.directory import listing, profile
    from tests.functions.profiles import a_profile
    from tests.scale.profiles import NOW

    said = a_profile(**changes)
    draft: Any = profile.empty(id, NOW) | {name: said[name] for name in said if name in profile.SAID} | {"version": 1}
    organization = {"name": said.get("name", id.title()), "country": said.get("country", "FR"), "locations": []}
    made = listing.published(None, draft, organization, said.get("record"), NOW)
    assert made is not None
    await desk.services.store.insert(ORGANIZATIONS, made)


# Who is found


@pytest.mark.parametrize(
    "query",
    [
        "q=contoso", "q=CONTOSO", "q=retail", "q=erp+migrator", "q=the+business+systems", "q=lyon", "q=energie",
        "industry=retail", "industry=%C3%A9nergie", "product=business+central", "service=Migration",
        "solution=ERP+Migrator", "keyword=SAP", "country=FR", "country=de", "size=10to50employees",
        "q=erp&industry=Retail&country=FR", "",
    ],
)  # fmt: skip
async def test_a_partner_is_found_by_anything_its_profile_says(desk: Desk, query: str) -> None:
    """Whatever the case and the accents."""
    await published(desk, industries=["Retail", "Énergie"])
    answer = await search(desk, query)
    assert [item["id"] for item in answer["items"]] == ["contoso"]
    assert (answer["nearest"], answer["unknown"], answer["leftOut"]) == (False, [], 0)


async def test_every_word_counts_and_lists_are_asked_for_whole(desk: Desk) -> None:
    await listed(desk, "both", keywords=["erp", "cameras"])
    await listed(desk, "one", keywords=["erp"])
    assert await found(desk, "q=erp+cameras") == ["both"]
    await listed(desk, "retail", industries=["Retail"])
    await listed(desk, "banking", industries=["Retail banking"])
    assert "banking" not in await found(desk, "industry=Retail")
    assert await found(desk, "industry=retail+banking") == ["banking"]


async def test_a_customer_outside_a_partners_markets_or_sizes_does_not_get_it_and_is_told_how_many(desk: Desk) -> None:
    await listed(desk, "here", markets=["FR"], customerSizes=["10to50employees"])
    await listed(desk, "there", markets=["US"], customerSizes=["10to50employees"])
    await listed(desk, "larger", markets=["FR"], customerSizes=["Morethan20000employees"])
    await listed(desk, "everywhere", markets=["OOO"], customerSizes=["10to50employees"])
    answer = await search(desk, "q=erp&country=FR&size=10to50employees")
    assert [item["id"] for item in answer["items"]] == ["here", "everywhere"]
    assert (answer["leftOut"], answer["ranked"]) == (2, 2)
    assert "Serves France." in answer["items"][0]["reasons"]
    assert "Serves France as it does every country." in answer["items"][1]["reasons"]
    assert "Takes customers of 10 to 50 employees." in answer["items"][0]["reasons"]
    nobody = await search(desk, "q=erp&country=JP&size=1to9employees")
    assert (nobody["items"], nobody["leftOut"], nobody["nearest"]) == ([], 4, False)


async def test_where_nobody_has_everything_those_that_come_nearest_are_named_so(desk: Desk) -> None:
    await listed(desk, "most", keywords=["erp", "cameras"], industries=["Retail"])
    await listed(desk, "some", keywords=["erp"], industries=["Energy"])
    answer = await search(desk, "q=erp+cameras+zeppelin")
    assert (answer["nearest"], answer["unknown"]) == (True, ["zeppelin"])
    assert [item["id"] for item in answer["items"]] == ["most"]
    assert answer["items"][0]["reasons"][:2] == ["Names erp, cameras in its offering.", "Does not name zeppelin."]
    only = await search(desk, "q=zeppelin+zitadelle")
    assert (only["items"], only["unknown"], only["nearest"]) == ([], ["zeppelin", "zitadelle"], False)


async def test_all_words_but_one_come_before_any_one_of_them(desk: Desk) -> None:
    """Nobody has all three, though each is somebody's."""
    await listed(desk, "two", keywords=["erp", "cameras"], solutions=["A"])
    await listed(desk, "other", keywords=["drones"], solutions=["B"])
    answer = await search(desk, "q=erp+cameras+drones")
    assert answer["nearest"] is True
    assert [item["id"] for item in answer["items"]] == ["two"]
    lonely = await search(desk, "q=cameras+drones")
    assert sorted(item["id"] for item in lonely["items"]) == ["other", "two"]


async def test_a_part_of_a_word_finds_it_where_nobody_has_the_word(desk: Desk) -> None:
    await listed(desk, "contoso-nord", keywords=["datawarehouse"], name="Contoso Nord")
    for part in ("warehouse", "datawareh", "onto"):
        answer = await search(desk, f"q={part}")
        assert ([item["id"] for item in answer["items"]], answer["nearest"]) == (["contoso-nord"], True)
        assert f"Has {part} as part of a word." in answer["items"][0]["reasons"]
    near = await search(desk, "solution=migrator")
    assert "Lists ERP Migrator among its solutions, which is close to migrator." in near["items"][0]["reasons"]


async def test_more_than_ten_words_are_cut_not_refused(desk: Desk) -> None:
    await listed(desk, "wordy", description="one two three four five six seven eight nine ten")
    words = "two+three+four+five+six+seven+eight+nine+ten+erp+zeppelin"
    assert await found(desk, f"q={words}") == ["wordy"]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("q=x", {"q": "nothing_to_look_for"}),
        ("q=%21%21", {"q": "nothing_to_look_for"}),
        ("q=the+and", {"q": "nothing_to_look_for"}),
        (f"q={'xy+' * 70}", {"q": "too_long"}),
        (f"solution={'x' * 201}", {"solution": "too_long"}),
        ("country=XX&size=huge", {"country": "unknown_country", "size": "unknown_size"}),
        ("limit=0", {"limit": "out_of_range"}),
        ("limit=201", {"limit": "out_of_range"}),
    ],
)
async def test_a_search_that_cannot_be_is_refused_by_name(desk: Desk, query: str, named: dict[str, str]) -> None:
    assert fields_of(refused(await desk.get(f"/api/directory?{query}", None), 422, "invalid")) == named


async def test_hostile_searches_find_nothing_and_break_nothing(desk: Desk) -> None:
    await published(desk)
    for q in ("' OR 1=1 --", 'erp" OR "x', "industry:retail", "\u202eerp", "%00erp", "ooo market:ooo", "NEAR(erp sap)"):
        response = await desk.send("GET", "/api/directory", as_=None, params={"q": q})
        assert response.status_code in (200, 422), q
    assert await found(desk, "q=market%3Afr") == [], "a list's entry is no word"


# In which order, and why


async def test_a_record_moves_a_partner_up_and_down_with_its_figures_named(desk: Desk) -> None:
    """Answering in time raises, expiring lowers; whoever was not asked yet is neither ahead nor behind."""
    for name in ("contoso", "fabrikam", "tailspin"):
        await published(desk, f"{name}-admin")
    directory = desk.services.directory
    await directory.with_record("fabrikam", RECORD)
    await directory.with_record("tailspin", {**RECORD, "inTime": 2, "answered": 2, "expired": 8, "placement": 0.2})
    answer = await search(desk, "q=erp")
    assert [item["id"] for item in answer["items"]] == ["fabrikam", "contoso", "tailspin"]
    best, neutral, last = answer["items"]
    assert best["reasons"][1:] == [
        "Answered 9 of 10 requests in time, half of them within 26 hours.",
        "1 request expired unanswered; each lowers the place.",
    ]
    assert neutral["reasons"][1:] == ["No request has been answered or has expired yet: placed in the middle."]
    assert last["reasons"][2] == "8 requests expired unanswered; each lowers the place."
    assert (best["score"], neutral["score"], last["score"]) == (0.94, 0.85, 0.76)
    await directory.with_record("fabrikam", {**RECORD, "expired": 9, "placement": 0.3})
    assert await found(desk, "q=erp") == ["contoso", "fabrikam", "tailspin"]
    assert "Answered 9 of 18 requests in time" in (await search(desk, "q=erp"))["items"][1]["reasons"][1]


async def test_an_answer_in_time_moves_a_partner_up_and_an_expiry_down(desk: Desk) -> None:
    """From the request to the visitor's search, with nothing in between but the timers."""
    for name in ("contoso", "fabrikam"):
        await published(desk, f"{name}-admin")
    assert await found(desk, "q=erp") == ["contoso", "fabrikam"], "by name, where nothing else tells"
    _, copy = await desk.sent(partnerId="fabrikam")
    desk.clock.move(timedelta(hours=26))
    ok(await desk.act(copy["id"], "decline", {"reason": 1}, "fabrikam-admin"))
    await desk.announce()
    answer = await search(desk, "q=erp")
    assert [item["id"] for item in answer["items"]] == ["fabrikam", "contoso"], "a decline is an answer too"
    assert "Answered 1 of 1 request in time, half of them within" in answer["items"][0]["reasons"][1]
    for name in ("A second", "A third"):
        await desk.sent(partnerId="fabrikam", name=name)
    desk.clock.move(WINDOW)
    await desk.expire()
    await desk.announce()
    answer = await search(desk, "q=erp")
    assert [item["id"] for item in answer["items"]] == ["contoso", "fabrikam"]
    assert "Answered 1 of 3 requests in time" in answer["items"][1]["reasons"][1]
    assert answer["items"][1]["reasons"][2] == "2 requests expired unanswered; each lowers the place."
    assert answer["items"][1]["record"]["placement"] < 0.5 < answer["items"][1]["score"]


async def test_fit_comes_before_the_record_where_it_differs_much(desk: Desk) -> None:
    """A word of the offering counts more than one of the description."""
    await listed(desk, "offers", keywords=["cameras"])
    await listed(desk, "mentions", keywords=["x1"], description="We know cameras.", record={**RECORD, "placement": 0.9})
    answer = await search(desk, "q=cameras")
    assert [item["id"] for item in answer["items"]] == ["offers", "mentions"]
    assert [item["fit"] for item in answer["items"]] == [1.0, 0.6]
    assert answer["items"][1]["reasons"][0] == "Mentions cameras."


async def test_every_score_is_between_nothing_and_one_and_says_why(desk: Desk) -> None:
    for number in range(60):
        await desk.services.store.insert(ORGANIZATIONS, a_listing(number))
    for query in ("", "q=migration", "industry=Retail&country=FR", "q=training+zeppelin&size=10to50employees"):
        answer = await search(desk, f"{query}&limit=200")
        scores = [item["score"] for item in answer["items"]]
        assert scores == sorted(scores, reverse=True)
        for item in answer["items"]:
            assert 0 <= item["score"] <= 1
            assert item["score"] == pytest.approx(0.7 * item["fit"] + 0.3 * item["record"]["placement"], abs=1e-3)
            assert any("request" in reason for reason in item["reasons"])


async def test_a_record_that_arrives_before_publication_is_nobodys(desk: Desk) -> None:
    await desk.services.directory.with_record("contoso", RECORD)
    assert await found(desk, "") == []
    await published(desk)
    await desk.services.directory.with_record("contoso", RECORD)
    await published(desk, keywords=["sap"])
    entry = ok(await desk.get("/api/directory/contoso", None))
    assert entry["record"] == RECORD, "publishing again keeps it"
    ok(await desk.post("/api/profile/unpublish", {}))
    await desk.services.directory.with_record("contoso", {**RECORD, "answered": 10})
    ok(await desk.post("/api/profile/publish", {}))
    assert ok(await desk.get("/api/directory/contoso", None))["record"]["answered"] == 10


async def test_the_same_record_again_writes_nothing(desk: Desk) -> None:
    await published(desk)
    await desk.services.directory.with_record("contoso", RECORD)
    before = desk.contents()
    await desk.services.directory.with_record("contoso", RECORD)
    assert desk.contents() == before


# Pages, and how much is looked at


async def test_pages_follow_each_other_without_gaps(desk: Desk) -> None:
    for number in range(25):
        await listed(desk, f"p{number:02}")
    seen: list[str] = []
    path: str | None = "/api/directory?q=erp&limit=10"
    while path:
        answer = ok(await desk.get(path, None))
        seen += [item["id"] for item in answer["items"]]
        path = answer["next"]
    assert seen == sorted(seen)
    assert len(set(seen)) == 25
    first = ok(await desk.get("/api/directory?q=erp&limit=10", None))
    other = first["next"].replace("q=erp", "q=sap")
    refused(await desk.get(other, None), 400, "wrong_cursor")


async def test_of_more_than_can_be_ranked_those_with_the_best_record_are_and_it_is_said(desk: Desk) -> None:
    for number in range(CANDIDATES + 20):
        record = {**RECORD, "placement": 0.9 if number >= CANDIDATES else 0.4}
        await listed(desk, f"p{number:03}", record=record)
    answer = await search(desk, "q=erp&limit=20")
    assert [item["id"] for item in answer["items"]] == [f"p{n}" for n in range(CANDIDATES, CANDIDATES + 20)]
    assert (answer["ranked"], answer["moreMatched"]) == (CANDIDATES, True)


async def test_those_who_take_the_customer_are_found_behind_many_who_do_not(desk: Desk) -> None:
    """Two hundred better placed ones serve another country."""
    for number in range(CANDIDATES + 1):
        await listed(desk, f"p{number:03}", markets=["US"], record={**RECORD, "placement": 0.9})
    await listed(desk, "here", markets=["FR"], record={**RECORD, "placement": 0.1})
    answer = await search(desk, "q=erp&country=FR")
    assert [item["id"] for item in answer["items"]] == ["here"]
    assert answer["leftOut"] == CANDIDATES
    assert "here" in await found(desk, "country=FR")


# Others for a customer who was turned down


async def test_alternatives_take_the_customer_fit_best_first_and_are_never_the_one_that_declined(desk: Desk) -> None:
    await listed(desk, "declined")
    await listed(desk, "best", industries=["Retail"], solutions=["ERP Migrator"])
    await listed(desk, "good", industries=["Retail"], solutions=["Other"])
    await listed(desk, "far", industries=["Retail"], solutions=["ERP Migrator"], markets=["US"])
    await listed(desk, "fair", industries=["Energy"], solutions=["Nothing alike"], record={**RECORD, "placement": 0.9})
    await listed(desk, "last", industries=["Energy"], solutions=["Nothing alike"])
    alternatives = await desk.services.directory.alternatives(
        "FR", "10to50employees", [{"kind": "own", "name": "ERP Migrator"}], "Retail", exclude={"declined"}
    )
    assert [one.organization_id for one in alternatives] == ["best", "good", "fair"]
    assert alternatives[0].name == "Best"
    assert alternatives[0].url_path == "/directory/best"
    assert "Lists ERP Migrator among its solutions." in alternatives[0].reason
    assert "Does not name" not in alternatives[2].reason


async def test_alternatives_without_anything_to_go_by_are_the_best_placed(desk: Desk) -> None:
    await listed(desk, "usual")
    await listed(desk, "quick", record=RECORD)
    alternatives = await desk.services.directory.alternatives(None, None, [], None, exclude=set(), limit=1)
    assert [one.organization_id for one in alternatives] == ["quick"]
    assert await desk.services.directory.alternatives("JP", None, [], None, exclude=set()) == []


async def test_alternatives_for_what_no_search_could_say_are_still_found(desk: Desk) -> None:
    """A customer's own words: symbols only, a country unknown here, a size nobody lists."""
    await listed(desk, "one")
    alternatives = await desk.services.directory.alternatives(
        "XX", "many", [{"name": "!!!"}, {"name": "x" * 300}], "???", exclude=set()
    )
    assert [one.organization_id for one in alternatives] == ["one"]
