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
# # What a container can hold
#
# A count of containers becomes a count of rounds by two more numbers: what a full container holds, and how
# full containers are. Here the first is worked out from mass and volume, first by hand for one way of
# packing, then with its uncertainty. Then comes the most that physics allows, and what was stated.

# %%
import numpy as np

import shellcount
from shellcount import plots
from shellcount.case.ceiling import ceiling_per_container
from shellcount.maths.packing import mean_capacity, rounds_per_container
from shellcount.model.model import build_model
from shellcount.results.names import answering, name_of

case = shellcount.load_case()
natures = {nature.id: nature for nature in case.nature}

# %% [markdown]
# ## The box
#
# A container has a rated payload and a cube. Neither can be used to the full: axles, floors and roads limit
# the mass, door headers, bracing and the shape of boxes limit the volume. So there are two shares, the share
# of the payload that may be used and the share of the cube that can be filled.

# %%
box = case.containers
print(f"rated payload: {box.rated_payload_kg.value:,.0f} kg. {box.rated_payload_kg.basis}")
print(f"cube: {box.cube_m3.value} m3. {box.cube_m3.basis}")
for share in ("payload_share", "stowage"):
    assumption = getattr(case.priors, share)
    print(f"{share}: {assumption.low} to {assumption.high} ({assumption.certainty}). {assumption.basis}")

# %% [markdown]
# Ranges in a case are always the 5% and the 95% quantile of a prior. Shares have a logit-normal prior,
# masses and volumes a lognormal one. The certainty tells a figure that was stated (A, B) from arithmetic on
# such figures (C) and from a judgement (U).
#
# ## The round
#
# A *nature* is a kind of round. A *stow* is one way to pack it. Each stow has a gross mass per round, with
# the round's share of crate and dunnage, and an effective volume per round, with the space that the packing
# leaves dead.

# %%
for nature in case.nature:
    for stow in nature.stow:
        mass, volume = stow.mass_kg, stow.volume_m3
        print(f"{nature.id}, {stow.title}:")
        print(f"    {mass.low} to {mass.high} kg ({mass.certainty}). {mass.basis}")
        print(f"    {volume.low} to {volume.high} m3 ({volume.certainty}). {volume.basis}")

# %% [markdown]
# ## One stow by hand
#
# With usable payload $P$, gross mass $m$, usable volume $V$ and effective volume $v$, a full container holds
#
# $$c = \min\left(\frac{P}{m},\; \frac{V}{v}\right)$$
#
# rounds. It is full when either the mass or the volume is used up, whichever comes first. Take the medians
# of the priors. The median of a prior is where its standard normal coordinate is zero.

# %%
priors = build_model(case).priors
nature, stow = natures["152mm-howitzer"], natures["152mm-howitzer"].stow[0]
at = f"{nature.id}.{stow.id}"
payload = box.rated_payload_kg.value * priors["payload_share"].from_normal(0.0)
usable = box.cube_m3.value * priors["stowage"].from_normal(0.0)
mass = priors[f"{at}.mass_kg"].from_normal(0.0)
volume = priors[f"{at}.volume_m3"].from_normal(0.0)
print(f"{nature.title}, {stow.title}")
print(f"by mass:   {payload:,.0f} kg / {mass:.1f} kg = {payload / mass:.1f} rounds")
print(f"by volume: {usable:.1f} m3 / {volume:.4f} m3 = {usable / volume:.1f} rounds")
print(f"by hand: {min(payload / mass, usable / volume):.1f}")

# %% [markdown]
# The library's function has the same arithmetic, and takes arrays as well as numbers.

# %%
found = rounds_per_container(payload_kg=payload, mass_kg=mass, usable_m3=usable, volume_m3=volume)
print(f"by the library: {found:.1f}")

# %% [markdown]
# ## With its uncertainty
#
# Four medians give one number: no range, and not exactly the median of the result either. For these the same
# formula is applied to draws. The default posterior is given counts of containers only. Those say nothing of
# packing, so that masses and volumes keep their priors. That can be seen: the quantiles of the draws are
# those that the case states.

# %%
posterior = shellcount.fit(case, seed=1)
for what, stated in (("mass_kg", stow.mass_kg), ("volume_m3", stow.volume_m3)):
    low, middle, high = np.quantile(posterior.draws(f"{at}.{what}"), [0.05, 0.5, 0.95])
    print(f"{what}: stated {stated.low:.3f} to {stated.high:.3f}; drawn {low:.3f} to {high:.3f}", end="; ")
    print(f"median {middle:.3f}")

# %% [markdown]
# Now every stow. A single stow has no estimate of its own name, so its capacity is put together from the
# draws of what it is made of. The last column says in what share of the draws the mass binds, and not the
# volume.

