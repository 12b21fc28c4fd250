"""Milliseconds from a move of a slider of the explorer to the redrawn page, in a real browser."""

import contextlib
import importlib.metadata
import json
import shutil
import signal
import subprocess
import sys
import tempfile

from playwright.sync_api import sync_playwright

# Sliders of an assumption that keeps its prior, and of one that the claims inform.
SLIDERS = {"kept": "5% of load of a container", "refitted": "5% of share of munitions"}
LIBRARIES = ("marimo", "anywidget")
FLAGS = ["--no-sandbox", "--disable-gpu"]
WARM = 3  # moves that are not counted
MOVE = """
(slider, steps) => new Promise(resolve => {
  const root = slider.closest(".shellcount"), before = Number(root.dataset.serial), found = {};
  const note = name => requestAnimationFrame(() => setTimeout(() => {
    found[name] = performance.now() - began;
    if (name === "whole") resolve(found);
  }));
  const observer = new MutationObserver(() => {
    if (Number(root.dataset.serial) <= before || root.dataset.status !== "ready") return;
    if (!found.noted) note("answer");
    found.noted = true;
    if (root.dataset.whole !== "true") return;
    observer.disconnect();
    note("whole");
  });
  observer.observe(root, { attributes: true });
  const began = performance.now();
  slider.value = Number(slider.value) + steps * Number(slider.step || 1);
  slider.dispatchEvent(new Event("input", { bubbles: true }));
})
"""


def main():
    moves = int(sys.argv[1])
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        command = [sys.executable, "-m", "shellcount", "explore", "--no-browser", "--json"]
        server = stack.enter_context(
            subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_environment(folder))
        )
        stack.callback(server.send_signal, signal.SIGINT)
        told = ""
        while not told.rstrip().endswith("}"):
            told += server.stdout.readline()
        browsers = stack.enter_context(sync_playwright())
        browser = browsers.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS, timeout=0)
        stack.callback(browser.close)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.set_default_timeout(0)
        page.goto(json.loads(told)["address"])
        found = {name: _moved(page, title, moves) for name, title in SLIDERS.items()}
        versions = {name: importlib.metadata.version(name) for name in LIBRARIES}
        print(json.dumps({"moves": found, "with": {**versions, "chromium": browser.version}}))


def _environment(folder):
    """The variables of this process, with folders of a user of its own."""
    import os

    return {**os.environ, "XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder, "HOME": folder}


def _moved(page, title, moves):
    """Move a slider to and fro, each time to a value that was not there before."""
    page.wait_for_selector(".shellcount[data-status=ready][data-whole=true]")
    slider = page.locator(f"input[type=range][aria-label^='{title}']")
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    rows = [slider.evaluate(MOVE, 1 + turn % 2) for turn in range(WARM + moves)]
    return {name: [row[name] for row in rows[WARM:]] for name in ("answer", "whole")}


if __name__ == "__main__":
    main()
