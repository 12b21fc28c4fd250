"""What a command line compares is read as typed, and refused in one message where it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from shellcount.case.reading import load_case
from shellcount.comparison.items import AS_IS, Base, Item, parse_item, read_comparison
from shellcount.engines.settings import Settings
from shellcount.errors import ShellcountError, UsageError
from shellcount.posterior.fitting import fit_with

MINIMAL = Path(__file__).parents[1] / "cases" / "good_minimal.toml"
QUICK = Settings(points=64, runs=4, allow_unconverged=True)
BASE = Base(str(MINIMAL), settings=QUICK)


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("mycase.toml", Item("mycase.toml", "mycase.toml")),
        ("load=0.5:0.9", Item("load=0.5:0.9", None, {"load": "0.5:0.9"})),
        ("light: load=0.5:0.9", Item("light", None, {"load": "0.5:0.9"})),
        ("old: run.npz", Item("old", "run.npz")),
        (
            "a.toml; load=1 ;given=all",
            Item("a.toml; load=1 ;given=all", "a.toml", {"load": "1", "given": "all"}),
        ),
        (
            "scenario.half=a:0.5,b:0.5",
            Item("scenario.half=a:0.5,b:0.5", None, {"scenario.half": "a:0.5,b:0.5"}),
        ),
        (r"C:\cases\one.toml", Item(r"C:\cases\one.toml", r"C:\cases\one.toml")),
    ],
)
def test_an_item_is_a_case_its_settings_and_a_label(text: str, item: Item) -> None:
    assert parse_item(text) == item


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' names nothing to compare"),
        ("label: ", "names nothing to compare"),
        ("load=", "'load=' in 'load=' must have the form NAME=VALUE"),
        ("a.toml; load", "'load' in 'a.toml; load' must have the form NAME=VALUE"),
        ("load=1; load=2", "load is set twice"),
    ],
)
def test_an_item_that_says_nothing_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_item(text)
    assert message in str(refused.value)


def test_the_case_as_it_is_comes_before_what_ifs_alone() -> None:
    found = read_comparison(["load=0.5"], BASE)
    assert found.labels == (AS_IS, "load=0.5")
    assert found.row()[0] == fit_with(load_case(MINIMAL), QUICK).estimate("parcels.mixed@2025-03-07")
    beside = read_comparison([str(MINIMAL), "half: load=0.5"], BASE)
    assert (beside.labels, beside.row()) == ((str(MINIMAL), "half"), found.row())


def test_settings_of_a_fit_are_those_of_the_fit() -> None:
    found = read_comparison(["given=all", "without=crossed"], BASE)
    assert [side.results.run.given for side in found.sides] == ["counts", "all", "counts-but:crossed"]


def test_an_own_setting_takes_the_place_of_the_shared_one() -> None:
    shared = Base(str(MINIMAL), ("load=0.5", "stowage=0.8"), settings=QUICK)
    found = read_comparison(["load=0.75"], shared)
    assert [side.results.changes for side in found.sides] == [
        ("load=0.5", "stowage=0.8"),
        ("stowage=0.8", "load=0.75"),
    ]


def test_progress_goes_from_start_to_end() -> None:
    shares: list[float] = []
    read_comparison(["load=0.5"], BASE, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ((), "name at least two things to compare"),
        ((str(MINIMAL),), "name at least two things to compare, not only"),
        (("load=0.5", "load=0.5"), "load=0.5 stands twice; give each a label"),
        (("laod=0.5",), "unknown setting 'laod'; did you mean load?"),
        (("scenario=heavy",), "no scenario is called 'heavy'"),
        (("missing.json", "load=0.5"), "missing.json cannot be read"),
        (("run.npz; load=0.5", "load=0.5"), "run.npz holds its own numbers"),
        (("without=nobody",), "nobody"),
    ],
)
def test_what_cannot_be_compared_is_refused(texts: tuple[str, ...], message: str) -> None:
    with pytest.raises(ShellcountError) as refused:
        read_comparison(texts, BASE)
    assert message in str(refused.value)
