"""Draw standard normals that depend on a seed and a name, and on nothing else."""

from __future__ import annotations

import contextlib
import contextvars
import functools
import hashlib
import math
from collections.abc import Iterator

import numpy as np

# Loaded with this module and not within a fit, whose threads would look for libraries of linear algebra anew.
from numpy.random import SFC64, Generator, SeedSequence
from numpy.typing import NDArray

from shellcount.maths.arrays import Array
from shellcount.maths.normal import normal_quantile
from shellcount.maths.sobol import BITS, CELLS, EVEN, even_row, normal_table

_OUTER = 32  # strata at either end
_MOST_SHARED = 128e6  # bytes of draws that fits of one seed share; further ones are drawn for each fit
type _Places = NDArray[np.intp]
type Shared = dict[tuple[int, str, tuple[int, int], int | None], Array]
_shared: contextvars.ContextVar[Shared | None] = contextvars.ContextVar("shared", default=None)


def named_generator(seed: int, name: str) -> Generator:
    """Make the random generator that belongs to a seed and a name.

    Streams of different names are independent, so that adding a date, a scenario or a
    parameter leaves every other draw unchanged.

    Parameters
    ----------
    seed
        A non-negative integer.
    name
        What the stream is for.
    """
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:16], "big")
    return Generator(SFC64(SeedSequence([seed, key])))


def stratified_normals(rng: Generator, rows: int, size: int) -> Array:
    r"""Draw standard normals, stratified within each row.

    Each row is a Latin hypercube sample of one coordinate (McKay, Beckman and Conover 1979,
    *Technometrics* 21:239): :math:`z_i = \Phi^{-1}((\pi_i + u_i) / n)` with a random
    permutation :math:`\pi`. Each entry is standard normal and rows are independent;
    means over a row vary much less than those of independent draws. Between the outermost strata, a cubic
    over each stratum replaces the quantile function, from which it differs by less than 1e-8.

    Parameters
    ----------
    rng
        Random generator.
    rows, size
        Shape of the result.

    Examples
    --------
    >>> z = stratified_normals(np.random.default_rng(1), 2, 1000)
    >>> bool(abs(np.median(z, axis=1)).max() < 0.01)
    True
    """
    within = rng.random((rows, size))
    normals = np.empty((rows, size))
    outer = min(_OUTER, size)
    for strata in (slice(0, outer), slice(max(outer, size - outer), size)):
        probability = (np.arange(size)[strata] + within[:, strata]) / size
        # A probability that rounds to 0 or 1 would be an infinite draw.
        edge = np.finfo(float).epsneg
        normals[:, strata] = normal_quantile(np.clip(probability, edge, 1.0 - edge))
    if size > 2 * outer:
        inner = slice(outer, size - outer)
        normals[:, inner] = _cubics(size)[3]
        for coefficients in _cubics(size)[2::-1]:
            normals[:, inner] *= within[:, inner]
            normals[:, inner] += coefficients
    return rng.permuted(normals, axis=1, out=normals)


@functools.lru_cache(maxsize=4)
def _cubics(size: int) -> Array:
    """Compute the cubic of each inner stratum that has the values and slopes of the quantile at its ends.

    Shape (power, stratum); the variable goes from 0 to 1 over the stratum.
    """
    ends = normal_quantile(np.arange(_OUTER, size - _OUTER + 1) / size)
    slopes = np.exp(0.5 * ends * ends) * math.sqrt(2 * math.pi) / size
    rise, first, last = np.diff(ends), slopes[:-1], slopes[1:]
    return np.stack([ends[:-1], first, 3 * rise - 2 * first - last, first + last - 2 * rise])


