"""The app: registers every blueprint of functions/, nothing else."""

from __future__ import annotations

import azure.functions as func

from functions import blueprints
from shared import bootstrap

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
for blueprint in blueprints:
    app.register_functions(blueprint)

stopping = bootstrap.stopping  # the local host calls these two, first and last; the platform has no such hooks
close = bootstrap.close
