# /// script
# [tool.marimo.display]
# theme = "system"
#
# [tool.marimo.runtime]
# dotenv = []
# pythonpath = []
#
# [tool.marimo.sharing]
# html = false
# molab = false
# wasm = false
# ///
"""Show the explorer as a notebook of marimo, which an analyst may go on from."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="shellcount")

with app.setup:
    import marimo as mo

    from shellcount.explore.opening import Opening, open_case, opening_of
    from shellcount.explore.widget import Explorer


@app.cell
def _the_case() -> tuple[Opening]:
    # The case that `shellcount explore` was told to open, and in a notebook the one that stands here.
    opening = opening_of(mo.app_meta().request) or open_case()
    return (opening,)


@app.cell
def _the_explorer(opening: Opening) -> tuple[mo.ui.anywidget]:
    explorer = mo.ui.anywidget(Explorer(opening))
    explorer
    return (explorer,)


@app.cell
def _the_results(explorer: mo.ui.anywidget) -> None:
    # The results of the edits that stood when this cell ran; run it again after a move.
    explorer.results if mo.app_meta().mode == "edit" else None


if __name__ == "__main__":
    app.run()
