"""Damaged inputs: each is read, fitted or refused in plain words, without warning and without hanging.

What `make fuzz` finds is mended, and then stays here as a fixed `@example`, as those that once failed below.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from fuzzing import (
    EXAMPLES,
    EXPLORING,
    HOSTILE,
    Budget,
    Mutation,
    Place,
    Splice,
    frozen,
    fuzz,
    mutated,
    mutations_of,
    outcome,
    parts_of,
    spliced,
    splices_of,
    thawed,
)
from shellcount.analysis import Parts, analyse
from shellcount.case.overview import claims_table
from shellcount.case.reading import DEFAULT_CASE, build_case, load_case, parse_case
from shellcount.case.schema import Case
from shellcount.checks import evidence
from shellcount.posterior.fitting import fit
from shellcount.results.numbers_json import numbers_json, to_json

# Seconds of work after which an input is taken to hang; all but a few take a thousandth of it.
READING, FITTING = Budget(60.0), Budget(600.0)

inputs = parts_of(500, EXAMPLES)
SHARE_OF_TEXTS, SHARE_OF_STRUCTURES, SHARE_OF_FILES, SHARE_OF_FITS = 0.31, 0.31, 0.35, 0.03

# Only the examples that are written down.
FOUND = settings(phases=[Phase.explicit])

MINIMAL = (Path(__file__).parent / "cases" / "good_minimal.toml").read_bytes()
SHIPPED = (Path(__file__).parents[1] / "seeds" / f"{DEFAULT_CASE}.toml").read_bytes()


# --- what every case must do -------------------------------------------------------------


def look_at(case: Case) -> None:
    """Do with a case what needs no posterior."""
    assert build_case(case.model_dump(by_alias=True), "again").digest == case.digest
    assert case.about.id in repr(case)
    assert "<table>" in case._repr_html_()
    assert len(claims_table(case).rows) == len(case.claim)
    assert all(evidence.remarks(case))
    assert json.dumps(evidence.document(case), allow_nan=False).encode()


def read(content: bytes) -> None:
    look_at(parse_case(content, origin="fuzz.toml"))


# --- text --------------------------------------------------------------------------------

LINES = MINIMAL.decode().splitlines()
WORDS = sorted(set(MINIMAL.decode().replace("=", " ").replace('"', " ").replace(",", " ").split()))
TEXT = st.text(max_size=8) | st.sampled_from(
    ["", " ", "\n", HOSTILE, "x" * 3_000, "a" * 61, "{}", "%s", "$x$"]
)

UNFIT = [json.dumps("a" * 3_000), json.dumps(HOSTILE)]
NUMBERS = [
    *("0", "-1", "1", "0.5", "420", "1_000", "1__0", "007", ".5", "1e", "0b2", "-0.0", "nan", "-inf"),
    *("1e308", "1e400", "5e-324", "1e15", "1.1e15", "9" * 400, "9" * 5_000, "0x" + "f" * 4_000),
]
TIMES = [
    *("2025-03-07", "2025-02-30", "0001-01-01", "9999-12-31", "12:30:00"),
    *("2025-03-07T00:00:00Z", "2025-03-07 01:02:03.5"),
]
STRANGE = ["''", "'", '"', '"""', "'''a\nb'''", r'"\x"', r'"\ud800"', r'"\U00110000"', r'"\u0000"', "true"]
SCALARS = (
    st.sampled_from(NUMBERS)
    | st.sampled_from(TIMES)
    | st.sampled_from(STRANGE)
    | st.dates().map(dt.date.isoformat)
    | TEXT.map(json.dumps)
    | st.sampled_from(WORDS).map(json.dumps)
)
VALUES = (
    SCALARS
    | st.lists(SCALARS, max_size=3).map(lambda parts: f"[{', '.join(parts)}]")
    | st.dictionaries(st.sampled_from(WORDS), SCALARS, max_size=3).map(
        lambda table: f"{{ {', '.join(f'{key} = {value}' for key, value in table.items())} }}"
    )
    | st.integers(1, 120).map(lambda depth: "[" * depth + "]" * depth)
)
KEYS = st.sampled_from(WORDS) | st.lists(TEXT.map(json.dumps), min_size=1, max_size=3).map(".".join)
NEW_LINES = (
    st.builds("{} = {}".format, KEYS, VALUES)
    | st.builds("[{}]".format, KEYS)
    | st.builds("[[{}]]".format, KEYS)
    | st.text(max_size=20)
)


def likely_values(line: str) -> list[str]:
    """Values for a line of the kind that it has, so that many cases stay whole."""
    key, equals, value = line.partition(" = ")
    if not equals or value.startswith(("[", "{")):
        return []
    if value.startswith('"'):
        return [
            *UNFIT,
            *sorted({other.partition(" = ")[2] for other in LINES if other.startswith(f"{key} = ")}),
        ]
    if value[4:5] == "-":
        return ["2025-01-15", "2025-01-16", "2025-02-28", "2045-12-31", "2046-01-01", "9999-12-31"]
    return ["0", "5e-324", "1e-9", "0.3", "1", "2.5", "10", "419.0", "1e6", "1e15", "1.1e15", "nan"]


def revised(changes: list[tuple[int, str, str]]) -> str:
    """The smallest case with the values of some lines replaced, or with lines put in."""
    lines = list(LINES)
    for place, kind, text in changes:
        key, equals, _ = LINES[place].partition(" = ")
        lines[place] = f"{key} = {text}" if kind == "value" and equals else f"{lines[place]}\n{text}"
    return "\n".join(lines)


LINE_NUMBERS = st.integers(0, len(LINES) - 1)
CHANGES = (
    st.sampled_from([(at, "value", text) for at, line in enumerate(LINES) for text in likely_values(line)])
    | st.tuples(LINE_NUMBERS, st.just("value"), VALUES)
    | st.tuples(LINE_NUMBERS, st.just("line"), NEW_LINES)
)
CONTENTS = (
    st.text(max_size=200)
    | st.lists(NEW_LINES, max_size=12).map("\n".join)
    | st.lists(CHANGES, min_size=1, max_size=3).map(revised)
).map(lambda text: text.encode("utf-8", "surrogatepass"))


@inputs
def test_any_text_is_read_or_refused(count: int, shard: int) -> None:
    count = round(count * SHARE_OF_TEXTS)
    outcomes = fuzz(CONTENTS, read, count=count, shard=shard, budget=READING)
    assert EXPLORING or min(outcomes["used"], outcomes["refused"]) > count / 100


# --- structure ---------------------------------------------------------------------------


DOCUMENTS: dict[str, dict[str, Any]] = {
    "minimal": frozen(tomllib.loads(MINIMAL.decode())),
    "shipped": load_case().model_dump(by_alias=True),
}


NAMES = [*WORDS, "\ud800", "a\0b", HOSTILE * 40, "x" * 100_000, "-", "a" * 60, "a" * 61, "exact", "military"]
ATOMS = (
    st.sampled_from(
        [0, -0.0, -1, 1, 0.5, 419, 1e-300, 5e-324, 1e15, 1e16, 1e308, math.nan, math.inf, -math.inf]
    )
    | st.sampled_from([10**15 + 1, 2**63, 10**400, -(10**400), 10**5_000, True, False, None])
    | st.sampled_from([dt.date.min, dt.date.max, dt.date(2025, 1, 15), dt.date(2023, 9, 2), dt.time(12, 30)])
    | st.sampled_from(NAMES)
    | st.datetimes(timezones=st.none() | st.just(dt.UTC))
    | st.dates()
    | st.floats()
    | st.integers()
    | TEXT
)
TABLES = st.dictionaries(st.sampled_from(WORDS) | TEXT, ATOMS, max_size=3)
NESTED = st.integers(1, 300).map(lambda depth: frozen(json.loads("[" * depth + "]" * depth)))
RAW = ATOMS | TABLES | st.lists(ATOMS | TABLES, max_size=3).map(tuple) | NESTED


def mutations(name: str) -> st.SearchStrategy[tuple[str, list[Mutation]]]:
    """Some changes of a document, which is named."""
    names = st.sampled_from(NAMES) | TEXT
    return st.tuples(st.just(name), mutations_of(DOCUMENTS[name], RAW, names))


def build_mutated(example: tuple[str, list[Mutation]]) -> None:
    name, changes = example
    look_at(build_case(frozen(mutated(DOCUMENTS[name], changes)), "fuzz.toml"))


@FOUND
@example(("minimal", [Mutation(("nature",), "replace", "shells"), Mutation(("nature", 0), "remove")]))
@given(mutations("minimal"))
def test_structures_that_once_failed_are_taken_or_refused(changed: tuple[str, list[Mutation]]) -> None:
    assert outcome(build_mutated, changed)


@inputs
def test_any_structure_is_taken_or_refused(count: int, shard: int) -> None:
    count = round(count * SHARE_OF_STRUCTURES)
    outcomes = fuzz(
        mutations("minimal") | mutations("shipped"), build_mutated, count=count, shard=shard, budget=READING
    )
    assert EXPLORING or min(outcomes["used"], outcomes["refused"]) > count / 100


# --- bytes -------------------------------------------------------------------------------

FILES = {"minimal": MINIMAL, "shipped": SHIPPED}


PIECES = [
    *(bytes([token]) for token in b"=[]{}\"'#,.-_\n\r\t\\ 0123456789eE+xnft\0\x7f\x80\xc3\xe2\xf0\xff"),
    *(b'"""', b"'''", b"[[", b"]]", b"= ", b"\r\n", b"1e400", b"nan", b"9" * 5_000),
    *(b"\xef\xbb\xbf", b"\xed\xa0\x80"),
    *(word.encode() for word in WORDS),
]


