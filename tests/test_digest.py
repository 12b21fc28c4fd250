"""Canonical JSON has one form, and its digest is the SHA-256 of that form."""

from __future__ import annotations

import hashlib
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.digest import Json, canonical_json, digest

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
VALUES: st.SearchStrategy[Json] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_the_digest_is_that_of_the_standard() -> None:
    # SHA-256 of the two bytes {} and of the four bytes null, as `sha256sum` gives them.
    assert digest({}) == "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert digest(None) == "sha256:74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b"


def test_the_form_is_sorted_tight_and_in_utf_8() -> None:
    value: Json = {"é": [1, 2.5, True, None], "a": {"z": "x y", "b": {}}}
    assert canonical_json(value) == '{"a":{"b":{},"z":"x y"},"é":[1,2.5,true,null]}'.encode()


def test_values_that_differ_in_kind_differ() -> None:
    values: list[Json] = [1, 1.0, True, "1", [1], {"1": 1}, None, "", [], {}, 0, False]
    assert len({digest(value) for value in values}) == len(values)


def test_the_order_of_a_list_counts() -> None:
    assert digest([1, 2]) != digest([2, 1])


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_that_json_lacks_are_refused(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"a": [number]})


@given(VALUES)
def test_canonical_json_reads_back_as_the_same_value(value: Json) -> None:
    assert json.loads(canonical_json(value)) == value


@given(VALUES)
def test_the_digest_is_the_hash_of_the_canonical_form(value: Json) -> None:
    assert digest(value) == "sha256:" + hashlib.sha256(canonical_json(value)).hexdigest()


@given(st.dictionaries(st.text(), SCALARS))
def test_the_order_of_keys_does_not_count(value: dict[str, Json]) -> None:
    assert digest(dict(reversed(value.items()))) == digest(value)
