"""Render a report as PDF with typst."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from typing import Any

from shellcount.report.blocks import Block, Content, Fold, Picture, layout_of
from shellcount.report.brief import Brief
from shellcount.report.columns import breakable, column_widths, narrowest
from shellcount.report.typesetting import Pdf, harmless, typeset
from shellcount.text import one_line
from shellcount.wording.tables import Table

_ACROSS = 17 / 2.54 * 72 / 0.48  # points: the width of the page by that of a character of one point
_SIZES = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0)  # points, of the text of a table
_FEW = 5  # columns of a table that is set in the largest size
_HEADER = 110  # characters of a title above a page
_LARGE, _SMALL = 0, 2  # places of the largest sizes of tables: of few columns, and of more or folded ones


def render_pdf(content: Content) -> Pdf:
    """Render a report as PDF.

    Raises
    ------
    OutputError
        When the report cannot be set.
    """
    plain = {
        **asdict(replace(content, sections=(), stated=content.first_stated)),
        "further": len(content.further_stated),
        "name": content.title,
        "header": one_line(content.title, _HEADER),
    }
    sections = [
        {"title": harmless(section.title), "blocks": [*_blocks(section.blocks)]}
        for section in content.sections
    ]
    document = {**harmless(plain), "sections": sections}
    return typeset("report", document, content.pictures)


def render_brief(brief: Brief) -> Pdf:
    """Render a brief as a PDF of two pages.

    Raises
    ------
    OutputError
        When the brief cannot be set.
    """
    blocks: dict[str, Block] = {
        "timeline": brief.timeline,
        "drivers": brief.drivers,
        "stated": brief.stated,
        "assumptions": brief.assumptions,
        "claimants": brief.claimants,
    }
    shown = {name: _block(block) for name, block in blocks.items()}
    document = {
        **harmless({**asdict(brief), "name": brief.title, "header": one_line(brief.title, _HEADER)}),
        **shown,
    }
    return typeset("brief", document, brief.pictures)


def _blocks(blocks: Iterable[Block], *, folded: bool = False) -> Iterator[dict[str, Any]]:
    """Convert blocks to plain values; what folds on a page is whole here, and set smaller."""
    for block in blocks:
        if isinstance(block, Fold):
            yield from _blocks(block.blocks, folded=True)
        else:
            yield {**_block(block, folded=folded), "folded": folded}


def _block(block: Block, *, folded: bool = False) -> dict[str, Any]:
    """Convert a block to plain values for a template, a table with the widths of its columns."""
    values = {"kind": layout_of(block), **asdict(block)}
    if isinstance(block, Picture):
        del values["wide"], values["portrait"]
    plain: dict[str, Any] = harmless(values)
    if isinstance(block, Table):
        sizes = _SIZES[_SMALL if folded or len(block.head) > _FEW else _LARGE :]
        size = next((each for each in sizes if narrowest(block) <= _ACROSS / each), sizes[-1])
        plain["rows"] = [[breakable(text) for text in row] for row in plain["rows"]]
        plain |= {"size": size, "widths": column_widths(block, _ACROSS / size)}
    return plain
