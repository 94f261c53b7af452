"""What a request carries, read into a command: JSON and both form encodings come to the same model (DESIGN 5)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl
from weakref import WeakKeyDictionary

import azure.functions as func
import orjson
from pydantic import ValidationError

from shared.domain.errors import Invalid, TooLarge, Unreadable, WrongMediaType
from shared.domain.validation import field_errors
from shared.domain.values import Value

C = TypeVar("C", bound=Value)

MOST_BYTES: Final = 1_000_000
DEEPEST: Final = 20
MOST_FIELDS: Final = 500
HIGHEST_INDEX: Final = 49
JSON: Final = frozenset({"application/json", "application/merge-patch+json"})
URLENCODED: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
NOT_OF_THE_COMMAND: Final = frozenset({"etag", "idempotencyKey", "returnTo"})


def read(req: func.HttpRequest, model: type[C]) -> C:
    """The request's body as a command. Raises Invalid, Unreadable, TooLarge, WrongMediaType."""
    return model_of(read_values(req), model)


def model_of(values: dict[str, Any], model: type[C]) -> C:
    """Values as a command. Raises Invalid."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise Invalid(field_errors(error)) from None


def read_values(req: func.HttpRequest, *, empty_means_none: bool = False) -> dict[str, Any]:
    """The body as nested values, not yet checked. A form's empty text is absent, or None where asked (edits)."""
    media_type = media_type_of(req)
    body = req.get_body()
    _require_size(body)
    if is_form(req):
        fields = form_fields(req) + ([(name, "a file") for name in multipart(req)[1]] if is_multipart(req) else [])
        return nested([(k, v) for k, v in fields if k not in NOT_OF_THE_COMMAND], empty_means_none=empty_means_none)
    if not body.strip():
        return {}
    if media_type in JSON:
        return _json_object(body)
    raise WrongMediaType("Send application/json, or a form.")


def media_type_of(req: func.HttpRequest) -> str:
    return str(req.headers.get("content-type", "")).partition(";")[0].strip().lower()


def is_form(req: func.HttpRequest) -> bool:
    return media_type_of(req) == URLENCODED or is_multipart(req)


def is_multipart(req: func.HttpRequest) -> bool:
    return media_type_of(req) == MULTIPART


def _require_size(body: bytes) -> None:
    if len(body) > MOST_BYTES:
        raise TooLarge(f"Send at most {MOST_BYTES // 1000} KB.")


def form_fields(req: func.HttpRequest) -> list[tuple[str, str]]:
    """A form's text fields in order; none for another kind of body. Raises Unreadable."""
    media_type = media_type_of(req)
    if media_type == URLENCODED:
        _require_size(req.get_body())
        return _urlencoded(req.get_body())
    return multipart(req)[0] if is_multipart(req) else []


def _urlencoded(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except UnicodeError:
        raise Unreadable("The form is not UTF-8.", code="not_utf8") from None
    except ValueError:
        raise Unreadable(f"A form has at most {MOST_FIELDS} fields.", code="too_many_fields") from None


Multipart = tuple[list[tuple[str, str]], dict[str, tuple[str, bytes]]]

_read: WeakKeyDictionary[func.HttpRequest, Multipart] = WeakKeyDictionary()


def multipart(req: func.HttpRequest) -> Multipart:
    """A multipart form: its text fields, and its files by field as (file name, content). Raises Unreadable.

    A request is asked for its version, its key, its way back and its fields; a form that may hold files is read once.
    """
    if req not in _read:
        _read[req] = _multipart(req)
    return _read[req]


def _multipart(req: func.HttpRequest) -> Multipart:
    from werkzeug.exceptions import HTTPException  # only forms with files need it
    from werkzeug.formparser import FormDataParser
    from werkzeug.http import parse_options_header

    media_type, options = parse_options_header(req.headers.get("content-type", ""))
    parser = FormDataParser(max_form_memory_size=MOST_BYTES, max_form_parts=MOST_FIELDS, silent=False)
    body = req.get_body()
    try:
        _, fields, files = parser.parse(io.BytesIO(body), media_type, len(body), options)
    except (HTTPException, ValueError):
        raise Unreadable("The multipart form cannot be read, or has too many fields.", code="bad_form") from None
    texts = list(fields.items(multi=True))
    if any("\ufffd" in name + text for name, text in texts):
        raise Unreadable("The form is not UTF-8.", code="not_utf8")
    contents: dict[str, tuple[str, bytes]] = {}
    for name, file in files.items():
        with file.stream:
            contents[name] = (file.filename or "", file.read())
    return texts, contents


def nested(fields: Iterable[tuple[str, str]], *, empty_means_none: bool = False) -> dict[str, Any]:
    """Dotted form names to nested values: `customer.name`, `solutions.0.name`; a repeated name is a list.

    Raises Unreadable for names that contradict each other or an index above 49.
    """
    root: dict[str, Any] = {}
    for name, text in fields:
        if text.strip():
            _place(root, name, text)
        elif empty_means_none:
            _place(root, name, None)
    values = _with_lists(root)
    if not isinstance(values, dict):
        raise Unreadable("A form's fields have names, not numbers.", code="bad_field_name")
    return values


_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")


def _place(root: dict[str, Any], name: str, value: str | None) -> None:
    parts = name.split(".")
    if _NAME.fullmatch(name) is None or len(parts) > DEEPEST:
        raise Unreadable("A form field has a name that cannot be a field.", code="bad_field_name")
    holder = root
    for part in parts[:-1]:
        holder = holder.setdefault(part, {})
        if not isinstance(holder, dict):
            raise Unreadable("Two form fields contradict each other.", code="bad_field_name")
    known = holder.get(parts[-1])
    if isinstance(known, dict):
        raise Unreadable("Two form fields contradict each other.", code="bad_field_name")
    repeated = [*known, value] if isinstance(known, list) else [known, value]
    holder[parts[-1]] = value if known is None else repeated


def _with_lists(values: dict[str, Any]) -> Any:
    """Objects whose keys are all numbers become lists, in that order; entries with nothing in them are left out."""
    children = {key: _with_lists(v) if isinstance(v, dict) else v for key, v in values.items()}
    if not children or not all(key.isascii() and key.isdecimal() for key in children):
        return children
    if any(len(key) > 2 or int(key) > HIGHEST_INDEX for key in children):
        raise Unreadable(f"A list in a form has at most {HIGHEST_INDEX + 1} entries.", code="bad_field_name")
    ordered = [children[key] for key in sorted(children, key=int)]
    return [entry for entry in ordered if not _is_empty(entry)]


def _is_empty(entry: Any) -> bool:
    return entry is None or (isinstance(entry, dict) and all(_is_empty(value) for value in entry.values()))


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        values: Any = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"The body is not JSON: {error.msg} at line {error.lineno}.", code="malformed_json") from None
    if not isinstance(values, dict):
        raise Unreadable("The body must be a JSON object.", code="not_an_object")
    if _depth(values) > DEEPEST:
        raise Unreadable(f"The body is nested deeper than {DEEPEST} levels.", code="too_deep")
    return values


def _depth(values: object) -> int:
    level, depth = [values], 0
    while level:
        depth += 1
        level = [
            child
            for value in level
            if isinstance(value, dict | list)
            for child in (value.values() if isinstance(value, dict) else value)
        ]
    return depth - 1
