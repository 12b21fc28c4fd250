"""Fill templates with numbers by name."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from shellcount.analysis import Parts
from shellcount.case.reading import is_shipped
from shellcount.case.schema import Case
from shellcount.citing.documents.document import Document, kind_of, shown
from shellcount.citing.documents.pieces import Placeholder, Value
from shellcount.citing.documents.records import (
    CaseRecord,
    NoteRecord,
    Place,
    Record,
    RunRecord,
    ValueRecord,
    number_id,
)
from shellcount.citing.quotation import Quotation, parse_quotation, parts_of, quote
from shellcount.citing.reference import refer
from shellcount.citing.sealing import sealed
from shellcount.errors import DocumentError, ShellcountError
from shellcount.files.writing import make_folder, require_writable, write_files
from shellcount.frozen import frozen
from shellcount.limits import require_within
from shellcount.results.numbers_json import to_json
from shellcount.results.results import Results
from shellcount.text import escape_xml, one_line
from shellcount.wording import phrases

_FAULTS_SHOWN = 50


@frozen
class Template:
    """Document with placeholders.

    Parameters
    ----------
    document
        File of the template.
    quotations
        Quotations that the placeholders ask for, in their order.
    remarks
        Remarks on what was left alone although it has braces.
    """

    document: Document
    quotations: tuple[Quotation, ...]
    remarks: tuple[str, ...] = ()

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
    scan = document.scan()
    placeholders = scan.placeholders
    if not placeholders:
        raise DocumentError(
            f"{shown(document.path)} has no placeholder: write names in double braces, such as {{{{ load }}}}"
        )
    require_within("numbers", len(placeholders), f"to fill {shown(document.path)}")
    names = [" ".join(placeholder.text.split()) for placeholder in placeholders]
    distinct = dict.fromkeys(names)
    require_within("estimates", len(distinct), f"to fill {shown(document.path)}")
    parsed: dict[str, Quotation | ShellcountError] = {}
    faults = 0
    for name in distinct:
        if faults == _FAULTS_SHOWN:
            break
        try:
            parsed[name] = parse_quotation(case, name)
        except ShellcountError as error:
            parsed[name] = error
            faults += 1
    if faults:
        raise DocumentError(_faults(document, placeholders, names, parsed))
    quotations = [parsed[name] for name in names]
    asked = tuple(quotation for quotation in quotations if isinstance(quotation, Quotation))
    return Template(document, asked, scan.remarks)


def _faults(
    document: Document,
    placeholders: Sequence[Placeholder],
    names: Sequence[str],
    parsed: Mapping[str, Quotation | ShellcountError],
) -> str:
    """List the placeholders that cannot be filled, each with its place."""
    faults = [
        f"  {placeholder.where}: {parsed[name]}"
        for placeholder, name in zip(placeholders, names, strict=True)
        if isinstance(parsed.get(name), ShellcountError)
    ]
    count = phrases.counted(len(faults), "placeholder")
    if len(parsed) < len(dict.fromkeys(names)):
        count = f"at least {count}"
    more = [f"  and {len(faults) - _FAULTS_SHOWN} more"] if len(faults) > _FAULTS_SHOWN else []
    return "\n".join([f"{shown(document.path)}: {count} cannot be filled", *faults[:_FAULTS_SHOWN], *more])


def fill(
    template: Template,
    results: Results,
    out: str | Path,
    *,
    notes: bool = True,
    case_path: str | None = None,
    record: str | Path | None = None,
    key: bytes | None = None,
) -> Path:
    """Fill a template with numbers, and write the document.

    Parameters
    ----------
    template
        From :func:`read_template`.
    results
        Results to quote: an analysis of the template's :attr:`Template.parts`.
    out
        File to write, of the same kind as the template.
    notes
        Whether to add references.
    case_path
        Path that the case was read from, for a later audit.
    record
        File to write the record to as well, so that a document can be audited from which another program
        removed it. That of a plain text is written beside it, unless another file is named.
    key
        Key to seal the record with: see :mod:`shellcount.citing.sealing`.

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
    place, kept = require_places(template, out, record)
    document = template.document
    values, footnotes = _contents(results, template.quotations, notes=notes)
    without_places = _record(results, values, footnotes, _from(place.parent, case_path))

    def record_of(places: tuple[Place, ...]) -> Record:
        whole = without_places.model_copy(update={"places": places})
        return whole if key is None else sealed(whole, key)

    filled = [values[quotation] for quotation in template.quotations]
    content, made = document.filled(filled, [note.text for note in footnotes.values()], record_of)
    contents = {place: content}
    if kept is not None:
        contents[kept] = f"{to_json(made.model_dump(mode='json'))}\n".encode()
    return _written(contents)


