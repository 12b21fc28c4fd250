"""A design has the rows of each claim together, with their probabilities, in parts that stay small."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from numpy.testing import assert_allclose

from building import case_of
from claims import with_every_form
from shellcount.case.reading import load_case
from shellcount.model import design as module
from shellcount.model.design import design_of
from shellcount.model.model import build_model

MODEL = build_model(with_every_form(load_case()), "all")
DESIGN, ROWS = MODEL.design, MODEL.design.rows


def test_the_rows_of_a_claim_stand_together_with_their_probabilities() -> None:
    sizes = np.bincount(DESIGN.claim_at)
    assert len(sizes) == len(DESIGN.fitted)
    assert DESIGN.first.tolist() == np.concatenate([[0], np.cumsum(sizes)[:-1]]).tolist()
    assert (np.diff(DESIGN.claim_at) >= 0).all()
    for row, place in enumerate(DESIGN.claim_at):
        assert ROWS.components[row].claim is DESIGN.fitted[place].claim
        assert DESIGN.log_prior[row] == ROWS.components[row].log_prior
    sums = np.add.reduceat(np.exp(DESIGN.log_prior), DESIGN.first)
    assert_allclose(sums, 1, rtol=1e-12)
    assert DESIGN.reporting == tuple(MODEL.reporting[each.claim.id] for each in DESIGN.fitted)


def test_a_sharper_claim_has_more_nodes_and_none_seen_the_fewest() -> None:
    sizes = dict(zip(MODEL.places, np.bincount(DESIGN.claim_at).tolist(), strict=True))
    as_of = {"earliest": dt.date(2024, 1, 5), "latest": dt.date(2025, 3, 20)}
    none = {"value": 0.0, "hedge": None, "resolution": 10.0}
    claims = ({"hedge": "about"}, {"hedge": "exact", "value": 3000.0}, none)
    case = case_of(*({"as_of": as_of, **claim} for claim in claims))
    about, exact, seen = np.bincount(build_model(case).design.claim_at)
    assert 9 < seen < about < exact
    assert sizes["holds"] == 2
    assert sizes["month"] == 1


def test_no_claims_are_no_rows() -> None:
    case = case_of({"use": "check"})
    design = design_of(case, (), build_model(case).reporting)
    assert (len(design.first), len(design.claim_at), len(design.log_prior)) == (0, 0, 0)
    assert design.rows.components == ()
    assert design.reporting == ()


def test_parts_are_the_claims_in_turn_of_so_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PART", 8)
    design = design_of(MODEL.case, MODEL.fitted, MODEL.reporting)
    rows = [row for part in design.parts for row in range(*part.rows.indices(len(design.claim_at)))]
    claims = [claim for part in design.parts for claim in range(*part.claims.indices(len(design.first)))]
    assert len(design.parts) > 2
    assert rows == list(range(len(design.claim_at)))
    assert claims == list(range(len(design.first)))
    for part in design.parts:
        assert part.reports.names == design.reports.names[part.claims]
        assert (part.reports.claim_at + part.claims.start).tolist() == design.claim_at[part.rows].tolist()
