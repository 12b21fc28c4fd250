"""The page of the report in a real browser: on narrow and wide screens, light and dark, and for everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from browsing import SIZES, Theme, Visit, sizes, themes, violations
from building import edited
from quick import quick_results
from shellcount.case.schema import Case
from shellcount.report.content import answer
from shellcount.report.writing import write_report
from shellcount.results.results import Results

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(results_left_out: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the shipped case, with everything that it can have."""
    folder = tmp_path_factory.mktemp("report")
    write_report(results_left_out, folder, formats=["html"])
    return folder / "report.html"


def contrast_of_ground(page: Page) -> int:
    """Brightness of the page's ground, from 0 to 255."""
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return int(colour.removeprefix("rgb(").split(",")[0])


# --- what is seen ------------------------------------------------------------------------


@sizes
@themes
def test_nothing_is_wider_than_the_screen(
    browser: Browser, report: Path, size: tuple[int, int], theme: Theme
) -> None:
    with Visit(browser, report.as_uri(), size, theme) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert (contrast_of_ground(page) > 128) == (theme == "light")


@sizes
def test_the_first_screen_answers_the_question(
    browser: Browser, report: Path, results: Results, size: tuple[int, int]
) -> None:
    with Visit(browser, report.as_uri(), size, "light") as page:
        said = page.get_by_text(answer(results), exact=True)
        for seen in (page.locator(".figure strong"), page.locator(".figure span").first, said):
            box = seen.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= size[1]


def test_every_link_leads_somewhere(browser: Browser, report: Path) -> None:
    with Visit(browser, report.as_uri(), (1440, 900), "light") as page:
        targets = page.eval_on_selector_all("a[href^='#']", "links => links.map(a => a.hash.slice(1))")
        assert len(targets) > 10
        lost = page.evaluate("names => names.filter(name => !document.getElementById(name))", targets)
        assert lost == []


def test_the_page_reads_the_same_without_scripts(browser: Browser, report: Path) -> None:
    with Visit(browser, report.as_uri(), (1440, 900), "light") as page:
        whole = page.locator("body").inner_text()
    with Visit(browser, report.as_uri(), (1440, 900), "light", java_script_enabled=False) as page:
        assert page.locator("body").inner_text() == whole


@themes
def test_in_print_everything_is_dark_on_white(browser: Browser, report: Path, theme: Theme) -> None:
    with Visit(browser, report.as_uri(), (1000, 1400), theme) as page:
        tables, figures = page.locator("table").count(), page.locator("figure img").count()
        page.emulate_media(media="print")
        assert contrast_of_ground(page) == 255
        assert page.evaluate("getComputedStyle(document.querySelector('figure img')).filter") == "none"
        assert sum(table.is_visible() for table in page.locator("table").all()) == tables > 8
        assert sum(image.is_visible() for image in page.locator("figure img").all()) == figures > 4


def test_every_figure_is_drawn(browser: Browser, report: Path) -> None:
    with Visit(browser, report.as_uri(), (1440, 900), "light") as page:
        widths = page.eval_on_selector_all("figure img", "all => all.map(img => img.naturalWidth)")
        assert len(widths) > 4
        assert min(widths) > 300


# --- for everybody -----------------------------------------------------------------------


def test_tables_figures_and_parts_say_what_they_are(browser: Browser, report: Path) -> None:
    with Visit(browser, report.as_uri(), (1440, 900), "light") as page:
        for landmark in ("header", "nav", "main", "footer"):
            assert page.locator(landmark).count() == 1
        assert page.locator("h1").count() == 1
        for table in page.locator("table").all():
            assert table.locator("caption").inner_text().strip()
            heads = table.locator("thead th").count()
            assert heads == table.locator("thead th[scope=col]").count() > 1
            assert table.locator("tbody tr").count() == table.locator("tbody th[scope=row]").count() > 0
        alts = page.eval_on_selector_all("img", "all => all.map(img => img.alt)")
        assert all(len(alt) > 20 for alt in alts)


def test_the_keyboard_reaches_everything(browser: Browser, report: Path) -> None:
    with Visit(browser, report.as_uri(), (1440, 900), "light") as page:
        links = page.locator("nav a").count()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.locator(".skip").is_visible()
        # Verdicts that lead to their definitions, then all sections, then the first table that scrolls.
        verdicts = page.locator("header a.verdict").count()
        assert verdicts > 0
        for _ in range(verdicts + links):
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.tagName") == "A"
        assert page.evaluate("document.activeElement.closest('nav') !== null")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('role')") == "region"
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


