"""No piece of code stands in two modules, unless a reason is written down."""

from __future__ import annotations

import ast
import io
import itertools
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import shellcount

SRC = Path(shellcount.__file__).parent
RUN = 6  # lines that make a piece of code

# Pairs of modules that share a run of lines on purpose, each with its reason.
REASONS: dict[tuple[str, str], str] = {}


def left_aside(tree: ast.Module) -> Iterator[int]:
    """Lines of imports and docstrings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield from range(first.lineno, (first.end_lineno or first.lineno) + 1)


def code(source: str) -> list[tuple[int, str]]:
    """Lines that count, by number: without comments, white space folded, more than brackets and commas."""
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    aside = set(left_aside(ast.parse(source)))
    folded = ((place, " ".join(line.split())) for place, line in enumerate(lines, start=1))
    return [(place, line) for place, line in folded if place not in aside and re.search(r"\w", line)]


def shared(sources: Mapping[str, str]) -> dict[tuple[str, str], list[str]]:
    """Runs of the same lines in two modules, by the names of the two."""
    places: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    for name, source in sources.items():
        lines = code(source)
        for start in range(len(lines) - RUN + 1):
            window = lines[start : start + RUN]
            places[tuple(line for _, line in window)].setdefault(name, window[0][0])
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for run, modules in places.items():
        for (one, at), (other, there) in itertools.combinations(sorted(modules.items()), 2):
            found[one, other].append(f"lines {at} and {there}: {run[0]}")
    return dict(found)


@pytest.fixture(scope="module")
def repeated() -> dict[tuple[str, str], list[str]]:
    return shared({str(path.relative_to(SRC)): path.read_text("utf-8") for path in SRC.rglob("*.py")})


def test_no_piece_of_code_stands_in_two_modules(repeated: dict[tuple[str, str], list[str]]) -> None:
    assert {pair: runs for pair, runs in repeated.items() if pair not in REASONS} == {}


def test_every_reason_is_still_needed(repeated: dict[tuple[str, str], list[str]]) -> None:
    assert set(REASONS) - set(repeated) == set()


# --- the search itself -------------------------------------------------------------------

SIX = "a = 1\nb = 2\nc = 3\nd = 4\ne = 5\nf = 6\n"


@pytest.mark.parametrize(
    "other",
    [
        SIX,
        "x = 0\n" + SIX + "y = 9\n",
        SIX.replace("c = 3\n", "\n    # a remark\nc  =  3  # another\n".replace("    ", "")),
        SIX.replace("d = 4\n", "import os\nfrom pathlib import (\n    Path,\n)\nd = 4\n"),
        SIX.replace("d = 4\n", "(\n)\nd = 4\n"),
    ],
    ids=["the same", "within others", "with comments", "with imports", "with brackets"],
)
def test_six_lines_in_two_modules_are_found(other: str) -> None:
    assert list(shared({"one.py": SIX, "two.py": other})) == [("one.py", "two.py")]


@pytest.mark.parametrize(
    "other",
    [SIX.replace("f = 6", "f = 7"), 'def f():\n    """' + SIX + '    """\n', SIX.replace("c", "x = 0\nc")],
    ids=["five of them", "in a docstring", "with another between"],
)
def test_other_lines_are_not(other: str) -> None:
    assert shared({"one.py": SIX, "two.py": other}) == {}


def test_a_module_may_repeat_itself() -> None:
    assert shared({"one.py": SIX + SIX}) == {}
