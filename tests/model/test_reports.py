"""The distributions of all reports, as arrays, are those of each claim alone."""

from __future__ import annotations

import math

import numpy as np
import pytest

from claims import with_every_form
from shellcount.case.reading import load_case
from shellcount.maths.kernel import Kernel
from shellcount.maths.reporting import Reporting
from shellcount.model.model import build_model
from shellcount.model.reports import reports_of

MODEL = build_model(with_every_form(load_case()), "all")
REPORTS = MODEL.design.reports
COUNTED = Reporting(Kernel(0.3, 0.4), 1.0, False, 0.05, 0.5)
PLAIN = Reporting(Kernel(0.3, 0.0), 1.0, False, 0.05, 0.5)
NONE = Reporting(None, 10.0, False, 0.05, 0.5)


def test_values_are_linked_as_each_claim_links_its_own() -> None:
    linked = REPORTS.linked(MODEL.stated)[:, 0]
    for row, claim in enumerate(REPORTS.claim_at):
        name = REPORTS.names[claim]
        stated = MODEL.stated[name]
        expected = MODEL.reporting[name].link(stated) if stated > 0 else -math.inf
        assert linked[row] == pytest.approx(expected, rel=1e-14)


def test_stated_values_are_taken_by_name_or_in_order() -> None:
    by_place = np.array([MODEL.stated[name] for name in REPORTS.names])
    assert REPORTS.values(MODEL.stated).tolist() == by_place.tolist()
    assert REPORTS.linked(by_place).tolist() == REPORTS.linked(MODEL.stated).tolist()


def test_rows_of_figures_and_of_nothing_seen_are_told_apart() -> None:
    reports = reports_of(
        ["a", "b", "c"], [COUNTED, NONE, PLAIN], np.array([0, 0, 1, 2]), np.log([0.5, 0.5, 1, 1])
    )
    assert np.arange(4)[reports.counted].tolist() == [0, 1, 3]
    assert reports.none.tolist() == [2]
    assert reports.skewed.tolist() == [0, 1]  # of the counted ones, those with a margin
    assert reports.scale[:, 0] == pytest.approx([0.5, 0.5, 0.3])
    assert reports.shape[:, 0] == pytest.approx([-4 / 3, -4 / 3])
    assert reports.resolution.tolist() == [[10.0]]
    assert [(at.tolist(), rows.tolist()) for at, rows in reports.sizes] == [
        ([1, 2], [[2], [3]]),
        ([0], [[0, 1]]),
    ]


def test_heights_hold_the_probabilities_of_rows_and_of_being_off() -> None:
    (plain,) = reports_of(["a"], [PLAIN], np.array([0]), np.log([0.25])).height[0]
    assert plain == pytest.approx(math.log(0.25 * 0.95 / (0.3 * math.sqrt(2 * math.pi))))
    never = reports_of(["a"], [Reporting(Kernel(0.3, 0.0), 1.0, False, 0.0, 0.5)], np.array([0]), np.zeros(1))
    assert never.off_height.tolist() == [[-math.inf]]


def test_no_claims_have_no_reports() -> None:
    nothing = reports_of([], [], np.zeros(0, dtype=np.intp), np.zeros(0))
    assert (nothing.names, len(nothing.scale), nothing.sizes) == ((), 0, ())
