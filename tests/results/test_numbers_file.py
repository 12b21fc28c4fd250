"""A numbers.json is read back as it was written; what does not hold together is refused in one message."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quick import quick_results, recorded
from shellcount import limits
from shellcount.analysis import Parts, analyse
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.checks.held_out import leave_one_out_results
from shellcount.digest import digest
from shellcount.errors import LimitError, NumbersError
from shellcount.posterior.posterior import Posterior
from shellcount.report.writing import write_report
from shellcount.results.names import parse_quantity
from shellcount.results.numbers_file import parse_numbers, read_numbers
from shellcount.results.numbers_json import checksum, numbers_json, to_json
from shellcount.results.results import Results
from shellcount.results.threshold import Threshold

MINIMAL = Path(__file__).parents[1] / "cases" / "good_minimal.toml"
TOTAL = "rounds.mixed@2024-06-14"


@pytest.fixture(scope="module")
def small() -> dict[str, Any]:
    """The numbers.json of a small case."""
    return numbers_json(quick_results(load_case(MINIMAL)))


def written(values: Any) -> bytes:
    """Content of a file, whose checksum is made anew where there is one."""
    if isinstance(values, dict) and "checksum" in values:
        with contextlib.suppress(ValueError):  # no digest is of a NaN
            values = {**values, "checksum": checksum(values)}
    return to_json(values).encode()


def refused(content: bytes) -> str:
    """The message that a file is refused with: one line, free of control characters."""
    with pytest.raises(NumbersError) as caught:
        parse_numbers(content, origin="a\x1b.json")
    message = str(caught.value)
    assert message.startswith("a\\x1b.json ")
    assert message.isprintable()
    assert len(message) < 600
    assert "Input should" not in message
    assert caught.value.exit_status == 2
    return message


# --- what is written is read -------------------------------------------------------------


def read_back(results: Results) -> Results:
    return parse_numbers(written(numbers_json(results)), origin="x")


def test_everything_comes_back_as_it_was(results_left_out: Results, tmp_path: Path) -> None:
    (path,) = write_report(results_left_out, tmp_path, formats=["json"])
    found = read_numbers(path)
    assert found == results_left_out
    assert list(found.estimates) == list(results_left_out.estimates)
    assert found.run.digest == results_left_out.run.digest
    assert to_json(numbers_json(found)).encode() + b"\n" == path.read_bytes()


def test_another_case_comes_back_as_it_was() -> None:
    results = quick_results(load_case("black-sea-grain-2022"), given="all")
    left_out = leave_one_out_results(results)
    assert left_out.left_out is not None
    assert read_back(left_out) == left_out


@pytest.mark.parametrize(
    "parts",
    [
        Parts(quantities=(), checks=(), figures=False),
        Parts(names=("rounds.122mm-rocket@2024-03-31",), checks=("ua-gur-2024",), figures=False),
        Parts(days=(dt.date(2024, 3, 31),)),
    ],
    ids=["nothing", "some", "more"],
)
@pytest.mark.parametrize("given", ["counts", "all-but:ua-gur-2024"])
def test_parts_come_back_as_they_were(parts: Parts, given: str, case: Case) -> None:
    results = quick_results(case, parts, given=given)
    assert read_back(results) == results


def test_probabilities_and_how_to_make_them_again_come_back(posterior: Posterior) -> None:
    threshold = Threshold(parse_quantity(posterior.case, TOTAL), 1.5e6)
    made = analyse(
        posterior,
        Parts(quantities=(), thresholds=(threshold,), figures=False),
        scale="phia",
        command="shellcount report 'a b.toml' -o c",
    )
    results = recorded(made, ("load=0.5:0.9",))
    found = read_back(results)
    assert found == results
    assert found.probability_of(threshold) == posterior.probability(threshold)
    assert found.probability_of(threshold).value == float((posterior.draws(TOTAL) >= 1.5e6).mean())


@pytest.mark.parametrize(
    ("statement", "value", "error", "message"),
    [
        ("load>=0.5", 1.5, 0.1, "a probability of load>=0.5 is not between 0 and 1"),
        ("load>=0.5", 0.5, -0.1, "the error of load>=0.5 is not between 0 and 1"),
        ("load >= 50%", 0.5, 0.1, "it has no estimate of the quantity of load >= 50%"),
        ("load", 0.5, 0.1, "'load' has no comparison sign"),
        ("trucks.parcels@2025-02-02>=5", 0.5, 0.1, "it has no estimate of the quantity of trucks.parcels"),
    ],
)
def test_a_probability_that_does_not_hold_together_is_refused(
    statement: str, value: float, error: float, message: str, small: dict[str, Any]
) -> None:
    values = {**small, "probabilities": {statement: value}, "probability_errors": {statement: error}}
    assert message in refused(written(values))


def test_a_case_comes_back_in_its_own_order(small: dict[str, Any]) -> None:
    found = parse_numbers(written(small), origin="x").case
    assert [claim.id for claim in found.claim] == [claim.id for claim in load_case(MINIMAL).claim]
    assert found == load_case(MINIMAL)


def test_numbers_that_have_not_converged_keep_their_fault(small: dict[str, Any]) -> None:
    found = parse_numbers(written(small), origin="x")
    assert {estimate.name for estimate in found.quoted if estimate.not_quotable} == set(small["unconverged"])
    assert small["unconverged"]


def with_keys_of_a_later_version(values: Any) -> Any:
    """The same with a key more in every table that is not one of names."""
    if isinstance(values, list):
        return [with_keys_of_a_later_version(value) for value in values]
    if not isinstance(values, dict):
        return values
    return {**{name: with_keys_of_a_later_version(value) for name, value in values.items()}, "later": [1]}


def test_keys_of_a_later_version_are_passed_over(small: dict[str, Any]) -> None:
    later = {**small, "later": [1, 2]}
    for part in (
        "checks",
        "predictions",
        "components",
        "conflicts",
        "prior_comparisons",
        "log_evidence",
        "intervals",
    ):
        later[part] = with_keys_of_a_later_version(small[part])
    for part in ("estimates", "supporting", "claimed"):
        later[part] = {name: {**values, "later": "x"} for name, values in small[part].items()}
    assert small["log_evidence"]
    assert small["predictions"]
    assert parse_numbers(written(later), origin="x") == parse_numbers(written(small), origin="x")


def test_a_case_from_before_a_field_was_added_is_still_the_one_that_was_fitted(small: dict[str, Any]) -> None:
    values = copy.deepcopy(small)
    del values["case"]["case"]["funding"]  # optional, and not used
    assert "funding" not in to_json(values)
    assert parse_numbers(written(values), origin="x").case == load_case(MINIMAL)
    values["case"]["case"]["title"] = "another"
    assert "its case is not the one that was fitted" in refused(written(values))


# --- what does not hold together is refused ----------------------------------------------


def edit(*path: str, to: Any) -> Callable[[dict[str, Any]], None]:
    """An edit of one value, or its removal."""

    def apply(values: dict[str, Any]) -> None:
        for key in path[:-1]:
            values = values[key]
        if to is edit:
            del values[path[-1]]
        else:
            values[path[-1]] = to

    return apply


def seeded_anew(values: dict[str, Any]) -> None:
    """Another run that is described consistently, in all but what the test asks for."""
    parts = {name: value for name, value in values["run"].items() if name != "digest"}
    values["run"]["digest"] = digest(parts)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (edit("schema", to="shellcount/numbers/1"), "was made by an earlier model"),
        (edit("schema", to="shellcount/numbers/3"), "its schema is not shellcount/numbers/2"),
        (edit("answer", to="load"), "its answer is not a total of a scenario"),
        (edit("forecast", to=["load"]), "its list of forecast estimates is not that of its estimates"),
        (edit("schema", to=edit), "its schema is not shellcount/numbers/2"),
        (edit("case", to=edit), "case is missing"),
        (edit("run", to=edit), "run is missing"),
        (edit("run", "seed", to=edit), "run.seed is missing"),
        (edit("run", "seed", to=-1), "run.seed has a wrong value"),
        (edit("run", "seed", to="1"), "run.seed has a wrong type"),
        (edit("run", "engine", to="gibbs"), "run.engine is not one of the allowed values"),
        (edit("run", "seed", to=2), "the digest of its run does not match the run"),
        (edit("run", "digest", to="sha256:0"), "the digest of its run does not match the run"),
        (edit("case", "case", "title", to="another"), "its case is not the one that was fitted"),
        (edit("case", "priors", "load", "low", to=0.6), "its case is not the one that was fitted"),
        (edit("case", "priors", "load", "low", to=0.99), "is inconsistent: its case: 1 fault"),
        (edit("case", "priors", "load", to=edit), "case.priors.load is missing"),
        (edit("case", "extra\x1b", to=1), "case.extra\\x1b is unknown"),
        (edit("estimates", to=[]), "estimates has a wrong type"),
        (edit("estimates", "load", "p50", to=None), "load.p50 has a wrong type"),
        (edit("estimates", "load", "p50", to="0.7"), "load.p50 has a wrong type"),
        (edit("estimates", "load", "p50", to=edit), "load.p50 is missing"),
        (edit("estimates", "load", "p50", to=9.0), "the quantiles of load are not in order"),
        (edit("estimates", "load", "p05", to=-9.0), "the quantiles of load are not in order"),
        (edit("estimates", "load", "mcse_p50", to=-0.1), "an error of load is negative"),
        (edit("estimates", "\x1bload", to={}), "\\x1bload.p05 is missing"),
        (edit("estimates", "load", "p95", to=1e300), "a number of load is not between 1e-30 and 1e+30"),
        (edit("prior_comparisons", to=[]), "it does not compare each parameter with its prior once"),
        (edit("intervals", "outer", to=0.8), "intervals.outer has a wrong value"),
        (edit("intervals", "kind", to="highest density"), "intervals.kind is not one of the allowed values"),
        (edit("log_evidence", "unit", to="bits"), "log_evidence.unit is not one of the allowed values"),
        (edit("unconverged", to=[]), "its list of unconverged estimates is not that of its estimates"),
        (edit("marks", to=[{"kind": "given"}]), "its marks are not those of its changes and its run"),
        (edit("figures", to=1), "figures has a wrong type"),
        (edit("probabilities", to={"load>=0.5": True}), "load>=0.5 has a wrong type"),
        (edit("probabilities", to={"load>=0.5": 0.5}), "does not have the Monte Carlo error of each"),
        (edit("run", "seed", to=True), "run.seed has a wrong type"),
        (edit("run", "seed", to=1.0), "run.seed has a wrong type"),
        (edit("run", "settings", "runs", to=1.5), "run.settings.runs has a wrong type"),
        (edit("run", "settings", "runs", to=True), "run.settings.runs has a wrong type"),
        (edit("run", "settings", "runs", to=0), "run.settings.runs has a wrong value"),
        (edit("estimates", "load", "rhat", to=True), "load.rhat has a wrong type"),
        (edit("claimed", to={}), "the ranges of fitted claims are not those of the claims that it fits"),
    ],
)
def test_a_file_that_was_changed_is_refused(
    change: Callable[[dict[str, Any]], None], message: str, small: dict[str, Any]
) -> None:
    values = copy.deepcopy(small)
    change(values)
    assert message in refused(written(values))


def test_an_estimate_that_the_case_does_not_know_is_refused(small: dict[str, Any]) -> None:
    values = copy.deepcopy(small)
    values["estimates"]["rounds.\x1b@2025-03-07"] = values["estimates"]["load"]
    assert "no estimate is called" in refused(written(values))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("given", "everything", "given must be"),
        ("given", "all-but:nobody", "no claim is called 'nobody'"),
        ("given", "counts-and:crossed", "its run does not write what it is conditioned on"),
        ("settings", {"runs": 4}, "engine smc has the settings draws, particles, runs"),
        ("versions", {}, "its run does not say which version of shellcount was used"),
        ("model_version", 3, "it is of version 3 of the model, not 2"),
        ("case", "another", "its case is not the one that was fitted"),
        ("case_digest", "sha256:1", "its case is not the one that was fitted"),
    ],
)
def test_a_run_that_cannot_have_been_is_refused(
    name: str, value: Any, message: str, small: dict[str, Any]
) -> None:
    values = copy.deepcopy(small)
    values["run"][name] = value
    seeded_anew(values)
    assert message in refused(written(values))


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e999", b"1" + 400 * b"0"])
def test_numbers_that_are_not_finite_are_refused(number: bytes, small: dict[str, Any]) -> None:
    values = copy.deepcopy(small)
    values["estimates"]["load"]["p95"] = 12345.5
    refused(written(values).replace(b"12345.5", number))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"\x89HDF\r\n\x1a\n",
        b"\xff\xfe{\x00",
        b"[" * 5_000_000,
        b'{"a":' * 1_000_000,
        b'{"schema": "shellcount/numbers/2", "case": ' + b"[" * 1000 + b"]" * 1000 + b"}",
        b'{"schema": "\\ud800"}',
        b'{"seed": ' + b"9" * 10_000 + b"}",
        b"null",
        b"[]",
        b'"shellcount/numbers/2"',
        b'{"schema": ["shellcount/numbers/2"]}',
        b'{"schema": "shellcount/numbers/2"}',
    ],
    ids=range(14),
)
def test_what_is_no_numbers_file_is_refused(content: bytes) -> None:
    refused(content)


@pytest.mark.parametrize(
    ("replaced", "by", "message"),
    [
        (b'"seed": 1,', b'"seed": 1, "seed": 1,', "the name 'seed' appears twice in a table"),
        (b'"seed": 1,', b'"seed": 1, "\\u0073eed": 2,', "the name 'seed' appears twice in a table"),
        (b'"seed": 1,', b'"seed": 1, "x": NaN,', "NaN is not a finite number"),
        (b'"seed": 1,', b'"seed": 1, "x": -Infinity,', "-Infinity is not a finite number"),
        (b'"seed": 1,', b'"seed": 1, "x": 1e400,', "1e400 is too large a number"),
        (b'"seed": 1,', b'"seed": 1, "x": "\\udc80",', "contains half of a character"),
        (b'"seed": 1,', b'"seed": 1, "\\udc80": 1,', "contains half of a character"),
        (b'"seed": 1,', b'"seed": 1, "x": ' + b"[" * 51 + b"]" * 51 + b",", "nested too deeply"),
        (b'"seed": 1,', b'"seed": 1, "x": ' + b"[" * 100_000 + b"]" * 100_000 + b",", "nested too deeply"),
        (b'"seed": 1,', b'"seed": 1, "x": [' + b"0," * 320_000 + b"0],", "there are more than 320,000 val"),
        (b'"seed": 1,', b'"seed": 1, "x": ' + b"9" * 10_000 + b",", "Exceeds the limit"),
    ],
    ids=range(11),
)
def test_what_other_readers_of_json_let_pass_is_refused(
    replaced: bytes, by: bytes, message: str, small: dict[str, Any]
) -> None:
    content = written(small)
    assert content.count(replaced) == 1
    told = refused(content.replace(replaced, by))
    assert "is not valid JSON" in told
    assert message in told


def test_a_file_larger_than_allowed_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "numbers.json"
    with path.open("wb") as file:
        file.truncate(2**40)  # which takes no place on the disk
    with pytest.raises(LimitError, match=r"numbers.json needs 1.1 TB .* --limit results=2TB$"):
        read_numbers(path)
    with pytest.raises(LimitError, match=r"x needs 8 MB .* --limit results=9MB$"):
        parse_numbers(b" " * 8_000_001, origin="x")
    with limits.raised({"results": 8_000_001}), pytest.raises(NumbersError, match="is not valid JSON"):
        parse_numbers(b" " * 8_000_001, origin="x")


@pytest.mark.parametrize("target", ["/dev/zero", os.devnull])
def test_a_link_to_a_device_is_refused(target: str, tmp_path: Path) -> None:
    (tmp_path / "numbers.json").symlink_to(target)
    with pytest.raises(NumbersError, match=r"numbers.json cannot be read: it is not a regular file$"):
        read_numbers(tmp_path / "numbers.json")


def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "numbers.json")
    with pytest.raises(NumbersError, match=r"numbers.json cannot be read: it is not a regular file$"):
        read_numbers(tmp_path / "numbers.json")


def test_a_file_cut_short_anywhere_is_refused(small: dict[str, Any]) -> None:
    content = json.dumps(small).encode()
    for length in range(0, len(content), len(content) // 50):
        assert "is not valid JSON" in refused(content[:length])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.json", "No such file or directory"),
        (".", "Is a directory"),
        ("a\0b", "null"),
        ("x" * 300, "File name too long"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_to_be_so(
    name: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NumbersError, match=f"cannot be read: .*{message}"):
        read_numbers(name)


# --- edits by hand -----------------------------------------------------------------------


def test_a_number_edited_by_hand_is_refused(small: dict[str, Any]) -> None:
    values = copy.deepcopy(small)
    estimate = next(iter(values["estimates"].values()))
    estimate["p50"] = (estimate["p50"] + estimate["p75"]) / 2  # still in its order
    message = refused(to_json(values).encode())
    assert message.endswith(
        "it was edited, since its checksum does not match its contents; write it again from its case"
    )


def test_words_edited_by_hand_are_refused(small: dict[str, Any]) -> None:
    edits: tuple[dict[str, Any], ...] = (
        {"remarks": ["None."]},
        {"command": "rm"},
        {"later": 1},
        {"checksum": "sha256:0"},
    )
    for edit in edits:
        assert "its checksum does not match" in refused(to_json({**small, **edit}).encode())


def test_the_layout_of_a_file_may_change(small: dict[str, Any]) -> None:
    assert parse_numbers(json.dumps(small).encode(), origin="x").run.digest == small["run"]["digest"]
