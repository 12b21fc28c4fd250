"""Compute the flow: rates, and the carriers of each scope that are sent in a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from shellcount.case.flow import Span, step_sd
from shellcount.case.parameters import share_name, step_name
from shellcount.maths.arrays import Array, Vector
from shellcount.model.design import Rows, days_matrix
from shellcount.model.values import Values


class Carriers[T: Vector](Values[T]):
    """Carriers of a model, by scope and time."""

    def rates(self, count: int) -> T:
        r"""Compute the daily rate in each of the first steps of the flow; one step a row.

        .. math:: \log r_k = \log r_0 + \tau \sum_{j \le k} z_j

        a random walk of the log rate, constant within a step.
        """
        if self._rates is None or self._rates[0] < count:
            self._rates = count, self.rate_steps(count)
        return self._rates[1][:count]

    def rate_steps(self, count: int) -> T:
        """Compute what :meth:`rates` returns, without keeping it."""
        spread = step_sd(self._model.case)
        first = self._xp.stack([self._xp.log(self.parameter("first_rate_per_day"))])
        if count == 1:
            return self._xp.exp(first)
        if spread == 0:
            return self._xp.exp(first[np.zeros(count, dtype=np.intp)])
        changes = spread * self.vector([step_name(step) for step in range(1, count)])
        return self._xp.exp(self._xp.concatenate([first, first + self._xp.cumsum(changes, 0)]))

    def sent(self, days: Array) -> T:
        """Compute the carriers of the widest scope from the days of times in steps; one time a row."""
        sent: T = self.weighed(days, self.rates(days.shape[1]))
        return sent

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
            sent = self.sent(days_matrix(self._model.case, [time]))[0]
            share = self.scope_share(scope)
            return sent if share is None else sent * share

        return self._lately(("containers", scope, time), compute)

    def by_scope(self, days: Array) -> T:
        """Compute the carriers of every scope from the days of times in steps; shape (time, scope, ...)."""
        shares = [self.scope_share(scope.id) for scope in self._model.case.scope]
        among = self.stacked([1.0 if share is None else share for share in shares])
        return self.sent(days)[:, None] * among[None]

    def log_carriers(self, rows: Rows) -> T:
        """Compute the log of the carriers of each row, 0 where it counts none."""
        shares = [self.scope_share(scope) for scope in rows.scopes]
        logs = [self.full(0.0) if share is None else self._xp.log(share) for share in shares]
        sent = self._xp.log(self.sent(rows.days))
        return self._taken(sent, rows.time_at) + self._taken(self._xp.stack(logs), rows.scope_at)
