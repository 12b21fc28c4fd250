"""Draw the figures of results, all in one style.

Examples
--------
>>> import shellcount
>>> results = shellcount.analyse(shellcount.fit(shellcount.load_case(), seed=1))
>>> axes = shellcount.plots.plot_capacity(results)
>>> shellcount.plots.png(axes)[1:4]
b'PNG'
"""

from shellcount.plots.assumptions import plot_assumptions
from shellcount.plots.calibration import plot_calibration
from shellcount.plots.comparison import plot_comparison
from shellcount.plots.consistency import plot_consistency
from shellcount.plots.dark import darken
from shellcount.plots.drawing import pdf, png, svg
from shellcount.plots.drivers import plot_drivers
from shellcount.plots.hedges import plot_hedges
from shellcount.plots.information_value import plot_value_of_information
from shellcount.plots.leave_one_out import plot_leave_one_out
from shellcount.plots.prior import plot_prior
from shellcount.plots.ranges import plot_capacity, plot_intervals
from shellcount.plots.requirement import plot_requirement
from shellcount.plots.sensitivity import plot_sensitivity
from shellcount.plots.sheet import sheet
from shellcount.plots.sweep import plot_sweep
from shellcount.plots.timeline import plot_timeline

__all__ = [
    "darken",
    "pdf",
    "plot_assumptions",
    "plot_calibration",
    "plot_capacity",
    "plot_comparison",
    "plot_consistency",
    "plot_drivers",
    "plot_hedges",
    "plot_intervals",
    "plot_leave_one_out",
    "plot_prior",
    "plot_requirement",
    "plot_sensitivity",
    "plot_sweep",
    "plot_timeline",
    "plot_value_of_information",
    "png",
    "sheet",
    "svg",
]
