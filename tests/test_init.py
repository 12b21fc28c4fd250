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
from processes import unmeasured

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
        env=unmeasured(),  # coverage loads modules of its own
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


def undocumented(tree: ast.Module) -> list[str]:
    module = [] if ast.get_docstring(tree) else ["the module"]
    return module + [node.name for node in public(tree) if not ast.get_docstring(node)]


def not_annotated(tree: ast.Module) -> list[str]:
    bare = []
    for function in functions(tree):
        args = function.args
        named = [*args.posonlyargs, *args.args, *args.kwonlyargs, *filter(None, [args.vararg])]
        bare += [
            f"{function.name}({arg.arg})"
            for arg in named
            if arg.annotation is None and arg.arg not in {"self", "cls"}
        ]
        bare += [function.name] if function.returns is None else []
    return bare


def of_any_keyword(tree: ast.Module) -> list[str]:
    return [f.name for f in functions(tree) if f.args.kwarg is not None]


def caught_whatever_it_is(tree: ast.Module) -> list[str]:
    caught = {
        ast.unparse(handler.type) if handler.type else "everything"
        for handler in ast.walk(tree)
        if isinstance(handler, ast.ExceptHandler)
    }
    return sorted({"everything", "Exception"} & caught)


def asserted_or_felt_for(tree: ast.Module) -> list[str]:
    nodes = list(ast.walk(tree))
    asserted = [ast.unparse(node) for node in nodes if isinstance(node, ast.Assert)]
    return asserted + ["hasattr" for node in nodes if isinstance(node, ast.Name) and node.id == "hasattr"]


def lines_of_code(function: Function) -> int:
    """Lines of a function, its docstring left out."""
    first = function.body[0]
    documented = ast.get_docstring(function) is not None and first.end_lineno is not None
    docstring = first.end_lineno - first.lineno + 1 if documented and first.end_lineno else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - docstring


def too_long(tree: ast.Module) -> list[str]:
    return [f.name for f in functions(tree) if lines_of_code(f) > 50]


RULES = (undocumented, not_annotated, of_any_keyword, caught_whatever_it_is, asserted_or_felt_for, too_long)


def faults_of(tree: ast.Module) -> dict[str, list[str]]:
    """What breaks each rule of the house."""
    return {rule.__name__: faults for rule in RULES if (faults := rule(tree))}


def test_every_module_keeps_the_rules_of_the_house() -> None:
    """Each is taken apart once for all rules, in one test: thousands of tests took seconds to report."""
    assert {short(path): faults for path in MODULES if (faults := faults_of(parsed(path)))} == {}


def test_modules_are_short() -> None:
    lengths = {short(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > 350} == {}


@pytest.mark.parametrize(
    ("source", "faults"),
    [
        ('"""D."""\nx = 1', {}),
        ("def _f() -> None:\n    pass", {"undocumented": ["the module"]}),
        ('"""D."""\ndef f() -> None:\n    pass', {"undocumented": ["f"]}),
        ('"""D."""\nclass C:\n    """D."""\n    def f(self) -> None: ...', {"undocumented": ["f"]}),
        ('"""D."""\ndef _f(x): ...', {"not_annotated": ["_f(x)", "_f"]}),
        ('"""D."""\ndef _f(*x) -> None: ...', {"not_annotated": ["_f(x)"]}),
        ('"""D."""\ndef _f(**x: int) -> None: ...', {"of_any_keyword": ["_f"]}),
        ('"""D."""\ntry:\n    x = 1\nexcept:\n    pass', {"caught_whatever_it_is": ["everything"]}),
        ('"""D."""\ntry:\n    x = 1\nexcept Exception:\n    pass', {"caught_whatever_it_is": ["Exception"]}),
        ('"""D."""\nassert x', {"asserted_or_felt_for": ["assert x"]}),
        ('"""D."""\nhasattr(1, "x")', {"asserted_or_felt_for": ["hasattr"]}),
        ('"""D."""\ndef _f() -> None:\n' + "    x = 1\n" * 49, {}),
        ('"""D."""\ndef _f() -> None:\n' + "    x = 1\n" * 50, {"too_long": ["_f"]}),
    ],
)
def test_each_rule_finds_what_breaks_it(source: str, faults: dict[str, list[str]]) -> None:
    assert faults_of(ast.parse(source)) == faults


# --- tests mirror modules ----------------------------------------------------------------


TOGETHER = {"cli", "citing", "comparison", "plots", "report"}  # rooms whose parts are tested as one


def namesakes(path: Path) -> list[Path]:
    """Names of the test module of a source module, in the folder of its room.

    Where two rooms have modules of one name, the room stands in the name of the test module too.
    """
    place = path.relative_to(SRC)
    stem = place.stem.strip("_")
    return [TESTS / place.parent / f"test_{name}.py" for name in (stem, f"{place.parent.name}_{stem}")]


def has_tests(path: Path) -> bool:
    room = path.relative_to(SRC).parts[0]
    tests = (TESTS / room).glob("test_*.py") if room in TOGETHER else namesakes(path)
    return any(test.is_file() for test in tests)


def test_every_module_has_its_test_module() -> None:
    assert [short(path) for path in MODULES if path.stem != "__init__" and not has_tests(path)] == []
