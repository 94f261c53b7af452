"""Pages as somebody without JavaScript uses them: read, fill in a form, send it, follow where it leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

import httpx

from tests.functions.desk import Desk

VOID: Final = frozenset({"meta", "link", "input", "br", "img", "hr"})
ACCEPT: Final = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"


@dataclass
class SentForm:
    """One form: where it goes, and what a browser would send of it as it stands."""

    action: str
    method: str
    encoding: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    """Every field there is, boxes that are not ticked too."""

    def filled(self, values: dict[str, str]) -> list[tuple[str, str]]:
        """The fields with `values` typed in. Empty text is sent, as browsers do."""
        kept = [(name, value) for name, value in self.fields if name not in values]
        return kept + [(name, value) for name, value in values.items() if value is not OFF]


OFF: Final = "\0not ticked"


class Page(HTMLParser):
    """A page taken apart. Raises AssertionError for tags that do not close, or an id that is there twice."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(convert_charrefs=True)
        self.status = response.status_code
        self.html = response.text
        self.headers = response.headers
        self.forms: list[SentForm] = []
        self.links: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self.labels: set[str] = set()
        self.described: dict[str, list[str]] = {}
        self.inputs: list[dict[str, str]] = []
        self.texts: dict[str, str] = {}
        self.headings: list[str] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self._words: list[str] = []
        self._select = self._area = ""
        self.feed(self.html)
        self.close()
        assert not self._open, f"left open: {self._open}"

    @property
    def text(self) -> str:
        """The words a reader sees, blanks made one."""
        return " ".join(" ".join(self._words).split())

    def form(self, action: str, names: Iterable[str] = ()) -> SentForm:
        """The one form that goes to a path ending so and has these fields."""
        (found,) = [form for form in self.forms if form.action.endswith(action) and set(names) <= form.names]
        return found

    def has_form(self, action: str) -> bool:
        return any(form.action.endswith(action) for form in self.forms)

    def message(self, form: str, name: str) -> str:
        """The message beside a field, found as a screen reader does, by aria-describedby."""
        id = f"{form}-{name}".replace(".", "-")
        assert self.ids.get(id), f"no field {id}"
        return " ".join(self.texts.get(described, "").strip() for described in self.described.get(id, []))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            assert given["id"] not in self.ids, f"id {given['id']} is there twice"
            self.ids[given["id"]] = tag
        if "aria-describedby" in given:
            self.described[given.get("id", "")] = given["aria-describedby"].split()
        if tag == "label" and "for" in given:
            self.labels.add(given["for"])
        self._form_part(tag, given)
        if tag not in VOID:
            self._open.append((tag, given))

    def _form_part(self, tag: str, given: dict[str, str]) -> None:
        if tag == "form":
            self.forms.append(SentForm(given["action"], given.get("method", "get"), given.get("enctype", "")))
        if tag in ("input", "select", "textarea"):
            in_label = any(open_tag == "label" for open_tag, _ in self._open)
            self.inputs.append({**given, "tag": tag, "labelled": "yes" if in_label or "aria-label" in given else ""})
        name = given.get("name", "")
        if tag == "input" and self.forms:
            is_box = given.get("type") in ("checkbox", "radio")
            self._offer(name, given.get("value", ""), sent=not is_box or "checked" in given)
        elif tag == "select":
            self._select = name
            self._offer(name, "", sent=True)
        elif tag == "option" and self._select and "selected" in given:
            self.forms[-1].fields[-1] = (self._select, given.get("value", "\1text"))
        elif tag == "textarea":
            self._area = name
            self._offer(name, "", sent=True)

    def _offer(self, name: str, value: str, *, sent: bool) -> None:
        self.forms[-1].names.add(name)
        if sent:
            self.forms[-1].fields.append((name, value))

    def handle_endtag(self, tag: str) -> None:
        assert self._open and self._open[-1][0] == tag, f"</{tag}> closes {self._open[-1:]}"
        self._open.pop()
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self._open]
        if "textarea" in tags:
            self.forms[-1].fields[-1] = (self._area, data.removeprefix("\n"))
            return
        if tags[-1:] == ["option"] and self.forms[-1].fields[-1][1] == "\1text":
            self.forms[-1].fields[-1] = (self._select, data)
        if tags[-1:] in (["h1"], ["h2"]):
            self.headings.append(data.strip())
        for tag, given in self._open:
            if tag == "a" and "href" in given:
                self.links[data.strip()] = given["href"]
            if "id" in given:
                self.texts[given["id"]] = self.texts.get(given["id"], "") + data
        if "option" not in tags and "title" not in tags:
            self._words.append(data)


class Browser:
    """A persona at a browser without JavaScript."""

    def __init__(self, desk: Desk, persona: str | None) -> None:
        self.desk = desk
        self.persona = persona

    async def open(self, path: str) -> Page:
        return Page(await self._send("GET", path))

    async def send(self, page: Page, action: str, **values: str) -> Page:
        """Fill in the page's form, send it, and follow where it leads. `__` in a name is a dot."""
        typed = {name.replace("__", "."): value for name, value in values.items()}
        form = page.form(action, typed)
        assert form.method == "post"
        fields = form.filled(typed)
        body: dict[str, list[str]] = {}
        for name, value in fields:
            body.setdefault(name, []).append(value)
        response = await self._send("POST", form.action, data=body)
        if response.status_code == 303:
            return await self.open(response.headers["location"].partition("#")[0])
        return Page(response)

    async def _send(self, method: str, path: str, data: dict[str, list[str]] | None = None) -> httpx.Response:
        headers = {"Accept": ACCEPT}
        return await self.desk.send(method, path, as_=self.persona, headers=headers, data=data)
