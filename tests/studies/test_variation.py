"""Values of a setting are read as they are meant, and refused with a word on what to write."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from scipy.special import expit, logit

from building import one_claim_case
from shellcount.case.schema import Case
from shellcount.errors import ShellcountError, UnknownNameError, UsageError
from shellcount.studies.variation import (
    Choices,
    Sampled,
    Setting,
    parse_value,
    require_known,
    setting,
    settings_of,
)


def parse_setting(case: Case, text: str) -> Setting:
    ((name, values),) = settings_of([text]).items()
    return setting(case, name, values)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("load=0.5..0.9:5", (0.5, 0.6, 0.7, 0.8, 0.9)),
        ("load = 0.5 .. 0.9 : 2", (0.5, 0.9)),
        ("load=0.7", (0.7,)),
        ("load=0.5,0.7, 0.9", (0.5, 0.7, 0.9)),
        ("load=0.5:0.9;0.7", ((0.5, 0.9), 0.7)),
        ("cube_m3=1e1..2e1:3", (10.0, 15.0, 20.0)),
        ("claimant.office.grade=A,B,C", ("A", "B", "C")),
        ("claim.only=1500,2000", (1500.0, 2000.0)),
        ("claim.only.use=fit,check", ("fit", "check")),
        ("claim.only.as_of=2024-01-01..2024-01-31:3", ("2024-01-01", "2024-01-16", "2024-01-31")),
        ("claim.only.as_of=2024-01-20..2024-01-31", ("2024-01-20..2024-01-31",)),
        ("claim.only.as_of=2024-01-20..2024-01-31,2024-01", ("2024-01-20..2024-01-31", "2024-01")),
        ("given=counts,all", ("counts", "all")),
        ("given=counts-but:a,b;all", ("counts-but:a,b", "all")),
        (
            "given=counts-but:all-x,b, all-but:a,all,counts",
            ("counts-but:all-x,b", "all-but:a", "all", "counts"),
        ),
        ("without=none;office,only", ("none", "office,only")),
        ("seed=1,5", (1, 5)),
        ("seed=1..4", (1, 2, 3, 4)),
        ("seed=1..3,7", (1, 2, 3, 7)),
        ("scenario.half=shell:0.5,rocket:0.5;shell:1", ({"shell": 0.5, "rocket": 0.5}, {"shell": 1.0})),
    ],
)
def test_values_are_read(text: str, values: tuple[object, ...]) -> None:
    found = parse_setting(one_claim_case(), text)
    assert found == Choices(text.partition("=")[0].strip(), values)  # type: ignore[arg-type]


def test_values_of_python_are_taken_as_they_are() -> None:
    case = one_claim_case()
    assert setting(case, "load", np.linspace(0.5, 0.9, 3)) == Choices("load", (0.5, 0.7, 0.9))
    found = setting(case, "load", [(0.5, 0.9), np.float64(0.7), 1])
    assert found == Choices("load", ((0.5, 0.9), 0.7, 1))
    assert isinstance(found, Choices)
    assert [type(value) for value in found.values] == [tuple, float, int]


def test_a_range_without_a_number_is_sampled_evenly() -> None:
    found = parse_setting(one_claim_case(), "load=0.5..0.9")
    assert found == Sampled("load", 0.5, 0.9)
    assert isinstance(found, Sampled)
    assert [found.at(share) for share in (0.0, 0.25, 0.5, 1.0)] == [0.5, 0.6, 0.7, 0.9]


def test_a_prior_is_sampled_by_its_quantiles() -> None:
    """A logit-normal whose 5% and 95% quantiles are stated, by its own formula."""
    case = one_claim_case({"load": (0.4, 0.92)})
    found = parse_setting(case, "load=prior")
    assert isinstance(found, Sampled)
    low, high = logit(0.4), logit(0.92)
    scale = (high - low) / (2 * NormalDist().inv_cdf(0.95))
    for share in (0.05, 0.3, 0.5, 0.95):
        exact = expit((low + high) / 2 + scale * NormalDist().inv_cdf(share))
        assert found.at(share) == pytest.approx(exact, rel=1e-11)


def test_a_prior_in_steps_has_equally_probable_values() -> None:
    case = one_claim_case({"load": (0.4, 0.92)})
    found, whole = parse_setting(case, "load=prior:4"), parse_setting(case, "load=prior")
    assert isinstance(found, Choices)
    assert isinstance(whole, Sampled)
    assert found.values == tuple(whole.at(share) for share in (0.125, 0.375, 0.625, 0.875))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("load", "'load' must have the form NAME=VALUES, such as load=0.5..0.9:5"),
        ("=1", "'=1' must have the form NAME=VALUES"),
        ("load=", "load has no values to try"),
        ("load=;", "load has no values to try"),
        ("seed=", "seed has no values to try"),
        ("given=;", "given has no values to try"),
        ("load=0.9..0.5:3", "load ends before it begins; write load=0.5..0.9"),
        ("load=0.5..0.5", "load ends before it begins"),
        ("seed=5..1", "seed ends before it begins; write seed=1..5"),
        ("claim.only.as_of=2024-02-01..2024-01-01:2", "ends before it begins; write"),
        ("load=0.5..0.9:1", "load needs at least 2 values between two ends, not 1"),
        ("load=0.5..0.9:0", "number of values of load must be from 1 to 1,000,000, not 0"),
        ("load=0.5..0.9:2000000", "must be from 1 to 1,000,000, not 2000000"),
        ("load=0.5..0.9:x", "'x' is not a number of values for load; write load=0.5..0.9:5"),
        ("load=0.5..0.9:-2", "'-2' is not a number of values"),
        ("load=prior:x", "'x' is not a number of values"),
        ("cube_m3=prior", "cube_m3 has no prior in this case: give a range, such as cube_m3=LOW..HIGH"),
        ("claim.only.as_of=2024-01..2024-02:3", "'2024-01' is not a date such as 2024-06-14"),
        ("seed=-1", "'-1' is not a seed: write a whole number, 0 or more"),
        ("seed=x..y", "'x' is not a seed"),
        ("load=0.5:x", "cannot be read as numbers"),
    ],
)
def test_values_that_cannot_be_read_are_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_setting(one_claim_case(), text)
    assert message in str(refused.value)
    assert len(str(refused.value)) < 160


def test_a_setting_varies_once() -> None:
    with pytest.raises(UsageError, match="load varies twice; give all of its values together"):
        settings_of(["load=0.5", "given=all", "load=0.7"])


def test_an_endless_list_is_refused() -> None:
    with pytest.raises(UsageError, match="seed has more than 1,000,000 values"):
        parse_setting(one_claim_case(), "seed=1..2000000")


@pytest.mark.parametrize(
    ("name", "meant"),
    [("laod", "load"), ("claimant.ofice.grade", "claimant.office.grade"), ("gven", "given")],
)
def test_an_unknown_setting_is_refused_with_the_one_meant(name: str, meant: str) -> None:
    with pytest.raises(UnknownNameError, match=f"no setting is called '{name}'; did you mean {meant}"):
        require_known(one_claim_case(), [name])


@pytest.mark.parametrize(
    ("name", "text", "value"), [("seed", " 7 ", 7), ("given", "all", "all"), ("load", "1", 1.0)]
)
def test_one_value_is_read(name: str, text: str, value: object) -> None:
    assert parse_value(name, text) == value


def test_every_error_is_one_of_shellcount(case: Case) -> None:
    for text in ("load=" + "9" * 400 + "..1:2", "scenario.x=a", "load=nan..1:3", "claim.x=x..y:2"):
        with pytest.raises(ShellcountError):
            parse_setting(case, text)
