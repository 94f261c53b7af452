"""Health: is the app there, on what does it stand, and what time does it think it is."""

from __future__ import annotations

import azure.functions as func

from functions._http import answer, endpoint
from shared.bootstrap import services
from shared.services.ports import ORGANIZATIONS

blueprint = func.Blueprint()


@blueprint.route("api/health", methods=["GET"])
@endpoint()
async def health(req: func.HttpRequest) -> func.HttpResponse:
    """200 while the store answers, 503 when it does not; open to everybody, so it names no one and counts nothing."""
    with_ = await services()
    await with_.store.get(ORGANIZATIONS, "health", "health")
    return answer({"status": "ok", **with_.facts()})
