"""Fit a case that is like one fitted before; where the likelihood is the same, without sampling.

The likelihood depends on some coordinates, and all others keep their standard normal prior, whatever the
assumptions turn them into. Where a change leaves the likelihood as it is, draws of the coordinates therefore
stay as they are, and a new fit would draw them again to the last digit: seeds belong to names.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable

from shellcount.case.schema import Case
from shellcount.engines.forecast import require_affordable
from shellcount.engines.settings import PARTICLES, POINTS, Settings
from shellcount.engines.smc_report import SmcReport
from shellcount.errors import LimitError
from shellcount.model.identity import likelihood_key
from shellcount.model.model import Model, build_model
from shellcount.posterior.fitting import fit_with
from shellcount.posterior.held import Held
from shellcount.posterior.posterior import Posterior
from shellcount.results.given import Conditioning
from shellcount.results.run import MODEL_VERSION, versions

_MOST_KEPT = 64e6  # bytes of draws of earlier fits, besides the latest


def refit(
    posterior: Posterior,
    case: Case,
    *,
    given: str | Conditioning | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Posterior:
    """Fit another case as one was fitted, without sampling where the likelihood is the same.

    The result is what :func:`~shellcount.posterior.fitting.fit_with` returns, to the last digit.

    Parameters
    ----------
    posterior
        A fit, whose engine, seed and sizes are used.
    case
        Case to fit: a changed copy of the one that was fitted, as a rule.
    given
        Claims to condition on; by default those of the fit.
    progress
        Called with the share of the work done, from 0 to 1.

    Raises
    ------
    EvidenceError, LimitError, UnknownNameError, UsageError
        As :func:`shellcount.fit`.

    Examples
    --------
    >>> import shellcount
    >>> case = shellcount.load_case()
    >>> changed = shellcount.with_changes(case, {"load": (0.5, 0.8)})
    >>> moved = refit(shellcount.fit(case), changed)
    >>> moved.estimate("load") == shellcount.fit(changed).estimate("load")
    True
    """
    model = build_model(case, str(posterior.model.given) if given is None else given)
    if _repeats(posterior, model) and likelihood_key(posterior.model) == likelihood_key(model):
        progress(1.0)
        return _moved(posterior, model, allow_unconverged=posterior.allow_unconverged)
    return fit_with(case, settings_of(posterior), given=model.given, progress=progress)


def settings_of(posterior: Posterior) -> Settings:
    """Give the settings that a posterior was fitted with: of engine ``is``, where ``smc`` took its place.

    Examples
    --------
    >>> import shellcount
    >>> settings_of(shellcount.fit(shellcount.load_case(), runs=8)).runs
    8
    """
    settings = Settings.of_run(posterior.run, allow_unconverged=posterior.allow_unconverged)
    report = posterior.sampler_report
    if not isinstance(report, SmcReport) or report.instead is None:
        return settings
    particles = settings.particles or PARTICLES
    points = None if particles == PARTICLES else particles * POINTS // PARTICLES
    return dataclasses.replace(settings, engine="is", particles=None, points=points)


class Fits:
    """Fits of changed cases, the latest of which are kept for those that follow.

    Fits are what :func:`~shellcount.posterior.fitting.fit_with` returns, to the last digit, in any order.

    Parameters
    ----------
    holding
        Whether findings are held with the fits too, for many moves that each change little.

    Examples
    --------
    >>> import shellcount
    >>> fits, case = Fits(), shellcount.load_case()
    >>> one = fits.fit(case, Settings())
    >>> other = fits.fit(shellcount.with_changes(case, {"load": 0.7}), Settings())
    >>> other.sampler_report is one.sampler_report
    True
    """

    def __init__(self, *, holding: bool = False) -> None:
        self._holding = holding
        self._kept: dict[tuple[Settings, str], Posterior] = {}
        self._lock = threading.Lock()

    def fit(
        self,
        case: Case,
        settings: Settings,
        *,
        given: str | Conditioning = "counts",
        sampling: Callable[[Model], Callable[[float], None]] = lambda _: lambda _: None,
    ) -> Posterior:
        """Fit a case, without sampling where a fit that is kept has the same likelihood and settings.

        Parameters
        ----------
        case, settings, given
            As for :func:`~shellcount.posterior.fitting.fit_with`.
        sampling
            Called with the model before it is sampled; returns what to call with the share of the work done.

        Raises
        ------
        EvidenceError, LimitError, UnknownNameError, UsageError
            As :func:`shellcount.fit`.
        """
        settings.sizes()  # refused before the case is looked at
        model = build_model(case, given)
        key = dataclasses.replace(settings, allow_unconverged=False), likelihood_key(model)
        with self._lock:
            found = self._kept.get(key)
        if found is not None and _repeats(found, model):
            posterior = _moved(found, model, allow_unconverged=settings.allow_unconverged)
        else:
            posterior = fit_with(case, settings, given=model.given, progress=sampling(model))
            held = Held() if self._holding else None
            posterior = _moved(posterior, model, allow_unconverged=settings.allow_unconverged, held=held)
        self._keep(key, posterior)
        return posterior

    def keep(self, posterior: Posterior) -> None:
        """Keep a posterior that was fitted before."""
        settings = dataclasses.replace(settings_of(posterior), allow_unconverged=False)
        self._keep((settings, likelihood_key(posterior.model)), posterior)

    def _keep(self, key: tuple[Settings, str], posterior: Posterior) -> None:
        """Keep a fit as the latest, and as many of the earlier ones as there is room for."""
        if posterior.run.engine == "nuts":
            return
        posterior = _moved(posterior, posterior.model, allow_unconverged=False)  # without its estimates
        with self._lock:
            self._kept.pop(key, None)
            room = _MOST_KEPT
            for earlier in reversed(list(self._kept)):
                room -= sum(draws.nbytes for draws in self._kept[earlier].coordinates.values())
                if room < 0:
                    del self._kept[earlier]
            self._kept[key] = posterior

    def forget(self) -> None:
        """Remove the fits that are kept."""
        with self._lock:
            self._kept.clear()


def _repeats(posterior: Posterior, model: Model) -> bool:
    """Tell whether a fit of a model with the same likelihood would repeat the draws of a posterior.

    Engine ``nuts`` samples all parameters, on their own scale; and another version may draw otherwise.
    """
    run, asked = posterior.run, settings_of(posterior)
    if run.engine == "nuts" or (run.versions, run.model_version) != (versions(run.engine), MODEL_VERSION):
        return False
    try:
        for each in (asked, Settings.of_run(run)):
            require_affordable(model, each.engine, each.sizes())
    except LimitError:  # the fit raises it
        return False
    return True


def _moved(
    posterior: Posterior, model: Model, *, allow_unconverged: bool, held: Held | None = None
) -> Posterior:
    """Give another model the draws of a posterior, with what is held of them."""
    case = model.case
    run = dataclasses.replace(
        posterior.run, case=case.about.id, case_digest=case.digest, given=str(model.given)
    )
    report, held = posterior.sampler_report, posterior.held if held is None else held
    return Posterior(model, run, posterior.coordinates, report, allow_unconverged, held=held)


LATEST = Fits()  # of this process; whoever fits many cases in turn forgets them in the end
