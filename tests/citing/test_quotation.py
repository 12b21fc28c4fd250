"""What a document may ask for by name, and the rounded text that it gets."""

from __future__ import annotations

import re
from typing import Any

import pytest

from building import edited
from quick import FEW, quick_posterior, recorded
from shellcount.analysis import Parts, analyse
from shellcount.case.schema import Case
from shellcount.checks.stated import check
from shellcount.citing.quotation import FORMS, Quoted, parse_quotation, parts_of, quote
from shellcount.errors import ConvergenceError, ShellcountError, UnknownNameError, UsageError
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.mark import marked
from shellcount.results.results import Results
from shellcount.wording.phrases import headline, likelihood, probability

TOTAL = "rounds.mixed@2024-06-14"
ROUGH = "rounds.mixed@2024-02-26"  # of which few draws, given all, do not converge


def quoted(posterior: Posterior, text: str, changes: tuple[str, ...] = (), **settings: Any) -> Quoted:
    quotation = parse_quotation(posterior.case, text)
    return quote(recorded(analyse(posterior, parts_of([quotation]), **settings), changes), quotation)


def said(posterior: Posterior, text: str, **settings: Any) -> str:
    return quoted(posterior, text, **settings).text


def shorts(posterior: Posterior, text: str, **settings: Any) -> list[str]:
    return [mark.short for mark in quoted(posterior, text, **settings).marks]


# --- reading -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (TOTAL, f"{TOTAL}|median"),
        (f"  {TOTAL}   |   headline ", f"{TOTAL}|headline"),
        (f"{TOTAL}|range", f"{TOTAL}|range"),
        (f"{TOTAL}|exact", f"{TOTAL}|exact"),
        ("load", "load|median"),
        ("capacity.152mm-howitzer", "capacity.152mm-howitzer|median"),
        (f"{TOTAL} >= 1.5 million", f"{TOTAL}>=1500000|percent"),
        (f"{TOTAL}>=1,500,000|word", f"{TOTAL}>=1500000|word"),
        (f"{TOTAL} ≥ 1.5e6 | word", f"{TOTAL}>=1500000|word"),
        (f"{TOTAL}\u00a0<=\u00a03\u00a0million", f"{TOTAL}<=3000000|percent"),
        (f"{TOTAL} ≤ 900 thousand", f"{TOTAL}<=900000|percent"),
        (f"{TOTAL} >= 1_500_000", f"{TOTAL}>=1500000|percent"),
        (f"{TOTAL} >= 2 billion", f"{TOTAL}>=2000000000|percent"),
        ("load >= 0.7", "load>=0.7|percent"),
        ("claim.ua-gur-2024", "claim.ua-gur-2024|stated"),
        ("check.ua-gur-2024", "check.ua-gur-2024|verdict"),
        ("check.ua-gur-2024 | sentence", "check.ua-gur-2024|sentence"),
    ],
)
def test_names_are_read_and_written_in_one_form(case: Case, text: str, name: str) -> None:
    found = parse_quotation(case, text)
    assert found.name == name
    assert parse_quotation(case, found.name) == found


