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
# "More than", "about", "up to": officials hedge, and the hedge carries information. Here the claims of the
# shipped case are looked at before any model, then one hedge is turned into a likelihood by hand, and then
# the answer is watched while claims are added, held out and changed.

# %%
import math

import numpy as np
from IPython.display import HTML

import shellcount
from shellcount import plots
from shellcount.checks import evidence, predictive
from shellcount.maths.kernel import Kernel
from shellcount.results.names import answering, name_of
from shellcount.text import html_table

case = shellcount.load_case()
name = name_of(case, answering(case))
claims = {claim.id: claim for claim in case.claim}

# %% [markdown]
# ## Four words
#
# A *source* is a document. A *claimant* is who made a statement, with an Admiralty grade of reliability. A
# *claim* is one statement of one quantity by one claimant. A *report* is how one source words a claim. So
# three articles on one press conference are three sources, one claimant, and one claim with three reports.
#
# Take one claim of the case apart.

# %%
claim = claims["rok-mnd-2024-02"]
claimant = next(entry for entry in case.claimant if entry.id == claim.claimant)
print(f"claim: {claim.summary}")
print(f"claimant: {claimant.title}, grade {claimant.grade}. {claimant.basis}")
print(f"as data: {claim.hedge} {claim.value:,.0f} {claim.quantity} ({claim.scope}), as of {claim.as_of}")
for report in claim.reports:
    print(f"report in {report.source}: {report.hedge} {report.value:,.0f} ({report.phrase!r})")

# %% [markdown]
# Sources may word one claim differently. The reports keep what each of them says; the claim's own value and
# hedge are the analyst's decision, and only they enter the model.
#
# ## All claims
#
# `evidence.rows` gives the claims in the order of their dates, under `evidence.HEAD`. The command
# `shellcount evidence` prints the same table.

# %%
HTML(html_table(evidence.HEAD, evidence.rows(case)))

# %% [markdown]
# ## What the evidence gives away before any model
#
# `evidence.remarks` says where sources differ, and which two claims are in tension: one quantity is part of
# the other, yet the figures are the wrong way round by more than their hedges explain. It also counts the
# claims that stand in several sources.

# %%
for remark in evidence.remarks(case):
    print(f"- {remark}")

# %% [markdown]
# Repetition is no confirmation. An article that takes up another article has seen nothing for itself. If
# each report were a likelihood term of its own, a claim told three times would weigh as much as three
# independent counts, and the range would shrink for no reason. Here this can be seen by taking all reports
# but the first away from every claim: the answer is the same to the last digit.

# %%
once = [claim.model_copy(update={"reports": claim.reports[:1]}) for claim in case.claim]
told_once = case.model_copy(update={"claim": tuple(once)})
counts, from_once = (shellcount.fit(told, seed=1) for told in (case, told_once))
print(f"as it is:                  median {counts.estimate(name).p50:,.3f}")
print(f"one report for each claim: median {from_once.estimate(name).p50:,.3f}")

# %% [markdown]
# ## From a hedge to a likelihood
#
# A claimant states $y$ of a quantity $Q$. The model of the report is
#
# $$\log y = \log Q + b + \sigma e - \delta\,|h|, \qquad e, h \sim N(0, 1).$$
#
# The four parts: the truth; the bias $b$ of the claimant; a symmetric slip of size $\sigma$; and a one-sided
# margin $\delta$. Where $\delta$ is positive the report lies below the quantity ("more than"), where it is
# negative above ("up to"), and where it is zero on neither side ("about"). Everything is in log units, so
# that 0.1 is about a tenth. The sum $\sigma e - \delta|h|$ is skew-normal, with scale
# $\sqrt{\sigma^2 + \delta^2}$ and shape $-\delta / \sigma$.
#
# What each hedge means is an assumption, and stands in the case with its basis. The certainty U marks a
# judgement.

