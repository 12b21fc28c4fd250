"""A run holds all that decides a digit, and its digest changes with any of it."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import json
import platform
from typing import Any

import pytest

from shellcount.analysis import analyse
from shellcount.digest import canonical_json, digest
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.numbers_file import parse_numbers
from shellcount.results.numbers_json import numbers_json, to_json
from shellcount.results.run import ENGINES, MODEL_VERSION, Engine, Run, versions
from shellcount.version import __version__

RUN = Run(
    case="aid",
    case_digest="sha256:00",
    given="counts",
    engine="nuts",
    seed=1,
    settings={"draws": 100, "runs": 4, "tune": 1000},
    versions={"numpy": "2.5.0", "pymc": "6.4.0"},
)
CHANGES: list[dict[str, Any]] = [
    {"case": "other"},
    {"case_digest": "sha256:01"},
    {"given": "all"},
    {"engine": "smc"},
    {"seed": 2},
    {"settings": {"runs": 4, "draws": 101, "tune": 1000}},
    {"settings": {"runs": 4, "draws": 100}},
    {"versions": {"numpy": "2.5.1", "pymc": "6.4.0"}},
    {"versions": {"numpy": "2.5.0"}},
    {"model_version": MODEL_VERSION + 1},
]


def test_every_field_has_a_change_here() -> None:
    assert {name for change in CHANGES for name in change} == {
        field.name for field in dataclasses.fields(Run)
    }


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_the_digest_changes_with_anything_that_decides_a_digit(change: dict[str, Any]) -> None:
    assert dataclasses.replace(RUN, **change).digest != RUN.digest


def test_the_digest_does_not_depend_on_the_order_of_settings_or_versions() -> None:
    turned = dataclasses.replace(
        RUN,
        settings=dict(sorted(RUN.settings.items(), reverse=True)),
        versions=dict(sorted(RUN.versions.items(), reverse=True)),
    )
    assert turned.digest == RUN.digest


def test_the_document_holds_every_field_and_the_digest_of_the_rest() -> None:
    document = RUN.document()
    made_by = {name: value for name, value in document.items() if name != "digest"}
    assert made_by == dataclasses.asdict(RUN)
    assert document["digest"] == RUN.digest == digest(made_by)


def test_the_document_makes_the_same_run_again() -> None:
    document = json.loads(canonical_json(RUN.document()))
    assert Run(**{name: value for name, value in document.items() if name != "digest"}) == RUN


def test_a_change_of_the_document_leaves_the_run_as_it_was() -> None:
    document = RUN.document()
    settings = document["settings"]
    assert isinstance(settings, dict)
    settings["runs"] = 5
    assert RUN.settings["runs"] == 4
    assert RUN.document()["digest"] == digest(dataclasses.asdict(RUN))


def test_a_run_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        RUN.seed = 2  # type: ignore[misc]


@pytest.mark.parametrize(
    ("engine", "libraries"),
    [("smc", {"numpy"}), ("nuts", {"numpy", "scipy", "numba", "nutpie", "pymc", "pytensor"})],
)
def test_versions_are_those_of_the_libraries_that_decide_digits(engine: Engine, libraries: set[str]) -> None:
    found = versions(engine)
    assert found.keys() == {"shellcount", "python", *libraries}
    assert found["shellcount"] == __version__
    assert found["python"] == platform.python_version()
    assert {name: found[name] for name in libraries} == {
        name: importlib.metadata.version(name) for name in libraries
    }


def test_every_engine_has_versions() -> None:
    assert all(versions(engine) for engine in ENGINES)


def test_a_fit_says_how_it_was_made(posterior_nuts: Posterior) -> None:
    run, case = posterior_nuts.run, posterior_nuts.case
    assert (run.case, run.case_digest) == (case.about.id, case.digest)
    assert (run.given, run.engine, run.seed) == ("counts", "nuts", 1)
    assert run.settings == {"runs": 4, "draws": 5000, "tune": 1000}
    assert run.versions == versions("nuts")
    assert run.model_version == MODEL_VERSION


def test_results_of_nuts_come_back_from_their_file_as_they_were(posterior_nuts: Posterior) -> None:
    results = analyse(posterior_nuts)
    assert results.log_evidence is None
    assert parse_numbers(to_json(numbers_json(results)).encode(), origin="x") == results


def test_engines_and_what_is_given_are_told_apart(posterior: Posterior, posterior_nuts: Posterior) -> None:
    digests = {
        fitted.digest
        for fitted in (
            posterior,
            posterior_nuts,
            fit(posterior.case, given="all", runs=4, engine="smc", particles=64),
        )
    }
    assert len(digests) == 3
