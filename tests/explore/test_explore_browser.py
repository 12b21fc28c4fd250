"""The explorer as a whole, in a real browser: a server of its own process, and pages that reach it alone."""

from __future__ import annotations

import json
import shlex
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page

from browsing import Theme, Visit, themes, violations
from commands import SEEDS, run
from serving import settings_below, started
from shellcount.analysis import read_results
from shellcount.case.changes import with_changes
from shellcount.case.reading import parse_case
from shellcount.case.schema import Case
from shellcount.posterior.fitting import fit
from shellcount.results.conditioning import conditioning

pytestmark = pytest.mark.browser

WIDE, NARROW = (1400, 900), (400, 850)
sizes = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["400px", "1400px"])
ANSWER = "rounds.mixed@2024-06-14"
LOAD = "load of a container"
HOSTILE = '<img src=x onerror=alert(1)> </script><script>alert(2)</script> "\\u0026\\u202e'


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Variables that name the folders of a user."""
    return settings_below(tmp_path_factory.mktemp("user"))


@pytest.fixture(scope="module")
def address(user: dict[str, str]) -> Iterator[str]:
    with started(**user) as (_, told):
        yield told["address"]


def visit(browser: Browser, address: str, size: tuple[int, int] = WIDE, theme: Theme = "light") -> Visit:
    return Visit(browser, address, size, theme, below=address.partition("?")[0])


def settle(page: Page, serial: int | None = None) -> int:
    """Wait until the page shows all that follows from the edits with a number, and tell the number."""
    number = "" if serial is None else f"[data-serial='{serial}']"
    root = page.wait_for_selector(f".shellcount[data-status=ready][data-whole=true]{number}")
    assert root is not None
    return int(root.get_attribute("data-serial") or 0)


def press(page: Page, control: Locator, key: str) -> int:
    """Press a key on a control, which moves it, and wait for what follows."""
    serial = settle(page)
    control.press(key)
    return settle(page, serial + 1)


def low_of_load(page: Page) -> Locator:
    return page.get_by_role("slider", name=f"5% of {LOAD}", exact=True)


def shown(page: Page) -> str:
    """The answer as the page shows it, in the form of a headline."""
    median = page.locator(".big").inner_text()
    return f"{median} (90% interval {page.locator('.range90').inner_text().removeprefix('90%: ')})"


def headline(case: Case, given: Any = "counts") -> str:
    """The answer as the library gives it."""
    return fit(case, given=given, seed=1).estimate(ANSWER).headline


# --- the numbers -------------------------------------------------------------------------


def test_a_slider_changes_the_range_to_what_the_library_and_the_command_give(
    browser: Browser, address: str, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with visit(browser, address) as page:
        settle(page)
        assert page.url == address.partition("?")[0]  # the token is gone
        assert shown(page) == headline(case)
        press(page, low_of_load(page), "PageUp")
        moved = low_of_load(page).get_attribute("aria-valuetext")
        assert moved is not None
        assert moved != "0.4"
        expected = headline(with_changes(case, {"load": (float(moved), 0.92)}))
        assert shown(page) == expected != headline(case)
        command = page.locator(".sharing code").inner_text()
        assert command == f"shellcount report --set load={moved}:0.92"
        assert page.evaluate("window.forbidden") == []
    monkeypatch.chdir(tmp_path)
    more = ("-o", "again", "--format", "json", "--no-leave-one-out")
    assert run(*shlex.split(command)[1:], *more).exit_code in {0, 1}
    assert read_results("again/numbers.json").estimates[ANSWER].headline == expected


def test_a_claim_that_is_only_checked_is_no_longer_fitted(browser: Browser, address: str, case: Case) -> None:
    given = conditioning(case, without=["us-state-2024-02"])
    with visit(browser, address) as page:
        serial = settle(page)
        page.get_by_label("Find a setting").fill("us-state-2024-02")
        page.locator(".control.switch:visible").get_by_role("radio", name="check").first.check()
        settle(page, serial + 1)
        assert shown(page) == headline(case, given)
        assert "--without us-state-2024-02" in page.locator(".sharing code").inner_text()
        page.get_by_role("button", name="Reset all").click()
        settle(page, serial + 2)
        assert shown(page) == headline(case)


# --- apart from others -------------------------------------------------------------------


def test_two_browsers_do_not_share_what_is_edited(browser: Browser, address: str, case: Case) -> None:
    with visit(browser, address) as first, visit(browser, address) as second:
        settle(second)
        press(first, low_of_load(first), "PageUp")
        assert shown(first) != headline(case)
        assert shown(second) == headline(case)
        press(second, low_of_load(second), "ArrowRight")
        assert low_of_load(second).get_attribute("aria-valuetext") == "0.41"
        moved = shown(first)
        first.reload()
        settle(first)
        assert shown(first) == moved  # a page that is loaded again goes on where it was
        assert low_of_load(first).get_attribute("aria-valuetext") != "0.41"


def test_a_page_without_the_token_is_refused(browser: Browser, address: str) -> None:
    context = browser.new_context()
    answer = context.new_page().goto(address.partition("?")[0])
    assert answer is not None
    assert answer.status == 401
    context.close()


# --- what is dropped ---------------------------------------------------------------------


def drop(page: Page, name: str, content: bytes) -> None:
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "text/plain", "buffer": content})


def test_hostile_text_of_a_file_stays_text(browser: Browser, address: str) -> None:
    text = (SEEDS / "channel-2023.toml").read_text("utf-8")
    title = next(line for line in text.splitlines() if line.startswith("title = "))
    hostile = text.replace(title, f"title = {json.dumps(HOSTILE)}", 1)
    with visit(browser, address, NARROW) as page:
        settle(page)
        drop(page, "hostile.toml", hostile.encode())
        page.wait_for_selector(".shellcount .title >> text=<img src=x")
        settle(page)
        assert page.locator(".shellcount img, .shellcount script").count() == 0
        assert page.evaluate("document.querySelector('#App').scrollWidth") <= NARROW[0]
        assert page.evaluate("window.forbidden") == []


def test_the_faults_of_a_file_are_told_and_the_case_stays(browser: Browser, address: str) -> None:
    with visit(browser, address) as page:
        settle(page)
        before = shown(page)
        drop(page, "../../faulty.toml", b"[case]\nid = 1\n")
        told = page.wait_for_selector(".notice >> text=faulty.toml")
        assert told is not None
        assert "faults" in told.inner_text()
        assert shown(page) == before


# --- by keyboard, and for everybody ------------------------------------------------------


def test_the_keyboard_alone_moves_an_assumption_and_the_amount(browser: Browser, address: str) -> None:
    with visit(browser, address, NARROW) as page:
        serial = settle(page)
        x = page.get_by_role("slider", name="X, of: at least X")
        while not x.evaluate("each => each.getRootNode().activeElement === each"):
            page.keyboard.press("Tab")
        before = page.locator("output.chance").inner_text()
        page.keyboard.press("ArrowRight")
        after = page.locator("output.chance").inner_text()
        assert after != before
        assert x.get_attribute("aria-valuetext")
        low = low_of_load(page)
        while not low.evaluate("each => each.getRootNode().activeElement === each"):
            page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
        settle(page, serial + 1)
        assert low.get_attribute("aria-valuetext") == "0.41"


@sizes
@themes
def test_everybody_can_use_it_on_narrow_and_wide_screens(
    browser: Browser, address: str, size: tuple[int, int], theme: Theme
) -> None:
    with visit(browser, address, size, theme) as page:
        settle(page)
        press(page, low_of_load(page), "PageUp")
        assert page.evaluate("document.querySelector('#App').scrollWidth") <= size[0]
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert violations(page) == []


# --- what is saved -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("button", "start"),
    [
        ("Edited case (TOML)", b"#"),
        ("Numbers (JSON)", b"{"),
        ("Brief (PDF)", b"%PDF"),
        ("Figure (PNG)", b"\x89PNG"),
    ],
)
def test_what_is_shown_can_be_saved(browser: Browser, address: str, button: str, start: bytes) -> None:
    with visit(browser, address) as page:
        settle(page)
        press(page, low_of_load(page), "ArrowRight")
        with page.expect_download() as saving:
            page.get_by_role("button", name=button).click()
        content = Path(saving.value.path()).read_bytes()
        assert content.startswith(start)
        if button.startswith("Edited"):
            assert parse_case(content, origin="saved.toml").priors.load.low == 0.41


# --- nothing is lost ---------------------------------------------------------------------


def test_a_server_that_is_killed_loses_nothing(browser: Browser, user: dict[str, str], case: Case) -> None:
    with started(**user) as (process, told), visit(browser, told["address"]) as page:
        press(page, low_of_load(page), "PageUp")
        moved = shown(page)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert moved != headline(case)
    with started(**user) as (_, told), visit(browser, told["address"]) as page:
        serial = settle(page)
        assert shown(page) == headline(case)
        page.get_by_role("button", name="Take it up").first.click()
        page.wait_for_selector(".control[data-changed=true]")
        settle(page)
        assert shown(page) == moved
        assert serial >= 0