# %%
for hedge, rule in case.hedges.items():
    print(f"{hedge:>9}: sigma {rule.sigma:.2f}, margin {rule.margin:+.2f} ({rule.certainty}) {rule.basis}")

# %% [markdown]
# ## What a hedge says of the quantity
#
# Now turn it round. The stated value is known and the quantity is not. Read as a function of $Q$ the
# density of the report is the likelihood. With a flat prior on $\log Q$ it is also the posterior, and can
# be drawn as a density of $\log Q$, each curve with its own height. `Kernel` is the library's density of
# $\log y - \log Q - b$; `Kernel.of` takes a hedge's parameters, the stated value and its resolution. All
# curves are for the same stated value and the same resolution, those of one claim of the case, without
# bias.

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
# "About" is the same on both sides of the stated value. "More than" and "at least" put most of the quantity
# above it, "up to" most of it below. None has a sharp edge: a "more than" may be wrong by a slip, which is
# what $\sigma$ allows.
#
# The same in numbers. `kernel.draw` draws errors $\epsilon = \log y - \log Q$, and $Q = y\,e^{-\epsilon}$.

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
# A figure given to the nearest thousand may be off by five hundred either way. The resolution of a claim
# says to which place it was rounded, and adds $(\text{resolution} / y)^2 / 12$ to $\sigma^2$. It counts
# where the resolution is a large part of the value and the hedge itself is tight.

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
# The bias is shared by all statements of one kind (containers, capacity or rounds) by one claimant. So two
# counts by one ministry are not two independent counts: if its way of counting is off, both are. The bias is
# normal around zero, and its spread goes by the claimant's grade.

# %%
for grade, rule in case.reliability.items():
    who = ", ".join(claimant.id for claimant in case.claimant if claimant.grade == grade)
    print(f"{grade}: {rule.value:.2f} ({rule.certainty}) {rule.basis} {who or 'no claimant of this case'}")

# %% [markdown]
# For one claim alone the bias is one more symmetric part, so that it can be added to $\sigma$. The figure
# shows one hedge as each grade would have it.

# %%
kernel = kernels["more_than"]
plots.plot_hedges(
    {
        f"grade {grade}": Kernel(math.hypot(kernel.sigma, rule.value), kernel.margin)
        for grade, rule in case.reliability.items()
    }
)

# %% [markdown]
# The lower the grade, the less the hedge matters: a claimant who may be far off either way does not say much
# with "more than".
#
# ## Fit or checked, never both
#
# A posterior that has learnt from a figure cannot test that figure: it was pulled towards it. So each run
# divides the claims. `given` says how.
#
# | given | what is fit |
# | --- | --- |
# | `"counts"` | the claims that the case marks `fit`: the counts of containers |
# | `"all"` | these, and every checked claim that the case gives a reading for (`under_all`) |
# | `"all-but:ID"` | as `"all"`, with one claim held out, so that it can be checked |
#
# There is also `"counts-but:ID"`. What a posterior was fit to is in its model.

# %%
everything = shellcount.fit(case, given="all", seed=1)
without = shellcount.fit(case, given="all-but:ua-gur-2024", seed=1)
compared = (counts, everything, without)
for posterior in compared:
    fitted = ", ".join(read.claim.id for read in posterior.model.fitted)
    print(f"{posterior.model.given}: {fitted}")

# %% [markdown]
# A claim that was fit cannot be checked in the same run. The library refuses, and says what to do.

# %%
try:
    shellcount.check(everything, ("ua-gur-2024",))
except shellcount.ShellcountError as error:
    print(error)

# %%
for result in shellcount.check(without):
    print(result)

# %% [markdown]
# The second cell holds the claim, and the figures that are never fit, against a posterior that has seen all
# others. `shellcount check --leave-one-out` holds out each fitted claim in turn.
#
# ## How the answer moves
#
# The same estimate under each conditioning. Two things may happen when claims are added: the range narrows,
# because there is more to go by, and it shifts, because the new claims say something else than the old ones.

