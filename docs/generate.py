"""Write the generated parts of README and docs: every number and every option in them comes from here."""

from __future__ import annotations

import ast
import datetime as dt
import functools
import html
import inspect
import re
import tempfile
import textwrap
import typing
from pathlib import Path
from typing import Any

import click
import cog
from drawn import static
from pydantic import BaseModel
from session import ran

import shellcount
from shellcount.case import fields, nouns
from shellcount.case import schema as types
from shellcount.case.inputs import changeable
from shellcount.case.ledger.columns import COLUMNS
from shellcount.case.ledger.template import column_table
from shellcount.cli.main import main
from shellcount.engines.announcing import announce_fit
from shellcount.engines.nuts import DEEPEST_TREE, TARGET_ACCEPTANCE
from shellcount.engines.settings import (
    CHAINS,
    DRAWS,
    DRAWS_PER_POINT,
    PARTICLES,
    POINTS,
    RUNS,
    TUNE,
    Settings,
)
from shellcount.errors import CaseError, UsageError
from shellcount.limits import LARGE, LIMITS, LONG, in_unit, shown_limits
from shellcount.limits import announced as announcing
from shellcount.maths.diagnostics import ESS_LIMIT, RHAT_LIMIT
from shellcount.model.derived import data, derived_quantities
from shellcount.model.model import build_model
from shellcount.model.variables import free_variables
from shellcount.report import content, pictures
from shellcount.results.described import described
from shellcount.results.estimate import estimates_table
from shellcount.results.given import Conditioning
from shellcount.results.names import name_of, parse_quantity, unit
from shellcount.results.verdicts import definitions
from shellcount.wording import phrases
from shellcount.wording.scales import SCALES, load_scale

ROOT = Path(__file__).parents[1]
_WIDTH = 112  # cells of a block of code on a repository's page


@functools.cache
def results() -> shellcount.Results:
    """Analyse the default case as every command does by default."""
    return shellcount.analyse(shellcount.load_case())


def answer() -> None:
    """Write the two sentences that answer the question."""
    cog.outl(f"> {content.answer(results())}\n>\n> {content.verdicts(results())}")


def answer_alone() -> None:
    """Write the sentence that answers the question."""
    cog.outl(f"> {content.answer(results())}")


def drives() -> None:
    """Write the sentence that says how much of the range is judgement."""
    drivers = results().drivers
    if drivers is None:
        raise ValueError("the answer has no drivers")
    cog.outl(f"> {drivers.worded('this range')}")


def stated() -> None:
    """Write the sentence that lists the stated figures by their verdicts."""
    cog.outl(content.verdicts(results()))


def figure(folder: str, width: int) -> None:
    """Draw the answer in a form for narrow screens too, with its text for those who cannot see it."""
    drawn = pictures.timeline(results())
    static("answer.svg", drawn.wide.encode())
    static("answer-narrow.svg", drawn.portrait.encode())
    alternative = html.escape(f"{drawn.title}. {drawn.alternative}")
    cog.outl(
        f'<p align="center"><picture><source media="(max-width: 600px)" srcset="{folder}/answer-narrow.svg">'
        f'<img src="{folder}/answer.svg" width="{width}" alt="{alternative}"></picture></p>\n\n'
        f"<sub>{html.escape(drawn.note)}</sub>"
    )


def figure_of_loads() -> None:
    """Draw three loads side by side."""
    case = results().case
    loads = {"as it is": case} | {
        f"load={load}": shellcount.with_changes(case, {"load": load}) for load in (0.5, 0.7, 0.9)
    }
    compared = shellcount.compare(loads)
    static("loads.svg", shellcount.plots.svg(shellcount.plots.plot_comparison(compared)))
    cog.outl(f"![{html.escape(compared.sentence)}](../_static/loads.svg)")


def commands_run(*commands: str) -> None:
    """Write commands with what they print now."""
    with tempfile.TemporaryDirectory() as folder:
        printed = ran([f"$ {command}" for command in commands], Path(folder))
    wrapped = [part for line in printed for part in textwrap.wrap(line, _WIDTH) or [""]]
    cog.outl("\n".join(["```console", *wrapped, "```"]))


def python_run(text: str) -> None:
    """Write statements as typed into Python, with the values that they have now."""
    names: dict[str, Any] = {}
    cog.outl("```python")
    for statement in ast.parse(text).body:
        cog.outl(f">>> {ast.get_source_segment(text, statement)}")
        if isinstance(statement, ast.Expr):
            cog.outl(repr(eval(ast.unparse(statement), names)))  # noqa: S307  # of a page of ours
        else:
            exec(ast.unparse(statement), names)  # noqa: S102  # of a page of ours
    cog.outl("\n```")


