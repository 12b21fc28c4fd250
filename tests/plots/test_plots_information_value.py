"""The figure of the value of information shows each share beside its limit."""

from __future__ import annotations

import pytest
from matplotlib.colors import to_hex

from drawings import diamonds, drawn, outside, overlaps
from shellcount.plots import plot_value_of_information, svg
from shellcount.plots.style import OUTER, POSTERIOR
from shellcount.results.information_value import ValueOfInformation
from worths import found, worth

LONG = "another figure from the Ministry of National Defense for containers (munitions) sent by 14 June 2024"


def made(count: int) -> ValueOfInformation:
    shares = (0.8 / (1 + place) for place in range(count))
    return found(
        *(worth(share, f"name-{share}", label=LONG, limit=1.125 * share, refit=0.5) for share in shares)
    )


def test_bars_are_the_shares_and_what_cannot_be_exceeded() -> None:
    ax = plot_value_of_information(made(3))
    widths: dict[str, list[float]] = {OUTER.lower(): [], POSTERIOR.lower(): []}
    for bar in ax.patches:
        widths[to_hex(bar.get_facecolor())].append(bar.get_width())  # type: ignore[attr-defined]
    assert widths[POSTERIOR.lower()] == pytest.approx([0.8, 0.4, 0.8 / 3])
    assert widths[OUTER.lower()] == pytest.approx([0.9, 0.45, 0.3])
    assert [share for share, _, _ in diamonds(ax)] == [0.5] * 3


@pytest.mark.parametrize("count", [1, 3, 40])
def test_nothing_overlaps_or_is_cut_off(count: int) -> None:
    ax = plot_value_of_information(made(count))
    assert len(ax.get_yticks()) == min(count, 12)
    boxes, whole = drawn(ax)
    assert overlaps(boxes) == []
    assert outside(boxes, whole) == []
    assert svg(ax) == svg(plot_value_of_information(made(count)))