def splices(name: str) -> st.SearchStrategy[tuple[str, list[Splice]]]:
    """Some changes of the bytes of a file, which is named."""
    return st.tuples(st.just(name), splices_of(len(FILES[name]), PIECES))


def read_spliced(example: tuple[str, list[Splice]]) -> None:
    name, changes = example
    read(spliced(FILES[name], changes))


@inputs
def test_any_damaged_file_is_read_or_refused(count: int, shard: int) -> None:
    count = round(count * SHARE_OF_FILES)
    outcomes = fuzz(
        splices("minimal") | splices("shipped"), read_spliced, count=count, shard=shard, budget=READING
    )
    assert EXPLORING or min(outcomes["used"], outcomes["refused"]) > count / 100


# --- fits --------------------------------------------------------------------------------

type Dial = tuple[Place, st.SearchStrategy[Any]]
type Turned = tuple[str, str, list[tuple[Place, Any]]]


def in_order(low: float, high: float) -> dict[str, float]:
    return {"low": min(low, high), "high": max(low, high)}


def narrow(low: float, width: float) -> dict[str, float]:
    return {"low": low, "high": low * (1 + width)}


def date_range(one: dt.date, other: dt.date) -> dict[str, dt.date]:
    return {"earliest": min(one, other), "latest": max(one, other)}


