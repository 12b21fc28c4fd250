"""Briefings: templates filled with numbers by name, and documents audited for numbers that drifted."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from shellcount.case.changes import parse_change, with_changes
from shellcount.case.reading import is_shipped, load_case, parse_case, read_shipped
from shellcount.case.schema import Case
from shellcount.citing.documents.document import Document, kind_of, shown
from shellcount.citing.documents.pieces import Mark, Value
from shellcount.citing.documents.records import CaseRecord, Record, RunRecord, ValueRecord
from shellcount.citing.quotation import Quotation, parse_quotation, quote
from shellcount.citing.reference import refer
from shellcount.errors import DocumentError, ShellcountError
from shellcount.files import write_files
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.run import versions
from shellcount.text import escape_xml, one_line
from shellcount.wording.scales import ICD203

type Status = Literal["same", "drifted", "unknown"]

HEAD = ("where", "name", "status", "in the document", "now", "remark")


@dataclass(frozen=True, slots=True)
class Template:
    """A document with placeholders.

    Parameters
    ----------
    document
        The file.
    quotations
        What its placeholders ask for, in their order.
    """

    document: Document
    quotations: tuple[Quotation, ...]


@dataclass(frozen=True, slots=True)
class Audited:
    """One number of a document, held against what it would be now.

    Parameters
    ----------
    where
        Where it stands, in words.
    name
        What it is, as ``rounds.mixed@2024-06-14|headline``; empty where nobody knows.
    status
        ``same``, ``drifted`` or ``unknown``.
    found, now
        What the document says, and what it would say now; ``None`` where nobody knows.
    remark
        Why it drifted or is unknown.
    """

    where: str
    name: str
    status: Status
    found: str
    now: str | None
    remark: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found.

    Parameters
    ----------
    results
        One for each number, in the order of the document.
    remarks
        On all of them: a case or libraries that have changed since.
    """

    results: tuple[Audited, ...]
    remarks: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether every number is the same."""
        return all(result.status == "same" for result in self.results)

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        counts = {
            status: sum(result.status == status for result in self.results)
            for status in ("same", "drifted", "unknown")
        }
        total = f"{len(self.results)} number{'' if len(self.results) == 1 else 's'}"
        return f"{total}: {', '.join(f'{count} {status}' for status, count in counts.items() if count)}."


def read_template(path: str | Path, case: Case) -> Template:
    """Read a template, and what its placeholders ask of a case.

    Raises
    ------
    DocumentError
        When the file cannot be read or filled, is no template, or asks for what the case does not
        have; every such placeholder is listed, with close names.
    """
    document = Document.open(path)
    places = document.asked()
    if not places:
        raise DocumentError(
            f"{shown(document.path)} asks for nothing: write names in double braces, as {{{{ load }}}}"
        )
    quotations: list[Quotation] = []
    faults: list[str] = []
    for asked in places:
        try:
            quotations.append(parse_quotation(case, " ".join(asked.text.split())))
        except ShellcountError as error:
            faults.append(f"  {asked.where}: {error}")
    if faults:
        count = f"{len(faults)} placeholder{'' if len(faults) == 1 else 's'}"
        raise DocumentError("\n".join([f"{shown(document.path)}: {count} cannot be filled", *faults]))
    return Template(document, tuple(quotations))


def fill(
    template: Template,
    posterior: Posterior,
    out: str | Path,
    *,
    scale: str = ICD203,
    notes: bool = True,
    case_path: str | None = None,
    changes: Iterable[str] = (),
) -> Path:
    """Fill a template with numbers, and write the document.

    Parameters
    ----------
    template
        From :func:`read_template`.
    posterior
        What to quote from.
    out
        Where to write: a file of the same kind as the template.
    scale
        Of probability words.
    notes
        Whether to add references.
    case_path, changes
        Where the case was read from, and what was changed in it, for a later audit.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted.
    DocumentError
        When ``out`` is the template itself, or of another kind.
    OutputError
        When it cannot be written; a file that was there before is as it was.

    Examples
    --------
    >>> import shellcount, tempfile
    >>> posterior = shellcount.fit(shellcount.load_case())
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "template.md")
    ...     _ = path.write_text("Boxes were {{ claim.rok-mnd-2024-02 }}.")
    ...     filled = fill(read_template(path, posterior.case), posterior, Path(folder, "text.md"))
    ...     audit(filled).passed
    True
    """
    place = Path(out)
    document = template.document
    if kind_of(place) != document.kind:
        raise DocumentError(f"{shown(place)} is not of the kind of its template, {shown(document.path)}")
    if _same_file(place, document.path):
        raise DocumentError(f"{shown(place)} is the template itself; name another file to write")
    kept: dict[str, ValueRecord] = {}
    footnotes: dict[str, str] = {}
    values: dict[Quotation, Value] = {}
    for quotation in dict.fromkeys(template.quotations):
        text, name = _said(posterior, quotation, scale), _id(posterior, quotation, scale)
        kept[name] = ValueRecord(name=quotation.name, text=text)
        if notes and quotation.subject not in footnotes:
            footnotes[quotation.subject] = refer(posterior, quotation, scale=scale).footnote
        note = 1 + list(footnotes).index(quotation.subject) if notes else None
        values[quotation] = Value(name, text, note)
    run = posterior.run
    record = Record(
        case=CaseRecord(path=_from(place.parent, case_path), digest=run.case_digest, changes=tuple(changes)),
        run=RunRecord(
            given=run.given,
            engine=run.engine,
            seed=run.seed,
            settings=dict(run.settings),
            versions=dict(run.versions),
            digest=run.digest,
        ),
        scale=scale,
        values=kept,
    )
    content = document.filled(
        [values[quotation] for quotation in template.quotations],
        list(footnotes.values()),
        record,
    )
    return write_files(place.parent, {place.name: content})[0]


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):  # it is not there, or its name is none
        return False


def _said(posterior: Posterior, quotation: Quotation, scale: str) -> str:
    """What a document says of something, in characters that every kind of document has."""
    return escape_xml(quote(posterior, quotation, scale=scale))


def _id(posterior: Posterior, quotation: Quotation, scale: str) -> str:
    """A short name for a number, not that of any other number of any other run."""
    said = f"{posterior.digest} {quotation.name} {scale}"
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def _from(folder: Path, path: str | None) -> str | None:
    if path is None or path == "-" or is_shipped(path):
        return path
    # Links resolved, since a path that goes up from a linked folder leaves from where it leads.
    place = Path(path)
    kept = Path(os.path.relpath(place.parent.resolve() / place.name, folder.resolve())).as_posix()
    if kept.encode(errors="replace").decode() != kept:
        raise DocumentError(f"{shown(place)} cannot be named in a document: it is not UTF-8")
    return kept


def audit(
    path: str | Path, *, case: Case | None = None, progress: Callable[[float], None] = lambda _: None
) -> Audit:
    """Recompute every number that was filled into a document, from its case and run.

    Parameters
    ----------
    path
        The document.
    case
        The case to compute from; by default the one that the document names.
    progress
        Called with the share of the fit at work done, from 0 to 1.

    Raises
    ------
    DocumentError
        When the document cannot be read, is damaged, or was never filled.
    """
    document = Document.open(path)
    records, marks = document.marks()
    if not marks:
        raise DocumentError(f"{shown(document.path)} holds no number that was filled in")
    now: dict[str, tuple[str | None, str]] = {}
    names: dict[str, ValueRecord] = {}
    remarks: list[str] = []
    for record in records:
        names |= record.values
        found = _recomputed(record, document.path.parent, case, remarks, progress)
        # A record whose case is out of reach takes nothing from another of the same numbers.
        now |= {name: said for name, said in found.items() if said[0] is not None or name not in now}
    return Audit(tuple(_audited(mark, names, now) for mark in marks), tuple(dict.fromkeys(remarks)))


def _recomputed(
    record: Record,
    folder: Path,
    case: Case | None,
    remarks: list[str],
    progress: Callable[[float], None],
) -> dict[str, tuple[str | None, str]]:
    """What each number of a record would be now, or why nobody knows."""
    try:
        used = _case(record.case, folder, case)
        posterior = _refit(record.run, used, progress)
    except ShellcountError as error:
        reason = one_line(str(error), 300)
        return dict.fromkeys(record.values, (None, reason))
    if used.digest != record.case.digest:
        remarks.append(f"The case {used.about.id} has changed since these numbers were filled in.")
    today = versions(record.run.engine)
    for library, version in sorted(record.run.versions.items()):
        if today.get(library) != version:
            made = f"{one_line(library, 40)} {one_line(version, 40)}"
            remarks.append(f"Made with {made}; now {today.get(library, 'none')}.")
    found: dict[str, tuple[str | None, str]] = {}
    for name, value in record.values.items():
        try:
            found[name] = _said(posterior, parse_quotation(used, value.name), record.scale), ""
        except ShellcountError as error:
            found[name] = None, one_line(str(error), 300)
    return found


def _case(record: CaseRecord, folder: Path, named: Case | None) -> Case:
    if named is None and record.path == "-":
        raise DocumentError("its case was read from standard input; name its file")
    case = named or _found(record.path, folder)
    changes = dict(parse_change(change) for change in record.changes)
    return with_changes(case, changes) if changes else case


def _found(path: str | None, folder: Path) -> Case:
    """Load the case that a document names, seen from the document's folder."""
    if path is None:
        return load_case()
    if is_shipped(path, folder):
        return parse_case(read_shipped(path), origin=f"{path}.toml")
    return load_case(folder / path)


