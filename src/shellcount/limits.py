"""Limit the memory and work that an input may ask for: forecast and refused before the work starts.

Amounts are counted, never timed, so that what is refused does not depend on the machine. Work within the
limits that is long or large all the same is announced before it starts, to whoever listens.
"""

from __future__ import annotations

import contextlib
import contextvars
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shellcount.errors import LimitError, UnknownNameError, UsageError
from shellcount.frozen import frozen
from shellcount.text import one_line

_AMOUNT = re.compile(r"(?P<digits>\d+(?:\.\d+)?)\s*(?P<prefix>[kMGT]?)B?")
_PREFIXES = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
_WORDS = {"M": "million", "G": "billion", "T": "trillion"}
_LONG = 1e6  # numbers from here on are written in words


@frozen
class Limit:
    """Limit of one resource.

    Parameters
    ----------
    most
        Largest amount that is allowed unless the limit is raised.
    unit
        Unit of the amount, such as ``bytes``.
    meaning
        What is counted.
    """

    most: float
    unit: str
    meaning: str


LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        "memory": Limit(2e9, "bytes", "memory that a fit is forecast to need, and what is made of it"),
        "work": Limit(
            2.5e9,
            "operations",
            "particles or points of a fit, times its moves, times its coordinates and fitted claims",
        ),
        "study": Limit(5e10, "operations", "work of all fits of a calibration, a sweep or leave-one-out"),
        "compiled": Limit(
            150, "expressions", "ways to pack, and natures in mixes, whose capacities engine `nuts` compiles"
        ),
        "estimates": Limit(5_000, "estimates", "standard estimates of a case; names in a document"),
        "case": Limit(40e6, "bytes", "size of a case file"),
        "entries": Limit(400_000, "entries", "entries of a case: sources, claimants, claims and so on"),
        "rows": Limit(100_000, "rows", "rows of a spreadsheet"),
        "cells": Limit(2_000_000, "cells", "cells of a spreadsheet, empty ones before the last of a row too"),
        "sheet": Limit(200e6, "bytes", "size of a spreadsheet, unpacked"),
        "document": Limit(64e6, "bytes", "size of a document or template, each part of it unpacked"),
        "results": Limit(8e6, "bytes", "size of a numbers.json"),
        "saved": Limit(200e6, "bytes", "size of a saved run"),
        "unpacked": Limit(500e6, "bytes", "size of all parts of a Word document, unpacked"),
        "parts": Limit(10_000, "parts", "parts of a Word document or workbook"),
        "markup": Limit(1_000_000, "tags and attributes", "mark-up of a part of a Word document"),
        "pieces": Limit(400_000, "pieces", "tags, marks and lines of a Markdown or HTML document"),
        "numbers": Limit(15_000, "numbers", "placeholders of a template, or numbers of a document"),
        "records": Limit(20, "records", "records of a document, each of which is computed again"),
        "journal": Limit(64e6, "bytes", "size of the journal of a calibration or sweep"),
        "folder": Limit(4e9, "bytes", "size of the files that are compared with their manifest"),
    }
)
LONG, LARGE = 30.0, 1e9  # seconds and bytes of work beyond which it is announced
_TOLD_AGAIN = 2.0  # times what has been announced, beyond which an announcement follows
_raised: contextvars.ContextVar[Mapping[str, float]] = contextvars.ContextVar(
    "raised", default=MappingProxyType({})
)


def require_within(name: str, needed: float, subject: str) -> None:
    """Refuse work that needs more of a resource than its limit.

    Parameters
    ----------
    name
        Name of the limit, one of :data:`LIMITS`.
    needed
        Amount that the work is forecast to need.
    subject
        What needs it, as the subject of the message.

    Raises
    ------
    LimitError
        When the amount is beyond the limit, with the way to raise it.

    Examples
    --------
    >>> require_within("memory", 1e9, "a fit of 50 claims")
    >>> require_within("memory", 5.2e9, "a fit of 5,000 scenarios")
    Traceback (most recent call last):
    ...
    shellcount.errors.LimitError: a fit of 5,000 scenarios needs 5.2 GB (limit 2 GB); \
to allow it, raise the limit: --limit memory=6GB
    """
    unit, most = LIMITS[name].unit, allowed(name)
    if needed > most:
        raise LimitError(
            f"{subject} needs {in_unit(needed, unit)} (limit {in_unit(most, unit)}); "
            f"to allow it, raise the limit: {option(name, needed)}"
        )


def allowed(name: str) -> float:
    """Look up the amount of a resource that is allowed here.

    Examples
    --------
    >>> allowed("memory")
    2000000000.0
    """
    return _raised.get().get(name, LIMITS[name].most)


def option(name: str, needed: float) -> str:
    """Write the option that allows an amount, rounded up.

    Examples
    --------
    >>> option("work", 3.2e9), option("numbers", 123_456)
    ('--limit work=4G', '--limit numbers=200000')
    """
    return f"--limit {name}={_as_option(name, _above(needed))}"


def _as_option(name: str, amount: float) -> str:
    """Write an amount as ``--limit`` takes it."""
    size, prefix = _scaled(amount)
    if LIMITS[name].unit == "bytes":
        return f"{size:.4g}{prefix}B"
    return f"{amount:.0f}" if amount < _LONG else f"{size:.4g}{prefix}"


