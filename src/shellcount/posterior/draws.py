"""Hold the draws of a fit, and compute from them quantities, conflicts between claims, and marks."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from shellcount.case.flow import span, steps_until
from shellcount.case.schema import Case
from shellcount.engines.sampler_report import SamplerReport
from shellcount.errors import UnknownNameError, UsageError
from shellcount.maths.arrays import Array
from shellcount.model.evaluation import KEPT, Evaluation
from shellcount.model.identity import Writing
from shellcount.model.model import Model
from shellcount.posterior.conflicts import Assessment, assess, conflicts_of
from shellcount.posterior.held import Held
from shellcount.results.conflict import Conflicts
from shellcount.results.mark import Mark
from shellcount.results.marks import of_run
from shellcount.results.names import check_time, name_of, parse_quantity
from shellcount.results.quantity import Quantity
from shellcount.results.run import Run
from shellcount.results.standard import standard


@dataclass(frozen=True, eq=False)
class Draws:
    """Draws of a fit, with all that follows from them without a test of convergence.

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
    held
        Findings that these draws share with others of the same likelihood; ``None`` where there are none.
    """

    model: Model
    run: Run
    coordinates: Mapping[str, Array]
    sampler_report: SamplerReport
    held: Held | None = field(default=None, kw_only=True, repr=False)

    @property
    def case(self) -> Case:
        """Case that was fitted."""
        return self.model.case

    @property
    def shape(self) -> tuple[int, int]:
        """Number of runs or chains, and of draws in each."""
        return self.run.settings["runs"], self.run.settings["draws"]

    @property
    def digest(self) -> str:
        """SHA-256 of the run."""
        return self.run.digest

    @functools.cached_property
    def evaluation(self) -> Evaluation[Array]:
        """Quantities of the model at the draws, each of shape (run, draw)."""
        evaluation = Evaluation(self.model, self._coordinate, self.shape, kept=KEPT)
        # All steps at once, rather than anew for each later date.
        evaluation.relative_rates(steps_until(self.case, span(self.case, None, self.case.last_date).end + 1))
        return evaluation

    @functools.cached_property
    def prior_evaluation(self) -> Evaluation[Array]:
        """Quantities of the model at as many draws from the prior, each of shape (run, draw)."""
        draw = functools.partial(_prior_coordinate, self.model, self.run.seed, self.shape)
        return Evaluation(self.model, draw, self.shape, kept=KEPT)

    @functools.cached_property
    def assessments(self) -> tuple[Assessment, ...]:
        """Agreement of each fitted claim with the others and the assumptions, by these draws."""
        if self.held is None:
            return assess(self.model, self.coordinates)
        if self.held.assessments is None:
            self.held.assessments = assess(self.model, self.coordinates)
        claims = (fitted.claim for fitted in self.model.fitted)
        return tuple(
            replace(each, claim=claim) for each, claim in zip(self.held.assessments, claims, strict=True)
        )

    @functools.cached_property
    def writing(self) -> Writing:
        """Evaluation that writes down how quantities are computed from the coordinates."""
        writing = Writing(self.model)
        # As far as these draws: how long the flow is would be in the key of each date otherwise.
        writing.relative_rates(steps_until(self.case, span(self.case, None, self.case.last_date).end + 1))
        return writing

    @functools.cached_property
    def conflicts(self) -> Conflicts:
        """Fitted claims that contradict the others or the assumptions, by these draws."""
        return conflicts_of(self.case, self.assessments)

    @functools.cached_property
    def marks(self) -> tuple[Mark, ...]:
        """Caveats on all numbers: what-if changes, another conditioning than the default, conflicts."""
        return of_run(self.case, self.run.given, self.case.changes, self.conflicts)

    @property
    def _coordinate(self) -> Callable[[str], Array]:
        """Draws of a coordinate by name. It does not hold these draws, which hold an evaluation with it."""
        return functools.partial(_coordinate, self.coordinates, self.model, self.run.seed, self.shape)

    def __getitem__(self, name: str) -> Array:
        """Return the draws of a named quantity, as :meth:`draws` does.

        Raises
        ------
        UnknownNameError, UsageError
            When the case has no such quantity.

        Examples
        --------
        >>> import shellcount
        >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
        >>> posterior["rounds.mixed@2024-06-14"].shape == posterior.shape
        True
        """
        return self.draws(name)

    def __contains__(self, name: object) -> bool:
        """Tell whether the case has a quantity of this name."""
        try:
            return isinstance(name, str) and parse_quantity(self.case, name) is not None
        except (UnknownNameError, UsageError):
            return False

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the standard quantities."""
        return iter(self.keys())

    def keys(self) -> tuple[str, ...]:
        """List the names of the standard quantities; other dates, periods and rates have names too."""
        return tuple(name_of(self.case, quantity) for quantity in standard(self.case))

    def _ipython_key_completions_(self) -> list[str]:  # the name that IPython looks for
        return list(self.keys())

    def draws(self, name: str) -> Array:
        """Return the draws of a named quantity, shape (run, draw), in its unit.

        Raises
        ------
        UnknownNameError, UsageError
            When the case has no such quantity.
        """
        return self.draws_of(parse_quantity(self.case, name))

    def draws_of(self, quantity: Quantity) -> Array:
        """Return the draws of a quantity, shape (run, draw), in its unit."""
        check_time(self.case, quantity)
        values = self.evaluation.quantity(quantity)
        return np.broadcast_to(np.asarray(values, dtype=float), self.shape)


def _coordinate(
    coordinates: Mapping[str, Array], model: Model, seed: int, shape: tuple[int, int], name: str
) -> Array:
    """Give the draws of a coordinate: those of the fit, or of the prior where the fit keeps it."""
    sampled = coordinates.get(name)
    return model.draw_prior(seed, name, shape) if sampled is None else sampled


def _prior_coordinate(model: Model, seed: int, shape: tuple[int, int], name: str) -> Array:
    return model.draw_prior(seed, name, shape, "prior.")
