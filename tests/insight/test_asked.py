"""Candidates are read from text as they are written, and what cannot be meant is refused with a way out."""

from __future__ import annotations

import pytest

from shellcount.case.changes import with_changes
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.errors import CaseError, ShellcountError, UnknownNameError, UsageError
from shellcount.insight.asked import parse_candidate, parse_candidates, parse_precision, require_each
from shellcount.insight.candidates import HypotheticalClaim, HypotheticalMeasurement, candidates_of
from shellcount.results.standard import answering


@pytest.fixture(scope="module", params=[None, "black-sea-grain-2022", "channel-2023"])
def any_case(request: pytest.FixtureRequest) -> Case:
    return load_case(request.param)


def test_every_name_that_is_generated_is_read_back(any_case: Case) -> None:
    generated = candidates_of(any_case, "counts", answering(any_case), 0.1)
    assert [parse_candidate(any_case, each.name) for each in generated] == list(generated)


@pytest.mark.parametrize(
    "text",
    [
        "quantity=rounds nature=122mm-howitzer,122mm-rocket as_of=2024-02-26..2024-06-14 hedge=about grade=C",
        "quantity=rate of=containers per=day scope=munitions since=2024-02-01 as_of=2024-02-29 hedge=about "
        "grade=B",
        "quantity=capacity containers=100 as_of=2024-06-14 hedge=exact resolution=1000 bias_sd=0.05",
        "quantity=share of=carriers scope=munitions as_of=2024-06-14 hedge=exact grade=A",
        "quantity=mass as_of=2024-06-14 hedge=up_to claimant=us-state",
    ],
)
def test_a_claim_of_any_kind_is_written_as_it_is_read(text: str) -> None:
    claim = parse_candidate(load_case(), text)
    assert isinstance(claim, HypotheticalClaim)
    assert claim.name == text
    assert parse_candidates(load_case(), [text, text], 0.1) == (claim,)


def test_what_a_claim_leaves_open_is_filled_in() -> None:
    claim = parse_candidate(load_case(), "grade=C quantity=rounds")
    assert claim.name == "quantity=rounds as_of=2024-06-14 hedge=about grade=C"


def test_a_case_has_its_own_nouns_for_the_roles() -> None:
    grain = load_case("black-sea-grain-2022")
    claim = parse_candidate(grain, "quantity=ships scope=initiative grade=B")
    assert claim.name.startswith("quantity=containers scope=initiative ")


@pytest.mark.parametrize(
    ("text", "precision"),
    [("load", 0.2), ("load:10%", 0.1), (" load : 0.05 ", 0.05), ("net_tonnes:1%", 0.01)],
)
def test_a_measurement_states_its_precision_or_takes_the_one_given(text: str, precision: float) -> None:
    found = parse_candidate(load_case(), text, 0.2)
    assert isinstance(found, HypotheticalMeasurement)
    assert found.precision == precision


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("quantity=rounds", UsageError, "needs a claimant of the case, or the grade or bias_sd of a new one"),
        ("quantity=rounds grade=B claimant=eu", UsageError, "not claimant and grade"),
        ("quantity=rounds claimant=eurp", UnknownNameError, "no claimant is called 'eurp'"),
        ("quantity=rounds grade=Z", UsageError, "the case has no grade 'Z'; known are A, B, C, D"),
        ("grade=B", UsageError, "needs a quantity"),
        ("quantity=ratio grade=B", UsageError, "a claim of a ratio is never fit"),
        ("quantity=comparator grade=B", UsageError, "never fit"),
        ("quantity=rounds hedge=between grade=B", UsageError, "has no range"),
        ("quantity=rounds value=3 grade=B", UsageError, "leave value out"),
        ("quantity=rounds hegde=about grade=B", UsageError, "did you mean hedge?"),
        ("quantity=rounds quantity=rounds grade=B", UsageError, "quantity is given twice"),
        ("quantity=rounds grade", UsageError, "'grade' must have the form KEY=VALUE"),
        ("quantity='rounds grade=B", UsageError, "a quotation mark that is not closed"),
        ("quantity=rounds bias_sd=wide", UsageError, "bias_sd must be a number, not 'wide'"),
        ("quantity=rounds as_of=14/06/2024 grade=B", UsageError, "write 2024-06-14"),
        ("quantity=containers scope=munition grade=B", CaseError, "scope: .*did you mean munitions"),
        ("quantity=containers scope=munitions hedge=exactly grade=B", CaseError, "hedge: .*write exact"),
        ("quantity=rounds bias_sd=-1", CaseError, "bias_sd: must be at least 0"),
        ("load:0%", UsageError, "a precision must be from 0.1% to 1000%, not 0%"),
        ("load:often", UsageError, "'often' is not a precision: write 10% or 0.1"),
        ("laod", UnknownNameError, "did you mean load"),
        ("containers.munitions", UsageError, "needs a date"),
    ],
)
def test_a_candidate_that_cannot_be_meant_is_refused(text: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words) as refused:
        parse_candidate(load_case(), text)
    assert "hypothetical" not in str(refused.value)


def test_what_is_taken_as_known_is_not_measured() -> None:
    with pytest.raises(UsageError, match=r"load is taken as known, 0.7"):
        parse_candidate(with_changes(load_case(), {"load": 0.7}), "load:10%")


def test_tonnes_need_stows() -> None:
    with pytest.raises(UsageError, match="gross_tonnes of a carrier follow from stows"):
        parse_candidate(load_case("channel-2023"), "gross_tonnes")


def test_candidates_are_taken_once_and_none_is_a_fault() -> None:
    assert len(parse_candidates(load_case(), ["load:10%", "load", "stowage"], 0.1)) == 2
    with pytest.raises(UsageError, match="there is no candidate"):
        parse_candidates(load_case(), [], 0.1)


def test_claims_and_measurements_have_options_of_their_own() -> None:
    assert require_each(["quantity=rounds grade=C"], ["load"]) == ("quantity=rounds grade=C", "load")
    with pytest.raises(UsageError, match="asked for with --measure"):
        require_each(["load"], [])
    with pytest.raises(UsageError, match="asked for with --claim"):
        require_each([], ["quantity=rounds grade=C"])


@pytest.mark.parametrize("text", ["", "%", "nan", "inf%", "-1%", "1e9"])
def test_a_precision_is_a_plain_share(text: str) -> None:
    with pytest.raises(ShellcountError):
        parse_precision(text)
