"""Draws along a path have the moments and the evidence that are known, and modes off it are recognised."""

from __future__ import annotations

import numpy as np
import pytest

from shellcount.engines import paths
from shellcount.engines.modes import Mode
from shellcount.engines.paths import Along, find_path, sample_along
from shellcount.engines.proposal import Proposal
from shellcount.engines.straightening import straightened
from shellcount.engines.target import Target, WithGradient
from shellcount.maths.arrays import Array

DIMENSION = 20
GRID = np.linspace(-9, 9, 20_001)


def target_of(gradient: WithGradient) -> Target:
    return Target(lambda z: gradient(z)[0], gradient)


def normal(z: Array) -> tuple[Array, Array]:
    """Each coordinate is seen as 2, with unit error: mean 1, variance one half."""
    return -0.5 * ((2 - z) ** 2).sum(axis=0), 2 - z


def with_tails(z: Array) -> tuple[Array, Array]:
    """Each coordinate is seen as 1 with Student's t of four degrees of freedom and scale 0.3."""
    away = (z - 1) / 0.3
    return -2.5 * np.log1p(away**2 / 4).sum(axis=0), -2.5 * 2 * away / (4 + away**2) / 0.3


def drawn(gradient: WithGradient, particles: int = 64) -> Along:
    rng, target = np.random.default_rng(3), target_of(gradient)
    path = find_path(target, DIMENSION, rng)
    assert path is not None
    return sample_along(path, target, runs=4, particles=particles, rng=rng)


def test_a_normal_posterior_is_drawn_from_exactly() -> None:
    along = drawn(normal)
    assert along.draws.shape == (DIMENSION, 4, 8 * 64)
    assert along.stuck is None
    assert along.draws.mean() == pytest.approx(1, abs=0.02)
    assert along.draws.var(axis=(1, 2)).mean() == pytest.approx(0.5, rel=0.05)
    # Of one coordinate the evidence is that of 2 by N(0, 2), less the constant that the likelihood lacks.
    assert along.log_evidence == pytest.approx(DIMENSION * (-0.5 * np.log(2) - 1), abs=0.1)


def test_tails_in_all_directions_are_drawn_from() -> None:
    along = drawn(with_tails, particles=256)
    one, _ = with_tails(GRID[None])
    density = np.exp(one - 0.5 * GRID**2) / np.sqrt(2 * np.pi)
    total = np.trapezoid(density, GRID)
    mean = np.trapezoid(GRID * density, GRID) / total
    variance = np.trapezoid((GRID - mean) ** 2 * density, GRID) / total
    assert along.stuck is None
    ratios = np.exp(along.log_evidence - DIMENSION * np.log(total))
    assert np.log(ratios.mean()) == pytest.approx(0, abs=0.15)
    assert along.draws.mean() == pytest.approx(mean, abs=0.02)
    assert along.draws.var(axis=(1, 2)).mean() == pytest.approx(variance, rel=0.05)


def test_where_a_mode_lies_off_every_path_none_is_found() -> None:
    def two(z: Array) -> tuple[Array, Array]:
        one, other = -0.5 * ((z[0] - 2) / 0.1) ** 2, -0.5 * ((z[0] + 2) / 0.1) ** 2
        total, slope = np.logaddexp(one, other), np.zeros_like(z)
        chance = np.exp(one - total)
        slope[0] = -(chance * (z[0] - 2) + (1 - chance) * (z[0] + 2)) / 0.01
        return total, slope

    assert find_path(target_of(two), DIMENSION, np.random.default_rng(1)) is None


def test_what_does_not_forget_where_it_began_is_not_quotable() -> None:
    path_of = find_path(target_of(normal), DIMENSION, np.random.default_rng(1))
    assert path_of is not None

    def narrow(z: Array) -> tuple[Array, Array]:
        return -0.5 * ((z - 3) ** 2).sum(axis=0) / 0.01, -(z - 3) / 0.01

    rng = np.random.default_rng(1)
    along = sample_along(path_of, target_of(narrow), runs=4, particles=64, rng=rng)
    assert along.stuck is not None


@pytest.mark.parametrize(("long", "tried"), [(500, 2), (10, 1)])
def test_in_many_coordinates_no_other_path_is_sought_where_one_is_hopeless(
    long: int, tried: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def two(z: Array) -> tuple[Array, Array]:
        one, other = -500 * (z[0] - 2) ** 2, -500 * (z[0] + 2) ** 2
        total, slope = np.logaddexp(one, other), np.zeros_like(z)
        chance = np.exp(one - total)
        slope[0] = -1000 * (chance * (z[0] - 2) + (1 - chance) * (z[0] + 2))
        return total, slope

    sought: list[Mode] = []

    def astray(_: object, mode: Mode, __: object, *, prior_share: float) -> Proposal:
        sought.append(mode)  # as if the posterior were as wide as the prior
        return straightened(
            lambda z: (0 * z[0], 0 * z), mode, np.random.default_rng(1), prior_share=prior_share
        )

    monkeypatch.setattr(paths, "straightened", astray)
    monkeypatch.setattr(paths, "_LONG", long)
    assert find_path(target_of(two), DIMENSION, np.random.default_rng(1)) is None
    assert len(sought) == tried
