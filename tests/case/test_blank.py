"""A case to start from runs as it stands, says what is to be written, and shows every key of the format."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from shellcount.case.blank import start_case, starting_text, unfinished
from shellcount.case.flow import outlier_scale, outlier_share, step_start
from shellcount.case.kinds import KINDS
from shellcount.case.reading import load_case, parse_case, read_shipped, shipped_names
from shellcount.case.schema import Case, Claim, json_schema
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


CODE = re.compile(r"^# (\[\[?[a-z_.]+\]\]?|[a-z_0-9]+ = .*|  \{ source.*|\])$")


def blocks() -> list[list[str]]:
    """Split a blank case at its empty lines, each commented example being a block of its own."""
    return [block.splitlines() for block in starting_text("mine").split("\n\n")]


def opened(*left_out: str) -> str:
    """Take in every commented key and table, but for blocks and lines that have one of these texts."""
    taken = []
    for block in blocks():
        out = [text for text in left_out if any(CODE.match(line) and text in line for line in block)]
        if any(line.startswith(("# [[", "# [")) and CODE.match(line) for line in block) and out:
            continue
        taken += [
            line[2:] if CODE.match(line) and not any(t in line for t in out) else line for line in block
        ]
        taken.append("")
    return "\n".join(taken)


# With a kind that is stated per container a mass is refused; without it a nature is missing, and a share of
# the only one tells nothing.
@pytest.mark.parametrize(
    "left_out", [("mass-1",), ("per_carrier", 'nature = ["item", "other"]', "reading_odds", "share-1")]
)
def test_what_a_blank_case_has_commented_out_is_valid_once_it_is_not(left_out: tuple[str, ...]) -> None:
    """Each commented line that holds a key or a table is taken in; those that only explain are not."""
    case = parse_case(opened("stow_spread", *left_out).encode(), origin="opened.toml")
    assert case.about.confidence is not None
    assert (case.flow, case.robustness) != (None, None)
    assert (len(case.group or ()), len(case.pause or ()), len(case.trip or ())) == (1, 1, 1)
    assert [scope.id for scope in case.scope] == ["cargo", "narrower"]
    assert len(case.scenario) == 2


def test_a_blank_case_has_an_example_of_every_form_of_claim() -> None:
    examples = tomllib.loads(opened())["claim"]
    assert {claim["quantity"] for claim in examples} == set(KINDS) - {"ratio", "comparator"}
    assert {type(claim["value"]) for claim in examples} == {int, float, dict, str}
    assert 0 in [claim["value"] for claim in examples]
    keys_shown = {key for claim in examples for key in claim}
    assert set(Claim.model_fields) - keys_shown == set()


@pytest.mark.parametrize(
    ("key", "written", "instead"),
    [
        ("step_days", "step_days = 14", 'step = "month"'),
        (
            "load",
            'load = { low = 0.40, high = 0.92, basis = "TODO: load',
            'load = { value = 1, basis = "TODO: load',
        ),
        ("as_of", "as_of = 2024-03-31      #", "as_of = { earliest = 2024-03-01, latest = 2024-03-31 }  #"),
        ("of", 'of = "containers"     #', 'of = "rounds"  #'),
    ],
)
def test_what_a_comment_offers_instead_is_valid(key: str, written: str, instead: str) -> None:
    text = opened("stow_spread", "mass-1")
    assert key in written
    assert text.count(written) == 1
    changed = text.replace(written, instead)
    if key == "of":  # items have a nature or the whole mix, and no scope
        changed = changed.replace('scope = "cargo"\nvalue = { low = 8', "value = { low = 8")
    assert parse_case(changed.encode(), origin="opened.toml").about.id == "mine"


def test_values_in_use_without_a_table_are_those_that_a_blank_case_says() -> None:
    case = parse_case(opened("stow_spread", "mass-1").encode(), origin="opened.toml")
    plain = blank()
    assert (outlier_share(case), outlier_scale(case)) == (outlier_share(plain), outlier_scale(plain))
    assert step_start(case, 1) == step_start(plain, 1)


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
