"""Make the controls of the settings of a case: what each takes, its bounds, and its words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from shellcount.case.inputs import LEXICON, Input, inputs, words_of
from shellcount.case.parameters import entries
from shellcount.case.schema import Case
from shellcount.case.settable import Setting
from shellcount.explore import tracks
from shellcount.explore.control import Control, Kind
from shellcount.explore.titles import Titles
from shellcount.explore.tracks import Track, written
from shellcount.maths.priors import Kind as Transform
from shellcount.maths.priors import Prior
from shellcount.results.results import Results

_KINDS: dict[str, Kind] = {
    "prior": "range",
    "number": "number",
    "figure": "figure",
    "word": "choice",
    "group": "choice",
    "date": "date",
}
# Bounds of numbers that have both a place and a width of their own, by table or by key.
_BOUNDS = {
    "margin": (-10.0, 10.0),
    "mix": (0.01, 1e15),
    "base_share": (0.01, 1e15),
    "sigma": (0.01, 10.0),
    "outlier_scale": (0.01, 10.0),
    "reliability": (0.0, 10.0),
    "mix_spread": (0.0, 10.0),
    "stow_spread": (0.0, 10.0),
    "rate_walk_sd": (0.0, 10.0),
    "bias_sd": (0.0, 10.0),
}
_LONGEST_STEP = 92.0  # days of a step of the flow that a track shows
_AROUND = 1.25  # factor by which the quantiles offered lie around a number, or their odds around its odds
_MOST = 0.99  # share that they are offered around at most, as those of 1 have no room above


class Maker:
    """Maker of the controls of the settings of a case.

    Parameters
    ----------
    results
        Results of the case.
    """

    def __init__(self, results: Results) -> None:
        self.case: Case = results.case
        self.titles = Titles(self.case)
        self._document = self.case.model_dump(by_alias=True)
        self._inputs = inputs(self.case, self._document)
        # The change of the rate and spreads have a number and no prior, whose kind is of no account.
        self._kinds: dict[str, Transform] = {entry.name: entry.kind for entry in entries(self.case)}

    def place(self, name: str) -> Input | None:
        """Give the place of a setting in the case file; ``None`` for a scenario and for the lexicon."""
        return self._inputs.get(name)

    def control(self, setting: Setting, section: str, *, folded: bool, entry: str = "") -> Control:
        """Make the control of a setting."""
        name, now = setting.name, setting.now or ""
        target = self._inputs.get(name)
        kind: Kind = "text" if target is None else _KINDS[target.takes]
        control = Control(
            name,
            self.titles.of(name),
            section,
            kind,
            now,
            entry=entry,
            unit=self.titles.unit(name),
            folded=folded,
        )
        if name == LEXICON:  # which takes the place of rules of the case, if there are any
            own, listed = "" if self.case.hedges else now, words_of(self.case, LEXICON)
            return replace(control, kind="choice", now=own, words=listed)
        if target is None:
            return control
        if target.takes in {"prior", "number"} and not entry:  # a claimant has its reason beside its grade
            control = replace(control, note=self.titles.note(self._document, target))
        if target.takes == "prior":
            control = replace(control, other=_other(self._kinds[name], _numbers(now)))
        numbers = _numbers(now)
        if target.takes in {"word", "group"}:
            control = replace(control, words=words_of(self.case, target.key))
        elif target.takes == "figure" and not numbers:  # others may be put into words too, but rarely are
            control = replace(control, words=words_of(self.case, "value"))
        return with_track(control, self._track(name, target, numbers))

    def _track(self, name: str, target: Input, now: tuple[float, ...]) -> Track | None:
        """Make the track of a setting; ``None`` where it has words, a date or nothing now."""
        if target.takes == "prior":
            return of_assumption(self._kinds[name], now)
        if len(now) != 1 or target.takes not in {"number", "figure"}:
            return None
        if target.takes == "figure" and self.case.claim[name.split(".")[1]].quantity == "share":
            return tracks.of_share(*now)
        return of_number(name, now[0])


def _numbers(text: str) -> tuple[float, ...]:
    """Read the numbers of a present value; none where it is words, a date or nothing."""
    try:
        return tuple(float(part) for part in text.split(":")) if text else ()
    except ValueError:
        return ()


def with_track(control: Control, track: Track | None) -> Control:
    """Give a control a track."""
    if track is None:
        return control
    return replace(
        control,
        low=track.low,
        high=track.high,
        step=track.step,
        scale=track.scale,
        digits=track.digits,
    )


def of_assumption(kind: Transform, now: tuple[float, ...]) -> Track:
    """Make the track of a prior by its quantiles, or by the number that is taken as known instead.

    Examples
    --------
    >>> of_assumption("logitnormal", (1.0,)).high
    1.0
    """
    if len(now) == 2:
        return tracks.of_prior(kind, *now)
    return tracks.of_share(*now) if kind == "logitnormal" else tracks.of_positive(*now)


def of_number(name: str, value: float) -> Track:
    """Make the track of a number without a prior, by its name.

    Examples
    --------
    >>> of_number("group.allies.correlation", 0.5).high, of_number("cube_m3", 33.1).scale
    (0.99, 'log')
    """
    table, key = name.partition(".")[0], name.rpartition(".")[2]
    if key == "step_days":
        return Track(1.0, max(_LONGEST_STEP, value), 1.0)
    if key in {"correlation", "outlier_share"}:
        return replace(tracks.of_share(value), low=0.0)
    kind = table if table in _BOUNDS else key
    return tracks.of_bounded(value, *_BOUNDS[kind]) if kind in _BOUNDS else tracks.of_positive(value)


def _other(kind: Transform, now: tuple[float, ...]) -> str:
    """Write a value to begin with in the other form of a prior: its median, or quantiles around a median."""
    if len(now) == 2:
        return _short(float(Prior(kind, *now).from_normal(np.zeros(()))))
    (value,) = now
    low, high = value / _AROUND, value * _AROUND
    if kind == "logitnormal":
        share = min(value, _MOST)
        low, high = share / (share + (1 - share) * _AROUND), share / (share + (1 - share) / _AROUND)
    return f"{_short(low)}:{_short(high)}"


def _short(value: float) -> str:
    return written(float(f"{value:.3g}"))
