"""Errors form one tree, say where and what, and never carry control characters."""

from __future__ import annotations

import inspect
import pickle

import pytest

from shellcount import errors
from shellcount.errors import CaseError, Fault, ShellcountError, UnknownNameError, suggestion

TREE = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, Exception) and not issubclass(kind, Warning) and kind.__module__ == errors.__name__
]


def drawn() -> dict[str, str]:
    """Lines of the tree in the module's docstring, by the name that each opens with."""
    lines = (inspect.getdoc(errors) or "").splitlines()
    return {line.strip(" ├└─").split()[0]: line for line in lines if "Error  " in line}


def test_every_error_hangs_on_one_root() -> None:
    assert len(TREE) == 12
    assert all(issubclass(kind, ShellcountError) for kind in TREE)


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    assert set(drawn()) == {kind.__name__ for kind in TREE}


def test_a_conflict_is_a_warning_that_can_be_filtered() -> None:
    assert issubclass(errors.ConflictWarning, UserWarning)
    assert not issubclass(errors.ConflictWarning, ShellcountError)


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_exit_statuses_are_as_drawn(kind: type[ShellcountError]) -> None:
    assert kind.exit_status == (3 if "exit status 3" in drawn()[kind.__name__] else 2)


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (Fault("", "is empty"), "is empty"),
        (Fault("claim[3].hedge", "missing"), "claim[3].hedge: missing"),
        (Fault("a", "wrong", "5"), "a: wrong (found 5)"),
        (Fault("a", "wrong", None, "mend it"), "a: wrong; mend it"),
        (Fault("a", "wrong", "5", "mend it"), "a: wrong (found 5); mend it"),
        (Fault("\x1b[1m", "\u202e", "\0", "\x9b"), r"\x1b[1m: \u202e (found \x00); \x9b"),
    ],
)
def test_a_fault_reads_as_one_line(fault: Fault, line: str) -> None:
    assert str(fault) == line


@pytest.mark.parametrize("field", ["path", "message", "value", "hint"])
def test_a_line_feed_does_not_break_a_fault(field: str) -> None:
    parts = {"path": "a", "message": "b", "value": "c", "hint": "d"} | {field: "first\nsecond"}
    assert len(str(Fault(**parts)).splitlines()) == 1


def test_a_case_error_counts_and_lists_its_faults() -> None:
    error = CaseError("aid.toml", (Fault("a", "missing"), Fault("b", "wrong", "5")))
    assert str(error) == "aid.toml: 2 faults\n  a: missing\n  b: wrong (found 5)"
    assert error.origin == "aid.toml"
    assert error.faults == (Fault("a", "missing"), Fault("b", "wrong", "5"))


def test_one_fault_is_not_faults() -> None:
    assert str(CaseError("aid.toml", [Fault("", "is empty")])) == "aid.toml: 1 fault\n  is empty"


@pytest.mark.parametrize(
    ("count", "lines", "last"),
    [(50, 51, "  p49: m"), (51, 52, "  and 1 more"), (5000, 52, "  and 4950 more")],
)
def test_long_reports_are_cut_but_keep_every_fault(count: int, lines: int, last: str) -> None:
    error = CaseError("x", (Fault(f"p{place}", "m") for place in range(count)))
    assert len(str(error).splitlines()) == lines
    assert str(error).splitlines()[-1] == last
    assert len(error.faults) == count


def test_the_name_of_a_file_cannot_steer_the_terminal() -> None:
    assert str(CaseError("\x1b[2J.toml", [])).startswith(r"\x1b[2J.toml: ")


def test_a_line_feed_in_the_name_of_a_file_does_not_break_its_line() -> None:
    assert len(str(CaseError("two\nlines.toml", [])).splitlines()) == 1


def test_an_unknown_name_is_quoted_with_its_likely_meaning() -> None:
    error = UnknownNameError("claim", "rok", ["rok-1", "us-1"])
    assert str(error) == "no claim is called 'rok'; did you mean rok-1?"
    assert error.name == "rok"