def questions() -> None:
    """Tabulate the questions of their page, with the command that answers each."""
    page = (ROOT / "docs" / "howto" / "thirteen-questions.md").read_text("utf-8")
    cog.outl("| question | command |\n| --- | --- |")
    for section in page.split("\n## ")[1:]:
        question = section.partition("\n")[0]
        answer = re.sub(r"<details>.*?</details>", "", section, flags=re.DOTALL)
        command = answer.partition("\n$ ")[2].partition("\n")[0]
        cog.outl(f"| {question} | `{command}` |")


def ranges(*names: str) -> None:
    """Write a table of estimates by name."""
    cog.outl("| estimate | median | 50% interval | 90% interval |")
    cog.outl("| --- | ---: | ---: | ---: |")
    for name, middle, *intervals in estimates_table(map(results().estimate, names)).rows:
        cog.outl(f"| `{name}` | {middle} | {' | '.join(intervals)} |")


def findings() -> None:
    """Write a sentence for each check."""
    for check in results().checks:
        cog.outl(f"- {check.sentence}")


def evidence() -> None:
    """Write what the evidence says before any model is fit."""
    for remark in results().remarks:
        cog.outl(f"- {remark}")


def settings() -> None:
    """Write the default size of a fit, and the gate."""
    draws = phrases.exact(RUNS * POINTS * DRAWS_PER_POINT)
    cog.outl(
        f"By default, {RUNS} runs of {phrases.exact(POINTS)} points, resampled by their weights, give "
        f"{draws} draws. A posterior returns no number "
        "unless its rank-normalised split R-hat {cite:p}`vehtari2021` is below "
        f"{RHAT_LIMIT} and its bulk and tail effective sample sizes are above {phrases.exact(ESS_LIMIT)}."
    )


def gate() -> None:
    """Write the conditions under which a number is returned."""
    cog.outl(
        f"A posterior returns a number only if its rank-normalised split R-hat is below {RHAT_LIMIT}, its "
        f"bulk and tail effective sample sizes are above {phrases.exact(ESS_LIMIT)} and, with engine "
        "`nuts`, no trajectory diverged; with `smc`, the particles of each temperature must have forgotten "
        "where they started. Effective sample sizes and Monte Carlo errors of `is` and `smc` come from the "
        "spread between their independent runs, those of `nuts` from autocorrelations, as in ArviZ "
        "(Vehtari et al. 2021). Otherwise it raises `ConvergenceError`, which names the estimate, the "
        "diagnostic and the remedy."
    )


def engines() -> None:
    """Write a table of the default sizes of the engines."""
    rows = (
        (
            "`is` (default)",
            f"{RUNS} runs of {phrases.exact(POINTS)} points",
            "none",
            "log evidence, effective share, Pareto k-hat",
        ),
        (
            "`smc`",
            f"{RUNS} runs of {phrases.exact(PARTICLES)} particles",
            "none",
            "log evidence, correlation with the start",
        ),
        (
            "`nuts`",
            f"{CHAINS} chains of {phrases.exact(DRAWS)} draws after {phrases.exact(TUNE)} tuning steps, "
            f"target acceptance {TARGET_ACCEPTANCE}, depth {DEEPEST_TREE}",
            "`pip install 'shellcount[nuts]'`",
            "divergences, BFMI, tree depth",
        ),
    )
    cog.outl("| engine | size | needs | also reports |\n| --- | --- | --- | --- |")
    for row in rows:
        cog.outl(f"| {' | '.join(row)} |")


def limits() -> None:
    """Write a table of the limits, with their defaults."""
    cog.outl("| limit | default | what is counted |\n| --- | ---: | --- |")
    for text in shown_limits().split(", "):
        name, amount = text.split("=")
        cog.outl(f"| `{name}` | {amount} | {LIMITS[name].meaning} |")


def announced() -> None:
    """Write from when on work is told of before it begins, and an example."""
    least = f"{LONG:.0f} seconds or {in_unit(LARGE, 'bytes')}"
    cog.outl(f"A fit, or many, that is forecast to take over {least} is told of before it begins:")
    cog.outl("\n```text")
    with announcing(cog.outl):
        announce_fit(build_model(shellcount.load_case(), "counts"), Settings("smc", particles=8192))
    cog.outl("```")


def public_names() -> None:
    """Write a table of the public names, with links to their descriptions."""
    cog.outl("| name | what it is |\n| --- | --- |")
    for name in shellcount.__all__:
        public = getattr(shellcount, name)
        kind = "mod" if inspect.ismodule(public) else "obj"
        said = str(inspect.getdoc(public)).splitlines()[0].replace(":math:`", "$").replace("`.", "$.")
        cog.outl(f"| {{py:{kind}}}`shellcount.{name}` | {said} |")


