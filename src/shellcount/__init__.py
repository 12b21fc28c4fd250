"""Honest posterior ranges from hedged public claims about container shipments.

    case = shellcount.load_case()
    posterior = shellcount.fit(case, seed=1)
    posterior.estimate("rounds.mixed@2024-06-14")
    shellcount.check(posterior)

Further stages are modules: ``shellcount.crosschecks``, ``shellcount.predictive``,
``shellcount.calibration``, ``shellcount.verification``.

Names are imported when first used, so that ``import shellcount`` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from shellcount.version import __version__ as __version__

if TYPE_CHECKING:
    from shellcount import plots
    from shellcount.case import Case
    from shellcount.casefile import load_case
    from shellcount.changes import with_changes
    from shellcount.checks import Check, Checks, check
    from shellcount.citations import numbers
    from shellcount.errors import ShellcountError
    from shellcount.estimates import Estimate
    from shellcount.inference import fit
    from shellcount.nuts import to_pymc
    from shellcount.posterior import Posterior
    from shellcount.report import write_report

__all__ = [
    "Case",
    "Check",
    "Checks",
    "Estimate",
    "Posterior",
    "ShellcountError",
    "check",
    "fit",
    "load_case",
    "numbers",
    "plots",
    "to_pymc",
    "with_changes",
    "write_report",
]

_HOME = {
    "Case": "case",
    "Check": "checks",
    "Checks": "checks",
    "Estimate": "posterior",
    "Posterior": "posterior",
    "ShellcountError": "errors",
    "check": "checks",
    "fit": "inference",
    "load_case": "casefile",
    "numbers": "citations",
    "to_pymc": "nuts",
    "with_changes": "changes",
    "write_report": "report",
}


def __getattr__(name: str) -> object:
    """Import a public name on first use (PEP 562)."""
    if name == "plots":  # a module of its own
        return importlib.import_module(f"{__name__}.plots")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names."""
    return [*__all__, "__version__"]
