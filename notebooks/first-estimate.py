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
# # A first estimate
#
# From a file of hedged claims to a posterior range, and to a sentence that can be defended. The case that
# comes with the library is used throughout. To use your own, write its path into `load_case`.

# %%
import tempfile
from pathlib import Path

import shellcount
from shellcount import plots
from shellcount.report.content import answer
from shellcount.results.names import answering, name_of

# %% [markdown]
# ## The case
#
# A case is the whole input: who said what, what each hedge is taken to mean, and what is assumed about
# containers and rounds. Printed, it gives its sizes and its digest. The digest is a fingerprint of the
# content: two equal cases have the same one.

# %%
case = shellcount.load_case()
print(case)
print(case.about.question)

# %% [markdown]
# As the value of a cell it shows its claims. Look at the last column. The claims marked `fit` condition the
# posterior, those marked `check` are held against it, and `context` is only shown.

# %%
case

# %% [markdown]
# ## The fit
#
# `fit` draws from the posterior: what the priors and the fitted claims say together. Give a seed. With the
# same case, the same seed and the same versions of the libraries, every digit comes out the same.

# %%
posterior = shellcount.fit(case, seed=1)
print(answer(posterior))

# %% [markdown]
# That sentence is the answer to the case's question. It begins with what the posterior was given: here the
# counts of containers, which is the default. The 90% interval runs from the 5% to the 95% quantile, so that
# one twentieth of the posterior lies below it and one twentieth above. The middle half is the 50% interval.
#
# The posterior itself, as the value of a cell, lists the estimates for the last date of the case.

# %%
posterior

# %% [markdown]
# ## One estimate
#
# Every estimate has a name: what it is, of which cargo, up to which day. This is the name of the one
# that answers the question, and its range. Any other day after the first shipment may be asked for.

# %%
name = name_of(case, answering(case))
estimate = posterior.estimate(name)
print(estimate)

# %%
print(posterior.estimate("rounds.mixed@2023-12-31"))
print(posterior.estimate("containers.munitions@2023-12-31"))

# %% [markdown]
# The headline is rounded by rule. The exact values are the fields of the estimate, in the unit that it
# names. Each has a Monte Carlo standard error (MCSE) beside it.

# %%
print(f"{'quantile':>8} {'value':>12} {'MCSE':>8}   {estimate.unit}")
for quantile in ("p05", "p25", "p50", "p75", "p95"):
    print(f"{quantile:>8} {getattr(estimate, quantile):12,.0f} {getattr(estimate, f'mcse_{quantile}'):8,.0f}")

# %% [markdown]
# The two kinds of uncertainty must not be mixed up. The *interval* says how little the evidence and the
# assumptions pin down; more computing does not narrow it. The *Monte Carlo error* says how far a quantile
# may be off because the draws are finite in number; more draws make it smaller. Compare the two: the error
# should be a small part of the width of the interval.

# %%
width = estimate.p95 - estimate.p05
print(f"width of the 90% interval: {width:,.0f} {estimate.unit}")
print(f"MCSE of the median: {estimate.mcse_p50:,.0f} {estimate.unit}, {estimate.mcse_p50 / width:.2%} of it")

# %% [markdown]
# Another seed is the plainest test. Its quantiles differ from the first ones by about as much as the Monte
# Carlo errors promise. The last column is the difference over its standard error, $\sqrt{e_1^2 + e_2^2}$.
# Expect most of its values between -2 and 2.

# %%
other = shellcount.fit(case, seed=2).estimate(name)
for quantile in ("p05", "p50", "p95"):
    one, two = getattr(estimate, quantile), getattr(other, quantile)
    error = (getattr(estimate, f"mcse_{quantile}") ** 2 + getattr(other, f"mcse_{quantile}") ** 2) ** 0.5
    print(f"{quantile}: {one:,.0f} and {two:,.0f}, {(two - one) / error:+.1f}")

# %% [markdown]
# Three diagnostics decide whether a number may leave at all. R-hat compares independent runs with each other
# and should be close to 1. The effective sample sizes (ESS) say how many independent draws the bulk and the
# tails are worth. An estimate that fails the gate raises `ConvergenceError` instead of returning a range,
# unless the fit was made with `allow_unconverged=True`. Then `fault` says what is wrong.

# %%
print(f"R-hat {estimate.rhat:.4f}, bulk ESS {estimate.ess_bulk:,.0f}, tail ESS {estimate.ess_tail:,.0f}")
print(f"fault: {estimate.not_quotable}")

# %% [markdown]
# ## The total over time
#
# The line is the median, the bands are the 50% and 90% intervals of the total up to each day. The
# stated totals stand where their claimants put them. A claim of unknown date spans the days that it may
# mean.

# %%
plots.plot_timeline(posterior)

# %% [markdown]
# The claims that were fit are counts of containers, and these have a figure of their own. The tints belong
# to the narrowest scope of cargo that was counted. A wider scope that was counted is a grey line with the
# dashed bounds of its 90% interval, a scope that nobody counted only a dotted line. An arrow points to where
# the hedge has the quantity. The posterior need not go through a stated count: it weighs all of them.