def changes() -> None:
    """Write a table of what `--set` and `with_changes` take, one line for each kind of name."""
    # Names of the case at hand, by what stands for them.
    case = results().case
    stands: dict[str, str] = {
        **{claim.id: "CLAIM" for claim in case.claim},
        **{claimant.id: "CLAIMANT" for claimant in case.claimant},
        **{group.id: "GROUP" for group in case.group or ()},
        **{stow.id: "STOW" for nature in case.nature for stow in nature.stow},
        **{nature.id: "NATURE" for nature in case.nature},
        **dict.fromkeys(case.reliability, "GRADE"),
        **dict.fromkeys(case.hedges, "HEDGE"),
    }
    scopes = {f"{scope.id}_share": "SCOPE_share" for scope in case.scope}
    found: dict[str, str] = {}
    for name in changeable(case):
        words = [stands.get(word, scopes.get(word, word)) for word in name.split(".")]
        found.setdefault(".".join(words), name)
    cog.outl("| name | takes | for example |\n| --- | --- | --- |")
    for kind, example in found.items():
        cog.outl(f"| `{kind}` | {_takes(example)} | `{example}` |")
    cog.outl("| `scenario.ID` | shares of the mix by nature, for a scenario of the case or a new one | |")


def _takes(name: str) -> str:
    """Say what a name takes."""
    table, _, key = name.rpartition(".")
    words = {
        "hedge": "a hedge",
        "use": "a use",
        "grade": "a grade",
        "group": "a group, or `none`",
        "since": "a date or month",
        "as_of": "a date or month, or `EARLIEST..LATEST`",
        "value": "a number, `LOW:HIGH` for a range, words, or 0",
        "step": "`month`",
    }
    if name == "hedges":
        return f"a lexicon of hedges, {phrases.listing([f'`{lexicon}`' for lexicon in fields.LEXICONS])}"
    if name.startswith("claim.") and name.count(".") == 1:
        key = "value"
    if key in words and table:
        return words[key]
    try:
        shellcount.with_changes(results().case, {name: (0.2, 0.4)})
    except UsageError:  # no prior
        return "a number"
    except CaseError:  # a prior of something larger
        pass
    return "5% and 95% quantile, or one number that is known"


def variables() -> None:
    """Write a table of the arrays of the PyMC model and of the data tree."""
    model = build_model(results().case)
    cog.outl("| name | prior | dimensions |\n| --- | --- | --- |")
    for variable in free_variables(model):
        cog.outl(f"| `{variable.name}` | {variable.priors[0].kind} | {variable.dim or ''} |")
    for derived in derived_quantities(model):
        cog.outl(f"| `{derived.name}` | derived | {', '.join(derived.dims)} |")
    for each in data(model):
        cog.outl(f"| `{each.name}` | data | {', '.join(each.dims)} |")
    cog.outl("| `report` | observed | claim |")


def verdicts() -> None:
    """Write a table of the verdicts, and of the chance that they go by."""
    cog.outl("| verdict | meaning |\n| --- | --- |")
    for word, meaning in definitions(phrases.singular(results().case.about.carrier)):
        cog.outl(f"| {word} | {meaning} |")


def commands() -> None:
    """Write the help of every command."""
    context = click.Context(main, info_name="shellcount")
    cog.outl(f"```text\n{main.get_help(context)}\n```\n")
    for name in main.list_commands(context):
        command = main.commands[name]
        cog.outl(f"## {name}\n")
        text = command.get_help(click.Context(command, info_name=name, parent=context))
        cog.outl(f"```text\n{text}\n```\n")


def names_of_estimates() -> None:
    """Tabulate names of every form, with their units and what they mean."""
    case = shellcount.load_case()
    scope, nature, last = case.scope[-1].id, case.nature[-1].id, case.last_date
    forms = (
        f"rounds.mixed@{last}",
        "rounds.mixed@2023-12",
        "rounds.mixed@2023-10..2023-12",
        "rounds.mixed@2023-12/day",
        f"containers.{scope}@2023-10-01..2023-10-07/week",
        f"rounds.{nature}@2023-12",
        "gross_mass.mixed@2023-12/month",
        "capacity.mixed",
        f"item_share.{nature}",
    )
    cog.outl("| name | canonical form | unit | meaning |\n| --- | --- | --- | --- |")
    for name in forms:
        quantity = parse_quantity(case, name)
        written = name_of(case, quantity)
        cog.outl(f"| `{name}` | `{written}` | {unit(case, quantity)} | {described(case, quantity)} |")


def reserved_nouns() -> None:
    """Words that no estimate's name may begin with, since those of another kind do."""
    cog.outl(", ".join(f"`{word}`" for word in sorted(nouns.RESERVED)) + ".")


