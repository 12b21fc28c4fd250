"""Rules on the meaning of a case hold at their borders, and one fault raises no false ones."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from minimal import GOOD, TEXT, changed, lines_of
from shellcount.case import reading as casefile
from shellcount.case import rules
from shellcount.case.parts import WellFormed
from shellcount.case.raw import frozen
from shellcount.case.reading import load_case
from shellcount.errors import CaseError

HERE = Path(__file__).parents[1]
SHIPPED = HERE.parent / "seeds" / "dprk-russia-2024.toml"
SHARE = '{ low = 0.1, high = 0.2, basis = "-", certainty = "U" }'
LEDGER = HERE / "cases" / "good_ledger.toml"
every_file = pytest.mark.parametrize("path", [SHIPPED, GOOD, LEDGER], ids=lambda path: path.stem)


# --- parts -------------------------------------------------------------------------------


@every_file
def test_a_good_case_has_no_faults_of_meaning(path: Path) -> None:
    assert rules.faults(WellFormed.of(load_case(path))) == []


def test_nothing_known_is_nothing_wrong() -> None:
    assert rules.faults(WellFormed()) == []


def entries(raw: dict[str, Any]) -> Iterator[tuple[str | int, ...]]:
    """Places of all tables that the file refers to by id or by name."""
    for table, value in raw.items():
        if isinstance(value, list):
            yield from ((table, place) for place in range(len(value)))
        elif table in {"hedges", "reliability"}:
            yield from ((table, name) for name in value)
        else:
            yield (table,)


@every_file
def test_an_ill_formed_entry_raises_no_false_faults_elsewhere(path: Path) -> None:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    told = {}
    for place in entries(raw):
        spoilt: Any = copy.deepcopy(raw)
        here = spoilt
        for step in place:
            here = here[step]
        here["no-such-key"] = 1
        try:
            casefile.build_case(frozen(spoilt), "spoilt")
        except CaseError as error:
            if [fault.message for fault in error.faults] == ["unknown key"]:
                continue
            told[place] = [str(fault) for fault in error.faults]
    assert told == {}


def test_faults_come_in_the_order_of_the_rules() -> None:
    text = TEXT
    for old, new in [
        ('id = "loose"', 'id = "pallets"'),
        ('scope = "parcels"', 'scope = "parcel"'),
        ('grade = "B"', 'grade = "A"'),
        ("resolution = 10\n", "resolution = 1000\n"),
        ('title = "aid of every kind"', f'title = "aid"\nshare = {SHARE}'),
        ("load = { low = 0.5", "load = { low = 0.99"),
        ('stow_spread = { value = 1.0, basis = "Either is seen.", certainty = "U" }', ""),
        ("mix = { food = 1.0 }", "mix = { food = 0.9 }"),
    ]:  # fmt: skip
        assert text.count(old) == 1
        text = text.replace(old, new)
    assert [line.split(":")[0] for line in lines_of(text)] == [
        "nature[0] (food).stow[1].id",
        "claim[0] (crossed).scope",
        "claimant[0] (office).grade",
        "claim[0] (crossed).resolution",
        "scope[0] (all-aid).share",
        "priors.load",
        "nature[0] (food).stow_spread",
        "scenario[1] (all-food).mix",
    ]


# --- borders -----------------------------------------------------------------------------


@pytest.mark.parametrize(("resolution", "good"), [("420", True), ("420.1", False)])
def test_a_resolution_may_be_as_coarse_as_the_value(resolution: str, good: bool) -> None:  # noqa: FBT001
    assert (changed("resolution = 10\n", f"resolution = {resolution}\n") == []) is good


@pytest.mark.parametrize(
    ("mix", "good"),
    [
        ("food = 0.3333333333, hygiene = 0.6666666667", True),
        ("food = 0.333333, hygiene = 0.666666", False),
        ("food = 0.1, hygiene = 0.9", True),
        ("hygiene = 1", True),
        ("food = 0, hygiene = 1", True),
    ],
)
def test_the_shares_of_a_mix_sum_to_one(mix: str, good: bool) -> None:  # noqa: FBT001
    assert (changed("mix = { food = 1.0 }", f"mix = {{ {mix} }}") == []) is good


def test_the_first_missing_rule_does_not_hide_the_others() -> None:
    assert changed('hedge = "about"', 'hedge = "exact"') == [
        "claim[0] (crossed).hedge: [hedges.exact] is missing (found 'exact')"
    ]


@pytest.mark.parametrize(
    "other",
    [
        ("value = 420", "value = 421"),
        ("as_of = 2025-03-07", "as_of = 2025-03-08"),
        ('scope = "parcels"', 'scope = "all-aid"'),
    ],
)
def test_another_value_date_or_scope_is_another_statement(other: tuple[str, str]) -> None:
    first = TEXT[TEXT.index('[[claim]]\nid = "crossed"') : TEXT.index('[[claim]]\nid = "could-hold"')]
    again = first.replace('id = "crossed"', 'id = "again"')
    assert lines_of(TEXT.replace("[hedges]\n", f"{again}[hedges]\n")) != []
    assert lines_of(TEXT.replace("[hedges]\n", f"{again.replace(*other)}[hedges]\n")) == []


# --- other cases -------------------------------------------------------------------------

PER_CARRIER = 'per_carrier = { low = 300, high = 900, basis = "-", certainty = "U" }\n'


def of_items_per_carrier(text: str) -> str:
    """The case with a number of items in a full carrier in place of all stows and bare items."""
    raw = text[: text.index("[[nature]]")]
    natures = [
        "\n".join(
            (
                "[[nature]]",
                f'id = "{name}"\ntitle = "{name}"\nbase_share = 1\nbasis = "-"\ncertainty = "U"',
                PER_CARRIER,
            )
        )
        for name in ("food", "hygiene")
    ]
    return "\n".join([raw, *natures, text[text.index("[[scenario]]") :]])


def test_a_case_of_items_per_carrier_needs_no_box() -> None:
    text = of_items_per_carrier(TEXT)
    for line in ("rated_payload_kg = ", "cube_m3 = ", "payload_share = ", "stowage = "):
        (whole,) = [entry for entry in text.splitlines() if entry.startswith(line)]
        text = text.replace(f"{whole}\n", "")
    assert lines_of(text) == []


def test_a_case_of_items_per_carrier_may_have_one() -> None:
    assert lines_of(of_items_per_carrier(TEXT)) == []


def test_a_bare_item_needs_the_box_that_bounds_it() -> None:
    bare = 'bare = { mass_kg = 1, volume_m3 = 1, basis = "-", certainty = "U" }\n'
    text = of_items_per_carrier(TEXT).replace(PER_CARRIER, PER_CARRIER + bare, 1)
    (cube,) = [entry for entry in text.splitlines() if entry.startswith("cube_m3")]
    assert lines_of(text) == []
    assert lines_of(text.replace(cube, "")) == ["containers.cube_m3: missing; the bare item of food needs it"]
