"""Define every error that shellcount raises on purpose, in one tree.

    ShellcountError                 exit status 2 unless stated otherwise
    ├── CaseError                   a case file that cannot be used; lists every fault
    ├── UnknownNameError            a name that the case does not know; suggests close ones
    ├── UsageError                  an invalid argument or option
    ├── EvidenceError               claims that no parameter value can satisfy together
    ├── LimitError                  an input that needs more memory or work than is allowed
    ├── ClusterError                a Dask cluster that cannot be reached or cannot do the work
    ├── OutputError                 a result that could not be written
    ├── SavedRunError               a saved run that was changed or damaged
    ├── NumbersError                a numbers.json that cannot be used
    ├── DocumentError               a template or document that cannot be filled in or audited
    └── ConvergenceError            exit status 3: draws that must not be quoted

    UserWarning
    └── ConflictWarning             fitted claims that contradict each other or the assumptions

Every message says where the fault is, what was found there, and what to do about it.
"""

from __future__ import annotations

import contextlib
import importlib.util
import re
from collections.abc import Iterable, Iterator

from shellcount.frozen import frozen
from shellcount.text import one_line

_FAULTS_SHOWN = 50
# Words of names, and those that turn a name into its opposite.
_OPPOSITES = (
    (("min", "minimum", "least", "lowest"), ("max", "maximum", "most", "highest")),
    (("low", "lower"), ("high", "higher", "upper")),
    (("earliest", "first", "oldest"), ("latest", "last", "newest")),
    (("more", "over", "above"), ("less", "fewer", "under", "below")),
    (("since", "from", "after", "start"), ("until", "to", "before", "end")),
    (("with", "include", "true", "yes"), ("without", "exclude", "false", "no")),
)


class ShellcountError(Exception):
    """Root of the tree: catch it to catch every error that shellcount raises on purpose.

    Examples
    --------
    >>> import shellcount
    >>> try:
    ...     shellcount.load_case("missing.toml")
    ... except shellcount.ShellcountError as error:
    ...     print(error)
    missing.toml: 1 fault
      cannot be read: No such file or directory
    """

    exit_status = 2


@frozen
class Fault:
    """A single fault of a case file.

    Parameters
    ----------
    path
        Where it is, such as ``claim[3].hedge``; empty for the whole file.
    message
        What is wrong.
    value
        What was found there, shortened; ``None`` if nothing was found.
    hint
        What to do, often "did you mean"; ``None`` if there is nothing to suggest.
    entry
        Id of the entry that the path leads into, such as that of ``claim[3]``; ``None`` if it has none.
    """

    path: str
    message: str
    value: str | None = None
    hint: str | None = None
    entry: str | None = None

    def __str__(self) -> str:
        """Write the fault on one line, free of control characters."""
        path = (
            self.path if self.entry is None else self.path.replace("]", f"] ({one_line(self.entry, 60)})", 1)
        )
        line = f"{path}: {self.message}" if path else self.message
        if self.value is not None:
            line += f" (found {self.value})"
        if self.hint is not None:
            line += f"; {self.hint}"
        return one_line(line)


class CaseError(ShellcountError):
    """A case file that cannot be used, with all of its faults.

    Parameters
    ----------
    origin
        The file's name as the user gave it.
    faults
        Every fault found: those of shape, then those of meaning.
    """

    def __init__(self, origin: str, faults: Iterable[Fault]) -> None:
        self.origin = origin
        self.faults = tuple(faults)
        count = len(self.faults)
        lines = [f"{one_line(origin)}: {count} fault{'s' if count != 1 else ''}"]
        lines += [f"  {fault}" for fault in self.faults[:_FAULTS_SHOWN]]
        if count > _FAULTS_SHOWN:
            lines.append(f"  and {count - _FAULTS_SHOWN} more")
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type[CaseError], tuple[str, tuple[Fault, ...]]]:
        """Pickle by the arguments of the constructor, so that the error can cross between processes."""
        return type(self), (self.origin, self.faults)


