r"""Calibrate the engine by simulation: intervals contain the truth as often as they state.

A truth is drawn from the prior, every fitted claim is simulated from it through its reporting
kernel, and the case is fit again to the simulated claims. Over many such refits the rank of the
truth among the posterior draws is uniform, for every quantity, if and only if the engine draws from
the posterior of the stated model (Talts et al. 2018, arXiv:1804.06788; Cook, Gelman and Rubin 2006).
The likelihood is ranked too, which reveals faults that no parameter shows (Modrák et al. 2023,
*Bayesian Analysis* 20:461).
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import operator
from collections.abc import Iterable
from concurrent.futures import Executor
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field, NonNegativeInt, TypeAdapter

from shellcount.case.schema import Case
from shellcount.engines import settings as defaults
from shellcount.engines.announcing import require_study
from shellcount.engines.forecast import require_affordable
from shellcount.errors import EvidenceError, UsageError
from shellcount.model.model import build_model
from shellcount.parallel.journal import Journal
from shellcount.parallel.tasks import finish
from shellcount.progress import Progress, showing
from shellcount.results.calibration import Calibration
from shellcount.results.conditioning import conditioning
from shellcount.results.given import fitted_ids, parse_given, split_given
from shellcount.results.run import Run, versions
from shellcount.studies.refit import SETTINGS, SIZES, Ranks, refit, tested_quantities

REFITS = 1000
_BATCH = 5
_FEWEST, _MOST = 10, 100_000


def check_request(case: Case, *, given: str, refits: int, seed: int) -> None:
    """Refuse a request that :func:`calibrate` cannot meet, before any work.

    Raises
    ------
    LimitError
        When a refit, or all together, are forecast to need more memory or work than is allowed.
    UnknownNameError, UsageError
        When an argument is invalid, or ArviZ is not installed.
    """
    if importlib.util.find_spec("arviz_stats") is None:
        raise UsageError("calibration needs arviz: install it with pip install 'shellcount[nuts]'")
    defaults.whole_number("refits", refits, least=_FEWEST, most=_MOST)
    defaults.whole_number("seed", seed)
    if not fitted_ids(case, parse_given(case, given)):
        raise UsageError(
            f"given {split_given(given).brief}, no claim is fit, so there is nothing to calibrate"
        )
    model = build_model(case, given)
    require_affordable(model, "is", SIZES)
    require_study(
        model,
        "is",
        SIZES,
        refits,
        f"a calibration of {refits:,} refits",
        remedy="--refits has fewer, and when interrupted, the same command goes on",
    )


def calibrate(
    case: Case,
    *,
    given: str = "counts",
    without: Iterable[str] = (),
    with_: Iterable[str] = (),
    refits: int = REFITS,
    seed: int = defaults.SEED,
    journal: Path | None = None,
    executor: Executor | None = None,
    progress: Progress = False,
) -> Calibration:
    """Calibrate the default engine on a case by simulation.

    Parameters
    ----------
    case
        Case whose stated values are replaced by simulated ones.
    given
        ``counts``, ``all``, or the text of another conditioning, such as ``all-but:CLAIM,CLAIM``.
    without, with_
        Names of claims, claimants and groups that are held out or fit besides, as for :func:`shellcount.fit`.
    refits
        Number of simulated truths.
    seed
        Random seed: same seed, same digits, whatever the number of workers.
    journal
        Journal of finished refits; a later call with the same file does only the rest.
    executor
        Where to run: any :class:`concurrent.futures.Executor`, by default this process.
    progress
        True to show a bar, or what to call with the share of the work done, from 0 to 1.

    Raises
    ------
    LimitError
        When a refit, or all together, are forecast to need more memory or work than is allowed.
    OutputError
        When the journal cannot be written, or belongs to other work.
    UnknownNameError, UsageError
        When an argument is invalid, or ArviZ is not installed.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> calibrate(load_case(), refits=20).ranks.shape[0]
    20
    """
    given = str(conditioning(case, given, without, with_))
    check_request(case, given=given, refits=refits, seed=seed)
    refits, seed = operator.index(refits), operator.index(seed)
    model = build_model(case, given)
    run = Run(case.about.id, case.digest, str(model.given), "is", seed, dict(SETTINGS), versions("is"))
    names = tuple(tested_quantities(model))
    with contextlib.ExitStack() as opened:
        show = opened.enter_context(showing(progress, "calibrating"))
        kept = None
        if journal is not None:
            kept = opened.enter_context(Journal(journal, run.document(), _line(len(names))))
        rows = finish(
            functools.partial(refit, case, given, seed),
            {piece: piece for piece in range(refits)},
            batch=_BATCH,
            journal=kept,
            executor=executor,
            progress=show,
        )
    ranks = np.array([row for row in rows.values() if row is not None], dtype=float)
    failed = tuple(piece for piece, row in rows.items() if row is None)
    if len(ranks) < 2:
        raise EvidenceError("fewer than two refits gave a posterior: for the others no engine served")
    return Calibration(run, names, ranks, failed)


def _line(count: int) -> TypeAdapter[tuple[int, Ranks]]:
    """Describe a line of the journal: a refit, and a rank for each quantity or ``None``."""
    ranks = Annotated[list[Annotated[float, Field(ge=0, le=1)]], Field(min_length=count, max_length=count)]
    return TypeAdapter(tuple[NonNegativeInt, ranks | None])
