"""Provenance of a set of draws: everything that determines their digits."""

from __future__ import annotations

import functools
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shellcount.digest import Json, digest
from shellcount.version import __version__

type Engine = Literal["is", "smc", "nuts"]

MODEL_VERSION = 2
INSTEAD = "engine"  # diagnostic of a run that another engine drew than was asked for
ENGINES: tuple[Engine, ...] = ("is", "smc", "nuts")
SIZES: dict[Engine, tuple[str, ...]] = {
    "is": ("runs", "points", "draws"),
    "smc": ("runs", "particles", "draws"),
    "nuts": ("runs", "draws", "tune"),
}
_DECIDING: dict[Engine, tuple[str, ...]] = {
    "is": (),
    "smc": (),
    "nuts": ("scipy", "numba", "nutpie", "pymc", "pytensor"),
}


@dataclass(frozen=True)
class Run:
    """Provenance of a posterior.

    Parameters
    ----------
    case, case_digest
        Id of the case, and the SHA-256 of all that it says.
    given
        What was conditioned on.
    engine, seed, settings
        The sampler, its seed and its sizes, named as in :data:`SIZES`.
    versions
        Of the libraries that decide digits.
    model_version
        Counts changes of the model's formulae.

    Examples
    --------
    >>> import shellcount
    >>> shellcount.fit(shellcount.load_case()).run.settings["runs"]
    16
    """

    case: str
    case_digest: str
    given: str
    engine: Engine
    seed: int
    settings: Mapping[str, int]
    versions: Mapping[str, str]
    model_version: int = MODEL_VERSION

    @functools.cached_property
    def digest(self) -> str:
        """SHA-256 of the run."""
        return digest(self._made_by())

    def document(self) -> dict[str, Json]:
        """Give the run and its digest as plain values."""
        return {"digest": self.digest, **self._made_by()}

    def _made_by(self) -> dict[str, Json]:
        return {
            "case": self.case,
            "case_digest": self.case_digest,
            "model_version": self.model_version,
            "given": self.given,
            "engine": self.engine,
            "seed": self.seed,
            "settings": dict(self.settings),
            "versions": dict(self.versions),
        }


def versions(engine: Engine) -> dict[str, str]:
    """Look up the versions of the libraries that determine an engine's digits.

    Examples
    --------
    >>> sorted(versions("smc"))
    ['numpy', 'python', 'shellcount']
    """
    import numpy as np  # not needed to read a run

    ours = {"shellcount": __version__, "python": platform.python_version(), "numpy": np.__version__}
    return ours | {name: _installed(name) for name in _DECIDING[engine]}


@functools.cache  # reading it from disk takes longer than the summary of an estimate
def _installed(library: str) -> str:
    import importlib.metadata  # slow to import

    return importlib.metadata.version(library)
