"""Write the generated parts of the pages on claims: their kinds, and what the model makes of examples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import cog
import numpy as np
from scipy import stats

from shellcount.case.amounts import lexicon
from shellcount.case.blank import starting_text
from shellcount.case.fields import SYNONYMS
from shellcount.case.flow import outlier_share
from shellcount.case.kinds import FIELDS, KINDS, ClaimKind
from shellcount.case.ledger.exporting import ledger_of
from shellcount.case.ledger.grid import CellValue
from shellcount.case.overview import figure, when
from shellcount.case.reading import load_case, parse_case
from shellcount.case.schema import Case, Claim
from shellcount.model.model import build_model
from shellcount.results.conflict import BIAS, LEFT_OUT, OFF
from shellcount.results.consistency import JOINT_LEVEL, PAIR_LEVEL
from shellcount.results.given import Conditioning, fitted_claims, never_fit
from shellcount.wording import phrases, rounding

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(
    r"^```\{code-block\} toml\n(?P<options>(?::[^\n]*\n)*)(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
NEW = re.compile(r"^\$ shellcount new (?P<name>\S+)(?: --from (?P<like>\S+))?$", re.MULTILINE)
CAPTION = re.compile(r"^:caption: (?P<file>\S+), at the end$", re.MULTILINE)

# In the symbols of the page on the model: carriers M of a scope in a time T, load lambda, shares s of natures
# and w of stows, capacity C and mass m.
LOCATIONS: dict[ClaimKind, tuple[str, str]] = {
    "containers": ("carriers of a scope in a time", r"$\log M_j(T)$"),
    "rounds": (
        "items sent in a time, of the mix, or as if all were of one nature",
        r"$\log(M_J(T)\,\lambda\,C)$",
    ),
    "rate": (
        "mean rate in a time, of carriers or items",
        r"$\log(M_j(T)/\ell(T))$ or $\log(M_J(T)\,\lambda\,C/\ell(T))$",
    ),
    "capacity": ("items that $n$ full carriers could hold", r"$\log(n\,C)$"),
    "carried": ("items that $n$ carriers did carry on average", r"$\log(n\,\lambda\,C)$"),
    "share": (
        "share of a nature in the items or the carriers, or of a scope in the one before it",
        r"$\operatorname{logit}(s_k C_k/C)$, $\operatorname{logit} s_k$ or $\operatorname{logit} s_j$",
    ),
    "mass": (
        "gross tonnes of the cargo of the narrowest scope",
        r"$\log(M_J(T)\,\lambda \sum_k s_k \sum_i w_{k,i}\, c_{k,i}\, m_{k,i}/1000)$",
    ),
    "trips": ("voyages, trains or convoys in a time", r"$\log(M_j(T)/a)$ with $a$ carriers a trip"),
    "ratio": ("ratio, which is only shown", "none"),
    "comparator": ("yardstick that nobody states as the total", r"$\log(M_J(T)\,\lambda\,C)$, but never fit"),
}


def kinds() -> None:
    """Write a table of the kinds of claims, from the table that the rules go by."""
    cog.outl("| `quantity` | value | unit | location | needs | allows | `use` |")
    cog.outl("| --- | --- | --- | --- | --- | --- | --- |")
    for name, kind in KINDS.items():
        words, location = LOCATIONS[name]
        fields = {"item": "ITEMS", "carrier": "CARRIERS", "scope": "SCOPE", "containers": "N"}
        unit = kind.unit.format(**fields, of="OF", per="PER", trip="TRIP")
        uses = [*(["fit"] if kind.fit else []), *(["check"] if kind.known else []), "context"]
        row = (
            f"`{name}`",
            words,
            unit,
            location,
            _fields(kind.needs, kind.of),
            _fields(kind.allows),
            _code(uses),
        )
        cog.outl(f"| {' | '.join(row)} |")


def _fields(names: frozenset[str], of: tuple[str, ...] = ()) -> str:
    listed = [name for name in FIELDS if name in names]
    choice = f" ({' or '.join(f'`{thing}`' for thing in of)})" if of else ""
    return ", ".join(f"`{name}`{choice if name == 'of' else ''}" for name in listed) or "nothing"


def _code(words: list[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def words() -> None:
    """Write a table of the words for amounts."""
    cog.outl("| words | range | middle |\n| --- | ---: | ---: |")
    for word, interval in lexicon().items():
        middle = rounding.significant((interval.low * interval.high) ** 0.5, 2)
        cog.outl(f"| {word} | {phrases.exact(interval.low)} to {phrases.exact(interval.high)} | {middle} |")
    level = next(iter(lexicon().values())).level
    cog.outl(f"\nThe amount lies in the range with a probability of {phrases.probability(level)}.")


def synonyms() -> None:
    """Write a table of the words that stand for a hedge."""
    cog.outl("| hedge | also read as it |\n| --- | --- |")
    for hedge in dict.fromkeys(SYNONYMS.values()):
        cog.outl(f"| `{hedge}` | {_code([word for word, meant in SYNONYMS.items() if meant == hedge])} |")


# --- examples ------------------------------------------------------------------------------


def page_cases(page: str) -> dict[str, Case]:
    """Read the cases of a page, by file: each is started by a command, and blocks add text at its end."""
    texts = {
        f"{new['name']}.toml": starting_text(new["name"], like=new["like"]) for new in NEW.finditer(page)
    }
    for block in BLOCK.finditer(page):
        caption = CAPTION.search(block["options"])
        if caption is not None:
            texts[caption["file"]] += f"\n{block['text']}"
    return {file: parse_case(text.encode(), origin=file) for file, text in texts.items()}


def makes_of(*names: str) -> None:
    """Write the rows of a ledger for claims of this page, and what the model makes of each.

    The case is that of the blocks above.
    """
    above = Path(cog.inFile).read_text(encoding="utf-8").splitlines(keepends=True)[: cog.firstLineNum]
    for case in page_cases("".join(above)).values():
        claims = [claim for name in names for claim in case.claim if claim.id == name]
        if claims:
            _ledger(claims)
            cog.outl(
                "\nWhat the model makes of it:\n" if len(claims) == 1 else "\nWhat the model makes of them:\n"
            )
        for claim in claims:
            cog.outl(f"- {' '.join(_made(case, claim))}")


def _ledger(claims: list[Claim]) -> None:
    """Write claims as rows of a ledger, with the columns that they fill."""
    header, rows = ledger_of(claims)
    filled = [place for place, _ in enumerate(header) if any(row[place] is not None for row in rows)]
    cog.outl("In a ledger:\n")
    cog.outl(f"| {' | '.join(header[place] for place in filled)} |")
    cog.outl(f"|{' --- |' * len(filled)}")
    for row in rows:
        cells = ["" if row[place] is None else _cell(row[place]) for place in filled]
        cog.outl(f"| {' | '.join(cells)} |")


def _cell(value: CellValue) -> str:
    text = f"{value:.15g}" if isinstance(value, float) else str(value)
    return text.replace("|", "\\|")


def _made(case: Case, claim: Claim) -> Iterator[str]:
    said = figure(case, claim).strip()
    yield f"`{claim.id}`: {said} ({when(claim)})."
    yield from _relation(case, claim)
    if claim.id in never_fit(case):
        return
    yield _implied(case, claim)
    yield from _open(claim)
    bases = [base for base in ("counts", "all") if _is_fit(case, claim, base)]
    yield f"Fit given {' and '.join(f'`{base}`' for base in bases)}." if bases else "Checked, not fit."


def _relation(case: Case, claim: Claim) -> Iterator[str]:
    reason = never_fit(case).get(claim.id)
    if reason is not None:
        yield f"Never fit, because it {reason}."
    bases = [each for each in case.claim if each.id == claim.derived_from]
    for base in bases:
        yield f"It is {rounding.significant(claim.stated / base.stated)} times `{base.id}`."


def _is_fit(case: Case, claim: Claim, base: str) -> bool:
    given = Conditioning("counts" if base == "counts" else "all")
    return claim.id in {fitted.claim.id for fitted in fitted_claims(case, given)}


def _implied(case: Case, claim: Claim) -> str:
    """Say which quantities a claim favours, taken alone, if it is sound and its claimant has no bias."""
    reporting = build_model(case, Conditioning("counts")).reporting[claim.id]
    if claim.value == 0:
        seen = [phrases.probability(float(np.exp(-times))) for times in (0.1, 1, 3)]
        resolution = phrases.exact(reporting.resolution)
        return (
            f"If {resolution} {case.about.had_been_sent}, the chance that none were seen would be {seen[1]}; "
            f"of a tenth of that {seen[0]}, of three times that {seen[2]}."
        )
    kernel = reporting.kernel
    if kernel is None:
        raise ValueError(f"{claim.id} has no error")
    error = stats.skewnorm(-kernel.margin / kernel.sigma, scale=np.hypot(kernel.sigma, kernel.margin))
    low, middle, high = reporting.unlink(reporting.link(claim.stated) - error.ppf([0.95, 0.5, 0.05])).tolist()
    if claim.interval is None:
        said = "Alone and without bias it implies"
    else:
        said = "The range is one statement with its middle and spread, and implies"
    low, middle, high = (rounding.significant(value, 3 if value >= 1 else 2) for value in (low, middle, high))
    return f"{said} {middle} (90%: {low} to {high})."


def _open(claim: Claim) -> Iterator[str]:
    if len(claim.natures) > 1:
        odds = claim.reading_odds or {}
        prior = [odds.get(nature, 1.0) for nature in claim.natures]
        chances = [
            f"`{n}` {phrases.probability(p / sum(prior))}" for n, p in zip(claim.natures, prior, strict=True)
        ]
        yield f"Either reading counts with its prior probability: {', '.join(chances)}."
    if len(claim.dates) > 1:
        yield "Every day of the range is equally probable before the other claims are seen."


def together() -> None:
    """Write a list of what makes fitted claims not hold together."""
    cog.outl(
        "- A claim [conflicts](when-sources-contradict.md#what-counts-as-a-conflict) with the others or the "
        "assumptions."
    )
    cog.outl(
        "- A pair **contradicts**: a ratio so far out has too small a chance if both are sound, at "
        f"{phrases.probability(PAIR_LEVEL)} for all pairs taken together, and from the two alone one of them "
        f"is off with a chance above {phrases.probability(OFF)}."
    )
    cog.outl(
        "- As a **whole** the figures are so far from each other and from the assumptions that, if all are "
        f"sound, there is a chance below {100 * JOINT_LEVEL:g}% of that."
    )


def conflicts() -> None:
    """Write a list of what makes a fitted claim conflict with the rest."""
    share = phrases.probability(outlier_share(load_case()))
    cog.outl(
        f"- The posterior chance that it is **off** is above {phrases.probability(OFF)}. A claim is off if "
        "its error is not the one that its hedge describes; before the others are seen, the chance is "
        f"{share} (`robustness.outlier_share`)."
    )
    cog.outl(
        "- Predicted **from all the others**, a figure so extreme has a probability below "
        f"{100 * LEFT_OUT:g}%."
    )
    cog.outl(
        f"- The posterior mean of its claimant's **bias** is more than {BIAS:g} of its prior standard "
        "deviations out."
    )
