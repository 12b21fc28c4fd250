"""Densities of components are those of each report alone, plain and as logarithms, with their slopes."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from claims import with_every_form
from shellcount.case.reading import load_case
from shellcount.maths.arrays import Array
from shellcount.model.mixture import densities, log_densities
from shellcount.model.model import build_model

MODEL = build_model(with_every_form(load_case()), "all")
DESIGN, REPORTS = MODEL.design, MODEL.design.reports
LINKED = REPORTS.linked(MODEL.stated)
STEP = 1e-5


def places(apart: float) -> Array:
    """Locations about the stated values, and about the resolution where nothing was seen."""
    centre = np.where(np.isfinite(LINKED), LINKED, 2.0)
    return centre + apart * np.linspace(-1, 1, 9)


def test_a_row_has_the_density_of_its_report() -> None:
    locations = places(1.0)
    parts = log_densities(REPORTS, LINKED, locations, slopes=False)
    for row, claim in enumerate(REPORTS.claim_at):
        name = REPORTS.names[claim]
        sound, off = MODEL.reporting[name].log_parts(MODEL.stated[name], locations[row])
        assert_allclose(parts.sound[row], sound + DESIGN.log_prior[row], rtol=1e-12, atol=1e-12)
        assert_allclose(parts.off[row], off + DESIGN.log_prior[row], rtol=1e-12, atol=1e-12)


def test_densities_are_the_exponentials_of_their_logarithms() -> None:
    locations = places(0.5)
    plain = densities(REPORTS, LINKED, locations, slopes=True)
    logs = log_densities(REPORTS, LINKED, locations, slopes=True)
    assert_allclose(plain.sound, np.exp(logs.sound), rtol=1e-10, atol=1e-290)
    assert_allclose(plain.off, np.exp(logs.off), rtol=1e-11)
    assert_allclose(plain.slope, np.exp(logs.sound) * logs.slope, rtol=1e-8, atol=1e-280)
    assert_allclose(plain.off_slope, np.exp(logs.off) * logs.off_slope, rtol=1e-10, atol=1e-300)


@pytest.mark.parametrize("part", ["sound", "off"])
def test_slopes_are_the_differences_of_log_densities(part: str) -> None:
    locations = places(0.5)
    above, below = (
        getattr(log_densities(REPORTS, LINKED, locations + step, slopes=False), part)
        for step in (STEP, -STEP)
    )
    found = log_densities(REPORTS, LINKED, locations, slopes=True)
    slope = found.slope if part == "sound" else found.off_slope
    finite = np.isfinite(above) & np.isfinite(below)
    assert finite.mean() > 0.5
    assert_allclose(slope[finite], ((above - below) / (2 * STEP))[finite], rtol=1e-5, atol=1e-5)


def test_slopes_are_left_out_where_nobody_asks() -> None:
    assert densities(REPORTS, LINKED, places(0.1), slopes=False).slope.size == 0
