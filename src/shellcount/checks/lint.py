"""Compare what priors imply with the figures that their bases cite."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np

from shellcount.case.assumptions import Assumption, Constant, Implied, Nature, Stow
from shellcount.case.parameters import Fixed, Parameter, entries, stow_name, written
from shellcount.case.reading import with_ids
from shellcount.case.schema import Case
from shellcount.digest import Json
from shellcount.errors import Fault
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.packing import rounds_per_container
from shellcount.maths.sobol import BITS, Scramblings, normal_table
from shellcount.maths.streams import named_generator
from shellcount.model.evaluation import Evaluation, coordinates_used
from shellcount.model.model import Model, build_model
from shellcount.wording import phrases, rounding
from shellcount.wording.tables import Table

# A cited figure may lie this factor outside of the range that the prior implies, which may reach this much
# further than a cited range; 5% and 95% quantiles are said in two or three digits.
OUTSIDE, FURTHER = 1.1, 1.25
_SEED = 1
_FEWEST, _MOST = 8, BITS  # doublings: points of a scrambling
_SCRAMBLINGS = 4
_NUMBERS = 1 << 20
_KG = 1000.0  # in a tonne
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")

type Status = Literal["agrees", "explained", "differs"]


@frozen
class Implication:
    """Comparison of what a prior implies with the figure that its basis cites.

    Parameters
    ----------
    name
        Name of the prior, as what-if changes use it.
    path
        Place of the prior in the case file.
    unit
        Unit of the figure, as in the case file.
    measure
        Unit in words.
    cited
        Lower and upper end of the cited range, equal for a single figure.
    p05, p50, p95
        Quantiles of what the prior implies, before any claim is fit.
    status
        ``agrees``, or else ``explained`` where the basis names the range that the prior implies, and
        ``differs`` where it does not.
    """

    name: str
    path: str
    unit: str
    measure: str
    cited: tuple[float, float]
    p05: float
    p50: float
    p95: float
    status: Status

    @property
    def cited_words(self) -> str:
        """Cited range in words."""
        low, high = (phrases.exact(end) for end in self.cited)
        return low if low == high else f"{low} to {high}"

    @property
    def implied_words(self) -> str:
        """Implied median and range in words, in three digits of the median."""
        low, middle, high = _rounded(self.p05, self.p50, self.p95)
        return f"{middle} ({low} to {high})"

    @property
    def remark(self) -> str | None:
        """Sentence on a difference that the basis does not explain, if there is one."""
        if self.status != "differs":
            return None
        return (
            f"{self.name} implies {self.implied_words} {self.measure}, its basis cites {self.cited_words}: "
            f"{_difference(self)}. The basis should say why, and name the range that the prior implies."
        )


def lint(case: Case) -> tuple[Implication, ...]:
    """Compare every prior that has ``implies`` with the figure that its basis cites.

    A prior agrees with the figure if the cited range lies within the implied 5% and 95% quantiles, or at
    most a tenth outside, and if these reach at most a quarter further than the cited range at either end.
    Of a single figure, only the first is asked. A prior that does not agree is explained if its basis
    names both quantiles, as they are printed.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> [(found.name, found.cited_words, found.implied_words) for found in lint(load_case())][1]
    ('load', '9 to 14', '15.1 (8.1 to 20.0)')
    """
    asked = [
        (entry, entry.assumption, entry.assumption.implies)
        for entry in entries(case)
        if isinstance(entry.assumption, Assumption) and entry.assumption.implies is not None
    ]
    if not asked:
        return ()
    model = build_model(case)
    return tuple(_implication(model, entry, stated, cited) for entry, stated, cited in asked)


def _implication(model: Model, entry: Parameter | Fixed, stated: Assumption, cited: Implied) -> Implication:
    values = implied_draws(model, entry, cited.unit)
    p05, p50, p95 = (float(value) for value in np.quantile(values, (0.05, 0.5, 0.95)))
    measure = measure_of(model.case, cited.unit)
    ends = (cited.low, cited.high)
    status: Status = "agrees"
    if _outside(ends, p05, p95) or _further(ends, p05, p95):
        named = {float(number.replace(",", "")) for number in _NUMBER.findall(stated.basis)}
        low, _, high = _rounded(p05, p50, p95)
        explained = {float(end.replace(",", "")) for end in (low, high)} <= named
        status = "explained" if explained else "differs"
    return Implication(entry.name, written(entry.place), cited.unit, measure, ends, p05, p50, p95, status)


def measure_of(case: Case, unit: str) -> str:
    """Write a unit in which priors imply something in the words of a case.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> measure_of(load_case(), "net_tonnes")
    'net tonnes a container'
    """
    about = case.about
    carrier = phrases.singular(about.carrier)
    return {
        "net_tonnes": f"net tonnes a {carrier}",
        "gross_tonnes": f"gross tonnes a {carrier}",
        "items": f"{about.item} a {carrier}",
        "per_day": f"{about.carrier} a day",
    }[unit]


def _outside(cited: tuple[float, float], p05: float, p95: float) -> bool:
    return cited[0] < p05 / OUTSIDE or cited[1] > p95 * OUTSIDE


def _further(cited: tuple[float, float], p05: float, p95: float) -> bool:
    low, high = cited
    return low < high and (p05 < low / FURTHER or p95 > high * FURTHER)


def _difference(found: Implication) -> str:
    """Word how the implied range differs from the cited one."""
    low, high = found.cited
    if high < found.p05:
        return "the prior lies above it"
    if low > found.p95:
        return "the prior lies below it"
    parts = {
        "leaves out its lower end": low < found.p05 / OUTSIDE,
        "leaves out its upper end": high > found.p95 * OUTSIDE,
        "reaches far below it": low < high and found.p05 < low / FURTHER,
        "reaches far above it": low < high and found.p95 > high * FURTHER,
    }
    return f"the prior {phrases.listing([words for words, so in parts.items() if so])}"


def _rounded(low: float, middle: float, high: float) -> tuple[str, str, str]:
    """Round the quantiles to the unit that keeps three digits of the median."""
    unit = 10.0 ** (math.floor(math.log10(middle)) - 2)
    return rounding.rounded(low, unit), rounding.rounded(middle, unit), rounding.rounded(high, unit)


# --- what a prior implies ----------------------------------------------------------------


def implied_draws(model: Model, entry: Parameter | Fixed, unit: str) -> Array:
    """Draw what a prior implies in a unit, from the priors alone, at evenly spread points.

    The quantiles of a product of a few parameters are right to a thousandth.
    """

    def ask(evaluation: Evaluation[Array]) -> Array:
        return _implied(model.case, evaluation, entry, unit)

    names = coordinates_used(model, ask)
    if not names:
        return ask(Evaluation(model, lambda _: np.zeros(1), (1,)))
    doublings = min(_MOST, max(_FEWEST, (_NUMBERS // (_SCRAMBLINGS * len(names))).bit_length() - 1))
    rng = named_generator(_SEED, "lint")
    points, table = Scramblings(rng, _SCRAMBLINGS, len(names)), normal_table(rng.random())
    cells = [points.cells(scrambling, 2**doublings) for scrambling in range(_SCRAMBLINGS)]
    normals = dict(zip(names, table.take(np.concatenate(cells, axis=1)), strict=True))
    return ask(Evaluation(model, normals.__getitem__, (_SCRAMBLINGS * 2**doublings,)))


def _implied(case: Case, evaluation: Evaluation[Array], entry: Parameter | Fixed, unit: str) -> Array:
    """Compute what a prior implies in a unit of :data:`~shellcount.case.implied.UNITS`.

    Of the load, as carriers are loaded; of everything else, at full load. Tonnes are of cargo with its
    packing: net tonnes by mass alone, load times usable payload; gross tonnes as the cube allows.
    """
    place, key = entry.place, entry.place[-1]
    if unit == "per_day":
        rate = evaluation.parameter("first_rate_per_day")
        share = evaluation.scope_share(case.scope[int(place[1])].id) if key == "share" else None
        return rate if share is None else rate * share
    if key == "per_carrier":
        return evaluation.parameter(entry.name)
    if key in {"mass_kg", "volume_m3"}:
        nature = case.nature[int(place[1])]
        return _of_stow(case, evaluation, nature, nature.stow[int(place[3])])
    loaded = evaluation.parameter("load") if key == "load" else 1.0
    mix = case.scenario[0].id
    if unit == "items":
        return loaded * evaluation.capacity(mix)
    if unit == "gross_tonnes":
        return loaded * evaluation.gross_mass(mix)
    return loaded * evaluation.parameter("payload_share") * (_rated(case.containers.rated_payload_kg) / _KG)


def _of_stow(case: Case, evaluation: Evaluation[Array], nature: Nature, stow: Stow) -> Array:
    """Compute the items in a full carrier that is packed one way."""
    return rounds_per_container(
        payload_kg=_rated(case.containers.rated_payload_kg) * evaluation.parameter("payload_share"),
        mass_kg=evaluation.parameter(stow_name(nature.id, stow.id, "mass_kg")),
        usable_m3=_rated(case.containers.cube_m3) * evaluation.parameter("stowage"),
        volume_m3=evaluation.parameter(stow_name(nature.id, stow.id, "volume_m3")),
    )


def _rated(constant: Constant | None) -> float:
    return math.inf if constant is None else constant.value


# --- claims in bases ---------------------------------------------------------------------


def claims_in_bases(case: Case) -> dict[str, tuple[str, ...]]:
    """Map each assumption whose basis names claims of the case to their ids.

    Such a claim counts twice where it is fit as well: once in the prior, once in the likelihood.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> claims_in_bases(load_case())["priors.first_rate_per_day"]
    ('us-white-house-2023-10',)
    """
    ids = {claim.id for claim in case.claim}
    found: dict[str, tuple[str, ...]] = {}
    for path, basis in _bases(case.model_dump(by_alias=True)):
        named = tuple(dict.fromkeys(word for word in _SLUG.findall(basis) if word in ids))
        if named:
            found[path] = named
    return found


def _bases(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """List every basis of a case file, with the place of its table."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "basis" and isinstance(inner, str):
                yield path, inner
            yield from _bases(inner, f"{path}.{key}".removeprefix("."))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _bases(inner, f"{path}[{index}]")