@contextlib.contextmanager
def raised(amounts: Mapping[str, float]) -> Iterator[None]:
    """Raise limits within a ``with`` block, in this thread.

    Raises
    ------
    UnknownNameError
        When there is no such limit.

    Examples
    --------
    >>> with raised({"memory": 6e9}):
    ...     require_within("memory", 5.2e9, "a fit of 5,000 scenarios")
    """
    for name in amounts:
        if name not in LIMITS:
            raise UnknownNameError("limit", name, LIMITS)
    token = _raised.set({**_raised.get(), **amounts})
    try:
        yield
    finally:
        _raised.reset(token)


@dataclass(slots=True)
class _Listener:
    """Whoever is told of long or large work, and from which amounts on."""

    tell: Callable[[str], None]
    processes: int | None
    seconds: float = LONG
    memory: float = LARGE


_listener: contextvars.ContextVar[_Listener | None] = contextvars.ContextVar("listener", default=None)


@contextlib.contextmanager
def announced(tell: Callable[[str], None], processes: int | None = 1) -> Iterator[None]:
    """Tell of long or large work within a ``with`` block before it starts, in this thread.

    What takes no more than twice as much as has been told of is not told again.

    Parameters
    ----------
    tell
        Called with a sentence, without a full stop, such as
        ``this fit takes about 40 seconds and 1.2 GB: 300 claims by 60 coordinates``.
    processes
        Number of processes that share many fits; ``None`` where nobody knows, so that these are not told of.

    Examples
    --------
    >>> with announced(print):
    ...     announce(29.0, 1e8, lambda where: "this fit takes long")
    ...     announce(40.0, 1e8, lambda where: "this fit takes long")
    ...     announce(41.0, 1e8, lambda where: "this fit takes long, too")
    this fit takes long
    """
    token = _listener.set(_Listener(tell, processes))
    try:
        yield
    finally:
        _listener.reset(token)


def announce(seconds: float, memory: float, sentence: Callable[[int], str], *, fits: int = 1) -> None:
    """Tell whoever listens of work that is forecast to be long or large.

    Parameters
    ----------
    seconds, memory
        Time that one fit is forecast to take, and bytes of memory.
    sentence
        Writes the sentence, by the number of processes that the fits are shared by.
    fits
        Number of fits.
    """
    listener = _listener.get()
    if listener is None or fits < 1 or (fits > 1 and listener.processes is None):
        return
    processes = min(fits, listener.processes or 1)
    seconds *= fits / processes
    if seconds > listener.seconds or memory > listener.memory:
        listener.tell(sentence(processes))
        listener.seconds = max(listener.seconds, _TOLD_AGAIN * seconds)
        listener.memory = max(listener.memory, _TOLD_AGAIN * memory)


def parse_limit(text: str) -> tuple[str, float]:
    """Parse ``NAME=AMOUNT``, such as ``memory=6GB``.

    Raises
    ------
    UnknownNameError, UsageError
        When there is no such limit, or the amount is not one.

    Examples
    --------
    >>> parse_limit("memory=6GB")
    ('memory', 6000000000.0)
    """
    name, _, amount = text.partition("=")
    if name not in LIMITS:
        raise UnknownNameError("limit", name, LIMITS)
    match = _AMOUNT.fullmatch(amount.strip())
    if match is None:
        raise UsageError(
            f"{one_line(text, 60)!r} is not a limit; write NAME=AMOUNT, such as memory=6GB or numbers=200000"
        )
    return name, float(match["digits"]) * _PREFIXES[match["prefix"]]


def carried[*Ts, R](work: Callable[[*Ts], R]) -> Callable[[*Ts], R]:
    """Give a function the limits of here, wherever it is called: in another thread or process.

    Parameters
    ----------
    work
        Function; to be sent to another process, it must be picklable.

    Examples
    --------
    >>> with raised({"memory": 6e9}):
    ...     ask = carried(allowed)
    >>> ask("memory"), allowed("memory")
    (6000000000.0, 2000000000.0)
    """
    return _Carried(dict(_raised.get()), work)


def shown_limits() -> str:
    """List the limits and their defaults, as ``--limit`` takes them.

    Examples
    --------
    >>> shown_limits()[:26]
    'memory=2GB, work=2.5G, stu'
    """
    return ", ".join(f"{name}={_as_option(name, limit.most)}" for name, limit in LIMITS.items())


@frozen
class _Carried[*Ts, R]:
    """Function with the limits under which it runs."""

    amounts: Mapping[str, float]
    work: Callable[[*Ts], R]

    def __call__(self, *args: *Ts) -> R:
        with raised(self.amounts):
            return self.work(*args)


def in_unit(value: float, unit: str) -> str:
    """Write an amount in its unit.

    Examples
    --------
    >>> in_unit(1.25e9, "bytes"), in_unit(3e10, "operations"), in_unit(12_000, "rows")
    ('1.25 GB', '30 billion operations', '12,000 rows')
    """
    size, prefix = _scaled(value)
    if unit == "bytes":
        return f"{size:.3g} {prefix}B"
    if value < _LONG:
        return f"{value:,.0f} {unit}"
    return f"{size:.3g} {_WORDS[prefix]} {unit}"


def _scaled(value: float) -> tuple[float, str]:
    """Scale a value by the largest prefix that leaves at least one."""
    for prefix, size in reversed(_PREFIXES.items()):
        if value >= size:
            return value / size, prefix
    return value, ""


def _above(value: float) -> float:
    """Round up to one significant digit."""
    step = 10 ** (len(str(int(value))) - 1)
    return float(-(-math.ceil(value) // step) * step)
