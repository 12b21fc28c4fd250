"""Evidence, and whether the fitted claims hold together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import run
from contradicting import text_of


@pytest.fixture
def pair(tmp_path: Path) -> str:
    path = tmp_path / "pair.toml"
    path.write_text(text_of(200), encoding="utf-8")
    return str(path)


def test_claims_that_hold_together_end_with_status_0() -> None:
    result = run("evidence", "--model", "--jobs", "1")
    assert result.exit_code == 0
    assert "- The 4 fitted claims hold together" in result.stdout
    assert "one multiplier of about 460 rounds a container" in result.stdout


def test_claims_that_do_not_end_with_status_1(pair: str, tmp_path: Path) -> None:
    figure = tmp_path / "pairs.svg"
    result = run("evidence", pair, "--model", "--jobs", "1", "--json", "--figure", str(figure))
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["hold_together"] is False
    assert sorted(found["removal"]["sets"]) == [["navy-count"], ["port-count"]]
    assert found["files"] == [str(figure)]
    assert figure.read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--given", "all"), "--given decides nothing without --model"),
        (("--seed", "2", "--figure", "x.svg"), "--seed and --figure decide nothing without --model"),
        (("--model", "--csv", "-"), "--model and --csv exclude each other"),
    ],
)
def test_options_that_do_not_go_together_are_refused(words: tuple[str, ...], message: str) -> None:
    result = run("evidence", *words)
    assert result.exit_code == 2
    assert message in result.stderr


def test_claims_are_predicted_from_those_before_them() -> None:
    result = run("check", "--one-step-ahead", "--jobs", "1", "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["one_step_ahead"][0]["claim"] == "us-state-2024-02"
    assert found["left_out"] is None


def test_one_way_to_hold_claims_out_at_a_time() -> None:
    result = run("check", "--one-step-ahead", "--leave-one-out")
    assert result.exit_code == 2
    assert "ask for one at a time" in result.stderr
