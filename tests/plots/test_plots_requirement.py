"""The figure of a requirement shows each range as it is and as required, on a scale of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shellcount import require
from shellcount.plots import plot_requirement, svg
from shellcount.plots.requirement import scores
from shellcount.posterior.posterior import Posterior
from shellcount.results.requirement import Requirement


@pytest.fixture(scope="module")
def found(posterior: Posterior) -> Requirement:
    return require(posterior, "rounds.mixed@2024-06-14 >= 3 million")


def test_each_mover_has_a_row_with_both_medians(found: Requirement) -> None:
    ax = plot_requirement(found)
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == [mover.name for mover in found.movers[:16]]
    first = found.movers[0]
    assert any(
        f"{first.before.words()[0]} → {first.after.words()[0]}" in text.get_text() for text in ax.texts
    )
    assert ax.get_xlabel().splitlines()[-1] == "chance 14%"
    assert svg(ax) == svg(plot_requirement(found))


def test_a_scale_has_its_range_at_the_middle(found: Requirement) -> None:
    for mover in found.movers:
        now = scores(mover.before, mover.before)
        assert now[2] == 0
        assert now[4] - now[0] == pytest.approx(3.29, abs=0.01)
        assert (scores(mover.before, mover.after)[2] > 0) == (mover.shift > 0)


def test_where_nothing_moves_it_says_so(found: Requirement) -> None:
    ax = plot_requirement(replace(found, movers=()))
    assert [text.get_text() for text in ax.texts] == ["nothing else would move"]
