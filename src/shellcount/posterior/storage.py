"""Save posteriors in .npz files, sealed with a checksum that is verified before anything is read.

An entry ``run.json`` holds case, run and sampler report; ``draws/NAME.npy`` the draws of a standard normal
coordinate; ``statistics/NAME.npy`` a statistic of the sampler. What can be drawn again is not stored: the
coordinates that keep their prior, which seed and name decide, and draws of engine ``is``, which follow from
its proposal and the places of the points it chose, in ``again/NAME.npy``. A checksum of each shows whether
the same numbers are drawn again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import JsonValue, NonNegativeInt, TypeAdapter

from shellcount import limits
from shellcount.digest import Json, canonical_json
from shellcount.engines import importance
from shellcount.engines.engine import load_engine
from shellcount.engines.sampler_report import SamplerReport
from shellcount.engines.settings import Settings
from shellcount.errors import CaseError, OutputError, SavedRunError, UnknownNameError, UsageError
from shellcount.files.reading import io_errors_as, read_regular
from shellcount.files.strict_json import parse_json
from shellcount.maths.arrays import Array
from shellcount.model.model import Model, build_model
from shellcount.model.variables import coordinate_names
from shellcount.posterior import container
from shellcount.results.run import Run
from shellcount.results.strict_tables import RunTable, StrictTable, read_case, read_each, read_table
from shellcount.text import one_line

FORMAT = "shellcount/posterior/3"
_DOCUMENT, _DRAWS, _STATISTICS, _AGAIN = "run.json", "draws/", "statistics/", "again/"
_MOST_VALUES = 300_000
_LARGEST = 100.0  # of a standard normal coordinate, whose exponential must not overflow
_AS_IT_WAS = 1e-6  # of a checksum: libraries of mathematics differ in the last digits between machines
_MORE_ARRAYS = 4  # that are needed to draw one again
_HDF5 = b"\x89HDF\r\n\x1a\n"


@dataclass(frozen=True)
class Saved:
    """Content of a saved posterior.

    Parameters
    ----------
    model, run
        The model fitted, and provenance of the draws.
    coordinates
        Standard normal coordinates by name, each of shape (run, draw), without those drawn from the seed.
    sampler_report
        Report of the engine on its work.
    """

    model: Model
    run: Run
    coordinates: Mapping[str, Array]
    sampler_report: SamplerReport


_CHECKSUMS = TypeAdapter(dict[str, float], config=StrictTable.model_config)


class _Document(StrictTable):
    """Document of the file, as written."""

    format: str
    case: dict[str, JsonValue]
    changes: tuple[str, ...]
    run: RunTable
    drawn_again: dict[str, JsonValue]
    again: dict[str, tuple[NonNegativeInt, ...]]
    report: dict[str, JsonValue]


def to_bytes(saved: Saved) -> bytes:
    """Write a posterior as the bytes of a sealed file; equal posteriors give equal bytes.

    Raises
    ------
    OutputError
        When it is larger than a file of this kind can be.
    """
    model, run, report = saved.model, saved.run, saved.sampler_report
    names = coordinate_names(model)
    stored = {} if report.again else saved.coordinates
    document: dict[str, Json] = {
        "format": FORMAT,
        "case": model.case.transcript(),
        "changes": list(model.case.changes),
        "run": run.document(),
        "drawn_again": {
            name: _checksum(
                saved.coordinates[name]
                if name in saved.coordinates
                else model.draw_prior(run.seed, name, _shape(run))
            )
            for name in names
            if name not in stored
        },
        "again": {name: list(values.shape) for name, values in sorted(report.again.items())},
        "report": report.document(),
    }
    arrays = {f"{_DRAWS}{name}.npy": stored[name] for name in names if name in stored}
    arrays |= {f"{_AGAIN}{name}.npy": values for name, values in sorted(report.again.items())}
    arrays |= {f"{_STATISTICS}{name}.npy": values for name, values in sorted(report.statistics.items())}
    entries = {name: container.array_bytes(values) for name, values in arrays.items()}
    try:
        return container.pack({_DOCUMENT: canonical_json(document), **entries})
    except OverflowError as error:
        raise OutputError(f"the posterior of {one_line(run.case)} {error}") from None


def _shape(run: Run) -> tuple[int, int]:
    return run.settings["runs"], run.settings["draws"]


def _checksum(draws: Array) -> float:
    """Add up draws with weights, so that it shows whether any is another, or has another place."""
    weights = np.arange(1, draws.size + 1) / draws.size
    return float(draws.ravel() @ weights)


def read(path: Path) -> Saved:
    """Read a sealed file.

    Raises
    ------
    SavedRunError
        When it cannot be read, was not written by shellcount, or has changed since.
    LimitError
        When it is larger than is allowed, or its draws need more memory than is allowed.
    """
    shown = one_line(str(path))
    with io_errors_as(lambda reason: SavedRunError(f"{shown} cannot be read: {reason}")):
        content = read_regular(
            path, limits.allowed("saved"), lambda size: limits.require_within("saved", size, shown)
        )
    if not container.is_sealed(content):
        raise SavedRunError(f"{shown} is not a saved posterior, or is incomplete; fit and save again")
    if not container.is_unchanged(content):
        raise SavedRunError(
            f"{shown} has changed since it was saved: its checksum does not match; fit and save again"
        )
    if content.startswith(_HDF5):
        raise SavedRunError(f"{shown} was saved by an earlier version; fit and save again")
    try:
        return _parse(content, shown)
    except (CaseError, UnknownNameError, UsageError, ValueError) as error:
        reason = one_line(str(error), 200)
        raise SavedRunError(
            f"{shown} is sealed, but not a valid posterior ({reason}); fit and save again"
        ) from None


def _parse(content: bytes, shown: str) -> Saved:
    entries = container.unpack(content)
    written = bytes(entries.pop(_DOCUMENT, b""))
    limits.require_within("results", len(written), f"the document in {shown}")
    document = parse_json(written, _MOST_VALUES)
    found = document.get("format") if isinstance(document, dict) else None
    if found != FORMAT:
        raise ValueError(f"its format is {one_line(str(found), 60)}, not {FORMAT}")
    table = read_table(_Document, document)
    case = read_case(table.case).with_record_of(table.changes)
    run = table.run.run()
    if (case.about.id, case.digest) != (run.case, run.case_digest):
        raise ValueError("its case is not the one that was fitted")
    if Settings.of_run(run).sizes() != run.settings:
        raise ValueError("its sizes are not those of a fit")
    model = build_model(case, run.given)
    if str(model.given) != run.given:
        raise ValueError("its run does not write what it is conditioned on as shellcount does")
    runs, draws = _shape(run)
    needed = 8.0 * runs * draws * (len(coordinate_names(model)) + _MORE_ARRAYS)
    limits.require_within("memory", needed, f"the posterior in {shown}")
    again = {
        name: container.read_array(entries.pop(f"{_AGAIN}{name}.npy", memoryview(b"")), shape)
        for name, shape in table.again.items()
    }
    coordinates = _arrays(entries, _DRAWS, (runs, draws))
    statistics = _arrays(entries, _STATISTICS, (runs, draws))
    if entries:
        raise ValueError(f"it has an entry {one_line(min(entries), 60)!r}")
    report = load_engine(run.engine).read_report(table.report, statistics | again, runs)
    made = importance.draw_again(model, run.seed, run.settings, again) if run.engine == "is" else {}
    _verify_draws(model, run, coordinates, made, read_each(_CHECKSUMS, table.drawn_again))
    return Saved(model, run, coordinates | made, report)


def _arrays(entries: dict[str, memoryview], folder: str, shape: tuple[int, int]) -> dict[str, Array]:
    """Take the arrays of a folder out of the entries."""
    names = [name for name in entries if name.startswith(folder) and name.endswith(".npy")]
    return {
        name.removeprefix(folder).removesuffix(".npy"): container.read_array(entries.pop(name), shape)
        for name in names
    }


def _verify_draws(
    model: Model,
    run: Run,
    stored: Mapping[str, Array],
    made: Mapping[str, Array],
    drawn_again: Mapping[str, float],
) -> None:
    """Verify the draws that are stored, and that those made again, and of the prior, are still the same."""
    names = set(coordinate_names(model))
    if set(stored) | set(drawn_again) != names or set(stored) & set(drawn_again):
        raise ValueError("its coordinates are not those of its case")
    if not set(model.informed) <= set(stored) | set(made):
        raise ValueError("it lacks draws of a coordinate that its claims inform")
    for name, draws in (*stored.items(), *made.items()):
        if draws.dtype != float or not np.abs(draws).max() <= _LARGEST:
            raise ValueError(f"the draws of {name} are not standard normal")
    for name, checksum in drawn_again.items():
        again = _checksum(made[name] if name in made else model.draw_prior(run.seed, name, _shape(run)))
        if not abs(again - checksum) <= _AS_IT_WAS:
            raise ValueError(
                f"the draws of {name} cannot be repeated; they were drawn by numpy "
                f"{one_line(run.versions.get('numpy', '?'), 30)}"
            )
