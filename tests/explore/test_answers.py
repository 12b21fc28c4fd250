"""Answers to edits: the texts of the report, from the numbers of an analysis of the edited case."""

import json
import threading
from collections.abc import Mapping
from typing import Any

import pytest
from sampled import SAMPLE, written

import shellcount
from shellcount.analysis import Parts, analyse
from shellcount.case.changes import parse_change
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.engines.settings import Settings
from shellcount.errors import LimitError
from shellcount.explore import waiting
from shellcount.explore.answers import Answers, Asked, SupersededError
from shellcount.explore.controls import controls
from shellcount.explore.edits import Edits, applied
from shellcount.explore.uses import Use
from shellcount.explore.view import View
from shellcount.posterior.posterior import Posterior
from shellcount.report.brief import compose_brief
from shellcount.report.content import answer
from shellcount.results.mark import marked, sentences
from shellcount.results.results import Results
from shellcount.wording import phrases

CASE = load_case()
SMALL = Settings(points=512)
STATE: Mapping[str, Use] = {"claim:us-state-2024-02": "check"}
TWENTY = [
    Edits(),
    Edits({"load": "0.5:0.8"}),
    Edits({"load": "0.7"}),
    Edits({"payload_share": "0.6:0.9"}),
    Edits({"stowage": "0.6:0.7"}),
    Edits({"artillery_share": "0.6:0.95"}),
    Edits({"mix_spread": "0.4"}),
    Edits({"mix.122mm-rocket": "0.4"}),
    Edits({"152mm-howitzer.complete.mass_kg": "55:60"}),
    Edits({"cube_m3": "30"}),
    Edits({"munitions_share": "0.4:0.9"}),
    Edits({"rate_walk_sd": "0.1"}),
    Edits({"claim.rok-mnd-2024-06": "12000"}),
    Edits({"claim.rok-mnd-2024-06.as_of": "2024-05-20"}),
    Edits({"claim.rok-mnd-2024-06.hedge": "about"}),
    Edits({"claimant.rok-mnd.grade": "D"}),
    Edits({"hedges": "ferson-2015"}),
    Edits(uses=STATE),
    Edits({"load": "0.5:0.8"}, {"claimant:rok-mnd": "out"}),
    Edits(day="2024-02-01"),
]


