"""The shipped case given the counts, in PyMC."""

import figures as f
import numpy as np
import pymc as pm
import pytensor.tensor as pt


def log_normal(name, low, high):
    return pm.LogNormal(name, *f.log_pinned(low, high))


def share(name, low, high):
    return pm.Deterministic(name, pm.math.invlogit(pm.Normal(f"{name}_logit", *f.logit_pinned(low, high))))


def shares(name, base, spread):
    return pm.math.softmax(np.log(base) + spread * pm.Normal(name, shape=len(base)))


def build():
    with pm.Model() as model:
        stated = pm.Data("stated", f.STATED)
        first_rate = log_normal("first_rate_per_day", *f.FIRST_RATE)
        steps = pm.Normal("rate_step", 0, f.STEP_SD, shape=f.STEPS - 1)
        rate = first_rate * pt.exp(pt.concatenate([[0.0], pt.cumsum(steps)]))
        sent = (f.DAYS * rate).sum(axis=1)
        munitions_share = share("munitions_share", *f.MUNITIONS_SHARE)
        common = pm.Normal("common_bias", 0, f.BIAS_SD * np.sqrt(f.CORRELATION))
        own = pm.Normal("own_bias", 0, f.BIAS_SD * np.sqrt(1 - f.CORRELATION), shape=3)
        counted = pt.switch(f.MUNITIONS, sent * munitions_share, sent)
        location = pt.log(counted) + common + own[f.CLAIMANT]
        sound = pm.SkewNormal.dist(-f.MARGIN / f.SIGMA, mu=location, sigma=np.hypot(f.SIGMA, f.MARGIN))
        off = pm.StudentT.dist(4, mu=location, sigma=f.OFF_SCALE)
        pm.Mixture("report", [1 - f.OFF_SHARE, f.OFF_SHARE], [sound, off], observed=pt.log(stated))

        payload = f.PAYLOAD_KG * share("payload_share", *f.PAYLOAD_SHARE)
        volume = f.CUBE_M3 * share("stowage", *f.STOWAGE)
        hold = [
            pt.minimum(payload / log_normal(f"mass_{i}", *m), volume / log_normal(f"volume_{i}", *v))
            for i, (m, v) in enumerate(zip(f.MASS, f.VOLUME, strict=True))
        ]
        complete = shares("stow_152", f.STOW_152, f.STOW_152_SPREAD)
        rows = shares("stow_rocket", f.STOW_ROCKET, f.STOW_ROCKET_SPREAD)
        mix = shares("mix", f.MIX, f.MIX_SPREAD)
        capacity = (
            mix[0] * (complete[0] * hold[0] + complete[1] * hold[1])
            + mix[1] * hold[2]
            + mix[2] * (rows[0] * hold[3] + rows[1] * hold[4])
        )
        artillery = sent[f.LAST] * munitions_share * share("artillery_share", *f.ARTILLERY_SHARE)
        pm.Deterministic("rounds", artillery * share("load", *f.LOAD) * capacity)
    return model