def require_places(
    template: Template, out: str | Path, record: str | Path | None = None
) -> tuple[Path, Path | None]:
    """Refuse files that a document and its record cannot be written to, before its numbers are computed.

    Returns
    -------
    tuple
        The document, and the file of its record, if there is one.

    Raises
    ------
    DocumentError
        When the document is the template itself, or of another kind, or one file is to be both.
    OutputError
        When one cannot be written.
    """
    place, document = Path(out), template.document
    if kind_of(place) != document.kind:
        raise DocumentError(f"{shown(place)} is not of the same kind as its template {shown(document.path)}")
    kept = document.record_path(place) if record is None else Path(record)
    for path in filter(None, (place, kept)):
        if _same_file(path, document.path):
            raise DocumentError(f"{shown(path)} is the template itself; name another file to write")
        require_writable(path.parent, [path.name])
    if kept is not None and (kept.absolute() == place.absolute() or _same_file(kept, place)):
        raise DocumentError(f"{shown(kept)} cannot be the document and its record; name another file")
    return place, kept


def _written(contents: Mapping[Path, bytes]) -> Path:
    """Write a document, and its record if there is one: both or none."""
    first, *others = contents
    for path in others:
        make_folder(path.parent)
    write_files(first.parent, {str(path.absolute()): content for path, content in contents.items()})
    return first


def case_remark(out: str | Path, case_path: str | None) -> str | None:
    """Warn that an audit will need --case, if it will: a document leads only to cases beneath its folder.

    Parameters
    ----------
    out
        The document.
    case_path
        Path that the case was read from.
    """
    recorded = _from(Path(out).parent, case_path)
    if recorded == "-":
        return "The case was read from standard input: shellcount audit will need --case."
    outside = recorded is not None and (recorded.startswith("../") or Path(recorded).is_absolute())
    if not outside:
        return None
    return (
        f"The case {one_line(str(recorded), 200)} is not beneath the folder of the document: "
        "shellcount audit will need --case."
    )


def _contents(
    results: Results, quotations: Iterable[Quotation], *, notes: bool
) -> tuple[dict[Quotation, Value], dict[str, NoteRecord]]:
    """Quote the numbers of a document, and make its references, of which one describes the run in full."""
    values: dict[Quotation, Value] = {}
    footnotes: dict[str, NoteRecord] = {}
    numbers: dict[str, int] = {}
    described = False
    for quotation in dict.fromkeys(quotations):
        if notes and quotation.subject not in numbers:
            reference = refer(results, quotation)
            full = reference.digest is None or not described
            described = described or reference.digest is not None
            text = reference.footnote if full else reference.later_footnote
            numbers[quotation.subject] = number = len(numbers) + 1
            footnotes[str(number)] = NoteRecord(name=quotation.name, text=text, full=full)
        name = number_id(results.run.digest, quotation.name, results.scale)
        values[quotation] = Value(name, written(results, quotation), numbers.get(quotation.subject))
    return values, footnotes


def _record(
    results: Results,
    values: Mapping[Quotation, Value],
    notes: dict[str, NoteRecord],
    case_path: str | None,
) -> Record:
    """Record the numbers of a document, and what they were computed from."""
    run = results.run
    return Record(
        case=CaseRecord(id=run.case, path=case_path, digest=run.case_digest, changes=results.changes),
        run=RunRecord(
            given=run.given,
            engine=run.engine,
            seed=run.seed,
            settings=dict(run.settings),
            versions=dict(run.versions),
            model_version=run.model_version,
            digest=run.digest,
        ),
        scale=results.scale,
        values={
            value.id: ValueRecord(
                name=quotation.name,
                text=value.text,
                marks=tuple(mark.short for mark in quote(results, quotation).marks),
            )
            for quotation, value in values.items()
        },
        notes=notes,
    )


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):  # it does not exist, or its name is invalid
        return False


def written(results: Results, quotation: Quotation) -> str:
    """Quote something, with escapes for characters that some kinds of document lack."""
    return escape_xml(quote(results, quotation).text)


def _from(folder: Path, path: str | None) -> str | None:
    if path is None or path == "-" or is_shipped(path):
        return path
    # Links are resolved, since ".." in a linked folder leads to the parent of the folder it points to.
    place = Path(path)
    relative = Path(os.path.relpath(place.parent.resolve() / place.name, folder.resolve())).as_posix()
    if relative.encode(errors="replace").decode() != relative:
        raise DocumentError(f"{shown(place)} cannot be recorded in a document: it is not UTF-8")
    return relative
