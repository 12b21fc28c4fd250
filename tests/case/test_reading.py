"""Case files are read once, and whatever is wrong with one is reported in full and in plain words."""

from __future__ import annotations

import datetime as dt
import io
import os
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shellcount.case.raw import most_bytes
from shellcount.case.reading import (
    DEFAULT_CASE,
    build_case,
    is_shipped,
    load_case,
    parse_case,
    shipped_names,
)
from shellcount.errors import CaseError

CASES = Path(__file__).parents[1] / "cases"
GOOD = CASES / "good_minimal.toml"
SHIPPED = Path(__file__).parents[2] / "seeds" / f"{DEFAULT_CASE}.toml"

# What each file that is no case at all must be told, file name apart.
WHOLE = {
    "empty": "is empty; `shellcount schema` describes the format",
    "blank": "is empty; `shellcount schema` describes the format",
    "binary": "is a binary file; a case is a TOML text file",
    "not_utf8": "is not UTF-8 (line 4); save it as UTF-8",
    "unclosed_table": "is not valid TOML: Expected ']]' at the end of an array declaration "
    "(at line 4, column 8)",
    "prose": "is not valid TOML: Expected '=' after a key in a key/value pair (at line 1, column 7)",
}
PATCHES = sorted(path for path in CASES.glob("bad_*.toml") if not path.name.startswith("bad_file_"))


def faults_of(content: bytes) -> list[str]:
    """Lines of the report on a case file; none where it is a case."""
    try:
        parse_case(content, origin="bad.toml")
    except CaseError as error:
        return [str(fault) for fault in error.faults]
    return []


# --- bad files ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATCHES, ids=lambda path: path.stem.removeprefix("bad_"))
def test_each_bad_case_is_told_exactly_its_faults(path: Path) -> None:
    patch = tomllib.loads(path.read_text(encoding="utf-8"))
    assert set(patch) - {"base"} == {"replace", "faults"}
    text = (CASES / patch.get("base", GOOD.name)).read_text(encoding="utf-8")
    for old, new in patch["replace"]:
        assert text.count(old) == 1
        text = text.replace(old, new)
    assert faults_of(text.encode()) == patch["faults"] != []


@pytest.mark.parametrize("path", sorted(CASES.glob("bad_file_*.toml")), ids=lambda path: path.stem)
def test_each_file_that_is_no_case_is_told_why(path: Path) -> None:
    with pytest.raises(CaseError) as refused:
        load_case(path)
    assert str(refused.value) == f"{path}: 1 fault\n  {WHOLE[path.stem.removeprefix('bad_file_')]}"
    assert refused.value.origin == str(path)


def test_no_message_waits_for_a_file_that_is_gone() -> None:
    assert {path.stem for path in CASES.glob("bad_file_*")} == {f"bad_file_{name}" for name in WHOLE}


# --- reading -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", [GOOD, str(GOOD)])
def test_a_case_is_read_from_a_path(path: Path | str) -> None:
    assert load_case(path).about.id == "aid-trucks"


def test_a_case_is_read_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GOOD.read_bytes())))
    assert load_case("-") == load_case(GOOD)


def test_faults_of_standard_input_are_named_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    with pytest.raises(CaseError, match=r"^standard input: 1 fault\n  is empty"):
        load_case(Path("-"))


def test_standard_input_without_end_is_refused_as_a_large_file_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"#" * (most_bytes() + 1))))
    with pytest.raises(CaseError, match=r"^standard input: 1 fault\n  is larger than 40 MB"):
        load_case("-")


def test_a_mark_of_byte_order_and_other_line_ends_are_accepted() -> None:
    content = GOOD.read_bytes()
    assert parse_case(b"\xef\xbb\xbf" + content, origin="bom.toml") == load_case(GOOD)
    assert parse_case(content.replace(b"\n", b"\r\n"), origin="crlf.toml") == load_case(GOOD)


def test_shipped_cases_are_loaded_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shipped_names() == tuple(sorted(path.stem for path in SHIPPED.parent.glob("*.toml")))
    assert [load_case(name).about.id for name in shipped_names()] == list(shipped_names())
    assert load_case().about.id == DEFAULT_CASE


def test_a_file_goes_before_a_shipped_case_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("black-sea-grain-2022").write_bytes(GOOD.read_bytes())
    assert load_case("black-sea-grain-2022") == load_case(GOOD)
    assert not is_shipped("black-sea-grain-2022")
    assert is_shipped("black-sea-grain-2022", tmp_path.parent)