def _refit(run: RunRecord, case: Case, progress: Callable[[float], None]) -> Posterior:
    return fit(
        case,
        given=run.given,
        engine=run.engine,
        seed=run.seed,
        runs=run.settings.get("runs"),
        particles=run.settings.get("particles") if run.engine == "smc" else None,
        draws=run.settings.get("draws") if run.engine == "nuts" else None,
        allow_unconverged=True,  # numbers that were filled in so say it, and the others will now
        progress=progress,
    )


def _audited(mark: Mark, names: dict[str, ValueRecord], now: dict[str, tuple[str | None, str]]) -> Audited:
    known = names.get(mark.id)
    if known is None:
        return Audited(mark.where, "", "unknown", mark.text, None, "the document has no record of it")
    text, reason = now[mark.id]
    name = one_line(known.name, 200)
    if text is None:
        return Audited(mark.where, name, "unknown", mark.text, None, reason)
    if mark.text == text:
        return Audited(mark.where, name, "same", mark.text, text, "")
    edited = mark.text != one_line(known.text)
    remark = f"it was filled in as {one_line(known.text, 200)}" if edited else "the number has moved"
    return Audited(mark.where, name, "drifted", mark.text, text, remark)


def rows(audited: Audit) -> list[tuple[str, ...]]:
    """An audit as a table under :data:`HEAD`."""
    return [
        (result.where, result.name, result.status, result.found, result.now or "", result.remark)
        for result in audited.results
    ]
