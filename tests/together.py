"""Cases of counts of one quantity, each by an office of its own, which agree or of which some are off."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from building import case_of
from shellcount.case.schema import Case
from shellcount.engines.settings import Settings
from shellcount.posterior.fitting import fit_with
from shellcount.posterior.posterior import Posterior

SD = math.hypot(0.02, 0.1)  # of an exact figure, by its hedge and its claimant's bias
QUICK = Settings(seed=1, runs=4, points=512, allow_unconverged=True)


def robust(document: dict[str, Any]) -> None:
    document["robustness"] = {"outlier_share": 0.05, "outlier_scale": 0.5}


def exact(value: float, claimant: str, **more: Any) -> dict[str, Any]:
    return {"hedge": "exact", "value": value, "claimant": claimant, "resolution": 1e-6, **more}


def counts(values: Sequence[float], *, allow_off: bool = True) -> Case:
    claims = [exact(value, f"office-{place}") for place, value in enumerate(values)]
    return case_of(*claims, edit=robust if allow_off else lambda _: None)


def simulated(count: int, off: Mapping[int, float] | None = None, *, seed: int = 1) -> list[float]:
    """Counts of 900, as a right model reports them, some of them times a factor."""
    errors = SD * np.random.default_rng(seed).standard_normal(count)
    factors = off or {}
    return [900.0 * math.exp(error) * factors.get(place, 1.0) for place, error in enumerate(errors)]


def fitted(case: Case) -> Posterior:
    return fit_with(case, QUICK)
