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
# A posterior is only as good as its prior, its likelihood and the checks that it has passed. This notebook
# goes through them in the order in which a sceptical reader would ask:
#
# 1. What was assumed, and on what basis?
# 2. Would the stated figures have surprised the prior?
# 3. What did the claims change, and what did they leave unchanged?
# 4. Does the posterior predict the claims that it was fitted to, and the figures that it was not?
# 5. Do the other claims predict each claim?
# 6. Are there enough draws?
# 7. How much of the answer is judgement?
# 8. Does the engine really draw from the posterior?
#
# To do the same with your own case, pass its path to `load_case` and change the names of claims and
# estimates.

# %%
import tempfile
import warnings
from pathlib import Path

import shellcount
from shellcount import plots
from shellcount.checks.leave_one_out import leave_one_out
from shellcount.errors import ConvergenceError
from shellcount.model.model import build_model
from shellcount.report import tables
from shellcount.results.verdicts import CONSISTENT, EXTREME
from shellcount.studies.calibration import calibrate
from shellcount.wording.phrases import probability

case = shellcount.load_case()
posterior = shellcount.fit(case, seed=1)
results = shellcount.analyse(posterior)
name = "rounds.mixed@2024-06-14"
posterior.estimate(name)

# %% [markdown]
# ## What is assumed
#
# Every prior is stated by its 5% and 95% quantiles, because people can judge those: there is one chance in
# twenty that the quantity is below the first, and one chance in twenty that it is above the second.
# In the case file each prior is a table with four keys: `low` and `high`, the quantiles; `basis`, the reason;
# and `certainty`, how well founded it is. In Python it is an object with the same four attributes.

# %%
load = case.priors.load
print(f"5% {load.low}, 95% {load.high}, certainty {load.certainty}\n{load.basis}")

# %% [markdown]
# Two quantiles determine the distribution, since its kind depends on the quantity: lognormal for a positive
# quantity, logit-normal for a share. With a standard normal $z$ the parameter is $x = g^{-1}(\mu +
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
# The table shows all assumptions: priors, constants, what each hedge means, and the spread of the bias of
# each reliability grade. Read the third column first. `A` is stated in a named source and consistent with
# others, `B` rests on a single or a partial source, `C` is calculated from such facts, and `U` is a
# judgement.

# %%
assumed = tables.assumptions(case)
assumed

# %%
certainties = [row[2] for row in assumed.rows]
for certainty in "ABCU":
    print(f"{certainty}: {certainties.count(certainty)} of {len(certainties)}")

# %% [markdown]
# The day of the first shipment, the step of the flow, groups of claimants and the chance that a claim is off
# have a basis but no certainty.
#
# Some parameters have no row of their own. The spread of the steps of the rate follows from `rate_walk_sd`.
# The shares of natures and of stows are compositions around base shares, with the spreads `mix_spread` and
# `stow_spread`. The bias of a claimant has the spread of the claimant's grade, and is in part that of the
# claimant's group.
#
# ## Would the stated figures have surprised the prior?
#
# The prior predictive distribution of a claim is what one would expect to be stated if only the
# assumptions were known: draw the parameters from the prior, compute the quantity that the claim speaks
# about, add the bias, the hedge and the rounding. If the stated figure is almost impossible under the prior,
# then the prior is bad, or the claim does not mean what the model takes it to mean. A prior that is
# much wider than any plausible figure is no fault: it leaves the work to the claims.
#
# The results contain the prior and the posterior prediction of each fitted claim. Look at the columns of
# the prior first.

# %%
tables.predictions(results.predictions)

# %% [markdown]
# The percentile is the probability of a lower figure than the stated one. Near 50%, the figure is what
# the prior predicts; far in a tail, say below 5% or above 95%, it would have surprised the prior,
# whose basis should then be reconsidered. Do not tune the prior until the percentile looks good: that would
# use the claim twice.
#
# ## What the claims changed
#
# Each row below is on the standard normal scale of its own prior, so all priors appear as the same grey
# band. The claims informed the parameters whose bars are narrower than the band, and moved those whose bars
# are shifted.

# %%
plots.plot_assumptions(results)

# %% [markdown]
# The faint rows are parameters that no fitted claim depends on. This is known before sampling:
# the model records which coordinates the claims use, and only those are sampled. The others are drawn
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
# Counts of containers say nothing about how full a container is. Whatever the answer says about packing was
# assumed. `given="all"` also conditions on the total that GUR stated, at the price that it can no longer be
# checked. It informs more parameters:

# %%
of_counts, of_all = (set(build_model(case, given).informed) for given in ("counts", "all"))
print(*sorted(of_all - of_counts), sep="\n")

