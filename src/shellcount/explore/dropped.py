"""Read a file that was dropped onto the explorer: a case, or a ledger whose claims are added to the case."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

from shellcount.case.ledger.importing import add_ledger
from shellcount.case.reading import parse_case
from shellcount.case.schema import Case
from shellcount.errors import CaseError, Fault
from shellcount.frozen import frozen
from shellcount.text import one_line

MOST_BYTES = 5_000_000
_LONGEST_NAME = 200


@frozen
class Dropped:
    """Case of a file that was dropped.

    Parameters
    ----------
    name
        Name of the file, without a folder.
    case
        The case; of a ledger, the case before with its claims.
    content
        Text of the case.
    notes
        Choices that were made in reading.
    """

    name: str
    case: Case
    content: bytes
    notes: tuple[str, ...] = ()


def read_dropped(name: str, data: bytes, content: bytes, origin: str) -> Dropped:
    r"""Read a file that was dropped, by the readers of the command line; no file is opened.

    Parameters
    ----------
    name, data
        Name that the browser gives the file, and its content. What ends in ``.toml`` is a case, all else a
        ledger.
    content, origin
        Text of the case before, which the claims of a ledger are added to, and its name.

    Raises
    ------
    CaseError
        With every fault of the file.
    UsageError, LimitError
        When it is a workbook and openpyxl is not installed, or it is too large.

    Examples
    --------
    >>> from shellcount.case.reading import read_shipped
    >>> grain = read_shipped("black-sea-grain-2022")
    >>> read_dropped("C:\\cases\\grain.toml", grain, b"", "").name
    'grain.toml'
    """
    name = one_line(_without_folder(name), _LONGEST_NAME) or "the file"
    if len(data) > MOST_BYTES:
        message = f"is larger than {MOST_BYTES // 1_000_000} MB"
        raise CaseError(name, [Fault("", message, None, "name it on the command line instead")])
    if name.lower().endswith(".toml"):
        return Dropped(name, parse_case(data, origin=name), data)
    ledger, whole = add_ledger(data, name, content, origin)
    notes = list(ledger.notes)
    if ledger.present:
        notes.append(f"already in the case, skipped: {', '.join(ledger.present)}")
    return Dropped(name, parse_case(whole, origin=origin), whole, tuple(notes))


def _without_folder(name: str) -> str:
    return PureWindowsPath(PurePosixPath(name).name).name