@themes
@pytest.mark.parametrize("size", [SIZES[0], SIZES[2]], ids=lambda size: f"{size[0]}px")
def test_axe_finds_nothing_serious(
    browser: Browser, report: Path, size: tuple[int, int], theme: Theme
) -> None:
    with Visit(browser, report.as_uri(), size, theme) as page:
        assert violations(page) == []


# --- what the page may do ----------------------------------------------------------------


def test_the_page_does_nothing_that_its_policy_forbids(browser: Browser, report: Path) -> None:
    with Visit(browser, report.as_uri(), (1440, 900), "light") as page:
        page.emulate_media(media="print")
        assert page.evaluate("window.forbidden") == []
        assert page.evaluate("document.styleSheets.length") == 1
        # The look of a drawing is within its image, and is not the page's.
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize") == "24px"


# Waits within the page: a predicate given as text is evaluated there once more at each turn, and that
# the page's policy forbids.
WHAT_WAS_FORBIDDEN = """async () => {
    for (let turn = 0; turn < 3000 && !window.forbidden.length; turn++)
        await new Promise(later => setTimeout(later, 20));
    return window.forbidden;
}"""


@pytest.mark.parametrize(
    ("added", "directive"),
    [
        ("<script>document.title = 'changed'</script>", "script-src-elem"),
        ("<script src='data:text/javascript,document.title=1'></script>", "script-src-elem"),
        ("<img src='data:,' onerror='document.title = 1'>", "script-src-attr"),
        ("<img src='near.png'>", "img-src"),
        ("<style>body { display: none }</style>", "style-src-elem"),
        ("<p style='position: fixed'>over everything</p>", "style-src-attr"),
        ("<link rel='stylesheet' href='near.css'>", "style-src-elem"),
        ("<iframe src='near.html'></iframe>", "frame-src"),
        ("<object data='near.html'></object>", "object-src"),
        ("<video src='near.webm'></video>", "media-src"),
        ("<base href='https://elsewhere.example/'>", "base-uri"),
        ("<form action='near.html'><input name='a'></form>", "form-action"),
    ],
    ids=lambda value: value if value.islower() and "<" not in value else "",
)
def test_what_is_put_into_the_page_is_forbidden(
    browser: Browser, report: Path, tmp_path: Path, added: str, directive: str
) -> None:
    page_with_it = report.read_text("utf-8").replace("</footer>", f"</footer>{added}")
    changed = tmp_path / "changed.html"
    changed.write_text(page_with_it, "utf-8")
    (tmp_path / "near.html").write_text("near", "utf-8")
    visit = Visit(browser, changed.as_uri(), (1440, 900), "light")
    if "<form" in added:
        visit.page.evaluate("setTimeout(() => document.querySelector('form').submit())")
    assert visit.page.evaluate(WHAT_WAS_FORBIDDEN) == [directive]
    assert visit.page.title() not in {"changed", "1"}
    assert visit.page.url == changed.as_uri()
    tried = f"request: {tmp_path.as_uri()}/near"  # told of even where it is then forbidden
    told = [said for said in visit.unasked if not said.startswith(tried)]
    assert [said for said in told if "violates the following Content Security Policy" not in said] == []
    visit.unasked.clear()
    with visit:
        pass


# --- what a case file may try ------------------------------------------------------------

HOSTILE = (
    "<img src=x onerror=alert(1)><script>alert(2)</script></style><svg/onload=alert(3)>{{7*7}}\u202e"
    + "W" * 9_000
)


def test_nothing_in_a_case_runs_or_leaves_the_page(browser: Browser, case: Case, tmp_path: Path) -> None:
    def poison(document: dict[str, Any]) -> None:
        # The nouns must differ, since names of estimates begin with them.
        for name, noun in (("title", ""), ("question", ""), ("item", "rounds "), ("carrier", "boxes ")):
            document["case"][name] = f"{noun}{HOSTILE}"
        document["case"]["limitations"] = (HOSTILE,)
        document["case"]["confidence"]["basis"] = HOSTILE
        for table in ("claimant", "source", "nature", "scenario"):
            for entry in document[table]:
                entry["title"] = HOSTILE
        for claim in document["claim"]:
            claim["summary"] = HOSTILE

    write_report(quick_results(edited(case, poison)), tmp_path / "report", formats=["html"])
    with Visit(browser, (tmp_path / "report" / "report.html").as_uri(), (360, 640), "dark") as page:
        assert "<script>alert(2)</script>" in page.locator("h1").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.locator("script").count() == 0
        assert page.locator("img:not(figure img)").count() == 0
        assert "\u202e" not in page.title()