@pytest.mark.parametrize("amount", ["1e99 billion", "1e-99", "123456789.123456", "0.1", "1e14", "0"])
def test_the_name_of_a_probability_says_all_of_it(case: Case, amount: str) -> None:
    found = parse_quotation(case, f"{TOTAL} >= {amount}")
    assert parse_quotation(case, found.name) == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rounds.mxied@2024-06-14", r"did you mean rounds\.mixed@2024-06-14"),
        ("rounds.mixed", r"rounds\.mixed needs a date, as rounds\.mixed@2024-06-14"),
        ("rounds.mixed@2024-13-14", "2024-13-14"),
        ("rounds.mixed@2023-01-01", "not after the first shipment"),
        ("claim.ua-gur-2023", r"claim.*did you mean ua-gur-2024"),
        ("check.zzz", "claim.*known are"),
        ("", "estimate"),
        ("|", "estimate"),
        ("| headline", "estimate"),
    ],
)
def test_unknown_names_are_refused_with_close_ones(case: Case, text: str, message: str) -> None:
    with pytest.raises((UnknownNameError, UsageError), match=message):
        parse_quotation(case, text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{TOTAL} | headlin", "no form 'headlin'; did you mean headline"),
        (f"{TOTAL} | ", "no form ''; known are median, headline, range, exact"),
        (f"{TOTAL} | word", rf"a probability has words: ask for {re.escape(TOTAL)} >= VALUE \| word"),
        (f"{TOTAL} | median | range", "no form"),
        ("claim.ua-gur-2024 | headline", "known are stated"),
        ("check.ua-gur-2024 | range", "no form 'range'"),
        (f"{TOTAL} >= 1 | median", "known are percent, word"),
    ],
)
def test_unknown_forms_are_refused_with_close_ones(case: Case, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_quotation(case, text)


@pytest.mark.parametrize(
    ("amount", "number"), [("1.500.000", "1500000"), ("1,5 Mio", "1500000"), ("4.8M", "4800000")]
)
def test_an_amount_is_read_as_everywhere_else(case: Case, amount: str, number: str) -> None:
    assert parse_quotation(case, f"{TOTAL} >= {amount}").subject == f"{TOTAL}>={number}"


def test_what_is_no_amount_is_refused(case: Case) -> None:
    with pytest.raises(UsageError, match=r"^'many' is not an amount; write it as 1500000"):
        parse_quotation(case, f"{TOTAL} >= many")


@pytest.mark.parametrize(
    "text", [f"1 <= {TOTAL} <= 2", f"{TOTAL} > 1", f"{TOTAL} => 1", f"{TOTAL} >= 1 >= 2"]
)
def test_other_comparisons_are_refused(case: Case, text: str) -> None:
    with pytest.raises(ShellcountError):
        parse_quotation(case, text)


def test_a_long_name_is_refused_in_a_short_message_and_at_once(case: Case) -> None:
    for text in ("x" * 100_000, " " * 100_000 + ">", f"load | {'y' * 100_000}", f"load >= {'z' * 100_000}"):
        with pytest.raises(ShellcountError) as caught:
            parse_quotation(case, text)
        assert len(str(caught.value)) < 1000


# --- quoting -----------------------------------------------------------------------------


def test_an_estimate_in_every_form(posterior: Posterior) -> None:
    made = posterior.estimate(TOTAL)
    assert said(posterior, TOTAL) == "2.0 million"
    assert said(posterior, f"{TOTAL}|headline") == made.headline
    assert said(posterior, f"{TOTAL}|range") == "0.9 to 3.6 million"
    assert said(posterior, f"{TOTAL}|exact") == headline(made.range, made.unit, digits=3)
    assert "2.0 million rounds (90% interval 0.9 to 3.6 million)" in said(posterior, f"{TOTAL}|headline")


def test_every_form_of_every_kind_can_be_quoted(posterior: Posterior) -> None:
    names = {
        "estimate": TOTAL,
        "probability": f"{TOTAL} >= 1.5 million",
        "claim": "claim.ua-gur-2024",
        "check": "check.ua-gur-2024",
    }
    texts = [said(posterior, f"{names[kind]}|{form}") for kind, forms in FORMS.items() for form in forms]
    assert all(text and text.isprintable() for text in texts)
    assert set(names) == set(FORMS)


def test_a_probability_is_the_share_of_draws(posterior: Posterior) -> None:
    draws = posterior.draws(TOTAL)
    share = float((draws >= 1.5e6).mean())
    at_least = quoted(posterior, f"{TOTAL} >= 1.5 million")
    assert (at_least.value, at_least.text) == (share, f"{100 * share:.0f}%")
    assert at_least.estimate == posterior.estimate(TOTAL)
    assert quoted(posterior, f"{TOTAL} <= 1.5 million").value == float((draws <= 1.5e6).mean())
    assert said(posterior, f"{TOTAL} >= 1.5 million | word") == (
        f"{likelihood(share).split('(')[1].removesuffix(')')} ({probability(share)})"
    )


def test_what_stands_behind_a_text_comes_with_it(posterior: Posterior) -> None:
    made = quoted(posterior, f"{TOTAL} | range")
    assert (made.value, made.estimate, made.marks) == (
        made.estimate and made.estimate.p50,
        posterior.estimate(TOTAL),
        (),
    )
    stated = quoted(posterior, "claim.ua-gur-2024")
    assert (stated.value, stated.estimate, stated.marks) == (1.5e6, None, ())
    checked = quoted(posterior, "check.ua-gur-2024")
    (found,) = check(posterior, ("ua-gur-2024",)).leading
    assert (checked.value, checked.estimate) == (found.tail_probability, found.estimate)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rounds.mixed@2024-03-31", "no estimate of these results is called 'rounds.mixed@2024-03-31'"),
        (
            f"{TOTAL} >= 1.5 million",
            "no probability of these results is called 'rounds.mixed@2024-06-14>=1500000'",
        ),
        ("check.rok-mnd-2024-06", "no checked claim of these results is called 'rok-mnd-2024-06'"),
    ],
)
def test_what_the_results_do_not_hold_is_not_quoted(results: Results, text: str, message: str) -> None:
    with pytest.raises(UnknownNameError, match=re.escape(message)):
        quote(results, parse_quotation(results.case, text))


