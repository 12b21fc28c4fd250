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
# # The model, its prior and its checks
#
# A posterior is worth as much as its prior, its likelihood and the checks it has passed. This notebook
# goes through them in the order in which a sceptical reader would ask:
#
# 1. What was assumed, and on what basis?
# 2. Would the prior have been surprised by what was said?
# 3. What did the claims change, and what did they leave as it was?
# 4. Does the posterior expect the claims that it was fit to, and the figures that it was not?
# 5. Is each claim expected by the others?
# 6. Were enough draws made?
# 7. How much of the answer is a judgement?
# 8. Does the engine draw from the posterior that it claims to draw from?
#
# To do the same with a case of your own, give `load_case` a path and change the names of claims and
# estimates.

# %%
import tempfile
from pathlib import Path

from IPython.display import HTML

import shellcount
from shellcount import plots
from shellcount.checks import leave_one_out as crosschecks
from shellcount.checks import predictive
from shellcount.errors import ConvergenceError
from shellcount.model.model import build_model
from shellcount.report import tables
from shellcount.results.claim_check import CONSISTENT, STRAINED
from shellcount.studies import calibration
from shellcount.wording.phrases import probability

case = shellcount.load_case()
posterior = shellcount.fit(case, seed=1)
name = "rounds.mixed@2024-06-14"
posterior.estimate(name)

# %% [markdown]
# ## What is assumed
#
# Every prior is stated as a 5% and a 95% quantile, because that is what can be asked of a person: a value
# that the quantity is below with one chance in twenty, and one that it is above with one chance in twenty.
# In the case file each prior is a table with four keys: `low` and `high`, the quantiles; `basis`, why
# these; and `certainty`, how well founded they are. From Python it is an object with the same four.

# %%
load = case.priors.load
print(f"5% {load.low}, 95% {load.high}, certainty {load.certainty}\n{load.basis}")

# %% [markdown]
# Two quantiles determine the distribution, since its kind follows from what the quantity is: lognormal for
# what is positive, logit-normal for a share. With a standard normal $z$ the parameter is $x = g^{-1}(\mu +
# \sigma z)$, where $g$ is the logarithm or the logit, and
#
# $$\mu = \frac{g(\mathrm{low}) + g(\mathrm{high})}{2}, \qquad
#   \sigma = \frac{g(\mathrm{high}) - g(\mathrm{low})}{2\,\Phi^{-1}(0.95)}.$$
#
# The model keeps the priors by name.

# %%
prior = posterior.model.priors["load"]
print(f"{prior.kind}: mu {prior.mu:.3f}, sigma {prior.sigma:.3f} on the logit scale")

# %% [markdown]
# All assumptions in one table: priors, constants, what each hedge means, and the spread of the bias of
# each reliability grade. Read the third column first. `A` is stated in a named source and consistent with
# others, `B` rests on one source or a part of one, `C` is arithmetic on such facts, and `U` is a
# judgement.

# %%
assumed = tables.assumptions(case)
HTML(assumed.html())

# %%
certainties = [row[2] for row in assumed.rows]
for certainty in "ABCU":
    print(f"{certainty}: {certainties.count(certainty)} of {len(certainties)}")

# %% [markdown]
# The day of the first shipment has a basis but no certainty.
#
# Some parameters have no row of their own. The steps of the monthly rate have the spread `rate_walk_sd`.
# The shares of natures and of stows are compositions around base shares, with the spreads `mix_spread` and
# `stow_spread`. The bias of a claimant has the spread of the claimant's grade.
#
# ## Would the prior have been surprised?
#
# The prior predictive distribution of a claim is what such a report could have said if only the
# assumptions were known: draw the parameters from the prior, compute the quantity that the claim speaks
# of, add the bias, the hedge and the rounding. A prior under which the reports that were made are almost
# impossible is a bad one, or the report means something else than the model takes it to mean. One that is
# much wider than any report could be is no fault: it leaves the work to the claims.
#
# `predictive_checks` gives the prior and the posterior predictive of each fitted claim. Look at the columns
# of the prior first.

# %%
fitted = predictive.predictive_checks(posterior)
HTML(tables.predictions(fitted).html())

# %% [markdown]
# The percentile is the probability of a lower figure than the one that was stated. Near 50% the figure is
# what the prior expects; in either tail, below 5% or above 95%, say, the prior would have been surprised,
# and its basis should be read again. Do not tune the prior until the percentile is comfortable: then the
# claim would be used twice.
#
# ## What the claims changed
#
# Each row below is on the standard normal scale of its own prior, so that all priors are the same grey
# bands. Bars that are narrower than the grey were learnt about; bars that are shifted were moved.

# %%
plots.plot_assumptions(posterior)

# %% [markdown]
# The faint rows are parameters that no fitted claim depends on. That is known before anything is sampled:
# the model watches which coordinates the claims ask for, and samples those alone. The others are drawn
# from the prior.

# %%
print(*posterior.model.informed, sep="\n")

# %% [markdown]
# So their quantiles are those of the case file, up to Monte Carlo error.

