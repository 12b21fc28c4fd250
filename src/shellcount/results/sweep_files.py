"""Write the table of a sweep as CSV or Parquet, with the provenance beside it or in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from shellcount.digest import Json
from shellcount.errors import UsageError, require_library
from shellcount.files.writing import write_files
from shellcount.results.numbers_json import to_json
from shellcount.results.sweep import Cell, Sweep
from shellcount.text import one_line

if TYPE_CHECKING:
    from arro3.core import DataType

ENDINGS = (".csv", ".parquet")
METADATA = "shellcount"  # key of the provenance in a Parquet file


def names_of_files(path: Path) -> tuple[str, ...]:
    """Name the files of a table: with CSV, the provenance is a second file, ``NAME.csv.json``.

    Raises
    ------
    UsageError
        When the ending is of neither kind, or what Parquet needs is not installed.

    Examples
    --------
    >>> names_of_files(Path("loads.csv"))
    ('loads.csv', 'loads.csv.json')
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise UsageError(
            f"{one_line(path.name, 60)!r} does not say how to write the table; end it with .csv or .parquet"
        )
    if ending == ".parquet":
        require_library("arro3.io", "parquet")
        return (path.name,)
    return path.name, f"{path.name}.json"


def save_sweep(sweep: Sweep, path: str | Path) -> list[Path]:
    """Write the table of a sweep by the ending of the path, all of it or nothing: the same bytes every time.

    Parameters
    ----------
    sweep
        The sweep.
    path
        File that ends with ``.csv``, beside which ``NAME.csv.json`` holds the provenance, or with
        ``.parquet``, which holds it as metadata under ``shellcount``.

    Raises
    ------
    OutputError
        When they cannot be written; existing files then stay unchanged.
    UsageError
        When the ending is of neither kind, or what Parquet needs is not installed.
    """
    place = Path(path)
    names = names_of_files(place)
    record = dict(sweep.record)
    if len(names) == 1:
        return write_files(place.parent, {place.name: _parquet(sweep.columns(), record)})
    contents = (_csv(sweep.columns()), (to_json(record) + "\n").encode())
    return write_files(place.parent, dict(zip(names, contents, strict=True)))


def _csv(columns: Mapping[str, list[Cell]]) -> bytes:
    """Write columns as CSV (RFC 4180, with line feeds): every digit, and nothing where there is no value."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()


def _parquet(columns: Mapping[str, list[Cell]], record: Mapping[str, Json]) -> bytes:
    from arro3.core import Array, Table
    from arro3.io import write_parquet

    arrays = [Array(cells, _type(cells)) for cells in columns.values()]
    buffer = io.BytesIO()
    write_parquet(
        Table.from_arrays(arrays, names=list(columns)),
        buffer,
        compression="zstd(3)",
        key_value_metadata={METADATA: to_json(dict(record))},
    )
    return buffer.getvalue()


def _type(cells: list[Cell]) -> DataType:
    from arro3.core import DataType

    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds == {int}:
        return DataType.int64()
    return DataType.float64() if kinds and kinds <= {int, float} else DataType.utf8()
