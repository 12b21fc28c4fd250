"""The little that numpy and pytensor have in common, so that each formula exists once."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]

# What a formula works on: a numpy array, or a pytensor expression standing for one.
type Tensor = Any


class Namespace(Protocol):
    """The functions that a formula may use; ``numpy`` and ``pytensor.tensor`` both have them."""

    exp: Any
    log: Any
    logaddexp: Any
    maximum: Any
    minimum: Any
