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
# # The evidence and its hedges
#
# "More than", "about", "up to": officials hedge, and the hedge carries information. This notebook looks at
# the claims of the shipped case before any model, turns one hedge into a likelihood by hand, and then shows
# how the answer moves when claims are added, held out and changed.

# %%
import math

import numpy as np

import shellcount
from shellcount import plots
from shellcount.case.overview import claims_table
from shellcount.checks import evidence, predictive
from shellcount.maths.kernel import Kernel

case = shellcount.load_case()
name = f"rounds.mixed@{case.last_date}"
claims = {claim.id: claim for claim in case.claim}

# %% [markdown]
# ## Four words
#
# A *source* is a document. A *claimant* is who made a statement, with an Admiralty grade of reliability. A
# *claim* is one statement of one quantity by one claimant. A *wording* is how one source gives a claim. So
# three articles on one press conference are three sources, one claimant, and one claim with three wordings.
#
# Here is one claim of the case in detail. Its `reports` list the wordings.

# %%
claim = claims["rok-mnd-2024-02"]
claimant = next(entry for entry in case.claimant if entry.id == claim.claimant)
print(f"claim: {claim.summary}")
print(f"claimant: {claimant.title}, grade {claimant.grade}. {claimant.basis}")
print(f"as data: {claim.hedge} {claim.value:,.0f} {claim.quantity} ({claim.scope}), as of {claim.as_of}")
for report in claim.reports:
    print(f"wording in {report.source}: {report.hedge} {report.value:,.0f} ({report.phrase!r})")

# %% [markdown]
# Sources may word one claim differently. The wordings record what each of them says; the claim's own value
# and hedge are the analyst's decision, and only they enter the model.
#
# ## All claims
#
# `claims_table` shows the claims in the order of their dates. The command `shellcount evidence` prints the
# same table.

# %%
claims_table(case)

# %% [markdown]
# ## What the evidence shows before any model
#
# `evidence.remarks` says where sources differ, and which two claims are in tension: one quantity is part of
# the other, yet its figure is larger, by more than the hedges explain. It also counts the claims that appear
# in several sources.

# %%
for remark in evidence.remarks(case):
    print(f"- {remark}")

# %% [markdown]
# Repetition is not confirmation. An article that repeats another article is no new observation. If each
# wording were a likelihood term of its own, a claim that appears three times would weigh as much as three
# independent counts, and the range would shrink for no reason. To see that it does not, remove all wordings
# but the first from every claim: the answer is the same to the last digit.

# %%
once = [claim.model_copy(update={"reports": claim.reports[:1]}) for claim in case.claim]
told_once = case.model_copy(update={"claim": tuple(once)})
counts, from_once = (shellcount.fit(told, seed=1) for told in (case, told_once))
print(f"as it is:                median {counts.estimate(name).p50:,.3f}")
print(f"one wording for a claim: median {from_once.estimate(name).p50:,.3f}")

# %% [markdown]
# ## From a hedge to a likelihood
#
# A claimant states $y$ for a quantity $Q$. If the claim is sound, the model of the stated value is
#
# $$\log y = \log Q + b + \sigma e - \delta\,|h|, \qquad e, h \sim N(0, 1).$$
#
# It has four parts: the truth; the bias $b$ of the claimant; a symmetric error of size $\sigma$; and a
# one-sided margin $\delta$. If $\delta$ is positive, the stated value lies below the quantity ("more
# than"); if it is negative, above ("up to"); if it is zero, the hedge favours neither side ("about").
# Everything is in log units, so 0.1 is about a tenth. The sum $\sigma e - \delta|h|$ is skew-normal, with
# scale $\sqrt{\sigma^2 + \delta^2}$ and shape $-\delta / \sigma$.
#
# A figure may also be wrong for a reason that no hedge covers, such as a slip of a zero. So each claim has a
# small chance of being off, with errors that may be far larger; more of that further below.
#
# What each hedge means is an assumption, which the case states with its basis. The certainty U marks a
# judgement.

# %%
for hedge, rule in case.hedges.items():
    print(f"{hedge:>9}: sigma {rule.sigma:.2f}, margin {rule.margin:+.2f} ({rule.certainty}) {rule.basis}")

# %% [markdown]
# ## What a hedge says about the quantity
#
# In practice the stated value is known and the quantity is not. As a function of $Q$, the density of the
# stated value is the likelihood. With a flat prior on $\log Q$ it is also the posterior, and can be drawn
# as a density of $\log Q$, each curve scaled to its own height. `Kernel` is the library's density of $\log
# y - \log Q - b$; `Kernel.of` takes a hedge's parameters, the stated value and its resolution. All curves
# have the same stated value and resolution, those of one claim of the case, and no bias.

