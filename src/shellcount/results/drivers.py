"""Hold what drives a range: the share of its variance that each assumption has, and that of the claims."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from dataclasses import asdict, field
from typing import TYPE_CHECKING, Literal

from shellcount.digest import Json
from shellcount.errors import require_library
from shellcount.frozen import frozen
from shellcount.results.mark import Mark, marked, sentences
from shellcount.text import one_line
from shellcount.wording import phrases
from shellcount.wording.tables import Table

if TYPE_CHECKING:
    import pandas as pd

type Kind = Literal["prior", "claims"]

SCHEMA = "shellcount/drivers/1"
KINDS: Mapping[Kind, str] = {"prior": "judgement", "claims": "claims"}

_TITLE = 90  # characters of a title
_HEAD = ("driver", "share", "error", "with interactions", "kind")
_MOSTLY, _HALF = 0.6, 0.4  # prior shares from which a range is mostly, and about half, judgement
_MOST, _SAME = 1e3, 1e-6  # largest share in a file, and how far sums of shares may be from 1
_SEEN = 1e-6  # Monte Carlo error that a table shows
_WHOLE = 0.01  # error of widths, which are told in whole per cent
_LARGE, _WIDE = 0.1, 0.75  # share of a driver whose width is told, and width that is nearly that of the prior
_NAMED = 3  # drivers that a sentence names, where no single kind stands out
TOGETHER = "together: what no driver has alone"


@frozen
class Driver:
    """Assumption, or what the claims inform, with its share of the variance of an estimate.

    Parameters
    ----------
    name
        Name of a parameter, of a group of parameters, or of an estimate.
    title
        Name in words.
    paths
        Places in the case file; none for what follows from several assumptions.
    kind
        ``prior`` for an assumption that no claim informs, ``claims`` for what they inform.
    share
        Share of the variance: what the driver has alone. A covariance share may be negative.
    mcse
        Monte Carlo standard error of the share.
    total
        Share with all interactions that the driver takes part in; ``None`` for what claims inform.
    width
        Posterior standard deviation over that of the prior, on the scale on which the prior is normal, for a
        single parameter that claims inform; otherwise ``None``.
    """

    name: str
    title: str
    paths: tuple[str, ...]
    kind: Kind
    share: float
    mcse: float
    total: float | None = None
    width: float | None = None

    @property
    def shown(self) -> str:
        """Name in words, on one line."""
        return one_line(self.title, _TITLE)

    def cells(self) -> tuple[str, ...]:
        """Word the driver for a row of a table."""
        several = len(self.paths) > 1
        below = phrases.counted(len(self.paths), "assumption") if several else one_line(self.name, _TITLE)
        within = "" if self.total is None else phrases.percent(self.total, self.mcse)
        return f"{self.shown}\n{below}", *_share_and_error(self.share, self.mcse), within, KINDS[self.kind]


@frozen
class Drivers:
    """Drivers of an estimate, from :func:`shellcount.drivers`.

    All shares are of the variance of the logarithm of the estimate, or of its logit if it is a share. Those
    of the drivers and ``together`` add up to 1, and so do ``prior``, ``claims`` and ``between``.

    Parameters
    ----------
    name
        Name of the estimate.
    described
        The estimate in words.
    scale
        ``log`` or ``logit``.
    sd
        Posterior standard deviation on that scale.
    drivers
        The drivers, the largest first.
    prior, mcse_prior
        Share of all assumptions together that no claim informs, **prior judgement**, and its Monte Carlo
        standard error: by how much the variance would fall, on average, if they were known.
    claims, mcse_claims
        Share of the claims and of all that they inform.
    between
        Share of interactions between the two.
    together, mcse_together
        Share of the variance that no driver has alone.
    split
        How what the claims inform is divided: by ``covariance``, by ``shapley`` effects, or ``none``.
    known
        Assumptions that are taken as known, in words; these are not drivers.
    not_quotable
        Reason why the shares must not be quoted, or ``None``.
    run_digest
        Digest of the run.
    marks
        Caveats on the estimate. Two results of the same numbers are equal whatever their marks.
    """

    name: str
    described: str
    scale: Literal["log", "logit"]
    sd: float
    drivers: tuple[Driver, ...]
    prior: float
    mcse_prior: float
    claims: float
    mcse_claims: float
    between: float
    together: float
    mcse_together: float
    split: Literal["covariance", "shapley", "none"]
    known: tuple[str, ...]
    not_quotable: str | None
    run_digest: str
    marks: tuple[Mark, ...] = field(default=(), compare=False)

    @property
    def of_what(self) -> str:
        """Quantity whose variance is divided, in words."""
        return {"log": "logarithm", "logit": "log odds"}[self.scale]

    @property
    def sentence(self) -> str:
        """Share that is judgement, and the largest driver, in words."""
        return self.worded(f"the range of {one_line(self.described, _TITLE)}")

    def worded(self, what: str) -> str:
        """Word the share that is judgement, and the largest driver.

        Parameters
        ----------
        what
            Name of the range, such as "this range" where it is shown beside the sentence.
        """
        variance = f"of its variance (of the {self.of_what})"
        kinds = {driver.kind for driver in self.drivers}
        first = self.drivers[0]
        one = phrases.probability(first.share)
        prior, claims = phrases.probability(self.prior), phrases.probability(self.claims)
        if "claims" not in kinds:
            text = f"No claim informs {what}: all of it is judgement"
            more = f", and {one} {variance} comes from the {first.shown}" if len(self.drivers) > 1 else ""
            return marked(f"{text}{more}.", self.marks)
        if "prior" not in kinds:
            little = ", some only a little" if self._little else ""
            named = self._named(variance)
            return marked(f"Claims inform every assumption behind {what}{little}: {named}.", self.marks)
        judged = f"{prior} {variance} comes from assumptions that no claim informs"
        own = [each for each in self.drivers if each.kind == "prior"]
        share = phrases.probability(own[0].share)
        alone = f", {share} from the {own[0].shown} alone" if len(own) > 1 else f": the {own[0].shown}"
        if self.prior >= _HALF:
            how = "Most" if self.prior >= _MOSTLY else "About half"
            return marked(f"{how} of the width of {what} is judgement: {judged}{alone}.", self.marks)
        return marked(
            f"Most of the width of {what} comes from the claims and what they inform: {claims} {variance}. "
            f"Assumptions that no claim informs have {prior}{alone}.",
            self.marks,
        )

    @property
    def _little(self) -> list[tuple[str, str]]:
        """Large drivers that the claims inform but leave nearly as wide as before, with the width kept."""
        return [
            (each.shown, phrases.percent(each.width, _WHOLE))
            for each in self.drivers
            if each.width is not None and each.share >= _LARGE and each.width >= _WIDE
        ]

    def _named(self, variance: str) -> str:
        """Name the largest drivers with their shares."""
        parts = [f"{phrases.probability(each.share)} from the {each.shown}" for each in self.drivers[:_NAMED]]
        if len(parts) == 1:
            return f"its variance (of the {self.of_what}) is that of the {self.drivers[0].shown}"
        head, *rest = parts
        first, _, source = head.partition(" from ")
        return phrases.listing([f"{first} {variance} comes from {source}", *rest])

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on how to read the shares."""
        notes = []
        if {driver.kind for driver in self.drivers} == {"prior", "claims"}:
            between = f"; {phrases.percent(self.between, self.mcse_prior)} lies between the two"
            notes.append(
                f"Prior judgement has {phrases.percent(self.prior, self.mcse_prior)} in all, and what the "
                f"claims inform {phrases.percent(self.claims, self.mcse_claims)}"
                f"{between if abs(self.between) >= 0.0005 else ''}."
            )
        if self._little:
            first, *others = self._little
            rest = [f"the {title} {width}" for title, width in others]
            kept = [f"the {first[0]} keeps {first[1]} of the width of its prior", *rest]
            notes.append(f"Claims narrow some assumptions only a little: {phrases.listing(kept)}.")
        if any(driver.share < -2 * driver.mcse for driver in self.drivers):
            notes.append("A negative share narrows the range: it makes up for what others add.")
        if self.known:
            known = phrases.listing([one_line(title, _TITLE) for title in self.known])
            notes.append(f"Taken as known, and so not a driver: {known}.")
        return tuple(notes)

    def table(self) -> Table:
        """Tabulate the drivers with their shares, the largest first."""
        rows = [driver.cells() for driver in self.drivers]
        rows.append((TOGETHER, *_share_and_error(self.together, self.mcse_together), "", ""))
        table = Table(self.caption, _HEAD, tuple(rows), numeric=(1, 2, 3))
        return table if any(row[3] for row in rows) else table.without("with interactions")

    @property
    def caption(self) -> str:
        """Quantity whose variance is divided, with its standard deviation."""
        what = one_line(self.described, _TITLE)
        text = (
            f"Shares of the variance of the {self.of_what} of {what} (standard deviation {self.sd:.2f}), "
            "with their Monte Carlo errors"
        )
        failed = "" if self.not_quotable is None else f"; not converged: {one_line(self.not_quotable, 200)}"
        return f"{marked(text, self.marks)}{failed}"

    def to_dataframe(self) -> pd.DataFrame:
        """Put the drivers in a data frame of pandas, one to a row, by name.

        Raises
        ------
        UsageError
            When pandas is not installed.
        """
        require_library("pandas")
        import pandas as pd

        rows = [{**asdict(driver), "paths": " ".join(driver.paths)} for driver in self.drivers]
        return pd.DataFrame(rows).set_index("name")

    def values(self) -> dict[str, Json]:
        """Convert the drivers to plain values, without run and marks."""
        plain: dict[str, Json] = asdict(self)
        drivers: list[Json] = [{**asdict(driver), "paths": list(driver.paths)} for driver in self.drivers]
        kept = {name: value for name, value in plain.items() if name not in {"run_digest", "marks"}}
        return {**kept, "drivers": drivers, "known": list(self.known)}

    def document(self) -> dict[str, Json]:
        """Write the drivers as plain values, with the run, the caveats and the sentence."""
        return {
            "schema": SCHEMA,
            "run": self.run_digest,
            **self.values(),
            "marks": [mark.values() for mark in self.marks],
            "sentence": self.sentence,
        }

    def __repr__(self) -> str:
        """Give the sentence."""
        return self.sentence

    def _repr_html_(self) -> str:
        texts = (self.sentence, *self.notes, *([sentences(self.marks)] if self.marks else []))
        lines = "".join(f"<p>{html.escape(text)}</p>" for text in texts)
        return f"{self.table().html()}{lines}"