# %%
payload = box.rated_payload_kg.value * posterior.draws("payload_share")
usable = box.cube_m3.value * posterior.draws("stowage")
capacities = {}
for nature in case.nature:
    for stow in nature.stow:
        at = f"{nature.id}.{stow.id}"
        mass, volume = posterior.draws(f"{at}.mass_kg"), posterior.draws(f"{at}.volume_m3")
        capacities[at] = rounds_per_container(
            payload_kg=payload, mass_kg=mass, usable_m3=usable, volume_m3=volume
        )
        low, middle, high = np.quantile(capacities[at], [0.05, 0.5, 0.95])
        by_mass = (payload / mass < usable / volume).mean()
        print(f"{at}: {middle:.0f} ({low:.0f} to {high:.0f}), bound by mass {by_mass:.1%}")

# %% [markdown]
# A stow near 100% is dense: its container weighs out with room to spare, and a better estimate of its volume
# changes little. A stow near 0% is bulky: its container cubes out, and the mass hardly matters. This tells
# where a better source would help.
#
# ## A nature
#
# Which stow was used is not known. So the capacity of a nature is the mean over its stows, weighted by
# uncertain shares,
#
# $$\bar c = \sum_k s_k\, c_k, \qquad s_k = \frac{b_k e^{\tau z_k}}{\sum_j b_j e^{\tau z_j}}.$$
#
# The base shares $b_k$ and the spread $\tau$ are in the case. The shares are of containers, not of rounds.

# %%
nature = natures["152mm-howitzer"]
print(f"spread {nature.stow_spread.value}. {nature.stow_spread.basis}")
for stow in nature.stow:
    low, middle, high = np.quantile(posterior.draws(f"{nature.id}.{stow.id}.share"), [0.05, 0.5, 0.95])
    print(f"{stow.id}: base {stow.base_share}; share {middle:.2f} ({low:.2f} to {high:.2f})")

# %% [markdown]
# The mean by hand is the estimate that the library gives, draw by draw.

# %%
names = [f"{nature.id}.{stow.id}" for stow in nature.stow]
mean = mean_capacity(
    [posterior.draws(f"{name}.share") for name in names], [capacities[name] for name in names]
)
print(f"the same: {np.allclose(mean, posterior.draws(f'capacity.{nature.id}'))}")
for nature in case.nature:
    print(posterior.estimate(f"capacity.{nature.id}"))
print(posterior.estimate("capacity.mixed"))

# %% [markdown]
# The last one is the mean over natures in the same way, with the mix as its shares. No source gives the mix
# either.
#
# ## The physical ceiling
#
# A prior can be disputed. So there is one bound that needs none: bare projectiles, without crate, charge or
# dunnage, at the full rated payload in a full cube,
#
# $$\min\left(\frac{P_\mathrm{rated}}{m_\mathrm{bare}},\; \frac{V_\mathrm{cube}}{v_\mathrm{bare}}\right).$$

# %%
for nature in case.nature:
    bare = nature.bare
    print(f"{nature.id}: {bare.mass_kg} kg, {bare.volume_m3} m3. {bare.basis}")
    print(f"    by mass {box.rated_payload_kg.value / bare.mass_kg:.0f}", end=", ")
    print(f"by volume {box.cube_m3.value / bare.volume_m3:.0f}", end="; ")
    print(f"ceiling {ceiling_per_container(case, nature.id):.0f}")
print(f"any nature: {ceiling_per_container(case):.0f}")

# %% [markdown]
# It is a generous bound, and meant to be one: it leaves out all packing. For a mix it is the ceiling of the
# nature of which most go into a container.
#
# ## What was stated
#
# Some claims say how many rounds so many containers could hold. Divided by their containers they can be held
# against the capacity of one. The figure has the posterior ranges, the stated figures, and the ceiling of
# each row.

# %%
checks = shellcount.check(posterior)
plots.plot_capacity(posterior, checks)

# %%
claims = {claim.id: claim for claim in case.claim}
for result in checks:
    if claims[result.claim].quantity == "capacity":
        capacity = posterior.estimate(result.quantity)
        print(f"{result.claim}, read as {result.nature or 'the mix'}: {result.hedge} {result.stated:,.0f}")
        print(f"    in {result.containers:,.0f} containers: {result.implied_per_container:.0f} each", end=" ")
        print(f"(at most {result.ceiling_per_container:.0f})")
        print(f"    the model has {capacity.headline}: {result.verdict}")

# %% [markdown]
# A claim that leaves the nature open has one reading for each. Compare the readings: one and the same figure
# may suit one kind of round and not another.
#
# ## What `impossible` means
#
# `strained` and `inconsistent` speak of probability: the model, with its priors, would hardly have expected
# such a report. `impossible` does not. It says that the figure is more than the ceiling allows for the
# containers it is for, whatever is believed of packing and load. To see one, the capacity claim below is set
# a fifth beyond its ceiling.

