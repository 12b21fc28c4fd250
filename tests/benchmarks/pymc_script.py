"""The default case given the counts, as a hand-written PyMC script: what the fast engine is timed against."""

import json

import numpy as np
import pymc as pm
import pytensor.tensor as pt

Z95 = 1.6448536269514722
MONTH_DAYS = np.array([30, 31, 30, 31, 31, 29, 31, 30, 31, 30.0])
CLAIMS = {  # month in which the claim falls, days into it, value, sigma, margin, munitions, claimant
    "white-house": (1, 12, 1_000, np.hypot(0.05, 0.1 / np.sqrt(12)), 0.15, False),
    "state": (5, 22, 10_000, np.hypot(0.05, 0.1 / np.sqrt(12)), 0.15, False),
    "seoul-february": (5, 25, 6_700, np.hypot(0.08, 100 / 6700 / np.sqrt(12)), 0.0, True),
    "seoul-june": (9, 13, 10_000, np.hypot(0.05, 0.1 / np.sqrt(12)), 0.20, True),
}


def log_normal(name, low, high):
    mu, sigma = (np.log(low) + np.log(high)) / 2, (np.log(high) - np.log(low)) / 2 / Z95
    return pm.LogNormal(name, mu, sigma)


def logit_normal(name, low, high):
    low, high = np.log(low / (1 - low)), np.log(high / (1 - high))
    return pm.LogitNormal(name, (low + high) / 2, (high - low) / 2 / Z95)


def shares(name, base, spread):
    return pt.special.softmax(np.log(base) + spread * pm.Normal(name, 0, 1, shape=len(base)))


with pm.Model() as model:
    first_rate = log_normal("first_rate_per_day", 10, 100)
    steps = pm.Normal("rate_steps", 0, 0.35, shape=9)
    rates = first_rate * pt.exp(pt.concatenate([[0.0], pt.cumsum(steps)]))
    shipped = pt.concatenate([[0.0], pt.cumsum(rates * MONTH_DAYS)])
    munitions_share = logit_normal("munitions_share", 0.40, 0.95)
    artillery_share = logit_normal("artillery_share", 0.50, 0.95)
    bias = {
        "white-house": pm.Normal("bias_white_house", 0, 0.1),
        "state": pm.Normal("bias_state", 0, 0.1),
        "seoul": pm.Normal("bias_seoul", 0, 0.1),
    }
    for name, (month, days, value, sigma, margin, munitions) in CLAIMS.items():
        containers = shipped[month] + days * rates[month]
        if munitions:
            containers = containers * munitions_share
        who = "seoul" if name.startswith("seoul") else name
        location = pt.log(containers) + bias[who]
        pm.SkewNormal(
            name, mu=location, sigma=np.hypot(sigma, margin), alpha=-margin / sigma, observed=np.log(value)
        )
    payload = 28_200 * logit_normal("payload_share", 0.6206, 0.8369)
    volume = 33.1 * logit_normal("stowage", 0.62, 0.90)

    def capacity(name, mass, size):
        return pt.minimum(
            payload / log_normal(f"{name}_mass", *mass), volume / log_normal(f"{name}_volume", *size)
        )

    stow_152 = shares("stow_152", [0.6, 0.4], 1.2)
    stow_rocket = shares("stow_rocket", [0.75, 0.25], 1.0)
    mix = shares("mix", [0.45, 0.25, 0.30], 0.8)
    capacity_152 = stow_152[0] * capacity("complete_152", (75, 95), (0.065, 0.10)) + stow_152[1] * capacity(
        "projectile_152", (45, 54), (0.032, 0.055)
    )
    capacity_122 = capacity("complete_122", (36, 44), (0.03, 0.05))
    capacity_rocket = stow_rocket[0] * capacity("one_row", (85, 110), (0.215, 0.36)) + stow_rocket[
        1
    ] * capacity("two_rows", (85, 110), (0.117, 0.18))
    load = logit_normal("load", 0.40, 0.92)
    munitions = (shipped[9] + 13 * rates[9]) * munitions_share
    pm.Deterministic("containers.munitions@2024-06-14", munitions)
    mean_capacity = mix[0] * capacity_152 + mix[1] * capacity_122 + mix[2] * capacity_rocket
    pm.Deterministic("rounds.mixed@2024-06-14", munitions * artillery_share * load * mean_capacity)
    trace = pm.sample(draws=1000, tune=1000, chains=4, cores=2, random_seed=1, progressbar=False)

quantiles = {
    name: np.quantile(trace["posterior"][name].to_numpy(), [0.05, 0.5, 0.95]).tolist()
    for name in ("containers.munitions@2024-06-14", "rounds.mixed@2024-06-14")
}
divergences = int(trace["sample_stats"]["diverging"].sum())
print(json.dumps({"quantiles": quantiles, "divergences": divergences}))
