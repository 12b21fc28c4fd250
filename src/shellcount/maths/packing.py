"""Compute how many rounds a container holds, from mass and volume."""

from __future__ import annotations

from shellcount.maths.arrays import NUMPY, Namespace, Tensor, Vector


def rounds_per_container[T: Tensor](
    *,
    payload_kg: T,
    mass_kg: T,
    usable_m3: T,
    volume_m3: T,
    xp: Namespace[T] = NUMPY,
) -> T:
    r"""Compute the rounds that one full container holds, by whichever of mass and cube binds first.

    .. math:: c = \min\left(\frac{P}{m}, \frac{V}{v}\right)

    the load planner's rule that a container "weighs out" or "cubes out" (US Army FM 55-80,
    *Army Container Operations*, 1997, chapter 5).

    Parameters
    ----------
    payload_kg
        Mass :math:`P` that the container may carry.
    mass_kg
        Gross mass :math:`m` of one round with its share of the packing.
    usable_m3
        Volume :math:`V` that can be filled: the cube times the stowage efficiency.
    volume_m3
        Volume :math:`v` that one round takes up, packing and dead space included.
    xp
        Array namespace.

    Examples
    --------
    Crated 152mm rounds are bound by mass, a row of rocket crates by cube:

    >>> float(rounds_per_container(payload_kg=21600.0, mass_kg=80.0, usable_m3=26.0, volume_m3=0.08))
    270.0
    >>> float(rounds_per_container(payload_kg=21600.0, mass_kg=96.0, usable_m3=26.0, volume_m3=0.26))
    100.0
    """
    return xp.minimum(payload_kg / mass_kg, usable_m3 / volume_m3)


def mean_capacity[T: Vector](shares: T, capacities: T) -> T:
    r"""Average the rounds per container over many containers packed in different ways.

    .. math:: \bar c = \sum_k s_k c_k

    Shares are of containers, not of rounds.

    Parameters
    ----------
    shares
        Share of the containers packed each way, along the first axis; they sum to one.
    capacities
        Rounds per container packed that way.

    Examples
    --------
    >>> import numpy as np
    >>> float(mean_capacity(np.array([0.75, 0.25]), np.array([80.0, 160.0])))
    100.0
    """
    return (shares * capacities).sum(0)
