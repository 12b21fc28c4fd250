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
# Two more numbers turn a count of containers into a count of rounds: what a full container holds, and how
# full containers are. This notebook computes the first from mass and volume, by hand for one way of
# packing, and then with its uncertainty. It continues with the physical maximum, and with stated figures.

# %%
import numpy as np

import shellcount
from shellcount import plots
from shellcount.case.ceiling import ceiling_per_container
from shellcount.maths.packing import mean_capacity, rounds_per_container
from shellcount.model.model import build_model

case = shellcount.load_case()
natures = {nature.id: nature for nature in case.nature}

# %% [markdown]
# ## The box
#
# A container has a rated payload and a volume, the cube. Neither can be used completely: axles, floors and
# roads limit the mass; door headers, bracing and the shape of boxes limit the volume. So there are two
# shares: the usable share of the payload, and the share of the cube that can be filled.

# %%
box = case.containers
print(f"rated payload: {box.rated_payload_kg.value:,.0f} kg. {box.rated_payload_kg.basis}")
print(f"cube: {box.cube_m3.value} m3. {box.cube_m3.basis}")
for share in ("payload_share", "stowage"):
    assumption = getattr(case.priors, share)
    print(f"{share}: {assumption.low} to {assumption.high} ({assumption.certainty}). {assumption.basis}")

# %% [markdown]
# Ranges in a case are always the 5% and the 95% quantile of a prior. Shares have a logit-normal prior,
# masses and volumes a lognormal one. The certainty distinguishes stated figures (A, B), calculations from
# such figures (C) and judgements (U).
#
# ## The round
#
# A *nature* is a kind of round. A *stow* is one way to pack it. Each stow has a gross mass per round,
# including the round's share of crate and dunnage, and an effective volume per round, including the space
# that the packing wastes.

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
# rounds. It is full when either the mass or the volume is used up, whichever comes first. Start with the
# medians of the priors. At the median of a prior, its standard normal coordinate is zero.

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
# The library's function does the same arithmetic, and takes arrays as well as numbers.

# %%
rounds = rounds_per_container(payload_kg=payload, mass_kg=mass, usable_m3=usable, volume_m3=volume)
print(f"by the library: {rounds:.1f}")

# %% [markdown]
# ## With its uncertainty
#
# Four medians give one number: no range, and not exactly the median of the result either. To get these, apply
# the same formula to draws. The default posterior is conditioned on counts of containers only. These say
# nothing about packing, so masses and volumes keep their priors: the quantiles of the draws are those that
# the case states.

# %%
posterior = shellcount.fit(case, seed=1)
for what, stated in (("mass_kg", stow.mass_kg), ("volume_m3", stow.volume_m3)):
    low, middle, high = np.quantile(posterior.draws(f"{at}.{what}"), [0.05, 0.5, 0.95])
    print(f"{what}: stated {stated.low:.3f} to {stated.high:.3f}; drawn {low:.3f} to {high:.3f}", end="; ")
    print(f"median {middle:.3f}")

# %% [markdown]
# Now all stows. A single stow is not a named estimate, so its capacity is computed from the draws of its
# parameters. The last column is the share of draws in which the mass is the limit, and not the volume.

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
        print(f"{at}: {middle:.0f} ({low:.0f} to {high:.0f}), limited by mass {by_mass:.1%}")

# %% [markdown]
# A stow near 100% is dense: its container reaches the payload with room to spare, and a better estimate of
# its volume changes little. A stow near 0% is bulky: its container runs out of volume, and the mass hardly
# matters. This shows where a better source would help.
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
# Computed by hand, the mean equals the quantity that the library gives, draw by draw.

# %%
names = [f"{nature.id}.{stow.id}" for stow in nature.stow]
mean = mean_capacity(
    np.array([posterior.draws(f"{name}.share") for name in names]),
    np.array([capacities[name] for name in names]),
)
print(f"the same: {np.allclose(mean, posterior.draws(f'capacity.{nature.id}'))}")
for nature in case.nature:
    print(posterior.estimate(f"capacity.{nature.id}"))
print(posterior.estimate("capacity.mixed"))

# %% [markdown]
# The last one is the mean over natures, in the same way, weighted by the mix. No source gives the mix
# either.
#
# ## The physical ceiling
#
# A prior can be disputed. So there is one bound that does not need any: bare projectiles, without crate,
# charge or dunnage, at the full rated payload in a full cube,
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
# The bound is generous on purpose: it ignores all packing. For a mix, it is the ceiling of the
# nature with the highest one.
#
# ## What was stated
#
# Some claims say how many rounds a number of containers could hold. Divided by that number, they can be
# compared with the capacity of one container. The figure shows the posterior ranges, the stated figures, and
# the ceiling of each row.

# %%
results = shellcount.analyse(posterior)
plots.plot_capacity(results)

