"""A case to start from runs as it stands, says what is to be written, and shows every key of the format."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from shellcount.case.blank import start_case, starting_text, unfinished
from shellcount.case.reading import load_case, parse_case, read_shipped, shipped_names
from shellcount.case.schema import Case, json_schema
from shellcount.checks.evidence import remarks
from shellcount.checks.stated import check
from shellcount.errors import OutputError, UnknownNameError, UsageError
from shellcount.posterior.fitting import fit


def blank() -> Case:
    return parse_case(starting_text("mine").encode(), origin="mine.toml")


def test_a_blank_case_can_be_run_as_it_stands() -> None:
    case = blank()
    posterior = fit(case, seed=1)
    assert case.about.id == "mine"
    assert [found.verdict for found in check(posterior)] == ["consistent"]


def test_a_blank_case_names_every_text_that_is_still_to_be_written() -> None:
    said = {path for path, value in texts(blank().transcript(), "") if "TODO" in value}
    assert set(unfinished(blank())) == said
    assert {"case.title", "claim[1].summary", "priors.load.basis", "nature[0].stow[0].mass_kg.basis"} <= said


def test_a_text_is_found_where_it_stands_in_the_file() -> None:
    text = starting_text("mine").replace('id = "total-1"', 'id = "a-total"')
    text = text.replace('summary = "TODO: statement on the total, in your words"', 'summary = "A total."')
    found = unfinished(parse_case(text.encode(), origin="mine.toml"))
    assert "claim[0].summary" in found
    assert "claim[1].summary" not in found


@pytest.mark.parametrize(
    "text", ["TODO", "the title (TODO)", "FIXME later", "XXX", "name: TBD", "...", "…", "???", "--", "_ _"]
)
def test_a_text_that_holds_a_place_is_still_to_be_written(text: str) -> None:
    case = load_case()
    source = case.source[0].model_copy(update={"title": text})
    assert unfinished(case.model_copy(update={"source": (source,)})) == ("source[0].title",)


@pytest.mark.parametrize("text", ["Todo el mundo", "a quote ... goes on", "XXXL boxes", "5-10", "why?"])
def test_a_text_that_only_looks_unfinished_is_not(text: str) -> None:
    case = load_case()
    source = case.source[0].model_copy(update={"title": text})
    assert unfinished(case.model_copy(update={"source": (source,)})) == ()


def test_what_is_still_to_be_written_is_remarked_on_first() -> None:
    remark = next(remarks(blank()))
    assert remark.startswith("Not written yet in the case: case.title, case.question, ")
    assert remark.endswith(f" and {len(unfinished(blank())) - 3} more.")


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_case_leaves_nothing_to_be_written(name: str) -> None:
    case = load_case(name)
    assert unfinished(case) == ()
    assert not any("TODO" in remark for remark in remarks(case))


def test_a_blank_case_shows_every_key_of_the_format() -> None:
    text = starting_text("mine")
    assert {key for key in keys(json_schema()) if not re.search(rf"\b{key}\b", text)} == set()


def test_what_a_blank_case_has_commented_out_is_valid_once_it_is_not() -> None:
    """Each commented line that holds a key or a table is taken in; those that only explain are not."""
    lines = starting_text("mine").splitlines()
    code = re.compile(r"^# (\[\[?[a-z.]+\]\]?|[a-z_0-9]+ = .*|  \{ source.*|\])$")
    opened = "\n".join(line[2:] if code.match(line) else line for line in lines)
    document = tomllib.loads(opened)
    assert {claim["id"] for claim in document["claim"]} == {"count-1", "total-1", "capacity-1"}
    assert [scope["id"] for scope in document["scope"]] == ["cargo", "narrower"]
    opened = opened.replace(
        "stow_spread = { value = 1.0", "# stow_spread = { value = 1.0"
    )  # for two stows only
    case = parse_case(opened.encode(), origin="opened.toml")
    assert case.about.confidence is not None
    assert len(case.scenario) == 2


@pytest.mark.parametrize("name", shipped_names())
def test_a_case_can_be_started_from_a_shipped_one(name: str) -> None:
    like = load_case(name)
    case = parse_case(starting_text("mine", like=name).encode(), origin="mine.toml")
    assert case.about.id == "mine"
    assert case.model_copy(update={"about": like.about}) == like
    assert starting_text("mine", like=name).count("\n") == read_shipped(name).decode().count("\n")


@pytest.mark.parametrize("name", ["", "Mine", "my case", "../mine", "a" * 61, 'x"\ny', "tab\there"])
def test_what_cannot_be_an_id_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot be the id of a case; use lower-case letters") as refused:
        start_case(name, tmp_path / "case.toml")
    assert "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_case_that_is_not_shipped_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"did you mean dprk-russia-2024\?"):
        start_case("mine", tmp_path / "mine.toml", like="dprk-russia-2042")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    place = tmp_path / "mine.toml"
    place.write_text("a year of work", encoding="utf-8")
    with pytest.raises(OutputError, match=r"mine\.toml already exists, not overwritten"):
        start_case("mine", place)
    assert place.read_text(encoding="utf-8") == "a year of work"


def test_a_case_is_written_into_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written = start_case("relief-lorries")
    assert written == Path("relief-lorries.toml")
    assert load_case(written).about.id == "relief-lorries"


@pytest.mark.parametrize("place", ["missing/mine.toml", "a\0b.toml", "x" * 300])
def test_a_place_that_cannot_be_written_is_an_error(place: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot be written: \w"):
        start_case("mine", tmp_path / place)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_an_error_that_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=os.strerror(28)):
        start_case("mine", tmp_path / "mine.toml")
    assert list(tmp_path.iterdir()) == []


def texts(value: Any, path: str) -> list[tuple[str, str]]:
    if isinstance(value, str):
        return [(path, value)]
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in texts(inner, f"{path}.{key}".strip("."))]
    if isinstance(value, list):
        return [found for at, inner in enumerate(value) for found in texts(inner, f"{path}[{at}]")]
    return []


def keys(schema: Any) -> set[str]:
    """Every key that the format has a name for."""
    found = set()
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            found |= set(schema["properties"])
        for inner in schema.values():
            found |= keys(inner)
    if isinstance(schema, list):
        for inner in schema:
            found |= keys(inner)
    return found
