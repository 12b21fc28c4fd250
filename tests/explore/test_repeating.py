"""The command and the file that an explorer gives are read as the same case, claims and date."""

from __future__ import annotations

import difflib
import shlex
import tomllib

import pytest

from building import edited
from exploring import NAMES, ONE_NATURE, asked_for, case_of, chance, content_of, controls_of, edits_of
from shellcount.case.changes import with_changes
from shellcount.case.reading import load_case, parse_case, read_shipped
from shellcount.case.schema import Case
from shellcount.engines.settings import Settings
from shellcount.explore.edits import Applied, Edits, applied
from shellcount.explore.repeating import changed_toml, command

CASE = load_case()
SHIPPED = read_shipped("dprk-russia-2024")
FILES = [name for name in NAMES if name != ONE_NATURE]


def assert_repeats(name: str, found: Applied) -> None:
    case, given, days, answer = asked_for(command(name, found))
    assert (case.digest, given) == (found.case.digest, str(found.given))
    assert days == (() if found.day is None else (found.day,))
    assert answer == found.answer


@pytest.mark.parametrize("name", FILES)
def test_the_command_asks_for_the_same_case_claims_and_answer(name: str) -> None:
    draw = chance(3)
    for count in (1, 2, 3, 5, 8, 13):
        edits = edits_of(controls_of(name), draw, count)
        assert_repeats(name, applied(case_of(name), edits))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", FILES)
def test_many_commands_ask_for_the_same_case_claims_and_answer(name: str, seed: int) -> None:
    draw = chance(seed)
    for given in ("counts", "all"):
        for _ in range(10):
            edits = edits_of(controls_of(name), draw, draw.randint(1, 30))
            found = applied(case_of(name), edits, given)
            assert_repeats(name, found)
            if name != "channel-2023" or draw.random() < 0.2:
                assert_keeps_comments(name, found)


def test_the_command_names_what_differs_from_the_default() -> None:
    assert command(None, applied(CASE, Edits())) == "shellcount report"
    uses = {"claim:ua-gur-2024": "check", "claim:us-state-2024-02": "check"}
    found = applied(CASE, Edits({"scenario.half": "152mm-howitzer:1"}, uses, "all", "2023-12", "half"))  # type: ignore[arg-type]
    assert command("my case.toml", found, Settings(seed=7, points=4096, allow_unconverged=True)) == (
        "shellcount report 'my case.toml' --set scenario.half=152mm-howitzer:1 --given all "
        "--without ua-gur-2024 --without us-state-2024-02 --scenario half --at 2023-12 "
        "--seed 7 --points 4096 --allow-unconverged"
    )


def test_a_claim_whose_name_is_used_twice_is_named_with_its_table() -> None:
    def renamed(document: dict[str, tuple[dict[str, object], ...]]) -> None:
        document["claim"][0]["id"] = "us-state"

    case = edited(CASE, renamed)
    found = applied(case, Edits({}, {"claim:us-state": "check"}))
    assert command(None, found) == "shellcount report --without claim:us-state"


def test_words_that_a_shell_would_read_are_quoted() -> None:
    line = command("a; rm -rf b", applied(CASE, Edits({"claim.rok-mnd-2024-02-sent": "a few"})))
    assert shlex.split(line)[2] == "a; rm -rf b"
    assert "'claim.rok-mnd-2024-02-sent=a few'" in line


# --- the file ----------------------------------------------------------------------------


def assert_reads_again(name: str, found: Applied) -> str:
    text = changed_toml(content_of(name), case_of(name), found.case)
    assert parse_case(text.encode(), origin="changed.toml").digest == found.case.digest
    return text


def assert_keeps_comments(name: str, found: Applied) -> None:
    text = assert_reads_again(name, found)
    changed = len(found.case.changes)
    assert comments(text)[1 + changed if changed else 0 :] == comments(content_of(name).decode())


def comments(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.lstrip().startswith("#")]


@pytest.mark.parametrize("name", FILES)
def test_the_file_is_read_as_the_same_case_and_keeps_its_comments(name: str) -> None:
    draw = chance(5)
    for count in (3, 25):
        assert_keeps_comments(name, applied(case_of(name), edits_of(controls_of(name), draw, count)))


