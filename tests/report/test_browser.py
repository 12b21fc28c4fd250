"""The page of the report in a real browser: on narrow and wide screens, light and dark, and for everybody."""

from __future__ import annotations

import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from browsing import SIZES, Theme, Visit, sizes, themes, violations
from building import edited
from quick import quick_results
from shellcount.case.schema import Case
from shellcount.report.blocks import Content
from shellcount.report.content import compose
from shellcount.report.writing import write_report
from shellcount.results.results import Results

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(results_left_out: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the shipped case, with everything that it can have."""
    folder = tmp_path_factory.mktemp("report")
    write_report(results_left_out, folder, formats=["html"])
    return folder / "report.html"


@pytest.fixture(scope="module")
def content(results_left_out: Results) -> Content:
    return compose(results_left_out)


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


# --- the first screen --------------------------------------------------------------------

SCREENS = [(360, 800), (768, 1024), (1440, 900)]
FIRST = (
    ".title",
    "h1",
    ".number strong",
    ".spark",
    ".intervals",
    ".confidence",
    ".drives",
    ".tally",
    ".stated",
)


def edges(page: Page, place: str) -> dict[str, float]:
    box = page.locator(place).first.bounding_box()
    assert box is not None, place
    x, y, width, height = box["x"], box["y"], box["width"], box["height"]
    return {"x": x, "y": y, "width": width, "height": height, "right": x + width, "bottom": y + height}


@pytest.mark.parametrize("size", SCREENS, ids=lambda size: f"{size[0]}px")
def test_the_first_screen_answers_the_question(
    browser: Browser, report: Path, content: Content, size: tuple[int, int]
) -> None:
    with Visit(browser, report.as_uri(), size, "light") as page:
        said = page.locator(".number p").inner_text()
        assert " ".join(said.split()) == f"{content.opening} {content.figure} {content.closing}"
        assert edges(page, ".tally")["bottom"] <= size[1]
        if size[0] > 360:  # a phone has room for the first of them
            assert edges(page, ".answer")["bottom"] <= size[1]


@pytest.mark.parametrize("size", SCREENS, ids=lambda size: f"{size[0]}px")
def test_the_first_screen_has_its_parts_in_the_order_of_their_weight(
    browser: Browser, report: Path, size: tuple[int, int]
) -> None:
    with Visit(browser, report.as_uri(), size, "light") as page:
        tops = [edges(page, place)["y"] for place in FIRST if size[0] == 360 or place != ".spark"]
        assert tops == sorted(tops)
        spark, number = edges(page, ".spark"), edges(page, ".number strong")
        assert spark["y"] >= number["bottom"] or spark["x"] >= number["right"]  # below it, or beside it
        assert page.locator(".spark svg text").count() >= 3


MARK = "getComputedStyle(each, '::before').content"


@sizes
def test_a_verdict_is_a_word_and_a_mark_and_defined_within_reach_of_the_keyboard(
    browser: Browser, report: Path, content: Content, size: tuple[int, int]
) -> None:
    with Visit(browser, report.as_uri(), size, "light") as page:
        page.keyboard.press("Tab")
        for place, each in enumerate(content.stated):
            page.keyboard.press("Tab")
            opened = page.locator("details.finding").nth(place)
            assert page.evaluate("document.activeElement.matches('.finding > summary')")
            assert each.claimant in (said := opened.locator("summary").inner_text())
            assert each.verdict in said
            meaning = opened.get_by_text(each.meaning)
            assert not meaning.is_visible()
            page.keyboard.press("Enter")
            assert meaning.is_visible()
            assert opened.get_by_text(each.finding).is_visible()
            page.keyboard.press("Enter")
            assert not meaning.is_visible()
        marks = page.eval_on_selector_all(
            ".verdict",
            "all => all.map(each => [each.textContent, getComputedStyle(each, '::before').content])",
        )
        by_word = dict(marks)
        assert len(marks) > len(by_word) == len(set(by_word.values())) == 4
        assert by_word["high"].startswith('"\u25b2"')
        assert by_word["low"].startswith('"\u25bc"')
        assert all(mark.endswith('/ ""') for mark in by_word.values())  # the word is what is read out


# --- folds -------------------------------------------------------------------------------

OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true })"
HIDDEN = (
    "all => all.filter(each => !each.checkVisibility()).map(each => each.textContent.trim().slice(0, 40))"
)
WITHIN = ".fold > :not(summary)"


def test_long_parts_are_folded_on_a_screen_and_say_what_they_hold(browser: Browser, report: Path) -> None:
    with Visit(browser, report.as_uri(), (360, 800), "light") as page:
        folds = page.locator("details.fold")
        assert folds.count() > 12
        assert page.locator("details[open]").count() == 0
        assert page.eval_on_selector_all(WITHIN, f"all => all.length - ({HIDDEN})(all).length") == 0
        for fold in folds.all():
            said = re.fullmatch(r"\S.* \((\d+)\)", fold.locator("summary").inner_text())
            assert said is not None
            rows = fold.locator("tbody tr, li, dt").count()
            assert int(said[1]) == rows
        assert page.evaluate("document.documentElement.scrollHeight") < 16_000


def test_folds_are_open_in_print(browser: Browser, report: Path, results_left_out: Results) -> None:
    with Visit(browser, report.as_uri(), (1000, 1400), "light") as page:
        assert page.eval_on_selector_all(WITHIN, HIDDEN) != []
        page.emulate_media(media="print")
        assert page.eval_on_selector_all(WITHIN, HIDDEN) == []
        paper = PdfReader(io.BytesIO(page.pdf(format="A4")))
        last = "".join("".join(each.extract_text().split()) for each in paper.pages[-2:])
        assert results_left_out.run.digest in last  # within the last fold


def test_a_link_into_a_fold_opens_it(browser: Browser, report: Path, content: Content) -> None:
    with Visit(browser, report.as_uri(), (360, 800), "light") as page:
        page.locator("details.finding summary").first.click()
        page.get_by_role("link", name="The claim and its sources").first.click()
        claim = page.locator(f"#claims-{content.stated[0].claim}")
        claim.get_by_role("rowheader").wait_for(state="visible")
        assert page.locator("#claims").evaluate("fold => fold.open")
        assert claim.evaluate("row => row.matches(':target')")
        page.go_back()
        assert page.locator("details.finding").first.evaluate("each => each.open")


# --- narrow and wide ---------------------------------------------------------------------

# Text that is wider than what holds it, or stands beyond the screen, and whatever scrolls sideways; but for
# text that is not meant to be seen.
CUT = """() => [...document.querySelectorAll("body *")].filter(each => {
    const box = each.getBoundingClientRect(), look = getComputedStyle(each);
    if (!each.checkVisibility() || !box.width || each.closest("thead, svg, .skip, .heard")) return false;
    const beyond = box.right > innerWidth + 0.5 || box.left < -0.5;
    const scrolls = ["auto", "scroll", "hidden"].includes(look.overflowX);
    return beyond || scrolls || (look.display !== "inline" && each.scrollWidth > each.clientWidth + 1);
}).map(each => `${each.tagName} ${each.textContent.trim().slice(0, 40)}`)"""


@sizes
def test_nothing_is_cut_and_nothing_scrolls_sideways(
    browser: Browser, report: Path, size: tuple[int, int]
) -> None:
    with Visit(browser, report.as_uri(), size, "light") as page:
        page.evaluate(OPEN_ALL)
        assert page.locator("td").count() > 300
        assert page.evaluate(CUT) == []
        page.evaluate("document.querySelector('td').textContent = 'W'.repeat(120)")
        assert any(found.startswith("TD WWW") for found in page.evaluate(CUT)) == (size[0] > 360)
        page.evaluate("document.querySelector('td').style.whiteSpace = 'nowrap'")
        assert any(found.startswith("TD WWW") for found in page.evaluate(CUT))


@pytest.mark.parametrize("size", [(768, 1024), (1440, 900)], ids=lambda size: f"{size[0]}px")
def test_all_that_is_wide_ends_at_one_edge(browser: Browser, report: Path, size: tuple[int, int]) -> None:
    with Visit(browser, report.as_uri(), size, "light") as page:
        ends = page.eval_on_selector_all(
            ".answer, section > p, section > table, section > figure, figure .wide-form, .fold",
            "all => all.map(each => each.getBoundingClientRect().right)",
        )
        assert len(ends) > 25
        assert max(ends) - min(ends) < 0.5
        letters = page.evaluate(
            "document.querySelector('section > p').clientWidth"
            " / document.querySelector('.number p').ownerDocument.defaultView"
            ".getComputedStyle(document.body).fontSize.slice(0, -2)"
        )
        assert letters < 50  # in widths of an m: lines of about 90 letters


def test_rows_are_cards_on_a_phone_and_still_a_table_to_those_who_hear_it(
    browser: Browser, report: Path
) -> None:
    with Visit(browser, report.as_uri(), (360, 800), "light") as page:
        page.evaluate(OPEN_ALL)
        looks = page.eval_on_selector_all("tbody tr", "all => all.map(row => getComputedStyle(row).display)")
        assert set(looks) == {"grid"}
        label = "getComputedStyle(cell, '::before').content"
        named = page.eval_on_selector_all(
            "table:not(.pair) td:not(:empty)", f"all => all.map(cell => [cell.dataset.label, {label}])"
        )
        assert len(named) > 200
        assert all(content == f'"{name}"' for name, content in named)
        heard = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
        roles = Counter(node["role"]["value"] for node in heard if not node["ignored"])
        for tag, role in (("table", "table"), ("tr", "row"), ("thead th", "columnheader"), ("td", "cell")):
            assert roles[role] == page.locator(tag).count() > 10


def test_every_link_leads_somewhere(browser: Browser, report: Path) -> None:
    with Visit(browser, report.as_uri(), (1440, 900), "light") as page:
        targets = page.eval_on_selector_all("a[href^='#']", "links => links.map(a => a.hash.slice(1))")
        assert len(targets) > 10
        lost = page.evaluate("names => names.filter(name => !document.getElementById(name))", targets)
        assert lost == []


def test_the_page_reads_the_same_without_scripts(browser: Browser, report: Path) -> None:
    with Visit(browser, report.as_uri(), (1440, 900), "light") as page:
        page.evaluate("document.getElementById('what-if').hidden = true")  # all that a script adds
        whole = page.locator("body").inner_text()
    with Visit(browser, report.as_uri(), (1440, 900), "light", java_script_enabled=False) as page:
        assert page.locator("body").inner_text() == whole


@themes
def test_in_print_everything_is_dark_on_white(browser: Browser, report: Path, theme: Theme) -> None:
    with Visit(browser, report.as_uri(), (1000, 1400), theme) as page:
        tables, figures = page.locator("table").count(), page.locator("figure").count()
        page.emulate_media(media="print")
        assert contrast_of_ground(page) == 255
        fill = page.evaluate("getComputedStyle(document.querySelector('.spark .outer')).fill")
        assert fill == "rgb(204, 227, 240)"
        assert page.evaluate("getComputedStyle(document.querySelector('figure img')).filter") == "none"
        assert sum(table.is_visible() for table in page.locator("table").all()) == tables > 8
        assert all(image.is_visible() for image in page.locator("figure .wide-form").all())
        assert not any(image.is_visible() for image in page.locator("figure .portrait-form").all())
        assert figures > 4


@sizes
def test_every_figure_is_drawn_in_the_form_of_the_screen_and_beneath_its_finding(
    browser: Browser, report: Path, content: Content, size: tuple[int, int]
) -> None:
    shown, hidden = (".portrait-form", ".wide-form") if size[0] < 640 else (".wide-form", ".portrait-form")
    with Visit(browser, report.as_uri(), size, "light") as page:
        figures = page.locator("figure").all()
        assert len(figures) == len(content.pictures) > 4
        for figure, picture in zip(figures, content.pictures, strict=True):
            assert not figure.locator(hidden).is_visible()
            image = figure.locator(shown)
            drawn, natural = image.evaluate("image => [image.clientWidth, image.naturalWidth]")
            assert drawn > 0.97 * natural  # so that letters are no smaller than they were drawn
            parts = [figure.locator(place) for place in ("figcaption", shown, "p >> nth=0", "p >> nth=1")]
            said = [part.inner_text() for part in parts]
            assert said == [picture.title, "", picture.note, picture.source]
            tops = [part.evaluate("part => part.getBoundingClientRect().top") for part in parts]
            assert tops == sorted(tops)


# --- for everybody -----------------------------------------------------------------------


def test_tables_figures_and_parts_say_what_they_are(browser: Browser, report: Path) -> None:
    with Visit(browser, report.as_uri(), (1440, 900), "light") as page:
        for landmark in ("header", "nav", "main", "footer"):
            assert page.locator(landmark).count() == 1
        assert page.locator("h1").count() == 1
        for table in page.locator("table").all():
            assert (table.locator("caption").text_content() or "").strip()
            heads = table.locator("thead th").count()
            assert heads == table.locator("thead th[scope=col]").count() > 1
            assert table.locator("tbody tr").count() == table.locator("tbody th[scope=row]").count() > 0
        alts = page.eval_on_selector_all("img", "all => all.map(img => img.alt)")
        assert all(len(alt) > 20 for alt in alts)


def test_the_keyboard_reaches_everything(browser: Browser, report: Path) -> None:
    with Visit(browser, report.as_uri(), (1440, 900), "light") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.locator(".skip").is_visible()
        # Stated figures that open, then all sections, then the first fold.
        findings, links = page.locator(".finding").count(), page.locator("nav a").count()
        for tag in ["SUMMARY"] * findings + ["A"] * links:
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.tagName") == tag
        assert page.evaluate("document.activeElement.closest('nav') !== null")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.matches('.fold > summary')")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


@themes
@pytest.mark.parametrize("size", [SIZES[0], SIZES[2]], ids=lambda size: f"{size[0]}px")
def test_axe_finds_nothing_serious(
    browser: Browser, report: Path, size: tuple[int, int], theme: Theme
) -> None:
    with Visit(browser, report.as_uri(), size, theme) as page:
        assert violations(page) == []
        page.evaluate(OPEN_ALL)
        assert violations(page) == []


# --- what the page may do ----------------------------------------------------------------


def test_the_page_does_nothing_that_its_policy_forbids(browser: Browser, report: Path) -> None:
    with Visit(browser, report.as_uri(), (1440, 900), "light") as page:
        assert page.evaluate("document.styleSheets.length") == 1
        # The look of a drawing is within its image, and is not the page's.
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize") == "24px"
        page.emulate_media(media="print")
        assert page.evaluate("window.forbidden") == []


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
        assert page.locator("script").count() == 1  # ours, which draws the what-if
        assert page.locator("img:not(figure img)").count() == 0
        assert "\u202e" not in page.title()
