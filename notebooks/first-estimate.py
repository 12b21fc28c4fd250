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
# This notebook leads from a file of hedged claims to a posterior range, and to a sentence that can be
# defended. It uses the shipped case. To use your own, pass its path to `load_case`.

# %%
import tempfile
from pathlib import Path

import shellcount
from shellcount import plots
from shellcount.report.content import answer

# %% [markdown]
# ## The case
#
# A case is the whole input: who said what, what each hedge is taken to mean, and what is assumed about
# containers and rounds. Printing it shows its sizes and its digest. The digest is a fingerprint of the
# content: equal cases have equal digests.

# %%
case = shellcount.load_case()
print(case)
print(case.about.question)

# %% [markdown]
# As the value of a cell, it shows its claims. Look at the last column: claims marked `fit` condition the
# posterior, claims marked `check` are compared with it, and `context` is only shown.

# %%
case

# %% [markdown]
# ## The fit
#
# `fit` draws from the posterior, which combines the priors and the fitted claims. Give a seed: with the
# same case, the same seed and the same versions of the libraries, every digit is the same. `analyse` then
# computes the results: everything that sentences, figures and reports need.

# %%
posterior = shellcount.fit(case, seed=1)
results = shellcount.analyse(posterior)
print(answer(results))

# %% [markdown]
# That sentence answers the question of the case. It begins with what the posterior is conditioned on: here
# the counts of containers, the default. The 90% interval runs from the 5% to the 95% quantile, so one
# twentieth of the posterior lies below it and one twentieth above. "Even odds" introduces the 50% interval.
#
# The posterior itself, as the value of a cell, lists the estimates for the last date of the case.

# %%
posterior

# %% [markdown]
# ## One estimate
#
# Every estimate has a name: what it is, of which cargo, up to which day. This is the one
# that answers the question, with its range. Any other day after the first shipment is possible.

# %%
estimate = results.answer
name = estimate.name
print(estimate)

# %%
print(posterior.estimate("rounds.mixed@2023-12-31"))
print(posterior.estimate("containers.munitions@2023-12-31"))

# %% [markdown]
# The headline is rounded by a fixed rule. The exact values are fields of the estimate, in its unit. Each has
# a Monte Carlo standard error (MCSE).

# %%
print(f"{'quantile':>8} {'value':>12} {'MCSE':>8}   {estimate.unit}")
for quantile in ("p05", "p25", "p50", "p75", "p95"):
    print(f"{quantile:>8} {getattr(estimate, quantile):12,.0f} {getattr(estimate, f'mcse_{quantile}'):8,.0f}")

# %% [markdown]
# Do not confuse the two kinds of uncertainty. The *interval* says how much the evidence and the assumptions
# leave open; more computing does not narrow it. The *Monte Carlo error* says how far a quantile may be off
# because the number of draws is finite; more draws make it smaller. The error should be a small part of the
# width of the interval.

# %%
width = estimate.p95 - estimate.p05
print(f"width of the 90% interval: {width:,.0f} {estimate.unit}")
print(f"MCSE of the median: {estimate.mcse_p50:,.0f} {estimate.unit}, {estimate.mcse_p50 / width:.2%} of it")

# %% [markdown]
# Another seed is the simplest test. Its quantiles should differ from the first ones by about as much as the
# Monte Carlo errors say. The last column is the difference divided by its standard error,
# $\sqrt{e_1^2 + e_2^2}$. Most of its values should lie between -2 and 2.

# %%
other = shellcount.fit(case, seed=2).estimate(name)
for quantile in ("p05", "p50", "p95"):
    one, two = getattr(estimate, quantile), getattr(other, quantile)
    error = (getattr(estimate, f"mcse_{quantile}") ** 2 + getattr(other, f"mcse_{quantile}") ** 2) ** 0.5
    print(f"{quantile}: {one:,.0f} and {two:,.0f}, {(two - one) / error:+.1f}")

# %% [markdown]
# Three diagnostics decide whether a number is returned at all. R-hat compares independent runs with each
# other and should be close to 1. The effective sample sizes (ESS) say how many independent draws would be
# equally precise, in the bulk and in the tails. An estimate that fails the gate raises `ConvergenceError`
# instead of returning a range, unless the fit was made with `allow_unconverged=True`. Then `not_quotable`
# says what is wrong.

# %%
print(f"R-hat {estimate.rhat:.4f}, bulk ESS {estimate.ess_bulk:,.0f}, tail ESS {estimate.ess_tail:,.0f}")
print(f"not quotable because: {estimate.not_quotable}")

# %% [markdown]
# ## The total over time
#
# The line is the median, and the bands are the 50% and 90% intervals, of the total up to each day. Stated
# totals are drawn at their dates. A claim of unknown date spans the possible days.

# %%
plots.plot_timeline(results)

# %% [markdown]
# The fitted claims are counts of containers, and these have a figure of their own. The coloured bands belong
# to the narrowest scope of cargo that was counted. A wider scope that was counted is a grey line with
# dashed bounds for its 90% interval; a scope that nobody counted is only a dotted line. An arrow shows the
# direction in which the hedge places the quantity. The posterior need not pass through a stated count: it
# weighs all of them.

