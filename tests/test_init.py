"""The public names are few and frozen, importing them costs little, and the sources keep the house rules."""

from __future__ import annotations

import ast
import doctest
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import shellcount

SRC = Path(shellcount.__file__).parent
TESTS = Path(__file__).parent
MODULES = sorted(SRC.rglob("*.py"))
PUBLIC = [
    "Case",
    "Check",
    "Checks",
    "ConflictWarning",
    "Estimate",
    "Posterior",
    "Results",
    "ShellcountError",
    "analyse",
    "calibrate",
    "check",
    "compare",
    "drivers",
    "fit",
    "leave_one_out",
    "limits",
    "load_case",
    "numbers_json",
    "plots",
    "require",
    "sensitivity",
    "to_pymc",
    "value_of_information",
    "with_changes",
    "write_report",
]
HEAVY = ["arviz", "click", "matplotlib", "numpy", "pandas", "pydantic", "pymc", "rich", "scipy", "xarray"]
NEVER_TO_FIT = ["arviz", "arviz_stats", "matplotlib", "pandas", "pymc", "scipy", "xarray"]

type Function = ast.FunctionDef | ast.AsyncFunctionDef

# --- names -------------------------------------------------------------------------------


def test_the_public_names_are_frozen() -> None:
    assert shellcount.__all__ == PUBLIC
    assert sorted(PUBLIC) == PUBLIC
    assert len(PUBLIC) <= 25


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_resolves_to_what_it_names(name: str) -> None:
    assert getattr(shellcount, name).__name__.rpartition(".")[2] == name


def test_a_module_is_public_before_anything_imports_it() -> None:
    code = "import shellcount; print(shellcount.limits.__name__, shellcount.plots.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["shellcount.limits", "shellcount.plots"]


def test_dir_lists_the_public_names_and_the_version() -> None:
    assert dir(shellcount) == sorted([*PUBLIC, "__version__"])


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'shellcount' has no attribute 'fitt'"):
        shellcount.fitt  # noqa: B018  # that is the point


# --- what importing costs ----------------------------------------------------------------


def imported_by(code: str, among: list[str]) -> list[str]:
    """Which of some modules a fresh interpreter holds after running code."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*(set(sys.modules) & {set(among)}))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return sorted(done.stdout.split())


def test_importing_the_package_imports_nothing_heavy() -> None:
    assert imported_by("import shellcount", HEAVY) == []


def test_fitting_and_estimating_import_only_what_they_need() -> None:
    code = """
import shellcount
few = {"engine": "smc", "runs": 4, "particles": 64, "allow_unconverged": True}
posterior = shellcount.fit(shellcount.load_case(), seed=1, **few)
posterior.estimates()
shellcount.numbers_json(shellcount.analyse(posterior))
"""
    assert imported_by(code, [*NEVER_TO_FIT, "numpy"]) == ["numpy"]


def test_the_command_estimate_imports_only_what_it_prints() -> None:
    code = """
from shellcount.cli.main import main
sizes = ["--engine", "smc", "--runs", "4", "--particles", "64", "--allow-unconverged"]
main(["estimate", "--json", *sizes], standalone_mode=False)
print(end="", flush=True)
"""
    of_others = [
        *("case.hints", "case.typed", "checks.lint", "checks.evidence", "model.derived"),
        *("posterior.storage", "posterior.datatree", "results.numbers_file", "report.writing"),
        *("cli.citing", "cli.reporting", "cli.studies"),
        *("checks", "insight", "results.drivers", "results.prediction"),
        *("results.prior_comparison", "results.what_if", "results.strict_tables", "results.verifying"),
        "engines.written_reports",
    ]
    heavy = [
        *NEVER_TO_FIT,
        "rich",
        "multiprocessing",
        "numpy.polynomial",
        *(f"shellcount.{name}" for name in of_others),
    ]
    assert set(imported_by(code, [*heavy, "numpy", "shellcount.analysis"])) & {*heavy, "numpy"} == {"numpy"}


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["estimate", "--help"], ["completion", "bash"]])
def test_what_needs_no_case_imports_no_arrays(words: list[str]) -> None:
    code = f"""
