"""Compute what a full carrier holds, in items and in tonnes, and the shares of natures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from shellcount.maths.arrays import Vector
from shellcount.maths.packing import mean_capacity, rounds_per_container
from shellcount.model.rows import Contents as Listed
from shellcount.model.tables import Stows, per_carrier_names
from shellcount.model.values import Values

_KG_PER_TONNE = 1000.0
_LEAST_REST = 2.0**-53


class Contents[T: Vector](Values[T]):
    """Contents of the carriers of a model."""

    def mix(self) -> Mapping[str, T | float]:
        """Compute the share of the containers that carry each nature, by nature."""
        natures = self._model.case.nature
        return {natures[0].id: 1.0} if len(natures) == 1 else {n.id: self.mix_share(n.id) for n in natures}

    def capacity(self, subject: str) -> T:
        """Compute the rounds that a full container holds: of a nature, or averaged over a scenario's mix."""
        if subject not in self._model.scenarios:
            return self._of_nature("capacity", subject)
        return self._lately(("capacity", subject), lambda: self._averaged("capacity", subject))

    def gross_mass(self, scenario: str) -> T:
        r"""Compute the gross tonnes in a full container, averaged over a scenario's mix.

        .. math:: \sum_k s_k \sum_i w_{ki} c_{ki} m_{ki} / 1000

        over natures :math:`k` and stows :math:`i`.
        """
        return self._lately(
            ("gross_mass", scenario), lambda: self._averaged("mass", scenario) / _KG_PER_TONNE
        )

    def item_share(self, nature: str) -> T:
        """Compute the share of the items that are of a nature, in the case's first scenario."""
        scenario = self._model.case.scenario[0].id
        natures, shares = self._scenario_mix(scenario)
        return shares[natures.index(nature)] * self.capacity(nature) / self.capacity(scenario)

    # --- natures -------------------------------------------------------------------------------------------

    def _averaged(self, measure: str, scenario: str) -> T:
        """Average a measure of natures over the mix of a scenario."""
        natures, shares = self._scenario_mix(scenario)
        self._require(measure, natures)
        return mean_capacity(shares, self._xp.stack([self._of_nature(measure, name) for name in natures]))

    def _scenario_mix(self, scenario: str) -> tuple[tuple[str, ...], T]:
        """List the natures that carriers of a scenario carry, and their shares, one a row.

        A share of exactly zero asks for nothing: what it would depend on stays unneeded.
        """
        fixed, natures = self._model.scenarios[scenario].mix, self._model.case.nature
        if fixed is None and len(natures) > 1:
            return tuple(nature.id for nature in natures), self.mix_shares()
        mix = {natures[0].id: 1.0} if fixed is None else fixed
        # In the order of the natures, since the order of a sum decides its last digit.
        carried = {nature.id: mix[nature.id] for nature in natures if mix.get(nature.id, 0.0) > 0}
        shares = self._column(np.array(list(carried.values())))
        return tuple(carried), self._xp.broadcast_to(shares, (len(carried), *self._shape))

    def _of_nature(self, measure: str, nature: str) -> T:
        self._require(measure, [nature])
        return self._memo[measure, nature]

    def _require(self, measure: str, natures: Sequence[str]) -> None:
        """Compute a measure of those natures that have none yet, all at once."""
        missing = tuple(name for name in dict.fromkeys(natures) if (measure, name) not in self._memo)
        if not missing:
            return
        for packed in self._model.tables.stows(missing):
            self._remember(measure, packed.natures, self._packed(measure, packed))
        stated = self._model.tables.stated(missing)
        if stated:
            self._remember(measure, stated, self._xp.exp(self.logs(per_carrier_names(stated))))

    def _remember(self, measure: str, natures: Sequence[str], rows: T) -> None:
        for place, nature in enumerate(natures):
            self._memo.setdefault((measure, nature), rows[place])

    def _packed(self, measure: str, packed: Stows) -> T:
        """Compute a measure of natures with equally many stows, averaged over these; one nature a row."""
        held, mass = self._filled(packed)
        values = held if measure == "capacity" else held * mass
        if packed.shares is None:
            return values
        by_stow = values.reshape((packed.shares.parts, len(packed.natures), *self._shape))
        return mean_capacity(self.stow_shares(packed, packed.shares), by_stow)

    def _filled(self, packed: Stows) -> tuple[T, T]:
        """Compute the items in a full container for each stow, and the mass of an item."""
        box = self._model.case.containers
        payload, cube = box.rated_payload_kg, box.cube_m3
        mass = self._xp.exp(self.logs(packed.masses))
        held = rounds_per_container(
            payload_kg=(payload.value if payload is not None else np.inf) * self.parameter("payload_share"),
            mass_kg=mass,
            usable_m3=(cube.value if cube is not None else np.inf) * self.parameter("stowage"),
            volume_m3=self._xp.exp(self.logs(packed.volumes)),
            xp=self._xp,
        )
        return held, mass

    # --- rows ----------------------------------------------------------------------------------------------

    def log_contents(self, contents: Listed) -> T:
        """Compute the log of what a carrier holds for each content; of a share, the logit."""
        parts: list[T] = []
        if contents.capacities:
            self._require("capacity", contents.natures)
            parts.append(self._xp.log(self._xp.stack([self.capacity(each) for each in contents.capacities])))
        if contents.masses:
            parts.append(self._xp.log(self._xp.stack([self.gross_mass(each) for each in contents.masses])))
        shares = [self.item_share(each) for each in contents.items]
        shares += [self.parameter(each) for each in contents.shares]
        if shares:
            # Rounding may leave a share of all: its logit is then that of the largest share below.
            share = self._xp.stack(shares)
            rest = self._xp.maximum(-share + 1.0, self._xp.broadcast_to(np.float64(_LEAST_REST), ()))
            parts.append(self._xp.log(share) - self._xp.log(rest))
        return self._xp.concatenate(parts)
