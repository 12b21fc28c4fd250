"""Numbers, names and texts of a case file have bounds, and are taken as they are written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from shellcount.case.fields import FileTable
from shellcount.case.reading import load_case, parse_case
from shellcount.case.schema import Case
from shellcount.errors import CaseError

GOOD = Path(__file__).parents[1] / "cases" / "good_minimal.toml"
TEXT = GOOD.read_text(encoding="utf-8")


def tables(kind: type[FileTable]) -> Iterator[type[FileTable]]:
    yield kind
    for below in kind.__subclasses__():
        yield from tables(below)


@pytest.mark.parametrize("kind", sorted(tables(FileTable), key=str), ids=lambda kind: kind.__name__)
def test_the_tab_key_shows_fields_and_methods_of_ours_alone(kind: type[FileTable]) -> None:
    listed = dir(kind.model_construct())
    assert set(kind.model_fields) <= set(listed)
    assert [name for name in listed if name.startswith(("_", "model_"))] == []
    assert set(listed) & {*dir(BaseModel)} <= set(kind.model_fields)
    assert all(name in dir(kind) or name in kind.model_fields for name in listed)


def parsed(text: str) -> Case:
    return parse_case(text.encode(), origin="changed.toml")


def test_text_is_stripped_and_whole_numbers_become_numbers() -> None:
    case = parsed(TEXT.replace('"both, in unknown shares"', '"  both, in unknown shares\\n"'))
    assert case == load_case(GOOD)
    assert type(case.claim[0].value) is float


@pytest.mark.parametrize(
    ("old", "last", "first_refused"),
    [
        ("value = 600_000", "value = 1e15", "value = 1_000_000_000_000_000.2"),
        ("resolution = 10\n", "resolution = 1e-9\n", "resolution = 0.9e-9\n"),
        ("margin = 0.0", "margin = 1e15", "margin = 1_000_000_000_000_000.2"),
        ("margin = 0.0", "margin = -1e15", "margin = -1_000_000_000_000_000.2"),
        ("rate_walk_sd = { value = 0.35", "rate_walk_sd = { value = 0", "rate_walk_sd = { value = -5e-324"),
        (
            "rate_walk_sd = { value = 0.35",
            "rate_walk_sd = { value = 2",
            "rate_walk_sd = { value = 2.000001",
        ),
        ('id = "could-hold"', f'id = "{"x" * 60}"', f'id = "{"x" * 61}"'),
    ],
)
def test_numbers_and_names_are_bounded(old: str, last: str, first_refused: str) -> None:
    assert TEXT.count(old) == 1
    parsed(TEXT.replace(old, last))
    with pytest.raises(CaseError, match="1 fault\n"):
        parsed(TEXT.replace(old, first_refused))
