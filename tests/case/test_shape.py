"""Every fault of shape is reported once, at its place in the file and in the file's own terms."""

from __future__ import annotations

import copy
import datetime as dt
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from shellcount.case import shape
from shellcount.case.raw import frozen
from shellcount.case.reading import build_case
from shellcount.case.schema import Case
from shellcount.errors import CaseError, Fault

HERE = Path(__file__).parents[1]
FILES = [
    HERE.parent / "seeds" / "dprk-russia-2024.toml",
    HERE / "cases" / "good_minimal.toml",
    HERE / "cases" / "good_ledger.toml",
]
# No field takes a time of day.
NOWHERE = dt.time(12, 30)

type Place = tuple[str | int, ...]


def places(value: Any, here: Place = ()) -> Iterator[Place]:
    """Every place of a file, tables and lists before what they hold."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*here, key)
        yield from places(item, (*here, key))


def tables(raw: Any) -> Iterator[Place]:
    yield ()
    yield from (place for place in places(raw) if isinstance(at(raw, place), dict))


def at(raw: Any, place: Place) -> Any:
    for step in place:
        raw = raw[step]
    return raw


def with_value(raw: Any, place: Place, value: Any) -> Any:
    changed = copy.deepcopy(raw)
    at(changed, place[:-1])[place[-1]] = value
    return changed


def path_of(place: Place) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).removeprefix(".")


def faults(raw: Any) -> list[Fault]:
    """Faults of shape alone."""
    try:
        Case.model_validate(frozen(raw))
    except ValidationError as error:
        return shape.faults(error, frozen(raw))
    return []


RAWS = [tomllib.loads(path.read_text(encoding="utf-8")) for path in FILES]
PLACES = [(index, place) for index in (1, 2) for place in sorted(places(RAWS[index]), key=path_of)]
every_file = pytest.mark.parametrize("raw", RAWS, ids=[path.stem for path in FILES])


@every_file
def test_a_value_that_fits_nowhere_is_one_fault_wherever_it_stands(raw: Any) -> None:
    assert faults(raw) == []
    told = {}
    for place in places(raw):
        found = [fault.path for fault in faults(with_value(raw, place, NOWHERE))]
        if found != [path_of(place)]:
            told[path_of(place)] = found
    assert told == {}


@every_file
def test_an_unknown_key_is_a_fault_in_every_table_and_known_keys_are_named(raw: Any) -> None:
    told = {}
    for place in tables(raw):
        found = [str(fault) for fault in faults(with_value(raw, (*place, "xyzzy"), 1))]
        path = path_of((*place, "xyzzy"))
        if place[-1:] in {("hedges",), ("reliability",), ("mix",), ("reading_odds",)}:
            continue  # their keys are words of the case, not of the format
        if len(found) != 1 or not found[0].startswith(f"{path}: unknown key; known are "):
            told[path] = found
    assert told == {}


@every_file
def test_a_missing_key_is_missing_at_its_place(raw: Any) -> None:
    seen = set()
    for place in places(raw):
        changed = copy.deepcopy(raw)
        del at(changed, place[:-1])[place[-1]]
        found = [str(fault) for fault in faults(changed)]
        if isinstance(place[-1], str) and found:
            assert found == [f"{path_of(place)}: missing"]
            seen.add(place[-1])
    assert {"case", "schema", "as_of", "basis", "sigma", "mass_kg", "id", "reports"} <= seen


VALUES = st.recursive(
    st.sampled_from(
        [1, -1, 0, 10**400, 1.5, float("nan"), float("inf"), True, "", "a", "food", "\x1b\n", NOWHERE]
    )
    | st.dates()
    | st.datetimes(),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["id", "low", "x y", "\n"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def report(raw: Any) -> list[Fault] | None:
    """All faults, of shape and of meaning; ``None`` for a case."""
    try:
        build_case(frozen(raw), "changed")
    except CaseError as error:
        return list(error.faults)
    return None


@settings(max_examples=400)
@given(st.sampled_from(PLACES), VALUES)
def test_whatever_stands_wherever_is_a_case_or_has_faults(where: tuple[int, Place], value: Any) -> None:
    changed = with_value(RAWS[where[0]], where[1], value)
    assert report(changed) != []
    assert (report(changed) is not None) or faults(changed) == []


OPENINGS = ("must ", "missing", "unknown key", "not one of the allowed values", "has the wrong form")


@settings(max_examples=400)
@given(st.sampled_from(PLACES), VALUES | st.just("\ud800") | st.just("x" * 99))
def test_every_message_is_in_the_words_of_the_format(where: tuple[int, Place], value: Any) -> None:
    for fault in faults(with_value(RAWS[where[0]], where[1], value)):
        assert fault.message.startswith(OPENINGS), fault


AMOUNT = "must be a number, a range or words"
DATE = 'must be a date such as 2024-02-26, without quotes, or a month such as "2024-02"'
FORM = "has the wrong form (found 'Food'); lower-case words and digits joined by hyphens"


@pytest.mark.parametrize(
    ("place", "value", "lines"),
    [
        (("claim", 0, "as_of"), {}, ["claim[0].as_of.earliest: missing", "claim[0].as_of.latest: missing"]),
        (("claim", 0, "as_of"), ["May"], [f"claim[0].as_of: {DATE} (found ('May',))"]),
        (("claim", 1, "nature"), {"a": 1}, ["claim[1].nature: must be text in quotes (found {'a': 1})"]),
        (("claim", 1, "nature"), ["Food"], [f"claim[1].nature[0]: {FORM}"]),
        (("claim", 1, "nature"), "Food", [f"claim[1].nature: {FORM}"]),
        (
            ("claim", 1, "under_all", "nature"),
            5,
            ["claim[1].under_all.nature: must be text in quotes (found 5)"],
        ),
        (("claim", 1, "under_all", "as_of"), 5, [f"claim[1].under_all.as_of: {DATE} (found 5)"]),
        (("claim",), [], ["claim: must not be empty (found ())"]),
        (("claim",), [1, 2], [f"claim[{place}]: must be a table (found {place + 1})" for place in (0, 1)]),
        (("nature",), 5, ["nature: must be a list (found 5)"]),
        (("nature", 0), 5, ["nature[0]: must be a table (found 5)"]),
        (("hedges",), {"about": 5}, ["hedges.about: must be a table (found 5)"]),
        (("scenario", 1, "mix"), {"food": "all"}, ["scenario[1].mix.food: must be a number (found 'all')"]),
        (("scenario", 1, "mix"), {"Food": 1.0}, [f"scenario[1].mix.Food: {FORM}"]),
        (("case", "limitations"), ["", "-"], ["case.limitations[0]: must not be empty (found '')"]),
        (("claim", 0, "value"), True, [f"claim[0].value: {AMOUNT} (found True)"]),
        (("claim", 0, "value"), [4], [f"claim[0].value: {AMOUNT} (found [4])".replace("[4]", "(4,)")]),
        (
            ("claim", 0, "value"),
            {"low": 1, "hgih": 2},
            ["claim[0].value.high: missing", "claim[0].value.hgih: unknown key; did you mean high?"],
        ),
        (
            ("claim", 0, "value"),
            {"low": "1", "high": 2},
            ["claim[0].value.low: must be a number (found '1'); write 1"],
        ),
        (
            ("claim", 0, "value"),
            "x" * 61,
            [f"claim[0].value: must have at most 60 characters (found '{'x' * 58}…)"],
        ),
        (("claim", 0, "value"), "", ["claim[0].value: must not be empty (found '')"]),
        (
            ("claim", 0, "reports", 0, "value"),
            {},
            [f"claim[0].reports[0].value.{end}: missing" for end in ("low", "high")],
        ),
        (
            ("claim", 0, "reports", 0, "value"),
            NOWHERE,
            [f"claim[0].reports[0].value: {AMOUNT} (found {NOWHERE!r})"],
        ),
        (
            ("claim", 0, "as_of"),
            {"earliest": "May", "latest": 5},
            [f"claim[0].as_of.earliest: {DATE} (found 'May')", f"claim[0].as_of.latest: {DATE} (found 5)"],
        ),
        (
            ("group",),
            [{"id": "a", "memebrs": []}],
            [
                *(f"group[0].{key}: missing" for key in ("members", "correlation", "basis")),
                "group[0].memebrs: unknown key; did you mean members?",
            ],
        ),
        (("pause",), {"since": 1}, ["pause: must be a list (found {'since': 1})"]),
        (("flow",), [], ["flow: must be a table (found ())"]),
        (("trip",), [{"id": "a", "carriers": 5}], ["trip[0].carriers: must be a table (found 5)"]),
    ],
)
def test_faults_are_told_in_the_terms_of_the_file(place: Place, value: Any, lines: list[str]) -> None:
    assert [str(fault) for fault in faults(with_value(RAWS[1], place, value))] == lines


def test_long_values_are_cut() -> None:
    (fault,) = faults(with_value(RAWS[1], ("claim", 0, "value"), "x" * 10_000))
    assert fault.value == "'" + "x" * 58 + "…"
