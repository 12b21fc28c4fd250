"""Ranges that several test modules draw, and numbers read from the text that states them."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from shellcount.wording.rounding import Range

WORDS = {"": 1, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}


def ranges(largest_mcse: float = 0.02) -> st.SearchStrategy[Range]:
    """Ranges of positive quantities, their Monte Carlo error at most so many times their width."""
    bounds = st.lists(st.floats(1e-6, 1e13), min_size=3, max_size=3).map(sorted)
    return st.builds(
        lambda at, part: Range(at[0], at[1], at[2], part * (at[2] - at[0])),
        bounds,
        st.floats(0, largest_mcse),
    )


def number_in(text: str) -> Decimal:
    """The number that a text states."""
    digits, _, word = text.partition(" ")
    return Decimal(digits.replace(",", "")) * WORDS[word]
