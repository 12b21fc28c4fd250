"""Simulate what claims and measurements would find, one figure at each posterior draw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from shellcount.case.schema import Case
from shellcount.frozen import frozen
from shellcount.insight.candidates import Candidate, HypotheticalClaim
from shellcount.insight.hypothetical import and_claims, likely_figure, with_claims
from shellcount.maths.arrays import Array
from shellcount.maths.priors import log_sigmoid
from shellcount.maths.streams import named_generator
from shellcount.model.evaluation import KEPT, Evaluation
from shellcount.model.measured import log_measured
from shellcount.model.model import Model, build_model
from shellcount.posterior.posterior import Posterior
from shellcount.results.claimed import quantity_of


@frozen
class Simulated:
    """Figures that a candidate would find, one at each posterior draw.

    Parameters
    ----------
    candidate, label
        The candidate, and the candidate in words.
    linked
        Logarithms of the figures, of shares the logits, shape (run, draw).
    exact
        The same of its quantity, known exactly; of a claim that leaves a nature or a date open, of the first.
    figure
        Figure of a claim for which the errors of rounding and hedge were simulated.
    logit
        Whether they are logits.
    """

    candidate: Candidate
    label: str
    linked: Array
    exact: Array
    figure: float
    logit: bool = False

    def figures(self, probabilities: Array) -> Array:
        """Compute quantiles of the figures."""
        at = np.quantile(self.linked, probabilities)
        figures: Array = np.exp(log_sigmoid(at) if self.logit else at)
        return figures


def simulate(posterior: Posterior, candidates: Sequence[Candidate]) -> Iterator[Simulated]:
    r"""Simulate what each candidate would find.

    A claim is reported as the model has it: :math:`\log x = \log Q + b + \epsilon`, with the claimant's bias
    :math:`b` as far as the posterior knows it, the error :math:`\epsilon` of the hedge and of rounding, and
    the chance that the claim is off. The error of a measurement is normal in the logarithm. All candidates
    share their random numbers, so that like ones are worth the same, and differences are those of candidates.

    Raises
    ------
    CaseError
        When the case could not have a claim.
    """
    claims = [each for each in candidates if isinstance(each, HypotheticalClaim)]
    model, figures = _with_all(posterior, claims)
    evaluation = _evaluation(posterior, model)
    for candidate in candidates:
        rng = named_generator(posterior.run.seed, f"voi.{candidate.kind}")
        if isinstance(candidate, HypotheticalClaim):
            yield _of_claim(posterior.case, evaluation, model, candidate, figures[candidate], rng)
        else:
            exact = np.broadcast_to(log_measured(evaluation, model, candidate.measured), posterior.shape)
            linked = exact + candidate.precision * rng.standard_normal(posterior.shape)
            yield Simulated(candidate, candidate.label(posterior.case), linked, exact, 1.0)


def _with_all(
    posterior: Posterior, claims: Sequence[HypotheticalClaim]
) -> tuple[Model, dict[HypotheticalClaim, tuple[str, float]]]:
    """Build a model with all claims at once, and give the id and the figure of each.

    The figure, which decides what rounding means, is the median of the quantity.
    """
    if not claims:
        return posterior.model, {}
    first, ids = _model_of(posterior, [(claim, likely_figure(claim)) for claim in claims])
    evaluation = _evaluation(posterior, first)
    reads = [first.fitted[first.places[name]].readings[0] for name in ids]
    figures = [float(np.median(evaluation.claimed(read))) for read in reads]
    model, _ = _model_of(posterior, list(zip(claims, figures, strict=True)))
    return model, dict(zip(claims, zip(ids, figures, strict=True), strict=True))


def _model_of(
    posterior: Posterior, claims: Sequence[tuple[HypotheticalClaim, float]]
) -> tuple[Model, tuple[str, ...]]:
    case, ids = with_claims(posterior.case, claims)
    return build_model(case, and_claims(posterior.model.given, ids)), ids


def _evaluation(posterior: Posterior, model: Model) -> Evaluation[Array]:
    """Evaluate a model at the posterior draws; biases that these lack keep their prior."""
    return Evaluation(model, posterior.evaluation.coordinate, posterior.shape, kept=KEPT)


def _of_claim(
    case: Case,
    evaluation: Evaluation[Array],
    model: Model,
    candidate: HypotheticalClaim,
    named: tuple[str, float],
    rng: np.random.Generator,
) -> Simulated:
    name, figure = named
    reads, reporting = model.fitted[model.places[name]].readings, model.reporting[name]
    reports, amount = model.draw_report(evaluation, name, rng), evaluation.claimed(reads[0])
    label = candidate.label(case, [quantity_of(model.case, read) for read in reads])
    linked, exact = _linked(reports, logit=reporting.logit), _linked(amount, logit=reporting.logit)
    return Simulated(candidate, label, linked, exact, figure, reporting.logit)


def _linked(values: Array, *, logit: bool) -> Array:
    with np.errstate(divide="ignore"):
        linked: Array = np.log(values)
        return linked - np.log1p(-values) if logit else linked
