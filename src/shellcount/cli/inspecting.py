"""Check a case without fitting it: lint, validate and schema."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import click

from shellcount.cli import options
from shellcount.cli.output import examples, write_json, write_sentences, write_table, write_text
from shellcount.errors import CaseError

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from shellcount.cli.requests import CaseRequest
    from shellcount.digest import Json


@click.command(
    cls=options.CaseCommand,
    short_help="Compare priors with the figures that their bases cite.",
    epilog=examples(
        "shellcount lint",
        "shellcount lint mycase.toml --json",
        "shellcount lint --set load=0.35:0.75",
    ),
)
@options.takes_case
@options.as_json
def lint(request: CaseRequest, *, as_json: bool) -> None:
    """Compare what each prior implies with the figure that its basis cites, in the unit of the figure.

    An assumption of the case file states the figure as implies = { unit = "net_tonnes", low = 9, high = 14 }.
    Units, each of a carrier but the last: net_tonnes (cargo by mass, usable payload times load), gross_tonnes
    (cargo with its packing, as the cube allows), items, per_day (carriers).

    Result: agrees if the figure lies within the implied 5% to 95% range, a tenth aside, and no end of that
    range is more than a quarter beyond the figure's; or else explained if the basis names the implied
    range, and otherwise differs, with a remark. The exit status is 0 in each case.
    """
    from shellcount.checks import lint as findings

    case = request.case()
    if as_json:
        write_json(findings.lint_document(case))
        return
    found = findings.lint(case)
    if found:
        write_table(dataclasses.replace(findings.lint_table(found), caption=case.about.title))
    else:
        write_text("No prior has implies, the figure that its basis cites.")
    write_sentences(findings.remarks_of(found))
    write_sentences(findings.notes_on_bases(case))


@click.command(
    cls=options.CaseCommand,
    short_help="Check a case file, and list all its faults.",
    epilog=examples("shellcount validate mycase.toml", "shellcount validate - < mycase.toml"),
)
@options.takes_case
@options.as_json
def validate(request: CaseRequest, *, as_json: bool) -> None:
    """Check a case file: list all its faults, or else what it leaves unwritten and what looks like a slip."""
    from shellcount.case.blank import unfinished
    from shellcount.case.reading import with_ids
    from shellcount.checks.evidence import remarks_on_claims
    from shellcount.errors import Fault

    try:
        case = request.case()
    except CaseError as error:
        if not as_json:
            raise
        faults: list[Json] = [dataclasses.asdict(fault) for fault in error.faults]
        write_json(
            {"valid": False, "origin": error.origin, "faults": faults, "unfinished": [], "remarks": []}
        )
        raise click.exceptions.Exit(error.exit_status) from None
    missing, remarks = unfinished(case), tuple(remarks_on_claims(case))
    if as_json:
        found: dict[str, Json] = {
            "valid": True,
            "case": case.about.id,
            "case_digest": case.digest,
            "faults": [],
        }
        write_json({**found, "unfinished": list(missing), "remarks": list(remarks)})
        return
    count = len(missing) + len(remarks)
    some = f", with {count} remark{'s' if count > 1 else ''}" if count else ""
    write_text(f"valid{some}: {repr(case)[1:-1]}")
    document = case.model_dump(by_alias=True)
    for path in missing:
        write_text(f"  {with_ids(Fault(path, 'not written yet'), document)}")
    write_sentences(remarks)


@click.command(cls=options.Command, epilog=examples("shellcount schema > case.schema.json"))
def schema() -> None:
    """Write the JSON Schema of the case file."""
    from shellcount.case.schema import json_schema

    write_json(json_schema())
