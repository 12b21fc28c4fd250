"""Limit the memory and work that an input may ask for: forecast and refused before the work starts.

Amounts are counted, never timed, so that what is refused does not depend on the machine.
"""

from __future__ import annotations

import contextlib
import contextvars
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shellcount.errors import LimitError, UnknownNameError, UsageError
from shellcount.text import one_line

_AMOUNT = re.compile(r"(?P<digits>\d+(?:\.\d+)?)\s*(?P<prefix>[kMGT]?)B?")
_PREFIXES = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


@dataclass(frozen=True, slots=True)
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
        "memory": Limit(2e9, "bytes", "memory that a fit is forecast to need"),
        "document": Limit(64e6, "bytes", "size of a document or template, each part of it unpacked"),
        "parts": Limit(10_000, "parts", "parts of a Word document"),
        "markup": Limit(2_000_000, "tags and attributes", "mark-up of a part of a Word document"),
        "numbers": Limit(100_000, "numbers", "placeholders of a template, or numbers of a document"),
        "estimates": Limit(2_000, "estimates", "different numbers of a template, or of a record"),
        "records": Limit(20, "records", "records of a document, each of which is computed again"),
        "checkpoint": Limit(256e6, "bytes", "size of the checkpoint file of a calibration"),
    }
)
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
    limit = LIMITS[name]
    most = _raised.get().get(name, limit.most)
    if needed > most:
        enough = _amount(_above(needed), limit.unit).split()
        value = "".join(enough if limit.unit == "bytes" else enough[:1]).replace(",", "")
        raise LimitError(
            f"{subject} needs {_amount(needed, limit.unit)} (limit {_amount(most, limit.unit)}); "
            f"to allow it, raise the limit: --limit {name}={value}"
        )


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


def _amount(value: float, unit: str) -> str:
    if unit != "bytes":
        return f"{value:,.0f} {unit}"
    size, prefix = next(
        (size, prefix) for prefix, size in reversed(_PREFIXES.items()) if value >= size or size == 1
    )
    return f"{value / size:.3g} {prefix}B"


def _above(value: float) -> float:
    """Round up to one significant digit."""
    step = 10 ** (len(str(int(value))) - 1)
    return float(-(-value // step) * step)
