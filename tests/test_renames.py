"""Old names are gone, the new ones are there, and every number is as it was, to the last digit."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import inspect
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import goldens
from shellcount.case.reading import load_case
from shellcount.results.names import name_of
from shellcount.results.standard import standard
from shellcount.wording.phrases import likelihood

HERE = Path(__file__).parent
ROOT = HERE.parent
RENAMES: dict[str, dict[str, Any]] = tomllib.loads((HERE / "renames.toml").read_text(encoding="utf-8"))
MODULES, NAMES = RENAMES["modules"], RENAMES["names"]
ENDINGS = {".py", ".md", ".toml", ".j2", ".typ", ".cff", ".yaml", ".yml", ".cfg", ".rst"}


# --- names of modules, and in them ---------------------------------------------------------


def is_module(name: str) -> bool:
    """Whether there is a module of this name."""
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:  # what it would be in is no package
        return False


def exists(name: str) -> bool:
    """Whether there is a module, an object in one, or an attribute of a class, of this name."""
    home, rest = name, list[str]()
    while not is_module(home):
        home, _, last = home.rpartition(".")
        rest.insert(0, last)
    found: Any = importlib.import_module(home)
    for place, part in enumerate(rest):
        if part in fields(found):
            return place + 1 == len(rest)
        if part not in dir(found):
            return False
        found = getattr(found, part)
    return True


def fields(found: object) -> set[str]:
    """Names that the instances of a class have, also where the class itself does not."""
    classes = found.__mro__ if isinstance(found, type) else ()
    return {name for each in classes for name in inspect.get_annotations(each)}


def test_every_new_name_is_there() -> None:
    names = sorted({*MODULES.values(), *NAMES.values()})
    assert names
    assert [name for name in names if not exists(name)] == []


def is_gone(old: str) -> bool:
    """Whether an old name is free, or names a room now in which its own module is."""
    if not (old in MODULES and is_module(old)):
        return not exists(old)
    file = Path(importlib.import_module(old).__file__ or "")
    return MODULES[old].startswith(f"{old}.") and file.name == "__init__.py"


def test_every_old_name_is_gone() -> None:
    names = [*MODULES, *NAMES]
    assert names
    assert [name for name in names if not is_gone(name)] == []
    assert not is_gone("shellcount.posterior.fitting.fit")


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """How each old name would appear in text."""
    for old in MODULES:
        name = re.escape(old)
        if not is_module(old):
            yield old, re.compile(rf"(?<![\w./-]){name}(?!\w)")
            continue
        rooms = "|".join(sorted(path.stem for path in _room(old).iterdir() if path.suffix in {"", ".py"}))
        yield old, re.compile(rf"(?<![\w./-]){name}\.(?!(?:{rooms})\b)(?!toml\b)\w")
        yield old, re.compile(rf"from {name} import (?!\(?\s*(?:{rooms})\b)")
    for old, new in NAMES.items():
        yield old, re.compile(rf"(?<![\w./-]){re.escape(old)}(?!\w)")
        short = old.rpartition(".")[0].rpartition(".")[2] + "." + old.rpartition(".")[2]
        again = f"{new.rpartition('.')[0]}.{old.rpartition('.')[2]}"  # the attribute's name is used once more
        if short[0].isupper() and not new.endswith(f".{short}") and not exists(again):
            yield old, re.compile(rf"(?<!\w){re.escape(short)}(?!\w)")
    for stems in RENAMES["estimates"].values():
        for old in stems:
            yield old, re.compile(rf"(?<![\w.-]){re.escape(old)}@(?:2022|2023-07)")


def _room(name: str) -> Path:
    return Path(importlib.import_module(name).__file__ or "").parent


def texts() -> Iterator[Path]:
    """Code and documents, but for what speaks of old names on purpose."""
    told = {HERE / "renames.toml", HERE / "test_renames.py", HERE / "results" / "test_names.py"}
    for folder in ("src", "docs", "notebooks", "tests", "seeds"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in ENDINGS and path not in told and "_build" not in path.parts:
                yield path
    yield from (path for path in sorted(ROOT.iterdir()) if path.is_file() and path.suffix in ENDINGS)


DOTTED = re.compile(r"[\w./@-]*\.[\w./@-]*|from shellcount[\w.]* import \(?\s*\w*")


def left(text: str) -> list[str]:
    """Old names that a text has."""
    dotted = "\n".join(dict.fromkeys(DOTTED.findall(text)))
    return list(dict.fromkeys(old for old, pattern in _patterns() if pattern.search(dotted)))


@functools.cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(patterns())


def test_no_old_name_is_left_in_code_and_documents() -> None:
    found = {
        str(path.relative_to(ROOT)): left(path.read_text(encoding="utf-8", errors="replace"))
        for path in texts()
    }
    assert len(found) > 200
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("see :mod:`shellcount.casefile`.", ["shellcount.casefile"]),
        ("from shellcount.case import Case", ["shellcount.case"]),
        ("`shellcount.case.Case`", ["shellcount.case"]),
        ("from shellcount.wording import rounding", []),
        ("`shellcount.case.schema.Case`, in :mod:`shellcount.case`.", []),
        ("an `Estimate.fault`", ["shellcount.estimates.Estimate.fault"]),
        ("an `Estimate.faults`", []),
        ("rounds.mixed@2023-07-15, rounds.mixed@2024-06-14", ["rounds.mixed"]),
        ("containers.initiative@2022-08-08", ["containers.initiative"]),
    ],
)
def test_an_old_name_is_found_where_there_is_one(text: str, names: list[str]) -> None:
    assert left(text) == names


# --- numbers -------------------------------------------------------------------------------


def renamed_fields(values: Any, path: tuple[str, ...] = ()) -> Any:  # raw JSON
    """A numbers.json with its fields under their new names."""
    if isinstance(values, list):
        return [renamed_fields(each, (*path, "*")) for each in values]
    if not isinstance(values, dict):
        return values
    fields = {".".join(old.split(".")): new.rpartition(".")[2] for old, new in RENAMES["numbers"].items()}
    inside = {"estimates"} & set(path[-1:])
    return {
        fields.get(".".join((*path, name)), name): renamed_fields(each, (*path, "*" if inside else name))
        for name, each in values.items()
    }


def renamed(stored: Any, case: str) -> Any:  # raw JSON
    """A stored run with the names that its numbers have today."""
    stems = RENAMES["estimates"].get(case, {})

    def of_today(name: str) -> str:
        stem, at, day = name.partition("@")
        return f"{stems.get(stem, stem)}{at}{day}"

    found = renamed_fields(stored)
    found["estimates"] = {of_today(name): values for name, values in found["estimates"].items()}
    found["checks"] = [
        {**check, "quantity": of_today(check["quantity"]), "sentence": sentence_of_today(check)}
        for check in found["checks"]
    ]
    return found


def sentence_of_today(check: dict[str, Any]) -> str:
    """The sentence of a check; that of a yardstick once said how often a report would exceed the figure."""
    once = f"with a probability of {likelihood(check['tail_probability'])}."
    return str(check["sentence"]).replace(once, f"with a probability of {likelihood(check['p_at_least'])}.")


def comparable(name: str, value: Any) -> Any:  # raw JSON
    """A value as it is compared: of sentences only the numbers, since their words may be bettered."""
    if name in {"sentence", "reading"} and value is not None:
        return sorted(re.findall(r"[0-9][0-9.,]*", value))
    return value


def moved(old: dict[str, Any], new: dict[str, Any], at: str) -> Iterator[str]:
    """Values that are not as they were, or are no more; what was added is passed over."""
    for name, value in old.items():
        here = new.get(name, "nothing")
        if comparable(name, here) != comparable(name, value):
            yield f"{at}.{name}: {value!r} became {here!r}"


def differences(old: Any, new: Any) -> Iterator[str]:  # raw JSON
    """What moved between a stored run and that of today."""
    # Words of the case are no numbers, but a digest is of them too; and of the versions, Python's among them.
    same_case = old["run"]["case_digest"] == new["run"]["case_digest"]
    unlike = set() if same_case else {"case_digest", "digest"}
    unlike |= set() if old["run"]["versions"] == new["run"]["versions"] else {"versions", "digest"}
    yield from moved({name: old["run"][name] for name in old["run"].keys() - unlike}, new["run"], "run")
    yield from moved({"log_evidence": old["log_evidence"]}, new, "numbers")
    yield from moved({"unconverged": old["unconverged"]}, new, "numbers")
    for name, values in old["estimates"].items():
        yield from moved(values, new["estimates"].get(name, {}), name)
    if len(old["checks"]) != len(new["checks"]):
        yield f"{len(old['checks'])} checks became {len(new['checks'])}"
    for values, here in zip(old["checks"], new["checks"], strict=False):
        kept = {
            name: value for name, value in values.items() if "digest" not in unlike or name != "run_digest"
        }
        yield from moved(kept, here, f"check {values['claim']}")


@pytest.mark.parametrize(
    ("case", "given", "seed"),
    [
        pytest.param(*run, marks=[pytest.mark.slow] if run not in goldens.SHORT else [])
        for run in goldens.RUNS
    ],
)
def test_every_number_is_as_it_was(case: str, given: str, seed: int) -> None:
    stored = goldens.read()
    unlike = goldens.difference(stored["probe"])
    if unlike is not None:
        pytest.skip(f"other digits are to be expected here: {unlike}")
    old = renamed(stored["runs"][goldens.key(case, given, seed)], case)
    assert list(differences(old, goldens.numbers(case, given, seed))) == []


def test_every_run_and_every_standard_estimate_was_stored() -> None:
    runs = goldens.read()["runs"]
    assert set(runs) == {goldens.key(*run) for run in goldens.RUNS}
    for run in goldens.RUNS:
        case = load_case(run[0])
        stored = renamed(runs[goldens.key(*run)], run[0])
        assert set(stored["estimates"]) == {name_of(case, quantity) for quantity in standard(case)}
        assert len(stored["checks"]) > 1


def test_a_digit_that_moved_is_told() -> None:
    old = renamed(
        goldens.read()["runs"][goldens.key("black-sea-grain-2022", "counts", 1)], "black-sea-grain-2022"
    )
    new = renamed(
        goldens.read()["runs"][goldens.key("black-sea-grain-2022", "counts", 1)], "black-sea-grain-2022"
    )
    new["checks"][0]["added"] = 1
    assert list(differences(old, new)) == []
    name = "tonnes.mixed@2023-07-15"
    new["estimates"][name]["p50"] *= 1 + 2**-52
    new["checks"][0]["sentence"] = "About 21 million."
    del new["checks"][1]["tail_probability"]
    told = list(differences(old, new))
    assert [line.partition(": ")[0] for line in told] == [
        f"{name}.p50",
        f"check {old['checks'][0]['claim']}.sentence",
        f"check {old['checks'][1]['claim']}.tail_probability",
    ]


def test_what_decides_digits_is_the_same_each_time() -> None:
    assert goldens.probe() == goldens.probe()
    assert goldens.difference(goldens.probe()) is None
    assert goldens.difference({**goldens.probe(), "numpy": "0.1"}) is not None
