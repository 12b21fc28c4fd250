"""The figures of the shipped case that every alternative needs: claims, priors and container."""

import numpy as np

STEP_DAYS, STEPS = 14, 21
STEP_SD = 0.35 * np.sqrt(STEP_DAYS / 30.4375)

# Claims: South Korea in February and in June, the State Department, the White House.
SINCE_FIRST = np.array([178, 287, 175, 42])  # days from the first shipment to the day before the claim
DAYS = np.clip(SINCE_FIRST[:, None] - STEP_DAYS * np.arange(STEPS), 0, STEP_DAYS).astype(float)
STATED = np.array([6_700.0, 10_000.0, 10_000.0, 1_000.0])
RESOLUTION = np.array([100.0, 1_000.0, 1_000.0, 100.0])
SIGMA = np.sqrt(np.array([0.08, 0.05, 0.05, 0.05]) ** 2 + (RESOLUTION / STATED) ** 2 / 12)
MARGIN = np.array([0.0, 0.20, 0.15, 0.15])  # of "at least" and "more than", by which figures fall short
MUNITIONS = np.array([True, True, False, False])  # the others count all military containers
CLAIMANT = np.array([0, 0, 1, 2])
BIAS_SD, CORRELATION = 0.1, 0.5
OFF_SHARE, OFF_SCALE = 0.05, 0.5

LAST = 1  # the claim of 14 June, the date of the headline

# Priors by their 5% and 95% quantiles.
FIRST_RATE = (10, 100)
MUNITIONS_SHARE, ARTILLERY_SHARE, LOAD = (0.40, 0.95), (0.50, 0.95), (0.40, 0.92)
PAYLOAD_SHARE, STOWAGE = (0.6206, 0.8369), (0.62, 0.90)
PAYLOAD_KG, CUBE_M3 = 28_200, 33.1
# Mass in kg and volume in m3 of a round: 152 mm complete and projectile; 122 mm; rockets in one row, in two.
MASS = [(75, 95), (45, 54), (36, 44), (85, 110), (85, 110)]
VOLUME = [(0.065, 0.10), (0.032, 0.055), (0.03, 0.05), (0.215, 0.36), (0.117, 0.18)]
STOW_152, STOW_152_SPREAD = [0.60, 0.40], 1.2
STOW_ROCKET, STOW_ROCKET_SPREAD = [0.75, 0.25], 1.0
MIX, MIX_SPREAD = [0.45, 0.25, 0.30], 0.8

Z95 = 1.6448536269514722


def log_pinned(low, high):
    """Mean and standard deviation of the logarithm, from the 5% and 95% quantiles."""
    low, high = np.log(low), np.log(high)
    return (low + high) / 2, (high - low) / 2 / Z95


def logit_pinned(low, high):
    """Mean and standard deviation of the logit, from the 5% and 95% quantiles."""
    low, high = np.log(low / (1 - low)), np.log(high / (1 - high))
    return (low + high) / 2, (high - low) / 2 / Z95


def quantiles(rounds):
    """Range of the headline."""
    return np.quantile(rounds, [0.05, 0.5, 0.95]).tolist()


def show(p05, p50, p95):
    """Print the range of the headline."""
    print(f'{{"p05": {p05:.0f}, "p50": {p50:.0f}, "p95": {p95:.0f}}}')
