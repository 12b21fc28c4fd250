"""Hold what follows from the draws of one fit, whatever the assumptions turn them into."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from shellcount.maths.diagnostics import Summary
from shellcount.posterior.conflicts import Assessment

type Quantiles = tuple[float, float, float, float, float]

_MOST = 8_000  # entries of a table, the latest ones: each is a few numbers


@dataclass(slots=True)
class Held:
    """Findings that posteriors of the same draws and likelihood have in common.

    Parameters
    ----------
    assessments
        Agreement of each fitted claim with the others, in their order; ``None`` until it is asked for.
    tails
        Predictive tails of claims in fits without them, by the digest of how they are computed.
    summaries
        Summaries of quantities, by the digest of how these are computed from coordinates.
    quantiles
        Quantiles of quantities, by the same digests.
    """

    assessments: tuple[Assessment, ...] | None = None
    tails: dict[bytes, float] = field(default_factory=dict)
    summaries: dict[bytes, Summary] = field(default_factory=dict)
    quantiles: dict[bytes, Quantiles] = field(default_factory=dict)


def looked_up[T](
    held: dict[bytes, T], keys: Sequence[bytes], compute: Callable[[list[int]], Iterable[T]]
) -> list[T]:
    """Look up what is held, and compute and hold the rest, in place of the oldest where there is no room.

    Parameters
    ----------
    held
        Table of findings.
    keys
        Keys of those that are asked for.
    compute
        Computes those at some places among the keys.

    Examples
    --------
    >>> looked_up({b"load": 3}, [b"load", b"mix"], lambda places: [10 * place for place in places])
    [3, 10]
    """
    new = list({key: place for place, key in enumerate(keys) if key not in held}.values())
    found = {key: held[key] for key in keys if key in held}
    for place, value in zip(new, compute(new), strict=True):
        found[keys[place]] = held[keys[place]] = value
    for oldest in list(held)[: max(0, len(held) - _MOST)]:
        del held[oldest]
    return [found[key] for key in keys]
