"""Prior draws depend on a seed and a name only, and are stratified without ever being infinite."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from scipy.special import ndtr, ndtri

from shellcount.maths import streams
from shellcount.maths.arrays import Array
from shellcount.maths.streams import named_generator, places, prior, shared_priors, stratified_normals


class Edge(np.random.Generator):
    """A generator whose uniforms all lie at one end of their range."""

    edge = 0.0

    def random(self, size: object = None) -> Array:  # type: ignore[override]
        assert isinstance(size, tuple)
        return np.full(size, self.edge)


def correlations(rows: Array) -> Array:
    """Correlations of all pairs of rows."""
    matrix: Array = np.asarray(np.corrcoef(rows))
    return matrix[np.triu_indices(len(rows), k=1)]


def test_a_stream_is_reproducible() -> None:
    first, second = named_generator(7, "prior"), named_generator(7, "prior")
    assert (first.standard_normal(100) == second.standard_normal(100)).all()


def test_a_published_number_can_be_made_again() -> None:
    assert named_generator(7, "prior").random() == 0.47693193947310486


@pytest.mark.parametrize(
    ("seed", "name"), [(7, "prior "), (7, "Prior"), (7, ""), (8, "prior"), (2**200, "prior")]
)
def test_another_seed_or_name_is_another_stream(seed: int, name: str) -> None:
    size = 20_000
    here = named_generator(7, "prior").standard_normal(size)
    there = named_generator(seed, name).standard_normal(size)
    assert abs(np.corrcoef(here, there)[0, 1]) < 3 / np.sqrt(size)


def test_many_streams_are_jointly_independent() -> None:
    # The largest of 4,950 correlations of 1,000 normals each; the median of that maximum is 0.121.
    streams = np.array([named_generator(1, f"rounds.{place}").standard_normal(1000) for place in range(100)])
    found = correlations(streams)
    assert np.abs(found).max() < 0.15
    assert np.std(found) == pytest.approx(1 / np.sqrt(1000), rel=0.04)


def test_a_stream_does_not_depend_on_those_taken_before() -> None:
    alone = named_generator(1, "load").standard_normal()
    named_generator(1, "stowage").standard_normal(1000)
    assert named_generator(1, "load").standard_normal() == alone


@pytest.mark.parametrize("size", [1, 2, 7, 1000, 1024])
def test_each_stratum_holds_one_point(size: int) -> None:
    z = stratified_normals(named_generator(1, "strata"), 5, size)
    assert z.shape == (5, size)
    strata = np.floor(ndtr(np.sort(z, axis=1)) * size)
    assert (strata == np.arange(size)).all()


@pytest.mark.parametrize("size", [2, 63, 64, 65, 300, 4096])
def test_a_draw_is_the_quantile_of_its_place(size: int) -> None:
    z = stratified_normals(named_generator(1, "places"), 40, size)
    places = (np.arange(size) + named_generator(1, "places").random((40, size))) / size
    assert_allclose(np.sort(z, axis=1), ndtri(places), rtol=0, atol=1e-8)


def test_each_entry_is_standard_normal() -> None:
    z = stratified_normals(named_generator(2, "entries"), 20_000, 4)
    for entry in z.T:
        assert stats.ks_1samp(entry, stats.norm.cdf).statistic < 1.63 / np.sqrt(entry.size)  # the 1% point


def test_rows_are_permuted_independently() -> None:
    z = stratified_normals(named_generator(3, "rows"), 60, 1000)
    assert np.abs(correlations(z)).max() < 0.15


def test_means_vary_far_less_than_those_of_independent_draws() -> None:
    means = stratified_normals(named_generator(4, "means"), 200, 1000).mean(axis=1)
    assert means.std() < 0.1 / np.sqrt(1000)


@pytest.mark.parametrize("edge", [0.0, 1 - 2.0**-53], ids=["lowest", "highest"])
@pytest.mark.parametrize("size", [1, 1000, 1024])
def test_no_uniform_makes_an_infinite_draw(edge: float, size: int) -> None:
    rng = Edge(np.random.PCG64(1))
    rng.edge = edge
    assert np.isfinite(stratified_normals(rng, 2, size)).all()


def test_shared_draws_are_those_that_are_drawn_alone_and_cannot_be_changed() -> None:
    names = ["load", "stowage"]
    alone = [prior(1, name, (4, 100), None) for name in names]
    with shared_priors():
        shared = [prior(1, name, (4, 100), None) for name in names]
        assert all(prior(1, name, (4, 100), None) is draws for name, draws in zip(names, shared, strict=True))
        assert prior(2, "load", (4, 100), None) is not shared[0]
        assert prior(1, "load", (4, 99), None).shape == (4, 99)
    for one, other in zip(alone, shared, strict=True):
        np.testing.assert_array_equal(one, other)
    with pytest.raises(ValueError, match="read-only"):
        shared[0][0, 0] = 0.0
    assert prior(1, "load", (4, 100), None) is not shared[0]


def test_no_more_draws_are_shared_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_MOST_SHARED", 4 * 100 * 8)
    with shared_priors():
        assert prior(1, "load", (4, 100), None) is prior(1, "load", (4, 100), None)
        first, again = prior(1, "stowage", (4, 100), None), prior(1, "stowage", (4, 100), None)
    assert first is not again
    np.testing.assert_array_equal(first, again)


# --- evenly spread together ------------------------------------------------------------------


def cells_of(draws: Array, cells: int) -> Array:
    """Place each draw in one of so many cells of equal probability."""
    found: Array = np.floor(ndtr(draws) * cells).astype(int)
    return found


def test_each_stratum_of_an_even_coordinate_holds_one_draw() -> None:
    z = prior(1, "load", (16, 256), 4)
    assert (np.sort(cells_of(z, 256), axis=1) == np.arange(256)).all()


def test_even_coordinates_fill_squares_together_and_with_the_places() -> None:
    # The first two coordinates of Sobol points have one of 256 in each of 16 by 16 squares.
    z, at = prior(1, "load", (8, 256), 1), places(1, (8, 256))
    squares = 16 * (at // 16) + cells_of(z, 16)
    assert (np.sort(squares, axis=1) == np.arange(256)).all()


def test_an_even_draw_depends_on_its_seed_name_place_and_size_alone() -> None:
    z = prior(1, "load", (4, 64), 4)
    prior(1, "stowage", (4, 64), 5)
    np.testing.assert_array_equal(z, prior(1, "load", (4, 64), 4))
    for other in (
        prior(2, "load", (4, 64), 4),
        prior(1, "stowage", (4, 64), 4),
        prior(1, "load", (4, 64), 5),
    ):
        assert not np.array_equal(z, other)


def test_runs_are_independent_scramblings() -> None:
    # Means over runs of 64 draws: none of 4,950 correlations over 100 seeds stands out.
    product = np.array(
        [(prior(seed, "a", (4, 64), 1) * prior(seed, "b", (4, 64), 2)).mean(axis=1) for seed in range(400)]
    )
    assert np.abs(correlations(product.T)).max() < 0.17
    assert np.abs(product.mean(axis=0)).max() < 4 * product.std(axis=0).max() / np.sqrt(400)


def test_parts_of_even_draws_are_like_the_whole() -> None:
    z = prior(1, "load", (64, 1024), 3)
    for part in (z[:, :512], z[:, ::4], z[:, 1::2]):
        assert abs(part.mean()) < 4 / np.sqrt(part.size)
        assert part.std() == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("size", [100, 2**15])
def test_sizes_that_sobol_points_do_not_fill_are_stratified(size: int) -> None:
    z = prior(1, "load", (2, size), 3)
    np.testing.assert_array_equal(z, prior(1, "load", (2, size), None))
    assert sorted(places(1, (2, size))[1].tolist()) == list(range(size))


def test_an_integral_over_many_even_coordinates_errs_less_than_one_over_stratified_ones() -> None:
    def spread(*, even: bool) -> float:
        draws = [prior(1, f"x.{place}", (64, 1024), place if even else None) for place in range(1, 7)]
        return float((np.sum(draws, axis=0) > 2.0).mean(axis=1).std())

    assert spread(even=True) < 0.7 * spread(even=False)
