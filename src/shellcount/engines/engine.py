"""Load an engine by name: a module of this room draws from a model and reports on its work."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Protocol, cast

from shellcount.digest import Json
from shellcount.engines.sampler_report import SamplerReport
from shellcount.maths.arrays import Array
from shellcount.model.model import Model
from shellcount.results.run import Engine

_MODULES: dict[Engine, str] = {"is": "importance", "smc": "smc", "nuts": "nuts"}

type Drawn = tuple[dict[str, Array], SamplerReport]


class EngineModule(Protocol):
    """Functions that the module of an engine offers."""

    def draw(
        self, model: Model, seed: int, sizes: Mapping[str, int], progress: Callable[[float], None]
    ) -> Drawn:
        """Draw the coordinates of a model, each of shape (run, draw), and report on the work."""

    def read_report(
        self, document: Mapping[str, Json], statistics: Mapping[str, Array], runs: int
    ) -> SamplerReport:
        """Read a report on some runs from its written form, and the statistics that were kept beside it."""


def load_engine(name: Engine) -> EngineModule:
    """Import the module of an engine.

    Examples
    --------
    >>> load_engine("smc").__name__
    'shellcount.engines.smc'
    """
    return cast("EngineModule", importlib.import_module(f"shellcount.engines.{_MODULES[name]}"))