# %%
claim = claims["us-state-2024-02"]
stated, resolution = claim.value, claim.resolution
hedges = ("about", "more_than", "at_least", "up_to")
kernels = {
    hedge: Kernel.of(
        sigma=case.hedges[hedge].sigma,
        margin=case.hedges[hedge].margin,
        value=stated,
        resolution=resolution,
    )
    for hedge in hedges
}
print(f"{stated:,.0f}, to the nearest {resolution:,.0f}")

# %%
plots.plot_hedges({hedge.replace("_", " "): kernel for hedge, kernel in kernels.items()})

# %% [markdown]
# "About" is the same on both sides of the stated value. "More than" and "at least" put most of the
# probability above it, "up to" most of it below. None has a sharp edge: a "more than" may be wrong, and
# $\sigma$ allows for that.
#
# The same in numbers: `kernel.draw` draws errors $\epsilon = \log y - \log Q$, and $Q = y\,e^{-\epsilon}$.

# %%
rng = np.random.default_rng(1)
drawn = {hedge: stated * np.exp(-kernel.draw((100_000,), rng)) for hedge, kernel in kernels.items()}
for hedge, quantity in drawn.items():
    low, middle, high = np.quantile(quantity, [0.05, 0.5, 0.95])
    above = (quantity >= stated).mean()
    words = hedge.replace("_", " ")
    print(f"{words:>9}: {middle:6,.0f} ({low:6,.0f} to {high:6,.0f}); above the figure {above:.0%}")

# %% [markdown]
# ## Rounding
#
# A figure given to the nearest thousand may be off by five hundred in either direction. The resolution of a
# claim says to which place it was rounded, and adds $(\text{resolution} / y)^2 / 12$ to $\sigma^2$. It
# matters where the resolution is a large part of the value and the hedge itself is narrow.

# %%
for entry in case.claim:
    if entry.use == "fit":
        rule = case.hedges[entry.hedge]
        kernel = Kernel.of(
            sigma=rule.sigma, margin=rule.margin, value=entry.value, resolution=entry.resolution
        )
        print(f"{entry.id}: {entry.value:,.0f} to {entry.resolution:,.0f};", end=" ")
        print(f"sigma {rule.sigma:.3f} of the hedge, {kernel.sigma:.3f} with rounding")

# %% [markdown]
# ## Grades and bias
#
# The bias is shared by all statements of one kind, such as counts of containers, by one claimant. So two
# counts by one ministry are not two independent counts: if its way of counting is wrong, both are. The bias
# is normal around zero, and its spread depends on the claimant's grade. Claimants of a group, here the
# allies that share intelligence, have part of it in common.

# %%
for grade, rule in case.reliability.items():
    who = ", ".join(claimant.id for claimant in case.claimant if claimant.grade == grade)
    print(f"{grade}: {rule.value:.2f} ({rule.certainty}) {rule.basis} {who or 'no claimant of this case'}")

# %% [markdown]
# For a single claim, the bias is one more symmetric error, so it can be added to $\sigma$. The figure shows
# one hedge with the bias of each grade.

# %%
kernel = kernels["more_than"]
plots.plot_hedges(
    {
        f"grade {grade}": Kernel(math.hypot(kernel.sigma, rule.value), kernel.margin)
        for grade, rule in case.reliability.items()
    }
)

# %% [markdown]
# The lower the grade, the less the hedge matters: "more than" is not very informative when the claimant may
# be far off in either direction.
#
# ## Fitted or checked, never both
#
# A posterior that was fitted to a figure cannot test that figure, because it was pulled towards it. So each
# run divides the claims, and `given` says how.
#
# | given | claims fitted |
# | --- | --- |
# | `"counts"` | the claims that the case marks `fit`: the counts of containers |
# | `"all"` | every claim marked `fit`, and the checked claims that the case lets in (`under_all`) |
# | `"all-but:ID"` | as `"all"`, with one claim held out, so that it can be checked |
#
# There is also `"counts-but:ID"`. The fitted claims of a posterior are in its model.

# %%
everything = shellcount.fit(case, given="all", seed=1)
without = shellcount.fit(case, given="all-but:ua-gur-2024", seed=1)
compared = (counts, everything, without)
for posterior in compared:
    fitted = ", ".join(read.claim.id for read in posterior.model.fitted)
    print(f"{posterior.model.given}: {fitted}")

# %% [markdown]
# A fitted claim cannot be checked in the same run. The library refuses, and says what to do.

# %%
try:
    shellcount.check(everything, ("ua-gur-2024",))
except shellcount.ShellcountError as error:
    print(error)

# %%
for check in shellcount.check(without):
    print(check)

# %% [markdown]
# The second cell compares the claim, and the figures that are never fitted, with a posterior that was
# fitted to all others. `shellcount check --leave-one-out` holds out each fitted claim in turn.
#
# ## How the answer moves
#
# Here is the same estimate under each conditioning. Two things may happen when claims are added: the range
# narrows, because there is more information, and it shifts, because the new claims disagree with the old
# ones.

