"""Hold a posterior: its draws, the estimates made of them, and what both are exported to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shellcount.errors import UsageError, require_library
from shellcount.posterior.conflicts import warn_of
from shellcount.posterior.estimating import Estimating
from shellcount.results.estimates import Estimates
from shellcount.results.mark import marked
from shellcount.results.standard import standard
from shellcount.results.when import When
from shellcount.text import escape_html

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


@dataclass(frozen=True, eq=False)
class Posterior(Estimating):
    """Draws from the posterior of a model, from which every number is computed.

    Get one from :func:`shellcount.fit`. It stores the coordinates that the likelihood informs;
    all others keep their prior, and are drawn by name when first asked for: ``posterior["load"]``.

    Parameters
    ----------
    model
        The model fitted.
    run
        Provenance of the draws.
    coordinates
        Standard normal coordinates by name, each of shape (run, draw).
    sampler_report
        Report of the engine on its work.
    allow_unconverged
        Whether numbers that fail the convergence gate are returned, marked, instead of raising.
    """

    def summary(
        self, names: Iterable[str] | None = None, *, at: Iterable[When | str] | None = None
    ) -> pd.DataFrame:
        """Tabulate estimates with their diagnostics in a data frame, with the columns of ``arviz.summary``.

        A row for each estimate by name: ``mean``, ``sd``, ``median``, the ends ``eti90_lb`` and ``eti90_ub``
        of the 90% equal-tailed interval, ``ess_bulk``, ``ess_tail``, ``r_hat``, ``mcse_mean`` and
        ``mcse_median``; then the ``unit``, and ``remark`` with caveats. Values have every digit, and are
        shown to the place of their Monte Carlo error. Parameters that keep their prior are there too.

        Parameters
        ----------
        names, at
            As for :meth:`estimates`.

        Raises
        ------
        ConvergenceError, UnknownNameError
            As :meth:`estimates`.
        UsageError
            As :meth:`estimates`, or when pandas is not installed.

        Examples
        --------
        >>> import shellcount
        >>> summary = shellcount.fit(shellcount.load_case(), seed=1).summary()
        >>> bool(summary["r_hat"].max() < 1.01)
        True
        >>> summary.loc["load", "unit"]
        'share'
        """
        require_library("pandas")
        from shellcount.posterior import frames

        return frames.summary(self.estimates(names, at=at))

    def to_dataframe(
        self,
        names: Iterable[str] | None = None,
        *,
        at: Iterable[When | str] | None = None,
        thin: int = 1,
    ) -> pd.DataFrame:
        """Put draws in a data frame of pandas: a column for each quantity, a row for each draw.

        Values of a row belong together, so that what is computed from several columns has draws of its
        own. The index has the levels ``chain`` and ``draw``, as in :meth:`to_datatree`. ``attrs`` has the
        ``units`` by name, the digest of the ``run``, and the ``marks`` that a number made of the draws must
        bear. Ranges are in the data frame of :meth:`estimates`, diagnostics in that of :meth:`summary`.

        Parameters
        ----------
        names, at
            Quantities, as for :meth:`estimates`.
        thin
            Take every ``thin``-th draw of each run.

        Raises
        ------
        ConvergenceError
            When the whole run must not be quoted.
        LimitError
            When the draws of so many quantities need more memory than is allowed.
        UnknownNameError
            When the case has no such quantity.
        UsageError
            As :meth:`estimates`, when no draw would be left, or when pandas is not installed.

        Examples
        --------
        >>> import shellcount
        >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
        >>> frame = posterior.to_dataframe(["load", "rounds.mixed@2024-06-14"], thin=4)
        >>> frame.index.names, frame.attrs["units"]["load"]
        (FrozenList(['chain', 'draw']), 'share')
        >>> bool(frame.corr().loc["load", "rounds.mixed@2024-06-14"] > 0)
        True
        """
        require_library("pandas")
        from shellcount.posterior import frames

        self._require_thin(thin)
        self._require("the run", self.sampler_report.not_quotable)
        return frames.draws(self, self._quantities(names, at), thin)

    def _require_thin(self, thin: int) -> None:
        if not 1 <= thin <= self.shape[1]:
            raise UsageError(f"thin must be from 1 to {self.shape[1]}, not {thin}")

    @property
    def log_evidence(self) -> tuple[float, float] | None:
        """Log marginal likelihood in nats and its standard error, where the engine gives one."""
        return self.sampler_report.log_evidence

    def to_datatree(self, *, thin: int = 1) -> xr.DataTree:
        """Export to ArviZ, with names and dimensions as in PyMC.

        Groups: posterior, prior, posterior_predictive, prior_predictive, log_likelihood, log_prior,
        observed_data and sample_stats. Runs are chains. The draws of a run of ``smc`` have no order, so
        that ArviZ's effective sample sizes, from autocorrelations, are larger than those of the
        estimates, from the spread between runs.

        Parameters
        ----------
        thin
            Export every ``thin``-th draw of each run.

        Raises
        ------
        ConvergenceError
            When the whole run must not be quoted.
        UsageError
            When no draw would be left, or xarray is not installed.

        Examples
        --------
        >>> import shellcount
        >>> tree = shellcount.fit(shellcount.load_case()).to_datatree(thin=8)
        >>> tree["posterior"]["rounds"].dims
        ('chain', 'draw', 'date', 'scenario')
        """
        self._require_thin(thin)
        from shellcount.posterior import datatree

        self._require("the run", self.sampler_report.not_quotable)
        return datatree.build(self.model, self.run, self._coordinate, self.sampler_report, thin)

    def save(self, path: str | Path) -> Path:
        """Write the posterior to a sealed .npz file, all of it or nothing.

        :meth:`to_datatree` gives ArviZ and netCDF all that it determines.

        Raises
        ------
        OutputError
            When it cannot be written; an existing file is left unchanged.

        Examples
        --------
        >>> import shellcount, tempfile
        >>> posterior = shellcount.fit(shellcount.load_case())
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = posterior.save(f"{folder}/run.npz")
        ...     shellcount.Posterior.load(path).digest == posterior.digest
        True
        """
        from shellcount.files.writing import write_files

        place = Path(path)
        return write_files(place.parent, {place.name: self.to_bytes()})[0]

    def to_bytes(self) -> bytes:
        """Write the content of the file that :meth:`save` saves."""
        from shellcount.posterior import storage  # only runs that are kept need it

        return storage.to_bytes(storage.Saved(self.model, self.run, self.coordinates, self.sampler_report))

    @classmethod
    def load(cls, path: str | Path, *, allow_unconverged: bool = False) -> Posterior:
        """Read a saved posterior, and verify that the file is unchanged.

        Raises
        ------
        SavedRunError
            When the file cannot be read, is not a saved posterior, or has changed since.
        LimitError
            When it is larger than is allowed.
        """
        posterior = cls.read(path, allow_unconverged=allow_unconverged)
        warn_of(posterior.conflicts)
        return posterior

    @classmethod
    def read(cls, path: str | Path, *, allow_unconverged: bool = False) -> Posterior:
        """Read a saved posterior as :meth:`load` does, without a warning of claims in conflict."""
        from shellcount.posterior import storage

        saved = storage.read(Path(path))
        return cls(saved.model, saved.run, saved.coordinates, saved.sampler_report, allow_unconverged)

    def __reduce__(self) -> tuple[type[Posterior], tuple[object, ...]]:
        """Pickle and copy by what the constructor takes: what was computed from it is computed again."""
        return type(self), (
            self.model,
            self.run,
            dict(self.coordinates),
            self.sampler_report,
            self.allow_unconverged,
        )

    def __repr__(self) -> str:
        """Describe the fit in one line, with its marks."""
        runs, draws = self.shape
        head = f"<Posterior of {self.case.about.id} given {self.model.given.brief}"
        fit = f"{self.run.engine}, {runs} runs of {draws} draws, seed {self.run.seed}, {self.digest[:15]}"
        return f"{marked(head, self.marks)}: {fit}>"

    def _repr_html_(self) -> str:
        quantities = standard(self.case, [self.case.last_date])
        estimates = self.estimates_of(quantity for quantity in quantities if quantity.kind != "parameter")
        return f"<p>{escape_html(repr(self)[1:-1])}</p>{Estimates(estimates).html()}"
