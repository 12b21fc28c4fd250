"""Sphinx extension: on a narrow screen, rows of tables become cards, so that no cell is cut."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

FEWEST = 3  # columns of a table whose rows become cards on a narrow screen
MANY = 9  # columns from which on they are cards on every screen
FORMULAS = 6  # the same where cells have formulas, which do not break


class LabelCells(SphinxPostTransform):
    """Repeat the head of its column in each cell, where a style sheet shows it if rows are cards."""

    default_priority = 900  # after links are made

    def run(self, **_: Any) -> None:
        """Label the cells of each table that has a head, and no cell over several columns or rows."""
        for table in self.document.findall(nodes.table):
            head = next(iter(table.findall(nodes.thead)), None)
            body = next(iter(table.findall(nodes.tbody)), None)
            if head is None or body is None:
                continue
            labels = [entry.astext() for entry in head[-1]]
            rows = [list(row) for row in body]
            if len(labels) < FEWEST or any(len(row) != len(labels) for row in rows):
                continue
            most = FORMULAS if any(table.findall(nodes.math)) else MANY
            table["classes"] += ["cards"] if len(labels) < most else ["cards", "cards-always"]
            for row in rows:
                for label, entry in zip(labels, row, strict=True):
                    if label and entry.astext():
                        entry.insert(0, nodes.inline("", label, classes=["cell-label"]))


def setup(app: Any) -> dict[str, Any]:
    """Add the transform."""
    app.add_post_transform(LabelCells)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
