"""Rounds per container agree with sums done by hand, and with what a load planner knows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from shellcount.maths.packing import mean_capacity, rounds_per_container

PLENTY = 1e9
size = st.floats(1e-3, 1e6)


def test_crated_152mm_rounds_weigh_out() -> None:
    # By mass 21,600 kg / 82 kg = 263.4; by cube 33.1 m3 x 0.78 / 0.08 m3 = 25.818 / 0.08 = 322.7.
    by_mass = rounds_per_container(payload_kg=21_600.0, mass_kg=82.0, usable_m3=PLENTY, volume_m3=0.08)
    by_cube = rounds_per_container(payload_kg=PLENTY, mass_kg=82.0, usable_m3=33.1 * 0.78, volume_m3=0.08)
    both = rounds_per_container(payload_kg=21_600.0, mass_kg=82.0, usable_m3=33.1 * 0.78, volume_m3=0.08)
    assert int(by_mass) == 263
    assert int(by_cube) == 322
    assert both == by_mass


def test_three_million_rounds_in_6700_boxes_are_not_crated() -> None:
    # 3,000,000 / 6,700 = 447.8 a box: bare at 43.56 kg 19.5 t, crated at 82 kg 36.7 t.
    wanted = 3_000_000 / 6_700
    bare = rounds_per_container(payload_kg=19_505.0, mass_kg=43.56, usable_m3=PLENTY, volume_m3=0.034)
    crated = rounds_per_container(payload_kg=36_716.0, mass_kg=82.0, usable_m3=PLENTY, volume_m3=0.08)
    rated = rounds_per_container(payload_kg=28_200.0, mass_kg=82.0, usable_m3=PLENTY, volume_m3=0.08)
    assert bare == pytest.approx(wanted, abs=0.05)
    assert crated == pytest.approx(wanted, abs=0.05)
    assert rated == pytest.approx(343.9, abs=0.05)


def test_half_a_million_rockets_in_6700_boxes_cube_out() -> None:
    # 500,000 / 6,700 = 74.6 a box. Crates of 96 kg: 75 weigh 7.2 t, and 21,600 kg would take 225.
    # By cube 25.818 m3 / 0.344 m3 = 75.05: one row of crates.
    rockets = rounds_per_container(payload_kg=21_600.0, mass_kg=96.0, usable_m3=33.1 * 0.78, volume_m3=0.344)
    by_mass = rounds_per_container(payload_kg=7_200.0, mass_kg=96.0, usable_m3=PLENTY, volume_m3=0.344)
    assert int(rockets) == 75
    assert by_mass == 75


@given(size, size, size, size)
def test_the_scarcer_of_mass_and_cube_binds(
    payload: float, mass: float, usable: float, volume: float
) -> None:
    capacity = rounds_per_container(payload_kg=payload, mass_kg=mass, usable_m3=usable, volume_m3=volume)
    assert capacity <= payload / mass
    assert capacity <= usable / volume
    assert capacity in {payload / mass, usable / volume}


@given(size, size, size, size, st.floats(1, 100))
def test_more_room_never_holds_less(
    payload: float, mass: float, usable: float, volume: float, factor: float
) -> None:
    def capacity(payload: float, mass: float, usable: float, volume: float) -> float:
        return float(
            rounds_per_container(payload_kg=payload, mass_kg=mass, usable_m3=usable, volume_m3=volume)
        )

    base = capacity(payload, mass, usable, volume)
    assert capacity(payload * factor, mass, usable, volume) >= base
    assert capacity(payload, mass, usable * factor, volume) >= base
    assert capacity(payload, mass * factor, usable, volume) <= base
    assert capacity(payload, mass, usable, volume * factor) <= base


def test_arrays_are_packed_elementwise() -> None:
    capacity = rounds_per_container(
        payload_kg=np.array([20_000.0, 10_000.0]),
        mass_kg=np.array([80.0, 100.0]),
        usable_m3=np.array([[26.0, 26.0], [5.0, 5.0]]),
        volume_m3=np.array(0.1),
    )
    assert_allclose(capacity, [[250.0, 100.0], [50.0, 50.0]], rtol=1e-15)


def test_mean_capacity_weighs_by_containers() -> None:
    # 60 of 100 boxes with 260 rounds and 40 with 440: 15,600 + 17,600 = 33,200 rounds.
    assert mean_capacity(np.array([0.6, 0.4]), np.array([260.0, 440.0])) == pytest.approx(332, rel=1e-15)


def test_mean_capacity_works_draw_by_draw() -> None:
    rng = np.random.default_rng(5)
    shares, capacities = rng.dirichlet([1, 2, 3], 50).T, rng.uniform(50, 500, (3, 50))
    mean = mean_capacity(shares, capacities)
    assert_allclose(mean, np.einsum("kn,kn->n", shares, capacities), rtol=1e-15)
    assert (mean <= capacities.max(axis=0)).all()
    assert (mean >= capacities.min(axis=0)).all()


def test_one_stow_is_its_own_mean() -> None:
    assert mean_capacity(np.array([1.0]), np.array([263.0])) == 263.0


def test_shares_and_capacities_must_match() -> None:
    with pytest.raises(ValueError, match="shapes"):
        mean_capacity(np.array([0.5, 0.5]), np.array([100.0, 200.0, 300.0]))
