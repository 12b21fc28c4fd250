"""The title of a figure says what it finds: on records where that is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quick import quick_results
from shellcount.case.reading import load_case
from shellcount.plots import findings
from shellcount.results.claim_check import Check, Checks
from shellcount.results.results import Results
from shellcount.results.verdicts import Verdict
from shellcount.version import __version__


def with_checks(results: Results, *checks: Check) -> Results:
    return replace(results, checks=Checks(checks))


def of_kind(results: Results, kind: str) -> Check:
    return next(check for check in results.checks.leading if check.kind == kind and not check.one_sided)


# --- the sentences -----------------------------------------------------------------------


def test_a_total_is_told_with_the_figure_that_fits(results: Results) -> None:
    middle = results.estimate("rounds.mixed@2024-06-14").words()[0]
    assert findings.timeline_finding(results) == (
        f"About {middle} rounds sent by 14 June 2024; about 1.5 million (Ukrainian defence intelligence) fits"
    )


def test_carriers_are_told_by_the_narrowest_scope_with_a_claim(results: Results) -> None:
    munitions, military = (
        results.estimate(f"containers.{scope}@2024-06-14").words()[0] for scope in ("munitions", "military")
    )
    assert findings.timeline_finding(results, "containers") == (
        f"About {munitions} containers (munitions) sent by 14 June 2024, out of {military} (military)"
    )


@pytest.mark.parametrize("verdict", ["high", "low", "very high", "very low", "impossible"])
def test_a_figure_beyond_the_range_gets_its_verdict(verdict: Verdict, results: Results) -> None:
    check = replace(
        of_kind(results, "rounds"),
        words="about 9 million",
        title="the Ministry",
        verdict=verdict,
        tail_probability=0.04,  # beyond the 95% quantile
    )
    assert findings.intervals_finding(with_checks(results, check)) == (
        f"About 9 million (Ministry) is {verdict}"
    )


def test_the_farthest_of_several_is_named_and_what_is_impossible_before_it(results: Results) -> None:
    base = of_kind(results, "rounds")
    fine = replace(base, claim="a", verdict="consistent", tail_probability=0.4)
    high = replace(base, claim="b", words="4 million", title="A", verdict="high", tail_probability=0.03)
    far = replace(base, claim="c", words="6 million", title="B", verdict="very high", tail_probability=0.001)
    never = replace(base, claim="d", words="99", title="C", verdict="impossible", tail_probability=0.01)
    found = findings.intervals_finding
    assert found(with_checks(results, fine, high)) == "1 of 2 stated figures fits; 4 million (A) is high"
    assert found(with_checks(results, fine, high, far)) == (
        "1 of 3 stated figures fits; the farthest out, 6 million (B), is very high"
    )
    assert found(with_checks(results, high, far, never)) == (
        "None of 3 stated figures fit; the farthest out, 99 (C), is impossible"
    )
    assert found(with_checks(results, fine, replace(fine, claim="e"))) == "Both stated figures fit"
    assert found(with_checks(results)) == "No stated figure was checked"


def test_what_a_carrier_holds_is_told_from_the_least_to_the_most(results: Results) -> None:
    least, most = (
        results.estimate(f"capacity.{nature}").words()[0] for nature in ("122mm-rocket", "122mm-howitzer")
    )
    assert findings.capacity_finding(results) == (
        f"A full container holds from about {least} (122mm rockets) to about {most} (122mm howitzer rounds)"
    )


def test_assumptions_are_counted(results: Results) -> None:
    every = results.prior_comparisons
    found = findings.assumptions_finding
    assert found(results) == (
        f"Claims inform 2 of {len(every)} assumptions: the first daily rate of containers "
        "and the share of munitions among military containers"
    )
    none = tuple(replace(each, informed=False) for each in every)
    assert found(replace(results, prior_comparisons=none)) == (
        "No claim informs any assumption: all keep their prior"
    )
    everything = tuple(replace(each, informed=True) for each in every)
    assert found(replace(results, prior_comparisons=everything)) == "Claims inform every assumption"


def test_the_largest_driver_is_named_with_what_is_judgement(results: Results) -> None:
    drivers = results.drivers
    assert drivers is not None
    first = replace(drivers.drivers[0], title="load of a box", share=0.5)
    known = replace(drivers, drivers=(first, *drivers.drivers[1:]), prior=0.8)
    assert findings.drivers_finding(known) == (
        "The load of a box matters most for the width of the range (50%); "
        "80% of the variance is judgement that no claim informs"
    )
    alone = replace(known, drivers=(replace(first, kind="prior"),))
    assert findings.drivers_finding(alone).endswith("; no claim informs any of it")
    informed = replace(known, drivers=(replace(first, kind="claims"),))
    assert findings.drivers_finding(informed).endswith("; claims inform all of it")


def test_fitted_figures_are_told_against_the_others(results_left_out: Results) -> None:
    checks = results_left_out.left_out
    assert checks is not None
    fine = Checks(tuple(replace(check, verdict="consistent") for check in checks))
    assert findings.left_out_finding(fine) == "All 4 fitted figures fit the others"


def test_a_finding_bears_the_marks_of_its_run() -> None:
    results = quick_results(load_case(), given="counts-but:rok-mnd-2024-06")
    marks = ", ".join(mark.short for mark in results.marks)
    assert marks
    assert findings.assumptions_finding(results).endswith(f"({marks})")


# --- the source --------------------------------------------------------------------------


def test_the_source_names_case_date_version_and_run(results: Results) -> None:
    digest = results.run.digest.removeprefix("sha256:")
    assert findings.source_of(results) == (
        "Artillery rounds in North Korean containers…; evidence to 14 June 2024; "
        f"shellcount {__version__}, run {digest[:8]}"
    )