# %%
claims = {claim.id: claim for claim in case.claim}
for check in results.checks:
    if claims[check.claim].quantity == "capacity":
        capacity = posterior.estimate(check.quantity)
        print(f"{check.claim}, read as {check.nature or 'the mix'}: {check.words}")
        print(f"    in {check.containers:,.0f} containers: {check.implied_per_container:.0f} each", end=" ")
        print(f"(at most {check.ceiling_per_container:.0f})")
        print(f"    the model has {capacity.headline}: {check.verdict}")

# %% [markdown]
# A claim that leaves the nature open has one reading for each nature. Compare the readings: the same figure
# may fit one kind of round and not another.
#
# ## What `impossible` means
#
# `high`, `low`, `very high` and `very low` are about probability: the model, with its priors, would hardly
# have predicted such a figure. `impossible` is not. It means that the figure is more than the ceiling allows
# for its number of containers, whatever one believes about packing and load. To see an example, set the
# capacity claim below to a fifth above its ceiling.

# %%
claim = claims["rok-mnd-2024-02-152mm"]
beyond = 1.2 * ceiling_per_container(case, claim.nature) * claim.containers
changed = shellcount.with_changes(case, {f"claim.{claim.id}": beyond})
check = shellcount.check(shellcount.fit(changed, seed=1), (claim.id,))[0]
print(check.verdict)
print(f"stated per container {check.implied_per_container:.0f}, ceiling {check.ceiling_per_container:.0f}")

# %% [markdown]
# A claim of rounds sent states no number of containers; its ceiling is multiplied by the 95% quantile of the
# containers sent by that day. A figure below the ceiling is not necessarily plausible.
#
# ## How full containers are
#
# Capacity is for a full container. Real ones are often less full, by the share `load`. `shipped` is
# capacity times load: what a container held on average when it was sent.

# %%
print(f"load {case.priors.load.low} to {case.priors.load.high}. {case.priors.load.basis}")
for nature in case.nature:
    full, sent = (posterior.estimate(f"{kind}.{nature.id}").headline for kind in ("capacity", "shipped"))
    print(f"{nature.id}: full {full}; as sent {sent}")

# %% [markdown]
# The basis is given in tonnes. To test the prior, compute what the cargo weighs in the model, packing
# included: the rounds of a stow times their gross mass, times the load.

# %%
load = posterior.draws("load")
for at, capacity in capacities.items():
    tonnes = load * capacity * posterior.draws(f"{at}.mass_kg") / 1000
    low, middle, high = np.quantile(tonnes, [0.05, 0.5, 0.95])
    print(f"{at}: {middle:.1f} t ({low:.1f} to {high:.1f})")

# %% [markdown]
# Compare these with the tonnes in the basis, and check whether those include the packing. A stow that is
# limited by volume weighs less at the same load, since load is a share of the full container, whether mass
# or volume makes it full. If your own evidence suggests other tonnes, `load` is the prior to change.
#
# This completes the chain. Rounds sent are containers with artillery rounds, times the load, times
# the capacity of the mix, draw by draw:

# %%
answer = results.answer
containers = posterior.draws(f"containers.artillery@{case.last_date}")
product = containers * load * posterior.draws("capacity.mixed")
print(f"{answer.name} is the product: {np.allclose(product, posterior.draws(answer.name))}")

# %% [markdown]
# ## What if the containers were longer?
#
# The case assumes that every container is a 20-foot box. Suppose that all were 40-foot boxes. They have about
# twice the volume, but nearly the same payload. The two figures below are typical of such a box of standard
# height, and serve only as an example: use those of your own container.
#
# One more input may have to change. The usable payload is stated as a share of the rated one, and the case
# derives it from tonnes on a flatcar and on a floor. In `same share` it stays as it is, in `same tonnes`
# it is calculated again from the same tonnes.

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
    for what, variant in posteriors.items():
        capacity = variant.estimate(f"capacity.{nature.id}").headline
        print(
            f"{nature.id}, {what}: {capacity}; at most {ceiling_per_container(variant.case, nature.id):.0f}"
        )

# %% [markdown]
# Natures that are limited by mass stay about the same; those limited by volume gain from the longer box until
# the mass becomes the limit. Then the total:

# %%
totals = {what: variant.estimate(answer.name).headline for what, variant in posteriors.items()}
for what, total in totals.items():
    print(f"{what}: {total}")

# %% [markdown]
# This what-if has limits. The counts stay as stated, now as counts of longer boxes. The effective
# volume of the rocket crates was judged for the length of a 20-foot box, in which crates lie in one row or
# in two; a longer box allows other rows, and `122mm-rocket.one-row.volume_m3` and the like would
# have to be judged again. The `basis` texts still refer to the old box. And a case has one kind of container:
# it cannot express a mixture of both, only bracket it by two cases.
#
# For your own case: write the box, the natures and their stows into the file, each with its basis, and run
# the cells from the top. A stow that is limited by mass in all draws needs a careful estimate of its mass;
# one that is limited by volume, of its volume.
