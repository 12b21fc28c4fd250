"""Grids: which rows and cells are kept, and how many may be."""

from __future__ import annotations

import pytest

from shellcount.case.ledger.grid import Row, blank_as_none, gather
from shellcount.errors import LimitError
from shellcount.limits import raised


def test_empty_rows_and_cells_count_for_nothing() -> None:
    assert gather([(), ("a", None), (None, None), (None, "b")], 4) == (Row(2, ("a",)), Row(4, (None, "b")))
    with raised({"rows": 2, "cells": 3}):
        assert len(gather([(), ("a", None), (), (None, "b")], 4)) == 2


def test_the_number_of_rows_that_would_be_allowed_is_said() -> None:
    with raised({"rows": 2}), pytest.raises(LimitError, match=r"needs 30 rows \(limit 2 rows\)"):
        gather([("a",)] * 5, 30)


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "\ufeff", "\u200b\n", "\u3000"])
def test_a_blank_text_is_none(text: str) -> None:
    assert blank_as_none(text) is None
    assert blank_as_none(f"{text}0{text}") == f"{text}0{text}"


def test_wide_rows_count_by_their_last_cell() -> None:
    with raised({"cells": 300}), pytest.raises(LimitError, match=r"needs 400 cells \(limit 300 cells\)"):
        gather([(None,) * 199 + (1,)] * 3, 3)