# %%
estimate = posterior.estimate("load")
print(f"prior     5% {load.low:.3f}, 95% {load.high:.3f}")
print(f"posterior 5% {estimate.p05:.3f}, 95% {estimate.p95:.3f}")
print(f"informed: {'load' in posterior.model.informed}")

# %% [markdown]
# Counts of containers say nothing on how full a container is. Whatever the answer says about packing is
# what was assumed about packing. A posterior that also takes in the statements on capacity and on rounds
# is `given="all"`: the price is that they can no longer be checked. It asks more of the parameters:

# %%
of_counts, of_all = (set(build_model(case, given).informed) for given in ("counts", "all"))
print(*sorted(of_all - of_counts), sep="\n")

# %% [markdown]
# ## Does the posterior expect what it was fit to?
#
# The last two columns of the same table are the posterior predictive: what such a report would say if it
# were made again.
#
# A claim that the posterior was fit to should lie well inside. Where it lies far in a tail even so, the
# claims contradict each other or the assumptions, and the posterior is a compromise that none of them
# supports. `conflicts` names such claims; an empty answer is the good one.

# %%
predictive.conflicts(posterior)

# %% [markdown]
# To see what a conflict looks like, let a claimant state a plain figure three times as high as it did.

# %%
claim = next(claim for claim in case.claim if claim.id == "rok-mnd-2024-02")
tripled = shellcount.with_changes(
    case, {"claim.rok-mnd-2024-02": 3 * claim.value, "claim.rok-mnd-2024-02.hedge": "exact"}
)
print(*predictive.conflicts(shellcount.fit(tripled, seed=1)), sep="\n")

# %% [markdown]
# The claim that is named need not be the one at fault. A claim with a narrow reporting kernel, such as a
# plain figure, pulls the posterior to itself, and the others are then left in the tail. A conflict says
# that not all can be right; which one is wrong is for the analyst to find, in the sources.

# %% [markdown]
# ## Figures that were not fit
#
# Other figures are held against the posterior. A claim is never both fit and checked in one run.

# %%
checks = shellcount.check(posterior)
checks

# %% [markdown]
# How to read a sentence:
#
# - First the figure with its hedge, then in parentheses what it speaks of, then who stated it. If the
#   claim leaves something open, such as the date or the kind of round, each reading has a sentence of its
#   own and a probability: how well the posterior expects the figure under this reading, compared with the
#   others.
# - Then the verdict, and the posterior range of the quantity that the figure speaks of.
# - Last the probability that the quantity is at least as large as the figure, in per cent and in a word of
#   the ICD 203 scale. Pass `scale="phia"` or `scale="ipcc"` for another.
#
# The verdict does not rest on that probability. It rests on the percentile: the place of the figure in the
# posterior predictive distribution of such a report, with hedge, bias and rounding. The smaller tail
# decides:

# %%
print(f"consistent from {CONSISTENT:.0%}, strained from {STRAINED:.0%}")
for found in checks:
    print(f"{found.claim} ({found.hedge}, {found.reading or 'one reading'})")
    at_least, percentile = probability(found.p_at_least), probability(found.predictive_cdf)
    print(f"    P(at least) {at_least}, percentile {percentile}: {found.verdict}")

# %% [markdown]
# Compare the claims hedged `about` with the one hedged `up_to`. One who says "up to" states the upper end
# of a range, and the quantity is expected below it. So such a figure can be consistent although the
# quantity hardly ever reaches it. `impossible` is said of a figure that could not be packed at all,
# whatever the draws say. Of a yardstick, which is no statement on the quantity, the probability that it is
# passed takes the place of the tail.
#
# The same in a figure: full diamonds were held against the posterior.

# %%
plots.plot_intervals(posterior, checks)

# %% [markdown]
# ## Is each claim expected by the others?
#
# A claim that the posterior was fit to has drawn the posterior towards itself, so that its posterior
# predictive percentile is too kind. Leave-one-out asks the harder question: fit all the others, and
# predict the one that was held out. The case is fit anew for each.

# %%
left_out = crosschecks.leave_one_out(case, seed=1)
left_out

# %%
plots.plot_leave_one_out(left_out)

# %% [markdown]
# The bars are the range of the quantity, given all the other claims. The percentile beside each diamond is
# that of the report, hedge included. Compare it with the percentile of the posterior predictive above.
# Where the two are far apart, the claim had to pull the posterior to itself: the others would not have
# predicted it. That is no proof that it is wrong, but it is the claim to read again, with its hedge, its
# date and what it counts.

# %%
before = {found.claim: probability(found.posterior.predictive_cdf) for found in fitted}
for found in left_out:
    print(f"{found.claim}: {before[found.claim]} when fit, {probability(found.predictive_cdf)} when left out")

# %% [markdown]
# ## Were enough draws made?
#
# Every estimate carries its own diagnostics. R-hat compares the spread between independent runs with the
# spread within them, and is near 1 if they agree. The effective sample size (ESS) says how many
# independent draws would give the same error: bulk for the centre, tail for the 5% and 95% quantiles. The
# Monte Carlo standard error (MCSE) is in the unit of the estimate, and limits the digits that are printed.

