"""A case is frozen, is known by a digest of its values alone, and describes its own format."""

from __future__ import annotations

import copy
import datetime as dt
import json
import re
import subprocess
import sys
import tomllib
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from made_up import ALL, Sizes, made_up
from richer import rich_case
from shellcount.case.fields import Grade, Hedge, is_month
from shellcount.case.header import Header
from shellcount.case.raw import frozen
from shellcount.case.reading import build_case, load_case, parse_case
from shellcount.case.schema import SCHEMA, Case, Claim, DateRange, json_schema
from shellcount.digest import digest

GOOD = Path(__file__).parents[1] / "cases" / "good_minimal.toml"
TEXT = GOOD.read_text(encoding="utf-8")
DEFAULT = load_case()
LEDGER = load_case(GOOD.with_name("good_ledger.toml"))
MONTHLY = parse_case(
    TEXT.replace("[priors]", '[flow]\nstep = "month"\n\n[priors]').encode(), origin="monthly"
)
IDS = [claim.id for claim in DEFAULT.claim]


def parsed(text: str) -> Case:
    return parse_case(text.encode(), origin="changed.toml")


def models(value: object) -> Iterator[BaseModel]:
    """Every table of a case, itself included."""
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from models(getattr(value, name))
    elif isinstance(value, tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from models(item)


# --- frozen ------------------------------------------------------------------------------


def test_no_field_of_any_table_can_be_set() -> None:
    tables = [*models(DEFAULT), *models(LEDGER), *models(MONTHLY)]
    assert len({type(table) for table in tables}) == 27
    for table in tables:
        for name in type(table).model_fields:
            with pytest.raises(ValidationError, match="frozen"):
                setattr(table, name, getattr(table, name))


def test_lists_of_the_file_are_tuples() -> None:
    lists = [name for table in models(DEFAULT) for name, value in table if isinstance(value, list)]
    assert lists == []


# --- defaults ----------------------------------------------------------------------------


def test_an_optional_value_is_none_when_it_is_absent() -> None:
    case = load_case(GOOD)
    first, second = case.claim
    assert (case.source[0].author, case.source[0].url, case.source[0].sha256, case.source[0].note) == (
        None,
    ) * 4
    assert (first.nature, first.containers, first.under_all, first.note) == (None,) * 4
    assert (second.scope, second.reports[0].phrase) == (None, None)
    assert (case.scope[0].share, case.nature[1].stow_spread, case.scenario[0].mix) == (None,) * 3
    assert case.about.limitations == ()


def test_rounds_in_containers_are_what_is_counted_unless_said_otherwise() -> None:
    case = parsed(TEXT.replace('item = "parcels"\n', "").replace('carrier = "trucks"\n', ""))
    assert (case.about.item, case.about.carrier) == ("rounds", "containers")


def test_one_of_each_is_enough() -> None:
    raw = tomllib.loads(TEXT)
    for table in ("claim", "scope", "nature", "scenario"):
        del raw[table][1:]
    del raw["nature"][0]["stow"][1:], raw["nature"][0]["stow_spread"]
    raw["claim"][0]["scope"] = "all-aid"
    case = build_case(frozen(raw), "one.toml")
    tables = (
        case.source,
        case.claimant,
        case.claim,
        case.scope,
        case.nature,
        case.scenario,
        case.nature[0].stow,
    )
    assert [len(table) for table in tables] == [1] * 7


# --- what a claim says -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nature", "natures"), [(None, ()), ("food", ("food",)), (("food", "hygiene"), ("food", "hygiene"))]
)
def test_the_natures_of_a_claim(nature: str | tuple[str, ...] | None, natures: tuple[str, ...]) -> None:
    claim = load_case(GOOD).claim[1]
    assert claim.model_copy(update={"nature": nature}).natures == natures