FIGURES = st.floats(0, 12).map(lambda power: float(f"{10**power:.3g}"))
POSITIVE = st.floats(-6, 12).map(lambda power: float(f"{10**power:.3g}")) | st.sampled_from(
    [5e-324, 1e-300, 1e-9, 1.0, 1e12, 1e15]
)
SPREADS = st.floats(0, 10) | st.sampled_from([0.0, 5e-324, 1e-12, 0.35, 10.0])
MARGINS = st.floats(-3, 3) | st.sampled_from([0.0, 5e-324, 1e-9, -1e3, 1e15, -1e15])
SHARES = st.floats(1e-6, 1 - 1e-6) | st.sampled_from([5e-324, 1e-300, 1e-12, 0.5, 1 - 1e-12, 1 - 2**-53])
WIDTHS = st.sampled_from([1e-15, 1e-6, 0.1, 1e6])
PRIORS = st.builds(in_order, POSITIVE, POSITIVE) | st.builds(narrow, POSITIVE, WIDTHS)
SHARE_PRIORS = st.builds(in_order, SHARES, SHARES) | st.builds(narrow, st.floats(0.1, 0.7), WIDTHS)
LABELS = st.sampled_from(["rounds", HOSTILE, "$x^2$", "<b>", "s", "x" * 300, "{0} %s", "शेल"])


def dials(document: dict[str, Any]) -> Iterator[Dial]:
    """Places of a document with values that are extreme, and leave the case valid more often than not."""
    yield from dials_of_claims(document)
    yield from dials_of_cargo(document)
    for name in document["hedges"]:
        yield ("hedges", name, "sigma"), POSITIVE | st.floats(1e-4, 3)
        yield ("hedges", name, "margin"), MARGINS
    for name in document["reliability"]:
        yield ("reliability", name, "value"), SPREADS
    for name in ("rated_payload_kg", "cube_m3"):
        yield ("containers", name, "value"), POSITIVE
    for place, _ in enumerate(document["scope"][1:], start=1):
        yield ("scope", place, "share"), SHARE_PRIORS
    yield ("priors", "first_rate_per_day"), PRIORS
    for name in ("payload_share", "stowage", "load"):
        yield ("priors", name), SHARE_PRIORS
    for name in ("rate_walk_sd", "mix_spread"):
        yield ("priors", name, "value"), SPREADS
    for name in ("item", "carrier", "title", "question"):
        yield ("case", name), LABELS