# %%
answers = {str(posterior.model.given): posterior.estimate(name) for posterior in compared}
for given, made in answers.items():
    print(f"given {given}: {made.headline}")

# %% [markdown]
# A narrower range is not a better one. What `"all"` adds are mostly inferences: how much so many containers
# could hold, by assumptions about packing that were not published, and from counts that are fit already. The
# model takes them as information of its own, with a bias that is independent of that of the counts. That is
# a reason to begin with `counts`, the default, and to show `all` beside it. Look at what the added claims do
# to what a full container holds:

# %%
for posterior in compared:
    print(f"given {posterior.model.given}: {posterior.estimate('capacity.152mm-howitzer').headline}")

# %% [markdown]
# The assumptions that were moved can be seen at a glance. Each row is on the scale of its own prior, the
# grey band. A range off the band was moved; a range narrower than the band was learnt of. Faint rows keep
# their prior, since no claim informs them. First given the counts, then given all.

# %%
plots.plot_assumptions(counts)

# %%
plots.plot_assumptions(everything)

# %% [markdown]
# ## Does the posterior expect what it was fit to?
#
# A fitted claim cannot be checked, but it can be seen whether it sits well with the others. The predictive
# distribution is that of such a report before it is made: over the prior, and over the posterior. A
# percentile near 0% or 100% after fitting would mean that the claim contradicts the others or the
# assumptions.

# %%
for found in predictive.predictive_checks(counts):
    print(f"{found.claim}: stated {found.hedge} {found.stated:,.0f}")
    for what, reports in (("prior", found.prior), ("posterior", found.posterior)):
        print(f"    {what} expects {reports.p50:,.0f} ({reports.p05:,.0f} to {reports.p95:,.0f}),", end=" ")
        print(f"percentile {reports.predictive_cdf:.0%}")

# %% [markdown]
# `predictive.conflicts` names the claims that the posterior does not expect although it was fit to them. It
# should be empty.

# %%
print(predictive.conflicts(counts))

# %% [markdown]
# ## What if the claim were another
#
# `with_changes` changes a claim's value, hedge, resolution, date or use, and what a hedge or grade means,
# without editing the file. One change at a time shows which decision the answer hangs on.

# %%
changes = {
    "as it is": {},
    "the February count said with 'up to', as in one source": {"claim.rok-mnd-2024-02.hedge": "up_to"},
    "the June count said with 'about'": {"claim.rok-mnd-2024-06.hedge": "about"},
    "the June count said with 'up to'": {"claim.rok-mnd-2024-06.hedge": "up_to"},
    "the June count a fifth higher": {"claim.rok-mnd-2024-06": 1.2 * claims["rok-mnd-2024-06"].value},
    "the June count not fit": {"claim.rok-mnd-2024-06.use": "check"},
    "twice the margin of 'at least'": {"hedges.at_least.margin": 2 * case.hedges["at_least"].margin},
    "twice the bias of grade B": {"reliability.B": 2 * case.reliability["B"].value},
}
containers = f"containers.munitions@{case.last_date}"
changed = {what: shellcount.with_changes(case, change) for what, change in changes.items()}
posteriors = {what: shellcount.fit(made, seed=1) for what, made in changed.items()}
for what, posterior in posteriors.items():
    made = posterior.estimate(containers)
    print(f"{what}: {made.headline}, a factor of {made.p95 / made.p05:.1f}")

# %% [markdown]
# The factor is the upper end of the 90% interval over the lower. Now the rounds.

# %%
rounds = {what: posterior.estimate(name) for what, posterior in posteriors.items()}
for what, made in rounds.items():
    print(f"{what}: {made.headline}, a factor of {made.p95 / made.p05:.1f}")

# %% [markdown]
# Compare the factors. What the rounds have beyond the containers comes from the packing, the load, the mix
# and the share of artillery, of which the counts say nothing. Compare also the shifts: a change of a hedge
# that is large beside the range of the containers may be small beside that of the rounds. Which of the two
# matters depends on the question that is asked.
