"""What a page computes with other assumptions is what a fit of the changed case gives."""

from __future__ import annotations

import numpy as np
import pytest

from moving import places, refitted, units_apart
from shellcount.analysis import Parts, analyse
from shellcount.case.changes import parse_change, with_changes
from shellcount.case.families import Family, families
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.insight.drivers import drivers_of
from shellcount.insight.moving import Sliders
from shellcount.insight.what_if import _Recording, what_if_of
from shellcount.model.evaluation import coordinates_used
from shellcount.model.identity import likelihood_key
from shellcount.model.model import build_model
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.posterior.remapping import refit
from shellcount.results.results import Results
from shellcount.results.standard import answering
from shellcount.results.what_if import WhatIf

SHIPPED = ("dprk-russia-2024", "black-sea-grain-2022", "channel-2023")


def small(case: Case, given: str = "counts") -> Posterior:
    return fit(case, given=given, engine="smc", runs=4, particles=64, allow_unconverged=True)


@pytest.fixture(scope="module")
def what_if(results: Results) -> WhatIf:
    assert results.what_if is not None
    return results.what_if


def assert_exact(posterior: Posterior, movable: list[Family], *, count: int) -> None:
    """The program, with numbers of all digits, gives the draws of a fit of the changed case."""
    quantity = answering(posterior.case)
    sliders, program, columns = _Recording(posterior, quantity).recorded(movable, np.arange(100))
    program.verify()
    what_if = WhatIf(tuple(sliders.movables), tuple(sliders.grids), program, 100, (), "")
    for at in [what_if.now, *places(what_if, count)]:
        numbers = [what_if.grids[s.grid].numbers[place] for s, place in zip(what_if.sliders, at, strict=True)]
        changed = with_changes(posterior.case, dict(map(parse_change, what_if.changes(at))))
        assert likelihood_key(build_model(changed, posterior.run.given)) == likelihood_key(posterior.model)
        expected = refit(posterior, changed).draws_of(quantity).ravel()[:100]
        assert np.allclose(program.evaluate(numbers, columns), expected, rtol=1e-12, atol=0)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_program_is_the_formula_of_the_model(name: str) -> None:
    posterior = small(load_case(name))
    drivers = drivers_of(posterior, answering(posterior.case))
    assert drivers is not None
    movable = _Recording(posterior, answering(posterior.case)).movable(drivers)
    assert movable
    assert_exact(posterior, movable, count=3)


def test_every_assumption_that_no_claim_informs_can_be_moved(case: Case) -> None:
    posterior = small(case)
    quantity = answering(case)
    used = coordinates_used(posterior.model, lambda evaluation: evaluation.quantity(quantity))
    groups = families(case, set(used) - set(posterior.model.informed))
    found = Sliders(case, posterior.model.parameters)
    movable = [group for group in groups if found.add(group)]
    assert {"load", "artillery_share", "mix", "packing", "payload_share", "stowage"} <= {
        group.name for group in movable
    }
    assert "masses" not in {group.name for group in movable}  # ten sliders are too many
    assert_exact(posterior, movable, count=3)


# --- the draws -------------------------------------------------------------------------------------------


def test_twenty_settings_print_what_a_fit_of_the_changed_case_does(
    posterior: Posterior, results: Results, what_if: WhatIf
) -> None:
    answer = results.answer
    apart = [
        units_apart(what_if.moved(at, answer), refitted(posterior, what_if, at, answer.name))
        for at in places(what_if, 20)
    ]
    assert max(apart) <= 1 + 1e-9
    assert sum(each < 0.5 for each in apart) >= 10  # most print the same


def test_where_nothing_is_moved_the_text_is_that_of_the_report(results: Results, what_if: WhatIf) -> None:
    assert what_if.moved(what_if.now, results.answer).words() == results.answer.words()
    assert what_if.changes(what_if.now) == ()
    assert what_if.draws > 10_000
    assert len(what_if.levels) == what_if.draws * what_if.program.columns


def test_the_largest_drivers_can_be_moved(results: Results, what_if: WhatIf) -> None:
    assert results.drivers is not None
    large = [each.name for each in results.drivers.drivers if each.kind == "prior" and each.share >= 0.05]
    assert [movable.name for movable in what_if.movables] == large == ["load", "artillery_share", "mix"]
    settings = [slider.setting for slider in what_if.sliders]
    assert settings[:4] == ["load", "load", "artillery_share", "artillery_share"]
    assert settings[4:] == [*(f"mix.{nature.id}" for nature in results.case.nature), "mix_spread"]


def test_a_driver_that_would_leave_too_few_draws_is_left_out(
    posterior: Posterior, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shellcount.insight.what_if._ROOM", 24_000)  # the mix needs nine columns
    found = what_if_of(posterior, answering(posterior.case), results.drivers)
    assert found is not None
    assert [movable.name for movable in found.movables] == ["load", "artillery_share"]
    monkeypatch.setattr("shellcount.insight.what_if._ROOM", 100)
    assert what_if_of(posterior, answering(posterior.case), results.drivers) is None


def test_where_claims_inform_everything_there_is_nothing_to_move(results_all: Results) -> None:
    assert results_all.what_if is None


def test_numbers_that_have_not_converged_are_not_moved(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shellcount.maths.diagnostics.ESS_LIMIT", 1e9)
    posterior = small(case)
    assert posterior.estimate_of(answering(case)).not_quotable is not None
    assert what_if_of(posterior, answering(case), drivers_of(posterior, answering(case))) is None


def test_an_analysis_without_figures_leaves_it_out(case: Case) -> None:
    assert analyse(small(case), Parts(figures=False)).what_if is None
