"""What a deal sells, chosen on its form: own ready offers at a click, others' and the vendor's products by name."""

from __future__ import annotations

from tests.functions.deals import a_deal
from tests.functions.desk import Desk, ok
from tests.functions.reading import Browser, Page
from tests.functions.ready_offers import an_offer_of

ROW = ("solutions.0.kind", "solutions.0.name", "solutions.0.offerId")


def sold(page: Page, action: str = "/api/deals") -> list[str]:
    """Kind, name and offer of the form's first solution."""
    fields = dict(page.form(action, {"solutions.0.name"}).fields)
    return [fields[name] for name in ROW]


async def test_own_ready_offers_are_offered_and_fill_in_the_form(desk: Desk) -> None:
    contoso, offer = Browser(desk, "contoso-admin"), await an_offer_of(desk)
    page = await contoso.open("/deals/new")
    page = await contoso.open(page.links["+ ERP Migrator"])
    assert sold(page) == ["own", "ERP Migrator", offer]
    assert "✓ ERP Migrator" in page.text
    assert sold(await contoso.open(page.links["✓ ERP Migrator"])) == ["own", "", ""], "clicked again, it is let go"


async def test_others_offers_and_the_vendors_products_are_found_by_name(desk: Desk) -> None:
    contoso, theirs = Browser(desk, "contoso-admin"), await an_offer_of(desk, "fabrikam", name="Trade Documents")
    page = await contoso.open("/deals/new?solution=trade")
    assert "Trade Documents Fabrikam, Co-sell ready" in page.text
    page = await contoso.open(page.links["Use"])
    assert sold(page) == ["third_party", "Trade Documents", theirs]
    page = await contoso.open(f"/deals/new?solution=cosmos&solutions=third_party.{theirs}")
    page = await contoso.open(page.links["Use"])
    fields = dict(page.form("/api/deals").fields)
    assert (fields["solutions.1.kind"], fields["solutions.1.offerId"]) == ("vendor", "azure_cosmos_db")
    assert sold(page) == ["third_party", "Trade Documents", theirs], "what was chosen before is kept"


async def test_what_is_chosen_outlives_the_search_for_a_customer(desk: Desk) -> None:
    offer = await an_offer_of(desk)
    page = await Browser(desk, "contoso-admin").open(f"/deals/new?solutions=own.{offer}")
    (search,) = [form for form in page.forms if "city" in form.names]
    assert dict(search.fields)["solutions"] == f"own.{offer}"


async def test_what_nobody_sells_is_said_and_forged_choices_are_nothing(desk: Desk) -> None:
    contoso = Browser(desk, "contoso-admin")
    assert "No co-sell ready offer and no product like that" in (await contoso.open("/deals/new?solution=zzz")).text
    page = await contoso.open("/deals/new?solution=z")
    assert (page.status, "from 2 letters on" in page.message("find", "solution")) == (422, True)
    theirs = await an_offer_of(desk, "fabrikam", "in_review", name="Secret plan")
    for forged in (f"third_party.{theirs}", f"own.{theirs}", "vendor.nothing", "x", "own.../..", f"owner.{theirs}"):
        page = await contoso.open(f"/deals/new?solutions={forged}")
        assert sold(page) == ["own", "", ""]
        assert "Secret plan" not in page.text


async def test_an_offer_that_is_not_right_is_said_beside_its_field_and_kept(desk: Desk) -> None:
    contoso = Browser(desk, "contoso-admin")
    await an_offer_of(desk)
    page = await contoso.open("/deals/new")
    values = {"solutions.0.kind": "own", "solutions.0.name": "Bare name"}
    page = await contoso.send(page, "/api/deals", **{name.replace(".", "__"): text for name, text in values.items()})
    assert page.status == 422
    deal = ok(await desk.post("/api/deals", a_deal(solutions=[{"kind": "vendor", "name": "Azure"}])), 201)
    page = await contoso.open(f"/referrals/{deal['id']}")
    page = await contoso.send(
        page,
        f"/api/referrals/{deal['id']}",
        solutions__0__kind="own",
        solutions__0__name="ERP",
        solutions__0__offerId="",
    )
    assert page.status == 422
    assert "Choose which of your co-sell ready offers this is." in page.message("edit", "solutions.0.offerId")


async def test_a_seller_chooses_products_and_partners_offers(desk: Desk) -> None:
    await an_offer_of(desk, name="ERP Migrator")
    seller = Browser(desk, "vendor-seller")
    page = await seller.open("/deals/new?solution=migrator")
    page = await seller.open(page.links["Use"])
    assert sold(page, "/api/opportunities")[:2] == ["third_party", "ERP Migrator"]
    assert "Azure Cosmos DB" in page.html
