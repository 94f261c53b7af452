"""What customers reach without signing in: an inquiry to a partner, and the confirmation of their address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import azure.functions as func

from functions import _again
from functions._body import model_of, read, read_values
from functions._http import answer, endpoint, prefers_html, see_other
from functions._inquirer import client_of, language_of
from shared.bootstrap import services
from shared.domain.errors import Invalid, TooLarge
from shared.domain.ids import derived_id

if TYPE_CHECKING:
    from shared.domain.leads.commands import Confirmation
    from shared.services.leads.confirmations import Inquired

blueprint = func.Blueprint()

MOST_BYTES: Final = 32_000
THANKS: Final = "/inquiries/thanks"
RECEIVED: Final = "The partner has your inquiry. Confirm your address by the e-mail we send you, and we tell you more."


@blueprint.route("api/inquiries", methods=["POST"])
@endpoint(again=_again.inquiry, public=True)
async def submit_inquiry(req: func.HttpRequest) -> func.HttpResponse:
    """A customer's inquiry to a partner it chose: a lead there at once. Open to everybody, from any page."""
    from shared.domain.leads.commands import Inquiry  # most instances never see one

    with_ = await services()
    client = client_of(req, with_.settings.client_header)
    with_.inquiry_limits.check(client)
    _require_small(req)
    values = read_values(req)
    if values.get("website"):  # no person saw that field: answered as if, and nothing is kept
        return _received(req, derived_id("reference", repr(values)), replayed=False)
    submitted = await with_.inquiries.submit(model_of(values, Inquiry), client, language_of(req))
    return _received(req, submitted.reference, replayed=submitted.replayed)


@blueprint.route("api/inquiries/confirm", methods=["POST"])
@endpoint(again=_again.confirmation, public=True)
async def confirm_inquiry(req: func.HttpRequest) -> func.HttpResponse:
    """The customer's address is its own: whoever has the link of the e-mail says so."""
    _require_small(req)
    token = read(req, _confirmation()).token
    confirmed = await (await services()).confirmations.confirm(token)
    if prefers_html(req):
        return see_other(f"/inquiries/confirm?token={quote(token)}")
    return answer({"status": "confirmed", "inquiries": [_seen(one) for one in confirmed]})


@blueprint.route("api/marketplace-leads", methods=["POST"], auth_level=func.AuthLevel.FUNCTION)
@endpoint(public=True)
async def receive_marketplace_lead(req: func.HttpRequest) -> func.HttpResponse:
    """The marketplace's lead feed, by a function key; `publisher` in the address is the partner it is for."""
    from shared.domain.leads.commands import MarketplaceLead

    publisher = req.params.get("publisher", "")
    if not publisher:
        raise Invalid.field("publisher", "missing", "Say whose offer it is: ?publisher={organization id}.")
    submitted = await (await services()).inquiries.from_marketplace(read(req, MarketplaceLead), publisher)
    return _received(req, submitted.reference, replayed=submitted.replayed)


@blueprint.route("inquiries/thanks", methods=["GET"])
@endpoint(page=True, public=True, again=_again.confirmation)
async def inquiry_thanks_page(req: func.HttpRequest) -> func.HttpResponse:
    """Where a customer comes out after sending the form, from our page or from another."""
    from functions._pages import inquiry

    return await inquiry.thanks_page()


@blueprint.route("inquiries/confirm", methods=["GET"])
@endpoint(page=True, public=True, again=_again.confirmation)
async def confirm_inquiry_page(req: func.HttpRequest) -> func.HttpResponse:
    """What the link of the e-mail opens. Looking confirms nothing: mail programs look too."""
    from functions._pages import inquiry

    return await inquiry.confirm_page(req.params.get("token", ""))


def _require_small(req: func.HttpRequest) -> None:
    if len(req.get_body()) > MOST_BYTES:
        raise TooLarge(f"Send at most {MOST_BYTES // 1000} KB.")


def _confirmation() -> type[Confirmation]:
    from shared.domain.leads.commands import Confirmation

    return Confirmation


def _seen(one: Inquired) -> dict[str, Any]:
    return {"partner": one.partner, "sentAt": one.sent_at}


def _received(req: func.HttpRequest, reference: str, *, replayed: bool) -> func.HttpResponse:
    """The same for everybody: whether it was kept, or what the partner sees of it, is nothing to learn here."""
    if prefers_html(req):
        return see_other(THANKS)
    headers = {"Idempotency-Replayed": "true"} if replayed else {}
    return answer({"id": reference, "status": "received", "message": RECEIVED}, 201, headers=headers)
