"""Points are evaluated in blocks whose size depends on nothing but the rows."""

from __future__ import annotations

import numpy as np
import pytest

from shellcount.case.reading import load_case
from shellcount.maths.arrays import Array
from shellcount.model.blocks import in_blocks, points_of
from shellcount.model.model import build_model

MODEL = build_model(load_case(), "all")


@pytest.mark.parametrize("count", [1, 5, 7, 14, 15])
def test_blocks_are_joined_in_their_order(count: int) -> None:
    sizes: list[int] = []

    def evaluate(block: Array) -> tuple[Array, Array]:
        sizes.append(block.shape[1])
        return block.sum(axis=0), 2 * block

    coordinates = np.arange(3.0 * count).reshape(3, count)
    total, twice = in_blocks(evaluate, coordinates, 7)
    assert (total == coordinates.sum(axis=0)).all()
    assert (twice == 2 * coordinates).all()
    assert max(sizes) <= 7
    assert sum(sizes) == count


def test_blocks_hold_bounded_memory_and_are_never_too_few_points_to_pay() -> None:
    for rows in (0, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000):
        assert 16 <= points_of(rows) <= 4096
        assert points_of(rows) <= max(16, 2**16 / max(1, rows))


def test_the_first_points_have_the_same_digits_among_more() -> None:
    z = np.random.default_rng(1).standard_normal((len(MODEL.informed), 10_000))
    block = points_of(len(MODEL.design.claim_at))
    whole, (log_l, gradient) = MODEL.log_likelihood(z), MODEL.log_likelihood_and_gradient(z)
    assert (MODEL.log_likelihood(z[:, :block]) == whole[:block]).all()
    assert (MODEL.log_likelihood(z[:, block:]) == whole[block:]).all()
    first = MODEL.log_likelihood_and_gradient(z[:, :block])
    assert (first[0] == log_l[:block]).all()
    assert (first[1] == gradient[:, :block]).all()