def test_an_analysis_computes_what_is_quoted_and_no_more(case: Case) -> None:
    asked = ("load", "load | range", f"{TOTAL} >= 1 million", "claim.ua-gur-2024", "check.ua-gur-2024 | word")
    parts = parts_of([parse_quotation(case, text) for text in asked])
    assert [quantity.subject for quantity in parts.quantities or ()] == ["load", "mixed"]
    assert [threshold.value for threshold in parts.thresholds] == [1e6]
    assert (parts.checks, parts.figures) == (("ua-gur-2024",), False)
    assert parts_of([]) == Parts(quantities=(), checks=(), figures=False)


@pytest.mark.parametrize(
    ("text", "percent"), [(f"{TOTAL} >= 1", "more than 99.99%"), (f"{TOTAL} >= 1 billion", "less than 0.01%")]
)
def test_no_probability_is_certain(posterior: Posterior, text: str, percent: str) -> None:
    assert said(posterior, text) == percent
    assert said(posterior, f"{text} | word").endswith(f" ({percent})")


@pytest.mark.parametrize(
    ("scale", "word"),
    [("icd203", "almost certain"), ("phia", "almost certain"), ("ipcc", "virtually certain")],
)
def test_words_are_of_the_scale_asked_for(posterior: Posterior, scale: str, word: str) -> None:
    assert said(posterior, f"{TOTAL} >= 1 | word", scale=scale) == f"{word} (more than 99.99%)"


def test_an_unknown_scale_is_refused(posterior: Posterior) -> None:
    with pytest.raises(UnknownNameError, match="scale"):
        said(posterior, f"{TOTAL} >= 1 | word", scale="kent")


def test_claims_are_quoted_as_stated(posterior: Posterior) -> None:
    assert said(posterior, "claim.ua-gur-2024") == "about 1.5 million"
    assert said(posterior, "claim.rok-mnd-2024-06") == "at least 10,000"


def test_checks_are_those_of_the_library(posterior: Posterior) -> None:
    found = check(posterior, ("ua-gur-2024",), scale="phia")[0]
    assert said(posterior, "check.ua-gur-2024") == found.verdict
    assert said(posterior, "check.ua-gur-2024|sentence", scale="phia") == found.sentence
    assert said(posterior, "check.ua-gur-2024|percent") == probability(found.tail_probability)
    assert said(posterior, "check.ua-gur-2024|word").endswith(f"({probability(found.tail_probability)})")


def test_a_claim_that_was_fit_is_not_checked(posterior: Posterior) -> None:
    with pytest.raises(UsageError, match="was fit"):
        said(posterior, "check.rok-mnd-2024-06")


def test_numbers_that_have_not_converged_are_marked_or_refused(case: Case) -> None:
    rough = quick_posterior(case, given="all")
    assert rough.estimate(ROUGH).not_quotable is not None
    texts = [ROUGH, f"{ROUGH}|headline", f"{ROUGH}>=1", f"{ROUGH}>=1|word", "check.rok-mnd-2024-02-sent"]
    assert all(said(rough, text).endswith(" (given all, not converged)") for text in texts)
    assert all(shorts(rough, text) == ["given all", "not converged"] for text in texts)
    assert said(rough, "check.rok-mnd-2024-02-sent|sentence").count("onverged") == 1
    assert "onverged" not in said(rough, "claim.ua-gur-2024")
    strict = fit(case, given="all", **FEW)
    for text in texts:
        with pytest.raises(ConvergenceError):
            said(strict, text)


# --- marks -------------------------------------------------------------------------------

WHAT_IF = ("load=0.9:0.99",)


