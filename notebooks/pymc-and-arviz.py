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
# The default engine needs neither PyMC nor ArviZ. Both are there for who wants them: PyMC to sample the
# model by another method, and to extend it with evidence that the case file has no place for; ArviZ for
# its diagnostics and figures. This notebook needs `pip install 'shellcount[nuts]'`, PyMC 6 and ArviZ 1.
# Compilation takes most of its time, the first time above all.

# %%
import contextlib
import math
import sys
import warnings

import arviz as az
import pandas as pd
import pymc as pm
import pytensor

import shellcount

case = shellcount.load_case()
model = shellcount.to_pymc(case)

# %% [markdown]
# ## The model in PyMC
#
# `to_pymc` builds an ordinary `pm.Model`. Nothing in it is a `Potential`, so that predictive sampling, log
# likelihoods and log priors see all of it. Here are the free parameters, each followed by its dimension if
# it has one.

# %%
for variable in model.free_RVs:
    print(variable.name, *model.named_vars_to_dims.get(variable.name, ()), sep="  ")

# %% [markdown]
# They are LogNormal, LogitNormal and Normal variables, with the quantiles of the case file. A `score` is a
# standard normal that a composition turns into shares; `bias` and `rate_step` are in log units. Dimensions
# have labels, so that nothing has to be found by position.

# %%
print(*model.coords["stow"], sep="\n")

# %% [markdown]
# What the parameters determine is deterministic. Each fitted claim is one observed variable, `claim.ID`,
# in its own unit; its value is data, `stated.ID`, and can be set anew with `pm.set_data`.

# %%
print("derived: ", *[variable.name for variable in model.deterministics])
print("observed:", *[variable.name for variable in model.observed_RVs])

# %% [markdown]
# ## The other engine
#
# To sample the model as it is there is no need to call PyMC. `engine="nuts"` samples it by the No-U-Turn
# sampler of nutpie, and gives a `Posterior` as the default engine does. The two engines share the formulae
# of the model, and nothing of the sampling.

# %%
smc = shellcount.fit(case, engine="smc", seed=1)
nuts = shellcount.fit(case, engine="nuts", seed=1, runs=4, draws=5000)
name = "rounds.mixed@2024-06-14"
for posterior in (smc, nuts):
    print(f"{posterior.run.engine}: {posterior.estimate(name).headline}")

# %% [markdown]
# Agreement is judged in units of Monte Carlo error: the difference of two medians over their combined
# MCSE. If the engines agree, some one difference in three hundred is beyond 3 by chance.

# %%
distances = [
    abs(one.p50 - other.p50) / math.hypot(one.mcse_p50, other.mcse_p50)
    for one, other in zip(smc.estimates(), nuts.estimates(), strict=True)
]
print(f"{sum(distance < 3 for distance in distances)} of {len(distances)} medians differ by less than 3 MCSE")

# %% [markdown]
# `make verify` compares the other quantiles too, and judges all of them together.
#
# ## A claim of one's own
#
# Suppose that an inspector has opened some containers and reports how full they were. A case file takes
# claims of containers, of capacity and of rounds, and this is a claim of `load`: in PyMC it is one line.
# Let it follow the rule of the other claims, so that its logarithm is that of the quantity, plus a bias
# whose spread comes from the grade of the claimant, plus the noise of the hedge. No other claim shares
# this bias, so the two variances are simply added.

# %%
about_full = 0.6
sigma = math.hypot(case.reliability["B"].value, case.hedges["about"].sigma)
with model:
    pm.LogNormal("claim.inspection", pm.math.log(model["load"]), sigma, observed=[about_full], dims="report")

# %% [markdown]
# The value is a list of one, along the dimension `report` that the other claims have: ArviZ wants a
# dimension. Three things need attention before sampling.
#
# - State every setting. What `pm.sample` does by default depends on the number of cores and on which
#   samplers are installed.
# - Make it repeat. PyTensor compiles with fast arithmetic, which sums in another order in fresh code than
#   in cached code, so that one seed may give two results. `change_flags` switches it off; `engine="nuts"`
#   does so by itself.
# - Look at the diagnostics. PyMC checks convergence after its own sampler; nutpie returns without a word,
#   even where trajectories diverged. (`progressbar` and `quiet` only stop the running commentary.)

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
        progressbar=False,
        quiet=True,
    )
sampled = [variable.name for variable in model.free_RVs]
diagnosed = az.summary(extended, var_names=[*sampled, "rounds"], kind="diagnostics", round_to="none")
print("divergent trajectories:", int(extended["sample_stats"]["diverging"].sum()))
print("R-hat below 1.01:", bool((diagnosed["r_hat"] < 1.01).all()))
print("bulk and tail ESS above 400:", bool((diagnosed[["ess_bulk", "ess_tail"]] > 400).all(axis=None)))

# %% [markdown]
# What did the inspection change? It speaks of `load` alone, and of nothing else that packing rests on.
# `to_datatree` gives the posterior without it under the same names.

# %%
tree = smc.to_datatree(thin=8)
quoted = {"kind": "stats", "ci_prob": 0.9, "ci_kind": "eti", "round_to": "none"}
names, columns = ["load", "stowage", "artillery_share"], ["mean", "eti90_lb", "eti90_ub"]
before, after = (az.summary(found, var_names=names, **quoted)[columns] for found in (tree, extended))
pd.concat({"counts": before, "and inspection": after}, axis="columns").round(1)

