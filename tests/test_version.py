"""The version is stated once: metadata and citation file agree with it."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import yaml

import shellcount
from shellcount import version

CITATION = Path(__file__).parents[1] / "CITATION.cff"


def test_the_version_is_that_of_the_installed_package() -> None:
    assert version.__version__ == metadata.version("shellcount")


def test_the_package_has_it_too() -> None:
    assert shellcount.__version__ is version.__version__


def test_the_citation_file_cites_it() -> None:
    assert str(yaml.safe_load(CITATION.read_text("utf-8"))["version"]) == version.__version__
