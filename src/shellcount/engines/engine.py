"""Load an engine by name: a module of this room draws from a model and reports on its work."""

from __future__ import annotations

import dataclasses
import functools
import importlib
from collections.abc import Callable, Mapping
from typing import Protocol, cast

from shellcount.digest import Json
from shellcount.engines.announcing import announce_beginning, announce_fit, announce_in_its_place
from shellcount.engines.contradictions import doubted, irreconcilable, irreconciled
from shellcount.engines.enlarging import Drawn, with_more_points
from shellcount.engines.forecast import require_affordable, suited, unserved
from shellcount.engines.sampler_report import SamplerReport
from shellcount.engines.settings import Settings
from shellcount.engines.smc_report import SmcReport
from shellcount.errors import EvidenceError, LimitError
from shellcount.maths.arrays import Array
from shellcount.model.model import Model
from shellcount.results.run import Engine

_MODULES: dict[Engine, str] = {"is": "importance", "smc": "smc", "nuts": "nuts"}


class EngineModule(Protocol):
    """Functions that the module of an engine offers."""

    def draw(
        self, model: Model, seed: int, sizes: Mapping[str, int], progress: Callable[[float], None]
    ) -> Drawn:
        """Draw the coordinates of a model, each of shape (run, draw), and report on the work."""

    def read_report(
        self, document: Mapping[str, Json], statistics: Mapping[str, Array], runs: int
    ) -> SamplerReport:
        """Read a report on some runs from its written form, and the statistics that were kept beside it."""


def load_engine(name: Engine) -> EngineModule:
    """Import the module of an engine.

    Examples
    --------
    >>> load_engine("smc").__name__
    'shellcount.engines.smc'
    """
    return cast("EngineModule", importlib.import_module(f"shellcount.engines.{_MODULES[name]}"))


def draw(model: Model, settings: Settings, progress: Callable[[float], None]) -> tuple[Settings, Drawn]:
    """Draw from a model by the engine of the settings; where engine ``is`` does not serve, by ``smc``.

    Where no number of points was asked for and few of them are effective, engine ``is`` draws more of them.

    Parameters
    ----------
    model
        The model.
    settings
        Engine, seed and sizes.
    progress
        Called with the share of the work done, from 0 to 1.

    Returns
    -------
    tuple
        Settings of the engine that drew, which repeat the draws, and what it drew.

    Raises
    ------
    EvidenceError, LimitError, UsageError
        As :func:`shellcount.fit`.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> settings, (coordinates, report) = draw(build_model(load_case()), Settings("smc"), lambda _: None)
    >>> settings.engine
    'smc'
    """
    chosen = suited(model, settings)
    refusal = unserved(model) if settings.engine == "is" else None
    coordinates: dict[str, Array] | None = None
    if refusal is None:
        require_affordable(model, settings.engine, chosen.sizes())
        announce_fit(model, chosen)
        drawn = _by(model, progress, chosen)
        if settings.engine == "is" and settings.points is None:
            chosen, drawn = with_more_points(model, chosen, drawn, functools.partial(_by, model, progress))
        coordinates, report = drawn
        refusal = report.not_quotable if settings.engine == "is" else None
        if refusal is None:
            return chosen, drawn
        if not settings.allow_unconverged and irreconcilable(model, coordinates):
            raise EvidenceError(irreconciled(model, refusal, coordinates) + _by_smc(model, settings))
    settings = suited(model, settings.in_its_place())
    try:
        require_affordable(model, "smc", settings.sizes())
        announce_in_its_place(model, settings, refusal)
        coordinates, report = _by(model, progress, settings)
    except LimitError as error:
        raise LimitError(
            f"engine is does not serve, since {refusal}; {doubted(model, coordinates)}; "
            f"or let another engine try. By smc, {error}{_by_nuts(model)}"
        ) from None
    if isinstance(report, SmcReport):
        report = dataclasses.replace(report, instead=refusal)
    return settings, (coordinates, report)


def _by(model: Model, progress: Callable[[float], None], settings: Settings) -> Drawn:
    """Draw by the engine of the settings, and by no other."""
    announce_beginning(settings)
    return load_engine(settings.engine).draw(model, settings.seed, settings.sizes(), progress)


def _by_smc(model: Model, settings: Settings) -> str:
    """Name engine smc with its option, where its forecast is within the limits."""
    try:
        require_affordable(model, "smc", suited(model, settings.in_its_place()).sizes())
    except LimitError:
        return ""
    return "; or let another engine try, which may take minutes: --engine smc"


def _by_nuts(model: Model) -> str:
    """Name engine nuts with its option, where its forecast is within the limits."""
    try:
        require_affordable(model, "nuts", Settings("nuts").sizes())
    except LimitError:
        return ""
    return "; within the limits, though it takes minutes: --engine nuts"