def dials_of_claims(document: dict[str, Any]) -> Iterator[Dial]:
    start = document["containers"]["first_shipment"]
    natures = [nature["id"] for nature in document["nature"]]
    several = st.lists(st.sampled_from(natures), min_size=1, unique=True).map(tuple)
    for place, claim in enumerate(document["claim"]):
        at: Place = ("claim", place)
        # To fit a flow of hundreds of months takes seconds: far dates go to claims that need no flow.
        years = 1 if claim["quantity"] in {"containers", "rounds"} else 20
        days = st.dates(start + dt.timedelta(days=1), dt.date(start.year + years, 12, 31))
        yield (*at, "value"), FIGURES
        yield (*at, "resolution"), st.sampled_from([5e-324, 1e-9, 1.0])
        yield (*at, "hedge"), st.sampled_from(sorted(document["hedges"]))
        yield (*at, "use"), st.sampled_from(["check", "context", claim["use"]])
        yield (*at, "as_of"), days | st.builds(date_range, days, days)
        if claim["quantity"] == "capacity":
            yield (*at, "containers"), FIGURES | POSITIVE
            yield (*at, "nature"), several
            yield (*at, "under_all"), st.none() | st.sampled_from([{"nature": name} for name in natures])


def dials_of_cargo(document: dict[str, Any]) -> Iterator[Dial]:
    for place, nature in enumerate(document["nature"]):
        at: Place = ("nature", place)
        yield (*at, "title"), LABELS
        yield (*at, "base_share"), POSITIVE
        yield (*at, "bare", "mass_kg"), POSITIVE
        yield (*at, "bare", "volume_m3"), POSITIVE
        if len(nature["stow"]) > 1:
            yield (*at, "stow_spread", "value"), SPREADS
        for row, _ in enumerate(nature["stow"]):
            yield (*at, "stow", row, "base_share"), POSITIVE
            yield (*at, "stow", row, "mass_kg"), PRIORS
            yield (*at, "stow", row, "volume_m3"), PRIORS
    first, second = (nature["id"] for nature in document["nature"][:2])
    for place, _ in enumerate(document["scenario"]):
        yield ("scenario", place, "mix"), SHARES.map(lambda share: {first: share, second: 1 - share})
        yield ("scenario", place, "title"), LABELS


def turned(name: str) -> st.SearchStrategy[Turned]:
    """A document, which is named, what to condition on, and some values to set."""
    one = st.one_of([st.tuples(st.just(place), values) for place, values in dials(DOCUMENTS[name])])
    return st.tuples(st.just(name), st.sampled_from(["counts", "all"]), st.lists(one, min_size=1, max_size=4))


def build_turned(name: str, changes: list[tuple[Place, Any]]) -> Case:
    """Build the case in which some values are set; a prior keeps its basis."""
    document = thawed(DOCUMENTS[name])
    for (*above, last), value in changes:
        here: Any = document
        for step in above:
            here = here[step]
        is_prior = isinstance(value, dict) and "low" in value
        here[last] = {**here[last], **value} if is_prior else thawed(value)
    return build_case(frozen(document), "fuzz.toml")


def fit_turned(example: Turned) -> None:
    name, conditioning, changes = example
    case = build_turned(name, changes)
    posterior = fit(case, given=conditioning, runs=4, engine="smc", particles=64, allow_unconverged=True)
    results = analyse(posterior, Parts(figures=False))
    assert all(estimate.headline for estimate in results.estimates.values())
    assert [str(found) for found in results.checks] == repr(results.checks).splitlines()
    written = to_json(numbers_json(results))
    assert json.loads(written)["run"]["digest"] == posterior.digest


@pytest.mark.filterwarnings("ignore::shellcount.errors.ConflictWarning")  # as values of any size are bound to
@inputs
def test_any_valid_case_is_fitted_or_refused(count: int, shard: int) -> None:
    count = round(count * SHARE_OF_FITS)
    cases = turned("minimal") | turned("minimal") | turned("shipped")  # the smaller takes a third of the time
    # A case that fails has few changes to begin with, and shrinking one that hangs would take an hour.
    outcomes = fuzz(cases, fit_turned, count=count, shard=shard, budget=FITTING, shrunk=False)
    assert EXPLORING or outcomes["used"] > count / 3