def scales() -> None:
    """Write every scale of probability words, with its source."""
    for name in SCALES:
        scale = load_scale(name)
        bands = "; ".join(
            f"{band.word} {100 * band.low:.0f} to {100 * band.high:.0f}%" for band in scale.bands
        )
        cog.outl(f"- `{name}`: [{scale.title}]({scale.url}) ({scale.version}): {bands}. {scale.note}")


def case_format() -> None:
    """Write a table for every table of the case file, from the types themselves."""
    for table, (title, *others) in tables_of_case().items():
        cog.outl(f"## {title}\n\n{inspect.getdoc(table).splitlines()[0]}\n")  # type: ignore[union-attr]
        if others:
            cog.outl(f"The same keys have {phrases.listing([f'`{path}`' for path in others])}.\n")
        cog.outl("| key | type | | what it is |\n| --- | --- | --- | --- |")
        for name, field in table.model_fields.items():
            needed = "required" if field.is_required() else "optional"
            day = any(mark in _DAYS for mark in field.metadata)
            kind = "date or month" if day else _kind(field.annotation).replace("|", "\\|")
            cog.outl(f"| `{field.alias or name}` | {kind} | {needed} | {field.description} |")
        cog.outl("")


def tables_of_case() -> dict[type[BaseModel], list[str]]:
    """List all tables of a case file, with the places where they may stand."""
    paths: dict[type[BaseModel], list[str]] = {}
    _collect(types.Case, "case file", paths)
    return paths


def _collect(table: type[BaseModel], title: str, paths: dict[type[BaseModel], list[str]]) -> None:
    """List the paths at which each table may stand, with those inside a table only where it stands first."""
    if table in paths:
        paths[table].append(title)
        return
    paths[table] = [title]
    for name, field in table.model_fields.items():
        for inner in dict.fromkeys(_tables(field.annotation)):
            repeated = _has_list(field.annotation)
            named = {"hedges": ".HEDGE", "reliability": ".GRADE"}.get(name, "")
            head = "" if title == "case file" else title.strip("[]") + "."
            path = f"{head}{field.alias or name}{named}"
            _collect(inner, f"[[{path}]]" if repeated else f"[{path}]", paths)


def _tables(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [table for part in typing.get_args(annotation) for table in _tables(part)]


def _has_list(annotation: Any) -> bool:
    return _is_list(annotation) or any(map(_has_list, typing.get_args(annotation)))


def _is_list(annotation: Any) -> bool:
    origin = typing.get_origin(annotation)
    return isinstance(origin, type) and issubclass(origin, tuple)


# Dates that may be written as a month.
_DAYS = [typing.get_args(day)[1] for day in (fields.FirstDay, fields.LastDay)]


def _kind(annotation: Any) -> str:
    """Name a type as an author of a case file would."""
    if isinstance(annotation, typing.TypeAliasType):
        return _kind(annotation.__value__)
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return "date or month" if parts[1] in _DAYS else _kind(parts[0])
    if origin is typing.Literal:
        return ", ".join(f"`{part}`" for part in parts)
    if _is_list(annotation):
        return f"list of {_kind(parts[0])}"
    if origin is dict:
        return f"table of {_kind(parts[1])}"
    if parts:
        return " or ".join(_kind(part) for part in parts if part is not type(None))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        keys = tuple(annotation.model_fields)
        # Tables of a few values, which most authors write on one line.
        return f"`{{ {', '.join(keys)} }}`" if keys[0] in {"family", "low", "value", "sigma"} else "table"
    names = {str: "text", float: "number", int: "whole number", bool: "true or false", dt.date: "date"}
    return names[annotation]


def ledger_columns(of: str) -> None:
    """Write a table of the columns of a ledger: those of the claim, or those of its sources."""
    cog.outl("| column | key | takes | what it says | for example | also called |")
    cog.outl("| --- | --- | --- | --- | --- | --- |")
    for column, (name, takes, *texts, also) in zip(COLUMNS, column_table()[1], strict=True):
        if column.key.startswith("reports.") == (of == "source"):
            key = column.key.removeprefix("reports.")
            says, example = texts
            cog.outl(f"| **{name}** | `{key}` | {takes} | {says} | `{example}` | {also} |")


def conditionings() -> None:
    """Write a table of the claims that each conditioning fits."""
    from shellcount.results.given import fitted_claims

    case = results().case
    cog.outl("| given | claims fit |\n| --- | --- |")
    for base in ("counts", "all"):
        fits = fitted_claims(case, Conditioning(base))
        cog.outl(f"| `{base}` | {', '.join(f'`{read.claim.id}`' for read in fits)} |")