def test_a_name_that_is_no_file_is_told_what_is_shipped() -> None:
    with pytest.raises(
        CaseError, match=r"; the shipped cases are black-sea-grain-2022, channel-2023 and dprk-russia-2024$"
    ):
        load_case("black-sea-grain")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.toml"
    with pytest.raises(CaseError) as refused:
        load_case(path)
    assert str(refused.value) == f"{path}: 1 fault\n  cannot be read: {os.strerror(2)}"


def test_a_folder_is_no_case(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"1 fault\n  cannot be read: \w"):
        load_case(tmp_path)


def test_a_name_that_no_file_can_have_is_refused() -> None:
    with pytest.raises(CaseError, match=r"^a\\x00b\.toml: 1 fault\n  cannot be read: embedded null byte$"):
        load_case("a\0b.toml")


def test_a_name_cannot_steer_the_terminal() -> None:
    with pytest.raises(CaseError) as refused:
        load_case("\x1b[2J\u202e.toml")
    assert str(refused.value).startswith(r"\x1b[2J\u202e.toml: 1 fault")


# --- hostile content ---------------------------------------------------------------------


def test_fifty_megabytes_of_nonsense_are_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "nonsense.toml"
    path.write_bytes(b"nonsense = [[[ " * (50 * 2**20 // 15))
    with pytest.raises(
        CaseError,
        match=r"is larger than 40 MB; is it .* --limit case=60MB$",
    ):
        load_case(path)


def test_the_size_that_is_refused_is_the_first_above_the_limit() -> None:
    assert len(faults_of(b"#" * most_bytes())) == 11
    assert faults_of(b"#" * (most_bytes() + 1))[0].startswith("is larger than 40 MB")


@pytest.mark.parametrize(
    "content",
    [
        b"a = " + b"[" * 100_000,
        b"a = " + b"[" * 5000 + b"]" * 5000,
        b"a = " + b"{ a = " * 5000,
    ],
    ids=["unclosed lists", "lists", "tables"],
)
def test_deep_nesting_is_refused(content: bytes) -> None:
    assert faults_of(content) == ["is not a case: its values are nested too deeply"]


@pytest.mark.parametrize("depth", [60, 200, 400])
def test_nesting_that_can_be_read_is_reported_as_what_it_is(depth: int) -> None:
    content = GOOD.read_bytes().replace(b"value = 420", b"value = " + b"[" * depth + b"]" * depth)
    assert faults_of(content) == [
        f"claim[0] (crossed).value: must be a number, a range or words (found {'(' * 59}…)"
    ]


HOSTILE = r'"\u001b[31m\u202e\u2066\u0007\u0085red\nalert"'
VISIBLE = r"\x1b[31m\u202e\u2066\x07\x85red\nalert"
WORDS = ("schema", "claimant", "quantity", "scope", "hedge", "use", "grade", "id")


def with_hostile(lines: list[str], *, words: bool) -> tuple[str, int]:
    """Lines of a case whose words, or else numbers and dates, are hostile text; and how many."""
    kept, count = [], 0
    for line in lines:
        key, equals, value = line.partition(" = ")
        # A value may be words, of which its rule tells and not its shape.
        plain = key != "value" and not value.startswith(('"', "[", "{"))
        hit = bool(equals) and (key in WORDS if words else plain)
        count += hit
        kept.append(f"{key} = {HOSTILE}" if hit else line)
    return "\n".join(kept), count


@pytest.mark.parametrize("words", [False, True])
def test_no_value_reaches_a_message_raw(words: bool) -> None:  # noqa: FBT001
    text, count = with_hostile(GOOD.read_text(encoding="utf-8").splitlines(), words=words)
    faults = faults_of(text.encode())
    assert all(fault.isprintable() for fault in faults)
    assert sum(f"(found '{VISIBLE}')" in fault for fault in faults) >= count > 10


def test_thousands_of_faults_are_all_kept_and_few_are_shown() -> None:
    content = GOOD.read_bytes() + b'[[source]]\nid = "a source"\n' * 3000
    with pytest.raises(CaseError) as refused:
        parse_case(content, origin="long.toml")
    lines = str(refused.value).splitlines()
    assert len(refused.value.faults) == 3000 * 3 + 2999  # form, title, publisher; and taken but for the first
    assert lines[0] == "long.toml: 11999 faults"
    assert lines[-1] == "  and 11949 more"
    assert len(lines) == 52


def test_no_fault_is_told_twice() -> None:
    with pytest.raises(CaseError) as refused:
        parse_case(b"[case]\n[[claim]]\n[[nature]]\n[hedges]\n", origin="x")
    assert len(set(refused.value.faults)) == len(refused.value.faults)


SNIPPETS = [
    *(b"[case]\n", b"[[claim]]\n", b"[[nature]]\n", b"[[nature.stow]]\n", b"[hedges]\n", b"[hedges.about]\n"),
    *(b"id = ", b"value = ", b"as_of = ", b"nature = ", b"mix = ", b"reports = ", b'"food"', b"2025-03-01"),
    *(b"1e400", b"nan", b"0x" + b"f" * 4000, b"1_0", b"12:30:00", b'"""', b"'", b"\\"),
    *(b"[", b"]", b"{", b"}", b",", b"\n", b"\r", b"\0", b"\xff"),
]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(SNIPPETS) | st.binary(max_size=3), max_size=12).map(b"".join))
def test_no_bytes_raise_anything_but_a_case_error(content: bytes) -> None:
    assert faults_of(content) != []
    faults_of(GOOD.read_bytes() + content)


