"""The explorer as a whole, in a real browser: a server of its own process, and pages that reach it alone."""

from __future__ import annotations

import json
import shlex
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from browsing import THEMES, Theme, Visit, violations
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
ANSWER = "rounds.mixed@2024-06-14"
CLAIM = "us-state-2024-02"
HOSTILE = '<img src=x onerror=alert(1)></script><script>alert(2)</script>" &amp; \u202e'


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Variables that name the folders of a user."""
    return settings_below(tmp_path_factory.mktemp("user"))


@pytest.fixture(scope="module")
def address(user: dict[str, str]) -> Iterator[str]:
    with started(**user) as (_, told):
        yield told["address"]


@pytest.fixture(scope="module")
def opened(browser: Browser, address: str) -> Iterator[Page]:
    """A page that most tests share, since the front end of marimo takes long to load."""
    with visit(browser, address) as page:
        settle(page)
        yield page


@pytest.fixture
def page(opened: Page) -> Page:
    """The shared page, with the case as it is."""
    serial = settle(opened)
    reset = opened.get_by_role("button", name="Reset all")
    if reset.is_enabled():
        reset.click()
        settle(opened, serial + 1)
    opened.get_by_label("Find a setting").fill("")
    return opened


def visit(browser: Browser, address: str, size: tuple[int, int] = WIDE, theme: Theme = "light") -> Visit:
    """A visit to the explorer by a browser of its own, whose requests to other hosts are faults."""
    return Visit(browser, address, size, theme, below=address.partition("?")[0])


def settle(page: Page, serial: int | None = None) -> int:
    """Wait until the page shows all that follows from the edits with a number, and tell the number."""
    number = "" if serial is None else f"[data-serial='{serial}']"
    root = page.wait_for_selector(f".shellcount[data-status=ready][data-whole=true]{number}")
    assert root is not None
    return int(root.get_attribute("data-serial") or 0)


def press(page: Page, control: Locator, key: str) -> None:
    """Press a key on a control, which moves it, and wait for what follows."""
    serial = settle(page)
    control.press(key)
    settle(page, serial + 1)


def low_of_load(page: Page) -> Locator:
    return page.get_by_role("slider", name="5% of load of a container", exact=True)


def shown(page: Page) -> str:
    """The answer as the page shows it, in the form of a headline."""
    median = page.locator(".big").inner_text()
    return f"{median} (90% interval {page.locator('.range90').inner_text().removeprefix('90%: ')})"


def headline(case: Case, given: str = "counts") -> str:
    """The answer as the library gives it."""
    return fit(case, given=given, seed=1).estimate(ANSWER).headline


# --- the numbers -------------------------------------------------------------------------


def test_a_slider_changes_the_range_to_what_the_library_and_the_command_give(
    page: Page, case: Case, folder: Path
) -> None:
    assert shown(page) == headline(case)
    press(page, low_of_load(page), "PageUp")
    moved = low_of_load(page).get_attribute("aria-valuetext")
    assert moved not in {None, "0.4"}
    expected = headline(with_changes(case, {"load": (float(str(moved)), 0.92)}))
    assert shown(page) == expected != headline(case)
    command = page.locator(".sharing code").inner_text()
    assert command == f"shellcount report --set load={moved}:0.92"
    again = ("-o", str(folder / "again"), "--format", "json", "--no-leave-one-out")
    assert run(*shlex.split(command)[1:], *again).exit_code == 0
    assert read_results(folder / "again" / "numbers.json").estimates[ANSWER].headline == expected


def test_a_claim_that_is_only_checked_is_not_fit(page: Page, case: Case) -> None:
    serial = settle(page)
    page.get_by_label("Find a setting").fill(CLAIM)
    page.locator(".control.switch:visible").get_by_role("radio", name="check").first.check()
    settle(page, serial + 1)
    assert shown(page) == headline(case, str(conditioning(case, without=[CLAIM]))) != headline(case)
    assert f"--without {CLAIM}" in page.locator(".sharing code").inner_text()


# --- what it asks for, and who is answered -----------------------------------------------


def test_the_token_leaves_the_address_and_the_page_asks_no_other_host(page: Page, address: str) -> None:
    assert page.url == address.partition("?")[0]
    assert page.evaluate("window.forbidden") == []  # and what was asked for, the visit itself looks at
    names = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert len(names) > 20
    assert [name for name in names if not name.startswith(page.url)] == []


def test_a_browser_without_the_token_is_refused(browser: Browser, address: str) -> None:
    context = browser.new_context()
    answer = context.new_page().goto(address.partition("?")[0])
    assert answer is not None
    assert answer.status == 401
    context.close()


def test_two_browsers_do_not_share_what_is_edited(
    browser: Browser, address: str, page: Page, case: Case
) -> None:
    press(page, low_of_load(page), "PageUp")
    moved = shown(page)
    with visit(browser, address) as other:
        settle(other)
        assert shown(other) == headline(case) != moved
        assert low_of_load(other).get_attribute("aria-valuetext") == "0.4"
        press(other, low_of_load(other), "ArrowRight")
        kept = low_of_load(other).get_attribute("aria-valuetext")
        other.reload()  # a page that is loaded again goes on where it was
        settle(other)
        assert low_of_load(other).get_attribute("aria-valuetext") == kept == "0.41"
    assert shown(page) == moved


# --- by keyboard, and for everybody ------------------------------------------------------


def tab_to(page: Page, control: Locator) -> None:
    while not control.evaluate("each => each.getRootNode().activeElement === each"):
        page.keyboard.press("Tab")


def test_the_keyboard_alone_moves_the_amount_and_an_assumption(page: Page) -> None:
    serial = settle(page)
    page.locator("button.open").focus()
    tab_to(page, page.get_by_role("slider", name="X, of: at least X"))
    before = page.locator("output.chance").inner_text()
    page.keyboard.press("ArrowRight")
    assert page.locator("output.chance").inner_text() != before
    tab_to(page, low_of_load(page))
    page.keyboard.press("ArrowRight")
    settle(page, serial + 1)
    assert low_of_load(page).get_attribute("aria-valuetext") == "0.41"


def test_everybody_can_use_it_on_narrow_and_wide_screens_light_and_dark(page: Page) -> None:
    press(page, low_of_load(page), "PageUp")
    for width, height in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.querySelector('#App').scrollWidth") <= width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for theme in reversed(THEMES):
            page.emulate_media(color_scheme=theme)
            page.wait_for_selector(f".shellcount[data-theme={theme}]")
            assert violations(page) == []


# --- what is saved and dropped -----------------------------------------------------------


def test_what_is_shown_can_be_saved(page: Page, case: Case) -> None:
    press(page, low_of_load(page), "ArrowRight")
    saved = {}
    for kind in ("Edited case (TOML)", "Numbers (JSON)", "Brief (PDF)", "Figure (PNG)"):
        with page.expect_download() as saving:
            page.get_by_role("button", name=kind).click()
        saved[kind.partition("(")[2].rstrip(")")] = Path(saving.value.path()).read_bytes()
    changed = with_changes(case, {"load": (0.41, 0.92)})
    assert parse_case(saved["TOML"], origin="saved.toml").digest == changed.digest
    assert json.loads(saved["JSON"])["run"]["case_digest"] == changed.digest
    assert saved["PDF"].startswith(b"%PDF")
    assert saved["PNG"].startswith(b"\x89PNG")


def drop(page: Page, name: str, content: bytes) -> None:
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "text/plain", "buffer": content})


def test_faults_of_a_file_are_told_and_hostile_text_stays_text(browser: Browser, address: str) -> None:
    text = (SEEDS / "dprk-russia-2024.toml").read_text("utf-8")
    title = next(line for line in text.splitlines() if line.startswith("title = "))
    hostile = text.replace(title, f"title = {json.dumps(HOSTILE)}", 1)
    with visit(browser, address, NARROW) as page:
        settle(page)
        before = shown(page)
        drop(page, "../faulty.toml", b"[case]\nid = 1\n")
        told = page.wait_for_selector(".notice >> text=/^faulty.toml: .* faults/")
        assert told is not None
        assert shown(page) == before
        drop(page, "hostile.toml", hostile.encode())
        page.wait_for_selector(".notice >> text=hostile.toml is open.")
        settle(page)
        assert "<img src=x onerror=alert(1)>" in page.locator(".title").first.inner_text()
        assert page.locator(".shellcount img, .shellcount script").count() == 0
        assert page.evaluate("document.querySelector('#App').scrollWidth") <= NARROW[0]
        assert page.evaluate("window.forbidden") == []


# --- nothing is lost ---------------------------------------------------------------------


def test_a_server_that_is_killed_loses_nothing(browser: Browser, tmp_path: Path, case: Case) -> None:
    user = settings_below(tmp_path)
    with started(**user) as (process, told):
        lost = visit(browser, told["address"])
        press(lost.page, low_of_load(lost.page), "PageUp")
        moved = shown(lost.page)
        process.send_signal(signal.SIGKILL)
        process.wait()
        lost.page.context.close()  # what a browser says of a server that is gone is no fault
    with started(**user) as (_, told), visit(browser, told["address"]) as page:
        settle(page)
        assert shown(page) == headline(case) != moved
        page.get_by_role("button", name="Take it up").click()
        page.wait_for_selector(".notice >> text=Your earlier edits are back.")
        settle(page)
        assert shown(page) == moved
        assert page.locator(".control[data-changed]").count() == 1
