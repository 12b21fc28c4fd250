"""Order numbers by sorting integers, which takes numpy half the time of finding the order of floats."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shellcount.maths.arrays import Array

_ALL_BUT_SIGN = np.int64(2**63 - 1)


def in_order(values: Array) -> tuple[NDArray[np.int64], Array]:
    """Sort values, and give their places in order; equal values come in any order.

    The bits of floats, read as integers, have the same order, once those of negative ones are turned. Their
    last bits give way to the places; where these bits tell two values apart, the order is found as usual.

    Parameters
    ----------
    values
        Shape (value,).

    Returns
    -------
    tuple
        Places of the values from the smallest to the largest, and the values in this order.

    Examples
    --------
    >>> places, ordered = in_order(np.array([0.5, -2.0, 0.25]))
    >>> places.tolist(), ordered.tolist()
    ([1, 2, 0], [-2.0, 0.25, 0.5])
    """
    last = np.int64(2 ** max(0, values.size - 1).bit_length() - 1)
    keys = values.view(np.int64)
    keys = keys ^ ((keys >> 63) & _ALL_BUT_SIGN)
    keys &= ~last
    keys |= np.arange(values.size)
    keys.sort()
    keys &= last
    ordered = values[keys]
    if not (ordered[1:] >= ordered[:-1]).all():
        keys = np.argsort(values)
        ordered = values[keys]
    return keys, ordered