def test_the_name_that_is_surely_meant_is_the_one_suggested() -> None:
    error = UnknownNameError("estimate", "rounds.a", ["ships.b", "round.a"], meant="tonnes.a")
    assert str(error) == "no estimate is called 'rounds.a'; did you mean tonnes.a?"
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (str(again), again.known, again.meant) == (str(error), ("ships.b", "round.a"), "tonnes.a")


@pytest.mark.parametrize("kind", [*TREE, errors.ConflictWarning], ids=lambda kind: kind.__name__)
def test_an_error_crosses_between_machines(kind: type[Exception]) -> None:
    made: dict[type[Exception], Exception] = {
        CaseError: CaseError("aid.toml", [Fault("a", "wrong", "5", "mend it", "b")]),
        UnknownNameError: UnknownNameError("claim", "rok", ["rok-1", "us-1"]),
    }
    error = made.get(kind) or kind("one sentence")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (type(again), str(again), vars(again)) == (kind, str(error), vars(error))


def test_an_unknown_name_is_made_harmless() -> None:
    error = UnknownNameError("claim", "\x1b[2J\n\u202e", ["\x1b[1m"])
    assert str(error) == r"no claim is called '\x1b[2J\n\u202e'; known are \x1b[1m"


@pytest.mark.parametrize(
    ("name", "known", "text"),
    [
        ("abuot", ["about", "exact"], "did you mean about?"),
        ("item", ["items", "itemx"], "did you mean itemx or items?"),
        ("aaaa", ["aaab", "aaac", "aaad", "aaae"], "did you mean aaae or aaad or aaac?"),
        ("zzz", ["about", "exact"], "known are about, exact"),
        ("zzz", ["about", "about"], "known are about"),
        ("zzz", [], "there are none"),
        (
            "zzz",
            [f"n{n}" for n in range(13)],
            f"known are {', '.join(f'n{n}' for n in range(12))} and 1 more",
        ),
        ("zzz", [f"n{n}" for n in range(12)], "known are n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11"),
        (
            "zzz",
            [f"n{n}" for n in range(15)],
            "known are n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11 and 3 more",
        ),
    ],
)
def test_suggestions(name: str, known: list[str], text: str) -> None:
    assert suggestion(name, known) == text


@pytest.mark.parametrize(
    ("name", "opposite"),
    [
        *(
            ("at_most", "at_least"),
            ("at_mots", "at_least"),
            ("fewer_than", "more_than"),
            ("less_then", "more_than"),
        ),
        *(("latest", "earliest"), ("lates", "earliest"), ("max_share", "min_share"), ("lower", "higher")),
        *(
            ("until_date", "since_date"),
            ("over-10", "under-10"),
            ("MAX", "MIN"),
            ("without.fuel", "with.fuel"),
        ),
        *(("upper_end", "lower_end"), ("first-lorry", "last-lorry")),
    ],
)
def test_a_suggestion_never_says_the_opposite(name: str, opposite: str) -> None:
    assert suggestion(name, [opposite]) == f"known are {opposite}"
    assert suggestion(opposite, [name]) == f"known are {name}"
    assert suggestion(opposite, [name, opposite]) == f"did you mean {opposite}?"


@pytest.mark.parametrize(
    ("name", "meant"), [("earlist", "earliest"), ("at_leest", "at_least"), ("hgh", "high")]
)
def test_a_misspelt_name_that_has_an_opposite_is_suggested(name: str, meant: str) -> None:
    assert suggestion(name, [meant]) == f"did you mean {meant}?"


def test_a_fault_in_an_entry_names_it() -> None:
    fault = Fault("claim[3].reports[0].value", "missing", entry="rok-mnd-2024-02")
    assert str(fault) == "claim[3] (rok-mnd-2024-02).reports[0].value: missing"
    assert str(Fault("claim[3]", "wrong", entry="a\nb" + "c" * 99)) == f"claim[3] (a b{'c' * 56}…): wrong"


def test_a_name_without_end_is_answered_all_the_same() -> None:
    assert suggestion("about" + "t" * 10**7, ["about"]) == "known are about"