# %%
answers = {str(posterior.model.given): posterior.estimate(name) for posterior in compared}
for given, estimate in answers.items():
    print(f"given {given}: {estimate.headline}")

# %% [markdown]
# A narrower range is not a better one. What `"all"` adds here is one total, by a claimant that gave neither
# date nor hedge. That is a reason to begin with `counts`, the default, and to show `all` beside it. How many
# rounds a number of containers could hold, as Seoul stated three times, is fitted under neither: it
# derived those figures from its own counts by unpublished multipliers (`derived_from`), and measured nothing.
# So what a full container holds hardly moves:

# %%
for posterior in compared:
    print(f"given {posterior.model.given}: {posterior.estimate('capacity.152mm-howitzer').headline}")

# %% [markdown]
# The figure shows which assumptions the claims moved. Each row is on the scale of its own prior, the
# grey band. A range beside the band was shifted; a range narrower than the band was informed. Faint rows keep
# their prior, since no claim informs them. First given the counts, then given all. Figures are drawn from
# results, which `analyse` computes from a posterior.

# %%
plots.plot_assumptions(shellcount.analyse(counts))

# %%
plots.plot_assumptions(shellcount.analyse(everything))

# %% [markdown]
# ## Does the posterior predict the claims it was fitted to?
#
# A fitted claim cannot be checked, but one can see whether it agrees with the others. The predictive
# distribution is that of the stated figure before it is stated: given the prior, and given the posterior. A
# percentile near 0% or 100% after fitting would mean that the claim contradicts the others or the
# assumptions.

# %%
for check in predictive.predictive_checks(counts):
    print(f"{check.claim}: stated {check.words}")
    for given, prediction in (("prior", check.prior), ("posterior", check.posterior)):
        low, middle, high = prediction.p05, prediction.p50, prediction.p95
        print(f"    {given} predicts {middle:,.0f} ({low:,.0f} to {high:,.0f}),", end=" ")
        print(f"percentile {prediction.predictive_cdf:.0%}")

# %% [markdown]
# `conflicts` names the fitted claims that contradict the others or the assumptions. There should be none.

# %%
print(counts.conflicts)

# %% [markdown]
# The model does not take every claim at its word. Each may be off, with a small chance that the case states
# (`robustness`), and the posterior says how probable that is of each claim. The chance falls where a claim
# agrees with the others, and rises where it does not; above 30%, the claim is a conflict. A date that a claim
# leaves open is treated in the same way: every day between its ends is possible, and the posterior says which
# are probable. `components` has both, for each fitted claim.

# %%
shellcount.analyse(everything).components

# %% [markdown]
# ## What if a claim were different?
#
# `with_changes` changes a claim's value, hedge, resolution, date or use, and what a hedge or grade means,
# without editing the file. Changing one thing at a time shows which decision the answer depends on.

# %%
changes = {
    "as it is": {},
    "the February count said with 'up to', as in one source": {"claim.rok-mnd-2024-02.hedge": "up_to"},
    "the June count said with 'about'": {"claim.rok-mnd-2024-06.hedge": "about"},
    "the June count said with 'up to'": {"claim.rok-mnd-2024-06.hedge": "up_to"},
    "the June count a fifth higher": {"claim.rok-mnd-2024-06": 1.2 * claims["rok-mnd-2024-06"].value},
    "the June count not fitted": {"claim.rok-mnd-2024-06.use": "check"},
    "twice the margin of 'at least'": {"hedges.at_least.margin": 2 * case.hedges["at_least"].margin},
    "twice the bias of grade B": {"reliability.B": 2 * case.reliability["B"].value},
}
containers = f"containers.munitions@{case.last_date}"
changed = {what: shellcount.with_changes(case, change) for what, change in changes.items()}
posteriors = {what: shellcount.fit(variant, seed=1) for what, variant in changed.items()}
for what, posterior in posteriors.items():
    estimate = posterior.estimate(containers)
    print(f"{what}: {estimate.headline}, a factor of {estimate.p95 / estimate.p05:.1f}")

# %% [markdown]
# The factor is the upper end of the 90% interval divided by the lower. Now the rounds.

# %%
rounds = {what: posterior.estimate(name) for what, posterior in posteriors.items()}
for what, estimate in rounds.items():
    print(f"{what}: {estimate.headline}, a factor of {estimate.p95 / estimate.p05:.1f}")

# %% [markdown]
# Compare the factors. The factor for rounds is larger than that for containers because of the packing, the
# load, the mix and the share of artillery, which the counts do not inform. Compare also the shifts: a change
# of a hedge that is large compared with the range of the containers may be small compared with that of the
# rounds. Which of the two matters depends on the question.
