"""Forms that cannot be read or are not valid, in both encodings."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import urlencode

from tests.functions.deals import a_deal, the_least_deal
from tests.functions.requests.bad_request import FORM, OWN, SECRET, Bad, sent

LEAST: Final = [
    (name, value) for name, value in the_least_deal().items() if isinstance(value, str)
]  # name and close date; the rest of the deal is missing


def parts(*disposition: str, boundary: str = "b") -> bytes:
    """A multipart body of text parts."""
    return (
        b"".join(
            f"--{boundary}\r\nContent-Disposition: form-data; {one}\r\n\r\n{SECRET}\r\n".encode() for one in disposition
        )
        + f"--{boundary}--\r\n".encode()
    )


def multipart(
    name: str, code: str, content: bytes, kind: str = "multipart/form-data; boundary=b", status: int = 400
) -> Bad:
    return sent(f"multipart: {name}", code, content, status, headers={"Content-Type": kind})


def form(name: str, code: str, fields: str | list[tuple[str, str]], status: int = 400, **more: Any) -> Bad:
    text = fields if isinstance(fields, str) else urlencode(fields)
    return sent(f"form: {name}", code, text, status, headers=FORM, **more)


FORMS: Final = [
    form("unknown field", "invalid", [*LEAST, ("customer.nom", SECRET)], 422),
    form("name in brackets", "bad_field_name", [*LEAST, ("customer[name]", SECRET)]),
    form("name with a dot at the end", "bad_field_name", [("customer.", SECRET)]),
    form("name with a dot at the start", "bad_field_name", [(".name", SECRET)]),
    form("name with two dots", "bad_field_name", [("customer..name", SECRET)]),
    form("no name", "bad_field_name", [("", SECRET)]),
    form("a name with a blank", "bad_field_name", [("customer name", SECRET)]),
    form("a name with NUL", "bad_field_name", [("na\x00me", SECRET)]),
    form("a name in other letters", "bad_field_name", [("n\u00e4me", SECRET)]),
    form("a name of 21 parts", "bad_field_name", [(".".join("a" * 21), SECRET)]),
    form("a name of a thousand parts", "bad_field_name", [(".".join("a" * 1000), SECRET)]),
    form("names that are numbers", "bad_field_name", [("0", SECRET), ("1", SECRET)]),
    form("index 50", "bad_field_name", [("solutions.50.name", SECRET)]),
    form("index 4,999,999,999", "bad_field_name", [("solutions.4999999999.name", SECRET)]),
    form("index 007", "bad_field_name", [("solutions.007.name", SECRET)]),
    form("index -1", "invalid", [("solutions.-1.name", SECRET)], 422),
    form("a value and its parts", "bad_field_name", [("customer", SECRET), ("customer.name", SECRET)]),
    form("parts and their value", "bad_field_name", [("customer.name", SECRET), ("customer", SECRET)]),
    form("an index and a name", "invalid", [("solutions.0.name", SECRET), ("solutions.name", SECRET)], 422),
    form("one name twice", "invalid", [("name", SECRET), ("name", SECRET)], 422),
    form("501 fields", "too_many_fields", [(f"f{n}", SECRET) for n in range(501)]),
    form("501 times the same field", "too_many_fields", "&".join(["name=x"] * 501)),
    form("100,000 fields", "too_many_fields", "&".join(["a=b"] * 100_000)),
    form("bad UTF-8, escaped", "not_utf8", f"name=%FF%FE{SECRET}"),
    form("bad UTF-8 in a name", "not_utf8", f"%FF={SECRET}"),
    sent("form: bad UTF-8, bare", "not_utf8", b"name=\xff\xfe", headers=FORM),
    form("half a surrogate pair", "not_utf8", "name=%ED%A0%80"),
    form("NUL in a value", "invalid", [*LEAST, ("crmId", "a\x00b")], 422),
    form("a broken escape in a name", "bad_field_name", f"%ZZ={SECRET}"),
    form("nothing", "invalid", "", 422),
    form("only ampersands", "invalid", "&&&&", 422),
    form("JSON in it", "invalid", json.dumps(a_deal()), 422),
    form("a list where a text belongs", "invalid", [("name.0", SECRET), ("name.1", SECRET)], 422),
    form("a date and a time", "invalid", [("closedDate", "2027-01-01T00:00")], 422, path=f"{OWN}/win"),
    multipart("no boundary", "bad_form", parts('name="name"'), "multipart/form-data"),
    multipart("another boundary", "bad_form", parts('name="name"'), "multipart/form-data; boundary=other"),
    multipart("no end", "bad_form", parts('name="name"')[:-6]),
    multipart("cut within a header", "bad_form", parts('name="name"')[:20]),
    multipart("501 parts", "bad_form", parts(*(f'name="f{n}"' for n in range(501)))),
    multipart("index 50", "bad_field_name", parts('name="solutions.50.name"')),
    multipart("unknown field", "invalid", parts('name="budget"'), status=422),
    multipart("bad UTF-8", "not_utf8", parts('name="name"').replace(SECRET.encode(), b"\xff\xfe")),
    multipart("JSON in it", "bad_form", json.dumps(a_deal()).encode()),
]  # fmt: skip
