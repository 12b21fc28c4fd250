"""Compare the fitted claims with the reports that prior and posterior predict."""

from __future__ import annotations

import numpy as np

from shellcount.maths.arrays import Array
from shellcount.maths.streams import named_generator, prior
from shellcount.model.evaluation import KEPT, Evaluation
from shellcount.posterior.posterior import Posterior
from shellcount.results.given import ReadClaim
from shellcount.results.prediction import Conflict, Predicted, PredictiveCheck
from shellcount.wording import phrases

CONFLICT = 0.005
_PROBABILITIES = (0.05, 0.5, 0.95)


def predictive_checks(posterior: Posterior) -> tuple[PredictiveCheck, ...]:
    r"""Compare each fitted claim with its prior and posterior predictive distribution.

    .. math:: p(\tilde y) = \int f(\log \tilde y - \log Q(z) - b(z))\, p(z)\, dz

    over the prior and over the posterior (Gelman et al. 2013, *Bayesian Data Analysis*, chapter 6;
    Gabry et al. 2019, *JRSS A* 182:389).

    Parameters
    ----------
    posterior
        The posterior.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted.

    Examples
    --------
    >>> import shellcount
    >>> posterior = shellcount.fit(shellcount.load_case())
    >>> all(0.05 < check.posterior.predictive_cdf < 0.95 for check in predictive_checks(posterior))
    True
    """
    seed, words = posterior.run.seed, posterior.case.about
    before = Evaluation(
        posterior.model, lambda name: prior(seed, f"prior.{name}", posterior.shape), kept=KEPT
    )
    checks = []
    for read in posterior.model.fitted:
        measure = words.carrier if read.claim.scope is not None else words.item
        # A prediction rests on draws of the quantity, so these pass the gate first.
        after = np.broadcast_to(posterior.evaluation.claimed(read), posterior.shape)
        posterior.require_converged(f"the quantity of {read.claim.id}", after)
        checks.append(
            PredictiveCheck(
                claim=read.claim.id,
                stated=read.claim.value,
                hedge=read.claim.hedge,
                unit=measure,
                prior=_predicted(posterior, before, read, "prior"),
                posterior=_predicted(posterior, posterior.evaluation, read, "posterior"),
            )
        )
    return tuple(checks)


def _predicted(posterior: Posterior, evaluation: Evaluation[Array], read: ReadClaim, given: str) -> Predicted:
    rng = named_generator(posterior.run.seed, f"{given} predictive.{read.claim.id}")
    p05, p50, p95 = np.quantile(evaluation.report(read, rng), _PROBABILITIES).tolist()
    return Predicted(p05, p50, p95, _percentile(posterior, evaluation, read))


def conflicts(posterior: Posterior) -> tuple[Conflict, ...]:
    """Find fitted claims that the posterior does not predict.

    They contradict the others or the assumptions, and the posterior is a compromise that no claim
    supports.
    """
    contradictions = []
    for read in posterior.model.fitted:
        percentile = _percentile(posterior, posterior.evaluation, read)
        if not CONFLICT <= percentile <= 1 - CONFLICT:
            stated = phrases.hedged(read.claim.value, read.claim.hedge)
            sentence = (
                f"{read.claim.id} ({stated}) contradicts the other claims or the assumptions: although "
                "fitted to it, the model predicts a lower figure with "
                f"{phrases.probability(percentile)} probability"
            )
            contradictions.append(Conflict(read.claim.id, sentence))
    return tuple(contradictions)


def _percentile(posterior: Posterior, evaluation: Evaluation[Array], read: ReadClaim) -> float:
    return float(posterior.model.kernels[read.claim.id].cdf(evaluation.error(read)).mean())
