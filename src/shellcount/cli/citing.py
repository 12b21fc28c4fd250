"""Put numbers into documents, and check those that are there: cite, fill and audit."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shellcount.cli import completing, folders, options
from shellcount.cli.output import (
    examples,
    warn,
    write_json,
    write_prose,
    write_sentences,
    write_table,
    write_text,
)
from shellcount.errors import UsageError
from shellcount.progress import bar

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from shellcount.citing.reference import Reference
    from shellcount.cli.requests import FitRequest
    from shellcount.digest import Json


def _key[T: Callable[..., object]](text: str) -> Callable[[T], T]:
    """Define the option that names a file with a key."""
    return click.option("--key", metavar="FILE", help=text)


@click.command(
    cls=options.FitCommand,
    short_help="Quote numbers by name, with references.",
    epilog=examples(
        "shellcount cite rounds.mixed@2024-06-14",
        "shellcount cite 'rounds.mixed@2024-06-14 >= 1.5 million' check.ua-gur-2024",
        "shellcount cite rounds.mixed@2024-06-14 --bibtex >> references.bib",
        "shellcount cite rounds.mixed@2024-06-14 capacity.mixed --csv",
        "shellcount cite capacity.152mm-howitzer --case mycase.toml --csl",
    ),
)
@click.argument("names", nargs=-1, required=True, metavar="NAME...", shell_complete=completing.quotations)
@click.option("--footnote", "style", flag_value="footnote", help="Full provenance.")
@click.option("--bibtex", "style", flag_value="bibtex", help="BibTeX entry, for LaTeX.")
@click.option("--csl", "style", flag_value="csl", help="CSL-JSON, for Zotero and pandoc.")
@click.option("--csv", "style", flag_value="csv", help="CSV, for a spreadsheet.")
@options.quotes_fit
@options.scale
@options.as_json
def cite(
    request: FitRequest, names: tuple[str, ...], style: str | None, scale: str, *, as_json: bool
) -> None:
    """Quote numbers by name, each with its range, date and run digest.

    NAME is an estimate, as listed by shellcount estimate; a probability, as 'NAME >= VALUE'; check.ID for
    the check of a claim; or claim.ID for a figure as stated.
    """
    from shellcount.citing.quotation import parse_quotation, parts_of
    from shellcount.citing.reference import refer, to_csv

    if as_json and style is not None:
        raise UsageError(f"--json and --{style} exclude each other")
    case = request.case()
    quotations = [parse_quotation(case, name) for name in names]
    results = request.analyse(case, parts_of(quotations), scale=scale)
    references = [refer(results, quotation) for quotation in quotations]
    warn(results)
    if as_json:
        write_json({"references": [_plain(reference) for reference in references]})
    elif style == "csl":
        write_json([reference.entry.csl for reference in references])
    elif style == "csv":
        write_text(to_csv(references).rstrip("\n"))
    else:
        for reference in references:
            write_text(
                {"footnote": reference.footnote, "bibtex": reference.entry.bibtex}.get(
                    style or "", reference.text
                )
            )


def _plain(reference: Reference) -> Json:
    day = None if reference.as_of is None else str(reference.as_of)
    return {
        **reference.row,
        "name": reference.name,
        "text": reference.finding,
        "origin": reference.origin,
        "as_of": day,
        "marks": [mark.values() for mark in reference.marks],
    }


@click.command(
    cls=options.FitCommand,
    short_help="Fill a document with numbers by name.",
    epilog=examples(
        "shellcount fill template.md -o briefing.md",
        "shellcount fill template.docx -o briefing.docx --case mycase.toml",
        "",
        "In the template:",
        "  {{ rounds.mixed@2024-06-14 }}              2.0 million",
        "  {{ rounds.mixed@2024-06-14 | headline }}   with its 90% interval",
        "  {{ rounds.mixed@2024-06-14 | range }}      the 90% interval alone",
        "  {{ rounds.mixed@2024-06-14 | exact }}      one more digit, if stable",
        "  {{ load >= 80% | word }}                   a probability in words",
        "  {{ claim.ua-gur-2024 }}                    a figure as stated",
        "  {{ check.ua-gur-2024 | sentence }}         the check, as a sentence",
    ),
)
@click.argument("template")
@click.option(
    "-o", "--output", required=True, metavar="FILE", help="File to write, with the template's ending."
)
@click.option("--notes/--no-notes", default=True, show_default=True, help="Add references to the numbers.")
@click.option(
    "--record",
    metavar="FILE",
    help="Write the record to a file as well, for an audit after another program has removed it.",
)
@_key("Seal the record with the key in a file, which audit --key checks.")
@options.quotes_fit
@options.scale
@options.as_json
def fill(
    request: FitRequest,
    template: str,
    output: str,
    scale: str,
    record: str | None,
    key: str | None,
    *,
    notes: bool,
    as_json: bool,
) -> None:
    """Fill a document with numbers: names in double braces become rounded text.

    TEMPLATE is Markdown (.md, .qmd), HTML (.html), plain text (.txt) or Word (.docx). The document keeps a
    record that readers do not see, so that shellcount audit can recompute its numbers; that of a plain text
    is the file FILE.numbers.json beside it, unless --record names another.
    """
    from shellcount.citing import filling
    from shellcount.citing.sealing import read_key
    from shellcount.wording.phrases import counted

    secret = None if key is None else read_key(key)
    case = request.case()
    read = filling.read_template(template, case)
    filling.require_places(read, output, record)
    results = request.analyse(case, read.parts, scale=scale)
    path = filling.fill(read, results, output, notes=notes, case_path=request.path, record=record, key=secret)
    warn(results)
    remarks = [*read.remarks, *filter(None, [filling.case_remark(output, request.path)])]
    if as_json:
        filled: list[Json] = [quotation.name for quotation in read.quotations]
        marks: list[Json] = [mark.values() for mark in results.marks]
        write_json(
            {
                "file": str(path),
                "digest": results.run.digest,
                "filled": filled,
                "marks": marks,
                "remarks": [*remarks],
            }
        )
        return
    count = counted(len(read.quotations), "number")
    write_text(f"{path}: {count} filled in, run {results.run.digest}")
    for remark in remarks:
        write_text(f"- {remark}")


@click.command(
    cls=options.Command,
    short_help="Recompute the numbers of a filled document.",
    epilog=examples(
        "shellcount audit briefing.md",
        "shellcount audit briefing.docx --case mycase.toml --json",
        "shellcount audit converted.docx --record briefing.json",
    )
    + "\n\nExit status: 0 every number and reference is the same, 1 any is not, 2 not filled by shellcount.",
)
@click.argument("document")
@click.option(
    "--case",
    "path",
    metavar="CASE",
    shell_complete=completing.cases,
    help="Case to compute from. [default: the one recorded in the document, beneath its folder]",
)
@click.option(
    "--record",
    metavar="FILE",
    help="Record that fill --record wrote, for a document from which another program removed it.",
)
@_key("Key that the document must be sealed with, as by fill --key.")
@options.as_json
def audit(document: str, path: str | None, record: str | None, key: str | None, *, as_json: bool) -> None:
    """Recompute every number and reference of a filled document; exit 1 if any has drifted or is missing.

    An audit finds accidents. Only --key finds a change by somebody who changed the record as well.

    DOCUMENT may also be a folder that report or calibrate wrote: exit 1 if its files are not of one run.
    """
    if Path(document).is_dir():
        folders.print_audit(document, as_json=as_json)
        return
    from shellcount.case.reading import load_case
    from shellcount.citing import auditing
    from shellcount.citing.sealing import read_key

    secret = None if key is None else read_key(key)
    case = None if path is None else load_case(path)
    with bar("recomputing") as show:
        found = auditing.audit(document, case=case, record=record, key=secret, progress=show)
    if as_json:
        write_json(
            {
                "passed": found.passed,
                "numbers": [dataclasses.asdict(result) for result in found.results],
                "references": [dataclasses.asdict(result) for result in found.references],
                "document": [dataclasses.asdict(result) for result in found.document],
                "remarks": list(found.remarks),
            }
        )
    else:
        write_table(dataclasses.replace(found.table(), caption=document))
        write_sentences(found.remarks)
        write_prose(found.sentence)
    if not found.passed:
        raise click.exceptions.Exit(1)
