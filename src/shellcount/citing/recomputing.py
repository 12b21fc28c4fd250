"""Compute the numbers and references of a record again, from its case and run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from shellcount.analysis import Parts, analyse_apart
from shellcount.case.changes import parse_change, with_changes
from shellcount.case.raw import most_bytes
from shellcount.case.reading import is_shipped, load_case, parse_case, read_shipped
from shellcount.case.schema import Case
from shellcount.citing.documents.document import shown
from shellcount.citing.documents.records import CaseRecord, NoteRecord, Record
from shellcount.citing.filling import written
from shellcount.citing.quotation import Quotation, parse_quotation, parts_of, quote
from shellcount.citing.reference import refer
from shellcount.errors import CaseError, DocumentError, LimitError, ShellcountError, UnknownNameError
from shellcount.files.reading import io_errors_as, read_regular
from shellcount.frozen import frozen
from shellcount.results.results import Results
from shellcount.results.run import MODEL_VERSION, versions
from shellcount.text import one_line

_UNKNOWN_NAMES = 20  # names without a number of the case, after which others are not looked up


@frozen
class Now:
    """Text as it is computed today.

    Parameters
    ----------
    text
        The text; ``None`` if it cannot be computed.
    reason
        Reason why it cannot be computed.
    marks
        Short caveats that are part of the text.
    earlier
        Whether what was filled in was made by an earlier version of the model.
    """

    text: str | None
    reason: str = ""
    marks: tuple[str, ...] = ()
    earlier: bool = False


@frozen
class Recomputed:
    """Texts of the numbers and references of a record as they are computed today.

    Parameters
    ----------
    values, notes
        Texts by the ids of the numbers, and by the numbers of the references.
    remarks
        Remarks on all of them: a case, a model or libraries that have changed.
    """

    values: dict[str, Now]
    notes: dict[str, Now]
    remarks: tuple[str, ...] = ()


def recompute(
    record: Record, folder: Path, case: Case | None, progress: Callable[[float], None]
) -> Recomputed:
    """Compute the texts of a record again, or give the reason why that is not possible.

    Parameters
    ----------
    record
        Record of the numbers.
    folder
        Folder of the document.
    case
        Case to compute from; ``None`` for the one that the record names.
    progress
        Called with the finished share of the fit, from 0 to 1.

    Raises
    ------
    LimitError
        When it needs more memory or work than is allowed.
    """
    try:
        used = _case(record.case, folder, case)
        return replace(_computed(record, used, progress), remarks=_remarks(record, used))
    except LimitError:
        raise
    except ShellcountError as error:
        failed = Now(None, one_line(str(error), 300))
        return Recomputed(dict.fromkeys(record.values, failed), dict.fromkeys(record.notes, failed))


def _remarks(record: Record, used: Case) -> tuple[str, ...]:
    """List what has changed since the numbers were filled in."""
    remarks = []
    if used.digest != record.case.digest:
        remarks.append(f"The case {used.about.id} has changed since these numbers were filled in.")
    if record.run.model_version != MODEL_VERSION:
        remarks.append(
            f"Made by {_version_words(record.run.model_version)} of the model (version "
            f"{record.run.model_version}; now {MODEL_VERSION}): numbers move with the model, so fill the "
            "template again."
        )
    today = versions(record.run.engine)
    for library, version in sorted(record.run.versions.items()):
        if today.get(library) != version:
            before = f"{one_line(library, 40)} {one_line(version, 40)}"
            remarks.append(f"Computed with {before}; now {today.get(library, 'none')}.")
    return tuple(remarks)


def _version_words(version: int) -> str:
    return "an earlier version" if version < MODEL_VERSION else "a later version"


# --- the case ----------------------------------------------------------------------------


def _case(record: CaseRecord, folder: Path, replacement: Case | None) -> Case:
    if replacement is None and record.path == "-":
        raise DocumentError("its case was read from standard input; name its file with --case")
    case = replacement or _load(record.path, folder)
    changes = dict(parse_change(change) for change in record.changes)
    return with_changes(case, changes) if changes else case


def _load(path: str | None, folder: Path) -> Case:
    """Load the case that a document names: a regular file beneath the folder of the document.

    A document may come from anywhere. It must not make this machine read, or print, other files.
    """
    if path is None:
        return load_case()
    if is_shipped(path, folder):
        return parse_case(read_shipped(path), origin=f"{path}.toml")
    name = one_line(path, 200)

    def error(reason: str) -> DocumentError:
        return DocumentError(f"its case {name} cannot be read: {reason}; name its file with --case")

    with io_errors_as(error):
        own = folder.resolve()
        place = (own / path).resolve()
        if not place.is_relative_to(own):
            raise DocumentError(
                f"its case {name} is not beneath the folder of the document; name its file with --case"
            )
        content = read_regular(place, most_bytes())
    try:
        return parse_case(content, origin=shown(Path(path)))
    except CaseError:  # whose message quotes the file, which may be no case at all
        raise DocumentError(
            f"its case {name} cannot be used; shellcount validate says why, and --case names another"
        ) from None


# --- the texts ---------------------------------------------------------------------------


@dataclass(slots=True)
class _Names:
    """Quotations by their names, each parsed once."""

    case: Case
    parsed: dict[str, Quotation | ShellcountError] = field(default_factory=dict)
    unknown: int = 0

    def parse(self, name: str) -> Quotation | ShellcountError:
        """Parse a name, or give its fault; after many unknown names, others are not looked up."""
        if name not in self.parsed:
            self.parsed[name] = self._parse(name)
        return self.parsed[name]

    def _parse(self, name: str) -> Quotation | ShellcountError:
        if self.unknown >= _UNKNOWN_NAMES:
            return DocumentError("not looked up: too many names of the document are unknown")
        try:
            return parse_quotation(self.case, name)
        except UnknownNameError as error:
            self.unknown += 1
            return error
        except ShellcountError as error:
            return error


def _computed(record: Record, case: Case, progress: Callable[[float], None]) -> Recomputed:
    """Refit the case, and quote each number and reference."""
    names = _Names(case)
    quoted = [names.parse(value.name) for value in record.values.values()]
    quoted += [names.parse(note.name) for note in record.notes.values()]
    outcomes = _analysed(
        record, case, [each for each in quoted if not isinstance(each, ShellcountError)], progress
    )

    def now_of(name: str, note: NoteRecord | None) -> Now:
        quotation = names.parse(name)
        results = quotation if isinstance(quotation, ShellcountError) else outcomes[_part(quotation)]
        if isinstance(quotation, ShellcountError) or isinstance(results, ShellcountError):
            return Now(None, one_line(str(results), 300))
        try:
            return replace(_now(results, quotation, note), earlier=record.run.model_version < MODEL_VERSION)
        except ShellcountError as error:
            return Now(None, one_line(str(error), 300))

    return Recomputed(
        {key: now_of(value.name, None) for key, value in record.values.items()},
        {number: now_of(note.name, note) for number, note in record.notes.items()},
    )


def _now(results: Results, quotation: Quotation, note: NoteRecord | None) -> Now:
    marks = tuple(mark.short for mark in quote(results, quotation).marks)
    if note is None:
        return Now(written(results, quotation), marks=marks)
    reference = refer(results, quotation)
    return Now(reference.footnote if note.full else reference.later_footnote, marks=marks)


def _part(quotation: Quotation) -> str:
    """Name the part of the analysis that a quotation needs: a check is one alone, since it may fail."""
    return f"check {quotation.claim}" if quotation.kind == "check" else ""


def _analysed(
    record: Record, case: Case, quotations: Iterable[Quotation], progress: Callable[[float], None]
) -> dict[str, Results | ShellcountError]:
    """Repeat the run of a record, and analyse the parts that its quotations need."""
    groups: dict[str, list[Quotation]] = {"": []}
    for quotation in quotations:
        groups.setdefault(_part(quotation), []).append(quotation)
    parts: list[Parts] = [parts_of(group) for group in groups.values()]
    run = record.made_in()
    outcomes = analyse_apart(case, parts, run=run, scale=record.scale, progress=progress)
    for outcome in outcomes:
        if not isinstance(outcome, ShellcountError) and dict(outcome.run.settings) != dict(run.settings):
            raise DocumentError(
                "the sizes of its run are not those of any run of shellcount; fill the template again"
            )
    # As the run of the record, so that only what the reference says of numbers can differ.
    return {
        name: outcome if isinstance(outcome, ShellcountError) else replace(outcome, run=run)
        for name, outcome in zip(groups, outcomes, strict=True)
    }
