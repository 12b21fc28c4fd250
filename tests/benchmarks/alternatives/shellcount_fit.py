"""Posterior range of the headline with shellcount, by one of its engines."""

import warnings

import shellcount
from shellcount.engines.settings import Settings

HEADLINE = "rounds.mixed@2024-06-14"
CLAIMS = ("rok-mnd-2024-02", "rok-mnd-2024-06", "us-state-2024-02", "us-white-house-2023-10")
SIZES = {"is": "points", "smc": "particles", "nuts": "draws"}
RUNS, MOST_POINTS = 16, 2**14  # beyond so many points a run, more runs
SIZE = {engine: Settings(engine).sizes()[name] for engine, name in SIZES.items()}


def prepare(engine):
    warnings.simplefilter("ignore")  # simulated claims may contradict each other
    return shellcount.load_case(), engine


def fit(prepared, seed, size, stated=None):
    case, engine = prepared
    if stated is not None:
        case = shellcount.with_changes(case, dict(zip((f"claim.{c}" for c in CLAIMS), stated, strict=True)))
    sizes = {SIZES[engine]: size}
    if engine == "is" and size > MOST_POINTS:
        sizes = {"points": MOST_POINTS, "runs": RUNS * size // MOST_POINTS}
    posterior = shellcount.fit(case, engine=engine, seed=seed, allow_unconverged=True, **sizes)
    estimate = posterior.estimate(HEADLINE)
    return [estimate.p05, estimate.p50, estimate.p95]
