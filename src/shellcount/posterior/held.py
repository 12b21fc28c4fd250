"""Hold what follows from the draws of one fit, whatever the assumptions turn them into."""

from __future__ import annotations

from dataclasses import dataclass, field

from shellcount.maths.diagnostics import Summary
from shellcount.posterior.conflicts import Assessment

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
    """

    assessments: tuple[Assessment, ...] | None = None
    tails: dict[bytes, float] = field(default_factory=dict)
    summaries: dict[bytes, Summary] = field(default_factory=dict)

    def keep(self, key: bytes, summary: Summary) -> None:
        """Keep a summary, in place of the oldest where there is no room.

        Examples
        --------
        >>> held, draws = Held(), Summary((), (), 1.0, 0.0, 0.0, 1.0, 4.0, 4.0)
        >>> held.keep(b"load", draws)
        >>> held.summaries[b"load"] is draws
        True
        """
        while len(self.summaries) >= _MOST:
            del self.summaries[next(iter(self.summaries))]
        self.summaries[key] = summary