def test_raw_values_are_validated_as_files_are() -> None:
    with pytest.raises(CaseError, match=r"^nothing: 11 faults\n  case: missing\n  source: missing\n"):
        build_case({}, "nothing")


# --- the shipped case --------------------------------------------------------------------


def test_the_shipped_case_is_the_one_in_the_repository() -> None:
    assert load_case() == load_case(SHIPPED)
    assert load_case().about.id == DEFAULT_CASE


def test_the_wheels_own_copy_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / f"{DEFAULT_CASE}.toml").write_bytes(GOOD.read_bytes())
    monkeypatch.setattr(
        "shellcount.case.reading.resources.files",
        lambda package: tmp_path if package == "shellcount" else None,
    )
    assert load_case().about.id == "aid-trucks"


OCTOBER, STATE = (dt.date(2023, 10, 13),), (dt.date(2024, 2, 23),)
FEBRUARY, JUNE = (dt.date(2024, 2, 26),), (dt.date(2024, 6, 14),)
SHELL, EITHER = ("152mm-howitzer",), ("122mm-howitzer", "122mm-rocket")
# claimant, quantity, value, resolution, hedge, dates, scope, natures, containers, use
CLAIMS = [
    ("us-white-house", "containers", 1_000, 100, "more_than", OCTOBER, "military", (), None, "fit"),
    ("us-state", "containers", 10_000, 1_000, "more_than", STATE, "military", (), None, "fit"),
    ("rok-mnd", "containers", 6_700, 100, "about", FEBRUARY, "munitions", (), None, "fit"),
    ("rok-mnd", "containers", 10_000, 1_000, "at_least", JUNE, "munitions", (), None, "fit"),
    ("rok-mnd", "capacity", 3_000_000, 100_000, "about", FEBRUARY, None, SHELL, 6_700, "check"),
    ("rok-mnd", "capacity", 500_000, 100_000, "about", FEBRUARY, None, EITHER, 6_700, "check"),
    ("rok-mnd", "rounds", "several million", None, None, FEBRUARY, None, (), None, "check"),
    ("rok-mnd", "capacity", 4_800_000, 100_000, "up_to", JUNE, None, (), 10_000, "check"),
    ("ua-gur", "rounds", 1_500_000, 100_000, "about", FEBRUARY + JUNE, None, (), None, "check"),
    ("eu", "comparator", 1_000_000, 100_000, "about", JUNE, None, (), None, "check"),
    ("rok-mnd", "ratio", 1.3, 0.1, "about", FEBRUARY, None, (), None, "context"),
]


def test_the_shipped_claims_are_the_eleven_of_the_documents() -> None:
    said = [
        (claim.claimant, claim.quantity, claim.value, claim.resolution, claim.hedge, claim.dates, claim.scope,
         claim.natures, claim.containers, claim.use)
        for claim in load_case().claim
    ]  # fmt: skip
    assert said == CLAIMS


