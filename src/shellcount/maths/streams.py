"""Draw standard normals that depend on a seed and a name, and on nothing else."""

from __future__ import annotations

import hashlib

import numpy as np

from shellcount.maths.arrays import Array
from shellcount.maths.normal import normal_quantile


def named_generator(seed: int, name: str) -> np.random.Generator:
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
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, key])))


def stratified_normals(rng: np.random.Generator, rows: int, size: int) -> Array:
    r"""Draw standard normals, stratified within each row.

    Each row is a Latin hypercube sample of one coordinate (McKay, Beckman and Conover 1979,
    *Technometrics* 21:239): :math:`z_i = \Phi^{-1}((\pi_i + u_i) / n)` with a random
    permutation :math:`\pi`. Each entry is exactly standard normal and rows are independent;
    means over a row vary much less than those of independent draws.

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
    strata = rng.permuted(np.broadcast_to(np.arange(size), (rows, size)), axis=1)
    # A probability that rounds to 0 or 1 would be an infinite draw.
    edge = np.finfo(float).epsneg
    normals: Array = normal_quantile(np.clip((strata + rng.random((rows, size))) / size, edge, 1.0 - edge))
    return normals


def prior(seed: int, name: str, shape: tuple[int, int]) -> Array:
    """Draw standard normals that depend on a seed and a name, stratified within each row.

    Parameters
    ----------
    seed
        A non-negative integer.
    name
        What the draws are for: a coordinate's name, or that with a prefix of its own.
    shape
        Number of runs, and of draws in each.

    Examples
    --------
    >>> bool((prior(1, "load", (4, 100)) == prior(1, "load", (4, 100))).all())
    True
    """
    return stratified_normals(named_generator(seed, name), *shape)
