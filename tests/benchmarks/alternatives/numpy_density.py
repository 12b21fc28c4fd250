"""The log likelihood of the shipped case in plain NumPy, of 26 standard normal coordinates."""

import figures as f
import numpy as np
from numpy_forward import logit_normal, rounds_per_container
from scipy.special import expit, log_ndtr

COORDINATES = 1 + (f.STEPS - 1) + 1 + 1 + 3  # first rate, steps, share of munitions, common bias, own biases
_SCALE = np.hypot(f.SIGMA, f.MARGIN)
_SHAPE = -f.MARGIN / f.SIGMA


def containers(z):
    """Military containers at each claim and their share of munitions; z of shape (point, coordinate)."""
    first, share = f.log_pinned(*f.FIRST_RATE), f.logit_pinned(*f.MUNITIONS_SHARE)
    log_rate = np.empty((len(z), f.STEPS))
    log_rate[:, 0] = first[0] + first[1] * z[:, 0]
    log_rate[:, 1:] = log_rate[:, :1] + np.cumsum(f.STEP_SD * z[:, 1 : f.STEPS], axis=1)
    return np.exp(log_rate) @ f.DAYS.T, expit(share[0] + share[1] * z[:, f.STEPS])


def log_likelihood(z, stated=None):
    """Log likelihood at points; z of shape (point, coordinate)."""
    sent, munitions_share = containers(z)
    location = np.log(sent)
    location[:, f.MUNITIONS] += np.log(munitions_share)[:, None]
    common, own = z[:, f.STEPS + 1, None], z[:, f.STEPS + 2 :][:, f.CLAIMANT]
    location += f.BIAS_SD * (np.sqrt(f.CORRELATION) * common + np.sqrt(1 - f.CORRELATION) * own)
    error = np.log(f.STATED if stated is None else np.asarray(stated)) - location
    u = error / _SCALE
    sound = np.log(2 / _SCALE / np.sqrt(2 * np.pi)) - u * u / 2 + log_ndtr(_SHAPE * u)
    off = np.log(0.375 / f.OFF_SCALE) - 2.5 * np.log1p((error / f.OFF_SCALE) ** 2 / 4)
    return np.logaddexp(np.log1p(-f.OFF_SHARE) + sound, np.log(f.OFF_SHARE) + off).sum(axis=1)


def headline(rng, z):
    """Draw the headline at points: what the claims do not inform keeps its prior."""
    sent, munitions_share = containers(z)
    artillery_share = logit_normal(rng, len(z), *f.ARTILLERY_SHARE)
    return sent[:, f.LAST] * munitions_share * artillery_share * rounds_per_container(rng, len(z))