from shellcount.cli.main import main
main({words}, standalone_mode=False)
print(end="", flush=True)
"""
    assert set(imported_by(code, HEAVY)) & set(HEAVY) == {"click"}


def test_a_command_does_not_import_the_others() -> None:
    code = """
from shellcount.cli.main import main
main(["--version"], standalone_mode=False)
print(end="", flush=True)
"""
    families = [f"shellcount.cli.{name}" for name in ("citing", "estimating", "reporting", "studies")]
    assert set(imported_by(code, families)) & set(families) == set()


# --- docstrings and annotations ----------------------------------------------------------


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_is_shown_in_a_runnable_example(name: str) -> None:
    found = doctest.DocTestFinder(recurse=True).find(getattr(shellcount, name), name)
    assert sum(len(test.examples) for test in found) > 0


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def functions(tree: ast.AST) -> Iterator[Function]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def public(tree: ast.Module) -> Iterator[Function | ast.ClassDef]:
    """Public functions and classes of a module, and the public methods of its public classes."""
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        yield node
        if isinstance(node, ast.ClassDef):
            yield from (
                member
                for member in node.body
                if isinstance(member, ast.FunctionDef) and not member.name.startswith("_")
            )


def short(path: Path) -> str:
    return str(path.relative_to(SRC))


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_what_is_public_has_a_docstring(path: Path) -> None:
    tree = parsed(path)
    assert ast.get_docstring(tree)
    assert [node.name for node in public(tree) if not ast.get_docstring(node)] == []


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_every_function_is_annotated_in_full(path: Path) -> None:
    bare = []
    for function in functions(parsed(path)):
        args = function.args
        named = [*args.posonlyargs, *args.args, *args.kwonlyargs, *filter(None, [args.vararg])]
        bare += [
            f"{function.name}({arg.arg})"
            for arg in named
            if arg.annotation is None and arg.arg not in {"self", "cls"}
        ]
        bare += [function.name] if function.returns is None else []
    assert bare == []


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_no_function_takes_just_any_keyword(path: Path) -> None:
    assert [f.name for f in functions(parsed(path)) if f.args.kwarg is not None] == []


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_no_handler_catches_just_any_error(path: Path) -> None:
    caught = [
        ast.unparse(handler.type) if handler.type else "everything"
        for handler in ast.walk(parsed(path))
        if isinstance(handler, ast.ExceptHandler)
    ]
    assert {"everything", "Exception"} & set(caught) == set()


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_nothing_is_asserted_and_no_attribute_felt_for(path: Path) -> None:
    nodes = list(ast.walk(parsed(path)))
    assert not [node for node in nodes if isinstance(node, ast.Assert)]
    assert not [node for node in nodes if isinstance(node, ast.Name) and node.id == "hasattr"]


def lines_of_code(function: Function) -> int:
    """Lines of a function, its docstring left out."""
    first = function.body[0]
    documented = ast.get_docstring(function) is not None and first.end_lineno is not None
    docstring = first.end_lineno - first.lineno + 1 if documented and first.end_lineno else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - docstring


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_functions_and_modules_are_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 350
    assert [f.name for f in functions(parsed(path)) if lines_of_code(f) > 50] == []


# --- tests mirror modules ----------------------------------------------------------------


TOGETHER = {"cli", "citing", "comparison", "plots", "report"}  # rooms whose parts are tested as one


def namesakes(path: Path) -> list[Path]:
    """Names of the test module of a source module, in the folder of its room.

    Where two rooms have modules of one name, the room stands in the name of the test module too.
    """
    place = path.relative_to(SRC)
    stem = place.stem.strip("_")
    return [TESTS / place.parent / f"test_{name}.py" for name in (stem, f"{place.parent.name}_{stem}")]


@pytest.mark.parametrize("path", [path for path in MODULES if path.stem != "__init__"], ids=short)
def test_a_module_has_its_test_module(path: Path) -> None:
    room = path.relative_to(SRC).parts[0]
    tests = (TESTS / room).glob("test_*.py") if room in TOGETHER else namesakes(path)
    assert any(test.is_file() for test in tests)
