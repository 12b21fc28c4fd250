"""Values of claims and measurements that were made up, of an estimate that was made up."""

from __future__ import annotations

import dataclasses
import math
from typing import Literal

from shellcount.results.estimate import Estimate
from shellcount.results.information_value import ValueOfInformation, Worth

NAME = "rounds.mixed@2024-06-14"


def estimate(low: float = 0.86e6, high: float = 3.7e6) -> Estimate:
    middle = math.sqrt(low * high)
    quantiles = (low, (low * middle) ** 0.5, middle, (high * middle) ** 0.5, high)
    errors = (1e4,) * 6
    return Estimate(NAME, "rounds", *quantiles, middle, 5e5, *errors, 1.0, 5e3, 5e3, None, "sha256:0")


def worth(share: float, name: str = "load:10%", **more: object) -> Worth:
    kind: Literal["claim", "measurement"] = "claim" if "=" in name else "measurement"
    plain = Worth(name, f"{name} in words", kind, share, 0.003, min(1.0, share + 0.1), 0.003)
    return dataclasses.replace(plain, **more)  # type: ignore[arg-type]


def found(*worths: Worth) -> ValueOfInformation:
    return ValueOfInformation(estimate(), 0.45, worths, 8)
