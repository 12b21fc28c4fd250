"""Scrambled Sobol points: even in each coordinate and in pairs of them, uniform, and without bias."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import qmc

from shellcount.maths.sobol import BITS, CELLS, EVEN, Scramblings, _generators, even_row, normal_table


def test_the_points_are_those_of_joe_and_kuo() -> None:
    expected = qmc.Sobol(EVEN, scramble=False, bits=BITS).random_base2(8).T * CELLS
    cells = np.zeros((EVEN, 1), dtype=np.uint16)
    for level in range(8):
        cells = np.concatenate([cells, cells ^ _generators(EVEN)[:, level : level + 1]], axis=1)
    assert set(map(tuple, cells.T.tolist())) == set(map(tuple, expected.T.astype(int).tolist()))


def test_each_coordinate_has_one_point_in_each_stratum() -> None:
    cells = Scramblings(np.random.default_rng(1), 3, EVEN).cells(2, 256)
    assert (np.sort(cells >> (BITS - 8), axis=1) == np.arange(256)).all()


@pytest.mark.parametrize("levels", range(9))
def test_the_first_two_coordinates_have_one_point_in_each_box(levels: int) -> None:
    cells = Scramblings(np.random.default_rng(2), 1, 2).cells(0, 256).astype(int)
    boxes = (cells[0] >> (BITS - levels)) * 2 ** (8 - levels) + (cells[1] >> (BITS - 8 + levels))
    assert len(np.unique(boxes)) == 256


def test_scrambled_points_are_uniform_and_scramblings_independent() -> None:
    scramblings = Scramblings(np.random.default_rng(3), 2000, 2)
    first = np.stack([scramblings.cells(run, 4)[:, 3] for run in range(2000)]) / CELLS
    assert first.mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.03)
    assert first.var(axis=0) == pytest.approx([1 / 12, 1 / 12], abs=0.005)
    assert abs(np.corrcoef(first[:-1, 0], first[1:, 0])[0, 1]) < 0.08


def test_means_of_scramblings_vary_less_than_those_of_random_points_and_have_no_bias() -> None:
    scramblings, table = Scramblings(np.random.default_rng(4), 200, 3), normal_table(0.3)
    z = np.stack([table[scramblings.cells(run, 256)] for run in range(200)])
    means = np.exp(0.3 * z.sum(axis=1)).mean(axis=1)
    exact, sd = np.exp(0.135), np.sqrt((np.exp(0.27) - 1) * np.exp(0.27))
    assert means.mean() == pytest.approx(exact, abs=0.002)
    assert means.std() < 0.1 * sd / 16


def test_coordinates_without_direction_numbers_are_uniform_and_drawn_again_alike() -> None:
    scramblings = Scramblings(np.random.default_rng(5), 2, EVEN + 3)
    cells = scramblings.cells(1, 4096)
    assert (cells == scramblings.cells(1, 4096)).all()
    assert (cells[EVEN:] / CELLS).mean(axis=1) == pytest.approx([0.5] * 3, abs=0.02)


def test_a_number_of_points_between_powers_of_two_takes_the_first_ones() -> None:
    scramblings = Scramblings(np.random.default_rng(6), 1, 2)
    assert (scramblings.cells(0, 100) == scramblings.cells(0, 128)[:, :100]).all()


def test_a_coordinate_by_itself_is_a_scrambling_of_that_coordinate() -> None:
    # One draw in each dyadic interval, and with the first coordinate in each square.
    rng = np.random.default_rng(1)
    first, second = even_row(rng, 0, 3, 256), even_row(rng, 1, 3, 256)
    for cells in (first, second, even_row(rng, EVEN - 1, 3, 256)):
        assert (np.sort(cells >> (BITS - 8), axis=1) == np.arange(256)).all()
    squares = 16 * (first >> (BITS - 4)).astype(int) + (second >> (BITS - 4))
    assert (np.sort(squares, axis=1) == np.arange(256)).all()
