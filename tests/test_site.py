"""The documentation in a real browser: it can be searched, asks no other host, and draws what it should."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from browsing import SIZES, Theme, Visit, themes, violations

pytestmark = pytest.mark.browser

SITE = Path(__file__).parents[1] / "docs" / "_build" / "html"
PAGES = [
    *("index", "tutorial", "howto/read-the-diagnostics", "reference/case-format"),
    *("reference/api", "reference/api/citing"),
    *("explanation/model", "explanation/comparison", "notebooks/evidence-and-hedges", "briefing"),
]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of the site, on this machine."""
    assert (SITE / "index.html").is_file(), "the site is not built: make site"
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(SITE))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_every_screen_and_asks_no_other_host(browser: Browser, site: str, name: str) -> None:
    with Visit(browser, f"{site}{name}.html", SIZES[2], "light", below=site) as page:
        assert page.locator("h1").count() == 1
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        widths = page.eval_on_selector_all("article img", "all => all.map(img => img.naturalWidth)")
        assert 0 not in widths


@pytest.mark.parametrize("name", ["reference/naming", "reference/glossary", "howto/cite-a-number"])
def test_rows_of_tables_are_cards_on_a_narrow_screen(browser: Browser, site: str, name: str) -> None:
    with Visit(browser, f"{site}{name}.html", SIZES[0], "dark", below=site) as page:
        boxes = ".pst-scrollable-table-container"
        excess = page.eval_on_selector_all(boxes, "all => all.map(box => box.scrollWidth - box.clientWidth)")
        assert excess
        assert max(excess) <= 0
        label = page.locator("table.cards .cell-label").first
        assert label.is_visible()
        page.set_viewport_size({"width": SIZES[2][0], "height": SIZES[2][1]})
        assert not label.is_visible()


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("hedge", "explanation/hedges.html"),
        ("skew-normal", "explanation/hedges.html"),
        ("hygiene kits", "tutorial.html"),
        ("leave-one-out", "howto/read-the-diagnostics.html"),
        ("with_changes", "reference/api/case.html"),
        ("docx", "howto/cite-a-number.html"),
    ],
)
def test_the_search_finds_a_page(browser: Browser, site: str, words: str, page: str) -> None:
    with Visit(browser, f"{site}search.html?q={words}", SIZES[2], "light", below=site) as opened:
        opened.get_by_text("Search finished").wait_for()
        found = opened.eval_on_selector_all("#search-results ul.search li a", "all => all.map(a => a.href)")
        assert any(address.removeprefix(site).startswith(page) for address in found)


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("very high", "reference/glossary.html#term-very-high"),
        ("load factor", "reference/glossary.html#term-load-factor"),
        ("dataframe", "howto/dataframes-and-csv.html"),
        ("forecast", "howto/forecast.html"),
        ("csv", "howto/dataframes-and-csv.html"),
        ("tail_probability", "reference/glossary.html#key-tail_probability"),
        ("drop a source", "howto/hold-claims-out.html"),
    ],
)
def test_the_search_finds_the_right_page_first(browser: Browser, site: str, words: str, page: str) -> None:
    with Visit(browser, f"{site}search.html?q={words}", SIZES[2], "light", below=site) as opened:
        opened.get_by_text("Search finished").wait_for()
        first = opened.locator("#search-results ul.search li a").first
        assert first.get_attribute("href") == page


def test_the_first_use_of_a_word_leads_to_the_glossary(browser: Browser, site: str) -> None:
    with Visit(browser, f"{site}tutorial.html", SIZES[2], "light", below=site) as page:
        links = page.eval_on_selector_all("a.gloss", "all => all.map(a => a.getAttribute('href'))")
        assert len(links) == len(set(links)) > 10
        page.locator("a.gloss", has_text="claimant").click()
        assert page.url == f"{site}reference/glossary.html#term-claimant"
        assert page.locator("#term-claimant").is_visible()


def test_mathematics_and_the_graph_are_drawn(browser: Browser, site: str) -> None:
    with Visit(browser, f"{site}explanation/model.html", SIZES[2], "light", below=site) as page:
        page.wait_for_selector("mjx-container svg")
        assert page.locator("mjx-container[display=true]").count() == 13
        assert page.locator("mjx-merror").count() == 0
        assert page.evaluate("document.querySelector('.graphviz object, .graphviz img').clientWidth") > 500


def test_what_a_button_copies_has_no_prompt(browser: Browser, site: str) -> None:
    rights = ["clipboard-read", "clipboard-write"]
    with Visit(browser, f"{site}tutorial.html", SIZES[2], "light", below=site, permissions=rights) as page:
        page.locator("div.highlight-console").nth(1).hover()
        page.locator("div.highlight-console button.copybtn").nth(1).click()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.strip() == "shellcount estimate --at 2024-06-14 --scenario mixed"


@themes
@pytest.mark.parametrize("name", ["tutorial", "explanation/hedges", "reference/naming"])
def test_axe_finds_nothing_serious(browser: Browser, site: str, name: str, theme: Theme) -> None:
    with Visit(browser, f"{site}{name}.html", SIZES[2], theme, below=site) as page:
        assert violations(page) == []
