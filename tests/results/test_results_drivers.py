"""Drivers are told in words, tables and plain values, and read back as they were."""

from __future__ import annotations

import dataclasses
import json

import pytest

from shellcount.errors import NumbersError
from shellcount.results.drivers import SCHEMA, TOGETHER, Driver, Drivers, verify_drivers
from shellcount.results.mark import make_mark
from shellcount.results.numbers_file import parse_numbers
from shellcount.results.numbers_json import checksum, numbers_json
from shellcount.results.results import Results

LOAD = Driver("load", "load of a container", ("priors.load",), "prior", 0.5, 0.001, 0.52)
MIX = Driver("mix", "mix of rounds", ("priors.mix_spread",), "prior", 0.2, 0.004, 0.22)
SENT = Driver("containers.all@2024-06-14", "number of containers sent", (), "claims", 0.27, 0.004)


def made(*drivers: Driver, prior: float, claims: float, **changes: object) -> Drivers:
    """Drivers with these shares; what is left over lies between and together."""
    together = 1 - sum(driver.share for driver in drivers)
    found = Drivers(
        name="rounds.mixed@2024-06-14",
        described="rounds sent by 14 June 2024",
        scale="log",
        sd=0.45,
        drivers=drivers,
        prior=prior,
        mcse_prior=0.001,
        claims=claims,
        mcse_claims=0.001,
        between=1 - prior - claims,
        together=together,
        mcse_together=0.004,
        split="none",
        known=(),
        not_quotable=None,
        run_digest="sha256:1",
    )
    return dataclasses.replace(found, **changes)  # type: ignore[arg-type]


MOST = made(LOAD, SENT, MIX, prior=0.72, claims=0.27)

# --- sentences ---------------------------------------------------------------------------


def test_most_is_judgement() -> None:
    assert MOST.sentence == (
        "Most of the width of the range of rounds sent by 14 June 2024 is judgement: 72% of its variance "
        "(of the logarithm) comes from assumptions that no claim informs, 50% from the load of a container "
        "alone."
    )
    assert repr(MOST) == MOST.sentence
    assert MOST.worded("this range").startswith("Most of the width of this range is judgement: 72%")


def test_half_is_judgement() -> None:
    half = made(dataclasses.replace(LOAD, share=0.3), SENT, MIX, prior=0.5, claims=0.5)
    assert half.sentence.startswith("About half of the width of the range of rounds")


def test_most_comes_from_claims() -> None:
    few = made(dataclasses.replace(SENT, share=0.8), MIX, prior=0.2, claims=0.8)
    assert few.sentence == (
        "Most of the width of the range of rounds sent by 14 June 2024 comes from the claims and what they "
        "inform: 80% of its variance (of the logarithm). Assumptions that no claim informs have 20%: the mix "
        "of rounds."
    )


def test_all_is_judgement() -> None:
    both = made(LOAD, MIX, prior=1.0, claims=0.0)
    assert both.sentence == (
        "No claim informs the range of rounds sent by 14 June 2024: all of it is judgement, and 50% of its "
        "variance (of the logarithm) comes from the load of a container."
    )
    alone = made(dataclasses.replace(LOAD, share=1.0), prior=1.0, claims=0.0, scale="logit")
    assert alone.sentence.endswith("all of it is judgement.")


def test_claims_inform_all() -> None:
    told = [dataclasses.replace(each, kind="claims", total=None) for each in (LOAD, MIX)]
    found = made(*told, SENT, prior=0.0, claims=1.0)
    assert found.sentence == (
        "Claims inform every assumption behind the range of rounds sent by 14 June 2024: 50% of its variance "
        "(of the logarithm) comes from the load of a container, 20% from the mix of rounds and 27% from the "
        "number of containers sent."
    )
    (alone,) = (made(dataclasses.replace(told[0], share=1.0), prior=0.0, claims=1.0, scale="logit"),)
    assert alone.sentence.endswith("its variance (of the log odds) is that of the load of a container.")


def test_what_claims_hardly_narrow_is_named() -> None:
    load = dataclasses.replace(LOAD, kind="claims", total=None, width=0.862)
    mix = dataclasses.replace(MIX, kind="claims", total=None, width=0.91)
    found = made(load, mix, dataclasses.replace(SENT, width=0.3), prior=0.0, claims=1.0)
    assert found.worded("this range").startswith(
        "Claims inform every assumption behind this range, some only a "
    )
    assert found.notes == (
        "Claims narrow some assumptions only a little: the load of a container keeps 86% of the width of its "
        "prior and the mix of rounds 91%.",
    )


def test_caveats_stand_in_the_sentence_and_the_caption() -> None:
    mark = make_mark("what-if", "what-if", "what-if, with load=0.5:0.9")
    found = dataclasses.replace(MOST, marks=(mark,))
    assert found == MOST
    assert found.sentence.endswith("alone (what-if).")
    assert found.caption.endswith("(what-if)")
    assert "What-if, with load=0.5:0.9." in found._repr_html_()


