"""Answer edits of a case: views of what they lead to, without sampling where the likelihood stays."""

from __future__ import annotations

import contextvars
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from shellcount.analysis import Parts, analyse
from shellcount.case.schema import Case
from shellcount.checks.conflicts import conflicts, needs_fits
from shellcount.checks.prior_comparison import compare_priors
from shellcount.engines.forecast import seconds, suited
from shellcount.engines.settings import DEFAULTS, Settings
from shellcount.errors import ShellcountError
from shellcount.explore import composing
from shellcount.explore.drawn import Axis
from shellcount.explore.edits import Applied, Edits, applied
from shellcount.explore.findings import Found
from shellcount.explore.repeating import command
from shellcount.explore.telling import what_changed
from shellcount.explore.timelines import compose_timelines, totals
from shellcount.explore.view import Exceeding, View
from shellcount.maths.streams import Shared, shared_priors
from shellcount.model.model import Model
from shellcount.posterior.density import density_of
from shellcount.posterior.posterior import Posterior
from shellcount.posterior.remapping import Fits
from shellcount.results.probability import Probability
from shellcount.results.quantity import Quantity
from shellcount.results.results import Results
from shellcount.results.threshold import Threshold
from shellcount.results.when import When
from shellcount.wording.times import duration

_LONG = 2.0  # seconds of a fit that are told before it begins
_KEPT = 12  # edits whose results are kept
_MOST_PINS = 3


class SupersededError(Exception):
    """Edits that are not answered, since later ones were made."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Threshold and pins that a view shows besides the answer to its edits.

    Parameters
    ----------
    at
        Amount of the threshold; ``None`` for the median of the base case.
    pins
        Pinned edits by name, of which the first three are shown.
    """

    at: float | None = None
    pins: tuple[tuple[str, Edits], ...] = ()


@dataclass(frozen=True, slots=True)
class _Turn:
    """One question, and whoever asks it."""

    serial: int = 0
    asked: Asked = field(default_factory=Asked)
    tell: Callable[[View], None] = lambda _: None
    superseded: Callable[[], bool] = lambda: False

    def require_latest(self) -> None:
        """Give up where later edits wait."""
        if self.superseded():
            raise SupersededError


