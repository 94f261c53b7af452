"""Webhooks: the programs an organization lets us call, what they were sent, and sending it again."""

from __future__ import annotations

import azure.functions as func

from functions import _again
from functions._body import read
from functions._http import answer, endpoint, idempotency_key, prefers_html, return_path, see_other
from functions._identity import require
from functions._links import next_page
from functions.organizations import asked
from shared.bootstrap import services
from shared.domain.organizations.organization import Caller, Role

blueprint = func.Blueprint()


def webhook_id(req: func.HttpRequest) -> str:
    return str(req.route_params["id"])


async def keeper(req: func.HttpRequest) -> Caller:
    """Who may look after webhooks. Raises NotAllowed."""
    return await require(req, Role.REFERRALS_ADMIN, Role.ACCOUNT_ADMIN)


async def own_webhook(req: func.HttpRequest) -> object:
    """The webhook the address names, in the caller's organization. Raises NotFound."""
    return await (await services()).subscriptions.read(webhook_id(req), await require(req))


@blueprint.route("api/webhooks", methods=["GET"])
@endpoint()
async def list_webhooks(req: func.HttpRequest) -> func.HttpResponse:
    """All of the organization's, the oldest first; without their secrets."""
    from shared.domain.notices.subscription import view

    found = await (await services()).subscriptions.all(await keeper(req))
    return answer({"items": [view(one) for one in found], "next": None})


@blueprint.route("api/webhooks", methods=["POST"])
@endpoint(again=_again.webhooks)
async def add_webhook(req: func.HttpRequest) -> func.HttpResponse:
    """Call an address from now on; the answer shows its secret, once."""
    from shared.domain.notices.subscription import AddWebhook, view

    caller = await keeper(req)
    added = await (await services()).subscriptions.add(read(req, AddWebhook), caller, idempotency_key(req))
    if prefers_html(req):
        return await _page_of(req, caller, added.document["id"], added.document["secret"])
    headers = {"Location": f"/api/webhooks/{added.document['id']}"}
    if added.replayed:
        headers["Idempotency-Replayed"] = "true"
    return answer(view(added.document, with_secret=True), 201, headers=headers)


@blueprint.route("api/webhooks/{id}", methods=["GET"])
@endpoint(subject=own_webhook)
async def read_webhook(req: func.HttpRequest) -> func.HttpResponse:
    """One of them, without its secret."""
    from shared.domain.notices.subscription import view

    return answer(view(await (await services()).subscriptions.read(webhook_id(req), await keeper(req))))


@blueprint.route("api/webhooks/{id}", methods=["DELETE"])
@endpoint(subject=own_webhook)
async def delete_webhook(req: func.HttpRequest) -> func.HttpResponse:
    """Nothing more is sent there."""
    await (await services()).subscriptions.delete(webhook_id(req), await keeper(req))
    return func.HttpResponse(status_code=204, headers={"Cache-Control": "no-store"})


@blueprint.route("api/webhooks/{id}/remove", methods=["POST"])
@endpoint(subject=own_webhook)
async def remove_webhook(req: func.HttpRequest) -> func.HttpResponse:
    """The same for a form, which cannot DELETE."""
    await (await services()).subscriptions.delete(webhook_id(req), await keeper(req))
    if prefers_html(req):
        return see_other(return_path(req, "/webhooks?done=removed"))
    return func.HttpResponse(status_code=204, headers={"Cache-Control": "no-store"})


@blueprint.route("api/webhooks/{id}/rotate", methods=["POST"])
@endpoint(subject=own_webhook)
async def rotate_webhook_secret(req: func.HttpRequest) -> func.HttpResponse:
    """A new secret, shown once; the old one signs too for a day."""
    from shared.domain.notices.subscription import view

    caller = await keeper(req)
    rotated = await (await services()).subscriptions.rotate(webhook_id(req), caller)
    if prefers_html(req):
        return await _page_of(req, caller, rotated["id"], rotated["secret"])
    return answer(view(rotated, with_secret=True))


@blueprint.route("api/webhooks/{id}/test", methods=["POST"])
@endpoint(subject=own_webhook)
async def test_webhook(req: func.HttpRequest) -> func.HttpResponse:
    """Send it something to try; what becomes of it is among its deliveries."""
    caller = await keeper(req)
    sent = await (await services()).subscriptions.test(webhook_id(req), caller, idempotency_key(req))
    return await _on_its_way(req, sent)


@blueprint.route("api/webhooks/{id}/deliveries", methods=["GET"])
@endpoint(subject=own_webhook)
async def list_webhook_deliveries(req: func.HttpRequest) -> func.HttpResponse:
    """One page of what it was sent, the newest first."""
    caller = await keeper(req)
    listed = await (await services()).subscriptions.deliveries(webhook_id(req), caller, **asked(req, "limit", "after"))
    return answer({"items": listed.items, "next": next_page(req, listed.after)})


@blueprint.route("api/webhooks/{id}/deliveries/{delivery}/redeliver", methods=["POST"])
@endpoint(subject=own_webhook)
async def redeliver_webhook(req: func.HttpRequest) -> func.HttpResponse:
    """Send one again, under the same webhook-id."""
    caller, delivery = await keeper(req), str(req.route_params["delivery"])
    return await _on_its_way(req, await (await services()).subscriptions.redeliver(webhook_id(req), delivery, caller))


async def _on_its_way(req: func.HttpRequest, delivery: dict[str, object]) -> func.HttpResponse:
    from shared.services.notices.subscriptions import delivery_view

    if prefers_html(req):
        return see_other(return_path(req, f"/webhooks/{webhook_id(req)}?done=send-again"))
    return answer(delivery_view(delivery), 202)


async def _page_of(req: func.HttpRequest, caller: Caller, id: str, secret: str) -> func.HttpResponse:
    """The page that shows the secret; nobody is sent there, as it is shown once."""
    from functions._pages import webhooks  # pages are heavy; programs never need them

    return await webhooks.page_of(req, caller, id, secret=secret)