class UnknownNameError(ShellcountError):
    """A name that the case does not know.

    Parameters
    ----------
    kind
        Kind of name, such as ``estimate`` or ``claim``.
    name
        The name as given.
    known
        Names that would have been accepted.
    meant
        The name that must be meant; by default, close ones among ``known`` are suggested.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], meant: str | None = None) -> None:
        self.kind, self.name, self.known, self.meant = kind, name, tuple(known), meant
        hint = suggestion(name, self.known) if meant is None else f"did you mean {meant}?"
        super().__init__(one_line(f"no {kind} is called {name[:200]!r}; {hint}"))

    def __reduce__(self) -> tuple[type[UnknownNameError], tuple[str, str, tuple[str, ...], str | None]]:
        """Pickle by the arguments of the constructor, so that the error can cross between processes."""
        return type(self), (self.kind, self.name, self.known, self.meant)


class UsageError(ShellcountError):
    """An invalid argument or option."""


class EvidenceError(ShellcountError):
    """Claims that no parameter value can satisfy together."""


class LimitError(ShellcountError):
    """An input that needs more memory or work than is allowed."""


class ClusterError(ShellcountError):
    """A Dask cluster that cannot be reached, cannot do the work, or was lost while it did."""


class OutputError(ShellcountError):
    """A result that could not be written."""


class SavedRunError(ShellcountError):
    """A saved run that cannot be read, or was changed or damaged."""


class NumbersError(ShellcountError):
    """A numbers.json that cannot be read, or contradicts itself."""


class DocumentError(ShellcountError):
    """A template or a document that cannot be filled in or audited."""


class ConvergenceError(ShellcountError):
    """Draws that must not be quoted, with the estimate, the diagnostic and the remedy."""

    exit_status = 3


class ConflictWarning(UserWarning):
    """Warning of fitted claims that contradict each other or the assumptions.

    :func:`shellcount.fit`, :func:`shellcount.analyse` of a case and :meth:`shellcount.Posterior.load` give
    it, once for a posterior. Every number of such a posterior is marked all the same.

    Examples
    --------
    >>> import shellcount
    >>> issubclass(shellcount.ConflictWarning, UserWarning)
    True
    """


def suggestion(name: str, known: Iterable[str]) -> str:
    """Suggest known names for a mistyped one, and never one that says the opposite.

    Examples
    --------
    >>> suggestion("abuot", ["about", "exact"])
    'did you mean about?'
    >>> suggestion("zzz", ["about", "exact"])
    'known are about, exact'
    >>> suggestion("fewer_than", ["more_than", "exact"])
    'known are more_than, exact'
    """
    import difflib  # only mistakes need it

    names = list(dict.fromkeys(known))
    name = name[:200]
    close = [
        other
        for other in difflib.get_close_matches(name, names, n=3, cutoff=0.6)
        if not _is_opposite(name, other)
    ]
    if close:
        return f"did you mean {' or '.join(one_line(other, 60) for other in close)}?"
    if not names:
        return "there are none"
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return f"known are {', '.join(one_line(other, 60) for other in names[:12])}{more}"


def _is_opposite(name: str, other: str) -> bool:
    """Tell whether a name is closer to an opposite of another name than to that name itself."""
    import difflib

    def likeness(candidate: str) -> float:
        return difflib.SequenceMatcher(None, candidate, name).ratio()

    return any(likeness(opposite) > likeness(other) for opposite in _opposites(other))


def _opposites(name: str) -> Iterator[str]:
    """List the names that say the opposite of a name, by exchanging one of its words."""
    words = re.split(r"([^A-Za-z]+)", name)
    for place, word in enumerate(words):
        for sides in _OPPOSITES:
            for side, others in (sides, sides[::-1]):
                if word.lower() in side:
                    yield from ("".join((*words[:place], other, *words[place + 1 :])) for other in others)


def require_library(name: str, extra: str = "nuts") -> None:
    """Refuse to go on without an optional library, with the way to install it.

    Parameters
    ----------
    name
        The library.
    extra
        Extra of shellcount that brings it.

    Raises
    ------
    UsageError
        When the library is not installed.

    Examples
    --------
    >>> require_library("numpy")
    """
    with contextlib.suppress(ModuleNotFoundError):  # of the package that the library is part of
        if importlib.util.find_spec(name) is not None:
            return
    raise UsageError(f"this needs {name}: install it with pip install 'shellcount[{extra}]'")
