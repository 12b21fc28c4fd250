"""Compare the fitted claims with the reports that prior and posterior predict."""

from __future__ import annotations

import numpy as np

from shellcount.maths.arrays import Array
from shellcount.maths.streams import named_generator
from shellcount.model.evaluation import Evaluation
from shellcount.posterior.posterior import Posterior
from shellcount.results.claimed import claimed_unit
from shellcount.results.prediction import Predicted, PredictiveCheck

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
    model, case = posterior.model, posterior.case

    before = posterior.prior_evaluation
    checks = []
    for fitted in model.fitted:
        claim = fitted.claim
        # A prediction rests on draws of the quantity, so these pass the gate first.
        after = np.broadcast_to(posterior.evaluation.claimed(fitted.readings[0]), posterior.shape)
        posterior.require_converged(f"the quantity of {claim.id}", after)
        checks.append(
            PredictiveCheck(
                claim=claim.id,
                stated=claim.stated,
                words=claim.words,
                unit=claimed_unit(case, fitted.readings[0]),
                prior=_predicted(posterior, before, claim.id, "prior"),
                posterior=_predicted(posterior, posterior.evaluation, claim.id, "posterior"),
            )
        )
    return tuple(checks)


def _predicted(posterior: Posterior, evaluation: Evaluation[Array], claim: str, given: str) -> Predicted:
    model, rng = posterior.model, named_generator(posterior.run.seed, f"{given} predictive.{claim}")
    p05, p50, p95 = np.quantile(model.draw_report(evaluation, claim, rng), _PROBABILITIES).tolist()
    return Predicted(p05, p50, p95, float(model.predictive_cdf(evaluation, claim).mean()))