def test_the_shipped_hedges_grades_and_natures_are_those_of_the_design() -> None:
    case = load_case()
    assert {name: (rule.sigma, rule.margin) for name, rule in case.hedges.items()} == {
        "exact": (0.02, 0),
        "about": (0.08, 0),
        "more_than": (0.05, 0.15),
        "at_least": (0.05, 0.20),
        "up_to": (0.05, -0.25),
        "nearly": (0.05, -0.05),
    }
    assert {grade: spread.value for grade, spread in case.reliability.items()} == {
        "A": 0.05,
        "B": 0.1,
        "C": 0.2,
        "D": 0.35,
    }
    assert {entry.id: entry.grade for entry in case.claimant} == {
        "us-white-house": "B",
        "us-state": "B",
        "rok-mnd": "B",
        "ua-gur": "C",
        "eu": "C",
    }
    stows = {
        f"{nature.id}.{stow.id}": (
            (stow.mass_kg.low, stow.mass_kg.high),
            (stow.volume_m3.low, stow.volume_m3.high),
            (nature.base_share, stow.base_share),
        )
        for nature in case.nature
        for stow in nature.stow
    }
    assert stows == {
        "152mm-howitzer.complete": ((75, 95), (0.065, 0.10), (0.45, 0.6)),
        "152mm-howitzer.projectile": ((45, 54), (0.032, 0.055), (0.45, 0.4)),
        "122mm-howitzer.complete": ((36, 44), (0.03, 0.05), (0.25, 1)),
        "122mm-rocket.one-row": ((85, 110), (0.215, 0.36), (0.30, 0.75)),
        "122mm-rocket.two-rows": ((85, 110), (0.117, 0.18), (0.30, 0.25)),
    }
    assert [spread and spread.value for spread in (entry.stow_spread for entry in case.nature)] == [
        1.2,
        None,
        1.0,
    ]


def test_the_shipped_box_flow_and_shares_are_those_of_the_design() -> None:
    case = load_case()
    box, priors = case.containers, case.priors
    assert box.rated_payload_kg is not None
    assert box.cube_m3 is not None
    assert priors.payload_share is not None
    assert priors.stowage is not None
    assert (box.first_shipment, box.rated_payload_kg.value, box.cube_m3.value) == (
        dt.date(2023, 9, 1),
        28_200,
        33.1,
    )
    assert (priors.first_rate_per_day.low, priors.first_rate_per_day.high) == (10, 100)
    assert (priors.rate_walk_sd.value, priors.mix_spread.value) == (0.35, 0.8)
    assert priors.payload_share.low == pytest.approx(17.5 / 28.2, abs=5e-5)
    assert priors.payload_share.high == pytest.approx(23.6 / 28.2, abs=5e-5)
    assert (priors.stowage.low, priors.stowage.high) == (0.62, 0.90)
    assert (priors.load.low, priors.load.high) == (0.40, 0.92)
    shares = [(scope.id, scope.share and (scope.share.low, scope.share.high)) for scope in case.scope]
    assert shares == [("military", None), ("munitions", (0.40, 0.95)), ("artillery", (0.50, 0.95))]
    assert {scenario.id: scenario.mix for scenario in case.scenario} == {
        "mixed": None,
        "all-152mm-howitzer": {"152mm-howitzer": 1},
        "all-122mm-howitzer": {"122mm-howitzer": 1},
        "all-122mm-rocket": {"122mm-rocket": 1},
    }


def test_what_the_shipped_case_fits_with_all_evidence() -> None:
    case = load_case()
    readings = {claim.id: claim.under_all for claim in case.claim if claim.under_all is not None}
    assert {name: (reading.nature, reading.as_of) for name, reading in readings.items()} == {
        "ua-gur-2024": (None, None)
    }
    assert {claim.id: claim.derived_from for claim in case.claim if claim.derived_from is not None} == {
        "rok-mnd-2024-02-152mm": "rok-mnd-2024-02",
        "rok-mnd-2024-02-122mm": "rok-mnd-2024-02",
        "rok-mnd-2024-02-sent": "rok-mnd-2024-02",
        "rok-mnd-2024-06-capacity": "rok-mnd-2024-06",
    }


def test_every_report_names_one_of_the_five_documents() -> None:
    case = load_case()
    assert len(case.source) == 5
    assert {report.source for claim in case.claim for report in claim.reports} == {
        source.id for source in case.source
    }
    february = next(claim for claim in case.claim if claim.id == "rok-mnd-2024-02")
    assert [(report.value, report.hedge) for report in february.reports] == [
        (6_700, "up_to"),
        (6_700, "about"),
        (6_700, "about"),
    ]


def test_a_key_that_would_take_minutes_to_read_is_refused_at_once() -> None:
    assert faults_of(b"a." * 1_000_000 + b"a = 1") == [
        "contains a key of thousands of characters; is a quotation mark missing?"
    ]


def test_text_may_be_long() -> None:
    title = "x" * 10_000
    content = GOOD.read_bytes().replace(b"Parcels in aid trucks, January to March 2025", title.encode())
    assert parse_case(content, origin="long.toml").about.title == title