def test_notes_say_how_to_read_the_shares() -> None:
    assert MOST.notes == (
        "Prior judgement has 72.0% in all, and what the claims inform 27.0%; 1.0% lies between the two.",
    )
    offset = dataclasses.replace(SENT, share=-0.1)
    found = made(LOAD, MIX, offset, prior=0.7, claims=0.3, known=("mass",), not_quotable="R-hat is 2")
    assert found.notes[1:] == (
        "A negative share narrows the range: it makes up for what others add.",
        "Taken as known, and so not a driver: mass.",
    )
    assert found.caption.endswith("; not converged: R-hat is 2")


# --- tables ------------------------------------------------------------------------------


def test_the_table_has_a_row_for_each_driver_and_one_for_what_none_has_alone() -> None:
    table = MOST.table()
    assert table.caption == (
        "Shares of the variance of the logarithm of rounds sent by 14 June 2024 (standard deviation 0.45), "
        "with their Monte Carlo errors"
    )
    assert table.rows == (
        ("load of a container\nload", "50.0%", "0.1%", "52.0%", "judgement"),
        ("number of containers sent\ncontainers.all@2024-06-14", "27%", "0.4%", "", "claims"),
        ("mix of rounds\nmix", "20%", "0.4%", "22%", "judgement"),
        (TOGETHER, "3%", "0.4%", "", ""),
    )
    assert ">27%</td>" in MOST._repr_html_()


def test_a_column_without_numbers_is_left_out() -> None:
    found = made(dataclasses.replace(SENT, share=1.0), prior=0.0, claims=1.0)
    assert found.table().head == ("driver", "share", "error", "kind")


def test_several_assumptions_are_counted_and_small_errors_are_bounded() -> None:
    masses = Driver("masses", "mass of the rounds", ("a", "b", "c"), "prior", 0.004, 0.00012, 0.006)
    cells = ("mass of the rounds\n3 assumptions", "0.4%", "0.01%", "0.6%", "judgement")
    assert masses.cells() == cells
    assert dataclasses.replace(masses, share=0.0, mcse=0.0).cells()[1:3] == ("0.0%", "0%")


def test_a_data_frame_has_a_row_for_each_driver() -> None:
    frame = MOST.to_dataframe()
    assert frame.loc["mix", "share"] == 0.2
    assert frame.loc["load", "paths"] == "priors.load"


# --- plain values ------------------------------------------------------------------------


def test_the_document_is_plain_and_says_what_it_is() -> None:
    document = json.loads(json.dumps(MOST.document()))
    assert (document["schema"], document["run"]) == (SCHEMA, "sha256:1")
    assert document["sentence"] == MOST.sentence
    assert document["drivers"][0] == {
        "name": "load",
        "title": "load of a container",
        "paths": ["priors.load"],
        "kind": "prior",
        "share": 0.5,
        "mcse": 0.001,
        "total": 0.52,
        "width": None,
    }
    assert {"run_digest", "marks"}.isdisjoint(MOST.values())


def test_drivers_come_back_from_a_file(results: Results) -> None:
    written = json.dumps(numbers_json(results)).encode()
    back = parse_numbers(written, origin="x")
    assert results.drivers is not None
    assert back.drivers == results.drivers
    assert back == results


def test_older_files_have_none(results: Results) -> None:
    values = {
        name: value for name, value in numbers_json(results).items() if name not in {"drivers", "what_if"}
    }
    values["checksum"] = checksum(values)
    assert parse_numbers(json.dumps(values).encode(), origin="x").drivers is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "load"}, "not those of its answer"),
        ({"scale": "logit"}, "not those of its answer"),
        ({"described": "nothing"}, "not described as its answer is"),
        ({"not_quotable": "R-hat is 2"}, "not converged as its answer"),
        ({"prior": 0.5}, "do not add up to 1"),
        ({"drivers": []}, "are none, or have a name twice"),
        ({"sd": -1.0}, "negative or too large"),
        ({"between": 1e9}, "is too large"),
        ({"kind": "x", "split": "y"}, "split"),
    ],
)
def test_files_whose_drivers_contradict_are_refused(
    results: Results, changes: dict[str, object], message: str
) -> None:
    values = numbers_json(results)
    assert isinstance(values["drivers"], dict)
    changed = {**values, "drivers": {**values["drivers"], **changes}}
    changed["checksum"] = checksum(changed)  # type: ignore[arg-type]
    with pytest.raises(NumbersError, match=message):
        parse_numbers(json.dumps(changed).encode(), origin="x")


def test_drivers_that_hold_together_pass() -> None:
    verify_drivers(MOST)
    with pytest.raises(ValueError, match="a name twice"):
        verify_drivers(dataclasses.replace(MOST, drivers=(LOAD, LOAD)))
