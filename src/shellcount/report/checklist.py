"""Answer the items of reporting checklists for published estimates, or mark them as not applicable."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files

from shellcount.case.schema import Case
from shellcount.wording.tables import Table

NOT_STATED = "Not stated in the case file."


def checklists(case: Case, sections: Mapping[str, str]) -> tuple[Table, ...]:
    """Tabulate the items of each checklist with the section of the report that answers them.

    Parameters
    ----------
    case
        Case, which answers what only its author can know.
    sections
        Titles of the sections of the report, by id.
    """
    text = files("shellcount").joinpath("data", "checklist.toml").read_text(encoding="utf-8")
    tables = []
    for standard in tomllib.loads(text)["standard"]:
        rows = tuple(
            (item["number"], item["asks"], _answer(case, item, sections)) for item in standard["item"]
        )
        caption = f"{standard['title']} ({standard['source']})"
        tables.append(Table(caption, ("item", "asks to", "answer"), rows))
    return tuple(tables)


def _answer(case: Case, item: Mapping[str, str], sections: Mapping[str, str]) -> str:
    if item.get("field") == "funding":
        return case.about.funding or NOT_STATED
    place = ""
    if "section" in item:
        place = "See the top." if item["section"] == "answer" else f"See “{sections[item['section']]}”."
    return " ".join(part for part in (place, item.get("says", "")) if part)
