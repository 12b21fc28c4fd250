"""Whatever a user holds can be pickled, copied and sent to another process, at any time of its life."""

from __future__ import annotations

import copy
import dataclasses
import multiprocessing
import operator
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
import pytest

import shellcount
from building import one_claim_case
from quick import FEW, of_nuts, quick_posterior, quick_results
from shellcount.case.schema import Case
from shellcount.errors import CaseError, ConvergenceError, Fault, ShellcountError, UnknownNameError
from shellcount.model.model import Model
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.standard import standard

ANSWER = "load"


def pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301  # its own


COPIES: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": pickled,
    "twice": lambda value: copy.deepcopy(pickled(value)),
}
copies = pytest.mark.parametrize("again", COPIES.values(), ids=COPIES)

# What may have been asked of a posterior before it is copied.
LIVES: dict[str, Callable[[Posterior], object]] = {
    "fresh": lambda _: None,
    "estimated": lambda posterior: posterior.estimates(),
    "checked": shellcount.check,
    "analysed": lambda posterior: shellcount.numbers_json(shellcount.analyse(posterior)),
    "shown": lambda posterior: (repr(posterior), posterior._repr_html_(), posterior.summary()),
    "exported": lambda posterior: posterior.to_datatree(thin=64),
    "written": lambda posterior: posterior.to_bytes(),
    "computing": lambda posterior: posterior.draws("load"),
}


@pytest.fixture(params=["smc", "nuts"])
def fresh(request: pytest.FixtureRequest) -> Posterior:
    return of_nuts() if request.param == "nuts" else quick_posterior(one_claim_case())


def assert_same(found: Posterior, posterior: Posterior) -> None:
    assert type(found) is Posterior
    assert found.digest == posterior.digest
    assert found.allow_unconverged == posterior.allow_unconverged
    assert repr(found) == repr(posterior)
    assert list(found.coordinates) == list(posterior.coordinates)
    for name, draws in posterior.coordinates.items():
        np.testing.assert_array_equal(found.coordinates[name], draws, strict=True)
    assert found.estimate(ANSWER) == posterior.estimate(ANSWER)
    assert found.sampler_report.facts == posterior.sampler_report.facts


@copies
@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
def test_a_posterior_is_copied_at_any_time(
    life: Callable[[Posterior], object], again: Callable[[Any], Any], fresh: Posterior
) -> None:
    life(fresh)
    assert_same(again(fresh), fresh)
    assert_same(dataclasses.replace(fresh), fresh)


@copies
def test_a_copy_shares_nothing_that_changes(again: Callable[[Any], Any], fresh: Posterior) -> None:
    found = again(fresh)
    found.estimates()
    assert fresh._estimates == {}
    assert found.coordinates is not fresh.coordinates


@copies
def test_the_quantities_of_a_posterior_are_copied(again: Callable[[Any], Any], fresh: Posterior) -> None:
    evaluation = fresh.evaluation
    draws = evaluation.parameter(ANSWER)
    np.testing.assert_array_equal(again(evaluation).parameter(ANSWER), draws, strict=True)


@copies
def test_a_model_is_copied_after_it_has_computed(again: Callable[[Any], Any], fresh: Posterior) -> None:
    fresh.estimates()
    model: Model = again(fresh.model)
    assert model == fresh.model
    assert (model.informed, model.priors, model.reporting) == (
        fresh.model.informed,
        fresh.model.priors,
        fresh.model.reporting,
    )
    quantities = standard(model.case)
    assert list(map(model.informs, quantities)) == list(map(fresh.model.informs, quantities))


def values(posterior: Posterior) -> Iterator[object]:
    """A value of each kind that the public functions return."""
    results = quick_results(posterior.case)
    case = posterior.case
    yield from (case, case.claim[0], shellcount.with_changes(case, {"load": (0.5, 0.8)}))
    yield from (posterior.run, posterior.run.document(), posterior.model.given, posterior.model.fitted)
    yield from (results, results.checks, results.checks[0], results.run, dict(results.estimates))
    yield from (posterior.estimate("load"), shellcount.check(posterior), shellcount.numbers_json(results))
    yield from (posterior.estimates(), posterior.estimates().table(), posterior.sampler_report)


@copies
def test_what_functions_return_is_copied(again: Callable[[Any], Any], case: Case) -> None:
    posterior = quick_posterior(case)
    for value in values(posterior):
        found = again(value)
        assert type(found) is type(value)
        assert found == value
        assert repr(found) == repr(value)


def kinds_of_error(kind: type[ShellcountError]) -> Iterator[type[ShellcountError]]:
    yield kind
    for lower in kind.__subclasses__():
        yield from kinds_of_error(lower)


ERRORS: dict[type[ShellcountError], tuple[Any, ...]] = {
    CaseError: ("a.toml", (Fault("claim[1]", "is wrong", "1"),)),
    UnknownNameError: ("claim", "x", ("a", "b"), None),
}


@copies
@pytest.mark.parametrize("kind", list(kinds_of_error(ShellcountError)), ids=lambda kind: kind.__name__)
def test_an_error_is_copied_with_its_message(
    kind: type[ShellcountError], again: Callable[[Any], Any]
) -> None:
    error = kind(*ERRORS.get(kind, ("text",)))
    found = again(error)
    assert type(found) is kind
    assert (str(found), found.args, vars(found)) == (str(error), error.args, vars(error))


def test_a_used_posterior_goes_through_a_spawned_process_and_back(posterior: Posterior, case: Case) -> None:
    headline = posterior.estimate(ANSWER).headline
    used = fit(case, **FEW)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        estimate = executor.submit(operator.methodcaller("estimate", ANSWER), posterior)
        returned = executor.submit(copy.copy, posterior)
        refused = executor.submit(operator.methodcaller("estimates"), used)
        assert estimate.result().headline == headline
        assert returned.result().estimate(ANSWER) == posterior.estimate(ANSWER)
        with pytest.raises(ConvergenceError, match="has not converged"):
            refused.result()
