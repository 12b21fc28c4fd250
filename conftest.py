"""How all tests run: on one thread, with little collection of garbage; fits of examples are made once."""

from __future__ import annotations

import functools
import gc
import os
from collections.abc import Iterator
from typing import Any

import pytest

# Before anything imports numpy: threads of linear algebra wait for each other by keeping a core busy, which
# other workers need. Tests of threads set a number of their own.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import shellcount
from shellcount.posterior.posterior import Posterior
from shellcount.results.results import Results

# Most of what tests make stays, or goes without a search for circles, which took a tenth of the time.
gc.set_threshold(100_000, 50, 100)

_fit, _analyse = shellcount.fit, shellcount.analyse
_DEFAULT = {"seed": 1}


@functools.cache
def _posterior() -> Posterior:
    return _fit(shellcount.load_case())


@functools.cache
def _results() -> Results:
    return _analyse(_posterior())


def _fit_once(case: Any, **named: Any) -> Posterior:
    """Most examples fit the shipped case as it is: the same digits, a second each time."""
    plain = case == shellcount.load_case() and named.items() <= _DEFAULT.items()
    return _posterior() if plain else _fit(case, **named)


def _analyse_once(source: Any, *arguments: Any, **named: Any) -> Results:
    plain = source is _posterior() and not arguments and not named
    return _results() if plain else _analyse(source, *arguments, **named)


@pytest.fixture(scope="module", autouse=True)
def fits_are_made_once(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give examples the posterior that they would fit."""
    with pytest.MonkeyPatch.context() as patch:
        if type(request.node) is not pytest.Module:  # but one of examples, which is derived from it
            patch.setattr(shellcount, "fit", _fit_once)
            patch.setattr(shellcount, "analyse", _analyse_once)
        yield
