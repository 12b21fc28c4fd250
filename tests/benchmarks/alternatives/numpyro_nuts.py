"""Posterior range of the headline with NumPyro, sampled by its NUTS."""

import figures as f
import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from jax.scipy.stats import norm, t

SIZE = 1000


def log_normal(name, low, high):
    return numpyro.sample(name, dist.LogNormal(*f.log_pinned(low, high)))


def share(name, low, high):
    return jax.nn.sigmoid(numpyro.sample(name, dist.Normal(*f.logit_pinned(low, high))))


def shares(name, base, spread):
    scores = numpyro.sample(name, dist.Normal(0, 1).expand([len(base)]).to_event(1))
    return jax.nn.softmax(jnp.log(jnp.array(base)) + spread * scores)


def model(stated):
    first_rate = log_normal("first_rate_per_day", *f.FIRST_RATE)
    steps = numpyro.sample("rate_step", dist.Normal(0, f.STEP_SD).expand([f.STEPS - 1]).to_event(1))
    rate = first_rate * jnp.exp(jnp.concatenate([jnp.zeros(1), jnp.cumsum(steps)]))
    sent = f.DAYS @ rate
    munitions_share = share("munitions_share", *f.MUNITIONS_SHARE)
    common = numpyro.sample("common_bias", dist.Normal(0, f.BIAS_SD * np.sqrt(f.CORRELATION)))
    own_sd = f.BIAS_SD * np.sqrt(1 - f.CORRELATION)
    own = numpyro.sample("own_bias", dist.Normal(0, own_sd).expand([3]).to_event(1))
    location = jnp.log(jnp.where(f.MUNITIONS, sent * munitions_share, sent)) + common + own[f.CLAIMANT]
    # NumPyro has no skew-normal.
    error, scale = jnp.log(stated) - location, np.hypot(f.SIGMA, f.MARGIN)
    sound = jnp.log(2.0) + norm.logpdf(error, 0, scale) + norm.logcdf(-f.MARGIN / f.SIGMA * error / scale)
    off = t.logpdf(error, 4, 0, f.OFF_SCALE)
    numpyro.factor("report", jnp.logaddexp(np.log1p(-f.OFF_SHARE) + sound, np.log(f.OFF_SHARE) + off).sum())

    payload = f.PAYLOAD_KG * share("payload_share", *f.PAYLOAD_SHARE)
    volume = f.CUBE_M3 * share("stowage", *f.STOWAGE)
    hold = [
        jnp.minimum(payload / log_normal(f"mass_{i}", *m), volume / log_normal(f"volume_{i}", *v))
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
    numpyro.deterministic("rounds", artillery * share("load", *f.LOAD) * capacity)


def prepare():
    numpyro.set_host_device_count(4)  # one a chain
    return {}


def fit(prepared, seed, size, stated=None):
    if size not in prepared:  # compiled at its first run
        prepared[size] = numpyro.infer.MCMC(
            numpyro.infer.NUTS(model),
            num_warmup=1000,
            num_samples=size,
            num_chains=4,
            progress_bar=False,
            jit_model_args=True,
        )
    mcmc = prepared[size]
    mcmc.run(jax.random.key(seed), jnp.asarray(f.STATED if stated is None else stated))
    return f.quantiles(np.asarray(mcmc.get_samples()["rounds"]))


if __name__ == "__main__":
    f.show(*fit(prepare(), 1, SIZE))
