"""Which claims a conditioning fits, and how a claim is read that leaves something open."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from building import one_claim_case, with_claims
from shellcount.case.schema import Case, DateRange, Reading
from shellcount.errors import ShellcountError, UnknownNameError, UsageError
from shellcount.results.given import (
    Base,
    Conditioning,
    Fitted,
    conditioned_on,
    fitted_claims,
    fitted_ids,
    parse_given,
    readings,
    split_given,
)

# The shipped case is edited for other reasons: these tests have claims of their own.
COUNTS = ["c1", "c2", "t1", "w1"]
ALL = sorted([*COUNTS, "k1", "k2", "r1", "u1"])
FEBRUARY, JUNE = dt.date(2024, 2, 26), dt.date(2024, 6, 14)


def ledger() -> Case:
    """A case whose claims are of every kind and use, two of them read in one way only under ``all``."""
    case = one_claim_case()
    (claim,) = case.claim
    rounds = {"quantity": "rounds", "scope": None}
    capacity = {"quantity": "capacity", "scope": None, "containers": 10.0, "use": "check"}
    pinned = Reading(nature="shell", as_of=FEBRUARY)
    dates = DateRange(earliest=FEBRUARY, latest=JUNE)
    several: dict[str, dict[str, Any]] = {
        "c1": {},
        "c2": {"as_of": dates},
        "t1": {"quantity": "trips", "trip": "train"},
        "w1": {"quantity": "rate", "of": "containers", "per": "week"},
        "r1": {"quantity": "rate", "of": "rounds", "per": "day", "scope": None},
        "u1": rounds,
        "k1": {**capacity, "nature": ("rocket", "shell"), "as_of": dates, "under_all": pinned},
        "k2": {**capacity, "nature": ("rocket", "shell"), "as_of": dates, "under_all": Reading()},
        "h1": {**rounds, "use": "check"},
        "x1": {**rounds, "use": "context"},
        "q1": {"quantity": "ratio", "scope": None, "use": "context"},
        "y1": {"quantity": "comparator", "scope": None, "use": "check", "under_all": Reading()},
        "d1": {"derived_from": "c1"},
        "e1": {"restates": "c1"},
        "l1": {"withdrawn": True},
        "o1": {},
        "o2": {"supersedes": "o1", "use": "context"},
    }
    claims = (claim.model_copy(update={"id": name, **more}) for name, more in several.items())
    return with_claims(case, tuple(claims))


LEDGER = ledger()


def names(reads: tuple[Fitted, ...]) -> list[str]:
    return [read.claim.id for read in reads]


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("counts", Conditioning("counts")),
        ("all", Conditioning("all")),
        *((f"counts-but:{claim}", Conditioning("counts", (claim,))) for claim in COUNTS),
        *((f"all-but:{claim}", Conditioning("all", (claim,))) for claim in ALL),
        ("counts-but:c1,c2", Conditioning("counts", ("c1", "c2"))),
        ("counts-and:h1", Conditioning("counts", (), ("h1",))),
        ("counts-but:c1,t1-and:h1,k1", Conditioning("counts", ("c1", "t1"), ("h1", "k1"))),
        ("all-but:c1-and:x1", Conditioning("all", ("c1",), ("x1",))),
    ],
)
def test_every_form_is_read_and_written_back(text: str, parsed: Conditioning) -> None:
    assert parse_given(LEDGER, text) == parsed
    assert str(parsed) == text


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("counts-but:t1,c1", "counts-but:c1,t1"),
        ("counts-but:t1,c1,t1", "counts-but:c1,t1"),
        ("counts-but: t1 , c1", "counts-but:c1,t1"),
        ("all-and:x1,h1", "all-and:h1,x1"),
        ("counts-and:c1", "counts"),  # which is fit anyway
        ("all-but:c1-and:k1,h1,u1", "all-but:c1-and:h1"),
    ],
)
def test_each_conditioning_has_one_spelling(text: str, canonical: str) -> None:
    assert str(parse_given(LEDGER, text)) == canonical
    assert str(parse_given(LEDGER, canonical)) == canonical


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
        "counts-and",
        "all-but-ua-gur-2024",
        "all:ua-gur-2024",
        "but:ua-gur-2024",
        "some-but:ua-gur-2024",
        "-but:c1",
        "-and:c1",
    ],
)
def test_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(
        UsageError, match="given must be counts, all, or one of them followed by -but:CLAIM,CLAIM"
    ):
        parse_given(LEDGER, text)


def test_a_refused_text_is_quoted_short_and_harmless() -> None:
    with pytest.raises(UsageError) as caught:
        parse_given(LEDGER, "\x1b[31m\u202e" + "x" * 10_000)
    message = str(caught.value)
    assert len(message) < 250
    assert message.isprintable()


def test_an_unknown_claim_is_answered_with_close_ones(case: Case) -> None:
    with pytest.raises(UnknownNameError, match="no claim is called 'ua-gur-2042'; did you mean ua-gur-2024"):
        parse_given(case, "all-but:ua-gur-2042")


@pytest.mark.parametrize(
    "text", ["all-but:", "counts-but:c1,", "counts-but:,c1", "counts-and:", "counts-but:c1-and:", "all-and:,"]
)
def test_a_claim_must_be_named(text: str) -> None:
    with pytest.raises(UnknownNameError, match="no claim is called ''"):
        parse_given(LEDGER, text)


@pytest.mark.parametrize(
    "text",
    ["counts-and:c1-but:c2", "counts-but:c1-but:c2", "counts-but:c1-and:h1-and:x1", "counts-but:c1;c2"],
)
def test_parts_that_stand_elsewhere_are_no_claims(text: str) -> None:
    with pytest.raises(UnknownNameError, match="no claim is called"):
        parse_given(LEDGER, text)


@pytest.mark.parametrize(
    ("base", "claim"),
    [("counts", "u1"), ("counts", "k1"), ("all", "h1"), ("all", "q1"), ("all", "y1"), ("all", "d1")],
)
def test_only_a_fitted_claim_can_be_held_out(base: str, claim: str) -> None:
    for text in (claim, f"c1,{claim}"):
        with pytest.raises(
            UsageError, match=f"{claim} is not fit with given={base}, so it cannot be held out"
        ):
            parse_given(LEDGER, f"{base}-but:{text}")


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("q1", "states a ratio"),
        ("y1", "states a comparator"),
        ("d1", "was derived from c1"),
        ("e1", "restates c1"),
        ("l1", "was withdrawn"),
        ("o1", "was superseded by o2"),
    ],
)
@pytest.mark.parametrize("base", ["counts", "all"])
def test_some_claims_are_never_fit_and_say_why(base: str, claim: str, reason: str) -> None:
    assert claim not in fitted_ids(LEDGER, Conditioning("all"))
    with pytest.raises(UsageError, match=f"{claim} cannot be fit, because it {reason}"):
        parse_given(LEDGER, f"{base}-and:h1,{claim}")


def test_a_claim_cannot_be_held_out_and_added() -> None:
    with pytest.raises(UsageError, match="c1 is both held out and added"):
        parse_given(LEDGER, "counts-but:c1,c2-and:c1,h1")


@given(
    st.one_of(
        st.text(),
        st.builds(
            "{}{}{}".format,
            st.sampled_from(["counts", "all", "counts-but", "all-but", "counts-but:c1-and", "counts-and"]),
            st.sampled_from(["", ":", "-", "::"]),
            st.sampled_from(["", *ALL, "c2,t1", "h1", "x1,h1", "\0", "all"]),
        ),
    )
)
def test_any_text_is_read_or_refused_on_purpose(text: str) -> None:
    try:
        parsed = parse_given(LEDGER, text)
    except ShellcountError:
        return
    assert parse_given(LEDGER, str(parsed)) == parsed
    assert fitted_ids(LEDGER, parsed) == fitted_ids(LEDGER, split_given(text))


@given(st.sets(st.sampled_from(sorted({*ALL, "h1", "x1"}))), st.sampled_from(["counts", "all"]))
def test_every_choice_of_claims_has_a_conditioning(claims: set[str], base: Base) -> None:
    found = conditioned_on(LEDGER, base, claims)
    assert fitted_ids(LEDGER, found) == claims
    assert parse_given(LEDGER, str(found)) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("counts", ""),
        ("all", ""),
        ("counts-but:a", "without a"),
        ("all-but:a,b", "without 2 claims"),
        ("all-and:c", "with c"),
        ("all-but:a-and:b,c", "without a, with 2 claims"),
    ],
)
def test_readers_are_told_how_many_claims(text: str, words: str) -> None:
    assert split_given(text).words == words


def test_counts_fits_the_claims_of_carriers() -> None:
    assert names(fitted_claims(LEDGER, Conditioning("counts"))) == COUNTS


def test_all_fits_every_claim_that_says_so() -> None:
    assert names(fitted_claims(LEDGER, Conditioning("all"))) == ALL


@pytest.mark.parametrize("claim", ALL)
def test_holding_out_takes_away_that_claim_and_no_other(claim: str) -> None:
    fitted = fitted_claims(LEDGER, Conditioning("all", (claim,)))
    assert names(fitted) == [name for name in ALL if name != claim]


def test_what_is_added_is_fit_besides() -> None:
    assert names(fitted_claims(LEDGER, Conditioning("counts", ("c1",), ("h1", "x1")))) == [
        "c2",
        "h1",
        "t1",
        "w1",
        "x1",
    ]


def test_the_order_of_the_file_does_not_matter() -> None:
    backwards = with_claims(LEDGER, LEDGER.claim[::-1])
    for base in (Conditioning("counts"), Conditioning("all")):
        assert fitted_claims(backwards, base) == fitted_claims(LEDGER, base)


def fitted(given_text: str, claim: str) -> Fitted:
    return next(
        one for one in fitted_claims(LEDGER, parse_given(LEDGER, given_text)) if one.claim.id == claim
    )


def test_under_all_pins_a_nature_and_a_date_only_where_it_names_them() -> None:
    pinned, unpinned = fitted("all", "k1"), fitted("all", "k2")
    assert (pinned.natures, pinned.dates) == (("shell",), (FEBRUARY,))
    assert (unpinned.natures, unpinned.dates) == (("rocket", "shell"), (FEBRUARY, JUNE))


def test_a_fit_claim_that_leaves_its_date_open_keeps_both_ends() -> None:
    claim = fitted("counts", "c2")
    assert claim.dates == (FEBRUARY, JUNE)
    assert [read.day for read in claim.readings] == [FEBRUARY, JUNE]


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
