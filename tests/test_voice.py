"""Docstrings, help, messages and pages are plain technical English.

The first line of a docstring of a function is a sentence in the imperative; that of a property, class or
attribute is a noun phrase. Phrases that readers stumbled over stay away.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import shellcount

SRC = Path(shellcount.__file__).parent
ROOT = Path(__file__).parents[1]
MODULES = sorted(SRC.rglob("*.py"))
PAGES = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), SRC / "data" / "blank.toml")
    if "_build" not in path.parts
)

# A new verb is added here on purpose.
LISTED = """
add answer append apply assemble audit average bound build calibrate carry check choose collect combine
compare complete compose compute convert copy count create decode define derive describe determine
distinguish divide draw drop encode end escape estimate evaluate export extract fill find fingerprint fit fix
fold forecast form format gather generate give group hash hold identify import index iterate join keep label
leave list load locate look make map mark measure merge mix move name number open order parse place plot
predict prepare print propose put quote raise rank read recompute record reduce refit refuse remove rename
render repeat replace resample return round run sample save scale search select set settle shorten show
simulate sort spell split start state stop store suggest sum summarise tabulate take tell test trace transform
translate turn unescape validate verify warn word wrap write yield
"""
VERBS = frozenset(LISTED.split())

# Openings that begin a clause without its subject.
HEADLESS = re.compile(r"(What(?!-)|Whether|Where|How|Why|Who|Whose|Everything|All that|As :|Those)\b")
STUMBLES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!there )\b(is|are) no (?!longer\b|more\b|less\b|fewer\b)",
        r"\bnone is\b(?! \w+ed\b)",
        r"\b(is|are|was|were) there already\b",
        r"\bas (it was|they were)(?=[.,;:]|$| before\b)",
        r"\bas it should be\b",
        r"\banew\b",
        r"\bmakes? no sense\b",
        r"\bspeaks? of\b",
        r"\bso that (nobody|no one)\b",
        r"\bof ours\b",
        r"\bgoes? before\b",
        r"\bsave that\b",
        r"\bthat there (is|are) not\b",
        r"\b(where|here|there)(in|of|upon|unto)\b",
        r"\bnothing to \w+ is called\b",
        r"\bthat which\b",
    )
]

type Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def page(path: Path) -> str:
    return str(path.relative_to(ROOT))


def is_function(node: ast.AST) -> bool:
    """Tell functions from properties and special methods, whose docstrings have other forms."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("__"):
        return False
    return not any("property" in ast.unparse(decorator) for decorator in node.decorator_list)


def first_lines(path: Path) -> Iterator[tuple[ast.AST, str]]:
    """The first line of every docstring of a module, with what it documents."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, Documented.__value__):
            text = ast.get_docstring(node)
            if text:
                yield node, text.splitlines()[0]


def helps(path: Path) -> Iterator[str]:
    """Every help text of an option."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg == "help" and isinstance(keyword.value, ast.Constant):
                    yield str(keyword.value.value)


def texts(path: Path) -> Iterator[str]:
    """Every string of a module, white space folded: docstrings, messages and help."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield " ".join(node.value.split())


def stumbles(text: str) -> Iterator[str]:
    for pattern in STUMBLES:
        for found in pattern.finditer(text):
            yield text[max(0, found.start() - 40) : found.end() + 40]


def faults_of_module(path: Path) -> list[str]:
    faults = []
    for node, line in first_lines(path):
        verb = re.split(r"\W", line, maxsplit=1)[0].lower()
        if is_function(node) and verb not in VERBS:
            faults.append(f"no verb of the list: {line}")
        if HEADLESS.match(line):
            faults.append(f"headless: {line}")
    faults += [f"headless: {text}" for text in helps(path) if HEADLESS.match(text)]
    faults += [f"stumble: {excerpt}" for text in texts(path) for excerpt in stumbles(text)]
    return faults


def prose(path: Path) -> str:
    """A page without its code."""
    text = re.sub(r"(?ms)^```.*?^```", "", path.read_text("utf-8"))
    return " ".join(re.sub(r"`[^`\n]*`", "", text).split())


def faults_of_page(path: Path) -> list[str]:
    return [f"stumble: {excerpt}" for excerpt in stumbles(prose(path))]


def test_every_module_is_in_plain_english() -> None:
    found = {str(path.relative_to(SRC)): faults_of_module(path) for path in MODULES}
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_every_page_is_in_plain_english() -> None:
    found = {page(path): faults_of_page(path) for path in PAGES}
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ('def f():\n    """Prior of a parameter."""', "no verb of the list: Prior of a parameter."),
        ('def _f():\n    """Prior of a parameter."""', "no verb of the list: Prior of a parameter."),
        ('class A:\n    """What is drawn."""', "headless: What is drawn."),
        ('option(help="Where to write.")', "headless: Where to write."),
        ('raise Error("this makes no sense")', "stumble: this makes no sense"),
    ],
)
def test_a_fault_is_found(source: str, fault: str, tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(source, "utf-8")
    assert faults_of_module(path) == [fault]


@pytest.mark.parametrize(
    "source",
    [
        'def f():\n    """Compute the prior: there is no other."""',
        'class A:\n    @property\n    def b(self):\n        """Prior of a parameter."""',
        'option(help="What-if change.")',
    ],
)
def test_plain_english_is_no_fault(source: str, tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(source, "utf-8")
    assert faults_of_module(path) == []
