"""The commands that put numbers into documents: cite, fill and audit."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from shellcount.cli import completing, options
from shellcount.cli.commands import main
from shellcount.cli.output import examples, progress, warn, write_json, write_table, write_text
from shellcount.errors import UsageError

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from shellcount.citing.quotation import Quotation
    from shellcount.citing.reference import Reference
    from shellcount.digest import Json
    from shellcount.posterior.posterior import Posterior


@main.command(
    epilog=examples(
        "shellcount cite rounds.mixed@2024-06-14",
        "shellcount cite 'rounds.mixed@2024-06-14 >= 1.5 million' check.ua-gur-2024",
        "shellcount cite rounds.mixed@2024-06-14 --bibtex >> references.bib",
        "shellcount cite rounds.mixed@2024-06-14 containers.munitions@2024-06-14 --csv",
        "shellcount cite capacity.152mm-howitzer --case mycase.toml --csl",
    )
)
@click.argument("names", nargs=-1, required=True, metavar="NAME...", shell_complete=completing.quotations)
@click.option("--footnote", "style", flag_value="footnote", help="All that is needed to find it again.")
@click.option("--bibtex", "style", flag_value="bibtex", help="An entry for LaTeX.")
@click.option("--csl", "style", flag_value="csl", help="CSL-JSON, for Zotero, pandoc and the like.")
@click.option("--csv", "style", flag_value="csv", help="A row for a spreadsheet.")
@options.quotes_fit
@options.as_json
def cite(names: tuple[str, ...], style: str | None, scale: str, *, as_json: bool) -> None:
    """Quote numbers by name: each with its range, date and digest.

    NAME is an estimate, as shellcount estimate lists them; a probability, as 'NAME >= VALUE'; check.ID for
    how a claim fares; or claim.ID for a figure as it was stated.
    """
    from shellcount.citing.quotation import parse_quotation
    from shellcount.citing.reference import refer, to_csv

    if as_json and style is not None:
        raise UsageError(f"--json and --{style} exclude each other")
    case = options.Inputs.current().case()
    quotations = [parse_quotation(case, name) for name in names]
    posterior = options.fit_settled(case, [each.quantity for each in quotations if each.quantity is not None])
    references = [refer(posterior, quotation, scale=scale) for quotation in quotations]
    _warn(posterior, quotations)
    if as_json:
        write_json({"references": [_plain(reference) for reference in references]})
    elif style == "csl":
        write_json([reference.csl for reference in references])
    elif style == "csv":
        write_text(to_csv(references).rstrip("\n"))
    else:
        for reference in references:
            write_text(
                {"footnote": reference.footnote, "bibtex": reference.bibtex}.get(style or "", reference.text)
            )


def _plain(reference: Reference) -> Json:
    day = None if reference.as_of is None else reference.as_of.isoformat()
    return {
        **reference.row,
        "name": reference.name,
        "text": reference.finding,
        "origin": reference.origin,
        "as_of": day,
    }


def _warn(posterior: Posterior, quotations: Iterable[Quotation]) -> None:
    quantities = [each.quantity for each in quotations if each.quantity is not None]
    warn(posterior, [posterior.estimate_of(quantity) for quantity in quantities])


@main.command(
    short_help="Fill a document with numbers by name.",
    epilog=examples(
        "shellcount fill template.md -o briefing.md",
        "shellcount fill template.docx -o briefing.docx --case mycase.toml --given all",
        "",
        "In the template:",
        "  {{ rounds.mixed@2024-06-14 }}                           2.0 million",
        "  {{ rounds.mixed@2024-06-14 | headline }}                with its 90% interval",
        "  {{ rounds.mixed@2024-06-14 | range }}                   the 90% interval alone",
        "  {{ rounds.mixed@2024-06-14 | exact }}                   with a digit more where there is one",
        "  {{ rounds.mixed@2024-06-14 >= 1.5 million | word }}     a probability in words",
        "  {{ claim.ua-gur-2024 }}                                 a figure as it was stated",
        "  {{ check.ua-gur-2024 | sentence }}                      how it fares against the posterior",
    ),
)
@click.argument("template")
@click.option("-o", "--output", required=True, metavar="FILE", help="File to write, of the template's kind.")
@click.option("--notes/--no-notes", default=True, show_default=True, help="Add references to the numbers.")
@options.quotes_fit
@options.as_json
def fill(template: str, output: str, scale: str, *, notes: bool, as_json: bool) -> None:
    """Fill a document with numbers: names in double braces become rounded text.

    TEMPLATE is Markdown (.md), HTML (.html), plain text (.txt) or Word (.docx). Filled numbers can be
    audited later; readers see nothing of what makes that possible.
    """
    from shellcount.citing import briefings

    inputs = options.Inputs.current()
    case = inputs.case()
    read = briefings.read_template(template, case)
    posterior = options.fit_settled(
        case, [each.quantity for each in read.quotations if each.quantity is not None]
    )
    path = briefings.fill(
        read,
        posterior,
        output,
        scale=scale,
        notes=notes,
        case_path=inputs.path,
        changes=inputs.written_changes(),
    )
    _warn(posterior, read.quotations)
    if as_json:
        filled: list[Json] = [quotation.name for quotation in read.quotations]
        write_json({"file": str(path), "digest": posterior.digest, "filled": filled})
        return
    count = len(read.quotations)
    write_text(f"{path}: {count} number{'' if count == 1 else 's'} filled in, run {posterior.digest}")


@main.command(
    short_help="Recompute the numbers of a filled document.",
    epilog=examples(
        "shellcount audit briefing.md",
        "shellcount audit briefing.docx --case mycase.toml --json",
        "",
        "Exit status: 0 all the same, 1 a number drifted or is unknown, 2 no document of ours.",
    ),
)
@click.argument("document")
@click.option(
    "--case", metavar="FILE", help="Case to compute from. [default: the one that the document names]"
)
@options.as_json
def audit(document: str, case: str | None, *, as_json: bool) -> None:
    """Recompute every number that was filled into a document; exit 1 if one has drifted."""
    from shellcount.case.reading import load_case
    from shellcount.citing import briefings

    with progress("recomputing") as show:
        found = briefings.audit(document, case=None if case is None else load_case(case), progress=show)
    if as_json:
        numbers: list[Json] = [dataclasses.asdict(result) for result in found.results]
        write_json({"passed": found.passed, "numbers": numbers, "remarks": list(found.remarks)})
    else:
        write_table(document, briefings.HEAD, briefings.rows(found))
        for remark in found.remarks:
            write_text(f"- {remark}")
        write_text(found.sentence)
    if not found.passed:
        raise click.exceptions.Exit(1)
