"""A comparison says what moved, by how much and why, in sentences and in numbers that agree."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from test_comparison_differences import added_claim, reworded

from building import edited
from shellcount.analysis import Parts, analyse
from shellcount.case.changes import Change as Value
from shellcount.case.changes import with_changes
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.comparison.diff import SCHEMA, Diff, diff, leading
from shellcount.comparison.sides import Side, read_side
from shellcount.errors import UnknownNameError, UsageError
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.numbers_json import checksum, numbers_json, to_json

MINIMAL = load_case(Path(__file__).parents[1] / "cases" / "good_minimal.toml")
ROUNDS, TRUCKS = "parcels.mixed@2025-03-07", "trucks.parcels@2025-03-07"
STANDARD = Parts(checks=(), figures=False)
QUICK: dict[str, Any] = {"seed": 1, "allow_unconverged": True}


def side(case: Case, origin: str = "a case", **options: Any) -> Side:
    return Side(origin, analyse(fit(case, **{**QUICK, **options}), STANDARD))


def changed(changes: Mapping[str, Value], **options: Any) -> Side:
    return side(with_changes(MINIMAL, changes), "new.toml", **options)


def written(found: Diff) -> Any:
    """The comparison as programs read it."""
    return json.loads(to_json(found.document()))


def effects(found: Diff) -> dict[str, str]:
    return {change.path: change.effect for change in found.changes}


def worded(found: Diff) -> str:
    return "\n".join(found.sentences)


@pytest.fixture(scope="module")
def old() -> Side:
    return side(MINIMAL, "old.toml")


@pytest.fixture(scope="module")
def two(old: Side) -> Diff:
    """A prior and a claim changed, whose effects multiply."""
    return diff(old, changed({"load": (0.4, 0.7), "claim.crossed": 700}))


# --- what moved --------------------------------------------------------------------------


def test_a_run_beside_itself_is_said_to_be_the_same(old: Side) -> None:
    found = diff(old, old)
    assert found.identical
    assert found.sentences == ("The two are the same run: nothing differs.",)
    assert (found.changes, found.added, found.removed) == ((), (), ())
    assert found.attribution.refits == 0
    assert {move.within_error for move in found.moves.values()} == {True}


def test_every_estimate_of_both_is_compared(old: Side, two: Diff) -> None:
    assert list(two.moves) == list(old.estimates)
    values = written(two)["moves"][ROUNDS]
    new = two.new.estimates[ROUNDS]
    assert values["old"] == {
        name: getattr(old.estimates[ROUNDS], name) for name in ("p05", "p50", "p95", "mcse_p50")
    }
    assert values["relative"] == new.p50 / old.estimates[ROUNDS].p50 - 1
    combined = math.hypot(old.estimates[ROUNDS].mcse_p50, new.mcse_p50)
    assert values["errors"] == pytest.approx((new.p50 - old.estimates[ROUNDS].p50) / combined)
    assert not values["within_error"]


def test_names_of_one_side_only_are_listed(old: Side) -> None:
    def fewer(document: dict[str, Any]) -> None:
        document["scenario"] = document["scenario"][:1]
        document["claim"] = document["claim"][:1]
        document["nature"] = document["nature"][:1]

    found = diff(old, side(edited(MINIMAL, fewer)))
    gone = {"parcels.all-food@2025-03-07", "capacity.hygiene", "parcels.mixed@2025-02-01", "mix.food"}
    assert gone <= set(found.removed)
    assert found.added == ()
    assert "Only in the old run: " in worded(found)
    back = diff(found.new, old)
    assert (back.added, back.removed) == (tuple(sorted(found.removed, key=list(old.estimates).index)), ())
    assert "Only in the new run: " in worded(back)


# --- why ---------------------------------------------------------------------------------


def test_one_claim_that_changed_explains_all_of_the_move(old: Side) -> None:
    found = diff(old, changed({"claim.crossed": 700}))
    assert effects(found) == {"claim.crossed": "estimates"}
    (step,) = found.attribution.steps[ROUNDS]
    assert found.share(ROUNDS, step) == pytest.approx(1.0)
    assert found.attribution.refits == 0
    start, end = found.sentence(ROUNDS).split(": ", 1)
    assert start.startswith(f"{ROUNDS} rose from ")
    assert end == "mostly because claim crossed changed (value from 420 to 700), 100% of the move."


def test_changes_that_multiply_share_the_move(two: Diff) -> None:
    claim, load = two.attribution.steps[ROUNDS]
    assert (claim.paths, load.paths) == (("claim.crossed",), ("priors.load",))
    assert claim.log_step > 0 > load.log_step
    shares = [two.share(ROUNDS, step) for step in (claim, load)]
    assert sum(share or 0.0 for share in shares) == pytest.approx(1.0)
    assert "partly offset because prior load changed" in two.sentence(ROUNDS)


def test_a_change_that_does_nothing_has_no_share(two: Diff) -> None:
    _, load = two.attribution.steps[TRUCKS]
    assert two.share(TRUCKS, load) == pytest.approx(0.0, abs=1e-12)
    assert "load" not in two.sentence(TRUCKS)


def test_another_seed_alone_moves_nothing_beyond_error(old: Side) -> None:
    found = diff(old, side(MINIMAL, seed=2), names=[ROUNDS, TRUCKS])
    assert effects(found) == {"run.seed": "estimates"}
    for name in (ROUNDS, TRUCKS):
        assert found.moves[name].within_error
        assert found.sentence(name).endswith("within Monte Carlo error.")
        (step,) = found.attribution.steps[name]
        assert step.log_step != 0
        assert found.share(name, step) is None
    assert found.steps_table().rows == ()


def test_other_words_move_nothing_and_are_said_to_be_words(old: Side) -> None:
    found = diff(old, side(edited(MINIMAL, reworded)))
    assert set(effects(found).values()) == {"wording"}
    assert {move.new.p50 - move.old.p50 for move in found.moves.values()} == {0.0}
    assert not found.identical
    assert "No change affects an estimate." in found.sentences
    assert {row[2] for row in found.changes_table().rows} == {"nothing: wording only"}
    assert found.attribution.refits == 0


def test_the_same_estimate_under_another_noun_is_compared(old: Side) -> None:
    def renamed(document: dict[str, Any]) -> None:
        document["case"] |= {"item": "boxes", "carrier": "lorries"}
        document["priors"]["load"] |= {"low": 0.4, "high": 0.7}

    found = diff(old, side(edited(MINIMAL, renamed)))
    assert (found.added, found.removed) == ((), ())
    assert found.names[:3] == (
        "boxes.mixed@2025-03-07",
        "lorries.all-aid@2025-03-07",
        "lorries.parcels@2025-03-07",
    )
    (step,) = found.attribution.steps["boxes.mixed@2025-03-07"]
    assert step.paths == ("priors.load",)
    assert found.share("boxes.mixed@2025-03-07", step) == pytest.approx(1.0)


def test_a_claim_with_claimant_and_source_of_its_own_is_one_change(old: Side) -> None:
    for found in (
        diff(old, side(edited(MINIMAL, added_claim))),
        diff(side(edited(MINIMAL, added_claim)), old),
    ):
        assert list(effects(found)) == ["claim.heard"]
        (step,) = found.attribution.steps[TRUCKS]
        assert found.share(TRUCKS, step) == pytest.approx(1.0)


def test_a_claim_that_nothing_fits_moves_nothing(old: Side) -> None:
    found = diff(old, changed({"claim.could-hold": 500_000}))
    assert effects(found) == {"claim.could-hold": "checks"}
    assert [row[2] for row in found.changes_table().rows] == ["checks only"]
    assert {move.new.p50 - move.old.p50 for move in found.moves.values()} == {0.0}


def test_what_is_conditioned_on_is_a_change(old: Side) -> None:
    found = diff(old, side(MINIMAL, given="all"))
    assert effects(found) == {"run.given": "estimates"}
    assert "because the conditioning changed (from counts to all)" in found.sentence("capacity.food")


def test_other_versions_are_told_and_measured(posterior: Posterior, tmp_path: Path) -> None:
    results = analyse(posterior, STANDARD)
    values: Any = numbers_json(results)
    run = dataclasses.replace(posterior.run, versions={**posterior.run.versions, "numpy": "1.0"})
    values["run"] = run.document()
    name = "rounds.mixed@2024-06-14"
    for quantile in ("p05", "p25", "p50", "p75", "p95"):
        values["estimates"][name][quantile] *= 0.8
    path = tmp_path / "numbers.json"
    path.write_text(to_json({**values, "checksum": checksum(values)}), "utf-8")
    found = diff(read_side(path), Side("new", results))
    assert effects(found) == {"run.versions": "estimates"}
    (step,) = found.attribution.steps[name]
    assert step.log_step == pytest.approx(math.log(1 / 0.8))
    assert found.sentence(name).endswith(
        "(+25%): mostly because the library versions changed "
        f"(numpy from 1.0 to {posterior.run.versions['numpy']}), 100% of the move."
    )


def test_changes_that_need_each_other_are_said_to_be_counted_together(old: Side) -> None:
    def with_tents(document: dict[str, Any]) -> None:
        document["nature"] = (*document["nature"], {**document["nature"][1], "id": "tents"})
        document["scenario"] = (
            *document["scenario"],
            {"id": "all-tents", "title": "T", "mix": {"tents": 1.0}},
        )

    found = diff(old, side(edited(MINIMAL, with_tents)))
    assert "nature tents was added and scenario all-tents was added (counted together)" in found.sentence(
        "capacity.mixed"
    )


# --- which estimates ---------------------------------------------------------------------


def test_the_leading_estimates_are_explained(old: Side) -> None:
    expected = (
        ROUNDS,
        "trucks.all-aid@2025-03-07",
        TRUCKS,
        *("capacity.food", "capacity.hygiene", "capacity.mixed"),
    )
    assert leading(old, old) == expected
    assert diff(old, old).names == expected


def test_the_last_date_of_both_counts(old: Side) -> None:
    later = changed({"claim.crossed.as_of": "2025-03-20"})
    assert leading(old, later)[0] == "parcels.mixed@2025-03-01"


def test_others_may_be_asked_for(two: Diff) -> None:
    found = diff(two.old, two.new, names=["load", "load"])
    assert found.names == ("load",)
    assert [row[0] for row in found.steps_table().rows] == ["load", "load"]


def test_an_estimate_that_one_side_lacks_cannot_be_explained(old: Side) -> None:
    with pytest.raises(
        UnknownNameError, match="no estimate of both sides is called 'laod'; did you mean load"
    ):
        diff(old, old, names=["laod"])


def without_estimates(side: Side, origin: str) -> Side:
    return Side(origin, dataclasses.replace(side.results, estimates={}))


def test_a_side_without_estimates_is_refused_by_name(old: Side) -> None:
    empty = without_estimates(old, "checks.json")
    message = (
        r"^checks\.json contains no estimates that both sides have; "
        r"write it with shellcount report or estimate --json$"
    )
    for sides in ((old, empty), (empty, old), (empty, empty)):
        with pytest.raises(UsageError, match=message):
            diff(*sides)


def test_sides_without_estimates_in_common_are_refused_by_name(old: Side) -> None:
    names = list(old.estimates)
    halves = [
        Side(origin, dataclasses.replace(old.results, estimates={name: old.estimates[name]}))
        for origin, name in (("a.json", names[0]), ("b.json", names[1]))
    ]
    empty = [without_estimates(old, "a.json"), without_estimates(old, "b.json")]
    for sides in (halves, empty):
        with pytest.raises(UsageError, match=r"^a\.json and b\.json contain no estimates that both"):
            diff(*sides)


def test_a_side_without_estimates_is_refused_before_a_name_is_sought(old: Side) -> None:
    with pytest.raises(UsageError, match="contains no estimates"):
        diff(old, without_estimates(old, "checks.json"), names=["load"])


# --- how it is told ----------------------------------------------------------------------


def test_the_document_is_stable_and_whole(two: Diff) -> None:
    again = diff(two.old, two.new)
    assert to_json(again.document()) == to_json(two.document())
    values = written(two)
    assert set(values) == {
        *("schema", "old", "new", "identical", "moves", "added", "removed"),
        *("marks", "changes", "explained", "refits", "sentences"),
    }
    assert values["schema"] == SCHEMA == "shellcount/diff/1"
    assert values["old"] == {"origin": "old.toml", "run": two.old.run.document()}
    assert values["refits"] == 2
    steps = values["explained"][ROUNDS]
    assert [step["share"] for step in steps] == [
        two.share(ROUNDS, step) for step in two.attribution.steps[ROUNDS]
    ]
    (field,) = values["changes"][0]["fields"]
    assert field == {"name": "value", "old": 420.0, "new": 700.0, "effect": "estimates"}


def test_rows_fit_their_heads(two: Diff) -> None:
    for table in (two.moves_table(), two.changes_table(), two.steps_table()):
        assert {len(row) for row in table.rows} == {len(table.head)}


def test_tables_are_those_that_have_something_to_show(old: Side, two: Diff) -> None:
    captions = ("From old.toml to new.toml (what-if)", "What changed", "Why the estimates moved")
    assert tuple(table.caption for table in two.tables()) == captions
    assert diff(old, old).tables() == ()
    unmoved = diff(old, side(edited(MINIMAL, reworded)))
    assert [table.caption for table in unmoved.tables()] == ["From old.toml to a case", "What changed"]


def test_rows_show_what_moved_and_what_is_explained(two: Diff) -> None:
    shown = {row[0] for row in two.moves_table().rows}
    moved = {name for name, move in two.moves.items() if not move.within_error}
    assert shown == moved | set(two.names)
    assert "stowage" not in shown


def test_numbers_that_have_not_converged_are_marked(old: Side) -> None:
    new = changed({"load": (0.4, 0.7)}, engine="smc", particles=64, runs=4)
    name = next(name for name, made in new.estimates.items() if made.not_quotable is not None)
    found = diff(old, new, names=[name])
    assert "Not converged: " in found.sentence(name)
    assert f"{name} (not converged)" in [row[0] for row in found.moves_table().rows]
    assert written(found)["moves"][name]["not_quotable"] == new.estimates[name].not_quotable


def test_no_text_steers_a_terminal(old: Side) -> None:
    def hostile(document: dict[str, Any]) -> None:
        document["case"].update(item="\x1b[31m\n", title="\u202e")
        document["claim"][0].update(value=700.0, summary="\x1b[31m")

    new = dataclasses.replace(side(edited(MINIMAL, hostile)), origin="\x1b[31m")
    found = diff(old, new)
    cells = [
        line for table in found.tables() for row in table.rows for cell in row for line in cell.split("\n")
    ]
    assert all(text.isprintable() for text in (*found.sentences, *cells))
