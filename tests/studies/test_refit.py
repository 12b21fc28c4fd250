"""A refit ranks a truth among the draws of its posterior, and depends on its number alone."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from building import one_claim_case
from shellcount.case.schema import Case
from shellcount.engines import importance
from shellcount.engines.importance import ImportanceSample
from shellcount.errors import EvidenceError
from shellcount.maths.arrays import Array
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import Model, build_model
from shellcount.studies import refit as simulation
from shellcount.studies.refit import Ranks, refit, tested_quantities

tested_quantities.__test__ = False  # type: ignore[attr-defined]  # its name is no test's

RATE_SD = 0.6998  # of the logarithm of a rate between 10 and 100 a day
PIECES = list(range(6))


@functools.cache
def six() -> list[Ranks]:
    return refit(one_claim_case(), "counts", 1, PIECES)


def names(case: Case, given: str = "counts") -> list[str]:
    return list(tested_quantities(build_model(case, given)))


# --- what is ranked ----------------------------------------------------------------------


def test_informed_coordinates_what_is_made_of_them_and_the_likelihood_are_ranked() -> None:
    assert names(one_claim_case()) == [
        "bias.office.containers",
        "first_rate_per_day",
        "containers.everything@2024-01-31",
        "rounds.mixed@2024-01-31",
        "log_likelihood",
    ]


@pytest.mark.parametrize("given", ["counts", "all", "all-but:us-state-2024-02"])
def test_everything_informed_is_ranked_and_nothing_else(case: Case, given: str) -> None:
    model, found = build_model(case, given), names(case, given)
    assert set(model.informed) <= set(found)
    assert found[-1] == "log_likelihood"
    assert len(found) == len(set(found))
    informed_capacities = given != "counts"
    assert any(name.startswith("capacity.") for name in found) == informed_capacities
    assert {f"containers.{scope.id}@{case.last_date}" for scope in case.scope} <= set(found)


# --- a piece depends on its number alone -------------------------------------------------


def test_every_piece_is_a_row_of_ranks() -> None:
    assert len(six()) == len(PIECES)
    for row in six():
        assert isinstance(row, list)
        assert len(row) == len(names(one_claim_case()))
        assert all(0 <= rank <= 1 for rank in row)


@pytest.mark.parametrize("batch", [[0], [5], [4, 1], [3, 2, 0], PIECES[::-1]], ids=repr)
def test_a_piece_is_the_same_in_any_batch(batch: list[int]) -> None:
    assert refit(one_claim_case(), "counts", 1, batch) == [six()[piece] for piece in batch]


def test_pieces_differ() -> None:
    assert len({str(row) for row in six()}) == len(PIECES)


def test_another_seed_gives_other_ranks() -> None:
    assert refit(one_claim_case(), "counts", 2, [0]) != six()[:1]


def test_ranks_do_not_depend_on_what_was_stated() -> None:
    """The case's own figures are replaced by simulated ones; only rounding looks at their size."""
    exact = {"claim.only.resolution": 1e-9}
    assert refit(one_claim_case(exact), "counts", 1, PIECES) == refit(
        one_claim_case({**exact, "claim.only": 1000.0}), "counts", 1, PIECES
    )


def test_a_refit_of_the_shipped_case_ranks_all(case: Case) -> None:
    (row,) = refit(case, "all", 1, [3])
    assert isinstance(row, list)
    assert len(row) == len(names(case, "all"))


def test_a_refit_without_a_posterior_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = iter(range(10))

    def sampled(*arguments: Any, **options: Any) -> ImportanceSample:
        if next(calls) == 1:
            raise EvidenceError("no")
        return original(*arguments, **options)

    original = importance.sample
    monkeypatch.setattr(importance, "sample", sampled)
    found = refit(one_claim_case(), "counts", 1, [0, 1, 2])
    assert found == [six()[0], None, six()[2]]


def test_where_is_refuses_a_refit_smc_draws_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*arguments: Any, **options: Any) -> ImportanceSample:
        return replace(original(*arguments, **options), refusal="k-hat")

    original = importance.sample
    monkeypatch.setattr(importance, "sample", refused)
    rows = refit(one_claim_case(), "counts", 1, PIECES)
    assert rows != six()
    np.testing.assert_allclose(np.array(rows, float), np.array(six(), float), atol=0.08)


# --- against the closed form -------------------------------------------------------------


def test_ranks_are_those_of_the_exact_posterior(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one symmetric claim the posterior of the log rate is normal: its rank is a normal probability."""
    truths: list[float] = []
    stated: list[float] = []

    def evaluation(model: Model, coordinate: Any, shape: tuple[int, ...]) -> Evaluation[Array]:
        made = Evaluation(model, coordinate, shape)
        z = made.coordinate("first_rate_per_day")
        if z.size == 1:
            truths.append(float(z[0]))
        return made

    def log_likelihood(model: Model, z: Array, values: Any = None) -> Array:
        assert values is not None
        if float(values[0]) not in stated:
            stated.append(float(values[0]))
        return original(model, z, values)

    original = Model.log_likelihood
    monkeypatch.setattr(simulation, "Evaluation", evaluation)
    monkeypatch.setattr(Model, "log_likelihood", log_likelihood)
    case = one_claim_case()
    rows = refit(case, "counts", 5, list(range(12)))
    place = names(case).index("first_rate_per_day")
    found = np.array([row for row in rows if row is not None], dtype=float)[:, place]
    kernel = build_model(case).reporting["only"].kernel
    assert kernel is not None
    noise = kernel.sigma**2 + 0.10**2
    variance = 1 / (1 + RATE_SD**2 / noise)
    y = np.log(np.array(stated) / 30) - (np.log(10) + np.log(100)) / 2
    exact = stats.norm.cdf(np.array(truths), variance * RATE_SD * y / noise, np.sqrt(variance))
    assert len(found) == len(truths) == len(stated) == 12
    np.testing.assert_allclose(found, exact, atol=0.06)
