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
# # What to ask of a range
#
# "About 2 million rounds, 0.9 to 3.6 million" is an answer that raises questions. This notebook asks the
# seven that a reader of a briefing asks, each with one function:
#
# 1. How probable is it that the total exceeds 3 million? `Posterior.probability`
# 2. Why is the range so wide? `drivers`
# 3. What would have to be true for the big figure? `require`
# 4. How much does each choice weigh? `sensitivity`
# 5. What do other assumptions or sources give? `compare`
# 6. What should we find out next? `value_of_information`
# 7. Do the claims hold together? `consistency`
#
# Each result shows itself as a table, has a `sentence`, a figure in `shellcount.plots`, `to_dataframe()` and
# `document()`, and is offered on the command line under a like name.

# %%
import shellcount
from shellcount import plots
from shellcount.checks.one_step_ahead import one_step_ahead
from shellcount.insight.consistency import consistency
from shellcount.results.coverage import coverage_of

case = shellcount.load_case()
posterior = shellcount.fit(case, seed=1)
name = "rounds.mixed@2024-06-14"
posterior.estimate(name)

# %% [markdown]
# ## How probable is a threshold?
#
# A statement about any estimate has a probability, with the Monte Carlo error of the draws. It is averaged
# over all that the claims leave open.

# %%
posterior.probability(f"{name} >= 3 million")

# %% [markdown]
# ## Why is the range so wide?
#
# The variance of the logarithm of the estimate is divided among the assumptions that no claim informs, and
# what the claims do inform. Nothing is fitted again: in the posterior these are independent.

# %%
drivers = shellcount.drivers(posterior, name)
drivers

# %%
print(drivers.sentence)
plots.plot_drivers(drivers)

# %% [markdown]
# The other claims inform the load and what a container holds. Given all of them, the same question has
# another answer.

# %%
print(shellcount.drivers(shellcount.fit(case, given="all", seed=1), name).sentence)

# %% [markdown]
# ## What would have to be true for 4.8 million?
#
# The posterior is conditioned on the statement. What moves most would have to be most unusual.

# %%
needed = shellcount.require(posterior, f"{name} >= 4.8 million")
print(needed.sentence)
plots.plot_requirement(needed)

# %% [markdown]
# ## How much does each choice weigh?
#
# Drivers take the priors as they are. Sensitivity changes them: each assumption is set to its 5% and 95%
# points, halved and doubled in width, claims are left out, grades moved, and the case is fitted again where
# the claims inform what changes.

# %%
choices = shellcount.sensitivity(posterior, name)
print(choices.sentence)
plots.plot_sensitivity(choices)

# %% [markdown]
# ## What do other assumptions give?

# %%
found = shellcount.compare(
    {
        "as in the case": posterior,
        "light loads": shellcount.with_changes(case, {"load": (0.4, 0.6)}),
        "without Seoul": shellcount.fit(case, without=["South Korea"], seed=1),
    }
)
found

# %%
plots.plot_comparison(found)

# %% [markdown]
# ## What should we find out next?
#
# A claim or measurement that nobody has made yet is simulated from the posterior, and the variance that it
# would be expected to remove is found by regression. The best three are confirmed by refits.

# %%
worth = shellcount.value_of_information(posterior, name)
print(worth.sentence)
plots.plot_value_of_information(worth)

# %% [markdown]
# ## Do the claims hold together?
#
# Each pair of fitted claims is compared on what the two share. Then each claim is predicted from those that
# were stated before it, as if it had not been made yet.

# %%
together = consistency(posterior)
together

# %%
print(coverage_of(one_step_ahead(case)).sentence)