@pytest.fixture(autouse=True)
def no_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, nothing is told because time passes."""
    monkeypatch.setattr(waiting, "_EVERY", 1e6)


@pytest.fixture(scope="module")
def answers() -> Answers:
    return Answers(CASE, settings=SMALL)


def analysed(edits: Edits) -> Results:
    """What the API gives for the edited case, made without the explorer but for its parsing of the edits."""
    made = applied(CASE, edits)
    changed = shellcount.with_changes(CASE, dict(map(parse_change, made.case.changes)))
    assert changed == made.case
    parts = Parts(days=() if made.day is None else (made.day,), figures=False, drivers=True)
    return analyse(changed, parts, given=str(made.given), settings=SMALL)


@pytest.mark.filterwarnings("ignore::shellcount.ConflictWarning")
@pytest.mark.parametrize("edits", TWENTY, ids=lambda edits: json.dumps(edits.document())[:60])
def test_texts_are_those_of_the_api_and_of_the_report(answers: Answers, edits: Edits) -> None:
    view, results = answers.view(edits), analysed(edits)
    assert (view.status, view.message, view.fresh, view.whole) == ("ready", "", True, True)
    assert view.faults == ()
    assert view.answer is not None
    estimate = results.answer
    assert view.answer.name == estimate.name
    assert view.answer.figure == marked(f"{estimate.words()[0]} rounds", results.answer_marks)
    assert (view.answer.range50, view.answer.range90) == estimate.words()[1:]
    assert view.answer.sentence == answer(results)
    assert " ".join(view.answer.marks) == sentences(results.answer_marks)
    low, _, middle, _, high = view.answer.quantiles
    assert (low, middle, high) == (estimate.p05, estimate.p50, estimate.p95)
    checked = {each.claim: (each.verdict, each.sentence) for each in results.checks.leading}
    fitted = {each.claim.id for each in results.fitted}
    assert {each.claim for each in view.verdicts if each.verdict == "fitted"} == fitted
    shown = {each.claim: (each.verdict, each.sentence) for each in view.verdicts if each.claim in checked}
    assert shown == checked
    assert edits.day or view.timelines[0].bands[-1].quantiles == view.answer.quantiles
    assert results.drivers is not None
    assert view.tornado is not None
    assert view.answer.drives == results.drivers.worded("this range")
    shares = [phrases.percent(each.share, each.mcse) for each in results.drivers.drivers]
    assert [bar.text for bar in view.tornado.bars[:-1]] == shares


def test_texts_are_those_of_the_brief(answers: Answers) -> None:
    edits = Edits({"load": "0.5:0.8"})
    view, brief = answers.view(edits), compose_brief(answers.results(edits))
    assert view.answer is not None
    assert view.answer.figure == brief.figure
    assert (("90% interval", view.answer.range90), ("even odds", view.answer.range50)) == brief.intervals
    assert brief.answer.startswith(view.answer.sentence)
    assert view.answer.drives == brief.drives
    checked = [each.verdict for each in view.verdicts if each.verdict != "fitted"]
    assert sorted(row[0] for row in brief.stated.rows) == sorted(checked)


def test_chances_are_those_of_statements(answers: Answers) -> None:
    edits = Edits({"load": "0.5:0.8"})
    view = answers.view(edits, asked=Asked(2.04e6))
    posterior = shellcount.fit(applied(CASE, edits).case, points=512)
    assert view.exceeding is not None
    assert view.exceeding.step == 1e5
    chosen = view.exceeding.chances[view.exceeding.place]
    assert chosen.at == 2e6
    found = posterior.probability("rounds.mixed@2024-06-14 >= 2 million")
    assert chosen.text == f"P(at least 2 million) = {found.words}"
    was = shellcount.fit(CASE, points=512).probability("rounds.mixed@2024-06-14 >= 2 million")
    assert chosen.was == was.words
    for chance in view.exceeding.chances[::7]:
        one = posterior.probability(f"rounds.mixed@2024-06-14 >= {chance.at!r}")
        assert chance.words.startswith("At least ")
        assert f": {one.words} ({one.word()}) (what-if)" in chance.words


@pytest.mark.parametrize("edits", [Edits(), Edits({"claim.eu-deliveries-2024-06": "600000"})])
def test_the_case_is_not_shown_beside_an_answer_that_is_its_own(answers: Answers, edits: Edits) -> None:
    view = answers.view(edits)
    assert view.density is not None
    assert view.exceeding is not None
    assert view.density.case is None
    assert {chance.was for chance in view.exceeding.chances} == {""}
    assert {band.was for each in view.timelines for band in each.bands} == {None}
    other = answers.view(Edits({"load": "0.5:0.8"}))
    assert other.density is not None
    assert other.density.case is not None
    assert {band.was is None for band in other.timelines[0].bands} == {False}
    assert {band.was for each in other.timelines[1:] for band in each.bands} == {None}


def test_a_scenario_answers_in_place_of_the_first(answers: Answers) -> None:
    view = answers.view(Edits(scenario="all-122mm-rocket"))
    assert view.answer is not None
    estimate = shellcount.fit(CASE, points=512).estimate("rounds.all-122mm-rocket@2024-06-14")
    assert view.answer.name == estimate.name
    assert view.answer.quantiles[2] == estimate.p50
    assert view.answer.figure.endswith("(what-if)")
    assert view.timelines[0].bands[-1].quantiles == view.answer.quantiles


def test_the_sample_is_what_the_explorer_shows() -> None:
    assert SAMPLE.read_text(encoding="utf-8") == written()


# --- what goes wrong ---------------------------------------------------------------------


def test_a_fault_of_an_edit_is_told_and_the_rest_is_applied(answers: Answers) -> None:
    view = answers.view(Edits({"load": "0.5:0.8", "stowage": "2:3"}))
    assert (view.status, view.fresh) == ("ready", True)
    assert list(dict(view.faults)) == ["stowage"]
    assert view.command == "shellcount report --set load=0.5:0.8 --points 512"


def test_what_has_no_answer_leaves_the_last_one_marked_as_not_of_these_edits() -> None:
    answers = Answers(CASE, settings=SMALL)
    before = answers.view(Edits({"load": "0.7"}), serial=1)
    beyond = {"flow.step_days": "1", "claim.rok-mnd-2024-06.as_of": "2043-01-01"}
    view = answers.view(Edits(beyond), serial=2)
    assert (view.serial, view.status, view.fresh) == (2, "fault", False)
    assert "7,067 coordinates" in view.message
    assert view.command.startswith("shellcount report --set flow.step_days=1 ")
    assert view.answer == before.answer
    assert answers.view(Edits({"load": "0.7"}), serial=3).fresh


def test_without_any_answer_only_the_fault_is_shown() -> None:
    view = Answers(CASE, settings=Settings(runs=4, points=64)).view(Edits(), serial=5)
    assert (view.serial, view.status, view.fresh, view.answer) == (5, "fault", False, None)
    assert "has not converged" in view.message


def test_a_case_without_an_answer_has_controls_and_is_compared_with_the_first_that_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = Answers(CASE, settings=SMALL)
    fit = answers._fits.fit

    def refusing(case: Case, settings: Settings, **how: Any) -> Posterior:
        if case.digest == CASE.digest and str(how["given"]) == "counts":
            raise LimitError("it needs too much")
        return fit(case, settings, **how)

    monkeypatch.setattr(answers._fits, "fit", refusing)
    view = answers.view(Edits())
    assert (view.status, view.message, view.answer) == ("fault", "it needs too much", None)
    before = answers.before()
    assert before.drivers is not None
    assert before.run.given == "counts"
    first = answers.view(Edits({"load": "0.5"}))
    assert (first.status, first.changes) == ("ready", ())
    assert len(answers.view(Edits({"load": "0.6"})).changes) == 1


def test_a_pin_without_an_answer_is_left_out(answers: Answers) -> None:
    beyond = Edits({"flow.step_days": "1", "claim.rok-mnd-2024-06.as_of": "2043-01-01"})
    view = answers.view(Edits(), asked=Asked(pins=(("none", beyond), ("half", Edits({"load": "0.5"})))))
    assert view.density is not None
    assert [curve.label for curve in view.density.pins] == ["half"]


def test_the_answer_comes_before_what_takes_longer(answers: Answers) -> None:
    told: list[View] = []
    edits = Edits({"claim.rok-mnd-2024-06": "11111"})
    view = answers.view(edits, serial=9, tell=told.append)
    assert [(each.serial, each.whole, each.tornado is None) for each in (*told, view)] == [
        (9, False, True),
        (9, False, False),  # before the fits without single claims, which decide on conflicts
        (9, True, False),
    ]
    assert told[0].exceeding == view.exceeding
    assert told[0].answer is not None
    assert view.answer is not None
    assert told[0].answer.sentence == view.answer.sentence


def test_a_long_fit_is_told_before_it_begins(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "seconds", lambda *_: 42.0)
    before = answers.view(Edits())
    told: list[View] = []
    answers.view(Edits({"claim.rok-mnd-2024-06": "11222"}), serial=4, tell=told.append)
    first = told[0]
    assert (first.serial, first.status, first.fresh, first.whole) == (4, "fitting", False, False)
    assert first.message == (
        "Fitting by importance sampling (engine is), about 40 seconds. "
        "Until then, the answer is that of earlier edits."
    )
    assert first.waited == "0 s so far"
    assert first.answer == before.answer
    assert [(each.status, each.waited) for each in told[1:]] == [("ready", "")] * len(told[1:])


def test_the_first_fit_of_all_has_no_answer_of_earlier_edits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "seconds", lambda *_: 42.0)
    told: list[View] = []
    Answers(CASE, settings=SMALL).view(Edits(), tell=told.append)
    assert told[0].message == "Fitting by importance sampling (engine is), about 40 seconds."
    assert told[0].answer is None


def test_a_fit_that_is_stopped_leaves_the_last_answer_and_can_be_made_again(answers: Answers) -> None:
    before, edits = answers.view(Edits()), Edits({"claim.rok-mnd-2024-06": "11444"})
    view = answers.view(edits, serial=7, stopped=lambda: True)
    assert (view.serial, view.status, view.fresh, view.whole) == (7, "stopped", False, True)
    assert view.message == "The fit was stopped: the answer is that of earlier edits."
    assert view.answer == before.answer
    assert view.command == "shellcount report --set claim.rok-mnd-2024-06=11444 --points 512"
    again = answers.view(edits, serial=8)
    assert (again.status, again.fresh) == ("ready", True)


def test_a_stopped_fit_of_the_case_is_not_one_that_has_no_answer() -> None:
    answers = Answers(CASE, settings=SMALL)
    assert answers.view(Edits(), stopped=lambda: True).answer is None
    answers.view(Edits({"load": "0.5"}))
    assert answers.view(Edits()).changes == ()  # compared with itself


def test_edits_that_later_ones_wait_behind_are_given_up(answers: Answers) -> None:
    answers.view(Edits())
    with pytest.raises(SupersededError):
        answers.view(Edits({"claim.rok-mnd-2024-06": "11333"}), superseded=lambda: True)
    assert answers.view(Edits()).fresh


# --- pins, and who asks ------------------------------------------------------------------


def test_at_most_three_pins_are_laid_over_the_answer(answers: Answers) -> None:
    pins = tuple((f"pin {load}", Edits({"load": str(load)})) for load in (0.5, 0.6, 0.7, 0.8))
    view = answers.view(Edits({"load": "0.9"}), asked=Asked(pins=pins))
    assert view.density is not None
    assert [curve.label for curve in view.density.pins] == ["pin 0.5", "pin 0.6", "pin 0.7"]
    assert view.density.case is not None
    medians = [curve.median for curve in view.density.pins]
    assert medians == sorted(medians)
    assert max(height for _, height in view.density.pins[0].points) == pytest.approx(1.0)
    for curve in (view.density.now, view.density.case, *view.density.pins):
        assert view.density.axis.low <= curve.points[0][0] <= curve.points[-1][0] <= view.density.axis.high


def test_no_move_needs_sampling_where_the_likelihood_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers(CASE, settings=SMALL)
    answers.view(Edits())
    monkeypatch.setattr(
        "shellcount.posterior.remapping.fit_with", lambda *_, **__: pytest.fail("it was sampled")
    )
    monkeypatch.setattr(
        "shellcount.checks.leave_one_out.fit_with", lambda *_, **__: pytest.fail("it was sampled")
    )
    for edits in (Edits({"load": "0.6:0.8"}), Edits({"mix_spread": "0.4"}), Edits(day="2024-01-01")):
        assert answers.view(edits).status == "ready"


def test_threads_have_the_digits_of_one(answers: Answers) -> None:
    asked = [Edits({"load": f"0.{place}"}) for place in (5, 6, 7)]
    alone = [answers.view(edits).document() for edits in asked]
    found: dict[int, object] = {}

    def ask(place: int) -> None:
        found[place] = answers.view(asked[place]).document()

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[place] for place in range(3)] == alone


def test_results_are_those_of_a_report(answers: Answers) -> None:
    edits = Edits({"load": "0.5:0.8"}, day="2024-02-01")
    results = answers.results(edits)
    assert results.command == "shellcount report --set load=0.5:0.8 --at 2024-02-01 --points 512"
    assert results.answer == analysed(edits).answer


def test_controls_of_the_base_case_begin_with_what_drives_it(answers: Answers) -> None:
    listed = controls(answers.before())
    assert next(control.name for control in listed if control.section == "What drives the range") == "load"
    assert {control.name for control in listed} == {each.name for each in controls(answers.results(Edits()))}


def test_other_nouns_and_claims_of_another_case() -> None:
    case = load_case("black-sea-grain-2022")
    view = Answers(case, settings=SMALL, path="black-sea-grain-2022").view(Edits())
    assert view.answer is not None
    assert view.answer.name.startswith("tonnes.")
    assert view.command == "shellcount report black-sea-grain-2022 --points 512"
