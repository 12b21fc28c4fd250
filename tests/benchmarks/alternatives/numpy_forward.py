"""Prior range of the headline in plain NumPy."""

import figures as f
import numpy as np

SIZE = 100_000


def log_normal(rng, size, low, high):
    mu, sigma = f.log_pinned(low, high)
    return rng.lognormal(mu, sigma, size)


def logit_normal(rng, size, low, high):
    mu, sigma = f.logit_pinned(low, high)
    return 1 / (1 + np.exp(-rng.normal(mu, sigma, size)))


def shares(rng, size, base, spread):
    weights = base * np.exp(spread * rng.standard_normal((size, len(base))))
    return (weights / weights.sum(axis=1, keepdims=True)).T


def rounds_per_container(rng, size):
    """Rounds that a container holds, as loaded."""
    payload = f.PAYLOAD_KG * logit_normal(rng, size, *f.PAYLOAD_SHARE)
    volume = f.CUBE_M3 * logit_normal(rng, size, *f.STOWAGE)
    hold = [
        np.minimum(payload / log_normal(rng, size, *m), volume / log_normal(rng, size, *v))
        for m, v in zip(f.MASS, f.VOLUME, strict=True)
    ]
    complete, projectile = shares(rng, size, f.STOW_152, f.STOW_152_SPREAD)
    one_row, two_rows = shares(rng, size, f.STOW_ROCKET, f.STOW_ROCKET_SPREAD)
    mix = shares(rng, size, f.MIX, f.MIX_SPREAD)
    capacity = (
        mix[0] * (complete * hold[0] + projectile * hold[1])
        + mix[1] * hold[2]
        + mix[2] * (one_row * hold[3] + two_rows * hold[4])
    )
    return logit_normal(rng, size, *f.LOAD) * capacity


def prepare():
    return None


def fit(_prepared, seed, size, _stated=None):
    rng = np.random.default_rng(seed)
    walk = np.cumsum(f.STEP_SD * rng.standard_normal((size, f.STEPS - 1)), axis=1)
    growth = np.exp(np.hstack([np.zeros((size, 1)), walk]))
    military = log_normal(rng, size, *f.FIRST_RATE) * (growth @ f.DAYS[f.LAST])
    artillery = military * logit_normal(rng, size, *f.MUNITIONS_SHARE)
    artillery *= logit_normal(rng, size, *f.ARTILLERY_SHARE)
    return f.quantiles(artillery * rounds_per_container(rng, size))


if __name__ == "__main__":
    f.show(*fit(prepare(), 1, SIZE))