class Answers:
    """Answers to edits of one case, for one session of an explorer.

    Fits are kept, so that edits which leave the likelihood as it is are answered without sampling. All texts
    of a view are those of :func:`shellcount.analyse` and of the report for the same case. Threads may ask at
    the same time; they are answered one after the other.

    Parameters
    ----------
    case
        Base case, which edits change.
    given
        Claims to condition on, where edits do not say.
    settings
        Engine, seed and sizes.
    path
        Case as a command line names it; ``None`` for the default case.

    Examples
    --------
    >>> import shellcount
    >>> answers = Answers(shellcount.load_case())
    >>> answers.view(Edits({"load": "0.5:0.8"})).answer.median
    '1.8 million rounds'
    """

    def __init__(
        self, case: Case, *, given: str = "counts", settings: Settings = DEFAULTS, path: str | None = None
    ) -> None:
        self.case, self.given, self.settings, self.path = case, given, settings, path
        self._fits = Fits(holding=True)
        self._lock = threading.Lock()
        self._context = contextvars.copy_context()  # with the limits that were raised
        self._drawn: Shared = {}
        self._kept: dict[str, Found] = {}
        self._base: _Base | None = None
        self._last: View | None = None

    def view(
        self,
        edits: Edits,
        *,
        serial: int = 0,
        asked: Asked | None = None,
        tell: Callable[[View], None] = lambda _: None,
        superseded: Callable[[], bool] = lambda: False,
    ) -> View:
        """Answer edits; those that cannot be answered leave the last answer in the view, marked as such.

        Parameters
        ----------
        edits
            The edits.
        serial
            Number of the edits, which the views bear.
        asked
            Threshold and pins to show besides.
        tell
            Called with views that come before the one that is returned: that a fit takes long, and the answer
            without its checks, timelines and drivers.
        superseded
            Whether later edits wait, so that these need no answer any more.

        Raises
        ------
        SupersededError
            When later edits wait.
        """
        turn = _Turn(serial, asked or Asked(), tell, superseded)
        return self._alone(lambda: self._view(edits, turn))

    def results(self, edits: Edits) -> Results:
        """Compute all results of edits, as reports and exports show them.

        Raises
        ------
        ShellcountError
            When the edited case cannot be fitted.
        """
        return self._alone(lambda: self._results(edits))

    def before(self) -> Results:
        """Give the results of the base case, as far as controls need them: with its drivers."""
        return self._alone(lambda: self._based(_Turn()).found.results)

    def _alone[R](self, work: Callable[[], R]) -> R:
        """Answer one question at a time, with the limits of the session, from the same draws of priors."""

        def sharing() -> R:
            with shared_priors(self._drawn):
                return work()

        with self._lock:
            return self._context.run(sharing)

    def _results(self, edits: Edits) -> Results:
        made = applied(self.case, edits, self.given)
        parts = Parts(days=_days(made), answer=made.answer)
        line = command(self.path, made, self.settings)
        return analyse(self._fitted(made, _Turn()), parts, command=line)

    # --- one view ------------------------------------------------------------------------------------------

    def _view(self, edits: Edits, turn: _Turn) -> View:
        made = applied(self.case, edits, self.given)
        shell = View(
            turn.serial,
            "ready",
            fresh=True,
            question=self.case.about.question,
            command=command(self.path, made, self.settings),
            faults=tuple(made.faults.items()),
        )
        try:
            self._last = self._answered(edits, made, turn, shell)
        except ShellcountError as error:
            return self._stale(replace(shell, status="fault", message=str(error)))
        return self._last

    def _stale(self, shell: View) -> View:
        """Show the last answer in a view that has none of its own."""
        if self._last is None:
            return replace(shell, fresh=False)
        return replace(
            self._last,
            serial=shell.serial,
            status=shell.status,
            message=shell.message,
            fresh=False,
            whole=shell.whole,
            command=shell.command,
            faults=shell.faults,
        )

    def _answered(self, edits: Edits, made: Applied, turn: _Turn, shell: View) -> View:
        base = self._based(turn)
        posterior = self._fitted(made, turn)
        now = self._keep(edits, _first(posterior, made))
        pins = [(name, self._pinned(pinned, turn)) for name, pinned in turn.asked.pins[:_MOST_PINS]]
        drawn = composing.compose_density(now, base.found, pins, label=now.answer.unit)
        told = what_changed(base.found.results, now.results)
        first = replace(
            shell,
            whole=False,
            answer=composing.compose_answer(now.results),
            density=drawn,
            exceeding=_exceeding(posterior, made, base, drawn.axis, turn.asked.at),
            moved=" ".join(told[:1]),
            changes=told[1:],
        )
        turn.tell(first)
        turn.require_latest()
        quick = not needs_fits(posterior)
        whole = _whole(posterior, made, now, refits=quick)
        view = self._composed(first, whole, base)
        if quick:
            return view
        turn.tell(replace(view, whole=False))
        turn.require_latest()
        found = conflicts(posterior)  # fits without single claims, which rarely change a word
        return self._composed(first, replace(whole, results=whole.results.with_conflicts(found)), base)

    def _composed(self, first: View, whole: Found, base: _Base) -> View:
        """Add to the view of an answer what takes longer."""
        return replace(
            first,
            whole=True,
            answer=composing.compose_answer(whole.results),
            timelines=compose_timelines(whole, base.found),
            verdicts=composing.compose_verdicts(whole.results, base.found.results),
            tornado=composing.compose_tornado(whole.results.drivers),
        )

    def _based(self, turn: _Turn) -> _Base:
        """Answer the base case, once."""
        if self._base is None:
            made = applied(self.case, Edits(), self.given)
            posterior = self._fitted(made, turn)
            whole = _whole(posterior, made, _first(posterior, made))
            results = replace(whole.results, prior_comparisons=compare_priors(posterior))
            self._base = _Base(posterior, made.answer, replace(whole, results=results))
        return self._base

    def _pinned(self, edits: Edits, turn: _Turn) -> Found:
        found = self._kept.get(_key(edits))
        if found is None:
            made = applied(self.case, edits, self.given)
            found = self._keep(edits, _first(self._fitted(made, turn), made))
        return found

    def _keep(self, edits: Edits, found: Found) -> Found:
        """Keep what was found for edits that may be pinned, the latest ones."""
        self._kept[_key(edits)] = found
        for oldest in list(self._kept)[:-_KEPT]:
            del self._kept[oldest]
        return found

    def _fitted(self, made: Applied, turn: _Turn) -> Posterior:
        """Fit an edited case, unless later edits wait."""

        def sampling(model: Model) -> Callable[[float], None]:
            turn.require_latest()
            chosen = suited(model, self.settings)
            time = seconds(model, chosen.engine, chosen.sizes())
            if time >= _LONG:
                message = f"This fit takes {duration(time)}; until then, the answer is that of earlier edits."
                turn.tell(self._stale(View(turn.serial, "fitting", message, whole=False)))
            return lambda _: turn.require_latest()

        return self._fits.fit(made.case, self.settings, given=made.given, sampling=sampling)


