"""References say what made a number, and hold no text that a reader's program would run."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from typing import Any

import pytest
from pybtex.database import parse_string

from building import edited
from hostile import HOSTILE
from quick import quick_posterior, recorded
from shellcount.analysis import analyse
from shellcount.case.schema import Case
from shellcount.citing.quotation import parse_quotation, parts_of, quote
from shellcount.citing.reference import Reference, document, refer, to_csv
from shellcount.posterior.posterior import Posterior
from shellcount.version import __version__

TOTAL = "rounds.mixed@2024-06-14"
NAMES = (TOTAL, "load", f"{TOTAL} >= 1.5 million", "claim.ua-gur-2024", "check.ua-gur-2024")


@pytest.fixture(scope="module", params=list(HOSTILE.values()), ids=list(HOSTILE))
def hostile(request: pytest.FixtureRequest, case: Case) -> Posterior:
    """A posterior of a case all of whose words are hostile."""

    def edit(raw: dict[str, Any]) -> None:
        raw["case"]["title"] = request.param
        for table, keys in (
            ("source", ("title", "publisher", "author")),
            ("claimant", ("title",)),
            ("claim", ("summary",)),
        ):
            for entry in raw[table]:
                entry.update(dict.fromkeys(keys, request.param))

    return quick_posterior(edited(case, edit))


def references(
    posterior: Posterior, *names: str, changes: tuple[str, ...] = (), **settings: Any
) -> list[Reference]:
    quotations = [parse_quotation(posterior.case, name) for name in names or NAMES]
    results = recorded(analyse(posterior, parts_of(quotations), **settings), changes)
    return [refer(results, quotation) for quotation in quotations]


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


# --- what they say -----------------------------------------------------------------------


def test_an_estimate_is_cited_with_its_range_date_and_run(posterior: Posterior) -> None:
    (made,) = references(posterior, TOTAL)
    shown = posterior.run.digest[:23]
    assert made.text == f"{posterior.estimate(TOTAL).headline} [{TOTAL}, as of 14 June 2024, run {shown}]"
    assert made.footnote.startswith(f"{TOTAL}: {posterior.estimate(TOTAL).headline}. Posterior of ")
    for part in ("given counts", "engine is", "seed 1", f"shellcount {__version__}", f"run {shown}"):
        assert part in made.footnote
    assert (made.entry.authors, made.digest) == (("shellcount",), posterior.run.digest)


def test_a_number_whose_last_digit_another_seed_may_change_says_so(posterior: Posterior) -> None:
    remark = "Another seed may print another last digit."
    said = {}
    for name in (TOTAL, "rounds.mixed@2024-02-26", "load", "stowage", "capacity.152mm-howitzer"):
        (made,) = references(posterior, name)
        said[name] = remark in made.footnote
        assert said[name] == (posterior.estimate(name).rounding_doubt > 1)
        assert made.row["settled"] is not said[name]
    assert set(said.values()) == {True, False}


def test_a_number_of_a_period_is_cited_with_its_period(posterior: Posterior) -> None:
    month, rate, chance = references(
        posterior,
        "rounds.mixed@2023-12",
        "rounds.mixed@2023-10..2023-12/day",
        "rounds.mixed@2023-12 >= 0.1 million",
    )
    assert "[rounds.mixed@2023-12, in December 2023, run " in month.text
    assert "[rounds.mixed@2023-10-01..2023-12-31/day, from 1 October to 31 December 2023, run " in rate.text
    assert " rounds per day (90% interval " in rate.finding
    assert chance.finding.startswith("the probability of at least 100,000 rounds in December 2023 is ")
    assert [row["as_of"] for row in table(to_csv([month, rate]))] == ["2023-12", "2023-10-01..2023-12-31"]
    (at_most,) = references(posterior, "rounds.mixed@2023-10..2023-12/day <= 5000")
    assert at_most.finding.startswith(
        "the probability of at most 5,000 rounds per day on average from 1 October to 31 December 2023 is "
    )


def test_a_probability_is_cited_with_the_scale_of_its_word(posterior: Posterior) -> None:
    at_least, at_most = references(
        posterior, f"{TOTAL} >= 1.5 million", f"{TOTAL} <= 1.5 million", scale="phia"
    )
    assert re.fullmatch(
        r"the probability of at least 1\.5 million rounds is 7\d% \(likely; PHIA Probability Yardstick\)",
        at_least.finding,
    )
    assert at_most.finding.startswith("the probability of at most 1.5 million rounds is 2")
    assert isinstance(at_least.row["probability"], float)
    (share,) = references(posterior, "load >= 0.5")
    assert share.finding.startswith("the probability of at least 0.5 is ")


def test_a_claim_is_cited_with_who_stated_it_and_where(posterior: Posterior) -> None:
    (made,) = references(posterior, "claim.rok-mnd-2024-06")
    claim = next(claim for claim in posterior.case.claim if claim.id == "rok-mnd-2024-06")
    assert made.finding == f"at least 10,000: {claim.summary}"
    assert made.entry.authors == ("South Korean Ministry of National Defense",)
    assert made.digest is None
    for report in claim.reports:
        source = next(source for source in posterior.case.source if source.id == report.source)
        assert document(source) in made.footnote
    assert "run" not in made.text.split("[")[-1]


def test_every_claim_of_the_shipped_case_can_be_cited(posterior: Posterior) -> None:
    found = references(posterior, *(f"claim.{claim.id}" for claim in posterior.case.claim))
    assert all(made.as_of is not None and made.entry.authors and made.finding for made in found)


def test_a_check_is_cited_with_its_sentence(posterior: Posterior) -> None:
    (made,) = references(posterior, "check.ua-gur-2024", scale="ipcc")
    quotation = parse_quotation(posterior.case, "check.ua-gur-2024|sentence")
    sentence = quote(analyse(posterior, parts_of([quotation]), scale="ipcc"), quotation).text
    assert made.finding == sentence
    assert f"{sentence} Posterior of" in made.footnote


def test_a_source_without_date_or_author_is_cited_all_the_same(case: Case) -> None:
    bare = case.source[0].model_copy(update={"author": None, "published": None})
    assert document(bare) == f"{bare.title}, {bare.publisher}, undated"


def test_the_form_that_was_asked_for_changes_nothing(posterior: Posterior) -> None:
    assert references(posterior, TOTAL) == references(posterior, f"{TOTAL} | range")


# --- CSV ---------------------------------------------------------------------------------


def test_a_table_is_read_back_with_every_number(posterior: Posterior) -> None:
    rows = table(to_csv(references(posterior)))
    assert [row["name"] for row in rows] == [made.name for made in references(posterior)]
    made = posterior.estimate(TOTAL)
    assert [float(rows[0][name]) for name in ("p05", "p25", "p50", "p75", "p95")] == [
        *(made.p05, made.p25, made.p50, made.p75, made.p95),
    ]
    assert (rows[0]["unit"], rows[0]["as_of"], rows[0]["settled"]) in {
        *(("rounds", "2024-06-14", "yes"), ("rounds", "2024-06-14", "no")),
    }
    assert (rows[0]["seed"], rows[0]["run"], rows[0]["case"]) == (
        "1",
        posterior.run.digest,
        "dprk-russia-2024",
    )
    assert rows[1]["as_of"] == ""
    assert 0.7 < float(rows[2]["probability"]) < 0.8
    assert rows[3]["p50"] == rows[3]["run"] == ""
    assert None not in rows[0]


def test_no_cell_of_hostile_text_is_a_formula(hostile: Posterior) -> None:
    text = to_csv(references(hostile))
    rows = table(text)
    assert len(rows) == len(NAMES)
    assert text.count("\n") == len(NAMES) + 1
    for row in rows:
        assert None not in row
        for cell in row.values():
            assert not cell.startswith(tuple("=+-@＝＋－＠\t\r"))
            assert cell.isprintable()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "＝1", "＋1", "－1", "＠a", "\t=1", "\r\n=1"])
def test_a_cell_that_would_be_a_formula_is_quoted(text: str, posterior: Posterior) -> None:
    (made,) = references(posterior, "load")
    fields = {field.name: getattr(made, field.name) for field in dataclasses.fields(made)}
    (row,) = table(to_csv([Reference(**{**fields, "name": text, "finding": text})]))
    assert row["name"] == row["text"] == f"'{text.strip()}"


def test_a_table_of_nothing_is_its_head() -> None:
    assert to_csv([]).startswith("name,text,unit,as_of,p05,")
    assert table(to_csv([])) == []


# --- text --------------------------------------------------------------------------------


def test_hostile_text_stays_on_one_printable_line(hostile: Posterior) -> None:
    for made in references(hostile):
        assert made.text.isprintable()
        assert made.footnote.isprintable()


# --- marks -------------------------------------------------------------------------------


def test_marks_are_in_every_kind_of_reference(case: Case) -> None:
    posterior = quick_posterior(case, given="all")
    names = (TOTAL, "check.rok-mnd-2024-02-sent", f"{TOTAL} >= 1.5 million")
    for name in names:
        (found,) = references(posterior, name, changes=("load=0.9:0.99",))
        full = "What-if, with load=0.9:0.99. Given all, not counts, which is the default."
        assert "(what-if, given all" in found.text
        assert "(what-if, given all" in found.footnote
        assert full in found.footnote
        assert found.origin.startswith(full)
        assert "what-if, with load=0.9:0.99" in str(found.entry.csl["note"]).lower()
        assert "(what-if, given all" in str(found.entry.csl["title"])
        entry = parse_string(found.entry.bibtex, "bibtex").entries[found.entry.key]
        assert "What-if" in entry.fields["note"]
        (row,) = csv.DictReader(io.StringIO(to_csv([found])))
        assert row["marks"].startswith(
            "what-if, with load=0.9:0.99; given all, not counts, which is the default"
        )


def test_a_reference_without_marks_has_an_empty_column(case: Case) -> None:
    posterior = quick_posterior(case)
    (found,) = references(posterior, "claim.ua-gur-2024")
    (row,) = csv.DictReader(io.StringIO(to_csv([found])))
    assert (row["marks"], found.origin[:9]) == ("", "Stated by")


def test_a_changed_claim_says_so_and_others_do_not(case: Case) -> None:
    posterior = quick_posterior(case)
    changes = ("claim.rok-mnd-2024-06=12000",)
    (own,) = references(posterior, "claim.rok-mnd-2024-06", changes=changes)
    (other,) = references(posterior, "claim.ua-gur-2024", changes=changes)
    assert own.finding.startswith("at least 10,000 (what-if): ")
    assert own.origin.startswith("What-if, with claim.rok-mnd-2024-06=12000. Stated by ")
    assert (other.marks, other.origin[:9]) == ((), "Stated by")


def test_marks_of_hostile_changes_stay_on_one_printable_line(case: Case) -> None:
    posterior = quick_posterior(case)
    (found,) = references(posterior, TOTAL, changes=("load=\x1b[31m\n\u202e" + "x" * 10_000,))
    assert found.footnote.isprintable()
    assert len(found.footnote) < 1_000
