"""The what-if of the page in a real browser: it computes what the program and the rules of rounding give."""

from __future__ import annotations

import json
import shlex
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from browsing import SIZES, Theme, Visit, themes, violations
from commands import run
from moving import places, refitted, units_apart
from shellcount.posterior.posterior import Posterior
from shellcount.report.writing import write_report
from shellcount.results.results import Results
from shellcount.results.what_if import WhatIf
from shellcount.wording import rounding
from shellcount.wording.rounding import Range

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    write_report(results, folder, formats=["html"])
    return folder / "report.html"


@pytest.fixture(scope="module")
def what_if(results: Results) -> WhatIf:
    assert results.what_if is not None
    return results.what_if


MOVE = """places => {
    const inputs = [...document.querySelectorAll("#what-if input")];
    inputs.forEach((input, slider) => { input.value = places[slider]; });
    inputs[0].dispatchEvent(new Event("input"));
}"""


def shown(page: Page) -> tuple[str, str, str]:
    """Median, 50% and 90% interval, as the page has them."""
    middle, inner, outer = (
        page.locator(f"[data-part={part}]").inner_text() for part in ("middle", "inner", "outer")
    )
    return middle, inner, outer


def expected(what_if: WhatIf, at: tuple[int, ...], results: Results) -> tuple[str, str, str]:
    middle, inner, outer = what_if.moved(at, results.answer).words()
    return f"{middle} {results.answer.measure}", inner, outer


# --- numbers -----------------------------------------------------------------------------


def test_before_anything_is_moved_it_says_what_the_report_says(
    browser: Browser, report: Path, results: Results
) -> None:
    with Visit(browser, report.as_uri(), (1440, 900), "light") as page:
        middle, inner, outer = results.answer.words()
        assert shown(page) == (f"{middle} {results.answer.measure}", inner, outer)
        assert page.locator("[data-part=reported]").is_visible()
        assert not page.locator("[data-part=moved]").is_visible()
        assert page.locator("[data-part=reset]").is_disabled()


def test_twenty_settings_agree_with_the_command_line(
    browser: Browser, report: Path, posterior: Posterior, results: Results, what_if: WhatIf
) -> None:
    answer = results.answer
    with Visit(browser, report.as_uri(), (1440, 900), "light") as page:
        for at in places(what_if, 20):
            page.evaluate(MOVE, list(at))
            assert shown(page) == expected(what_if, at, results)
            assert page.locator("[data-part=moved]").is_visible()
            command = page.locator("[data-part=command]").inner_text().split()
            assert command[:2] == ["shellcount", "estimate"]
            options = [word for flag, word in pairwise(command) if flag == "--set"]
            assert options == list(what_if.changes(at))
            refit = refitted(posterior, what_if, at, answer.name)
            assert units_apart(what_if.moved(at, answer), refit) <= 1 + 1e-9


# The script of the page once more, which then hands out the function that writes numbers.
SCRIPT = resources.files("shellcount.report").joinpath("templates", "what_if.js").read_text("utf-8").strip()
WITH_WORDS = f"{SCRIPT.removesuffix('})();')}window.words = words; }})();"


