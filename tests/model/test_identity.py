"""Models with one key have one likelihood: no change of a case can move it and leave the key."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from building import one_claim_case
from richer import rich_case
from shellcount.case.assumptions import Robustness
from shellcount.case.changes import with_changes
from shellcount.case.reading import build_case, load_case
from shellcount.case.schema import Case
from shellcount.errors import ShellcountError
from shellcount.maths.arrays import Array
from shellcount.model.identity import likelihood_key
from shellcount.model.model import Model, build_model

type Place = tuple[str | int, ...]

REMOVED = object()


def leaves(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every value of a document that is no table, and every entry of a list, with its place."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, (*place, key))
    elif isinstance(value, list | tuple):
        for index, each in enumerate(value):
            yield (*place, index), REMOVED
            yield from leaves(each, (*place, index))
    elif value is not None:
        yield place, value


def moved(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value * 1.05
    if isinstance(value, dt.date):
        return value + dt.timedelta(days=1)
    return {"A": "B", "B": "C", "fit": "check", "check": "fit"}.get(value, f"{value}-x")


def put(document: Any, place: Place, value: Any) -> Any:
    """A copy of a document with another value in one place, or with an entry of a list taken out."""
    if not place:
        return moved(value)
    step, rest = place[0], place[1:]
    if isinstance(document, dict):
        return {**document, step: put(document[step], rest, value)}
    if not rest and value is REMOVED:
        return tuple(each for index, each in enumerate(document) if index != step)
    return tuple(put(each, rest, value) if index == step else each for index, each in enumerate(document))


def with_moved(case: Case, place: Place, value: Any) -> Case | None:
    """The case with one value moved; ``None`` if no such case can be used."""
    try:
        return build_case(put(case.model_dump(by_alias=True), place, value), origin="moved")
    except ShellcountError:
        return None


def function_of(model: Model) -> tuple[tuple[str, ...], Array]:
    """The likelihood and its gradient at points near and far, with the coordinates that it depends on."""
    rng = np.random.default_rng(1)
    z = rng.standard_normal((len(model.informed), 8)) * np.array([0.1, 0.3, 1, 1, 1, 2, 2, 4])
    log_l, gradient = model.log_likelihood_and_gradient(z)
    return model.informed, np.concatenate([log_l, gradient.ravel()])


def same(one: tuple[tuple[str, ...], Array], other: tuple[tuple[str, ...], Array]) -> bool:
    """To the last bit."""
    return one[0] == other[0] and one[1].tobytes() == other[1].tobytes()


def compared(case: Case, given: str) -> dict[Place, bool]:
    """Move every value of a case; whether each change keeps the key, and that it then moves nothing."""
    model = build_model(case, given)
    key, function = likelihood_key(model), function_of(model)
    kept = {}
    for place, value in leaves(case.model_dump(by_alias=True)):
        changed = with_moved(case, place, value)
        if changed is not None:
            other = build_model(changed, given)
            kept[place] = likelihood_key(other) == key
            assert not kept[place] or same(function_of(other), function), place
    return kept


@functools.cache
def of_the_one_claim_case(given: str) -> dict[Place, bool]:
    return compared(one_claim_case().model_copy(update={"robustness": Robustness(outlier_share=0.1)}), given)


@pytest.mark.parametrize("given", ["counts", "all"])
def test_no_value_of_a_case_moves_the_likelihood_and_not_the_key(given: str) -> None:
    assert len(of_the_one_claim_case(given)) > 40


@pytest.mark.slow
@pytest.mark.parametrize("given", ["counts", "all"])
@pytest.mark.parametrize("case", [rich_case(), load_case()], ids=["rich", "shipped"])
def test_no_value_of_a_rich_case_moves_the_likelihood_and_not_the_key(case: Case, given: str) -> None:
    assert len(compared(case, given)) > 300


def test_what_the_likelihood_depends_on_moves_the_key_and_nothing_else_does() -> None:
    kept = of_the_one_claim_case("counts")
    moving = {place for place, same_key in kept.items() if not same_key}
    assert (
        moving
        == {
            ("claim", 0, "id"),
            ("claim", 0, "as_of"),
            ("claim", 0, "value"),
            ("claim", 0, "resolution"),
            ("claim", 0, "hedge"),
            ("claim", 0, "use"),
            ("hedges", "about", "sigma"),
            ("reliability", "B", "value"),
            ("containers", "first_shipment"),
            ("priors", "first_rate_per_day", "low"),
            ("priors", "first_rate_per_day", "high"),
            ("robustness", "outlier_share"),
        }
        & kept.keys()
    )
    assert ("priors", "load", "low") in kept
    assert ("case", "title") in kept


def test_a_known_value_counts_where_it_is_asked_for(case: Case) -> None:
    known = {name: with_changes(case, {name: 0.7}) for name in ("load", "artillery_share")}
    for given, expected in (("counts", [True, True]), ("all", [False, False])):
        key = likelihood_key(build_model(case, given))
        assert [likelihood_key(build_model(each, given)) == key for each in known.values()] == expected


def test_claims_count_however_they_are_named(case: Case) -> None:
    spellings = ("counts", "counts-but:us-state-2024-02", "all", "counts-and:ua-gur-2024")
    keys = [likelihood_key(build_model(case, given)) for given in spellings]
    assert keys[2] == keys[3]  # the same claims, put otherwise
    assert len({*keys}) == 3


def test_models_without_claims_have_one_key(case: Case) -> None:
    none = "counts-but:" + ",".join(fitted.claim.id for fitted in build_model(case).fitted)
    changed = with_changes(case, {"first_rate_per_day": (1, 2)})
    assert likelihood_key(build_model(case, none)) == likelihood_key(build_model(changed, none))