# %% [markdown]
# ## Does the posterior predict the claims it was fitted to?
#
# The last two columns of the same table are the posterior predictive: what such a claim would state if it
# were made again.
#
# A fitted claim should not lie far in a tail. If it does, the claims contradict each other or the
# assumptions. `conflicts` names such claims: those that are probably off, those that the others would hardly
# have predicted, and those whose claimant would have to be strongly biased. It should be empty.

# %%
results.conflicts

# %% [markdown]
# To see what a conflict looks like, let a claimant state a plain figure three times as high. The fit gives a
# `ConflictWarning`, which is silenced here because the conflict is printed.

# %%
claim = next(claim for claim in case.claim if claim.id == "rok-mnd-2024-02")
tripled = shellcount.with_changes(
    case, {"claim.rok-mnd-2024-02": 3 * claim.value, "claim.rok-mnd-2024-02.hedge": "exact"}
)
with warnings.catch_warnings():
    warnings.simplefilter("ignore", shellcount.ConflictWarning)
    contradicted = shellcount.fit(tripled, seed=1)
print(*contradicted.conflicts, sep="\n")
for each in (posterior, contradicted):
    print(each.estimate("containers.munitions@2024-06-14").headline)

# %% [markdown]
# The other claims agree with each other, so this one is taken to be off, and the estimate hardly follows it.
# With fewer claims, or a contradiction between two halves of them, the blame is shared, and the range
# widens or splits. A conflict says that not all claims can be right; to find out which one is wrong, the
# analyst has to go back to the sources.

# %% [markdown]
# ## Figures that were not fitted
#
# Other figures are compared with the posterior. No claim is both fitted and checked in one run.

# %%
checks = results.checks
checks

# %% [markdown]
# How to read a sentence:
#
# - First comes the figure with its hedge, then in parentheses what it speaks about, then who stated it. If
#   the claim leaves something open, such as the date or the kind of round, each reading has a sentence of
#   its own, with its probability: how well the posterior predicts the figure under this reading, compared
#   with the others, which had equal odds before.
# - Then comes the verdict, and the posterior range of the quantity that the figure speaks about.
# - Then comes the chance, by the model, that the claimant's figure would be that high, or that low, with its
#   hedge, bias and rounding; for a figure that is not consistent also in a word of the ICD 203 scale. Pass
#   `scale="phia"` or `scale="ipcc"` for another scale.
# - Last come the figures that would have passed. Where nearly any would, the check says little.
#
# The verdict depends on that chance, and not on the probability that the quantity itself is at least as
# large as the figure:

# %%
print(f"consistent from {CONSISTENT:.0%}, high or low from {EXTREME:.0%}")
for check in checks:
    print(f"{check.claim} ({check.words}, {check.reading or 'one reading'})")
    at_least, chance = probability(check.p_at_least), probability(check.tail_probability)
    print(f"    P(at least) {at_least}, chance of a figure that {check.side} {chance}: {check.verdict}")

# %% [markdown]
# Compare the claims hedged "about" with the one hedged "up to". Whoever says "up to" states the upper end
# of a range, and the quantity is expected to be lower. So such a figure can be consistent although the
# quantity hardly ever reaches it. `impossible` means that the figure could not be packed at all,
# whatever the draws say. A yardstick is not a statement about the quantity: for it, the probability that the
# total passes it takes the place of the tail.
#
# The figure shows the same. Filled diamonds are the checked figures.

# %%
plots.plot_intervals(results)

# %% [markdown]
# ## Do the other claims predict each claim?
#
# A fitted claim has pulled the posterior towards itself, so its posterior predictive percentile is too
# favourable. Leave-one-out asks the harder question: fit all the others, and predict the claim that was
# held out. The case is refitted for each.

# %%
left_out = leave_one_out(case)
left_out

# %%
plots.plot_leave_one_out(left_out)

# %% [markdown]
# The bars are the range of the quantity, given all the other claims. The chance beside each diamond is
# that of the stated figure, hedge included. Compare the percentiles of the posterior predictive above with
# those that leaving the claim out gives.
# If the two are far apart, the claim pulled the posterior towards itself: the others would not have
# predicted it. That does not prove that it is wrong, but it is the claim to reconsider, with its hedge, its
# date and what it counts.

# %%
when_fitted = {check.claim: probability(check.posterior.predictive_cdf) for check in results.predictions}
for check in left_out:
    percentile = probability(check.predictive_cdf)
    print(f"{check.claim}: {when_fitted[check.claim]} when fitted, {percentile} when left out")

