"""Answer edits of a case: views of what they lead to, without sampling where the likelihood stays."""

from __future__ import annotations

import contextlib
import contextvars
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import field, replace

from shellcount.analysis import Parts, analyse
from shellcount.case.schema import Case
from shellcount.checks.conflicts import conflicts, needs_fits
from shellcount.engines.settings import DEFAULTS, Settings
from shellcount.errors import ShellcountError
from shellcount.explore import composing
from shellcount.explore.computing import Base, base_of, days_of, exceeding_of, first_of, whole_of
from shellcount.explore.edits import Applied, Edits, applied
from shellcount.explore.findings import Found
from shellcount.explore.repeating import command
from shellcount.explore.telling import what_changed
from shellcount.explore.timelines import compose_timelines
from shellcount.explore.view import View
from shellcount.explore.waiting import Fitting
from shellcount.frozen import frozen
from shellcount.maths.streams import Shared, shared_priors
from shellcount.model.model import Model
from shellcount.posterior.posterior import Posterior
from shellcount.posterior.remapping import Fits
from shellcount.results.given import Conditioning, fitted_claims
from shellcount.results.results import Results

_KEPT = 12  # edits whose results are kept
_MOST_PINS = 3


_UNTIL = "Until then, the answer is that of earlier edits."
_STOPPED = "The fit was stopped: the answer is that of earlier edits."


class SupersededError(Exception):
    """Edits that are not answered, since later ones were made."""


class StoppedError(Exception):
    """Edits that are not answered, since whoever made them does not wait for the fit."""


@frozen
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


