"""What the claims inform is divided among the factors of a product, or the assumptions behind a quantity."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from shellcount.case.reading import load_case
from shellcount.errors import UsageError
from shellcount.insight import splitting
from shellcount.insight.splitting import Split, split_of
from shellcount.insight.swapping import Swaps
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.names import parse_quantity


@functools.cache
def shipped(given: str) -> Posterior:
    return fit(load_case(), given=given, seed=1, points=512, allow_unconverged=True)


def split(given: str, name: str, *, shapley: bool = False) -> Split:
    posterior = shipped(given)
    quantity = parse_quantity(posterior.case, name)
    return split_of(Swaps(posterior, quantity), posterior.case, quantity, shapley=shapley)


@pytest.mark.parametrize(
    ("given", "name", "parts"),
    [
        ("counts", "rounds.mixed@2024-06-14", ["containers.military@2024-06-14", "munitions_share"]),
        ("counts", "load", []),
        ("counts", "capacity.mixed", []),
        ("all", "load", ["load"]),
        ("all", "shipped.mixed", ["load", "capacity.mixed"]),
        ("all", "capacity.122mm-howitzer", ["payload_share", "stowage", "masses", "volumes"]),
        (
            "all",
            "gross_mass.mixed@2023-12/month",
            ["containers.military@2023-12", "munitions_share", "artillery_share", "load", "gross_mass.mixed"],
        ),
    ],
)
def test_parts_are_factors_or_assumptions(given: str, name: str, parts: list[str]) -> None:
    found = split(given, name)
    assert [part.name for part in found.parts] == parts
    assert all(part.title for part in found.parts)
    assert found.kind == ("covariance" if len(parts) > 1 else "none")
    assert len(found.divide(found.per_run.mean(axis=0))) == len(parts)


@pytest.mark.parametrize("name", ["rounds.mixed@2024-06-14", "capacity.mixed"])
def test_both_ways_divide_the_same_variance(name: str) -> None:
    """All that the parts explain together, which for a product is all that there is."""
    one, other = split("all", name), split("all", name, shapley=True)
    covariance, shapley = (each.divide(each.per_run.mean(axis=0)) for each in (one, other))
    assert covariance.sum() == pytest.approx(shapley.sum(), rel=1e-6)
    assert shapley.min() > 0
    logs = np.log(shipped("all").draws(name))
    assert covariance.sum() <= 1.05 * logs.var()


def test_shapley_effects_of_too_many_parts_are_refused() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splitting, "MOST_PLAYERS", 4)
        with pytest.raises(UsageError, match="leave shapley out, for covariance shares"):
            split("all", "rounds.mixed@2024-06-14", shapley=True)


def test_an_estimate_of_too_many_inputs_is_not_divided() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splitting, "_MOST_INPUTS", 4)
        (part,) = split("all", "capacity.mixed").parts
    assert part.name == "capacity.mixed"
