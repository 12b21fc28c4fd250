"""Honest posterior ranges from hedged public claims about container shipments.

    case = shellcount.load_case()
    posterior = shellcount.fit(case, seed=1)
    posterior.estimate("rounds.mixed@2024-06-14")
    shellcount.check(posterior)
    shellcount.write_report(shellcount.analyse(posterior), "report")

Names are imported when first used, so that ``import shellcount`` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from shellcount.version import __version__ as __version__

if TYPE_CHECKING:
    from shellcount import limits, plots
    from shellcount.analysis import analyse
    from shellcount.case.changes import with_changes
    from shellcount.case.reading import load_case
    from shellcount.case.schema import Case
    from shellcount.checks.leave_one_out import leave_one_out
    from shellcount.checks.stated import check
    from shellcount.comparison.side_by_side import compare
    from shellcount.errors import ConflictWarning, ShellcountError
    from shellcount.insight.drivers import drivers
    from shellcount.insight.information_value import value_of_information
    from shellcount.insight.requirement import require
    from shellcount.insight.sensitivity import sensitivity
    from shellcount.model.to_pymc import to_pymc
    from shellcount.posterior.fitting import fit
    from shellcount.posterior.posterior import Posterior
    from shellcount.report.writing import write_report
    from shellcount.results.claim_check import Check, Checks
    from shellcount.results.estimate import Estimate
    from shellcount.results.numbers_json import numbers_json
    from shellcount.results.results import Results
    from shellcount.studies.calibration import calibrate

__all__ = [
    "Case",
    "Check",
    "Checks",
    "ConflictWarning",
    "Estimate",
    "Posterior",
    "Results",
    "ShellcountError",
    "analyse",
    "calibrate",
    "check",
    "compare",
    "drivers",
    "fit",
    "leave_one_out",
    "limits",
    "load_case",
    "numbers_json",
    "plots",
    "require",
    "sensitivity",
    "to_pymc",
    "value_of_information",
    "with_changes",
    "write_report",
]

_HOME = {
    "Case": "case.schema",
    "Check": "results.claim_check",
    "Checks": "results.claim_check",
    "ConflictWarning": "errors",
    "Estimate": "results.estimate",
    "Posterior": "posterior.posterior",
    "Results": "results.results",
    "ShellcountError": "errors",
    "analyse": "analysis",
    "calibrate": "studies.calibration",
    "check": "checks.stated",
    "compare": "comparison.side_by_side",
    "drivers": "insight.drivers",
    "fit": "posterior.fitting",
    "leave_one_out": "checks.leave_one_out",
    "load_case": "case.reading",
    "numbers_json": "results.numbers_json",
    "require": "insight.requirement",
    "sensitivity": "insight.sensitivity",
    "to_pymc": "model.to_pymc",
    "value_of_information": "insight.information_value",
    "with_changes": "case.changes",
    "write_report": "report.writing",
}

_MODULES = ("limits", "plots")


def __getattr__(name: str) -> object:
    """Import a public name on first use (PEP 562)."""
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return [*__all__, "__version__"]
