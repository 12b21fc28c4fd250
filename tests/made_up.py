"""Cases of any size, made up from a seed: a truth, and claims that agree with it or are off."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from shellcount.case.reading import build_case
from shellcount.case.schema import Case

START = dt.date(2005, 1, 1)
STEP_DAYS = 7
GROUPED = ("containers", "period", "rate")  # forms of counts, which `given=counts` fits
ALL = (*GROUPED, "rounds", "mass", "share", "capacity")
_SHARE_OF_ARMS, _LOAD, _FIRST_RATE = 0.6, 0.7, 40.0
_HEDGES = {  # scale and margin of each hedge, in log units
    "exact": (0.02, 0.0),
    "about": (0.08, 0.0),
    "at_least": (0.05, 0.20),
    "up_to": (0.05, -0.25),
}
_GRADES = {"A": 0.05, "B": 0.10, "C": 0.20, "D": 0.35}
_MADE_UP = {"basis": "made up", "certainty": "U"}
_NAMES = ("first", "second", "third", "fourth", "fifth")


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes of a case, and what its claims are like.

    Parameters
    ----------
    claims, claimants, steps, natures, stows
        How many there are: stows of each nature, weekly steps until the last claim.
    forms
        Forms of the claims, in turn, of :data:`ALL`.
    off
        Share of the claims that are off, by a factor of three either way.
    far
        Factor by which all claims lie above the truth that the priors are about.
    seed
        Decides every digit.
    """

    claims: int = 30
    claimants: int = 4
    steps: int = 10
    natures: int = 3
    stows: int = 2
    forms: tuple[str, ...] = GROUPED
    off: float = 0.0
    far: float = 1.0
    seed: int = 1


def made_up(sizes: Sizes) -> Case:
    """Make up a case."""
    return build_case(document(sizes), "made up")


def text(sizes: Sizes) -> str:
    """Make up a case as the text of its file."""
    return "\n".join(_toml(document(sizes)))


def document(sizes: Sizes) -> dict[str, Any]:
    """Make up a case as plain values, before they are validated."""
    rng = np.random.default_rng(sizes.seed)
    natures = [_nature(place, sizes.stows) for place in range(sizes.natures)]
    grades = [*_GRADES]
    return {
        "case": {
            "schema": "shellcount/case/1",
            "id": "made-up",
            "title": "Made up",
            "question": "How many?",
        },
        "source": ({"id": "paper", "title": "A paper", "publisher": "A publisher"},),
        "claimant": tuple(
            {
                "id": f"k{place}",
                "title": f"Office {place}",
                "grade": grades[place % len(grades)],
                "basis": "made up",
            }
            for place in range(sizes.claimants)
        ),
        "claim": tuple(_claims(sizes, natures, rng)),
        "hedges": {
            hedge: {"sigma": sigma, "margin": margin, **_MADE_UP}
            for hedge, (sigma, margin) in _HEDGES.items()
        },
        "reliability": {grade: {"value": value, **_MADE_UP} for grade, value in _GRADES.items()},
        "scope": (
            {"id": "all", "title": "all cargo"},
            {"id": "arms", "title": "arms", "share": _around(_SHARE_OF_ARMS, 1.3)},
        ),
        "flow": {"step_days": STEP_DAYS},
        "containers": {
            "first_shipment": START,
            "first_shipment_basis": "made up",
            "rated_payload_kg": {"value": 28200.0, **_MADE_UP},
            "cube_m3": {"value": 33.0, **_MADE_UP},
        },
        "priors": {
            "first_rate_per_day": _around(_FIRST_RATE, 4.0),
            "rate_walk_sd": {"value": 0.2, **_MADE_UP},
            "payload_share": _around(0.7, 1.15),
            "stowage": _around(0.75, 1.15),
            "load": _around(_LOAD, 1.25),
            "mix_spread": {"value": 0.8, **_MADE_UP},
        },
        "nature": tuple(natures),
        "scenario": ({"id": "mixed", "title": "whatever is carried"},),
    }


def _around(middle: float, factor: float) -> dict[str, Any]:
    return {"low": middle / factor, "high": middle * factor, **_MADE_UP}


def _nature(place: int, stows: int) -> dict[str, Any]:
    ways = []
    for way in range(stows):
        mass, volume = 40.0 + 5 * (place % 7) + way % 5, 0.05 + 0.004 * (way % 5)
        ways.append(
            {
                "id": f"s{way}",
                "title": f"way {way}",
                "base_share": 1.0 / stows,
                "mass_kg": _around(mass, 1.2),
                "volume_m3": _around(volume, 1.2),
            }
        )
    spread = {"stow_spread": {"value": 0.5, **_MADE_UP}} if stows > 1 else {}
    return {
        "id": f"n{place}",
        "title": f"kind {place}",
        "base_share": 1.0,
        **_MADE_UP,
        "bare": {"mass_kg": 20.0, "volume_m3": 0.01, **_MADE_UP},
        **spread,
        "stow": tuple(ways),
    }


# --- claims ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Truth:
    """What was sent, as the claimants know it."""

    daily: np.ndarray[tuple[int], np.dtype[np.float64]]
    capacity: float
    tonnes: float
    by_nature: tuple[float, ...]

    def sent(self, first: int, end: int) -> float:
        """Carriers of the widest scope sent from a day on, before another."""
        return float(self.daily[first:end].sum())