def prior(seed: int, name: str, shape: tuple[int, int], coordinate: int | None) -> Array:
    """Draw standard normals that depend on a seed, a name and a place among Sobol's coordinates.

    Draws of different places are evenly spread together, in each run by an independent scrambling, and stand
    in the order of :func:`places`. Those without a place, or of sizes that Sobol points do not fill, are
    stratified within each row, and independent of all others.

    Parameters
    ----------
    seed
        A non-negative integer.
    name
        What the draws are for: a coordinate's name, or that with a prefix of its own.
    shape
        Number of runs, and of draws in each.
    coordinate
        Place among the coordinates of Sobol points, from 1; ``None`` for none.

    Examples
    --------
    >>> bool((prior(1, "load", (4, 128), 3) == prior(1, "load", (4, 128), 3)).all())
    True
    """
    shared, key = _shared.get(), (seed, name, shape, coordinate)
    if shared is None:
        return _drawn(*key)
    if key not in shared:
        draws = _drawn(*key)
        if (len(shared) + 1) * draws.nbytes > _MOST_SHARED:
            return draws
        draws.setflags(write=False)
        shared[key] = draws
    return shared[key]


def _drawn(seed: int, name: str, shape: tuple[int, int], coordinate: int | None) -> Array:
    rng = named_generator(seed, name)
    if coordinate is None or coordinate >= EVEN or not _fills(shape[1]):
        return stratified_normals(rng, *shape)
    cells = even_row(rng, coordinate, *shape)
    return _table(seed).take(np.take_along_axis(cells, _order(seed, shape), axis=1))


def places(seed: int, shape: tuple[int, int]) -> _Places:
    """Give the places of draws in a row of all draws of a run, which is spread evenly with prior draws.

    It is the first coordinate of the Sobol points whose other coordinates :func:`prior` draws: what is put in
    a row by its size, and taken from there by place, is integrated evenly together with them (array-RQMC:
    L'Ecuyer, Lécot and Tuffin 2008, *Operations Research* 56:958).

    Parameters
    ----------
    seed
        A non-negative integer.
    shape
        Number of runs, and of draws in each.

    Returns
    -------
    numpy.ndarray
        Permutations of the numbers from 0 on, shape (run, draw), in no order that can be seen.

    Examples
    --------
    >>> sorted(places(1, (4, 64))[0].tolist()) == list(range(64))
    True
    """
    order = _order(seed, shape)
    if not _fills(shape[1]):
        return order
    cells = even_row(named_generator(seed, "places"), 0, *shape)
    ranks = (cells >> (BITS - (shape[1] - 1).bit_length())).astype(np.intp)
    return np.take_along_axis(ranks, order, axis=1)


def grid(draws: int) -> int | None:
    """Tell on how many cells prior draws stand, at the same place of each in all runs; ``None`` if on none.

    Parameters
    ----------
    draws
        Number of draws in each run.

    Examples
    --------
    >>> grid(2048), grid(2000)
    (16384, None)
    """
    return CELLS if _fills(draws) else None


def _fills(draws: int) -> bool:
    """Tell whether so many Sobol points are stratified in each coordinate."""
    return draws <= CELLS and not draws & (draws - 1)


@functools.lru_cache(maxsize=2)
def _order(seed: int, shape: tuple[int, int]) -> _Places:
    """Put the Sobol points of each run in an order of its own.

    In their own order, points that are so many places apart lie in one part of the space.
    """
    rows = np.tile(np.arange(shape[1]), (shape[0], 1))
    order: _Places = named_generator(seed, "order").permuted(rows, axis=1)
    order.setflags(write=False)
    return order


@functools.lru_cache(maxsize=2)
def _table(seed: int) -> Array:
    """Tabulate the normals of the cells of Sobol points."""
    return normal_table(named_generator(seed, "table").random())


@contextlib.contextmanager
def shared_priors(drawn: Shared | None = None) -> Iterator[None]:
    """Draw each prior once within a ``with`` block, however often it is asked for: for fits of one seed.

    Parameters
    ----------
    drawn
        Draws of blocks before this one, to which those of this one are added.

    Examples
    --------
    >>> with shared_priors():
    ...     prior(1, "load", (4, 64), 3) is prior(1, "load", (4, 64), 3)
    True
    """
    token = _shared.set({} if drawn is None else drawn)
    try:
        yield
    finally:
        _shared.reset(token)
