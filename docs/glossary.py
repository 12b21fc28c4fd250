"""Write the generated parts of the glossary: verdicts, marks, keys of a case and fields of numbers.json."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import cog
from generate import results, tables_of_case

from shellcount.maths.program import Program
from shellcount.results.claim_check import Check
from shellcount.results.components import ClaimComponents, OpenDate, ReadingProbability
from shellcount.results.conflict import Conflict
from shellcount.results.drivers import Driver, Drivers
from shellcount.results.estimate import Estimate
from shellcount.results.mark import MEANINGS, Mark
from shellcount.results.prediction import Predicted, PredictiveCheck
from shellcount.results.prior_comparison import PriorComparison
from shellcount.results.results import Results
from shellcount.results.run import Run
from shellcount.results.verdicts import definitions
from shellcount.results.what_if import Grid, Movable, Slider, WhatIf
from shellcount.wording import phrases

# Records by their place in numbers.json, with the members that are written elsewhere or under another name.
RECORDS: tuple[tuple[str, type | None, frozenset[str]], ...] = (
    ("", Results, frozenset({"answer_name"})),
    ("run", Run, frozenset()),
    ("marks", Mark, frozenset()),
    ("estimates", Estimate, frozenset({"name", "run_digest", "marks"})),
    ("checks", Check, frozenset({"estimate"})),
    ("predictions", PredictiveCheck, frozenset()),
    ("predictions.prior", Predicted, frozenset()),
    ("components", ClaimComponents, frozenset()),
    ("components.readings", ReadingProbability, frozenset()),
    ("components.date", OpenDate, frozenset()),
    ("conflicts", Conflict, frozenset()),
    ("prior_comparisons", PriorComparison, frozenset()),
    ("drivers", Drivers, frozenset({"run_digest", "marks"})),
    ("drivers.drivers", Driver, frozenset()),
    ("what_if", WhatIf, frozenset()),
    ("what_if.movables", Movable, frozenset()),
    ("what_if.movables.sliders", Slider, frozenset()),
    ("what_if.grids", Grid, frozenset()),
    ("what_if.program", Program, frozenset()),
    ("intervals", None, frozenset()),
    ("log_evidence", None, frozenset()),
)
# What the file alone has.
ADDED = {
    "": (
        (("schema",), "Form of the file, by which it is recognised."),
        (("changes",), "What-if changes that the case was made with."),
        (("marks",), "Caveats on all numbers."),
        (("answer",), "Name of the estimate that answers the question of the case."),
        (("unconverged",), "Names of estimates that must not be quoted."),
        (("forecast",), "Names of estimates beyond the last date that a claim of the case refers to."),
        (("intervals",), "Intervals of every estimate."),
        (("probability_errors",), "Monte Carlo standard errors of the probabilities, by the same names."),
        (("checksum",), "SHA-256 of the canonical JSON of everything else in the file."),
    ),
    "run": ((("digest",), "SHA-256 of all that the run says."),),
    "checks": ((("run_digest",), "Digest of the run."),),
    "intervals": ((("kind",), "Kind of all intervals."), (("inner", "outer"), "Their probability.")),
    "log_evidence": ((("mean", "mcse", "unit"), "Value, its Monte Carlo standard error, and its unit."),),
}


def verdicts() -> None:
    """Write an entry for each verdict, and for the chance that it goes by."""
    _glossary(
        (words.split(", "), meaning)
        for words, meaning in definitions(phrases.singular(results().case.about.carrier))
    )


def marks() -> None:
    """Write an entry for each mark."""
    meanings: dict[str, list[str]] = {}
    for forms, meaning in MEANINGS.values():
        meanings.setdefault(forms, []).append(meaning)
    _glossary((forms.split(", "), " Or: ".join(each)) for forms, each in meanings.items())


def marks_in_text() -> None:
    """Write a table of the marks, as they stand behind a number."""
    cog.outl("| in the text | what it means |\n| --- | --- |")
    for forms, meaning in MEANINGS.values():
        cog.outl(f"| {', '.join(f'({form})' for form in forms.split(', '))} | {meaning} |")


def _glossary(entries: Iterator[tuple[list[str], str]]) -> None:
    cog.outl("```{glossary}")
    cog.outl("\n\n".join("\n".join([*terms, f"  {meaning}"]) for terms, meaning in entries))
    cog.outl("```")


def keys() -> None:
    """Write a table of the keys of a case file, with all tables that have them."""
    found: dict[tuple[str, str], list[str]] = {}
    for table, (title, *_) in tables_of_case().items():
        place = "" if title == "case file" else f"`{title}`"
        for name, field in table.model_fields.items():
            found.setdefault((field.alias or name, str(field.description)), []).append(place)
    cog.outl("| key | in | what it is |\n| --- | --- | --- |")
    for (name, meaning), places in sorted(found.items()):
        cog.outl(f"| `{name}` | {', '.join(filter(None, places))} | {meaning} |")


def fields() -> None:
    """Write a table of the fields of numbers.json, from the docstrings of the records behind it."""
    cog.outl("| field | in | what it is |\n| --- | --- | --- |")
    for place, record, left_out in RECORDS:
        for names, meaning in (*described_members(record), *ADDED.get(place, ())):
            written = [f"`{name}`" for name in names if name not in left_out]
            if written:
                cog.outl(f"| {', '.join(written)} | {f'`{place}`' if place else ''} | {meaning} |")


def described_members(record: type | None) -> Iterator[tuple[list[str], str]]:
    """List the members that the docstring of a record describes, together where it does so."""
    if record is None:
        return
    text = inspect.getdoc(record) or ""
    section = re.split(r"^\w+\n-{3,}\n", text.split("Parameters\n----------\n")[1], flags=re.MULTILINE)[0]
    for entry in re.split(r"\n(?=\S)", section.strip()):
        names, _, meaning = entry.partition("\n")
        words = re.sub(r":\w+:`~?([\w.]+)`", r"`\1`", " ".join(meaning.split()))
        yield names.split(", "), words.replace("``", "`").replace("`None`", "`null`").replace("|", "\\|")
