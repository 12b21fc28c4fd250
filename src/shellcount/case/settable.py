"""Tell which inputs of a case can be changed, what they are now, and how a change is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from shellcount.case.flow import OUTLIER_SCALE, OUTLIER_SHARE
from shellcount.case.inputs import LEXICON, NO_GROUP, Input, inputs, words_of
from shellcount.case.kinds import KINDS
from shellcount.case.schema import Case
from shellcount.case.shape import Raw
from shellcount.digest import Json
from shellcount.frozen import frozen
from shellcount.text import one_line
from shellcount.wording.tables import Table

_NOT_NOW = "-"
_DEFAULTS = {"robustness.outlier_share": OUTLIER_SHARE, "robustness.outlier_scale": OUTLIER_SCALE}
# Tables by a word of their own, which is that of each setting in them, and what those take.
_TABLES = {
    "priors": "Priors: LOW:HIGH, the 5% and 95% quantiles, or one number taken as known",
    "constants": "Constants and spreads: a number",
    "mix": "Shares of the mix and of ways to pack, before they are scaled to sum to one",
    "scenarios": "Scenarios: NATURE:SHARE,NATURE:SHARE; another id adds one",
    "claimants": "Claimants, by id or a part of the title: grade, bias_sd instead, or group",
    "claims": "Claims: the figure as a number, LOW:HIGH or words, and what qualifies it",
    "hedges": "Grades and hedges: spreads in log units, or a lexicon for all hedges",
    "flow": "Groups, flow and robustness",
}


@frozen
class Setting:
    """Input that can be changed.

    Parameters
    ----------
    table
        Word for what it belongs to, such as ``priors``.
    name
        Name, as ``--set`` and :func:`shellcount.with_changes` take it.
    now
        Present value, as a change is written; ``None`` if it has none.
    example
        Another value, as a change is written.
    """

    table: str
    name: str
    now: str | None
    example: str


def settings(case: Case) -> tuple[Setting, ...]:
    """List the inputs of a case that can be changed, with their present values and an example of another.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> found = {setting.name: setting for setting in settings(load_case())}
    >>> found["load"].now, found["load"].example
    ('0.4:0.92', '0.45:0.87')
    >>> found["claimant.rok-mnd.grade"].now, found["claimant.rok-mnd.grade"].example
    ('B', 'C')
    """
    document = case.model_dump(by_alias=True)
    found = [
        _setting(case, document, name, each)
        for name, each in inputs(case, document).items()
        if _is_listed(case, document, name, each)
    ]
    every = (*found, *_scenarios(case), _lexicon(case))
    return tuple(sorted(every, key=lambda setting: list(_TABLES).index(setting.table)))


def settings_tables(case: Case) -> tuple[Table, ...]:
    """Tabulate the inputs of a case that can be changed, a table for each kind."""
    listed = settings(case)
    head = ("name", "now", "for example")
    return tuple(
        Table(
            caption,
            head,
            tuple((each.name, each.now or _NOT_NOW, each.example) for each in listed if each.table == table),
        )
        for table, caption in _TABLES.items()
        if any(each.table == table for each in listed)
    )


def settings_document(case: Case) -> dict[str, Json]:
    """Write the inputs of a case that can be changed as plain values, for programs."""
    return {
        "case": case.about.id,
        "case_digest": case.digest,
        "settings": [
            {"table": each.table, "name": each.name, "now": each.now, "example": each.example}
            for each in settings(case)
        ],
    }


def _setting(case: Case, document: Raw, name: str, each: Input) -> Setting:
    value = _value(document, name, each)
    value = _DEFAULTS.get(name) if value is None else value
    now = None if value is None else _written(value)
    return Setting(_table_of(name, each), name, now, _example(case, each, value))


def _is_listed(case: Case, document: Raw, name: str, each: Input) -> bool:
    """Leave out second names, and what a claim says nothing of, most of which it must not say either."""
    table, _, rest = name.partition(".")
    if table != "claim" or each.takes == "figure":
        return not name.endswith(".value")
    claim = case.claim[rest.rpartition(".")[0]]
    if each.key == "use":
        return KINDS[claim.quantity].known
    if each.key == "hedge" and claim.interval is not None:  # which only `between` goes with
        return False
    return _value(document, name, each) is not None


def _table_of(name: str, each: Input) -> str:
    first = name.partition(".")[0]
    own = {"claimant": "claimants", "claim": "claims", "reliability": "hedges", "hedges": "hedges"}
    if each.takes == "prior":
        return "priors"
    if each.key == "base_share":
        return "mix"
    return "flow" if first in {"group", "flow", "robustness"} else own.get(first, "constants")


def _value(document: Raw, name: str, each: Input) -> Any:  # noqa: ANN401  # any value of a case file
    """Look up the present value of an input: a pair for quantiles and ranges."""
    if each.takes == "group":
        claimant = name.split(".")[1]
        named = (group["id"] for group in document["group"] or () if claimant in group["members"])
        return next(named, NO_GROUP)
    table: Any = document
    for step in each.table:
        table = None if table is None else table[step]
    if table is None:
        return None
    if each.takes == "prior" and table["value"] is None:
        return table["low"], table["high"]
    return table[each.key]


def _written(value: Any) -> str:  # noqa: ANN401  # any value of a case file
    if isinstance(value, Mapping) and "earliest" in value:
        return f"{value['earliest']}..{value['latest']}"
    if isinstance(value, Mapping):
        return f"{_number(value['low'])}:{_number(value['high'])}"
    if isinstance(value, tuple):
        return ":".join(map(_number, value))
    return _number(value) if isinstance(value, int | float) else one_line(str(value))


def _number(value: float) -> str:
    return repr(float(value)).removesuffix(".0")


def _scenarios(case: Case) -> Iterator[Setting]:
    alone = [f"{nature.id}:1" for nature in case.nature]
    for scenario in case.scenario:
        now = None if scenario.mix is None else _shares(scenario.mix)
        example = next((each for each in alone if each != now), alone[0])
        yield Setting("scenarios", f"scenario.{scenario.id}", now, example)


def _shares(mix: Mapping[str, float]) -> str:
    return ",".join(f"{nature}:{_number(share)}" for nature, share in mix.items())


def _lexicon(case: Case) -> Setting:
    now = None if case.lexicon is None else case.lexicon.hedges
    return Setting("hedges", LEXICON, now, _next(words_of(case, LEXICON), now))


# --- examples ----------------------------------------------------------------------------


def _example(case: Case, each: Input, value: Any) -> str:  # noqa: ANN401  # any value of a case file
    """Write another value that the input can take."""
    if each.takes in {"word", "group"}:
        return _next(words_of(case, each.key), value)
    if each.takes == "date":
        return str(_day(case, each.key, value))
    if each.takes == "figure" and (not value or isinstance(value, str)):
        return _next(words_of(case, "value"), value)
    if isinstance(value, Mapping):
        value = value["low"], value["high"]
    if isinstance(value, tuple):
        low, high = value
        return f"{_short(low + (high - low) / 10)}:{_short(high - (high - low) / 10)}"
    if each.key == "step_days":
        return "7"
    return _short(value / 2) if value else "0.1"


def _next(listed: tuple[str, ...], now: object) -> str:
    """Give the word after the present one, or the one before the last."""
    place = listed.index(str(now)) if now in listed else -1
    return listed[place + 1] if place + 1 < len(listed) else listed[max(0, place - 1)]


def _day(case: Case, key: str, value: object) -> dt.date:
    start = case.containers.first_shipment
    if key == "since":
        return start
    return case.last_date if value != case.last_date else case.last_date - dt.timedelta(days=1)


def _short(value: float) -> str:
    """Write a number with two digits, or as many as a whole number has."""
    return _number(float(f"{value:.1e}"))
