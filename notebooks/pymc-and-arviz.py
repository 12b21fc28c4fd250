# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Working with PyMC and ArviZ on the model
#
# The default engine needs neither PyMC nor ArviZ. Both are optional: PyMC to sample the model by another
# method, and to extend it with evidence that the case file cannot express; ArviZ for its diagnostics and
# figures. This notebook needs `pip install 'shellcount[nuts]'`, with PyMC 6 and ArviZ 1. Compilation takes
# most of its time, especially the first time.

# %%
import contextlib
import datetime as dt
import logging
import math
import sys
import warnings

import arviz as az
import numpy as np
import pandas as pd
import pymc as pm
import pytensor

import shellcount
from shellcount.case.flow import days_in_steps, span

logging.getLogger("pymc").setLevel(logging.ERROR)  # no lists of what is drawn
case = shellcount.load_case()
model = shellcount.to_pymc(case)

# %% [markdown]
# ## The model in PyMC
#
# `to_pymc` builds an ordinary `pm.Model`. It contains no `Potential`, so predictive sampling, log
# likelihoods and log priors cover all of it. Here are the free parameters, each followed by its dimension if
# it has one.

# %%
for variable in model.free_RVs:
    print(variable.name, *model.named_vars_to_dims.get(variable.name, ()), sep="  ")

# %% [markdown]
# They are LogNormal, LogitNormal and Normal variables, with the quantiles of the case file. A `score` is a
# standard normal that a formula turns into shares or biases; `rate_step` is in log units. Dimensions have
# labels, so nothing has to be looked up by position.

# %%
print(*model.coords["stow"], sep="\n")

# %% [markdown]
# What the parameters determine are deterministic variables, and each is computed from those before it:
# `containers` from `rate`, `rounds` from `containers`, `load` and `capacity`. All fitted claims are one
# observed variable, `report`, of logarithms, over the dimension `claim`. Stated values, hedges, spreads of
# biases and the days of each date are data.

# %%
print("derived: ", *[variable.name for variable in model.deterministics])
print("data:    ", *[variable.name for variable in model.data_vars])
print("observed:", *[variable.name for variable in model.observed_RVs], "of", *model.coords["claim"])

# %% [markdown]
# Because later variables are computed from earlier ones, an intervention moves all that depends on it. Twice
# the rate is twice the containers and twice the rounds, and other reports:


# %%
def medians(built: pm.Model) -> tuple[float, np.ndarray]:
    """Medians of the rounds sent in the end, and of the reports that the model predicts, a priori."""
    names = ["rounds", "report"]
    prior = pm.sample_prior_predictive(
        1000, model=built, var_names=names, random_seed=1, compile_kwargs={"mode": "FAST_COMPILE"}
    )
    rounds = prior["prior"]["rounds"].sel(date="2024-06-14", scenario="mixed").median()
    return float(rounds), np.exp(prior["prior_predictive"]["report"].median(("chain", "draw"))).to_numpy()


as_it_is, full = medians(model), medians(pm.do(model, {"load": 1.0}))
flat = np.full(len(model.coords["step"]), 50.0)
slow, fast = (medians(pm.do(model, {"rate": rate})) for rate in (flat, 2 * flat))
print(f"load of 1:   rounds x {full[0] / as_it_is[0]:.2f}, reports x {(full[1] / as_it_is[1]).round(2)}")
print(f"double rate: rounds x {fast[0] / slow[0]:.2f}, reports x {(fast[1] / slow[1]).round(2)}")

# %% [markdown]
# The counts do not ask how full containers are, so a full load leaves their reports alone, but for the noise
# of so few draws.
#
# `pm.set_data` changes a stated value as `with_changes` does: its rounding follows.

# %%
stated = dict(zip(model.coords["claim"], model["stated"].get_value(), strict=True))
pm.set_data({"stated": list((stated | {"us-state-2024-02": 12_000}).values())}, model=model)
print(model["stated"].get_value())
pm.set_data({"stated": list(stated.values())}, model=model)

# %% [markdown]
# ## The other engine
#
# To sample the model as it is, there is no need to call PyMC. `engine="nuts"` samples it by the No-U-Turn
# sampler of nutpie, and returns a `Posterior` as the default engine does. The two engines share the formulae
# of the model, but no sampling code.

# %%
smc = shellcount.fit(case, engine="smc", seed=1)
nuts = shellcount.fit(case, engine="nuts", seed=1, runs=4, draws=5000)
name = "rounds.mixed@2024-06-14"
for posterior in (smc, nuts):
    print(f"{posterior.run.engine}: {posterior.estimate(name).headline}")

# %% [markdown]
# Agreement is judged in units of Monte Carlo error: the difference of two medians divided by their combined
# MCSE. If the engines agree, about one difference in three hundred is above 3 by chance.

# %%
distances = [
    abs(one.p50 - other.p50) / math.hypot(one.mcse_p50, other.mcse_p50)
    for one, other in zip(smc.estimates(), nuts.estimates(), strict=True)
]
print(f"{sum(distance < 3 for distance in distances)} of {len(distances)} medians differ by less than 3 MCSE")

