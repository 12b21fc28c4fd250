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
from shellcount.case.changes import with_changes
from shellcount.case.reading import load_case
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
    numbers = json.loads((tmp_path / "again" / "numbers.json").read_text("utf-8"))
    (found,) = [each for each in numbers["estimates"] if each["name"] == ANSWER]
    assert found["headline"] == expected
