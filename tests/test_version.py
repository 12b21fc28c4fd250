"""The version is stated once: metadata, citation file and changelog agree with it."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

import shellcount
from shellcount import version

ROOT = Path(__file__).parents[1]
HEADING = re.compile(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", re.MULTILINE)


def citation() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    return read


def releases() -> list[tuple[str, str]]:
    """Version and date of each release in the changelog, as they stand there."""
    return HEADING.findall((ROOT / "CHANGELOG.md").read_text("utf-8"))


def test_the_version_is_that_of_the_installed_package() -> None:
    assert version.__version__ == metadata.version("shellcount")


def test_the_package_has_it_too() -> None:
    assert shellcount.__version__ is version.__version__


def test_the_citation_file_cites_it() -> None:
    assert str(citation()["version"]) == version.__version__


def test_the_changelog_has_no_heading_of_another_form() -> None:
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings == ["[Unreleased]", *(f"[{number}] - {date}" for number, date in releases())]


def test_releases_of_the_changelog_are_in_order_and_the_last_is_the_one_that_is_cited() -> None:
    released = releases()
    numbers = [tuple(map(int, number.split("."))) for number, _ in released]
    assert numbers == sorted(set(numbers), reverse=True)
    dates = [date for _, date in released]
    assert dates == sorted(dates, reverse=True)
    # What has a date was released, and what was released has its date.
    dated = citation().get("date-released")
    assert (dated is not None) == (version.__version__ in dict(released))
    assert dated is None or released[0] == (version.__version__, str(dated))
