"""Fill templates with numbers by name."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shellcount.analysis import Parts
from shellcount.case.reading import is_shipped
from shellcount.case.schema import Case
from shellcount.citing.documents.document import Document, kind_of, shown
from shellcount.citing.documents.pieces import Value
from shellcount.citing.documents.records import CaseRecord, Place, Record, RunRecord, ValueRecord
from shellcount.citing.quotation import Quotation, parse_quotation, parts_of, quote
from shellcount.citing.reference import refer
from shellcount.errors import DocumentError, ShellcountError
from shellcount.files import require_writable, write_files
from shellcount.results.results import Results
from shellcount.text import escape_xml


@dataclass(frozen=True, slots=True)
class Template:
    """Document with placeholders.

    Parameters
    ----------
    document
        File of the template.
    quotations
        Quotations that the placeholders ask for, in their order.
    """

    document: Document
    quotations: tuple[Quotation, ...]

    @property
    def parts(self) -> Parts:
        """Parts that an analysis must compute to fill it."""
        return parts_of(self.quotations)


def read_template(path: str | Path, case: Case) -> Template:
    """Read a template, and parse its placeholders as quotations of a case.

    Raises
    ------
    DocumentError
        When the file cannot be read or filled, has no placeholder, or names what the case does not have;
        every such placeholder is listed, with similar names.
    """
    document = Document.open(path)
    placeholders = document.scan().placeholders
    if not placeholders:
        raise DocumentError(
            f"{shown(document.path)} has no placeholder: write names in double braces, such as {{{{ load }}}}"
        )
    quotations: list[Quotation] = []
    faults: list[str] = []
    for placeholder in placeholders:
        try:
            quotations.append(parse_quotation(case, " ".join(placeholder.text.split())))
        except ShellcountError as error:
            faults.append(f"  {placeholder.where}: {error}")
    if faults:
        count = f"{len(faults)} placeholder{'' if len(faults) == 1 else 's'}"
        raise DocumentError("\n".join([f"{shown(document.path)}: {count} cannot be filled", *faults]))
    return Template(document, tuple(quotations))


def fill(
    template: Template,
    results: Results,
    out: str | Path,
    *,
    notes: bool = True,
    case_path: str | None = None,
) -> Path:
    """Fill a template with numbers, and write the document.

    Parameters
    ----------
    template
        From :func:`read_template`.
    results
        Results to quote: an analysis of the template's :attr:`Template.parts`.
    out
        File to write, of the same kind as the template. The record of a plain text is written beside it.
    notes
        Whether to add references.
    case_path
        Path that the case was read from, for a later audit.

    Returns
    -------
    Path
        Path of the document.

    Raises
    ------
    DocumentError
        When ``out`` is the template itself, or of another kind.
    UnknownNameError
        When the results do not contain what the template asks for.
    OutputError
        When it cannot be written; existing files are unchanged then.

    Examples
    --------
    >>> import shellcount, tempfile
    >>> results = shellcount.analyse(shellcount.fit(shellcount.load_case()))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "template.md")
    ...     _ = path.write_text("Boxes were {{ claim.rok-mnd-2024-02 }}.")
    ...     filled = fill(read_template(path, results.case), results, Path(folder, "text.md"))
    ...     "6,700" in filled.read_text()
    True
    """
    place, document = require_place(template, out), template.document
    records: dict[str, ValueRecord] = {}
    footnotes: dict[str, str] = {}
    values: dict[Quotation, Value] = {}
    for quotation in dict.fromkeys(template.quotations):
        text, name = written(results, quotation), _id(results, quotation)
        marks = tuple(mark.short for mark in quote(results, quotation).marks)
        records[name] = ValueRecord(name=quotation.name, text=text, marks=marks)
        if notes and quotation.subject not in footnotes:
            footnotes[quotation.subject] = refer(results, quotation).footnote
        note = 1 + list(footnotes).index(quotation.subject) if notes else None
        values[quotation] = Value(name, text, note)
    texts = list(footnotes.values())
    without_places = _record(results, records, texts, _from(place.parent, case_path))

    def record_of(places: tuple[Place, ...]) -> Record:
        return without_places.model_copy(update={"places": places})

    filled = [values[quotation] for quotation in template.quotations]
    contents = document.filled(filled, texts, record_of, place.name)
    return write_files(place.parent, contents)[0]


def require_place(template: Template, out: str | Path) -> Path:
    """Refuse a file that a template cannot be filled into, before its numbers are computed.

    Raises
    ------
    DocumentError
        When it is the template itself, or of another kind.
    OutputError
        When it cannot be written.
    """
    place, document = Path(out), template.document
    if kind_of(place) != document.kind:
        raise DocumentError(f"{shown(place)} is not of the same kind as its template {shown(document.path)}")
    if _same_file(place, document.path):
        raise DocumentError(f"{shown(place)} is the template itself; name another file to write")
    require_writable(place.parent, [place.name])
    return place


def _record(
    results: Results, values: dict[str, ValueRecord], notes: Sequence[str], case_path: str | None
) -> Record:
    """Record the numbers of a document, and what they were computed from."""
    run = results.run
    return Record(
        case=CaseRecord(path=case_path, digest=run.case_digest, changes=results.changes),
        run=RunRecord(
            given=run.given,
            engine=run.engine,
            seed=run.seed,
            settings=dict(run.settings),
            versions=dict(run.versions),
            digest=run.digest,
        ),
        scale=results.scale,
        values=values,
        notes={str(number): note for number, note in enumerate(notes, start=1)},
    )


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):  # it does not exist, or its name is invalid
        return False


def written(results: Results, quotation: Quotation) -> str:
    """Quote something, with escapes for characters that some kinds of document lack."""
    return escape_xml(quote(results, quotation).text)


def _id(results: Results, quotation: Quotation) -> str:
    """Derive a short id for a number, unique among all numbers of all runs."""
    whole = f"{results.run.digest} {quotation.name} {results.scale}"
    return hashlib.sha256(whole.encode()).hexdigest()[:12]


def _from(folder: Path, path: str | None) -> str | None:
    if path is None or path == "-" or is_shipped(path):
        return path
    # Links are resolved, since ".." in a linked folder leads to the parent of the folder it points to.
    place = Path(path)
    relative = Path(os.path.relpath(place.parent.resolve() / place.name, folder.resolve())).as_posix()
    if relative.encode(errors="replace").decode() != relative:
        raise DocumentError(f"{shown(place)} cannot be recorded in a document: it is not UTF-8")
    return relative