def test_the_command_that_is_shown_gives_the_same(
    browser: Browser, report: Path, results: Results, what_if: WhatIf
) -> None:
    at = places(what_if, 1)[0]
    with Visit(browser, report.as_uri(), (1440, 900), "light") as page:
        page.evaluate(MOVE, list(at))
        _, *words = shlex.split(page.locator("[data-part=command]").inner_text())
    done = run(*words, "--json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)["estimates"][results.answer.name]
    moved = what_if.moved(at, results.answer)
    unit = rounding.rounding_unit(moved.range)
    for name in ("p05", "p25", "p50", "p75", "p95"):
        assert abs(found[name] - getattr(moved, name)) < unit


def test_numbers_are_rounded_as_everywhere(browser: Browser, report: Path) -> None:
    rng = np.random.default_rng(1)
    middle = 10 ** rng.uniform(-6, 13, 5_000)
    low, high = middle * rng.random(5_000), middle * (1 + 10 ** rng.uniform(-3, 1, 5_000))
    lower, upper = (end + (middle - end) * rng.random(5_000) for end in (low, high))
    errors = (middle * 10 ** rng.uniform(-5, -0.5, 5_000) * rng.integers(0, 2, 5_000)).tolist()
    cases = list(zip(np.stack([low, lower, middle, upper, high], axis=1).tolist(), errors, strict=True))
    with Visit(browser, report.as_uri(), (1440, 900), "light") as page:
        page.evaluate(WITH_WORDS)
        found: Any = page.evaluate("cases => cases.map(([each, error]) => window.words(each, error))", cases)
    for (values, error), texts in zip(cases, found, strict=True):
        p05, p25, p50, p75, p95 = values
        unit = rounding.rounding_unit(Range(p05, p50, p95, error))
        assert texts == [
            rounding.amount(p50, unit, largest=p95),
            rounding.interval(p25, p75, unit, largest=p95),
            rounding.interval(p05, p95, unit),
        ]


# --- for everybody -----------------------------------------------------------------------


def test_the_keyboard_moves_a_slider_and_what_is_heard_follows(
    browser: Browser, report: Path, results: Results, what_if: WhatIf
) -> None:
    with Visit(browser, report.as_uri(), (1440, 900), "light") as page:
        high = page.get_by_role("group", name="Load of a container").get_by_label("95% quantile")
        assert high.get_attribute("aria-valuetext") == "0.92"
        high.focus()
        for _ in range(5):
            page.keyboard.press("ArrowLeft")
        assert high.get_attribute("aria-valuetext") == "0.87"
        at = (what_if.now[0], what_if.now[1] - 5, *what_if.now[2:])
        assert shown(page) == expected(what_if, at, results)
        heard = page.locator("[data-part=status]").inner_text()
        assert all(text in heard for text in ("What-if, not the report's result", *shown(page)))
        page.get_by_role("button", name="Reset to the report").press("Enter")
        assert shown(page) == expected(what_if, what_if.now, results)
        assert "As in the report" in page.locator("[data-part=status]").inner_text()
        assert high.get_attribute("aria-valuetext") == "0.92"


def test_the_quantiles_of_a_prior_push_each_other(browser: Browser, report: Path) -> None:
    with Visit(browser, report.as_uri(), (1440, 900), "light") as page:
        fields = page.get_by_role("group", name="Load of a container")
        low, high = fields.get_by_label("5% quantile", exact=True), fields.get_by_label("95% quantile")
        low.press("End")
        assert [each.get_attribute("aria-valuetext") for each in (low, high)] == ["0.98", "0.99"]
        high.press("Home")
        assert [each.get_attribute("aria-valuetext") for each in (low, high)] == ["0.01", "0.02"]


@themes
@pytest.mark.parametrize("size", [SIZES[0], SIZES[2]], ids=lambda size: f"{size[0]}px")
def test_axe_finds_nothing_when_something_is_moved(
    browser: Browser, report: Path, what_if: WhatIf, size: tuple[int, int], theme: Theme
) -> None:
    with Visit(browser, report.as_uri(), size, theme) as page:
        page.evaluate(MOVE, list(places(what_if, 1)[0]))
        page.locator("#what-if").scroll_into_view_if_needed()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_print_and_a_page_without_scripts_leave_it_out(browser: Browser, report: Path) -> None:
    with Visit(browser, report.as_uri(), (1000, 1400), "light") as page:
        assert page.locator("#what-if").is_visible()
        page.emulate_media(media="print")
        assert not page.locator("#what-if").is_visible()
    with Visit(browser, report.as_uri(), (1440, 900), "light", java_script_enabled=False) as page:
        assert not page.locator("#what-if").is_visible()