# %%
plots.plot_timeline(posterior, of="containers")

# %% [markdown]
# ## At least so many?
#
# `draws` gives the draws behind an estimate, an array of shape (run, draw). Any question of the form "how
# probable is it that ..." is a count of draws. Take a figure that was stated of the total. How probable is
# it that at least so many rounds were sent by the day of which the claim speaks, and by the last date of the
# case?

# %%
claims = {claim.id: claim for claim in case.claim}
claim = claims["rok-mnd-2024-02-sent"]
print(claim.summary)
print(f"as data: {claim.hedge} {claim.value:,.0f} {case.about.item}, as of {claim.as_of}")

# %%
for day in (claim.as_of, case.last_date):
    sent = posterior.draws(f"rounds.mixed@{day}")
    reached = (sent >= claim.value).mean(axis=1)  # one share for each run
    error = reached.std(ddof=1) / len(reached) ** 0.5
    print(f"by {day}: probability {reached.mean():.3f}, Monte Carlo error {error:.4f}")

# %% [markdown]
# The runs are independent, so the spread of the share between runs gives its Monte Carlo error. Draws come
# without the convergence gate, so look at the estimate of the same name first.
#
# ## Stated figures against the posterior
#
# `check` holds the figures that were not fit against the posterior, one sentence for each reading. Where a
# claim leaves something open, such as its date or the kind of round, it has several readings.

# %%
checks = shellcount.check(posterior)
checks

# %% [markdown]
# Two numbers are easily confused. *The probability of at least that many* is about the quantity, as in the
# section before. The *verdict* is about the report: would such a claimant, with such a hedge, have stated
# such a figure if the model were right? It goes by the place of the figure among the reports that the model
# expects, hedge, rounding and the claimant's possible bias included. So a figure said with "up to" may be
# consistent although the quantity hardly reaches it.

# %%
for result in checks.leading:
    print(
        f"{result.claim}: {result.hedge} {result.stated:,.0f}; at least so many {result.p_at_least:.2f}; "
        f"percentile {result.predictive_cdf:.2f}; {result.verdict}"
    )

# %% [markdown]
# `leading` keeps the most probable reading of each claim. A percentile close to 0 means that the model
# expects higher reports, close to 1 that it expects lower ones. The comparator of the case is only a
# yardstick: its verdict goes by the probability that the total passes it.
#
# ## What if
#
# `with_changes` gives a copy of the case with some inputs changed. Nothing is edited. A prior takes the pair
# of its 5% and 95% quantiles, a claim takes a number. Each changed case is fit anew.

# %%
changes = {
    "as it is": {},
    "containers fuller": {"load": (0.6, 0.95)},
    "a higher count in June": {"claim.rok-mnd-2024-06": 12_000},
    "both": {"load": (0.6, 0.95), "claim.rok-mnd-2024-06": 12_000},
}
cases = {what: shellcount.with_changes(case, change) for what, change in changes.items()}
answers = {what: shellcount.fit(changed, seed=1).estimate(name) for what, changed in cases.items()}
for what, made in answers.items():
    print(f"{what}: {made.headline}")

# %% [markdown]
# Compare the shifts with the width of the interval. A shift much smaller than that is small beside what is
# not known anyway. A changed case has a digest of its own, so that its numbers cannot be taken for those of
# the case. Its `basis` texts are still those of the values before the change.

# %%
for what, changed in cases.items():
    print(f"{what}: the same case {changed.digest == case.digest}")

# %% [markdown]
# A misspelt name is refused, with a suggestion.

# %%
try:
    shellcount.with_changes(case, {"laod": (0.6, 0.95)})
except shellcount.ShellcountError as error:
    print(error)

# %% [markdown]
# ## Keeping a run
#
# `save` writes the case, the draws and what made them into one netCDF file. `load` reads it and refuses a
# file that has changed since. The digest of the run is the same after loading, and so is every number.

# %%
with tempfile.TemporaryDirectory() as folder:
    path = posterior.save(Path(folder) / "run.nc")
    again = shellcount.Posterior.load(path)
print(again)
print(f"the same run: {again.digest == posterior.digest}")
print(f"the same number: {again.estimate(name).p50 == estimate.p50}")

# %% [markdown]
# ## What the number is not
#
# The range is conditional on the claims and the assumptions. What it leaves out stands in the case, and
# belongs beside the number wherever it is quoted.

# %%
for limitation in case.about.limitations:
    print(f"- {limitation}")

# %% [markdown]
# Analytic confidence is another thing than probability. It says how well founded the analysis is, and no
# interval shows it.

# %%
print(f"Confidence: {case.about.confidence.level}. {case.about.confidence.basis}")

# %% [markdown]
# From here: how claims and hedges become a likelihood is in *The evidence and its hedges*, what a container
# can hold in *What a container can hold*, and how a number gets into a document in *From posterior to
# briefing*.
