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
# A number that is quoted should keep its range, its date and the digest of the run that produced it. This
# notebook analyses a case, draws a figure, fills a template with numbers by name, and audits the document.

# %%
import tempfile
from pathlib import Path

from IPython.display import Markdown

import shellcount
from shellcount import plots
from shellcount.citing.auditing import audit
from shellcount.citing.filling import fill, read_template
from shellcount.citing.quotation import parse_quotation
from shellcount.citing.reference import refer
from shellcount.report.content import answer

case = shellcount.load_case()
case

# %% [markdown]
# `analyse` fits a case as `fit` does, and computes the results: everything that can be told about it.

# %%
results = shellcount.analyse(case)
print(answer(results))

# %%
plots.plot_timeline(results)

# %% [markdown]
# ## One number, with its reference

# %%
name = results.answer.name
reference = refer(results, parse_quotation(case, name))
print(reference.text, reference.footnote, reference.entry.bibtex, sep="\n\n")

# %% [markdown]
# ## A document
#
# Names are written in double braces; the word after the bar is the form of the quotation.

# %%
template = f"""
North Korea had sent {{{{ {name} | headline }}}} by then, if the counts hold. Seoul's reading of its
own count, {{{{ claim.rok-mnd-2024-02-152mm }}}} if all were 152mm howitzer rounds, is
{{{{ check.rok-mnd-2024-02-152mm }}}}: the probability of at least that many is
{{{{ check.rok-mnd-2024-02-152mm | percent }}}}.
"""
folder = Path(tempfile.mkdtemp())
(folder / "template.md").write_text(template, encoding="utf-8")
read = read_template(folder / "template.md", case)
document = fill(read, results, folder / "briefing.md")
Markdown(document.read_text(encoding="utf-8"))

# %% [markdown]
# ## A year later
#
# After the text has been edited, the audit still finds the numbers, and computes each of them again.

# %%
text = document.read_text(encoding="utf-8")
document.write_text(
    f"*Edited since.*\n{text.replace('if the counts hold', 'as far as counts tell')}", encoding="utf-8"
)
print(audit(document).sentence)

# %% [markdown]
# It also finds a number that was changed by hand.

# %%
quoted = results.answer.headline
document.write_text(text.replace(quoted, f"more than {quoted}", 1), encoding="utf-8")
for result in audit(document).results:
    if result.status != "same":
        print(f"{result.where}: {result.name} is {result.status}: {result.found}; now {result.now}")
