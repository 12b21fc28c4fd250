"""Build the same model in PyMC."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from shellcount.case.flow import Span
from shellcount.case.kinds import KINDS
from shellcount.case.schema import Case
from shellcount.errors import require_library
from shellcount.maths.arrays import Array, Namespace
from shellcount.model import densities
from shellcount.model.derived import Data, Derived, biased_pairs, data, derived_quantities
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import Model, build_model
from shellcount.model.rows import Rows
from shellcount.model.tables import NOWHERE, Pair, Shares, Stows
from shellcount.model.variables import (
    CLAIM,
    REPORT,
    Variable,
    coordinate_values,
    dated_spans,
    free_variables,
    period_spans,
)
from shellcount.results.names import subjects

if TYPE_CHECKING:
    import pymc as pm

# PyMC and pytensor have no types.
type _Module = Any
type _Expression = Any


def to_pymc(case: Case, given: str = "counts") -> pm.Model:
    """Build the model of a case in PyMC, for users to extend.

    Free parameters are named LogNormal, LogitNormal and Normal variables. Everything between them and the
    claims is a named deterministic variable that later ones are computed from, so that ``pm.do`` on one moves
    all that depends on it: ``rate`` by step, ``containers`` by date and scope, ``mix``, ``capacity``,
    ``rounds``, ``bias``. All fitted claims are one observed variable, ``report``, of logarithms (of a share
    the logit), over the dimension ``claim``. Stated values, in their own unit, hedges, spreads of biases
    and the days of each date in each step are ``pm.Data``.

    Parameters
    ----------
    case
        Evidence and assumptions.
    given
        ``counts``, ``all``, or the text of another conditioning, such as ``all-but:CLAIM,CLAIM``.

    Raises
    ------
    UnknownNameError, UsageError
        When ``given`` is invalid, or PyMC is not installed.

    Examples
    --------
    >>> import shellcount
    >>> model = shellcount.to_pymc(shellcount.load_case())
    >>> [variable.name for variable in model.observed_RVs]
    ['report']
    """
    return to_pymc_model(build_model(case, given))


def to_pymc_model(model: Model) -> pm.Model:
    """Build a model in PyMC."""
    require_library("pymc")
    require_library("nutpie")
    import pymc as pm
    import pytensor.tensor as pt

    variables, quantities, constants = free_variables(model), derived_quantities(model), data(model)
    labels = {v.dim: v.labels for v in variables if v.dim is not None}
    arrays: tuple[Data | Derived, ...] = (*constants, *quantities)
    for each in arrays:
        labels |= dict(zip(each.dims, each.labels, strict=True))
    coords = {dim: coordinate_values(dim, values) for dim, values in labels.items()}
    with pm.Model(coords=coords) as built:
        named = {each.name: pm.Data(each.name, each.values, dims=each.dims or None) for each in constants}
        evaluation = _Symbolic(model, {v.name: _free(pm, v) for v in variables}, variables, pt)
        for derived in quantities:
            value = derived.value(evaluation, named | evaluation.nodes)
            evaluation.nodes[derived.name] = pm.Deterministic(derived.name, value, dims=derived.dims)
        if model.fitted:
            _observe(model, evaluation, named)
    return built


def _free(pm: _Module, variable: Variable) -> _Expression:
    mu = np.array([prior.mu for prior in variable.priors])
    sigma = np.array([prior.sigma for prior in variable.priors])
    if variable.dim is None:
        mu, sigma = mu[0], sigma[0]
    kind = variable.priors[0].kind
    if kind == "lognormal":
        return pm.LogNormal(variable.name, mu, sigma, dims=variable.dim)
    if kind == "normal":
        return pm.Normal(variable.name, mu, sigma, dims=variable.dim)
    # Without a transform of its own PyMC's LogitNormal is sampled on (0, 1), between hard walls,
    # where trajectories diverge; on the logit scale it is normal.
    logit = pm.distributions.transforms.logodds
    return pm.LogitNormal(variable.name, mu, sigma, dims=variable.dim, default_transform=logit)


def _functions(pt: _Module) -> Namespace[_Expression]:
    """Give the functions of pytensor that formulas use."""

    def softmax(x: _Expression, axis: int) -> _Expression:
        parts = pt.exp(x - x.max(axis=axis, keepdims=True))
        return parts / parts.sum(axis=axis, keepdims=True)

    names = ("exp", "log", "softplus", "maximum", "minimum", "broadcast_to", "concatenate", "stack", "cumsum")
    return SimpleNamespace(softmax=softmax, **{name: getattr(pt, name) for name in names})


class _Symbolic(Evaluation[_Expression]):
    """Evaluate the model's formulae on PyMC's variables, through those nodes that are named already.

    Parameters
    ----------
    model
        The model.
    variables
        Free variables of PyMC by name.
    layout
        Which coordinates each of them holds.
    pt
        ``pytensor.tensor``.
    """

    def __init__(
        self, model: Model, variables: Mapping[str, _Expression], layout: Sequence[Variable], pt: _Module
    ) -> None:
        super().__init__(model, self._standard, (), _functions(pt))
        self.nodes: dict[str, _Expression] = {}
        self._pt = pt
        self._held = {
            name: (variables[v.name], v, place) for v in layout for place, name in enumerate(v.coordinates)
        }
        spans = (*dated_spans(model), *period_spans(model))
        self._time_at: dict[Span, int] = {time: place for place, time in enumerate(spans)}
        self._scopes = subjects(model.case, "containers")
        self._cargo = subjects(model.case, "capacity")
        self._pairs = biased_pairs(model)
        self._stows = tuple(nature.id for nature in model.case.nature for _ in nature.stow)

    def _standard(self, name: str) -> _Expression:
        """Give a coordinate, for those formulae that take it as standard normal."""
        prior = self._held[name][1].priors[self._held[name][2]]
        return (self.scalar(name) - prior.mu) / prior.sigma

    def scalar(self, name: str) -> _Expression:
        """Give a parameter, which PyMC's variable is on its own scale."""
        whole, variable, place = self._held[name]
        return whole if variable.dim is None else whole[place]

    def vector(self, names: Sequence[str]) -> _Expression:
        """Give coordinates as standard normal, all of them of normal variables."""
        sigma = np.array([self._held[name][1].priors[self._held[name][2]].sigma for name in names])
        return self._gathered(names) / sigma

    def log_parameter(self, name: str) -> _Expression:
        """Compute the logarithm of a parameter."""
        return self._pt.log(self.parameter(name))

    def logs(self, names: Sequence[str]) -> _Expression:
        """Compute the logarithms of parameters, one a row."""
        known = [name for name in names if name in self._model.known]
        free = [name for name in names if name not in self._model.known]
        values = [self._pt.constant(np.array([self._model.known[name] for name in known], dtype=np.float64))]
        if free:
            values.append(self._gathered(free))
        places = {name: place for place, name in enumerate((*known, *free))}
        return self._pt.log(self._pt.concatenate(values)[[places[name] for name in names]])

    def _gathered(self, names: Sequence[str]) -> _Expression:
        """Join elements of variables; a single whole variable is given as it is."""
        held = [self._held[name] for name in names]
        sizes = {variable.name: len(variable.coordinates) for _, variable, _ in held}
        begin = dict(zip(sizes, itertools.accumulate(sizes.values(), initial=0), strict=False))
        at = np.array([begin[variable.name] + place for _, variable, place in held], dtype=np.intp)
        wholes = {variable.name: whole if whole.ndim else whole[None] for whole, variable, _ in held}
        values = next(iter(wholes.values())) if len(wholes) == 1 else self._pt.concatenate([*wholes.values()])
        return values if at.tolist() == list(range(sum(sizes.values()))) else values[at]

    def full(self, value: float) -> _Expression:
        """Give a constant."""
        return self._pt.constant(value, dtype="float64")

    def rates(self, count: int) -> _Expression:
        """Give the daily rates."""
        return self.nodes["rate"][:count] if "rate" in self.nodes else super().rates(count)

    def sent(self, days: Array) -> _Expression:
        """Compute the carriers of the widest scope from the days of times in steps."""
        return self.weighed(days, self.rates(days.shape[1]))

    def weighed(self, days: Array, rates: _Expression) -> _Expression:
        """Sum the rates of each time, weighed by its days; a dot product compiles for many seconds."""
        return (days * rates).sum(axis=1)

    def carriers_of(self, rows: Rows) -> tuple[_Expression, None]:
        """Compute the log of the carriers of each row, 0 where it counts none."""
        carriers, at = rows.carriers, rows.carrier_at
        tables = [self.nodes[name] for name in ("containers", "period_containers") if name in self.nodes]
        width = len(self._scopes)
        scopes = np.array([self._scopes.index(scope) for scope in carriers.scopes], dtype=np.intp)
        times = np.array([self._time_at[time] for time in carriers.times], dtype=np.intp)
        pairs = times[carriers.time_at] * width + scopes[carriers.scope_at]
        # Where there is none, one carrier; the logarithm comes last, since no slope passes through that of 0.
        counts = self._pt.concatenate([*(table.flatten() for table in tables), self._pt.ones(1)])
        return self._pt.log(counts[np.where(at == NOWHERE, NOWHERE, pairs[at])]), None

    def mix_shares(self) -> _Expression:
        """Give the shares of the carriers by nature."""
        return self.nodes["mix"] if "mix" in self.nodes else super().mix_shares()

    def stow_shares(self, packed: Stows, shares: Shares) -> _Expression:
        """Give the shares of the stows of natures."""
        if "stow_mix" not in self.nodes:
            return super().stow_shares(packed, shares)
        of_nature = [
            [place for place, each in enumerate(self._stows) if each == nature] for nature in packed.natures
        ]
        return self.nodes["stow_mix"][np.array(of_nature, dtype=np.intp).T]

    def _require(self, measure: str, natures: Sequence[str]) -> None:
        """Compute a measure of natures, unless they have a node."""
        if measure not in self.nodes:
            super()._require(measure, natures)

    def capacity(self, subject: str) -> _Expression:
        """Give the items in a full carrier."""
        if "capacity" in self.nodes:
            return self.nodes["capacity"][self._cargo.index(subject)]
        return super().capacity(subject)

    def biases(self, pairs: Sequence[Pair]) -> _Expression:
        """Give the biases of claimants on kinds of quantity; 0 for those without spread."""
        if "bias" not in self.nodes:
            return super().biases(pairs)
        places = {pair: place for place, pair in enumerate(self._pairs)}
        return self._taken(self.nodes["bias"], np.array([places.get(pair, NOWHERE) for pair in pairs]))


def _observe(model: Model, evaluation: _Symbolic, named: Mapping[str, _Expression]) -> None:
    """Add the reports of all fitted claims as one observed variable."""
    import pymc as pm
    import pytensor.tensor as pt

    at, log_prior = densities.padded(model.design)
    stated = named["stated"]
    logit = np.array([KINDS[fitted.claim.quantity].logit for fitted in model.fitted])
    locations = evaluation.locations(model.design.rows)
    pm.CustomDist(
        REPORT,
        locations[at],
        log_prior,
        densities.rounded(named["hedge_sigma"], named["resolution"], stated, logit),
        named["hedge_margin"],
        named["resolution"],
        pt.eq(stated, 0.0),
        named["outlier_share"],
        named["outlier_scale"],
        logp=densities.log_density,
        random=densities.draw,
        signature=densities.SIGNATURE,
        observed=densities.linked(stated, logit),
        dims=CLAIM,
    )