# %% [markdown]
# ## Are there enough draws?
#
# Every estimate has its own diagnostics. R-hat compares the spread between independent runs with the spread
# within them, and is near 1 if they agree. The effective sample size (ESS) is the number of independent
# draws that would give the same error: bulk for the centre, tail for the 5% and 95% quantiles. The Monte
# Carlo standard error (MCSE) is in the unit of the estimate, and limits the digits that are printed.

# %%
estimate = posterior.estimate(name)
print(f"R-hat {estimate.rhat:.3f}, bulk ESS {estimate.ess_bulk:,.0f}, tail ESS {estimate.ess_tail:,.0f}")
print(f"median {estimate.p50:,.0f}, with an MCSE of {estimate.mcse_p50:,.0f} {estimate.unit}")
print(estimate)

# %% [markdown]
# `posterior.estimates()` gives all standard estimates of the case. The worst of them matters, and so does
# what the engine reports about its own work.

# %%
diagnosed = tables.diagnostics(results, posterior.estimates())
for row in diagnosed.rows:
    print(*row, sep=": ")

# %% [markdown]
# An ESS above the number of draws is not a mistake. Coordinates that no claim informs are drawn in strata,
# far more evenly than independent draws would be.
#
# A posterior returns a number only through a gate: R-hat must be below its limit, both ESS above theirs. The
# fit itself never fails the gate; single numbers may. With very few particles, some do.

# %%
small = shellcount.fit(case, seed=1, runs=4, engine="smc", particles=64)
try:
    small.estimates()
except ConvergenceError as error:
    print(error)

# %% [markdown]
# The message names the estimate, the diagnostic and the remedy. If a draft cannot wait for the remedy,
# `allow_unconverged=True` returns the numbers, and each says in `not_quotable` why it must not be quoted.

# %%
draft = shellcount.fit(case, seed=1, runs=4, engine="smc", particles=64, allow_unconverged=True)
for estimate in draft.estimates():
    if estimate.not_quotable:
        print(f"{estimate.name}: {estimate.not_quotable}")

# %% [markdown]
# With few runs the diagnostics are noisy too, since they are based on the spread between runs: a small fit
# can pass by chance. Keep the default number of runs, and draw more particles.
#
# ## How much of the answer is judgement?
#
# The claims do not inform `load`, so its prior affects the answer unchanged. What would the answer be for
# somebody with another judgement? `with_changes` gives a changed copy of the case.

# %%
judged = [(load.low, load.high), (0.3, 0.7), (0.6, 0.95)]
others = [shellcount.fit(shellcount.with_changes(case, {"load": pair}), seed=1) for pair in judged]
for (low, high), other in zip(judged, others, strict=True):
    print(f"load {low:g} to {high:g}: {other.estimate(name).headline}")
print("one log evidence for all:", len({other.log_evidence for other in others}) == 1)

# %% [markdown]
# The answer moves with the prior, and the log evidence does not move at all: no claim distinguishes one prior
# from the other. A reader who does not accept the basis of `load` does not accept the answer. Next, a
# parameter that the claims do inform: the rate of the first fortnight, halved and doubled.

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
# Here the claims outweigh the prior, and the log evidence says with which of the three they agree best.
#
# ## Does the engine really draw from the posterior?
#
# Everything so far assumes that the draws come from the posterior. Calibration by simulation
# tests this: draw a truth from the prior, simulate every fitted claim from it, fit the case to the simulated
# claims, and note the rank of the truth among the draws. Over many refits the ranks are uniform, for
# every quantity, if and only if the engine draws from the posterior of the model. A journal keeps finished
# refits, so long work can be interrupted.

# %%
folder = Path(tempfile.mkdtemp())
calibration = calibrate(case, refits=100, seed=1, journal=folder / "calibration.jsonl")
calibration

# %% [markdown]
# Each line of the figure is one quantity: the share of truths with a lower rank, less the share expected
# for uniform ranks. A line that stays within the grey band is fine. A line that rises and then falls across
# the band comes from a posterior that is too narrow, one that falls and then rises from a posterior that is
# too wide, and a bow to one side from a posterior that is too high or too low.

# %%
plots.plot_calibration(calibration)

# %% [markdown]
# The table gives the same in numbers: how often the 50% and the 90% intervals contained the truth, with the
# bounds that chance allows in parentheses. By chance, one quantity in a hundred leaves its own band or
# bounds, and quantities that depend on each other leave them together; the last column is the verdict on all
# quantities together.

# %%
calibration.table()

# %% [markdown]
# So few refits find only large faults. By default, `calibrate` and the command `shellcount calibrate` do
# many more, and `make verify` repeats this with the other tests of the engines. Calibration cannot
# say whether the model is right about the world: for that there are only the checks above, and the
# basis of each assumption.
