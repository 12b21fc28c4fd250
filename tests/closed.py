"""The posterior of the case of a single claim in closed form, with its parts weighed more or less."""

from __future__ import annotations

import math

import numpy as np

from shellcount.maths.priors import Z95

NAME = "containers.everything@2024-01-31"
STATED, RATE, HEDGE, BIAS = 2000.0, math.log(10) / (2 * Z95), 0.08, 0.10
PRIOR = math.log(30) + math.log(1000) / 2


def closed(
    *,
    rate: float = RATE,
    hedge: float = HEDGE,
    bias: float = BIAS,
    powers: tuple[float, float, float] = (1.0, 1.0, 1.0),
) -> tuple[float, float]:
    """Mean and standard deviation of the log of the containers.

    The log is normal a priori, with the standard deviation ``rate``; the log of the claim is normal about it,
    with a bias and an error. The powers are those of the prior of the rate, of the bias, and of the claim.
    """
    of_rate, of_bias, of_claim = powers
    precision = np.diag([of_rate / rate**2, of_bias / bias**2]) + of_claim / hedge**2
    covariance = np.linalg.inv(precision)
    linear = np.array([of_rate * PRIOR / rate**2, 0.0]) + of_claim * math.log(STATED) / hedge**2
    return float((covariance @ linear)[0]), math.sqrt(covariance[0, 0])


def slopes(part: int) -> tuple[float, float]:
    """Changes of the mean and, relatively, of the standard deviation, per doubling of the power of a part."""
    step = 1e-4
    ends = []
    for sign in (-1, 1):
        powers = [1.0, 1.0, 1.0]
        powers[part] = math.exp(sign * step)
        ends.append(closed(powers=(powers[0], powers[1], powers[2])))
    (low, narrow), (high, wide) = ends
    return math.log(2) * (high - low) / (2 * step), math.log(2) * math.log(wide / narrow) / (2 * step)