# --- tables and documents ----------------------------------------------------------------


def lint_table(found: tuple[Implication, ...]) -> Table:
    """Tabulate what priors imply beside the figures that their bases cite."""
    rows = tuple(
        (each.name, f"{each.cited_words} {each.measure}", each.implied_words, each.status) for each in found
    )
    head = ("prior", "its basis cites", "it implies: median (5% to 95%)", "result")
    return Table("What priors imply, beside the figures that their bases cite", head, rows)


def notes_on_bases(case: Case) -> Iterator[str]:
    """Tell which bases name claims of the case, and whether these are fit as well."""
    fit = {claim.id for claim in case.claim if claim.use == "fit"}
    document = case.model_dump(by_alias=True)
    for path, names in claims_in_bases(case).items():
        listed = phrases.listing([f"{name} (also fit)" if name in fit else name for name in names])
        sentence = f"The basis of {path} names {listed}."
        yield with_ids(Fault(path, sentence), document).message


def remarks_of(found: tuple[Implication, ...]) -> Iterator[str]:
    """List the sentences on differences that no basis explains."""
    return (each.remark for each in found if each.remark is not None)


def lint_document(case: Case) -> dict[str, Json]:
    """Write the comparison as plain values, for programs."""
    found = lint(case)
    return {
        "case": case.about.id,
        "case_digest": case.digest,
        "implied": [
            {
                "name": each.name,
                "path": each.path,
                "unit": each.unit,
                "cited": {"low": each.cited[0], "high": each.cited[1]},
                "implied": {"p05": each.p05, "p50": each.p50, "p95": each.p95},
                "status": each.status,
            }
            for each in found
        ],
        "claims_in_bases": {path: list(names) for path, names in claims_in_bases(case).items()},
        "remarks": list(remarks_of(found)),
    }
