"""Trigger objects and answers, made by the azure.functions library's own converters, as the platform's worker does."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import azure.functions as func
from azure.functions import meta

Headers = list[tuple[bytes, bytes]]

_registry: Any = func.get_binding_registry()
_http_in = _registry.get("httpTrigger")
_http_out = _registry.get("http")
_timer = _registry.get("timerTrigger")
_blob = _registry.get("blobTrigger")

TOKEN = re.compile(r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
FRAMING = {"content-length", "transfer-encoding", "connection", "keep-alive"}


class NoResponse(TypeError):
    """A function answered something that the platform turns into a 500, or rewrites."""


def accepts_input(binding: str, annotation: type) -> bool:
    """Whether the library takes this annotation for the trigger parameter."""
    return bool(_registry.get(binding).check_input_type_annotation(annotation))


def accepts_output(binding: str, annotation: type) -> bool:
    """Whether the library takes this annotation for the return value."""
    return bool(_registry.get(binding).check_output_type_annotation(annotation))


def http_request(
    method: str,
    url: str,
    headers: Mapping[str, str],
    query: Mapping[str, str],
    params: Mapping[str, str],
    body: bytes,
) -> func.HttpRequest:
    """The request object that a function is given."""
    value = {
        "method": meta.Datum(method, "string"),
        "url": meta.Datum(url, "string"),
        "headers": {name: meta.Datum(text, "string") for name, text in headers.items()},
        "query": {name: meta.Datum(text, "string") for name, text in query.items()},
        "params": {name: meta.Datum(text, "string") for name, text in params.items()},
        "body": meta.Datum(body, "bytes"),
    }
    request: func.HttpRequest = _http_in.decode(meta.Datum(value, "http"), trigger_metadata=None)
    return request


def http_response(result: object) -> tuple[int, Headers, bytes]:
    """Status, headers and body of what a function returned.

    Of a repeated header the last value stays, except for Set-Cookie. Raises NoResponse for anything but an HttpResponse
    (a str too: the platform rewrites one that happens to be JSON), ValueError for a header or status no server sends.
    """
    if not isinstance(result, func.HttpResponse):
        raise NoResponse(f"returned {type(result).__name__}; an HTTP function must return azure.functions.HttpResponse")
    answer = _http_out.encode(result, expected_type=None).value
    status = int(answer["status_code"].value)
    if not 200 <= status <= 599:
        raise ValueError(f"{status} is no status of an answer")
    named = {name.lower(): datum.value for name, datum in answer["headers"].items()}
    headers = [_header(name, value) for name, value in named.items() if name not in FRAMING]
    for cookie in answer["cookies"] or ():
        headers += [_header("set-cookie", morsel.OutputString()) for morsel in cookie.values()]
    return status, headers, answer["body"].value


def _header(name: str, value: str) -> tuple[bytes, bytes]:
    if not TOKEN.match(name) or not value.isascii() or not value.replace("\t", " ").isprintable():
        raise ValueError(f"header {name!r} holds characters that cannot be sent; use printable ASCII")
    return name.encode("ascii"), value.encode("ascii")


def timer_request(past_due: bool, last: datetime | None, upcoming: datetime) -> func.TimerRequest:
    """The timer object that a function is given."""
    status = {"Last": last.isoformat() if last else "0001-01-01T00:00:00", "Next": upcoming.isoformat()}
    info = {"IsPastDue": past_due, "ScheduleStatus": status, "Schedule": {"AdjustForDST": True}}
    request: func.TimerRequest = _timer.decode(meta.Datum(json.dumps(info), "json"), trigger_metadata=None)
    return request


def input_stream(name: str, uri: str, content: bytes, etag: str, modified: datetime) -> func.InputStream:
    """The blob that a function is given: whole in memory, not seekable, length None if it is empty."""
    properties = {"ContentLength": len(content), "ETag": etag, "LastModified": modified.isoformat()}
    metadata = {
        "BlobTrigger": meta.Datum(name, "string"),
        "Uri": meta.Datum(uri, "string"),
        "Properties": meta.Datum(json.dumps(properties), "json"),
        "Metadata": meta.Datum("{}", "json"),
    }
    stream: func.InputStream = _blob.decode(meta.Datum(content, "bytes"), trigger_metadata=metadata)
    return stream