@pytest.mark.parametrize(
    ("as_of", "dates"),
    [
        (dt.date(2025, 3, 1), (dt.date(2025, 3, 1),)),
        (
            DateRange(earliest=dt.date(2025, 2, 1), latest=dt.date(2025, 3, 1)),
            (dt.date(2025, 2, 1), dt.date(2025, 3, 1)),
        ),
        (DateRange(earliest=dt.date(2025, 2, 1), latest=dt.date(2025, 2, 1)), (dt.date(2025, 2, 1),)),
    ],
)
def test_the_dates_of_a_claim(as_of: dt.date | DateRange, dates: tuple[dt.date, ...]) -> None:
    claim: Claim = load_case(GOOD).claim[1].model_copy(update={"as_of": as_of})
    assert claim.dates == dates


def test_the_last_date_is_that_of_any_claim() -> None:
    assert load_case(GOOD).last_date == dt.date(2025, 3, 7)
    assert parsed(TEXT.replace("latest = 2025-03-01", "latest = 2025-03-31")).last_date == dt.date(
        2025, 3, 31
    )


# --- digest ------------------------------------------------------------------------------


@settings(max_examples=20)
@given(st.permutations(range(5 + 5 + 11)))
def test_the_order_of_claims_sources_and_claimants_does_not_matter(order: list[int]) -> None:
    shipped = (Path(__file__).parents[2] / "seeds" / "dprk-russia-2024.toml").read_text(encoding="utf-8")
    head, *blocks = re.split(r"(?m)^(?=\[\[(?:source|claimant|claim)\]\])", shipped)
    last, tail = blocks[-1].split("\n# --- what a hedge", maxsplit=1)
    blocks[-1] = last + "\n"
    case = parsed(head + "".join(blocks[place] for place in order) + "\n# --- what a hedge" + tail)
    assert [claim.id for claim in case.claim] == [IDS[place - 10] for place in order if place >= 10]
    assert case.digest == DEFAULT.digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n", "\r\n"),
        ("\n\n", "\n# a remark\n\n\n"),
        ("600_000", "6.0e5"),
        (" = ", "="),
        ("0.35", "0.350"),
        ("grade = ", '"grade" = '),
        ('"office"', "'office'"),
        ('id = "office"\ntitle = "the crossing office"', 'title = "the crossing office"\nid = "office"'),
        (
            '[reliability]\nB = { value = 0.1, basis = "Usually reliable.", certainty = "U" }',
            '[reliability.B]\nvalue = 0.1\nbasis = "Usually reliable."\ncertainty = "U"',
        ),
        ('item = "parcels"\ncarrier = "trucks"', 'item = "parcels"\ncarrier = "trucks"\nlimitations = []'),
    ],
)
def test_the_layout_of_the_file_does_not_matter(old: str, new: str) -> None:
    changed = TEXT.replace(old, new)
    assert changed != TEXT
    assert parsed(changed).digest == load_case(GOOD).digest


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if not items:
        yield path
    for key, item in items:
        yield from leaves(item, (*path, key))


OTHER_WORD = {"certainty": "B", "grade": "C", "use": "context", "hedge": "about"}


def altered(raw: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
    """A deep copy in which one value is a little different, and still valid."""
    raw = copy.deepcopy(raw)
    here: Any = raw
    for step in path[:-1]:
        here = here[step]
    key, old = path[-1], here[path[-1]]
    if isinstance(old, int | float):
        here[key] = old * (1 - 1e-10) if old else 1e-10
    elif isinstance(old, dt.date):
        here[key] = old + dt.timedelta(days=1)
    elif key in OTHER_WORD:
        here[key] = (
            OTHER_WORD[str(key)] if old != OTHER_WORD[str(key)] else "up_to" if key == "hedge" else "C"
        )
    else:
        here[key] = f"{old} too"
    return raw


def without_nulls(value: Any) -> Any:
    """The value without members of objects that are null, at any depth."""
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "sort", [DEFAULT, rich_case(), made_up(Sizes(forms=ALL))], ids=["shipped", "rich", "made up"]
)
def test_the_digest_is_that_of_the_document_without_what_is_not_given(sort: Case) -> None:
    assert sort.digest == digest(without_nulls(sort.document()))


def test_a_copy_with_other_claims_has_its_own_digest_and_last_date() -> None:
    assert DEFAULT.digest == load_case().digest
    claims = tuple(claim for claim in DEFAULT.claim if max(claim.dates) < DEFAULT.last_date)
    fewer = DEFAULT.model_copy(update={"claim": claims})
    assert fewer.last_date == max(day for claim in claims for day in claim.dates) < DEFAULT.last_date
    assert fewer.digest != DEFAULT.digest
    assert copy.deepcopy(DEFAULT) == load_case() == DEFAULT


