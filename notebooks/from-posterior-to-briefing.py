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
# # From posterior to briefing
#
# A number that leaves this notebook should keep its range, its date and the run that made it. Here a
# case is fit, a figure is drawn, a template is filled with numbers by name, and the document is audited.

# %%
import tempfile
from pathlib import Path

from IPython.display import Markdown

import shellcount
from shellcount import plots
from shellcount.citing import briefings
from shellcount.citing.quotation import parse_quotation
from shellcount.citing.reference import refer
from shellcount.posterior.settling import fit_settled
from shellcount.report.content import answer
from shellcount.results.names import answering, name_of

case = shellcount.load_case()
case

# %% [markdown]
# What will be quoted is fit until another seed would print the same.

# %%
posterior = fit_settled(case, [answering(case)])
print(answer(posterior))

# %%
plots.plot_timeline(posterior)

# %% [markdown]
# ## One number, with all that belongs to it

# %%
name = name_of(case, answering(case))
reference = refer(posterior, parse_quotation(case, name))
print(reference.text, reference.footnote, reference.bibtex, sep="\n\n")

# %% [markdown]
# ## A document
#
# Names stand in double braces; what is written after the bar says in which form they are wanted.

# %%
template = f"""
North Korea had sent {{{{ {name} | headline }}}} by then, if the counts hold. Seoul's reading of its
own count, {{{{ claim.rok-mnd-2024-02-152mm }}}} if all were 152mm howitzer rounds, is
{{{{ check.rok-mnd-2024-02-152mm }}}}: the probability of at least so many is
{{{{ check.rok-mnd-2024-02-152mm | percent }}}}.
"""
folder = Path(tempfile.mkdtemp())
(folder / "template.md").write_text(template, encoding="utf-8")
document = briefings.fill(
    briefings.read_template(folder / "template.md", case), posterior, folder / "briefing.md"
)
Markdown(document.read_text(encoding="utf-8"))

# %% [markdown]
# ## A year later
#
# The numbers are still there after somebody has worked on the text, and each is computed anew.

# %%
text = document.read_text(encoding="utf-8")
document.write_text(
    f"*Edited since.*\n{text.replace('if the counts hold', 'as far as counts tell')}", encoding="utf-8"
)
found = briefings.audit(document)
print(found.sentence)

# %% [markdown]
# A number that was changed by hand is found too.

# %%
said = posterior.estimate(name).headline
document.write_text(text.replace(said, f"more than {said}", 1), encoding="utf-8")
for result in briefings.audit(document).results:
    if result.status != "same":
        print(f"{result.where}: {result.name} is {result.status}: {result.found}; now {result.now}")
