"""Pages in a real browser, with everything that they do unasked."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

type Theme = Literal["light", "dark"]

AXE = Path(__file__).parents[1] / ".venv" / "axe.min.js"
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
SIZES = [(360, 640), (768, 1024), (1440, 900)]
THEMES: list[Theme] = ["light", "dark"]
sizes = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}px")
themes = pytest.mark.parametrize("theme", THEMES)
# What the policy of a page forbids, in the order in which it is tried.
_NOTE_VIOLATIONS = """
window.forbidden = [];
addEventListener("securitypolicyviolation", event => window.forbidden.push(event.effectiveDirective));
"""


class Visit:
    """A page in the browser, which may ask for nothing but what lies below a place."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        size: tuple[int, int],
        theme: Theme,
        *,
        below: str | None = None,
        **options: Any,
    ) -> None:
        self._context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=theme, **options
        )
        self._context.set_default_timeout(0)  # a busy machine takes its time
        self._context.add_init_script(_NOTE_VIOLATIONS)
        self.page: Page = self._context.new_page()
        self.unasked: list[str] = []
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.unasked.append(f"error: {error}"))
        self.page.on("dialog", lambda dialog: self.unasked.append(f"dialog: {dialog.message}"))
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)
        self._strict = below is None
        self._allowed = ("data:", below or address)
        self.page.goto(address)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith(self._allowed):
            self.unasked.append(f"request: {request.url}")

    def _answered(self, response: Any) -> None:
        if response.status >= 400:
            self.unasked.append(f"{response.status}: {response.url}")

    def _said(self, message: Any) -> None:
        """A page of ours says nothing; scripts of others may remark on things that are no errors."""
        if self._strict or message.type == "error":
            self.unasked.append(f"console: {message.text}")

    def __enter__(self) -> Page:
        return self.page

    def __exit__(self, *_: object) -> None:
        self._context.close()
        assert self.unasked == [], self.unasked  # spelt out: pytest explains only what stands in tests


def violations(page: Page) -> list[tuple[str, str, list[str]]]:
    """What keeps some people from using a page: impact, rule, and up to three places."""
    assert AXE.is_file(), "axe-core is not there: make browser fetches it"
    page.evaluate(AXE.read_text("utf-8"))  # not as an element of the page, whose policy may forbid it
    found = page.evaluate("axe.run()")
    assert len(found["passes"]) > 20
    return [
        (rule["impact"], rule["id"], [node["html"][:200] for node in rule["nodes"]][:3])
        for rule in found["violations"]
    ]
