"""Draw more points by engine ``is``, where few of the default number are effective."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from shellcount.engines.announcing import announce_fit
from shellcount.engines.forecast import most_suited, require_affordable
from shellcount.engines.importance_report import ImportanceReport
from shellcount.engines.sampler_report import SamplerReport
from shellcount.engines.settings import Settings
from shellcount.errors import LimitError
from shellcount.maths.arrays import Array
from shellcount.model.model import Model

# Effective points of each run. With half as many, tails of some estimates have fewer effective draws than the
# gate asks for, although the weights are in order.
_ENOUGH = 256.0
_TIMES = (2, 4)  # the default number of points
# Of refused points: with a smaller share, or so many coordinates, more of them are refused too, or take long.
_PROMISING, _MOST_COORDINATES = 0.01, 200

type Drawn = tuple[dict[str, Array], SamplerReport]


def with_more_points(
    model: Model, settings: Settings, drawn: Drawn, draw: Callable[[Settings], Drawn]
) -> tuple[Settings, Drawn]:
    """Draw twice or four times the default number of points, where few are effective or they are refused.

    The run records the number, so that it is repeated by what it records. Points that serve are kept where
    more of them do not.

    Parameters
    ----------
    model
        The model.
    settings
        Settings of the draws at hand, with the default number of points.
    drawn
        Those draws, and the report of engine ``is`` on them.
    draw
        Draws by other settings.

    Returns
    -------
    tuple
        Settings, and what was drawn by them.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.engines.forecast import suited
    >>> from shellcount.model.model import build_model
    >>> model = build_model(load_case())
    >>> report = ImportanceReport((-2.5, -2.4), 0.4, 0.5, directions=7, rounds=3, evaluations=10)
    >>> with_more_points(model, suited(model, Settings()), ({}, report), lambda _: ({}, report))[0].points
    2048
    """
    few = settings.sizes()["points"]
    at_hand, since = settings, _reason(drawn[1], few)
    for times in _TIMES:
        larger = dataclasses.replace(settings, points=times * few)
        if not (_lacking(model, drawn[1], at_hand) and _affordable(model, larger)):
            break
        announce_fit(model, larger)
        coordinates, report = draw(larger)
        if report.not_quotable is not None or not isinstance(report, ImportanceReport):
            break
        told = f"{larger.points:,}, since {since}"
        at_hand, drawn = larger, (coordinates, dataclasses.replace(report, more_points=told))
    return at_hand, drawn


def _reason(report: SamplerReport, points: int) -> str:
    """Write why more points are drawn."""
    if report.not_quotable is not None:
        return f"with {points:,} {report.not_quotable}"
    share = report.effective_share if isinstance(report, ImportanceReport) else 1.0
    return f"of {points:,} only {share * points:.0f} are effective"


def _lacking(model: Model, report: SamplerReport, settings: Settings) -> bool:
    """Tell whether so few points are effective that more of them help."""
    if not isinstance(report, ImportanceReport):
        return False
    if report.refusal is not None:
        few = len(model.informed) <= _MOST_COORDINATES
        return few and report.effective_share >= _PROMISING
    return report.effective_share * settings.sizes()["points"] < _ENOUGH


def _affordable(model: Model, settings: Settings) -> bool:
    sizes = settings.sizes()
    if sizes["points"] > most_suited(model, sizes["runs"]):
        return False
    try:
        require_affordable(model, settings.engine, sizes)
    except LimitError:
        return False
    return True