# %%
estimate = posterior.estimate(name)
print(f"R-hat {estimate.rhat:.3f}, bulk ESS {estimate.ess_bulk:,.0f}, tail ESS {estimate.ess_tail:,.0f}")
print(f"median {estimate.p50:,.0f}, with an MCSE of {estimate.mcse_p50:,.0f} {estimate.unit}")
print(estimate)

# %% [markdown]
# `posterior.estimates()` gives all standard estimates of the case. What matters is the worst of them, and
# what the engine says of its own work.

# %%
diagnosed = tables.diagnostics(posterior, posterior.estimates())
for row in diagnosed.rows:
    print(*row, sep=": ")

# %% [markdown]
# An ESS above the number of draws is no mistake. Coordinates that no claim informs are drawn in strata,
# far more evenly than independent draws would be.
#
# A number leaves a posterior only through a gate: R-hat below its limit, both ESS above theirs. A fit
# itself never fails the gate; a number that is asked of it may. With very few particles some do.

# %%
small = shellcount.fit(case, seed=1, runs=4, particles=64)
try:
    small.estimates()
except ConvergenceError as error:
    print(error)

# %% [markdown]
# The message names the estimate, the diagnostic and the remedy. Take the remedy. If a draft cannot wait,
# `allow_unconverged=True` lets the numbers out, and each then carries its fault.

# %%
draft = shellcount.fit(case, seed=1, runs=4, particles=64, allow_unconverged=True)
for estimate in draft.estimates():
    if estimate.not_quotable:
        print(f"{estimate.name}: {estimate.not_quotable}")

# %% [markdown]
# With few runs the diagnostics are noisy too, since they are made of the spread between runs: a small fit
# can pass by luck. Keep the default number of runs, and draw more particles.
#
# ## How much of the answer is a judgement?
#
# The claims do not inform `load`, so its prior goes through to the answer unchanged. Ask what the answer
# would be for somebody who judges otherwise: `with_changes` gives a changed copy, and nothing is edited.

# %%
judged = [(load.low, load.high), (0.3, 0.7), (0.6, 0.95)]
others = [shellcount.fit(shellcount.with_changes(case, {"load": pair}), seed=1) for pair in judged]
for (low, high), other in zip(judged, others, strict=True):
    print(f"load {low:g} to {high:g}: {other.estimate(name).headline}")
print("one log evidence for all:", len({other.log_evidence for other in others}) == 1)

# %% [markdown]
# The answer moves with the prior, and the log evidence does not move at all: no claim can tell one prior
# from the other. A reader who does not accept the basis of `load` does not accept the answer. Now a
# parameter that the claims do inform, the rate of the first month, halved and doubled.

# %%
rate = case.priors.first_rate_per_day
judged = [(factor * rate.low, factor * rate.high) for factor in (1, 0.5, 2)]
others = [
    shellcount.fit(shellcount.with_changes(case, {"first_rate_per_day": pair}), seed=1) for pair in judged
]
for (low, high), other in zip(judged, others, strict=True):
    evidence, error = other.log_evidence
    print(f"rate {low:g} to {high:g}: {other.estimate(name).headline}, log evidence {evidence:.1f}")
print(f"Monte Carlo error of the last: {error:.2f}")

# %% [markdown]
# Here the claims outweigh the prior, and the evidence says which of the three they agree with better.
#
# ## Does the engine do what it says?
#
# All of the above takes for granted that the draws come from the posterior. Calibration by simulation
# tests it: draw a truth from the prior, simulate every fitted claim from it, fit the case to what was
# simulated, and note the rank of the truth among the draws. Over many refits the ranks are uniform, for
# every quantity, if and only if the engine draws from the posterior of the model. A journal keeps finished
# refits, so that long work can be interrupted.

# %%
folder = Path(tempfile.mkdtemp())
calibrated = calibration.calibrate(case, refits=100, seed=1, journal=folder / "calibration.jsonl")
calibrated

# %% [markdown]
# Each line of the figure is one quantity: the share of truths with a rank below, less what uniform ranks
# would give. A line that stays in the grey is as it should be. One that rises and then falls across the
# band comes from a posterior that is too narrow; one that falls and then rises from one too wide; a bow to
# one side from one that is too high or too low.

# %%
plots.plot_calibration(calibrated)

# %% [markdown]
# The table has the same in numbers: how often the 50% and the 90% intervals held the truth, with the
# bounds that chance allows in parentheses. By chance one quantity in a hundred leaves its own band or
# bounds, and quantities that depend on each other leave together; the last column is the verdict on all
# taken together.

# %%
HTML(calibrated.table().html())

# %% [markdown]
# So few refits find only gross faults. By default `calibrate` and the command `shellcount calibrate` do
# many more, and `make verify` repeats this with the other tests of the engines. What calibration cannot
# say is whether the model is right about the world: for that there are only the checks above, and the
# basis of each assumption.
