"""Damaged numbers.json: each is read into results that hold together, or refused in plain words."""

from __future__ import annotations

import contextlib
import functools
import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from fuzzing import (
    EXPLORING,
    HOSTILE,
    HOSTILE_VALUES,
    Mutation,
    Splice,
    frozen,
    fuzz,
    inputs_of_a_kind,
    mutated,
    mutations_of,
    spliced,
    splices_of,
)
from quick import quick_results
from shellcount.case.reading import load_case
from shellcount.digest import digest
from shellcount.results.numbers_file import parse_numbers
from shellcount.results.numbers_json import checksum, numbers_json

MINIMAL = Path(__file__).parent / "cases" / "good_minimal.toml"
PIECES = [
    *(bytes([token]) for token in b'{}[]",:0123456789.-+eEtfn \n\\\0\x7f\x80\xc3\xff'),
    *(b"null", b"true", b"NaN", b"Infinity", b"1e400", b"9" * 5_000, b"[" * 10_000, b'{"":' * 10_000),
    *(b'"\\ud800"', b'"\\u0000"', b"\xef\xbb\xbf", b"\xed\xa0\x80", b'"p50": 1,', b'"seed": 1,'),
]
NAMES = st.sampled_from(["p50", "run", "seed", "load", "later", "", HOSTILE, "\ud800", "x" * 10_000])


@functools.cache
def document() -> Any:
    """The numbers.json of a small case, with tuples in the place of lists."""
    return frozen(json.loads(json.dumps(numbers_json(quick_results(load_case(MINIMAL))))))


@functools.cache
def content() -> bytes:
    return json.dumps(document()).encode()


def read(damaged: bytes) -> None:
    """Read results, and look at all that they tell."""
    results = parse_numbers(damaged, origin="fuzz.json")
    written = json.dumps(numbers_json(results), allow_nan=False).encode()
    assert parse_numbers(written, origin="again.json") == results
    for estimate in results.quoted:
        assert all([estimate.headline, *estimate.words(), str(estimate)])
    assert repr(results.checks).splitlines() == [check.sentence for check in results.checks]
    assert all(mark.short for mark in results.marks)
    if results.drivers is not None:
        drivers = results.drivers
        assert all([drivers.sentence, *drivers.notes, drivers.table().html(), json.dumps(drivers.document())])


def read_mutated(changed: tuple[bool, list[Mutation]]) -> None:
    """Change values; the run's digest and the checksum are made anew where that is asked for."""
    again, changes = changed
    values = mutated(document(), changes)
    run = values.get("run") if isinstance(values, dict) else None
    if again and isinstance(run, dict):
        parts = {name: value for name, value in run.items() if name != "digest"}
        try:
            run["digest"] = digest(parts)
        except (ValueError, TypeError):  # no digest is of a NaN
            run["digest"] = "sha256:0"
    if again and isinstance(values, dict):
        with contextlib.suppress(ValueError, TypeError):
            values["checksum"] = checksum(values)
    read(json.dumps(values).encode())


def read_spliced(changes: list[Splice]) -> None:
    read(spliced(content(), changes))


@inputs_of_a_kind
def test_any_values_are_read_or_refused(count: int, shard: int) -> None:
    changes = st.deferred(lambda: mutations_of(document(), HOSTILE_VALUES, NAMES, most=2))
    outcomes = fuzz(st.tuples(st.booleans(), changes), read_mutated, count=count // 2, shard=shard)
    assert EXPLORING or min(outcomes["used"], outcomes["refused"]) > count / 200


@inputs_of_a_kind
def test_any_bytes_are_read_or_refused(count: int, shard: int) -> None:
    changes = st.deferred(lambda: splices_of(len(content()), PIECES, most=2))
    outcomes = fuzz(changes, read_spliced, count=count - count // 2, shard=shard)
    assert EXPLORING or outcomes["refused"] > count / 200
