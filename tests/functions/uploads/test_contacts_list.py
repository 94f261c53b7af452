"""The contacts in force, page by page: for their own organization, and what is published for others."""

from __future__ import annotations

from datetime import timedelta

from tests.functions.desk import Desk, ok, refused
from tests.functions.uploads.uploading import BO, an_offer, imported, names, uploaded
from tests.unit.parsing.tables import ANA, file_of

MANY = [[f"N{n}", f"n{n}@contoso.example", *ANA[2:]] for n in range(620)]


async def listed(desk: Desk, path: str, as_: str = "contoso-admin") -> tuple[list[str], list[int]]:
    """Everybody's name, page by page, and the pages' lengths."""
    found: list[str] = []
    lengths: list[int] = []
    while path:
        page = ok(await desk.get(path, as_))
        found += [item["name"] for item in page["items"]]
        lengths.append(len(page["items"]))
        path = page["next"]
    return found, lengths


async def publish(desk: Desk, offer: str, *, csp: bool = False) -> None:
    """The draft as it is now, in force for others."""
    patch = {"availableInCsp": csp}
    ok(await desk.send("PATCH", f"/api/offers/{offer}", json=patch, headers={"If-Match": "*"}))
    ok(await desk.post(f"/api/offers/{offer}/publish", {"scope": "all"}))
    await desk.deliver()


async def test_a_list_is_read_page_by_page_across_its_chunks(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    await imported(desk, offer, *MANY)
    everybody = [row[0] for row in MANY]
    assert await listed(desk, f"/api/offers/{offer}/contacts") == (everybody, [50] * 12 + [20])
    assert await listed(desk, f"/api/offers/{offer}/contacts?limit=200") == (everybody, [200, 200, 200, 20])
    first = ok(await desk.get(f"/api/offers/{offer}/contacts?limit=1"))
    assert (first["total"], first["items"][0]) == (620, {
        "name": "N0", "email": "n0@contoso.example", "jobTitle": "Seller", "role": "partner_sales",
        "countries": ["US", "CA"], "states": ["US-WA"],
    })  # fmt: skip
    refused(await desk.get(f"/api/offers/{offer}/contacts?limit=201"), 422)
    refused(await desk.get(f"/api/offers/{offer}/contacts?after=x"), 400, "wrong_cursor")


async def test_an_offer_without_contacts_lists_none(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    assert ok(await desk.get(f"/api/offers/{offer}/contacts")) == {"items": [], "next": None, "total": 0}


async def test_a_list_replaced_while_it_is_read_is_read_to_its_end(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    await imported(desk, offer, *MANY)
    first = ok(await desk.get(f"/api/offers/{offer}/contacts?limit=200"))
    await uploaded(desk, offer, file_of(BO), "next.csv")
    rest, _ = await listed(desk, first["next"])
    assert rest == [row[0] for row in MANY[200:]]
    other = (await an_offer(desk))["id"]
    path = first["next"].replace(offer, other)
    refused(await desk.get(path), 400, "wrong_cursor")


async def test_others_read_what_is_published_and_nothing_newer(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    await imported(desk, offer, ANA)
    for as_ in ("vendor-seller", "fabrikam-admin"):
        refused(await desk.get(f"/api/offers/{offer}/contacts", as_), 404)
        refused(await desk.get(f"/api/offers/{offer}/contacts.csv", as_), 404)
    await publish(desk, offer)
    await uploaded(desk, offer, file_of(BO), "next.csv")
    assert (await listed(desk, f"/api/offers/{offer}/contacts", "vendor-seller"))[0] == ["Ana Lima"]
    exported = await desk.get(f"/api/offers/{offer}/contacts.csv", "vendor-seller")
    assert (exported.status_code, "Ana Lima" in exported.text, "Bo Li" in exported.text) == (200, True, False)
    refused(await desk.get(f"/api/offers/{offer}/contacts", "fabrikam-admin"), 404)
    refused(await desk.get(f"/api/offers/{offer}/contacts/diff", "vendor-seller"), 404)
    assert await names(desk, offer) == ["Bo Li"]
    for number in range(2):
        desk.clock.move(timedelta(hours=25))
        await uploaded(desk, offer, file_of([f"N{number}", *ANA[1:]]), f"{number}.csv")
        assert not (await desk.services.contact_cleaning.clean()).failed
    desk.clock.move(timedelta(hours=25))
    assert not (await desk.services.contact_cleaning.clean()).failed
    assert (await listed(desk, f"/api/offers/{offer}/contacts", "vendor-seller"))[0] == ["Ana Lima"]


async def test_partners_read_contacts_of_what_is_available_in_csp(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    await imported(desk, offer, *MANY)
    await publish(desk, offer, csp=True)
    page = ok(await desk.get(f"/api/offers/{offer}/contacts?limit=200", "fabrikam-admin"))
    assert (len(page["items"]), page["total"]) == (200, 620)
    assert (await desk.get(f"/api/offers/{offer}/contacts.csv", "fabrikam-admin")).status_code == 200
    refused(await desk.get(f"/api/offers/{offer}/contacts", None), 401)
    await uploaded(desk, offer, file_of(BO), "next.csv")
    draft = ok(await desk.get(f"/api/offers/{offer}/contacts?limit=1"))
    assert draft["next"] is None
    await publish(desk, offer, csp=True)
    refused(await desk.get(page["next"], "fabrikam-admin"), 400, "wrong_cursor")
