"""Which claims a conditioning fits, and how a claim is read that leaves something open."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from building import edited, with_claims
from shellcount.case.reading import load_case
from shellcount.case.schema import Case, DateRange
from shellcount.errors import ShellcountError, UnknownNameError, UsageError
from shellcount.results.given import Conditioning, ReadClaim, fitted_claims, parse_given, readings

COUNTS = ["rok-mnd-2024-02", "rok-mnd-2024-06", "us-state-2024-02", "us-white-house-2023-10"]
ALL = sorted(
    [
        *COUNTS,
        "rok-mnd-2024-02-122mm",
        "rok-mnd-2024-02-152mm",
        "rok-mnd-2024-06-capacity",
        "ua-gur-2024",
    ]
)
FEBRUARY, JUNE = dt.date(2024, 2, 26), dt.date(2024, 6, 14)


def names(reads: tuple[ReadClaim, ...]) -> list[str]:
    return [read.claim.id for read in reads]


def read_as(case: Case, given_text: str, claim: str) -> ReadClaim:
    reads = {read.claim.id: read for read in fitted_claims(case, parse_given(case, given_text))}
    return reads[claim]


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("counts", Conditioning("counts")),
        ("all", Conditioning("all")),
        *((f"counts-but:{claim}", Conditioning("counts", claim)) for claim in COUNTS),
        *((f"all-but:{claim}", Conditioning("all", claim)) for claim in ALL),
    ],
)
def test_every_form_is_read_and_written_back(case: Case, text: str, parsed: Conditioning) -> None:
    assert parse_given(case, text) == parsed
    assert str(parsed) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " counts",
        "Counts",
        "count",
        "counts,all",
        "counts-but",
        "all-but",
        "all-but-ua-gur-2024",
        "all:ua-gur-2024",
        "but:ua-gur-2024",
        "some-but:ua-gur-2024",
    ],
)
def test_any_other_form_is_refused(case: Case, text: str) -> None:
    with pytest.raises(UsageError, match="given must be counts, all, counts-but:CLAIM or all-but:CLAIM"):
        parse_given(case, text)


def test_a_refused_text_is_quoted_short_and_harmless(case: Case) -> None:
    with pytest.raises(UsageError) as caught:
        parse_given(case, "\x1b[31m\u202e" + "x" * 10_000)
    message = str(caught.value)
    assert len(message) < 150
    assert message.isprintable()


def test_an_unknown_claim_is_answered_with_close_ones(case: Case) -> None:
    with pytest.raises(UnknownNameError, match="no claim is called 'ua-gur-2042'; did you mean ua-gur-2024"):
        parse_given(case, "all-but:ua-gur-2042")


def test_a_claim_must_be_named(case: Case) -> None:
    with pytest.raises(UnknownNameError, match="no claim is called ''"):
        parse_given(case, "all-but:")


@pytest.mark.parametrize(
    ("base", "claim"),
    [
        ("counts", "ua-gur-2024"),
        ("counts", "rok-mnd-2024-02-152mm"),
        ("all", "rok-mnd-2024-02-sent"),
        ("all", "eu-deliveries-2024-06"),
        ("all", "rok-mnd-2024-02-return"),
    ],
)
def test_only_a_fitted_claim_can_be_held_out(case: Case, base: str, claim: str) -> None:
    with pytest.raises(UsageError, match=f"{claim} is not fit with given={base}, so it cannot be held out"):
        parse_given(case, f"{base}-but:{claim}")


@given(
    st.one_of(
        st.text(),
        st.builds(
            "{}{}{}".format,
            st.sampled_from(["counts", "all", "counts-but", "all-but"]),
            st.sampled_from(["", ":", "-", "::"]),
            st.sampled_from(["", *ALL, "rok-mnd-2024-02-sent", "\0", "all"]),
        ),
    )
)
def test_any_text_is_read_or_refused_on_purpose(text: str) -> None:
    try:
        parsed = parse_given(load_case(), text)
    except ShellcountError:
        return
    assert str(parsed) == text


def test_counts_fits_the_claims_of_containers(case: Case) -> None:
    assert names(fitted_claims(case, Conditioning("counts"))) == COUNTS


def test_all_fits_them_and_every_claim_that_says_how_it_would_be_read(case: Case) -> None:
    assert names(fitted_claims(case, Conditioning("all"))) == ALL


@pytest.mark.parametrize("claim", ALL)
def test_holding_out_takes_away_that_claim_and_no_other(case: Case, claim: str) -> None:
    assert names(fitted_claims(case, Conditioning("all", claim))) == [name for name in ALL if name != claim]


def test_the_order_of_the_file_does_not_matter(case: Case) -> None:
    backwards = with_claims(case, case.claim[::-1])
    for base in (Conditioning("counts"), Conditioning("all")):
        assert fitted_claims(backwards, base) == fitted_claims(case, base)


def test_the_undecided_122mm_is_fit_as_rockets(case: Case) -> None:
    assert read_as(case, "all", "rok-mnd-2024-02-122mm").nature == "122mm-rocket"


def test_the_undated_figure_is_fit_at_the_date_that_the_case_names(case: Case) -> None:
    read = read_as(case, "all", "ua-gur-2024")
    assert (read.nature, read.day) == (None, FEBRUARY)


def test_a_claim_that_names_one_nature_is_read_so(case: Case) -> None:
    read = read_as(case, "all", "rok-mnd-2024-02-152mm")
    assert (read.nature, read.day) == ("152mm-howitzer", FEBRUARY)


def test_a_capacity_of_no_nature_is_one_of_the_mix(case: Case) -> None:
    read = read_as(case, "all", "rok-mnd-2024-06-capacity")
    assert (read.nature, read.day) == (None, JUNE)


def test_a_fit_claim_that_leaves_its_date_open_is_read_at_the_earlier_end(case: Case) -> None:
    def leave_open(document: dict[str, Any]) -> None:
        claim = next(entry for entry in document["claim"] if entry["id"] == "rok-mnd-2024-06")
        claim["as_of"] = {"earliest": dt.date(2024, 5, 1), "latest": JUNE}

    read = read_as(edited(case, leave_open), "counts", "rok-mnd-2024-06")
    assert read.day == dt.date(2024, 5, 1)


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("rok-mnd-2024-02", [(None, FEBRUARY)]),
        ("rok-mnd-2024-02-152mm", [("152mm-howitzer", FEBRUARY)]),
        ("rok-mnd-2024-02-122mm", [("122mm-howitzer", FEBRUARY), ("122mm-rocket", FEBRUARY)]),
        ("ua-gur-2024", [(None, FEBRUARY), (None, JUNE)]),
        ("eu-deliveries-2024-06", [(None, JUNE)]),
    ],
)
def test_an_open_claim_has_a_reading_for_each_nature_and_each_end_of_its_dates(
    case: Case, claim: str, expected: list[tuple[str | None, dt.date]]
) -> None:
    stated = next(entry for entry in case.claim if entry.id == claim)
    assert [(read.nature, read.day) for read in readings(stated)] == expected


def test_natures_and_dates_left_open_together_are_crossed(case: Case) -> None:
    stated = next(entry for entry in case.claim if entry.id == "ua-gur-2024")
    both = stated.model_copy(update={"nature": ("122mm-howitzer", "122mm-rocket")})
    assert [(read.nature, read.day) for read in readings(both)] == [
        ("122mm-howitzer", FEBRUARY),
        ("122mm-howitzer", JUNE),
        ("122mm-rocket", FEBRUARY),
        ("122mm-rocket", JUNE),
    ]


def test_the_date_of_a_capacity_opens_no_readings(case: Case) -> None:
    stated = next(entry for entry in case.claim if entry.id == "rok-mnd-2024-06-capacity")
    open_date = stated.model_copy(update={"as_of": DateRange(earliest=FEBRUARY, latest=JUNE)})
    assert [read.day for read in readings(open_date)] == [FEBRUARY]


def test_a_range_of_one_day_is_one_reading(case: Case) -> None:
    stated = next(entry for entry in case.claim if entry.id == "ua-gur-2024")
    one_day = stated.model_copy(update={"as_of": DateRange(earliest=JUNE, latest=JUNE)})
    assert [read.day for read in readings(one_day)] == [JUNE]
