"""Two samples of a posterior are independent, and their mixtures are what the model computes from them."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

from shellcount.case.changes import with_changes
from shellcount.case.reading import load_case
from shellcount.insight.swapping import Swaps
from shellcount.model.evaluation import Evaluation
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.names import parse_quantity


@functools.cache
def shipped() -> Posterior:
    return fit(load_case(), seed=1, points=512)


def test_runs_are_not_mixed() -> None:
    """What claims inform is exchanged between draws of one run, each of them once."""
    posterior = fit(load_case(), seed=1)  # so many draws that 0.02 is over three standard deviations
    swaps = Swaps(posterior, parse_quantity(posterior.case, "rounds.mixed@2024-06-14"))
    for name in ("first_rate_per_day", "munitions_share"):
        one, other = swaps.coordinate(name), swaps.other(name)
        assert (np.sort(one, axis=1) == np.sort(other, axis=1)).all()
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.02
    load = swaps.coordinate("load"), swaps.other("load")
    assert not np.isin(*load).any()
    assert abs(np.corrcoef(load[0].ravel(), load[1].ravel())[0, 1]) < 0.02


def test_mixtures_of_samples_are_what_the_model_computes() -> None:
    """Differences of factors are those of the whole estimate, computed from mixed coordinates."""
    posterior = shipped()
    quantity = parse_quantity(posterior.case, "rounds.mixed@2024-06-14")
    swaps = Swaps(posterior, quantity)
    for names in (("payload_share",), tuple(swaps.informed)):
        first, second = swaps.differences(names)

        def mixed(name: str, names: tuple[str, ...] = names) -> np.ndarray[Any, Any]:
            return swaps.other(name) if name in names else swaps.coordinate(name)

        evaluation = Evaluation(posterior.model, mixed, posterior.shape)
        expected = np.log(posterior.draws_of(quantity)) - np.log(evaluation.quantity(quantity))
        assert sum(first) == pytest.approx(expected, abs=1e-9)
        assert np.shape(sum(second)) == posterior.shape


def test_a_prior_without_spread_is_no_input() -> None:
    posterior = fit(with_changes(load_case(), {"mix_spread": 0}), seed=1, points=64, allow_unconverged=True)
    swaps = Swaps(posterior, parse_quantity(posterior.case, "capacity.mixed"))
    assert [family.name for family in swaps.still] == ["mix"]
    assert "mix" not in {family.name for family in swaps.kept}
    assert not swaps.product
    assert swaps.runs == 16
