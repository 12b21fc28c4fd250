"""Compute what a full carrier holds, in items and in tonnes, and the shares of natures."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from shellcount.case.assumptions import Nature, Stow
from shellcount.case.parameters import per_carrier_name, stow_name
from shellcount.maths.arrays import Vector
from shellcount.maths.packing import mean_capacity, rounds_per_container
from shellcount.model.design import Rows
from shellcount.model.values import Values
from shellcount.results.quantity import Quantity

_KG_PER_TONNE = 1000.0
_LEAST_REST = 2.0**-53


class Contents[T: Vector](Values[T]):
    """Contents of the carriers of a model."""

    def mix(self) -> Mapping[str, T | float]:
        """Compute the share of the containers that carry each nature, by nature."""
        natures = self._model.case.nature
        return {natures[0].id: 1.0} if len(natures) == 1 else self._composition(None)

    def stow_mix(self, nature: str) -> Mapping[str, T | float]:
        """Compute the share of a nature's containers packed each way, by stow."""
        entry = self._nature(nature)
        return {entry.stow[0].id: 1.0} if entry.stow_spread is None else self._composition(nature)

    def capacity(self, subject: str) -> T:
        """Compute the rounds that a full container holds: of a nature, or averaged over a scenario's mix."""
        return self._lately(("capacity", subject), lambda: self._capacity(subject))

    def _capacity(self, subject: str) -> T:
        if subject not in self._model.scenarios:
            return self._nature_capacity(self._nature(subject))
        shares = self._scenario_mix(subject)
        return mean_capacity(list(shares.values()), [self.capacity(name) for name in shares])

    def _scenario_mix(self, scenario: str) -> dict[str, T | float]:
        """Give the share of the containers by nature in a scenario, without natures that none carry."""
        fixed = self._model.scenarios[scenario].mix
        mix = self.mix() if fixed is None else fixed
        # In the order of the natures, since the order of a sum decides its last digit. A share of exactly
        # zero asks for nothing: what it would depend on stays unneeded.
        named = ((nature.id, mix.get(nature.id, 0.0)) for nature in self._model.case.nature)
        return {name: share for name, share in named if not isinstance(share, float) or share > 0}

    def _nature_capacity(self, nature: Nature) -> T:
        if nature.per_carrier is not None:
            return self.parameter(per_carrier_name(nature.id))
        shares = self.stow_mix(nature.id)
        return mean_capacity(
            [shares[stow.id] for stow in nature.stow], [self._stow(nature, stow) for stow in nature.stow]
        )

    def _stow(self, nature: Nature, stow: Stow) -> T:
        """Compute the rounds of a nature in a full container packed one way."""
        box = self._model.case.containers
        payload, cube = box.rated_payload_kg, box.cube_m3
        return rounds_per_container(
            payload_kg=(payload.value if payload is not None else np.inf) * self.parameter("payload_share"),
            mass_kg=self.parameter(stow_name(nature.id, stow.id, "mass_kg")),
            usable_m3=(cube.value if cube is not None else np.inf) * self.parameter("stowage"),
            volume_m3=self.parameter(stow_name(nature.id, stow.id, "volume_m3")),
            xp=self._xp,
        )

    def gross_mass(self, scenario: str) -> T:
        r"""Compute the gross tonnes in a full container, averaged over a scenario's mix.

        .. math:: \sum_k s_k \sum_i w_{ki} c_{ki} m_{ki} / 1000

        over natures :math:`k` and stows :math:`i`.
        """

        def of_nature(name: str) -> T:
            nature, shares = self._nature(name), self.stow_mix(name)
            masses = [
                self._stow(nature, stow) * self.parameter(stow_name(name, stow.id, "mass_kg"))
                for stow in nature.stow
            ]
            return mean_capacity([shares[stow.id] for stow in nature.stow], masses)

        def compute() -> T:
            shares = self._scenario_mix(scenario)
            return mean_capacity(list(shares.values()), [of_nature(name) for name in shares]) / _KG_PER_TONNE

        return self._lately(("gross_mass", scenario), compute)

    def item_share(self, nature: str) -> T:
        """Compute the share of the items that are of a nature, in the case's first scenario."""
        scenario = self._model.case.scenario[0].id
        share = self._scenario_mix(scenario)[nature]
        return share * self.capacity(nature) / self.capacity(scenario)

    def log_contents(self, rows: Rows) -> T:
        """Compute the log of what a carrier holds for each content of the rows; of a share, the logit."""
        if not rows.contents:
            return self._xp.stack([self.full(0.0)])
        return self._xp.stack([self._log_content(content) for content in rows.contents])

    def _log_content(self, content: Quantity) -> T:
        if content.kind == "capacity":
            return self._xp.log(self.capacity(content.subject))
        if content.kind == "gross_mass":
            return self._xp.log(self.gross_mass(content.subject))
        share = (
            self.item_share(content.subject)
            if content.kind == "item_share"
            else self.parameter(content.subject)
        )
        # Rounding may leave a share of all: its logit is then that of the largest share below.
        rest = self._xp.maximum(self.full(1.0) - share, self.full(_LEAST_REST))
        return self._xp.log(share) - self._xp.log(rest)
