"""The deadline desk: the ranked list, and the same as a calendar."""

from __future__ import annotations

import hashlib

import azure.functions as func

from functions._body import read
from functions._http import answer, endpoint, prefers_html
from functions._identity import require
from functions._links import next_page
from shared.bootstrap import services
from shared.domain.deadlines.ranking import KINDS, Item
from shared.domain.errors import CosellError, NotAllowed, NotFound, Unavailable
from shared.domain.organizations.organization import Caller
from shared.services.deadlines.desk import DeadlineRequest, is_true, read_filters

blueprint = func.Blueprint()