@dataclass(frozen=True, slots=True)
class _Base:
    """Base case: its posterior, the quantity that answers, and what was found."""

    posterior: Posterior
    answer: Quantity
    found: Found
    _latest: dict[tuple[Threshold, ...], tuple[Probability, ...]] = field(default_factory=dict)

    def probabilities(self, thresholds: Sequence[Threshold]) -> tuple[Probability, ...]:
        """Compute probabilities; those that were asked for last are known."""
        key = tuple(thresholds)
        if key not in self._latest:
            self._latest.clear()
            self._latest[key] = self.posterior.probabilities(key)
        return self._latest[key]


def _first(posterior: Posterior, made: Applied) -> Found:
    return Found(analyse(posterior, _parts(made)), density_of(posterior, made.answer))


def _whole(posterior: Posterior, made: Applied, first: Found, *, refits: bool = True) -> Found:
    """Find what takes longer than the answer: conflicts, checks, drivers and totals over time."""
    timelines = totals(made.case, made.answer)
    every = [quantity for timeline in timelines for quantity in timeline]
    ends = tuple(timeline[-1] for timeline in timelines)
    parts = replace(_parts(made, ends), checks=None, drivers=True, refits=refits)
    results = analyse(posterior, parts)
    return replace(first, results=results, bands=dict(zip(every, posterior.quantiles_of(every), strict=True)))


def _parts(made: Applied, ends: tuple[Quantity, ...] = ()) -> Parts:
    """Choose the parts of an analysis that a view shows first: the answer, and other totals."""
    return Parts(
        quantities=(made.answer, *ends),
        days=_days(made),
        checks=(),
        figures=False,
        answer=made.answer,
    )


def _days(made: Applied) -> tuple[When, ...]:
    return () if made.day is None else (made.day,)


def _exceeding(posterior: Posterior, made: Applied, base: _Base, axis: Axis, at: float | None) -> Exceeding:
    """Compute the chances of amounts along the axis of the density."""
    estimate = posterior.estimate_of(made.answer)
    amounts = composing.amounts_of(estimate, axis.low, axis.high)
    now, was = ([Threshold(each, amount) for amount in amounts] for each in (made.answer, base.answer))
    before = base.probabilities(was) if base.found.answer.unit == estimate.unit else ()
    chosen = base.found.answer.p50 if at is None else at
    return composing.compose_exceeding(made.case, now, posterior.probabilities(now), before, chosen)


def _key(edits: Edits) -> str:
    return json.dumps(edits.document(), sort_keys=True)
