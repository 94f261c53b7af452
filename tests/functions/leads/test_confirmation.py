"""The customer's address is confirmed by the link that went to it, once for every inquiry of the day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.functions.desk import WINDOW, Desk, ok, refused
from tests.functions.leads.leading import a_customer_contact, an_inquiry, inquired, published

BROWSER = {"accept": "text/html"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


async def token_of(desk: Desk, lead_id: str, organization: str = "contoso") -> str:
    """What the mail's link carries."""
    stored = await desk.services.store.get("referrals", organization, lead_id)
    assert stored is not None
    return await desk.services.confirmations.token_for(stored.document)  # type: ignore[arg-type]


async def test_looking_confirms_nothing_and_the_button_does(desk: Desk) -> None:
    """Mail programs open links too."""
    lead = await inquired(desk)
    assert lead["customerTold"] == {"allowed": False, "reason": "The customer has not confirmed its e-mail address."}
    token = await token_of(desk, lead["id"])
    page = await desk.get(f"/inquiries/confirm?token={token}", None)
    assert page.status_code == 200
    assert "Contoso" in page.text
    assert an_inquiry()["need"] not in page.text
    assert (await desk.read(lead["id"]))["customerTold"]["allowed"] is False
    answer = await desk.send(
        "POST", "/api/inquiries/confirm", as_=None, content=f"token={token}", headers={**FORM, **BROWSER}
    )
    assert answer.status_code == 303
    assert "Your address is confirmed" in (await desk.get(answer.headers["location"], None)).text
    told = (await desk.read(lead["id"]))["customerTold"]
    assert told["allowed"] is True


async def test_confirming_is_no_change_of_the_lead(desk: Desk) -> None:
    """Its ETag stands, so nobody's edit is lost; a second time changes nothing at all."""
    lead = await inquired(desk)
    etag, token = await desk.etag(lead["id"]), await token_of(desk, lead["id"])
    first = ok(await desk.post("/api/inquiries/confirm", {"token": token}, None))
    after = await desk.read(lead["id"])
    assert (await desk.etag(lead["id"]), after["history"], after["updatedAt"]) == (
        etag, lead["history"], lead["updatedAt"]
    )  # fmt: skip
    desk.clock.move(timedelta(hours=1))
    assert ok(await desk.post("/api/inquiries/confirm", {"token": token}, None)) == first
    assert (await desk.read(lead["id"]))["customerConfirmedAt"] == after["customerConfirmedAt"]


async def test_one_mail_a_day_stands_for_every_inquiry_of_the_day(desk: Desk) -> None:
    """Three partners are asked, one mail goes out, and confirming it confirms all three."""
    await published(desk, "fabrikam")
    first = await inquired(desk)
    desk.clock.move(timedelta(hours=1))
    second = await inquired(desk, need="Something else")
    third = await inquired(desk, "fabrikam-admin", partnerId="fabrikam")
    assert "another inquiry of the day asked it" in second["customerTold"]["reason"]
    confirmed = ok(await desk.post("/api/inquiries/confirm", {"token": await token_of(desk, first["id"])}, None))
    assert [one["partner"] for one in confirmed["inquiries"]] == ["Contoso", "Contoso", "Fabrikam"]
    assert (await desk.read(second["id"]))["customerTold"]["allowed"] is True
    assert (await desk.read(third["id"], "fabrikam-admin"))["customerTold"]["allowed"] is True


async def test_another_address_and_another_day_need_their_own(desk: Desk) -> None:
    first = await inquired(desk)
    other = await inquired(desk, need="other", contact=a_customer_contact(email="else@wing.example"))
    desk.clock.move(timedelta(hours=24))
    later = await inquired(desk, need="later")
    ok(await desk.post("/api/inquiries/confirm", {"token": await token_of(desk, first["id"])}, None))
    for lead in (other, later):
        assert (await desk.read(lead["id"]))["customerTold"]["allowed"] is False


@pytest.mark.parametrize(
    "token", ["", "x", "contoso", "a.b.c", "../../x", "contoso.{id}", "contoso.{id}.", "contoso.{id}.{bad}"]
)
async def test_no_other_link_opens_anything(desk: Desk, token: str) -> None:
    lead = await inquired(desk)
    signature = (await token_of(desk, lead["id"])).rpartition(".")[2]
    bad = signature[:-1] + ("A" if signature[-1] != "A" else "B")
    tried = token.format(id=lead["id"], bad=bad)
    assert (await desk.get("/inquiries/confirm", None, params={"token": tried})).status_code == 404
    refused(await desk.post("/api/inquiries/confirm", {"token": tried}, None), 404 if tried else 422)


async def test_a_link_opens_no_other_lead_and_no_deal(desk: Desk) -> None:
    lead, deal = await inquired(desk), await desk.created()
    signature = (await token_of(desk, lead["id"])).rpartition(".")[2]
    for id in (deal["id"], (await inquired(desk, need="other"))["id"]):
        refused(await desk.post("/api/inquiries/confirm", {"token": f"contoso.{id}.{signature}"}, None), 404)


async def test_a_link_ends_with_its_lead(desk: Desk) -> None:
    lead = await inquired(desk)
    token = await token_of(desk, lead["id"])
    desk.clock.move(WINDOW)
    refused(await desk.post("/api/inquiries/confirm", {"token": token}, None), 409, "link_expired")
    page = await desk.get(f"/inquiries/confirm?token={token}", None)
    assert page.status_code == 409
    assert "of no use any more" in page.text
