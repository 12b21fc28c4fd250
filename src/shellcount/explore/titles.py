"""Name the settings of a case in words, with their units and the reasons for what they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shellcount.case.families import title_of
from shellcount.case.inputs import Input
from shellcount.case.kinds import KINDS
from shellcount.case.parameters import Parameter, entries
from shellcount.case.schema import Case, Claim
from shellcount.case.shape import Raw
from shellcount.results.claimed import claimed_unit
from shellcount.results.given import readings
from shellcount.text import one_line
from shellcount.wording import phrases

_TITLE, _SUMMARY, _NOTE = 60, 300, 600  # characters of a title, of a claim in words, and of a remark
_MEASURES = {"mass_kg": "mass", "volume_m3": "volume", "base_share": "weight"}
_UNITS = {"rated_payload_kg": "kg", "cube_m3": "m³", "step_days": "days", "mass_kg": "kg", "volume_m3": "m³"}
_OF_CLAIM = {
    "": "figure",
    "resolution": "rounded to",
    "hedge": "hedge",
    "since": "first day",
    "use": "use",
}
_OF_CLAIMANT = {"grade": "grade", "bias_sd": "bias in log units, instead of a grade", "group": "group"}
_OF_HEDGE = {"sigma": "spread", "margin": "one-sided margin"}
_OTHERS = {
    "hedges": "lexicon for all hedges",
    "flow.step_days": "length of a step of the flow",
    "flow.step": "steps of the flow by the calendar",
    "robustness.outlier_share": "chance that a claim is off",
    "robustness.outlier_scale": "error of a claim that is off (log units)",
    "rate_walk_sd": "change of the daily rate in a month (log units)",
}
_CERTAINTY = {"A": "stated and consistent", "B": "partial", "C": "derived", "U": "judged"}


class Titles:
    """Names of the settings of a case in words.

    Parameters
    ----------
    case
        The case.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> titles = Titles(load_case())
    >>> titles.of("munitions_share"), titles.of("claimant.rok-mnd.grade")
    ('share of munitions among military containers', 'grade')
    >>> titles.unit("first_rate_per_day"), titles.unit("claim.rok-mnd-2024-06")
    ('containers per day', 'containers')
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self._claims = {claim.id: claim for claim in case.claim}
        self._claimants = {claimant.id: one_line(claimant.title, _TITLE) for claimant in case.claimant}
        self._units = {entry.name: entry.unit for entry in entries(case) if isinstance(entry, Parameter)}
        self._carrier = one_line(case.about.carrier, _TITLE)
        self._titles = {**_OTHERS, **dict(self._contents())}

    def _contents(self) -> Iterator[tuple[str, str]]:
        """Name the settings of what a carrier holds, and the scenarios."""
        one = phrases.singular(self._carrier)
        yield "rated_payload_kg", f"rated payload of a {one}"
        yield "cube_m3", f"volume of a {one}"
        yield "mix_spread", f"spread of the mix of {one_line(self.case.about.item, _TITLE)} (log units)"
        for nature in self.case.nature:
            what = one_line(nature.title, _TITLE)
            yield f"mix.{nature.id}", f"weight of {what} in the mix"
            yield f"{nature.id}.stow_spread", f"spread of the packing of {what} (log units)"
            for stow in nature.stow:
                for key, measure in _MEASURES.items():
                    title = f"{measure} of {what}: {one_line(stow.title, _TITLE)}"
                    yield f"{nature.id}.{stow.id}.{key}", title
        for scenario in self.case.scenario:
            yield f"scenario.{scenario.id}", one_line(scenario.title, _SUMMARY)

    def of(self, name: str) -> str:
        """Name a setting; one of a claim or claimant without the claim or claimant."""
        table, _, rest = name.partition(".")
        stem, _, key = rest.rpartition(".")
        if table == "claim":
            return self._of_claim(*self._split(rest))
        if table == "claimant":
            return _OF_CLAIMANT[key]
        if table == "hedges" and stem:
            return f"{_OF_HEDGE[key]} of “{stem.replace('_', ' ')}” (log units)"
        if table == "reliability":
            return f"bias of grade {rest} (log units)"
        if table == "group":
            return f"correlation within {stem}"
        return self._titles.get(name) or title_of(self.case, name)

    def _of_claim(self, claim: Claim, key: str) -> str:
        if key == "containers":
            return f"{self._carrier} that it is about"
        if key == "as_of":
            return "as of" if claim.since is None else "last day"
        return _OF_CLAIM[key]

    def _split(self, rest: str) -> tuple[Claim, str]:
        """Find the claim of a setting, and the key within it; empty for its figure."""
        name, _, key = rest.partition(".")
        return self._claims[name], key

    def unit(self, name: str) -> str:
        """Give the unit of a setting; empty for what has none."""
        table, _, rest = name.partition(".")
        if table == "claim":
            claim, key = self._split(rest)
            return {
                "": self.of_figure(claim),
                "resolution": self.of_figure(claim),
                "containers": self._carrier,
            }.get(key, "")
        found = _UNITS.get(name.rpartition(".")[2]) or self._units.get(name, "")
        return "" if found == "share" else found

    def of_figure(self, claim: Claim) -> str:
        """Give the unit of the figure of a claim."""
        kind = KINDS[claim.quantity]
        found = claimed_unit(self.case, readings(claim)[0]) if kind.known else kind.unit
        return "" if found == "share" else found

    def claim(self, claim: Claim) -> str:
        """Name a claim by its claimant and what it states."""
        return one_line(f"{self._claimants[claim.claimant]}: {claim.summary}", _SUMMARY)

    def claimant(self, claimant: str) -> str:
        """Name a claimant."""
        return self._claimants[claimant]

    def note(self, document: Raw, target: Input) -> str:
        """Give the reason for an assumption, with how well it is supported."""
        here: Any = document
        for step in target.table:
            here = {} if here is None else here[step]
        basis = (here or {}).get("basis")
        support = _CERTAINTY.get((here or {}).get("certainty") or "")
        text = "" if basis is None else one_line(basis, _NOTE)
        return f"{text} ({support})" if text and support else text
