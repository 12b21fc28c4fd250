"""Compute the flow: rates, and the carriers of each scope that are sent in a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from shellcount.case.flow import Span, step_sd
from shellcount.case.parameters import share_name
from shellcount.maths.arrays import NUMPY, Array, Vector
from shellcount.model.coordinates import Coordinates
from shellcount.model.rows import Counted, days_matrix
from shellcount.model.sums import Sums
from shellcount.model.values import Values


class Carriers[T: Vector](Values[T]):
    """Carriers of a model, by scope and time."""

    def rates(self, count: int) -> T:
        r"""Compute the daily rate in each of the first steps of the flow; one step a row.

        .. math:: \log r_k = \log r_0 + \tau \sum_{j \le k} z_j

        a random walk of the log rate, constant within a step.
        """
        return self.parameter("first_rate_per_day") * self.relative_rates(count)

    def relative_rates(self, count: int) -> T:
        """Compute the rate in each of the first steps of the flow over that in the first; one step a row."""
        if self._rates is None or self._rates[0] < count:
            self._rates = count, self._walk(count)
        return self._rates[1][:count]

    def _walk(self, count: int) -> T:
        """Compute what :meth:`relative_rates` returns, without keeping it."""
        spread = step_sd(self._model.case)
        if count == 1 or spread == 0:
            return self._xp.broadcast_to(np.float64(1.0), (count, *self._shape))
        if self._xp is NUMPY:
            return self._walk_in_place(count, spread)
        changes = self._xp.cumsum(spread * self.vector(self._model.tables.steps(count)), 0)
        return self._xp.exp(self._xp.concatenate([self._xp.stack([self.full(0.0)]), changes]))

    def _walk_in_place(self, count: int, spread: float) -> T:
        """Compute the walk with one array, which is the largest of an evaluation."""
        rates: Any = np.empty((count, *self._shape))
        names = self._model.tables.steps(count)
        rates[0] = 0.0
        if isinstance(self._coordinate, Coordinates):
            np.multiply(spread, self._coordinate.rows(names), out=rates[1:])
        else:
            for step, name in enumerate(names, start=1):
                change: Any = self.coordinate(name)
                np.multiply(spread, change, out=rates[step])
        for step in range(1, count):
            rates[step] += rates[step - 1]
        np.exp(rates, out=rates)
        walk: T = rates
        return walk

    def sent(self, days: Array) -> T:
        """Compute the carriers of the widest scope from the days of times in steps; one time a row."""
        relative: T = self.weighed(days, self.relative_rates(days.shape[1]))
        return self.parameter("first_rate_per_day") * relative

    def weighed(self, days: Array, rates: Any) -> Any:  # noqa: ANN401  # numpy here, otherwise in PyMC
        """Sum the rates of each time, weighed by its days."""
        return np.einsum("ij,j...->i...", days, rates)

    def scope_share(self, scope: str) -> T | None:
        r"""Compute the share of a scope in the widest, :math:`\prod_j s_j`; ``None`` for the widest."""
        scopes = [entry.id for entry in self._model.case.scope]
        place = scopes.index(scope)
        if place == 0:
            return None
        wider, share = self.scope_share(scopes[place - 1]), self.parameter(share_name(scope))
        return share if wider is None else self._once(("scope", scope), lambda: wider * share)

    def containers(self, scope: str, time: Span) -> T:
        r"""Compute the carriers of a scope sent in a time, :math:`\prod_j s_j \sum_k d_k r_k`."""

        def compute() -> T:
            sent, share = self._sent_in(time), self.scope_share(scope)
            return sent if share is None else sent * share

        return self._lately(("containers", scope, time), compute)

    def _sent_in(self, time: Span) -> T:
        """Compute the carriers of the widest scope sent in a time."""
        return self._lately(("sent", time), lambda: self.sent(days_matrix(self._model.case, [time]))[0])

    def by_scope(self, days: Array) -> T:
        """Compute the carriers of every scope from the days of times in steps; shape (time, scope, ...)."""
        shares = [self.scope_share(scope.id) for scope in self._model.case.scope]
        among = self.stacked([1.0 if share is None else share for share in shares])
        return self.sent(days)[:, None] * among[None]

    def log_carriers(self, carriers: Counted) -> T:
        """Compute the log of the carriers of scopes in times, one such pair a row."""
        shares = [self.log_scope_share(scope) for scope in carriers.scopes]
        total = self._taken(self.log_sent(carriers.sums), carriers.time_at)
        total = total + self._taken(self._xp.stack(shares), carriers.scope_at)
        return total + self.log_parameter("first_rate_per_day")

    def log_scope_share(self, scope: str) -> T:
        """Compute the log of the share of a scope in the widest."""
        scopes = [entry.id for entry in self._model.case.scope]
        logs = [self.log_parameter(share_name(name)) for name in scopes[1 : scopes.index(scope) + 1]]
        total: T = sum(logs[1:], start=logs[0]) if logs else self.full(0.0)
        return total

    def log_sent(self, sums: Sums) -> T:
        """Compute the log of the carriers of the widest scope in each time, over the first daily rate."""
        rates = self.relative_rates(sums.steps)
        by_step: T = self._column(sums.days) * rates
        parts: list[T] = []
        if sums.before.size:
            whole = self._sent_before(by_step)
            parts.append(whole[sums.before] + self._column(sums.rest) * rates[sums.before])
        if sums.terms.size:
            parts.append(self._summed(sums, rates, by_step))
        if len(parts) == 1:
            return self._xp.log(parts[0])
        return self._xp.log(self._xp.concatenate(parts))[sums.order]

    def _sent_before(self, by_step: T) -> T:
        """Sum what the steps before each step send; one step a row."""
        if self._xp is not NUMPY:
            nothing = self._xp.stack([self.full(0.0)])
            return self._xp.concatenate([nothing, self._xp.cumsum(by_step[:-1], 0)])
        steps: Any = by_step
        sent: Any = np.empty_like(steps)
        sent[0] = 0.0
        for step in range(1, len(steps)):
            np.add(sent[step - 1], steps[step - 1], out=sent[step])
        before: T = sent
        return before

    def _summed(self, sums: Sums, rates: T, by_step: T) -> T:
        """Sum the parts of times that begin later than the flow."""
        paired, size, levels = by_step, sums.steps, [rates]
        for _ in range(sums.levels):
            size //= 2
            paired = paired[0 : 2 * size : 2] + paired[1 : 2 * size : 2]
            levels.append(paired)
        listed = self._xp.concatenate(levels)
        parts = [
            self._column(weights) * listed[at] for at, weights in zip(sums.terms, sums.weights, strict=True)
        ]
        total: T = sum(parts[1:], start=parts[0])
        return total
