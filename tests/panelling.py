"""The panel of the explorer in a page of its own, with a stand-in for the model of the widget."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from shellcount.explore import frontend

type Document = dict[str, Any]

VIEW: Document = json.loads((Path(__file__).parent / "explore" / "view.json").read_text("utf-8"))
EDITS: Document = {"changes": {}, "uses": {}, "given": None, "day": None, "scenario": None}
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Explorer</title>
<style>body { margin: 0 } %(style)s</style><main id="here"></main>
<script type="module">
%(script)s
const heard = {};
window.sent = [];
window.buffers = [];
window.gone = false;
window.state = %(state)s;
window.tell = (message, buffers = []) => {
  for (const act of [...(heard["msg:custom"] ?? [])]) act(message, buffers);
};
window.show = (part, value) => {
  window.state[part] = value;
  [...(heard[`change:${part}`] ?? [])].forEach((act) => act());
};
const model = {
  get: (part) => window.state[part],
  set() { throw new Error("the explorer sets nothing"); },
  save_changes() { throw new Error("the explorer sets nothing"); },
  on: (event, act) => (heard[event] ??= []).push(act),
  off: (event, act) => { heard[event] = (heard[event] ?? []).filter((each) => each !== act); },
  async send(message, _, buffers) {
    if (window.gone) throw new Error("gone");
    window.sent.push(structuredClone(message));
    window.buffers.push(buffers);
  },
};
window.heard = heard;
window.leave = widget.render({ model, el: document.getElementById("here") });
</script></html>
"""


def view(serial: int = 1, **parts: Any) -> Document:
    """The sample view, with other parts."""
    return {**copy.deepcopy(VIEW), "serial": serial, **parts}


def about(controls: list[Document], **parts: Any) -> Document:
    return {
        "title": "A case",
        "question": "How many?",
        "controls": controls,
        "most_bytes": 5_000_000,
        "lost": "Your edits are kept.",
        **parts,
    }


def write_page(folder: Path, shown: Document, state: Document) -> Path:
    """Write the page of a panel that shows a state."""
    script = frontend.script().replace("export default", "const widget =")
    values = json.dumps({"about": shown, "state": state}).replace("<", "\\u003c")
    path = folder / "panel.html"
    path.write_text(_PAGE % {"style": frontend.style(), "script": script, "state": values}, encoding="utf-8")
    return path
