"""The report as PDF, set by typst: the same bytes for the same content."""

from __future__ import annotations

import dataclasses
import json
import re
from importlib.resources import files
from typing import Any

from shellcount.report.blocks import Block, Content, Picture, layout_of
from shellcount.text import one_line, printable
from shellcount.wording.tables import Table

_LONGEST = 4000  # of a text: beyond it nobody reads, and setting takes seconds
_WIDEST, _PADDING = 45, 5  # of a column, in characters
_NARROW = 12  # at most, in characters: such a column is as wide as what stands in it
_BREAKS = re.compile(r"\s|-(?!\d)")  # a line is not broken between a hyphen and a digit


def render_pdf(content: Content) -> bytes:
    """Set a report as PDF."""
    import typst

    template = files("shellcount.report").joinpath("templates", "report.typ").read_bytes()
    inputs = {"main.typ": template} | {f"{picture.name}.svg": picture.svg for picture in content.pictures}
    made: bytes = typst.compile(
        inputs,  # type: ignore[call-overload]  # files by name, as typst's documentation has it
        ignore_system_fonts=True,
        pdf_standards="ua-1",
        sys_inputs={"content": json.dumps(_document(content), ensure_ascii=False)},
    )
    return made


def _document(content: Content) -> dict[str, Any]:
    """What the template reads: plain values, every text harmless."""
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
    """Shares of the page for the columns, by what stands in them; 0 for a narrow one."""
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
