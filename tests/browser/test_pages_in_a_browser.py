"""The pages in a real browser, as a phone and a desktop show them, light and dark."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.browser.signed_in import signed_in
from tests.demo_process import Demo, running

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
BELOW_THE_HEADER = 280
TABS = {"Marketplace": "aria-current='page'", "Qualified": "", "Favourites": ""}
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine; the pages were not seen in a browser"),
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo, loaded."""
    with running(tmp_path_factory.mktemp("demo") / "data") as demo:
        demo.until_ready()
        yield demo


@pytest.fixture(scope="module")
def address(demo: Demo) -> Iterator[str]:
    """The demo, with contoso-admin signed in."""
    with signed_in(demo.url, "contoso-admin") as url:
        yield url


def shot(url: str, file: Path, size: tuple[int, int], *, dark: bool = False) -> Image.Image:
    """What the browser draws."""
    scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []
    command = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", *scheme,
        f"--user-data-dir={file.parent / 'profile'}", f"--window-size={size[0]},{size[1]}", f"--screenshot={file}", url,
    ]  # fmt: skip
    subprocess.run(command, capture_output=True, timeout=60, check=True)
    with Image.open(file) as image:
        return image.convert("RGB")


@pytest.mark.parametrize("size", [(390, 844), (1280, 900)], ids=["phone", "desktop"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_deals_are_drawn_in_the_readers_colours(
    address: str, tmp_path: Path, size: tuple[int, int], dark: bool
) -> None:
    image = shot(f"{address}/deals?tab=outbound", tmp_path / "deals.png", size, dark=dark)
    assert image.size == size
    page = image.getpixel((3, size[1] // 2))
    assert isinstance(page, tuple)
    assert (sum(page) < 150) is dark, f"the page's ground is {page}"
    colours = image.getcolors(maxcolors=1 << 20)
    assert colours is not None
    assert len(colours) > 100, "there is text on it, in our own colours"


def network(address: str) -> list[str]:
    """The pages of the demo with most organizations on them: ours, one we were invited to, one that is asked again."""
    rows = {
        row["name"]: row
        for tab in ("inbound", "outbound")
        for row in httpx.get(f"{address}/api/deals?tab={tab}&limit=200").json()["items"]
    }
    ours = rows["Passenger service desk, all hubs"]
    return [
        f"/referrals/{ours['id']}",
        f"/engagements/{ours['engagementId']}",
        f"/referrals/{rows['Returns desk']['id']}",
        f"/referrals/{rows['Field service for installers']['id']}?again=tailspin",
    ]


def offers(address: str) -> list[str]:
    """The pages of the offer that is on its way."""
    (id,) = [one["id"] for one in httpx.get(f"{address}/api/offers").json()["items"] if "Migrator" in one["name"]]
    return [f"/offers/{id}{rest}" for rest in ("", "/edit", "/compare", "/contacts")]


def require_narrow(address: str, paths: Iterable[str], file: Path) -> None:
    """A page that overflows would be drawn past the edge: its ground would not be there."""
    for path in paths:
        image = shot(f"{address}{path}", file, (390, 3000))
        edge = {image.getpixel((388, y)) for y in range(BELOW_THE_HEADER, 3000, 3)}
        assert len(edge) <= 2, f"{path} reaches the edge: {edge}"


def test_nothing_is_wider_than_a_phone(address: str, tmp_path: Path) -> None:
    paths = (
        "/deals",
        "/deals/new",
        "/deals/new?solution=azure",
        "/offers",
        "/documents?q=architecture",
        "/organization",
    )
    require_narrow(address, (*paths, *offers(address), *network(address)), tmp_path / "page.png")


def test_nothing_the_vendor_sees_of_offers_is_wider_than_a_phone(demo: Demo, tmp_path: Path) -> None:
    with signed_in(demo.url, "vendor-reviewer") as address:
        published = [f"/offers/{one['id']}" for one in httpx.get(f"{address}/api/offers").json()["items"]]
        assert len(published) == 2, "one waits for a decision, one is ready"
        contacts = [f"{path}/contacts" for path in published]
        paths = ("/offers", "/review", "/documents?q=architecture", *published, *contacts)
        require_narrow(address, paths, tmp_path / "page.png")


def test_the_words_of_tabs_stay_whole_on_a_phone(tmp_path: Path) -> None:
    """The word Marketplace was broken into two lines in the middle of the word."""
    style = (Path(__file__).parents[2] / "web" / "static" / "desk.css").read_text(encoding="utf-8")
    tabs = "".join(f"<a href='#' {mark}>{name}</a>" for name, mark in TABS.items())
    page = tmp_path / "tabs.html"
    page.write_text(
        f"<!doctype html><meta name='viewport' content='width=device-width'><style>{style}</style>"
        f"<main style='width:320px'><nav class='tabs'>{tabs}</nav></main>"
        "<script>document.title = [...document.links].map(link => link.offsetHeight).join(' ')</script>",
        encoding="utf-8",
    )
    command = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}",
        "--window-size=390,844", "--dump-dom", page.as_uri(),
    ]  # fmt: skip
    dom = subprocess.run(command, capture_output=True, timeout=60, check=True).stdout.decode()
    heights = [int(height) for height in dom.split("<title>")[1].split("</title>")[0].split()]
    assert len(heights) == len(TABS)
    assert max(heights) < 50, "each is one line"