# %%
for label, found in {"counts": tree, "and inspection": extended}.items():
    rounds = found["posterior"]["rounds"].sel(date="2024-06-14", scenario="mixed")
    low, middle, high = rounds.quantile([0.05, 0.5, 0.95]).to_numpy() / 1e6
    print(f"{label}: {middle:.1f} million rounds (90% interval {low:.1f} to {high:.1f} million)")

# %% [markdown]
# An inspection of a few containers is a claim on those containers. Whether it is one on `load`, the mean
# over all of them, is a judgement, and belongs into `sigma`.
#
# ## The posterior for ArviZ
#
# The tree has all groups that ArviZ 1 looks for, from either engine. Runs are chains, and `thin` keeps
# every so many draws of each.

# %%
print(*tree.children, sep="\n")

# %% [markdown]
# Within a run of `smc` draws come in no order. ArviZ makes effective sample sizes of autocorrelations, and
# so takes them for more independent than they are: for diagnostics of `smc` use those of the estimates,
# which rest on the spread between runs.
#
# State the probability and the kind of each interval. The defaults of ArviZ are not the 90% equal tails
# that are used here.

# %%
latest = tree["posterior"].sel(date="2024-06-14").dataset
az.summary(latest, var_names=["rounds"], **quoted).round(-4)

# %%
az.plot_forest(
    latest, var_names=["rounds"], combined=True, ci_kind="eti", ci_probs=(0.5, 0.9), point_estimate="median"
).show()

# %% [markdown]
# Prior and posterior of a parameter that the claims inform, beside one that they do not.

# %%
az.plot_prior_posterior(tree, var_names=["munitions_share", "load"]).show()

# %% [markdown]
# The posterior predictive of each claim, with what was said as a black dot. Figures that draw a density
# over observations, such as `plot_ppc_dist`, have nothing to draw here: each claim is one observation.

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
# the draws, and measures how far a quantity moves. It asks for the groups `log_prior` and
# `log_likelihood`. First all priors against all claims; what ArviZ has to say of it goes to the output
# with it.

# %%
with contextlib.redirect_stderr(sys.stdout):
    moved = az.psense_summary(tree, var_names=["rounds"], coords={"date": "2024-06-14"}, round_to=2)
moved

# %% [markdown]
# A prior that moves the answer while the likelihood hardly does means that the answer rests on what was
# assumed. That is no accident here: counts of containers do not speak of packing. Now each claim alone,
# and each prior alone.

# %%
sensitivity = {
    (group, part): az.psense(tree, var_names=["rounds"], group=group, group_var_names=[part])["rounds"]
    .sel(date="2024-06-14", scenario="mixed")
    .item()
    for group in ("likelihood", "prior")
    for part in tree[f"log_{group}"].data_vars
}
pd.Series(sensitivity).sort_values(ascending=False).head(8).round(2)

# %% [markdown]
# The greatest come first. Compare them with each other rather than with a limit: the scaled part is
# smaller here than in the summary. To see in which direction the answer would go, change the prior or the
# claim with `with_changes` and fit anew. For a sample of one's own, as `extended` above,
# `pm.compute_log_likelihood` and `pm.stats.compute_log_prior` add the two groups.
#
# ## Leave-one-out, and why ArviZ warns
#
# `az.loo` estimates how well each claim is predicted by the others without fitting anew, by reweighting
# the draws of the full posterior. Where a claim weighs heavily, few draws stand for the posterior without
# it, and the Pareto $k$ of the weights is high. ArviZ then warns; the messages are caught and printed.

# %%
heard = set()
by_loo = {}
for claim in tree["log_likelihood"].data_vars:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = az.loo(tree, var_name=claim, pointwise=True)
    heard |= {str(warning.message) for warning in caught}
    by_loo[claim] = found
print(*sorted(heard), sep="\n\n")

# %% [markdown]
# The message on point-wise values is because each claim is one observation, and is to be expected. The one
# on the shape parameter is serious. With a handful of claims each of them matters, so it is the rule here
# and not the exception. That is why `shellcount.checks.leave_one_out.leave_one_out` fits the case anew for
# each claim.
#
# Two fits of `smc` also give the exact value that `az.loo` approximates, since each tells its log
# evidence:
#
# $$\log p(y_c \mid y_{-c}) = \log p(y) - \log p(y_{-c}).$$
#
# The evidence is that of the logarithms of the stated values; less the logarithm of $y_c$ it is that of
# the value itself.

# %%
whole, _ = smc.log_evidence
claims = {read.claim.id: read.claim.value for read in smc.model.fitted}
refits = {claim: shellcount.fit(case, given=f"counts-but:{claim}", seed=1) for claim in claims}
for claim, value in claims.items():
    without, _ = refits[claim].log_evidence
    refit = whole - without - math.log(value)
    found = by_loo[f"claim.{claim}"]
    high = found.pareto_k.item() > found.good_k
    print(f"{claim}: az.loo less refit {found.elpd - refit:+.1f} nats; Pareto k too high: {high}")

# %% [markdown]
# Where the two differ, believe the refit: a reweighted posterior cannot go where it has no draws. A
# positive difference means that `az.loo` makes the claim look better predicted than it is. Do not compare
# the values themselves from claim to claim, since they are densities per container and the figures are of
# different size; compare percentiles, which `leave_one_out` gives.