# %%
plots.plot_timeline(results, of="containers")

# %% [markdown]
# ## How probable is at least that many?
#
# `draws` gives the draws behind an estimate, an array of shape (run, draw). The answer to any question of the
# form "how probable is it that ..." is a share of draws. Take a figure that was stated for the total, without
# a date: it may mean any day in a range. How probable is it that at least that many rounds were sent by the
# first of these days, and by the last?

# %%
claims = {claim.id: claim for claim in case.claim}
claim = claims["ua-gur-2024"]
print(claim.summary)
print(f"as data: {claim.words} {case.about.item}, from {claim.as_of.earliest} to {claim.as_of.latest}")

# %%
for day in (claim.as_of.earliest, claim.as_of.latest):
    sent = posterior.draws(f"rounds.mixed@{day}")
    reached = (sent >= claim.stated).mean(axis=1)  # one share for each run
    error = reached.std(ddof=1) / len(reached) ** 0.5
    print(f"by {day}: probability {reached.mean():.3f}, Monte Carlo error {error:.4f}")

# %% [markdown]
# The runs are independent, so the spread of the share between runs gives its Monte Carlo error. The
# convergence gate does not apply to draws, so look at the estimate of the same name first.
#
# ## Stated figures against the posterior
#
# `check` compares the figures that were not fitted with the posterior, with one sentence for each reading.
# A claim that leaves something open, such as its date or the kind of round, has several readings.

# %%
checks = shellcount.check(posterior)
checks

# %% [markdown]
# Two numbers are easily confused. The *probability of at least that many* is about the quantity, as in the
# previous section. The *verdict* is about the stated figure: would such a claimant, with such a hedge, have
# stated it if the model were right? It depends on the place of the figure in its predictive distribution,
# which includes hedge, rounding and the claimant's possible bias. So a figure with the hedge "up to" may be
# consistent although the quantity hardly ever reaches it.

# %%
for check in checks.leading:
    print(
        f"{check.words}, by {check.title}: P(at least that many) {check.p_at_least:.2f}; "
        f"chance of a figure that {check.side} {check.tail_probability:.2f}; {check.verdict}"
    )

# %% [markdown]
# `leading` keeps the most probable reading of each claim. A figure is `high` or `low` where the chance is
# below 10%, and `very high` or `very low` below 1%. The comparator of the case is only a yardstick: its
# verdict depends on the probability that the total passes it.
#
# ## What if?
#
# `with_changes` returns a copy of the case with some inputs changed; no file is edited. A prior takes the
# pair of its 5% and 95% quantiles, a claim takes a number. Each changed case is refitted.

# %%
changes = {
    "as it is": {},
    "containers fuller": {"load": (0.6, 0.95)},
    "a higher count in June": {"claim.rok-mnd-2024-06": 12_000},
    "both": {"load": (0.6, 0.95), "claim.rok-mnd-2024-06": 12_000},
}
cases = {what: shellcount.with_changes(case, change) for what, change in changes.items()}
answers = {what: shellcount.fit(changed, seed=1).estimate(name) for what, changed in cases.items()}
for what, changed in answers.items():
    print(f"{what}: {changed.headline}")

# %% [markdown]
# Compare the shifts with the width of the interval: a much smaller shift is unimportant compared with what is
# unknown anyway. A changed case has a digest of its own, so its numbers cannot be mistaken for those of the
# original. Its `basis` texts still refer to the original values.

# %%
for what, changed in cases.items():
    print(f"{what}: the same case {changed.digest == case.digest}")

# %% [markdown]
# A misspelt name is rejected, with a suggestion.

# %%
try:
    shellcount.with_changes(case, {"laod": (0.6, 0.95)})
except shellcount.ShellcountError as error:
    print(error)

# %% [markdown]
# ## Keeping a run
#
# `save` writes the case, the draws and their run into one file. `load` reads it, and rejects a
# file that has changed since. After loading, the digest of the run and every number are the same.

# %%
with tempfile.TemporaryDirectory() as folder:
    path = posterior.save(Path(folder) / "run.npz")
    again = shellcount.Posterior.load(path)
print(again)
print(f"the same run: {again.digest == posterior.digest}")
print(f"the same number: {again.estimate(name).p50 == estimate.p50}")

# %% [markdown]
# ## What the number is not
#
# The range is conditional on the claims and the assumptions. The case lists what it leaves out; state that
# wherever you quote the number.

# %%
for limitation in case.about.limitations:
    print(f"- {limitation}")

# %% [markdown]
# Analytic confidence is different from probability. It says how well founded the analysis is, which no
# interval shows.

# %%
print(f"Confidence: {case.about.confidence.level}. {case.about.confidence.basis}")

# %% [markdown]
# Next: *The evidence and its hedges* shows how claims become a likelihood, *What a container can hold* treats
# the packing, and *From posterior to briefing* puts a number into a document.
