"""Compute the physical ceiling of a container, which no packing can exceed."""

from __future__ import annotations

from shellcount.case.schema import Case
from shellcount.maths.packing import rounds_per_container


def ceiling_per_container(case: Case, nature: str | None = None) -> float:
    r"""Compute the most rounds that a container can physically hold.

    Bare projectiles at the rated payload in a full cube:
    :math:`\min(P_\mathrm{rated}/m_\mathrm{bare},\; V/v_\mathrm{bare})`; over several natures,
    the largest.

    Parameters
    ----------
    case
        The case.
    nature
        Id of a nature, or ``None`` for any.

    Examples
    --------
    >>> import shellcount
    >>> round(ceiling_per_container(shellcount.load_case(), "152mm-howitzer"))
    647
    """
    box = case.containers
    return max(
        float(
            rounds_per_container(
                payload_kg=box.rated_payload_kg.value,
                mass_kg=entry.bare.mass_kg,
                usable_m3=box.cube_m3.value,
                volume_m3=entry.bare.volume_m3,
            )
        )
        for entry in case.nature
        if nature is None or entry.id == nature
    )