def test_the_file_without_a_change_is_the_file() -> None:
    assert changed_toml(SHIPPED, CASE, CASE).encode() == SHIPPED


def test_nothing_else_of_the_file_changes() -> None:
    case = with_changes(CASE, {"claim.rok-mnd-2024-06": 1_200_000, "mix_spread": 0.5, "load": 0.7})
    text = changed_toml(SHIPPED, CASE, case)
    old, new = SHIPPED.decode().splitlines(), text.splitlines()
    assert new[:5] == [
        "# Changed in the explorer; the reasons that the file gives may be of the values before:",
        "#   claim.rok-mnd-2024-06=1200000",
        "#   mix_spread=0.5",
        "#   load=0.7",
        "",
    ]
    moves = [line for line in difflib.ndiff(old, new[5:]) if line[0] in "+-"]
    assert moves == [
        "- value = 10000",
        "+ value = 1_200_000",
        "+ value = 0.7",
        "- low = 0.40",
        "- high = 0.92",
        "- value = 0.8",
        "+ value = 0.5",
    ]


def test_entries_are_added_and_removed() -> None:
    moves = {f"claimant.{name}.group": "none" for name in ("rok-mnd", "us-state")}
    changes = {**moves, "scenario.half": "152mm-howitzer:0.5,122mm-rocket:0.5", "hedges": "shellcount"}
    case = applied(CASE, Edits(changes)).case
    text = changed_toml(SHIPPED, CASE, case)
    assert parse_case(text.encode(), origin="changed.toml").digest == case.digest
    document = tomllib.loads(text)
    assert "group" not in document
    assert document["scenario"][-1]["id"] == "half"
    assert comments(text)[1 + len(case.changes) :] == comments(SHIPPED.decode())


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_a_file_with_a_mark_or_other_ends_of_lines_is_read_again(newline: str) -> None:
    content = ("\ufeff" + SHIPPED.decode().replace("\n", newline)).encode()
    case = with_changes(CASE, {"load": 0.7})
    text = changed_toml(content, CASE, case)
    assert parse_case(text.encode(), origin="changed.toml").digest == case.digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[priors.load]\n", "[priors]\nload = 3\n[priors.load]\n"),  # no TOML at all
        ("", "not TOML"),
    ],
)
def test_where_the_text_cannot_be_changed_all_tables_are_written(old: str, new: str) -> None:
    content = SHIPPED.decode().replace(old, new, 1).encode() if old else new.encode()
    case = with_changes(CASE, {"load": 0.7, "scenario.half": {"152mm-howitzer": 1.0}})
    text = changed_toml(content, CASE, case)
    assert parse_case(text.encode(), origin="changed.toml").digest == case.digest
    assert text.startswith("# Changed in the explorer")


@pytest.mark.parametrize("name", NAMES)
def test_all_tables_of_any_case_can_be_written(name: str) -> None:
    case = with_changes(case_of(name), {"load": 0.7})
    text = changed_toml(b"=", case_of(name), case)
    assert parse_case(text.encode(), origin="whole.toml").digest == case.digest


def test_hostile_texts_stay_texts() -> None:
    def renamed(document: dict[str, tuple[dict[str, object], ...]]) -> None:
        document["claim"][0]["summary"] = 'x"\n[[claim]]\n# \x1b\u202e \\ """'

    case = edited(CASE, renamed)
    changed = with_changes(case, {"load": 0.7})
    text = changed_toml(b"=", case, changed)
    assert parse_case(text.encode(), origin="whole.toml").digest == changed.digest


def test_values_in_several_forms_are_exchanged() -> None:
    case: Case = load_case("channel-2023")
    content = read_shipped("channel-2023")
    claim = next(each for each in case.claim if each.since is not None)
    changes = {f"claim.{claim.id}.since": "2023-05", f"claim.{claim.id}.as_of": "2023-05-01..2023-06-30"}
    found = applied(case, Edits({**changes, f"claim.{claim.id}": "1000:2000"}))
    assert found.faults == {}
    text = changed_toml(content, case, found.case)
    assert parse_case(text.encode(), origin="changed.toml").digest == found.case.digest


def test_moves_are_the_same_at_every_run() -> None:
    assert edits_of(controls_of(FILES[0]), chance(1), 5) == edits_of(controls_of(FILES[0]), chance(1), 5)
