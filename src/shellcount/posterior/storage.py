"""Save posteriors in netCDF files, sealed with a checksum that is verified before anything is read.

The file is netCDF 4: draws of the standard normal coordinates in the group
``unconstrained_posterior``, the sampler's statistics in ``sample_stats``, and case and run as JSON
in ``document``. The last line is the SHA-256 of all bytes before it; HDF5 ignores it.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from shellcount.case.reading import build_case
from shellcount.case.schema import Case
from shellcount.digest import Json, canonical_json
from shellcount.engines.engine import load_engine
from shellcount.engines.sampler_report import SamplerReport
from shellcount.errors import CaseError, SavedRunError
from shellcount.files import io_errors_as
from shellcount.maths.arrays import Array
from shellcount.results.run import ENGINES, Run
from shellcount.results.verifying import verify_run
from shellcount.text import one_line

FORMAT = "shellcount/posterior/1"
_SEAL = re.compile(rb"\nshellcount sha256:([0-9a-f]{64})\n\Z")
_SEAL_LENGTH = len(b"\nshellcount sha256:\n") + 64
_DRAWS, _STATISTICS = "unconstrained_posterior", "sample_stats"


@dataclass(frozen=True)
class Saved:
    """Content of a saved posterior.

    Parameters
    ----------
    case, run
        Case that was fitted, and provenance of the draws.
    coordinates
        Standard normal coordinates by name, each of shape (run, draw).
    sampler_report
        Report of the engine on its work.
    """

    case: Case
    run: Run
    coordinates: dict[str, Array]
    sampler_report: SamplerReport


def to_bytes(saved: Saved) -> bytes:
    """Write a posterior as the bytes of a sealed netCDF file; equal posteriors give equal bytes."""
    import h5netcdf
    import h5py

    report = saved.sampler_report
    reports: dict[str, Json] = dict.fromkeys(ENGINES)
    reports[saved.run.engine] = report.document()
    document: dict[str, Json] = {
        "format": FORMAT,
        "case": saved.case.transcript(),
        "run": saved.run.document(),
        **reports,
    }
    buffer = io.BytesIO()
    with h5netcdf.File(buffer, "w") as file:
        file.attrs["format"] = FORMAT
        file.attrs["digest"] = saved.run.digest
        text = file.create_variable("document", (), h5py.string_dtype())
        text[...] = canonical_json(document).decode()
        groups = {_DRAWS: saved.coordinates, _STATISTICS: report.statistics}
        for name, arrays in groups.items():
            group = file.create_group(name)
            group.dimensions = dict(zip(("chain", "draw"), _shape(saved), strict=True))
            for key, values in sorted(arrays.items()):
                logical = values.dtype == bool  # netCDF has none; written as xarray writes and reads it
                data = np.ascontiguousarray(values, dtype=np.int8 if logical else None)
                variable = group.create_variable(key, ("chain", "draw"), data=data)
                if logical:
                    variable.attrs["dtype"] = "bool"
    content = buffer.getvalue()
    return content + f"\nshellcount sha256:{hashlib.sha256(content).hexdigest()}\n".encode()


def _shape(saved: Saved) -> tuple[int, int]:
    return saved.run.settings["runs"], saved.run.settings["draws"]


def read(path: Path) -> Saved:
    """Read a sealed file.

    Raises
    ------
    SavedRunError
        When it cannot be read, was not written by shellcount, or has changed since.
    """
    shown = one_line(str(path))
    with io_errors_as(lambda reason: SavedRunError(f"{shown} cannot be read: {reason}")):
        content = path.read_bytes()
    seal = _SEAL.search(content[-_SEAL_LENGTH:])
    if seal is None:
        raise SavedRunError(f"{shown} is not a saved posterior, or is incomplete; fit and save again")
    body = content[:-_SEAL_LENGTH]
    if hashlib.sha256(body).hexdigest().encode() != seal[1]:
        raise SavedRunError(f"{shown} has changed since it was saved: its checksum does not match")
    try:
        return _parse(body)
    except (AttributeError, CaseError, LookupError, OSError, RecursionError, TypeError, ValueError) as error:
        raise invalid(path, error) from None


def invalid(path: str | Path, error: Exception) -> SavedRunError:
    """Word the refusal of a file whose seal is whole, but whose content is not a posterior."""
    reason = one_line(str(error), 200)
    return SavedRunError(f"{one_line(str(path))} is sealed, but not a valid posterior ({reason})")


def check_draws(saved: Saved, names: Iterable[str]) -> None:
    """Check that a file has finite draws of every coordinate.

    Raises
    ------
    ValueError
        When it has not.
    """
    for name in names:
        draws = saved.coordinates.get(name)
        whole = draws is not None and draws.dtype == float and draws.shape == _shape(saved)
        if not whole or not np.isfinite(saved.coordinates[name]).all():
            raise ValueError(f"it lacks draws of {name}")


def _parse(body: bytes) -> Saved:
    import h5netcdf

    with h5netcdf.File(io.BytesIO(body), "r") as file:
        document: dict[str, Any] = json.loads(file["document"][()])
        if document["format"] != FORMAT:
            raise ValueError(f"its format is {document['format']}, not {FORMAT}")
        arrays = {
            name: {key: _array(variable) for key, variable in file[name].variables.items()}
            for name in (_DRAWS, _STATISTICS)
        }
    shape = Case.model_validate_json(canonical_json(document["case"]))
    case = build_case(shape.model_dump(by_alias=True), "its case")
    run = _run(document["run"])
    if case.digest != run.case_digest:
        raise ValueError("its case is not the one that was fitted")
    report = load_engine(run.engine).read_report(document[run.engine], arrays[_STATISTICS])
    return Saved(case, run, arrays[_DRAWS], report)


def _array(variable: Any) -> Array:  # noqa: ANN401  # of h5netcdf
    values = np.asarray(variable[...])
    return values.astype(bool) if variable.attrs.get("dtype") == "bool" else values


def _run(document: dict[str, Any]) -> Run:
    run = Run(**{name: value for name, value in document.items() if name != "digest"})
    if run.digest != document["digest"]:
        raise ValueError("its digest is not that of its run")
    if run.engine not in ENGINES:
        raise ValueError(f"no engine is called {run.engine}")
    verify_run(run)
    sizes = (run.seed, run.settings["runs"], run.settings["draws"])
    if not all(type(size) is int and size >= 0 for size in sizes):
        raise ValueError("its seed and sizes are not whole numbers")
    return run
