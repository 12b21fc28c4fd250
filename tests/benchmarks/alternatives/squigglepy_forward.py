"""Prior range of the headline in squigglepy."""

import figures as f
import numpy as np
import squigglepy as sq

SIZE = 100_000


def log_normal(size, low, high):
    return sq.sample(sq.to(low, high), size)  # a log-normal of which this is the 90% interval


def logit_normal(size, low, high):
    mu, sigma = f.logit_pinned(low, high)
    return 1 / (1 + np.exp(-sq.sample(sq.norm(mean=mu, sd=sigma), size)))


def shares(size, base, spread):
    scores = np.array([sq.sample(sq.norm(mean=0, sd=spread), size) for _ in base])
    weights = np.array(base)[:, None] * np.exp(scores)
    return weights / weights.sum(axis=0)


def prepare():
    return None


def fit(_prepared, seed, size, _stated=None):
    sq.set_seed(seed)
    walk = np.cumsum([sq.sample(sq.norm(mean=0, sd=f.STEP_SD), size) for _ in range(f.STEPS - 1)], axis=0)
    growth = np.exp(np.vstack([np.zeros(size), walk]))
    military = log_normal(size, *f.FIRST_RATE) * (f.DAYS[f.LAST] @ growth)
    artillery = military * logit_normal(size, *f.MUNITIONS_SHARE) * logit_normal(size, *f.ARTILLERY_SHARE)
    payload = f.PAYLOAD_KG * logit_normal(size, *f.PAYLOAD_SHARE)
    volume = f.CUBE_M3 * logit_normal(size, *f.STOWAGE)
    hold = [
        np.minimum(payload / log_normal(size, *m), volume / log_normal(size, *v))
        for m, v in zip(f.MASS, f.VOLUME, strict=True)
    ]
    complete, projectile = shares(size, f.STOW_152, f.STOW_152_SPREAD)
    one_row, two_rows = shares(size, f.STOW_ROCKET, f.STOW_ROCKET_SPREAD)
    mix = shares(size, f.MIX, f.MIX_SPREAD)
    capacity = (
        mix[0] * (complete * hold[0] + projectile * hold[1])
        + mix[1] * hold[2]
        + mix[2] * (one_row * hold[3] + two_rows * hold[4])
    )
    return f.quantiles(artillery * logit_normal(size, *f.LOAD) * capacity)


if __name__ == "__main__":
    f.show(*fit(prepare(), 1, SIZE))
