"""Read what a comparison needs of a numbers.json of an earlier schema or version of the model."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue, TypeAdapter

from shellcount.case.schema import Case
from shellcount.digest import Json
from shellcount.errors import UnknownNameError, UsageError
from shellcount.results.claim_check import Checks
from shellcount.results.components import Components
from shellcount.results.estimate import Estimate
from shellcount.results.names import parse_quantity
from shellcount.results.results import Results
from shellcount.results.run import MODEL_VERSION
from shellcount.results.strict_tables import RunTable, StrictTable, read_case, read_each, read_table
from shellcount.results.verifying import verify

SCHEMAS = ("shellcount/numbers/1", "shellcount/numbers/2")
_ESTIMATES = TypeAdapter(dict[str, Estimate], config=StrictTable.model_config)


class _Document(StrictTable):
    """Parts of the file that every schema has, and the changes, which the first had not."""

    run: RunTable
    case: dict[str, JsonValue]
    estimates: dict[str, JsonValue]
    changes: tuple[str, ...] = ()


def is_earlier(raw: Mapping[str, Json]) -> bool:
    """Tell whether a file is of an earlier schema, or was made by an earlier version of the model.

    Examples
    --------
    >>> is_earlier({"schema": "shellcount/numbers/2", "run": {"model_version": 1}})
    True
    >>> is_earlier({"schema": "another/1"})
    False
    """
    schema, run = raw.get("schema"), raw.get("run")
    version = run.get("model_version") if isinstance(run, dict) else None
    before = type(version) is int and version < MODEL_VERSION
    return schema == SCHEMAS[0] or (schema == SCHEMAS[1] and before)


def read_earlier(raw: Mapping[str, Json]) -> Results:
    """Read the case, the run and the estimates of an earlier file, and verify them.

    Estimates whose names have no meaning any more are left out, and so are checks and figures.

    Raises
    ------
    ValueError, CaseError, UnknownNameError, UsageError
        When the file cannot be used, or contradicts itself.
    """
    document = read_table(_Document, dict(raw))
    run = document.run.run(earlier=True)
    case = read_case(document.case).with_record_of(document.changes)
    results = Results(
        case=case,
        run=run,
        estimates=read_each(_ESTIMATES, _estimates(case, document.estimates, run.digest)),
        supporting={},
        probabilities={},
        checks=Checks(()),
        left_out=None,
        claimed={},
        predictions=(),
        components=Components(()),
        conflicts=(),
        prior_comparisons=(),
        remarks=(),
        diagnostics=(),
        log_evidence=None,
        figures=False,
    )
    verify(results, earlier=True)
    return results.with_conflicts(())


def _estimates(case: Case, tables: Mapping[str, Json], run_digest: str) -> dict[str, Json]:
    estimates: dict[str, Json] = {}
    for name, fields in tables.items():
        try:
            parse_quantity(case, name)
        except (UnknownNameError, UsageError):
            continue
        own: dict[str, Json] = {"name": name, "run_digest": run_digest, "marks": []}
        estimates[name] = {**fields, **own} if isinstance(fields, dict) else fields
    return estimates