@pytest.mark.parametrize(
    ("text", "changes", "expected"),
    [
        (TOTAL, (), []),
        (TOTAL, WHAT_IF, ["what-if"]),
        (f"{TOTAL} >= 1.5 million | sentence", WHAT_IF, ["what-if"]),
        ("check.ua-gur-2024", WHAT_IF, ["what-if"]),
        ("claim.ua-gur-2024", WHAT_IF, []),
        ("claim.ua-gur-2024", ("claim.ua-gur-2024=3e6",), ["what-if"]),
        ("claim.ua-gur-2024", ("claim.ua-gur-2024.hedge=exact",), ["what-if"]),
        ("claim.rok-mnd-2024-06", ("claim.rok-mnd-2024-06-capacity=5e6",), []),
        (TOTAL, ("scenario.half=152mm-howitzer:0.5,122mm-rocket:0.5",), []),
        (TOTAL, ("scenario.mixed=152mm-howitzer:0.5,122mm-rocket:0.5",), ["what-if"]),
        (TOTAL.replace("mixed", "all-122mm-rocket"), (), ["what-if"]),
        (TOTAL.replace("mixed", "122mm-rocket"), (), ["what-if"]),
        ("capacity.122mm-rocket", (), []),
        ("capacity.mixed", (), []),
        ("load", (), []),
        ("containers.munitions@2024-06-14", (), []),
    ],
)
def test_what_is_no_plain_finding_says_so(
    posterior: Posterior, text: str, changes: tuple[str, ...], expected: list[str]
) -> None:
    found = quoted(posterior, text, changes=changes)
    assert [mark.short for mark in found.marks] == expected
    assert found.text == marked(said(posterior, text), found.marks) or not changes
    assert ("(what-if)" in found.text) == bool(expected)


def test_a_conditioning_that_is_not_the_default_says_so(case: Case) -> None:
    for given, short in (
        ("all", "given all"),
        ("all-but:ua-gur-2024", "given all, without ua-gur-2024"),
        ("counts-but:rok-mnd-2024-06", "without rok-mnd-2024-06"),
    ):
        posterior = quick_posterior(case, given=given)
        assert short in shorts(posterior, TOTAL)
        assert f"({short}" in said(posterior, TOTAL)
        assert shorts(posterior, "claim.ua-gur-2024") == []


def test_a_sentence_keeps_its_full_stop_behind_its_marks(posterior: Posterior) -> None:
    plain = said(posterior, "check.ua-gur-2024 | sentence")
    assert plain.endswith(".")
    found = said(posterior, "check.ua-gur-2024 | sentence", changes=WHAT_IF)
    assert found == f"{plain[:-1]} (what-if)."


def test_a_scenario_names_itself_and_what_it_was_set_to(posterior: Posterior) -> None:
    change = "scenario.all-122mm-rocket=122mm-rocket:1"
    (mark,) = quoted(posterior, "rounds.all-122mm-rocket@2024-06-14", changes=(change,)).marks
    assert (mark.kind, mark.short) == ("scenario", "what-if")
    assert mark.long == (
        "what-if, scenario all-122mm-rocket (every artillery container carried 122mm rockets), not mixed, "
        f"given as {change}"
    )


def test_many_changes_are_cut_short(posterior: Posterior) -> None:
    changes = tuple(f"claim.c{place}={place}" for place in range(1_000))
    (mark,) = quoted(posterior, TOTAL, changes=changes).marks
    assert mark.long.startswith("what-if, with claim.c0=0, claim.c1=1, ")
    assert len(mark.long) <= 300


def test_hostile_words_of_a_case_come_out_on_one_printable_line(case: Case) -> None:
    def hostile(document: dict[str, Any]) -> None:
        for claimant in document["claimant"]:
            claimant["title"] = "<b>\x1b[31m\n\u202e{{ load }}" + "x" * 10_000

    rough = quick_posterior(edited(case, hostile))
    sentence = said(rough, "check.ua-gur-2024|sentence")
    assert sentence.isprintable()
    assert "<b>\\x1b[31m \\u202e{{ load }}x" in sentence


def test_of_a_yardstick_the_percentage_is_that_of_its_sentence(posterior: Posterior) -> None:
    percent = said(posterior, "check.eu-deliveries-2024-06 | percent")
    assert f" {percent} chance that the total exceeds it" in said(
        posterior, "check.eu-deliveries-2024-06 | sentence"
    )