# %%
claim = claims["rok-mnd-2024-02-152mm"]
beyond = 1.2 * ceiling_per_container(case, claim.nature) * claim.containers
changed = shellcount.with_changes(case, {f"claim.{claim.id}": beyond})
result = shellcount.check(shellcount.fit(changed, seed=1), (claim.id,)).results[0]
print(result.verdict)
print(f"stated per container {result.implied_per_container:.0f}, ceiling {result.ceiling_per_container:.0f}")

# %% [markdown]
# For a claim of rounds sent, which states no containers, the ceiling is taken times the 95% quantile of the
# containers by that day. A figure below the ceiling is not thereby plausible.
#
# ## How full containers are
#
# Capacity is for a full container. Real ones are often less full, and `load` is the share. `shipped` is
# capacity times load: what a container held on average as it was sent.

# %%
print(f"load {case.priors.load.low} to {case.priors.load.high}. {case.priors.load.basis}")
for nature in case.nature:
    full, sent = (posterior.estimate(f"{kind}.{nature.id}").headline for kind in ("capacity", "shipped"))
    print(f"{nature.id}: full {full}; as sent {sent}")

# %% [markdown]
# The basis speaks of tonnes. Put the prior to the test: what does the cargo weigh, packing included, by the
# model? That is the rounds of a stow times their gross mass, times the load:

# %%
load = posterior.draws("load")
for at, capacity in capacities.items():
    tonnes = load * capacity * posterior.draws(f"{at}.mass_kg") / 1000
    low, middle, high = np.quantile(tonnes, [0.05, 0.5, 0.95])
    print(f"{at}: {middle:.1f} t ({low:.1f} to {high:.1f})")

# %% [markdown]
# Compare these with the tonnes in the basis, and mind whether those count the packing. A stow that is bound
# by volume weighs less at the same load, since load is a share of the full container, whichever way it is
# full. If the tonnes of your own evidence lie elsewhere, `load` is the prior to move.
#
# With that the chain is complete. Rounds sent are containers with artillery rounds, times the load, times
# the capacity of the mix, draw by draw:

# %%
answer = name_of(case, answering(case))
containers = posterior.draws(f"containers.artillery@{case.last_date}")
product = containers * load * posterior.draws("capacity.mixed")
print(f"{answer} is the product: {np.allclose(product, posterior.draws(answer))}")

# %% [markdown]
# ## What if the containers were longer?
#
# The case takes every container for a 20-foot one. Suppose that all were 40-foot boxes. They have about
# twice the cube, but hardly another payload. The two figures below are typical of such a box of standard
# height, and only here for the example: take those of your own container.
#
# One more input has to move. The usable payload is stated as a share of the rated one, and in the case it
# was reckoned from tonnes on a flatcar and on a floor. In `same share` it stays as it is, in `same tonnes`
# it is reckoned anew from the same tonnes.

# %%
longer = {"rated_payload_kg": 26_700, "cube_m3": 67.7}
factor = box.rated_payload_kg.value / longer["rated_payload_kg"]
share = case.priors.payload_share
changes = {
    "20-foot": {},
    "40-foot, same share": longer,
    "40-foot, same tonnes": longer | {"payload_share": (factor * share.low, factor * share.high)},
}
posteriors = {
    what: shellcount.fit(shellcount.with_changes(case, change), seed=1) for what, change in changes.items()
}
for nature in case.nature:
    for what, made in posteriors.items():
        capacity = made.estimate(f"capacity.{nature.id}").headline
        print(f"{nature.id}, {what}: {capacity}; at most {ceiling_per_container(made.case, nature.id):.0f}")

# %% [markdown]
# What is bound by mass stays about where it was, what is bound by volume gains from the longer box until the
# mass binds instead. Then the total:

# %%
totals = {what: made.estimate(answer).headline for what, made in posteriors.items()}
for what, total in totals.items():
    print(f"{what}: {total}")

# %% [markdown]
# What this what-if does not do: The counts stay as stated, now as counts of longer boxes. The effective
# volume of the rocket crates was judged for the length of a 20-foot box, in which crates lie in one row or
# in two; in a longer one other rows are possible, and `122mm-rocket.one-row.volume_m3` and its like would
# have to be judged anew. The `basis` texts still speak of the old box. And a case has one kind of container:
# a mixture of both cannot be stated, only bracketed by the two cases.
#
# For your own case: write the box, the natures and their stows into the file, each with its basis, and run
# the cells from the top. A stow that is bound by mass in all draws needs a careful mass; one that is bound
# by volume, a careful volume.
