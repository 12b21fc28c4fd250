"""Compute the physical ceiling of a container, which no packing can exceed."""

from __future__ import annotations

from shellcount.case.schema import Case


def ceiling_per_container(case: Case, nature: str | None = None) -> float | None:
    r"""Compute the most rounds that a container can physically hold, where the case says enough for it.

    Bare projectiles at the rated payload in a full cube:
    :math:`\min(P_\mathrm{rated}/m_\mathrm{bare},\; V/v_\mathrm{bare})`; over several natures,
    the largest. Without the container's payload and volume, or the bare item of a nature that may be
    carried, there is no ceiling.

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
    payload, cube = case.containers.rated_payload_kg, case.containers.cube_m3
    most = 0.0
    for entry in case.nature:
        if nature is not None and entry.id != nature:
            continue
        if payload is None or cube is None or entry.bare is None:
            return None
        most = max(most, min(payload.value / entry.bare.mass_kg, cube.value / entry.bare.volume_m3))
    return most


def tonnes_per_container(case: Case) -> float | None:
    """Convert the rated payload to tonnes, which no cargo can exceed; ``None`` where the case has none.

    Examples
    --------
    >>> import shellcount
    >>> tonnes_per_container(shellcount.load_case())
    28.2
    """
    payload = case.containers.rated_payload_kg
    return None if payload is None else payload.value / 1000
