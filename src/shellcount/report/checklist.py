"""The items that published estimates are asked to report, each answered or marked as not applicable."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files

from shellcount.case.schema import Case
from shellcount.wording.tables import Table

NOT_STATED = "Not stated in the case file."


def checklists(case: Case, sections: Mapping[str, str]) -> tuple[Table, ...]:
    """Each standard as a table of its items and where the report answers them.

    Parameters
    ----------
    case
        Answers for what only its author can know.
    sections
        Titles of the report's sections by id.
    """
    text = files("shellcount").joinpath("data", "checklist.toml").read_text(encoding="utf-8")
    grids = []
    for standard in tomllib.loads(text)["standard"]:
        rows = tuple(
            (item["number"], item["asks"], _answer(case, item, sections)) for item in standard["item"]
        )
        caption = f"{standard['title']} ({standard['source']})"
        grids.append(Table(caption, ("item", "asks to", "answer"), rows))
    return tuple(grids)


def _answer(case: Case, item: Mapping[str, str], sections: Mapping[str, str]) -> str:
    if item.get("field") == "funding":
        return case.about.funding or NOT_STATED
    place = ""
    if "section" in item:
        place = "See the top." if item["section"] == "answer" else f"See “{sections[item['section']]}”."
    return " ".join(part for part in (place, item.get("says", "")) if part)
