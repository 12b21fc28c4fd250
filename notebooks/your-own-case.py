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
# # Your own case, from a blank file
#
# A case is one TOML file: evidence, assumptions and scenarios. This notebook starts with a blank file,
# fills it in, and analyses it. The story is invented: vaccine doses are flown to an island in refrigerated
# boxes, an airline counts boxes, and a minister counts doses. The tutorial does the same with an editor and
# a terminal.

# %%
import tempfile
from pathlib import Path

import shellcount
from shellcount import plots
from shellcount.case.blank import start_case, starting_text, unfinished
from shellcount.checks.evidence import remarks

folder = Path(tempfile.mkdtemp())

# %% [markdown]
# ## The blank file
#
# It is complete and can be run as it is. Comments explain each section, and whatever you still have to write
# is marked TODO.

# %%
blank = start_case("island-vaccines", folder / "island-vaccines.toml")
text = blank.read_text(encoding="utf-8")
print(text[text.index("# --- claims") : text.index("# A figure for the total")])

# %%
case = shellcount.load_case(blank)
print(*unfinished(case), sep="\n")

# %% [markdown]
# ## Filling it in
#
# In practice, use an editor. Here the file is put together from pieces, so that every line is visible. The
# hedges and grades of the blank file stay as they are; everything else is replaced.

# %%
about = """
[case]
schema = "shellcount/case/1"
id = "island-vaccines"
title = "Vaccine doses flown to the island in spring"
question = "How many doses could the counted boxes have held?"
item = "doses"
carrier = "boxes"
limitations = ["Doses that came by ship are not in the totals.", "Doses flown are not doses given."]

[[source]]
id = "airline-bulletin"
title = "Cargo bulletin"
publisher = "the airline"

[[source]]
id = "evening-news"
title = "Evening news"
publisher = "the island's broadcaster"

[[claimant]]
id = "airline"
title = "the airline"
grade = "A"
basis = "Weighs and bills every box."

[[claimant]]
id = "minister"
title = "the minister of health"
grade = "C"
basis = "Has an election to win."
"""

# %% [markdown]
# One claim is fitted, the other is to be judged. `rounds` is the format's word for whatever is counted.

# %%
claims = """
[[claim]]
id = "airline-may"
claimant = "airline"
summary = "Some 240 boxes had been flown by the end of May."
quantity = "containers"
scope = "vaccines"
value = 240
resolution = 10
hedge = "about"
as_of = 2025-05-31
use = "fit"
reports = [{ source = "airline-bulletin", value = 240, hedge = "about", phrase = "some" }]

[[claim]]
id = "minister-may"
claimant = "minister"
summary = "More than seven million doses had arrived by the end of May."
quantity = "rounds"
value = 7_000_000
resolution = 100_000
hedge = "more_than"
as_of = 2025-05-31
use = "check"
under_all = {}
reports = [{ source = "evening-news", value = 7_000_000, hedge = "more_than", phrase = "over" }]

[[scope]]
id = "vaccines"
title = "boxes with vaccines"
"""

# %% [markdown]
# Next, what a box holds. Ranges are 5% and 95% quantiles, each with its reason. A dose is a tenth of a vial.

# %%
holds = """
[containers]
first_shipment = 2025-03-10
first_shipment_basis = "First flight with vaccines."
rated_payload_kg = { value = 60, basis = "Highest load of the box.", certainty = "B" }
cube_m3 = { value = 0.12, basis = "Inside of the box, without coolant.", certainty = "B" }

[priors]
first_rate_per_day = { low = 0.3, high = 10, basis = "A box in three days to a plane full.", certainty = "U" }
rate_walk_sd = { value = 0.4, basis = "Flights may double or halve in two months.", certainty = "U" }
payload_share = { low = 0.85, high = 0.99, basis = "Floors allow almost all of it.", certainty = "U" }
stowage = { low = 0.55, high = 0.85, basis = "Trays leave room for air to flow.", certainty = "U" }
load = { low = 0.30, high = 0.90, basis = "The last box of an order is rarely full.", certainty = "U" }
mix_spread = { value = 0.5, basis = "One vaccine only.", certainty = "U" }

[[nature]]
id = "vial"
title = "doses in vials of ten"
base_share = 1.0
basis = "The only presentation that was ordered."
certainty = "B"

[nature.bare]
mass_kg = 0.0012
volume_m3 = 0.0000012
basis = "A tenth of a filled vial."
certainty = "C"

[[nature.stow]]
id = "tray"
title = "vials in trays"
base_share = 1.0
mass_kg = { low = 0.0018, high = 0.0026, basis = "A tenth of a vial, with tray.", certainty = "C" }
volume_m3 = { low = 2.8e-6, high = 4.0e-6, basis = "Packed volume of such vials.", certainty = "C" }

[[scenario]]
id = "mixed"
title = "as it was"
"""

# %%
kept = text[text.index("# --- what a hedge") : text.index("# --- cargo classes")]
blank.write_text(about + claims + kept + holds, encoding="utf-8")
case = shellcount.load_case(blank)
case

# %% [markdown]
# Is anything left to be written? Do any claims contradict each other? Both lists should be empty.

# %%
print(list(unfinished(case)), list(remarks(case)))

# %% [markdown]
# ## A fault
#
# If a file cannot be used, all faults are reported at once, each with its place. Here a hedge is misspelt,
# and the quantiles of a prior are in the wrong order.

# %%
wrong = blank.read_text(encoding="utf-8").replace('"more_than"\nas_of', '"mor_than"\nas_of')
wrong = wrong.replace("low = 0.30, high = 0.90", "low = 0.90, high = 0.30")
(folder / "wrong.toml").write_text(wrong, encoding="utf-8")
try:
    shellcount.load_case(folder / "wrong.toml")
except shellcount.ShellcountError as error:
    print(*str(error).splitlines()[1:], sep="\n")

# %% [markdown]
# ## The answer, and the minister's figure

# %%
posterior = shellcount.fit(case, seed=1)
results = shellcount.analyse(posterior)
name = results.answer.name
print(name, results.answer.headline)
for check in results.checks:
    print(check.sentence)

# %%
plots.plot_intervals(results)

# %% [markdown]
# ## Which assumption matters
#
# Each prior in turn is narrowed to its median, and the width of the 90% interval compared. If that makes the
# range much narrower, the assumption is worth investigating.

# %%
estimate = posterior.estimate(name)
for prior in ("load", "stowage", "payload_share", "vial.tray.volume_m3", "vial.tray.mass_kg"):
    middle = posterior.estimate(prior).p50
    changed = shellcount.with_changes(case, {prior: (0.99 * middle, 1.01 * middle)})
    narrowed = shellcount.fit(changed, seed=1).estimate(name)
    left = (narrowed.p95 - narrowed.p05) / (estimate.p95 - estimate.p05)
    print(f"{prior:22} {left:4.0%} of the width is left")

# %% [markdown]
# ## From a shipped case
#
# A case can also start as a copy of a shipped one. The second shipped case is about ships and tonnes of
# grain. Every tonne was tallied, so the model can be compared with the truth: the figures on the timeline
# were not fitted.

# %%
grain = shellcount.load_case("black-sea-grain-2022")
print(starting_text("my-grain", like="black-sea-grain-2022").splitlines()[0])
grain

# %%
plots.plot_timeline(shellcount.analyse(shellcount.fit(grain, seed=1)))
