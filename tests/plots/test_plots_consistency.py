"""The matrix of pairs shows which claims contradict each other."""

from __future__ import annotations

import dataclasses

import pytest

from shellcount import plots
from shellcount.errors import UsageError
from shellcount.insight.consistency import consistency
from shellcount.results.consistency import Consistency
from together import counts, fitted, simulated


@pytest.fixture(scope="module")
def found() -> Consistency:
    return consistency(fitted(counts(simulated(5, {2: 4.0}), allow_off=False)))


def test_each_pair_has_a_cell_in_the_shade_of_its_finding(found: Consistency) -> None:
    axes = plots.plot_consistency(found)
    assert len(axes.patches) == 10
    assert [text.get_text() for text in axes.get_yticklabels()] == [f"claim-{place}" for place in range(1, 5)]
    legend = axes.get_legend()
    assert legend is not None
    assert "contradict each other" in [text.get_text() for text in legend.get_texts()]
    assert [text.get_text() for text in axes.texts].count("<1") == 4


def test_a_figure_can_be_drawn_as_a_file(found: Consistency) -> None:
    assert plots.svg(plots.plot_consistency(found)).startswith(b"<?xml")


def test_of_many_claims_those_of_the_least_compatible_pairs_are_drawn(
    found: Consistency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shellcount.plots.consistency._MOST", 3)
    axes = plots.plot_consistency(found)
    named = [text.get_text() for text in (*axes.get_xticklabels(), *axes.get_yticklabels())]
    assert len(set(named)) == 3
    assert "claim-2" in named


def test_without_a_pair_there_is_nothing_to_draw(found: Consistency) -> None:
    with pytest.raises(UsageError, match="there are no pairs to draw"):
        plots.plot_consistency(dataclasses.replace(found, pairs=()))
