"""Compute the figures that `shellcount plot` draws, each with its finding."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from shellcount.errors import UsageError
from shellcount.frozen import frozen
from shellcount.progress import bar
from shellcount.text import one_line

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from shellcount.analysis import Parts
    from shellcount.cli.requests import FitRequest
    from shellcount.cli.working import Workers
    from shellcount.posterior.posterior import Posterior
    from shellcount.results.results import Results

# Names of the figures of results, which a numbers.json holds, and of those that are computed from draws.
OF_RESULTS = ("timeline", "containers", "intervals", "capacity", "assumptions", "drivers", "leave-one-out")
OF_DRAWS = ("requirement", "sensitivity", "consistency", "voi")
NAMES = (*OF_RESULTS, *OF_DRAWS)


@frozen
class Drawable:
    """Figure that is ready to be drawn.

    Parameters
    ----------
    draw
        Draws it, with a title, a subtitle and a source by keyword.
    finding
        Its finding in one sentence.
    results
        Results that its numbers belong to.
    """

    draw: Callable[..., Axes]
    finding: str
    results: Results


def of_results(name: str, results: Results) -> Drawable:
    """Prepare a figure of results.

    Raises
    ------
    UsageError
        When the results do not have what it shows.
    """
    from shellcount import plots
    from shellcount.plots import findings

    if name == "drivers":
        drivers = results.drivers
        if drivers is None:
            raise UsageError(f"{results.answer.name} does not vary, so that nothing drives it")
        return Drawable(
            functools.partial(plots.plot_drivers, drivers), findings.drivers_finding(drivers), results
        )
    if name == "leave-one-out":
        checks = results.left_out
        if checks is None:
            raise UsageError("these numbers hold no checks of each claim against the others")
        draw = functools.partial(plots.plot_leave_one_out, checks)
        return Drawable(draw, findings.left_out_finding(checks), results)
    containers = functools.partial(plots.plot_timeline, of="containers")
    figures: dict[str, tuple[Callable[..., Axes], str]] = {
        "timeline": (plots.plot_timeline, findings.timeline_finding(results)),
        "containers": (containers, findings.timeline_finding(results, "containers")),
        "intervals": (plots.plot_intervals, findings.intervals_finding(results)),
        "capacity": (plots.plot_capacity, findings.capacity_finding(results)),
        "assumptions": (plots.plot_assumptions, findings.assumptions_finding(results)),
    }
    plot, finding = figures[name]
    return Drawable(functools.partial(plot, results), finding, results)


def of_request(
    name: str, request: FitRequest, parts: Parts, workers: Workers, statement: str | None
) -> Drawable:
    """Fit a case, and prepare a figure of it.

    Parameters
    ----------
    name
        Name of the figure.
    request
        Case, and how to fit it.
    parts
        Parts of the results to compute.
    workers
        Where further fits run.
    statement
        Statement of a requirement.

    Raises
    ------
    UsageError
        When what it shows cannot be computed.
    """
    from shellcount.analysis import Parts, analyse

    case = request.case()
    if statement is not None:
        from shellcount.results.threshold import parse_threshold

        parse_threshold(case, statement)  # refused before any fit
    posterior = request.fit(case)
    if name in OF_DRAWS:
        bare = analyse(posterior, Parts(quantities=(), checks=(), figures=False))
        return _of_draws(name, posterior, bare, workers, statement)
    results = analyse(posterior, parts)
    if name == "leave-one-out":
        from shellcount.checks.held_out import leave_one_out_results

        with workers.start(request.settings.engine) as executor, bar("leaving one out") as show:
            results = leave_one_out_results(results, executor=executor, progress=show)
    return of_results(name, results)


def _of_draws(
    name: str, posterior: Posterior, results: Results, workers: Workers, statement: str | None
) -> Drawable:
    from shellcount import plots
    from shellcount.plots import findings

    if name == "requirement":
        from shellcount.insight.requirement import require

        if statement is None:
            raise UsageError("a requirement needs a statement: add --statement 'NAME >= AMOUNT'")
        with bar("conditioning") as show:
            needed = require(posterior, statement, progress=show)
        draw = functools.partial(plots.plot_requirement, needed)
        return Drawable(draw, findings.requirement_finding(needed), results)
    with workers.start(results.run.engine) as executor, bar(one_line(name)) as show:
        if name == "sensitivity":
            from shellcount.insight.sensitivity import sensitivity

            moved = sensitivity(posterior, executor=executor, progress=show)
            draw = functools.partial(plots.plot_sensitivity, moved)
            return Drawable(draw, findings.sensitivity_finding(moved), results)
        if name == "consistency":
            from shellcount.insight.consistency import consistency

            found = consistency(posterior, executor=executor, progress=show)
            draw = functools.partial(plots.plot_consistency, found)
            return Drawable(draw, findings.consistency_finding(found), results)
        from shellcount.insight.information_value import value_of_information

        worth = value_of_information(posterior, executor=executor, progress=show)
    draw = functools.partial(plots.plot_value_of_information, worth)
    return Drawable(draw, findings.information_finding(worth), results)