# %% [markdown]
# `make verify` compares the other quantiles too, and judges all of them together.
#
# ## A claim of your own
#
# Suppose that an inspector has opened some containers and says how full they were. A case file takes
# no claims about `load` alone, but in PyMC it is one line.
# Let it follow the rule of the other claims: its logarithm is that of the quantity, plus a bias whose
# spread comes from the grade of the claimant, plus the noise of the hedge. No other claim shares
# this bias, so the two variances simply add up.

# %%
about_full = 0.6
sigma = math.hypot(case.reliability["B"].value, case.hedges["about"].sigma)
with model:
    pm.LogNormal("inspection", pm.math.log(model["load"]), sigma, observed=[about_full])

# %% [markdown]
# ## A claim on another date
#
# Suppose that a port's records put all containers by the end of April at about 14,500. The case has no claim
# of that date, but `rate` has every step of the flow; the days of each step before the date are counted by
# `days_in_steps`. That takes three lines:

# %%
days = days_in_steps(case, span(case, None, dt.date(2024, 4, 30)))
with model:
    pm.LogNormal("port", pm.math.log((days * model["rate"][: len(days)]).sum()), sigma, observed=[14_500])

# %% [markdown]
# ## A prior of your own
#
# If you know more of the load than the case does, put a prior of your own in its place. That takes three
# lines too, and everything computed from `load` follows:

# %%
with model.copy() as measured:
    pm.Beta("measured_load", 40, 20)
measured = pm.do(measured, {"load": measured["measured_load"]})

print(f"rounds x {medians(measured)[0] / as_it_is[0]:.2f} a priori")

# %% [markdown]
# ## Sampling what was extended
#
# Four things need attention before sampling.
#
# - State every setting. The defaults of `pm.sample` depend on the number of cores and on the installed
#   samplers.
# - Make it repeatable. PyTensor compiles with fast arithmetic, which sums in another order in fresh code than
#   in cached code, so one seed may give two results. `change_flags` switches it off; `engine="nuts"`
#   does so itself.
# - Freeze the data, unless they are to be changed afterwards: what they alone decide is then computed once,
#   and much less is compiled.
# - Look at the diagnostics. PyMC checks convergence after its own sampler; nutpie does not warn, even when
#   trajectories diverged. (`progressbar` and `quiet` only suppress progress messages.)

# %%
with pytensor.config.change_flags(numba__fastmath=False):
    extended = pm.sample(
        model=model,
        draws=2000,
        tune=1000,
        chains=4,
        cores=2,
        random_seed=1,
        nuts_sampler="nutpie",
        nuts={"target_accept": 0.95, "maxdepth": 10},
        compile_kwargs={"freeze_model": True},
        progressbar=False,
        quiet=True,
    )
sampled = [variable.name for variable in model.free_RVs]
diagnosed = az.summary(extended, var_names=[*sampled, "rounds"], kind="diagnostics", round_to="none")
print("divergent trajectories:", int(extended["sample_stats"]["diverging"].sum()))
print("R-hat below 1.01:", bool((diagnosed["r_hat"] < 1.01).all()))
print("bulk and tail ESS above 400:", bool((diagnosed[["ess_bulk", "ess_tail"]] > 400).all(axis=None)))

# %% [markdown]
# What did the two claims change? One is about `load` alone, the other about the flow. `to_datatree` gives
# the posterior without them, under the same names.

# %%
tree = smc.to_datatree(thin=8)
quoted = {"kind": "stats", "ci_prob": 0.9, "ci_kind": "eti", "round_to": "none"}
names, columns = ["load", "stowage", "artillery_share"], ["mean", "eti90_lb", "eti90_ub"]
before, after = (az.summary(draws, var_names=names, **quoted)[columns] for draws in (tree, extended))
pd.concat({"counts": before, "with both claims": after}, axis="columns").round(1)

# %%
for label, draws in {"counts": tree, "with both claims": extended}.items():
    rounds = draws["posterior"]["rounds"].sel(date="2024-06-14", scenario="mixed")
    low, middle, high = rounds.quantile([0.05, 0.5, 0.95]).to_numpy() / 1e6
    print(f"{label}: {middle:.1f} million rounds (90% interval {low:.1f} to {high:.1f} million)")

# %% [markdown]
# An inspection of a few containers is a claim about those containers. How well it represents `load`, the mean
# over all of them, is a judgement, which `sigma` should include.
#
# ## The posterior for ArviZ
#
# The tree has all groups that ArviZ 1 uses, for either engine. Runs appear as chains, and `thin=8` keeps
# every eighth draw of each.

# %%
print(*tree.children, sep="\n")

# %% [markdown]
# Each group says what drew it, and each variable its unit. Within a run of `smc`, draws have no order. ArviZ
# computes effective sample sizes from autocorrelations, and so takes these draws for more independent than
# they are. For diagnostics of `smc`, use those of the estimates, which are based on the spread between runs.
#
# State the probability and the kind of each interval. The defaults of ArviZ are not the equal-tailed 90%
# intervals that are used here.

