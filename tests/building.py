"""A case with a posterior in closed form, edits that `with_changes` does not offer, and a reader of HTML.

Besides, numbers that numpy cannot work with.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any, cast

from shellcount.case.changes import Change, with_changes
from shellcount.case.reading import build_case, parse_case
from shellcount.case.schema import Case
from shellcount.maths.arrays import NUMPY, Namespace

# One claim of containers in the widest scope, thirty days after the first shipment and within
# its calendar month, so that log M = log 30 + log rate, and is normal a priori.
_ONE_CLAIM = b"""
[case]
schema = "shellcount/case/1"
id = "one-claim"
title = "One claim"
question = "How many?"

[[source]]
id = "paper"
title = "A paper"
publisher = "A publisher"

[[claimant]]
id = "office"
title = "an office"
grade = "B"
basis = "made up"

[[claim]]
id = "only"
claimant = "office"
summary = "Two thousand containers."
quantity = "containers"
scope = "everything"
value = 2000
resolution = 1
hedge = "about"
as_of = 2024-01-31
use = "fit"
reports = [{ source = "paper", value = 2000, hedge = "about" }]

[hedges]
exact = { sigma = 0.02, margin = 0.0, basis = "made up", certainty = "U" }
about = { sigma = 0.08, margin = 0.0, basis = "made up", certainty = "U" }
at_least = { sigma = 0.05, margin = 0.40, basis = "made up", certainty = "U" }
up_to = { sigma = 0.05, margin = -0.40, basis = "made up", certainty = "U" }

[reliability.B]
value = 0.10
basis = "made up"
certainty = "U"

[[scope]]
id = "everything"
title = "all cargo"

[flow]
step = "month"

[robustness]
outlier_share = 0

[containers]
first_shipment = 2024-01-01
first_shipment_basis = "made up"
rated_payload_kg = { value = 28200, basis = "made up", certainty = "U" }
cube_m3 = { value = 33, basis = "made up", certainty = "U" }

[priors]
first_rate_per_day = { low = 10, high = 100, basis = "made up", certainty = "U" }
rate_walk_sd = { value = 0.35, basis = "made up", certainty = "U" }
payload_share = { low = 0.6, high = 0.8, basis = "made up", certainty = "U" }
stowage = { low = 0.6, high = 0.9, basis = "made up", certainty = "U" }
load = { low = 0.4, high = 0.9, basis = "made up", certainty = "U" }
mix_spread = { value = 0.8, basis = "made up", certainty = "U" }

[[nature]]
id = "shell"
title = "shells"
base_share = 1
basis = "made up"
certainty = "U"
bare = { mass_kg = 40, volume_m3 = 0.03, basis = "made up", certainty = "U" }

[[nature.stow]]
id = "crate"
title = "crated"
base_share = 1
mass_kg = { low = 75, high = 95, basis = "made up", certainty = "U" }
volume_m3 = { low = 0.065, high = 0.10, basis = "made up", certainty = "U" }

[[scenario]]
id = "mixed"
title = "whatever is carried"
"""


def one_claim_case(changes: Mapping[str, Change] | None = None) -> Case:
    """The case of a single claim, with some of its inputs changed as `with_changes` has it."""
    return with_changes(parse_case(_ONE_CLAIM, origin="one claim"), changes or {})


def edited(case: Case, edit: Callable[[dict[str, Any]], None]) -> Case:
    """A copy of a case after an edit of its raw document, validated anew."""
    document = copy.deepcopy(case.model_dump(by_alias=True))
    edit(document)
    return build_case(document, origin="edited")


def said(value: object, source: str) -> dict[str, Any]:
    """The report of a value: a number with a hedge, anything else without one."""
    return {
        "source": source,
        "value": value,
        "hedge": "about" if isinstance(value, float) and value else None,
    }


def case_of(*claims: Mapping[str, Any], edit: Callable[[dict[str, Any]], None] = lambda _: None) -> Case:
    """The case of a single claim, with other claims in its place.

    A claim has what that one has, where it does not say otherwise; who makes it is added.
    """

    def replace(document: dict[str, Any]) -> None:
        (model,) = document["claim"]
        document["claim"] = tuple(
            {
                **model,
                "id": f"claim-{place}",
                "reports": (said(claim.get("value", model["value"]), "paper"),),
                **claim,
            }
            for place, claim in enumerate(claims)
        )
        office = document["claimant"][0]
        names = dict.fromkeys(claim.get("claimant", "office") for claim in claims)
        document["claimant"] = tuple({**office, "id": name, "title": name} for name in names)
        edit(document)

    return edited(one_claim_case(), replace)


def with_claims(case: Case, claims: tuple[Any, ...]) -> Case:
    """A copy of a case whose table of claims is replaced by others, or by the same in another order."""
    return case.model_copy(update={"claim": claims})


SIDES = {
    f"text-align:{side}{rest}"
    for side in ("left", "right")
    for rest in (
        "",
        *(f";vertical-align:top{width}" for width in ("", ";white-space:nowrap", ";min-width:14em")),
    )
}


class Page(HTMLParser):
    """Reads HTML with no attributes but sides of cells, insists on closed tags, and keeps tags and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._open: list[str] = []
        self.tags: list[str] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert {name for name, _ in attrs} <= {"style"}
        assert {style for _, style in attrs} <= SIDES
        if tag in {"br", "wbr"}:  # which are never closed
            return
        self._open.append(tag)
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


class Opaque:
    """A number with arithmetic of its own, of which numpy can make nothing, as of a symbolic expression."""

    __array_ufunc__ = None

    def __init__(self, value: Any) -> None:
        self.value = value

    def __add__(self, other: Opaque | float) -> Opaque:
        return Opaque(self.value + _plain(other))

    def __sub__(self, other: Opaque | float) -> Opaque:
        return Opaque(self.value - _plain(other))

    def __mul__(self, other: Opaque | float) -> Opaque:
        return Opaque(self.value * _plain(other))

    def __truediv__(self, other: Opaque | float) -> Opaque:
        return Opaque(self.value / _plain(other))

    def __radd__(self, other: float) -> Opaque:
        return Opaque(other + self.value)

    def __rmul__(self, other: float) -> Opaque:
        return Opaque(other * self.value)

    def __neg__(self) -> Opaque:
        return Opaque(-self.value)


def _plain(number: Opaque | float) -> float:
    return number.value if isinstance(number, Opaque) else number


def _of_opaque(function: Callable[..., float]) -> Callable[..., Opaque]:
    return lambda *numbers: Opaque(function(*(_plain(number) for number in numbers)))


OPAQUE = cast(
    "Namespace[Opaque]",
    SimpleNamespace(
        exp=_of_opaque(math.exp),
        log=_of_opaque(math.log),
        softplus=_of_opaque(lambda x: max(x, 0.0) + math.log1p(math.exp(-abs(x)))),
        softmax=lambda x, axis: Opaque(NUMPY.softmax(x.value, axis)),
        maximum=_of_opaque(max),
        minimum=_of_opaque(min),
    ),
)