@frozen
class _Turn:
    """One question, and whoever asks it."""

    serial: int = 0
    asked: Asked = field(default_factory=Asked)
    tell: Callable[[View], None] = lambda _: None
    superseded: Callable[[], bool] = lambda: False
    stopped: Callable[[], bool] = lambda: False

    def require_latest(self) -> None:
        """Give up where later edits wait, or nobody does."""
        if self.superseded():
            raise SupersededError
        if self.stopped():
            raise StoppedError


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
    '1.9 million rounds'
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
        self._base: Base | None = None
        self._is_unanswered = False  # the base case
        self._last: View | None = None

    def view(
        self,
        edits: Edits,
        *,
        serial: int = 0,
        asked: Asked | None = None,
        tell: Callable[[View], None] = lambda _: None,
        superseded: Callable[[], bool] = lambda: False,
        stopped: Callable[[], bool] = lambda: False,
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
            Called with views that come before the one that is returned: how long a fit takes, from a thread
            of its own too, and the answer without its checks, timelines and drivers.
        superseded
            Whether later edits wait, so that these need no answer any more.
        stopped
            Whether the fit is to be stopped, so that the last answer stays.

        Raises
        ------
        SupersededError
            When later edits wait.
        """
        turn = _Turn(serial, asked or Asked(), tell, superseded, stopped)
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
        """Give the results of the base case, as far as controls need them: with its drivers.

        Where it has no answer, they are those of its assumptions alone.
        """
        return self._alone(self._before)

    def _alone[R](self, work: Callable[[], R]) -> R:
        """Answer one question at a time, with the limits of the session, from the same draws of priors."""

        def sharing() -> R:
            with shared_priors(self._drawn):
                return work()

        with self._lock:
            return self._context.run(sharing)

    def _before(self) -> Results:
        made = applied(self.case, Edits(), self.given)
        try:
            return self._based(made, self._fitted(made, _Turn())).found.results
        except ShellcountError:
            fitted = tuple(sorted(each.claim.id for each in fitted_claims(made.case, made.given)))
            alone = replace(made, given=Conditioning(made.given.base, without=fitted))
        results = base_of(self._fitted(alone, _Turn()), alone).found.results
        return replace(results, run=replace(results.run, given=str(made.given)))

    def _results(self, edits: Edits) -> Results:
        made = applied(self.case, edits, self.given)
        parts = Parts(days=days_of(made), answer=made.answer)
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
            self._is_unanswered = self._is_unanswered or _key(edits) == _key(Edits())
            return self._stale(replace(shell, status="fault", message=str(error)))
        except StoppedError:
            return self._stale(replace(shell, status="stopped", message=_STOPPED))
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
            waited=shell.waited,
            fresh=False,
            whole=shell.whole,
            command=shell.command,
            faults=shell.faults,
        )

    def _answered(self, edits: Edits, made: Applied, turn: _Turn, shell: View) -> View:
        posterior = self._fitted(made, turn)
        base = self._based(made, posterior, turn)
        now = self._keep(edits, first_of(posterior, made))
        pins = list(self._pinned(turn))
        before = None if now.has_answer_of(base.found) else base.found
        drawn = composing.compose_density(now, before, pins, label=now.answer.unit)
        told = what_changed(base.found.results, now.results)
        first = replace(
            shell,
            whole=False,
            answer=composing.compose_answer(now.results),
            density=drawn,
            exceeding=exceeding_of(posterior, now, base, drawn.axis, turn.asked.at),
            moved=" ".join(told[:1]),
            changes=told[1:],
        )
        turn.tell(first)
        turn.require_latest()
        quick = not needs_fits(posterior)
        whole = whole_of(posterior, made, now, refits=quick)
        view = self._composed(first, whole, base)
        if quick:
            return view
        turn.tell(replace(view, whole=False))
        turn.require_latest()
        found = conflicts(posterior)  # fits without single claims, which rarely change a word
        return self._composed(first, replace(whole, results=whole.results.with_conflicts(found)), base)

    def _composed(self, first: View, whole: Found, base: Base) -> View:
        """Add to the view of an answer what takes longer."""
        return replace(
            first,
            whole=True,
            answer=composing.compose_answer(whole.results),
            timelines=compose_timelines(whole, base.found),
            verdicts=composing.compose_verdicts(whole.results, base.found.results),
            tornado=composing.compose_tornado(whole.results.drivers),
        )

    def _based(self, made: Applied, posterior: Posterior, turn: _Turn | None = None) -> Base:
        """Answer the base case, once; where it has no answer, the first edits that have take its place."""
        if self._base is None:
            start = applied(self.case, Edits(), self.given)
            if not self._is_unanswered:
                try:
                    self._base = base_of(self._fitted(start, turn or _Turn()), start)
                except ShellcountError:
                    self._is_unanswered = True
        if self._base is None:
            self._base = base_of(posterior, made)
        return self._base

    def _pinned(self, turn: _Turn) -> Iterator[tuple[str, Found]]:
        """Find the answers to pinned edits; those that have none are left out."""
        for name, edits in turn.asked.pins[:_MOST_PINS]:
            found = self._kept.get(_key(edits))
            if found is None:
                made = applied(self.case, edits, self.given)
                try:
                    found = self._keep(edits, first_of(self._fitted(made, turn), made))
                except ShellcountError:
                    continue
            yield name, found

    def _keep(self, edits: Edits, found: Found) -> Found:
        """Keep what was found for edits that may be pinned, the latest ones."""
        self._kept[_key(edits)] = found
        for oldest in list(self._kept)[:-_KEPT]:
            del self._kept[oldest]
        return found

    def _fitted(self, made: Applied, turn: _Turn) -> Posterior:
        """Fit an edited case, unless later edits wait."""

        def tell(sentence: str, waited: str) -> None:
            message = f"{sentence}. {_UNTIL}" if self._last else f"{sentence}."
            so_far = f"{waited} so far"
            turn.tell(self._stale(View(turn.serial, "fitting", message, so_far, whole=False)))

        with contextlib.ExitStack() as until_fitted:

            def sampling(model: Model) -> Callable[[float], None]:
                turn.require_latest()
                until_fitted.enter_context(Fitting(model, self.settings, tell))
                return lambda _: turn.require_latest()

            return self._fits.fit(made.case, self.settings, given=made.given, sampling=sampling)


def _key(edits: Edits) -> str:
    return json.dumps(edits.document(), sort_keys=True)
