"""Write claims as TOML, in the order of keys that case files have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import tomlkit

from shellcount.case.schema import Claim

_GROUPED = 100_000  # numbers from here on are written in groups of three digits
# Claims are read more easily where what they are of comes before the figure.
_FIRST = (
    "id",
    "claimant",
    "summary",
    "quantity",
    "of",
    "per",
    "scope",
    "nature",
    "reading_odds",
    "containers",
)
_LAST = ("reports", "note")


def claims_toml(claims: Iterable[Claim]) -> str:
    """Write claims as tables of a case file.

    Parameters
    ----------
    claims
        The claims.

    Returns
    -------
    str
        Text with a line feed at its end; empty if there are none. :func:`tomllib.loads` reads it again.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> print(claims_toml(load_case().claim[:1]).splitlines()[8])
    hedge = "more_than"
    """
    return "\n".join("".join(f"{line}\n" for line in _lines(claim)) for claim in claims)


def _lines(claim: Claim) -> Iterator[str]:
    values: dict[str, Any] = claim.model_dump(exclude_defaults=True)
    middle = [key for key in values if key not in {*_FIRST, *_LAST}]
    yield "[[claim]]"
    for key in (*_FIRST, *middle, *_LAST):
        if key == "reports":
            yield "reports = ["
            yield from (f"  {toml_value(report)}," for report in values[key])
            yield "]"
        elif key in values:
            yield f"{key} = {toml_value(values[key])}"


def toml_value(value: Any) -> str:  # noqa: ANN401  # any value of a case
    """Write a value as TOML, on one line.

    Examples
    --------
    >>> toml_value({"low": 4_200_000.0, "hedges": ("about", "up_to")})
    '{ low = 4_200_000, hedges = ["about", "up_to"] }'
    """
    if isinstance(value, dict):
        inner = ", ".join(f"{key} = {toml_value(each)}" for key, each in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, float) and value.is_integer():
        return f"{value:_.0f}" if value >= _GROUPED else f"{value:.0f}"
    text: str = tomlkit.item(value).as_string()
    return text