# %%
print(tree["posterior"]["rounds"].attrs, tree["posterior"].attrs["inference_library"])

# %%
latest = tree["posterior"].sel(date="2024-06-14").dataset
az.summary(latest, var_names=["rounds"], **quoted).round(-4)

# %%
az.plot_forest(
    latest, var_names=["rounds"], combined=True, ci_kind="eti", ci_probs=(0.5, 0.9), point_estimate="median"
).show()

# %% [markdown]
# Prior and posterior of a parameter that the claims inform, next to one that they do not inform:

# %%
az.plot_prior_posterior(tree, var_names=["munitions_share", "load"]).show()

# %% [markdown]
# The posterior predictive of each claim, with the stated figure as a black dot, in logarithms.

# %%
az.plot_ppc_interval(
    tree,
    ci_kind="eti",
    ci_probs=(0.5, 0.9),
    point_estimate="median",
    figure_kwargs={"figsize": (15, 4)},
).show()

# %% [markdown]
# ## Which claims move the answer?
#
# Power scaling raises a part of the posterior, a prior or a likelihood, to a power close to 1, reweights
# the draws, and measures how far a quantity moves. It uses the groups `log_prior` and
# `log_likelihood`. First all priors against all claims; messages of ArviZ are printed with the output.

# %%
with contextlib.redirect_stderr(sys.stdout):
    moved = az.psense_summary(tree, var_names=["rounds"], coords={"date": "2024-06-14"}, round_to=2)
moved

# %% [markdown]
# If a prior moves the answer while the likelihood hardly does, the answer rests on assumptions. That is to be
# expected here: counts of containers say nothing about packing. Now each claim alone, by its coordinate, and
# each prior alone.

# %%
claims = tree["observed_data"]["claim"].to_numpy()
parts = {
    ("claim", claim): {"group": "likelihood", "group_coords": {"claim": [claim]}} for claim in claims
} | {
    ("prior", prior): {"group": "prior", "group_var_names": [prior]} for prior in tree["log_prior"].data_vars
}
answer = {"date": "2024-06-14", "scenario": "mixed"}
sensitivity = {
    name: az.psense(tree, var_names=["rounds"], **part)["rounds"].sel(answer).item()
    for name, part in parts.items()
}
pd.Series(sensitivity).sort_values(ascending=False).head(8).round(2)

# %% [markdown]
# The largest come first. Compare them with each other rather than with a limit: the scaled part is
# smaller here than in the summary. To see in which direction the answer would move, change the prior or the
# claim with `with_changes` and refit. For a sample of your own, such as `extended` above,
# `pm.compute_log_likelihood` and `pm.stats.compute_log_prior` add the two groups.
#
# ## Leave-one-out, and why ArviZ warns
#
# `az.loo` estimates how well the others predict each claim, without refitting, by reweighting
# the draws of the full posterior. If a claim has a large influence, few draws represent the posterior without
# it, and the Pareto $k$ of the weights is high. ArviZ then warns; the warnings are caught and printed.

# %%
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    loo = az.loo(tree, pointwise=True)
    percentiles = az.loo_pit(tree)["report"]
print(*sorted({str(warning.message) for warning in caught}), sep="\n\n")
pd.DataFrame({"elpd": loo.elpd_i, "Pareto k": loo.pareto_k, "percentile": percentiles}, index=claims).round(2)

# %% [markdown]
# The warning is serious. With so few claims, some have a large influence: this is the rule here and not the
# exception. That is why `shellcount.checks.leave_one_out.leave_one_out` refits the case for each claim.
#
# Two fits of `smc` also give the exact value that `az.loo` approximates, since each reports its log
# evidence:
#
# $$\log p(y_c \mid y_{-c}) = \log p(y) - \log p(y_{-c}).$$

# %%
whole, _ = smc.log_evidence
refits = {claim: shellcount.fit(case, given=f"counts-but:{claim}", seed=1) for claim in claims}
for place, claim in enumerate(claims):
    without, _ = refits[claim].log_evidence
    high = float(loo.pareto_k[place]) > loo.good_k
    difference = float(loo.elpd_i[place]) - (whole - without)
    print(f"{claim}: az.loo less refit {difference:+.1f} nats; Pareto k too high: {high}")

# %% [markdown]
# Where the two differ, trust the refit: a reweighted posterior cannot represent regions where it has no
# draws. A positive difference means that `az.loo` makes the claim look better predicted than it is.
#
# Two models of the same claims are compared by `az.compare`, with the same caution:

# %%
wider = shellcount.fit(shellcount.with_changes(case, {"reliability.B": 0.2}), seed=1)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    compared = az.compare({"biases of 10%": tree, "of 20%": wider.to_datatree(thin=8)})
compared[["rank", "elpd", "elpd_diff", "dse"]].astype(float).round(1)
