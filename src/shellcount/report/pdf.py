"""Render a report as PDF with typst: the same bytes for the same content."""

from __future__ import annotations

import dataclasses
import json
import re
from importlib.resources import files
from typing import Any

from shellcount.report.blocks import Block, Content, Picture, layout_of
from shellcount.text import one_line, printable
from shellcount.wording.tables import Table

_LONGEST = 4000  # characters of a text; longer ones take seconds to set
_WIDEST, _PADDING = 45, 5  # of a column, in characters
_NARROW = 12  # characters: a column of at most so many is as wide as its content
_BREAKS = re.compile(r"\s|-(?!\d)")  # a line is not broken between a hyphen and a digit


def render_pdf(content: Content) -> bytes:
    """Render a report as PDF."""
    import typst

    template = files("shellcount.report").joinpath("templates", "report.typ").read_bytes()
    inputs = {"main.typ": template} | {f"{picture.name}.svg": picture.svg for picture in content.pictures}
    pdf: bytes = typst.compile(
        inputs,  # type: ignore[call-overload]  # files by name are documented, but not typed
        ignore_system_fonts=True,
        pdf_standards="ua-1",
        sys_inputs={"content": json.dumps(_document(content), ensure_ascii=False)},
    )
    return pdf


def _document(content: Content) -> dict[str, Any]:
    """Convert a report to plain values for the template, with every text made harmless."""
    plain = dataclasses.asdict(dataclasses.replace(content, sections=()))
    sections = [
        {"title": section.title, "blocks": [_block(block) for block in section.blocks]}
        for section in content.sections
    ]
    harmless: dict[str, Any] = _harmless({**plain, "sections": sections})
    return harmless


def _block(block: Block) -> dict[str, Any]:
    values = {"kind": layout_of(block), **dataclasses.asdict(block)}
    if isinstance(block, Picture):
        del values["svg"]
    if isinstance(block, Table):
        values["widths"] = _widths(block)
    return values


def _widths(table: Table) -> list[int]:
    """Compute the shares of the page width for the columns, by their content; 0 for a narrow one."""
    widths = []
    for column in zip(table.head, *table.rows, strict=True):
        longest = max(len(line) for text in column for line in text.split("\n"))
        word = max(len(word) for text in column for word in _BREAKS.split(text))
        share = max(min(longest, _WIDEST), min(word, _WIDEST // 2)) + _PADDING
        widths.append(0 if longest <= _NARROW and not table.numeric else share)
    return widths


def _harmless(value: Any) -> Any:  # noqa: ANN401  # plain values, nested
    if isinstance(value, str):
        text = "\n".join(one_line(line) for line in printable(value).split("\n"))
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    if isinstance(value, dict):
        return {name: _harmless(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_harmless(inner) for inner in value]
    return value