def _share_and_error(share: float, mcse: float) -> tuple[str, str]:
    error = float(f"{100 * mcse:.1g}") if mcse >= _SEEN else 0.0
    return phrases.percent(share, mcse), f"{error:g}%"


def verify_drivers(drivers: Drivers) -> None:
    """Verify that drivers from a file hold together by themselves.

    Raises
    ------
    ValueError
        When a number is impossible, or shares do not add up.
    """
    shares = [driver.share for driver in drivers.drivers]
    totals = [driver.total for driver in drivers.drivers if driver.total is not None]
    totals += [driver.width for driver in drivers.drivers if driver.width is not None]
    errors = [drivers.mcse_prior, drivers.mcse_claims, drivers.mcse_together]
    errors += [driver.mcse for driver in drivers.drivers]
    parts = (drivers.prior, drivers.claims, drivers.between)
    if not drivers.drivers or len({driver.name for driver in drivers.drivers}) < len(shares):
        raise ValueError("its drivers are none, or have a name twice")
    if min(*errors, drivers.sd) < 0 or max(*errors, drivers.sd) > _MOST:
        raise ValueError("an error of its drivers is negative or too large")
    if max(map(abs, (*shares, *totals, *parts, drivers.together))) > _MOST:
        raise ValueError("a share of its drivers is too large")
    for what in ((*shares, drivers.together), parts):
        if not math.isclose(math.fsum(what), 1.0, abs_tol=_SAME):
            raise ValueError("the shares of its drivers do not add up to 1")
