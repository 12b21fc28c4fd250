"""Refit a case to what a claim or measurement might find, and measure the variance that would be left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from shellcount.case.schema import Case
from shellcount.engines.engine import draw
from shellcount.engines.settings import Settings
from shellcount.errors import ShellcountError
from shellcount.frozen import frozen
from shellcount.insight.candidates import Candidate, HypotheticalClaim
from shellcount.insight.hypothetical import and_claims, with_claims
from shellcount.maths.arrays import Array
from shellcount.model.evaluation import Evaluation
from shellcount.model.measured import MeasuredModel, Measurement
from shellcount.model.model import Model, build_model
from shellcount.results.given import Conditioning
from shellcount.results.quantity import Quantity
from shellcount.text import one_line

_LONGEST = 200  # characters of an error


@frozen
class Finding:
    """Something that may be found: the figure of a candidate, in a case that a quantity is asked of.

    Parameters
    ----------
    case, given
        The case, and the claims that it is conditioned on besides.
    asked
        Quantity whose variance is measured.
    candidate
        Claim or measurement.
    figure
        Figure of the claim, or measured value, in its unit.
    settings
        Engine, seed and sizes of the fit.
    """

    case: Case
    given: Conditioning
    asked: Quantity
    candidate: Candidate
    figure: float
    settings: Settings


def variances_left(findings: Sequence[Finding]) -> list[float | str]:
    """Compute the variance of the log of the quantity after each finding, or say why a refit failed."""
    return [_variance_left(finding) for finding in findings]


def _variance_left(finding: Finding) -> float | str:
    try:
        model = _model(finding)
        settings, (coordinates, report) = draw(model, finding.settings, lambda _: None)
    except ShellcountError as error:
        return one_line(str(error), _LONGEST)
    if report.not_quotable is not None:
        return f"not converged: {report.not_quotable}"
    sizes = settings.sizes()
    shape = (sizes["runs"], sizes["draws"])

    def coordinate(name: str) -> Array:
        drawn = coordinates.get(name)
        return model.draw_prior(settings.seed, name, shape) if drawn is None else drawn

    with np.errstate(divide="ignore"):
        log = np.log(Evaluation(model, coordinate, shape).quantity(finding.asked))
    return float(np.broadcast_to(log, shape).var())


def _model(finding: Finding) -> Model:
    """Build the model that is conditioned on a finding."""
    case, given, candidate = finding.case, finding.given, finding.candidate
    if isinstance(candidate, HypotheticalClaim):
        longer, ids = with_claims(case, [(candidate, finding.figure)])
        return build_model(longer, and_claims(given, ids))
    model = build_model(case, given)
    measurement = Measurement(candidate.measured, float(np.log(finding.figure)), candidate.precision)
    return MeasuredModel(case, given, model.fitted, measurement)


def rescaled(candidate: Candidate, ratio: float) -> Candidate:
    """Round a claim of another figure in proportion, so that its error is that of the simulated ones.

    Parameters
    ----------
    candidate
        Claim or measurement.
    ratio
        The figure over the one that the errors were simulated for.
    """
    if not isinstance(candidate, HypotheticalClaim):
        return candidate
    fields = tuple(
        (key, value * ratio if key == "resolution" and isinstance(value, float) else value)
        for key, value in candidate.fields
    )
    return replace(candidate, fields=fields)
