"""Bytes of a case file become raw values, or one fault that says what the file is."""

from __future__ import annotations

import pytest

from shellcount.case.raw import frozen, most_bytes, raw_case
from shellcount.errors import CaseError


def test_lists_are_tuples_at_every_depth() -> None:
    assert raw_case(b"a = [[1], [{ b = [2] }]]", "a.toml") == {"a": ((1,), ({"b": (2,)},))}
    assert frozen([{"a": []}]) == ({"a": ()},)


def test_a_byte_order_mark_is_no_part_of_it() -> None:
    assert raw_case(b"\xef\xbb\xbfa = 1", "a.toml") == {"a": 1}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"a = \xff", "is not UTF-8 (line 1)"),
        (b"a" * (most_bytes() + 1), "is larger than 40 MB"),
        (b"a = " + b"9" * 5000, "contains a number of thousands of digits"),
        (b"a = " + b"[" * 5000 + b"]" * 5000, "its values are nested too deeply"),
    ],
    ids=["empty", "not text", "large", "long number", "deep"],
)
def test_what_cannot_be_parsed_is_one_fault(content: bytes, said: str) -> None:
    with pytest.raises(CaseError) as caught:
        raw_case(content, "a.toml")
    (fault,) = caught.value.faults
    assert said in str(fault)
