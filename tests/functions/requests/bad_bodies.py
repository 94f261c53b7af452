"""Bodies that cannot be read, states that forbid, and lists that cannot be: refused before or besides their values."""

from __future__ import annotations

import json
from typing import Final

from tests.functions.deals import a_deal, an_acceptance, an_offer, an_opportunity
from tests.functions.requests.bad_request import EDIT, FORM, JSON, OWN, RECEIVED, SECRET, Bad, sent

A_DEAL: Final = json.dumps(a_deal())


def nested(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


def listed(query: str, fields: str, path: str = "/api/deals") -> Bad:
    return Bad(f"{path}?{query}", 422, "invalid", frozenset([fields]), "GET", f"{path}?{query}")


UNREADABLE: Final = [
    sent("cut off", "malformed_json", f'{{"name": "{SECRET}'),
    sent("a comma too many", "malformed_json", f'{{"name": "{SECRET}",}}'),
    sent("single quotes", "malformed_json", f"{{'name': '{SECRET}'}}"),
    sent("two documents", "malformed_json", f'{{"name": "{SECRET}"}}{{}}'),
    sent("a comment", "malformed_json", f'{{"name": "x" /* {SECRET} */}}'),
    sent("NaN", "malformed_json", '{"name": NaN}'),
    sent("Infinity", "malformed_json", '{"name": -Infinity}'),
    sent("no JSON at all", "malformed_json", f"name={SECRET}"),
    sent("invalid UTF-8", "malformed_json", b'{"name": "\xff\xfe"}'),
    sent("UTF-16", "malformed_json", '{"name": "x"}'.encode("utf-16")),
    sent("latin-1", "malformed_json", '{"name": "\u00e9"}'.encode("latin-1")),
    sent("half a surrogate pair", "malformed_json", '{"name": "\\ud800"}'),
    sent("a bare NUL byte", "malformed_json", b'{"name": "a\x00b"}'),
    sent("only NUL bytes", "malformed_json", b"\x00" * 100),
    sent("gzip", "malformed_json", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00C\xbf\xa6\xa3"),
    sent("an array", "not_an_object", f'["{SECRET}"]'),
    sent("a text", "not_an_object", f'"{SECRET}"'),
    sent("a number", "not_an_object", "5"),
    sent("null", "not_an_object", "null"),
    sent("true", "not_an_object", "true"),
    sent("21 levels", "too_deep", nested(21)),
    sent("an array in an array, 30 times", "too_deep", '{"solutions": ' + "[" * 30 + "]" * 30 + "}"),
    sent("a patch that is an array", "not_an_object", "[]", method="PATCH", path=OWN, headers=EDIT),
    sent("a patch that is null", "not_an_object", "null", method="PATCH", path=OWN, headers=EDIT),
    sent("an action that is an array", "not_an_object", "[]", path=f"{OWN}/win"),
    sent("10 MB", "too_large", json.dumps(a_deal(notes=SECRET * 1_000_000)), 413),
    sent("one byte over 1 MB", "too_large", b" " * 1_000_001, 413),
    sent("10 MB form", "too_large", f"name={SECRET * 1_000_000}", 413, headers=FORM),
    sent("10 MB edit by form", "too_large", f"etag=1&name={SECRET * 1_000_000}", 413, path=OWN, headers=FORM),
    sent("2 MB of escapes as an edit by form", "too_large", "name=" + "%41" * 700_000, 413, path=OWN, headers=FORM),
    sent("10 MB patch", "too_large", b" " * 10_000_000, 413, method="PATCH", path=OWN, headers=EDIT),
    sent("10 MB action", "too_large", b" " * 10_000_000, 413, path=f"{OWN}/lose"),
    *(
        sent(f"as {kind or 'nothing in particular'}", "unsupported_media_type", A_DEAL, 415,
             headers={"Content-Type": kind} if kind else {})
        for kind in ("text/plain", "text/json", "application/xml", "text/csv", "application/octet-stream", "json",
            "*/*",
                     "application/jsonp", "application/json-patch+json", "application/jsonx; a=application/json", "")
    ),
    sent("a key of 201 characters", "bad_idempotency_key", A_DEAL, headers={**JSON, "Idempotency-Key": "k" * 201}),
    sent("a key with a control character", "bad_idempotency_key", A_DEAL, headers={**JSON, "Idempotency-Key": "k\x01"}),
    sent("a key with a tab", "bad_idempotency_key", A_DEAL, headers={**JSON, "Idempotency-Key": "k\tk"}),
]  # fmt: skip

STATES: Final = [
    Bad("accepting an own deal", 409, "action_not_possible", path=f"{OWN}/accept",
        content=json.dumps(an_acceptance()).encode()),
    Bad("winning what is only received", 409, "action_not_possible", path=f"{RECEIVED}/win"),
    Bad("sharing what was received", 409, "action_not_possible", path=f"{RECEIVED}/share"),
    Bad("sending again what was never sent", 409, "action_not_possible", path=f"{OWN}/send-again"),
    Bad("a stale If-Match", 412, "changed_since_read", path=f"{OWN}/win", headers={**JSON, "If-Match": '"7"'}),
    Bad("a malformed If-Match", 412, "changed_since_read", path=f"{OWN}/win", headers={**JSON,
        "If-Match": "yesterday"}),
    Bad("an edit of a stale version", 412, "changed_since_read", method="PATCH", path=OWN, content=b'{"name": "x"}',
        headers={**JSON, "If-Match": '"7"'}),
    Bad("an edit of no version", 428, "precondition_required", method="PATCH", path=OWN, content=b'{"name": "x"}'),
    Bad("an edit by form of no version", 428, "precondition_required", path=OWN, content=b"name=x", headers=FORM),
    Bad("an auditor's deal", 403, "access_denied", content=A_DEAL.encode(), as_="contoso-auditor"),
    Bad("a seller's deal", 403, "access_denied", content=A_DEAL.encode(), as_="vendor-seller"),
    Bad("a partner's opportunity", 403, "access_denied", path="/api/opportunities",
        content=json.dumps(an_opportunity()).encode()),
    Bad("a seller's offer", 403, "access_denied", path="/api/offers", content=json.dumps(an_offer()).encode(),
        as_="vendor-admin"),
]  # fmt: skip

LISTS: Final = [
    *(
        listed(f"limit={limit}", "limit")
        for limit in ("0", "-1", "201", "x", "1e2", "5.0", "5%205", "9" * 40, "%EF%BC%95", "5&limit=5", "0x5",
            "%00")
    ),
    *(listed(f"sort={sort}", "sort") for sort in ("id", "--name", "name%20desc", "organizationId", "name;drop", "-",
        "Name", "%00")),
    *(listed(f"tab={tab}", "tab") for tab in ("all", "Inbound", "outbound&tab=inbound", "../inbound", "%00")),
    *(listed(f"stage={stage}", "stage") for stage in ("won", "RECEIVED", "accepted&stage=received", "%27%20OR%201%3D1",
        "%00")),
    *(listed(f"outcome={outcome}", "outcome") for outcome in ("accepted", "Won", "won,lost", "%F0%9F%92%A9")),
    *(listed(f"q={q}", "q") for q in ("ab", "%C3%A9%C3%A9", "q" * 201)),
    *(listed(f"limit={limit}", "limit", "/api/offers") for limit in ("0", "201", "ten")),
    *(listed(f"sort={sort}", "sort", "/api/offers") for sort in ("id", "--name", "contactCount")),
    *(
        Bad(f"cursor: {path} {after}", 400, "wrong_cursor", method="GET", path=f"{path}?after={after}")
        for path in ("/api/deals", "/api/offers")
        for after in ("x", "%00", "AAAA", "bnVsbA", "WzEsMiwzLDRd", "e30", "W251bGwsbnVsbCxudWxsLG51bGxd", "A" * 4000,
            "%C3%A9", "..%2F..")
    ),
]  # fmt: skip
