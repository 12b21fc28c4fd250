"""Words for probabilities are those of published scales, edge by edge."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.errors import UnknownNameError
from shellcount.wording.scales import ICD203, SCALES, Scale, load_scale

# In per cent, as published.
PUBLISHED = {
    "icd203": [
        ("almost no chance", 1, 5),
        ("very unlikely", 5, 20),
        ("unlikely", 20, 45),
        ("roughly even chance", 45, 55),
        ("likely", 55, 80),
        ("very likely", 80, 95),
        ("almost certain", 95, 99),
    ],
    "phia": [
        ("remote chance", 0, 5),
        ("highly unlikely", 10, 20),
        ("unlikely", 25, 35),
        ("realistic possibility", 40, 50),
        ("likely", 55, 75),
        ("highly likely", 80, 90),
        ("almost certain", 95, 100),
    ],
    "ipcc": [
        ("exceptionally unlikely", 0, 1),
        ("extremely unlikely", 0, 5),
        ("very unlikely", 0, 10),
        ("unlikely", 0, 33),
        ("about as likely as not", 33, 66),
        ("likely", 66, 100),
        ("very likely", 90, 100),
        ("extremely likely", 95, 100),
        ("virtually certain", 99, 100),
    ],
}


@pytest.mark.parametrize("name", SCALES)
def test_the_bands_are_those_that_were_published(name: str) -> None:
    bands = load_scale(name).bands
    found = {(band.word, round(100 * band.low, 9), round(100 * band.high, 9)) for band in bands}
    assert found == set(PUBLISHED[name])
    assert len(bands) == len(found)


@pytest.mark.parametrize("name", SCALES)
def test_every_scale_says_where_it_is_from(name: str) -> None:
    scale = load_scale(name)
    assert scale.id == name
    assert all(text.strip() for text in (scale.title, scale.version, scale.source, scale.note))
    assert scale.url.startswith("https://")
    text = files("shellcount").joinpath("data", "scales", f"{name}.toml").read_text(encoding="utf-8")
    assert set(tomllib.loads(text)) == {"title", "version", "source", "url", "note", "band"}


def test_every_data_file_is_a_scale_that_can_be_asked_for() -> None:
    names = sorted(entry.name for entry in files("shellcount").joinpath("data", "scales").iterdir())
    assert names == sorted(f"{name}.toml" for name in SCALES)
    assert load_scale().id == ICD203 == SCALES[0]


def test_versions_are_dates_so_that_editions_can_be_told_apart() -> None:
    assert {name: load_scale(name).version for name in SCALES} == {
        "icd203": "2015-01-02",
        "phia": "2025-03-24",
        "ipcc": "2010-07-07",
    }


@pytest.mark.parametrize(
    ("percent", "word"),
    [
        (0, "almost no chance"),  # below the scale: the nearest
        (1, "almost no chance"),
        (4.99, "almost no chance"),
        (5, "very unlikely"),
        (19, "very unlikely"),
        (20, "unlikely"),
        (44, "unlikely"),
        (45, "roughly even chance"),
        (54, "roughly even chance"),
        (55, "likely"),
        (79, "likely"),
        (80, "very likely"),
        (94, "very likely"),
        (95, "almost certain"),
        (99, "almost certain"),
        (100, "almost certain"),  # above the scale
    ],
)
def test_icd_203(percent: float, word: str) -> None:
    assert load_scale("icd203").word(percent / 100) == word


@pytest.mark.parametrize(
    ("percent", "word"),
    [
        (0, "remote chance"),
        (5, "remote chance"),
        (7, "remote chance"),
        (7.5, "highly unlikely"),  # the middle of a gap: the upper
        (8, "highly unlikely"),
        (10, "highly unlikely"),
        (20, "highly unlikely"),
        (22, "highly unlikely"),
        (22.5, "unlikely"),
        (25, "unlikely"),
        (35, "unlikely"),
        (37, "unlikely"),
        (37.5, "realistic possibility"),
        (40, "realistic possibility"),
        (50, "realistic possibility"),
        (52, "realistic possibility"),
        (52.5, "likely"),
        (55, "likely"),
        (75, "likely"),
        (77, "likely"),
        (77.5, "highly likely"),
        (80, "highly likely"),
        (90, "highly likely"),
        (92, "highly likely"),
        (92.5, "almost certain"),
        (95, "almost certain"),
        (100, "almost certain"),
    ],
)
def test_the_yardstick_keeps_its_gaps_and_gives_the_nearest_band(percent: float, word: str) -> None:
    assert load_scale("phia").word(percent / 100) == word


@pytest.mark.parametrize(
    ("percent", "word"),
    [
        (0, "exceptionally unlikely"),
        (0.99, "exceptionally unlikely"),
        (1, "extremely unlikely"),
        (4, "extremely unlikely"),
        (5, "very unlikely"),
        (9, "very unlikely"),
        (10, "unlikely"),
        (32, "unlikely"),
        (33, "about as likely as not"),
        (65, "about as likely as not"),
        (66, "likely"),
        (89, "likely"),
        (90, "very likely"),
        (94, "very likely"),
        (95, "extremely likely"),
        (98, "extremely likely"),
        (99, "virtually certain"),
        (100, "virtually certain"),
    ],
)
def test_of_nested_bands_the_narrowest_is_given(percent: float, word: str) -> None:
    assert load_scale("ipcc").word(percent / 100) == word


def rank(scale: Scale, word: str) -> float:
    """A word's place, by the middle of its band and, of nested ones, by how narrow it is."""
    band = next(band for band in scale.bands if band.word == word)
    if band.low == 0:
        return band.high
    return band.low + (1 if band.high == 1 else 0.5)


@pytest.mark.parametrize("name", SCALES)
@given(st.floats(0, 1), st.floats(0, 1))
def test_a_larger_probability_never_gets_a_lower_word(name: str, one: float, other: float) -> None:
    scale = load_scale(name)
    assert rank(scale, scale.word(min(one, other))) <= rank(scale, scale.word(max(one, other)))


@pytest.mark.parametrize("name", SCALES)
def test_every_word_of_a_scale_is_said_of_some_probability(name: str) -> None:
    scale = load_scale(name)
    said = {scale.word(place / 1000) for place in range(1001)}
    assert said == {band.word for band in scale.bands}


@pytest.mark.parametrize("name", SCALES)
@given(st.floats(0, 1))
def test_a_word_is_never_said_of_a_probability_that_only_another_band_holds(name: str, value: float) -> None:
    scale = load_scale(name)
    holding = {band.word for band in scale.bands if band.low <= value <= band.high}
    assert not holding or scale.word(value) in holding


@pytest.mark.parametrize("name", ["ICD203", "icd", "../scales/icd203", "", "kent"])
def test_other_names_are_refused_with_those_that_there_are(name: str) -> None:
    with pytest.raises(UnknownNameError, match=r"scale.*(icd203|did you mean)"):
        load_scale(name)
