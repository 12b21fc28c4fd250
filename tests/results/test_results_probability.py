"""A probability is told in words no finer than its error, with its marks, in sentence and table."""

from __future__ import annotations

import pytest

from shellcount.case.reading import load_case
from shellcount.results.mark import make_mark
from shellcount.results.probability import Probability, probabilities_table, stated
from shellcount.wording.scales import load_scale

TOTAL = "rounds.mixed@2024-06-14"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (f"{TOTAL}>=3000000", "at least 3 million rounds sent by 14 June 2024"),
        (
            "rounds.all-122mm-rocket@2023-12<=400000",
            "at most 400,000 rounds (all-122mm-rocket) sent in December 2023",
        ),
        ("rounds.mixed@2023-12/day>=10000", "at least 10,000 rounds sent a day on average in December 2023"),
        (
            "containers.munitions@2024-06-14>=15000",
            "at least 15,000 containers (munitions) sent by 14 June 2024",
        ),
        ("capacity.mixed>=400", "at least 400 rounds in a full container"),
        ("shipped.122mm-rocket>=100", "at least 100 rounds in a container on average (122mm-rocket)"),
        ("load<=0.5", "a load of at most 50%"),
        ("first_rate_per_day>=30", "a first_rate_per_day of at least 30 containers per day"),
        (
            "item_share.122mm-rocket>=0.3",
            "a share of 122mm rockets among the rounds of at least 30%",
        ),
    ],
)
def test_a_statement_in_words(name: str, text: str) -> None:
    assert stated(load_case(), name) == text


def test_words_and_marks() -> None:
    mark = make_mark("what-if", "what-if", "what-if, with load=0.9")
    found = Probability(f"{TOTAL}>=3000000", 0.1412, 0.0012, None, (mark,))
    assert str(found) == f"{TOTAL}>=3000000: 14% (what-if)"
    assert found == Probability(f"{TOTAL}>=3000000", 0.1412, 0.0012)
    assert (found.word(), found.word(load_scale("phia"))) == ("very unlikely", "highly unlikely")
    assert str(Probability("load>=0.7", 0.5, 0.1, "few draws")).endswith(" (not converged: few draws)")
    table = probabilities_table(load_case(), [found])
    assert table.rows == (
        ("at least 3 million rounds sent by 14 June 2024", "14% (very unlikely) (what-if)", "0.1%"),
    )