def test_every_value_counts_in_the_digest() -> None:
    raw = tomllib.loads(TEXT)
    digests = {load_case(GOOD).digest}
    paths = [path for path in leaves(raw) if path[-1] not in {"schema", "quantity", "grade"}]
    # Ids and what refers to them are changed together, by the next test.
    paths = [path for path in paths if path[-1] not in {"id", "claimant", "source", "scope", "nature"}]
    paths = [path for path in paths if path[:3] != ("claim", 1, "nature")]
    for path in paths:
        frozen = Case.model_validate_json(json.dumps(altered(raw, path), default=str), strict=False)
        digests.add(frozen.digest)
    assert len(digests) == len(paths) + 1 > 90


@pytest.mark.parametrize(
    "name",
    [
        "aid-trucks",
        "bulletin",
        "office",
        "crossed",
        "could-hold",
        "all-aid",
        "parcels",
        "food",
        "hygiene",
        "pallets",
        "loose",
        "cartons",
        "mixed",
        "all-food",
    ],
)
def test_every_id_counts_in_the_digest(name: str) -> None:
    changed = re.sub(rf'"{name}"|\b{name} =', lambda found: found[0].replace(name, f"{name}-too"), TEXT)
    assert parsed(changed).digest != load_case(GOOD).digest


def test_the_order_of_natures_and_scopes_counts() -> None:
    case = load_case(GOOD)
    assert case.model_copy(update={"nature": case.nature[::-1]}).digest != case.digest
    assert case.model_copy(update={"scope": case.scope[::-1]}).digest != case.digest


def test_the_digest_is_that_of_the_document_and_the_document_is_json() -> None:
    document = DEFAULT.document()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert [claim["id"] for claim in typing.cast("list[dict[str, str]]", document["claim"])] == sorted(
        claim.id for claim in DEFAULT.claim
    )
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", DEFAULT.digest)


@pytest.mark.parametrize("name", ["good_minimal", "good_ledger"])
def test_the_document_reads_back_as_the_same_case(name: str) -> None:
    case = load_case(GOOD.with_name(f"{name}.toml"))
    assert Case.model_validate_json(json.dumps(case.document())).digest == case.digest
    assert build_case(case.model_dump(by_alias=True), "again") == case


def test_a_transcript_is_read_back_in_its_own_order(case: Case) -> None:
    turned = case.model_copy(update={"claim": case.claim[::-1]})
    assert Case.model_validate_json(json.dumps(turned.transcript())) == turned
    assert turned.transcript() != case.transcript()
    assert turned.document() == case.document()


# Digests that files of the first edition of the format had then.
FIRST_EDITION = {
    "first_edition/dprk-russia-2024": "5ea5de9f887dd8a013417c86be2837168507fe30b4e6495724e046f1836f4560",
    "first_edition/black-sea-grain-2022": "1efc98761205889ceb1220842a5b98ba806798229f4c2557f3e965a9f702beae",
    "good_minimal": "97a239d59ba768b2dabba13a000b49dd2bf9afe9848f2c94038d3508e0019e90",
}


@pytest.mark.parametrize("name", FIRST_EDITION)
def test_a_file_of_the_first_edition_is_valid_and_keeps_its_digest(name: str) -> None:
    assert load_case(GOOD.parent / f"{name}.toml").digest == f"sha256:{FIRST_EDITION[name]}"


def test_a_synonym_of_a_hedge_and_a_month_say_the_same_as_what_they_stand_for() -> None:
    said = TEXT.replace('hedge = "about"', 'hedge = "roughly"').replace(
        "as_of = 2025-03-07", 'as_of = "2025-03"'
    )
    meant = TEXT.replace("as_of = 2025-03-07", "as_of = 2025-03-31")
    assert parsed(said).digest == parsed(meant).digest


# --- schema ------------------------------------------------------------------------------