def _truth(sizes: Sizes, natures: list[dict[str, Any]], rng: np.random.Generator) -> _Truth:
    walk = 0.2 * math.sqrt(STEP_DAYS / 30.4375) * rng.standard_normal(sizes.steps)
    # Drawn back to its beginning, so that long flows stay of one size.
    path = np.cumsum(walk)
    path -= np.linspace(0.0, path[-1], sizes.steps)
    daily = np.repeat(_FIRST_RATE * sizes.far * np.exp(path - path[0]), STEP_DAYS)
    capacities, masses = [], []
    for nature in natures:
        held = [_held(way) for way in nature["stow"]]
        capacities.append(sum(items for items, _ in held) / len(held))
        masses.append(sum(items * mass for items, mass in held) / len(held))
    return _Truth(
        daily, sum(capacities) / len(capacities), sum(masses) / len(masses) / 1000, tuple(capacities)
    )


def _held(way: dict[str, Any]) -> tuple[float, float]:
    """Items in a carrier that is packed one way, and the mass of one."""
    mass, volume = (
        math.sqrt(way[measure]["low"] * way[measure]["high"]) for measure in ("mass_kg", "volume_m3")
    )
    return min(28200 * 0.7 / mass, 33 * 0.75 / volume), mass


def _claims(
    sizes: Sizes, natures: list[dict[str, Any]], rng: np.random.Generator
) -> Iterator[dict[str, Any]]:
    truth = _truth(sizes, natures, rng)
    widths = list(_GRADES.values())
    biases = [
        {form: widths[place % len(widths)] * rng.standard_normal() for form in ALL}
        for place in range(sizes.claimants)
    ]
    hedges, said = [*_HEDGES], set()
    for place in range(sizes.claims):
        claimant = int(rng.integers(sizes.claimants)) if place >= sizes.claimants else place
        form = sizes.forms[place % len(sizes.forms)]
        fields, quantity = _subject(form, truth, sizes, rng)
        hedge = hedges[int(rng.integers(len(hedges)))]
        sigma, margin = _HEDGES[hedge]
        error = sigma * rng.standard_normal() - margin * abs(rng.standard_normal())
        of = "containers" if form in GROUPED else form
        error += biases[claimant][of] if form != "share" else 0.0
        if rng.random() < sizes.off:
            error += math.log(3) * rng.choice([-1, 1])
        odds = quantity * math.exp(error) / (1 - quantity if form == "share" else 1)
        value, resolution = _rounded(odds / (1 + odds) if form == "share" else odds)
        # The same words twice would be a repetition.
        while (statement := (claimant, form, value, fields["as_of"], fields.get("since"))) in said:
            value = round(value + resolution, 9)
        said.add(statement)
        yield {
            "id": f"c{place}",
            "claimant": f"k{claimant}",
            "summary": "A figure.",
            **fields,
            "value": value,
            "resolution": resolution,
            "hedge": hedge,
            "use": "fit",
            "reports": ({"source": "paper", "value": value, "hedge": hedge},),
        }


def _subject(
    form: str, truth: _Truth, sizes: Sizes, rng: np.random.Generator
) -> tuple[dict[str, Any], float]:
    """What a claim is of, as the fields of the case file, and its true value."""
    halves = 2 * sizes.steps
    last = int(rng.integers(1, halves + 1))
    end = last * STEP_DAYS // 2 + last % 2
    arms = {"quantity": "containers", "scope": "arms"}
    fields: dict[str, Any] = {"as_of": START + dt.timedelta(days=end)}
    carriers, nature = truth.sent(0, end) * _SHARE_OF_ARMS, int(rng.integers(sizes.natures))
    held = {"quantity": "capacity", "containers": 1000.0, "nature": f"n{nature}"}
    dated: dict[str, tuple[dict[str, Any], float]] = {
        "containers": (arms, carriers),
        "rounds": ({"quantity": "rounds"}, carriers * _LOAD * truth.capacity),
        "mass": ({"quantity": "mass"}, carriers * _LOAD * truth.tonnes),
        "share": ({"quantity": "share", "of": "carriers", "scope": "arms"}, _SHARE_OF_ARMS),
        "capacity": (held, 1000 * truth.by_nature[nature]),
    }
    if form in dated:
        return {**dated[form][0], **fields}, dated[form][1]
    first = int(rng.integers(sizes.steps)) * STEP_DAYS
    length = STEP_DAYS * int(rng.integers(1, 5))
    until = min(first + length, sizes.steps * STEP_DAYS)
    period = {"since": START + dt.timedelta(days=first), "as_of": START + dt.timedelta(days=until - 1)}
    carriers = truth.sent(first, until) * _SHARE_OF_ARMS
    if form == "period":
        return {**arms, **period}, carriers
    rate = {"quantity": "rate", "of": "containers", "per": "day", "scope": "arms"}
    return {**rate, **period}, carriers / (until - first)


def _rounded(value: float) -> tuple[float, float]:
    """Round to three digits: the value, and the place of its last digit."""
    resolution = 10.0 ** (math.floor(math.log10(value)) - 2)
    return round(round(value / resolution) * resolution, 9), resolution


# --- text --------------------------------------------------------------------------------


def _toml(values: dict[str, Any]) -> Iterator[str]:
    """Write a case file: what is a table in lines of its own, all else inline."""
    for name, value in values.items():
        entries = value if isinstance(value, tuple) else (value,)
        head = f"[[{name}]]" if isinstance(value, tuple) else f"[{name}]"
        for entry in entries:
            yield head
            yield from (f"{key} = {_inline(inner)}" for key, inner in entry.items())


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_inline(inner)}' for key, inner in value.items())} }}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_inline, value))}]"
    if isinstance(value, dt.date):
        return value.isoformat()
    return json.dumps(value)
