"""A record of choices that were tried, made up, whose words and figures can be told beforehand."""

from __future__ import annotations

import math

from shellcount.results.estimate import Estimate
from shellcount.results.scaled_part import ScaledPart
from shellcount.results.sensitivity import ChoiceKind, Sensitivity, Side, Tried

BASE = Estimate(
    name="shells.mixed@2024-06-14",
    unit="shells",
    p05=500.0,
    p25=800.0,
    p50=1000.0,
    p75=1250.0,
    p95=2000.0,
    mean=1080.0,
    sd=400.0,
    mcse_p05=1.0,
    mcse_p25=1.0,
    mcse_p50=1.0,
    mcse_p75=1.0,
    mcse_p95=1.0,
    mcse_mean=1.0,
    rhat=1.0,
    ess_bulk=1e4,
    ess_tail=1e4,
    not_quotable=None,
    run_digest="sha256:0",
)


def tried(
    choice: str,
    setting: str,
    factor: float,
    *,
    kind: ChoiceKind = "prior",
    side: Side = "lower",
    width: float = 1.0,
    title: str = "",
    error: float = 0.001,
) -> Tried:
    return Tried(
        choice,
        title or choice,
        kind,
        side,
        setting,
        f"{choice}={factor}",
        500 * factor,
        1000 * factor,
        2000 * factor,
        1.0,
        math.log(factor),
        error,
        math.log(width),
        error,
    )


TRIED = (
    tried("mix", "1.1 instead of 0.3", 0.8, kind="share", title="weight of rockets"),
    tried("mix", "0.1 instead of 0.3", 1.2, kind="share", side="upper", title="weight of rockets"),
    tried("load", "known to be 0.4", 0.6, title="load of a box", width=0.8),
    tried("load", "known to be 0.9", 1.3, side="upper", title="load of a box", width=0.8),
    tried("load", "half as wide", 1.0, kind="width", width=0.9),
    tried("load", "twice as wide", 0.9, kind="width", side="upper", width=1.5),
    tried("walk", "half as wide", 0.999, kind="width"),
    tried("claim.a", "left out", 1.12, kind="claim", side="other", title="claim a"),
    tried("claim.b", "left out", 0.98, kind="claim", side="other", title="claim b"),
)
CONFLICT = ScaledPart(
    "rate",
    "first rate",
    "prior",
    0.1,
    0.01,
    0.0,
    0.01,
    0.0,
    0.01,
    0.1,
    0.1,
    0.01,
    0.2,
    0.01,
    "prior-data conflict",
)
FOUND = Sensitivity(BASE, "shells sent by 14 June 2024", TRIED, (CONFLICT,), ("cube_m3 is taken as known.",))
