"""Tables of the reports of engines refuse what no engine writes."""

from __future__ import annotations

import pytest

from shellcount.digest import Json
from shellcount.engines.written_reports import ImportanceTable, SmcTable
from shellcount.results.strict_tables import StrictTable, read_table

OF_SMC: dict[str, Json] = {
    "run_log_evidence": [-1.0, -1.1],
    "temperatures": 5,
    "moves": 60,
    "acceptance": 0.31,
    "correlation": 0.05,
    "stuck": None,
    "instead": None,
}
OF_IS: dict[str, Json] = {
    "run_log_evidence": [-1.0, -1.1],
    "effective_share": 0.8,
    "khat": 0.1,
    "directions": 3,
    "rounds": 2,
    "evaluations": 4096,
    "refusal": None,
    "more_points": None,
}


@pytest.mark.parametrize(("table", "written"), [(SmcTable, OF_SMC), (ImportanceTable, OF_IS)])
def test_a_table_reads_what_its_engine_writes(table: type[StrictTable], written: dict[str, Json]) -> None:
    assert read_table(table, written).model_dump(mode="json") == written


@pytest.mark.parametrize(
    ("table", "written", "name", "value"),
    [
        (SmcTable, OF_SMC, "acceptance", 1.1),
        (SmcTable, OF_SMC, "correlation", -1.1),
        (SmcTable, OF_SMC, "moves", -1),
        (SmcTable, OF_SMC, "run_log_evidence", [-1e16]),
        (ImportanceTable, OF_IS, "effective_share", -0.1),
        (ImportanceTable, OF_IS, "khat", 1e4),
        (ImportanceTable, OF_IS, "evaluations", 0),
        (ImportanceTable, OF_IS, "rounds", 2.5),
    ],
)
def test_a_value_out_of_bounds_is_named(
    table: type[StrictTable], written: dict[str, Json], name: str, value: Json
) -> None:
    with pytest.raises(ValueError, match=rf"^{name}"):
        read_table(table, {**written, name: value})