def tables_of_schema() -> dict[str, dict[str, Any]]:
    schema = typing.cast("dict[str, Any]", json_schema())
    tables = {"Case": schema} | schema["$defs"]
    return {name: table for name, table in tables.items() if table.get("type") == "object"}


def test_the_schema_is_json_and_of_this_version() -> None:
    assert json.loads(json.dumps(json_schema(), allow_nan=False)) == json_schema()
    assert tables_of_schema()["Header"]["properties"]["schema"]["const"] == SCHEMA


def test_the_schema_forbids_unknown_keys_everywhere() -> None:
    tables = tables_of_schema()
    assert len(tables) == 30
    assert {name for name, table in tables.items() if table["additionalProperties"] is not False} == set()


def test_the_schema_describes_every_table_and_every_field() -> None:
    for name, table in tables_of_schema().items():
        assert re.fullmatch(r"[A-Z][^`\n]*\.", table["description"]), name
        for field, entry in table["properties"].items():
            # A description that only repeats the table's own is left out beside the reference to it.
            own = tables_of_schema()[entry["$ref"].split("/")[-1]] if "description" not in entry else entry
            assert re.fullmatch(r"[A-Z\d].*\.", own["description"]), f"{name}.{field}"


def test_every_reference_of_the_schema_has_a_target() -> None:
    text = json.dumps(json_schema())
    targets = set(typing.cast("dict[str, Any]", json_schema())["$defs"])
    assert set(re.findall(r'"#/\$defs/(\w+)"', text)) == targets


def test_the_schema_names_every_hedge_and_grade() -> None:
    definitions = typing.cast("dict[str, Any]", json_schema())["$defs"]
    assert definitions["Hedge"]["enum"] == list(typing.get_args(Hedge.__value__))
    assert definitions["Grade"]["enum"] == list(typing.get_args(Grade.__value__)) == list("ABCDEF")


def test_the_schema_takes_the_months_that_are_read() -> None:
    (_, month) = typing.cast("dict[str, Any]", json_schema())["$defs"]["DayOrMonth"]["anyOf"]
    for text in ("2025-01", "2025-12", "2025-00", "2025-13", "2025-1", "x2025-01", "2025-011"):
        assert (re.search(month["pattern"], text) is not None) is is_month(text), text


def test_the_schema_limits_spreads_to_ten() -> None:
    assert tables_of_schema()["Spread"]["properties"]["value"]["maximum"] == 10


# --- shown -------------------------------------------------------------------------------


def test_a_case_shows_itself_in_a_line() -> None:
    case = load_case(GOOD)
    shown = f"<Case aid-trucks: claims 2 (1 fit, 1 checked), sources 1, natures 2, {case.digest[:15]}>"
    assert repr(case) == str(case) == shown
    assert len(repr(DEFAULT)) < 120


def test_a_notebook_shows_the_claims_of_a_case() -> None:
    shown = re.sub(r' style="[^"]*"', "", load_case(GOOD)._repr_html_())
    assert shown.startswith("<p>Parcels in aid trucks, January to March 2025</p><table>")
    assert re.findall(r"<tr>(?:<td>.*?</td>)+</tr>", shown) == [
        "<tr><td>crossed</td><td>the crossing office</td><td>about 420</td><td>containers</td>"
        "<td>2025-03-07</td><td>fit</td></tr>",
        "<tr><td>could-hold</td><td>the crossing office</td><td>up to 600,000</td><td>capacity</td>"
        "<td>2025-02-01 to 2025-03-01</td><td>check</td></tr>",
    ]


def test_a_title_is_data_in_a_notebook() -> None:
    hostile = TEXT.replace("Parcels in aid trucks", r"<script>\u001b[31m\u202e")
    assert parsed(hostile)._repr_html_().startswith(r"<p>&lt;script&gt;\x1b[31m\u202e, January")


def test_the_header_keeps_its_key_in_the_file() -> None:
    assert Header.model_fields["format"].alias == "schema"
    assert load_case(GOOD).about.format == SCHEMA


def test_loading_the_types_builds_the_reader_of_a_case_alone() -> None:
    code = """
from shellcount.case.schema import Case, Claim
print(Case.__pydantic_complete__, Claim.__pydantic_complete__)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]
