"""A mixture of two cases has of each what was asked for, in an order that both could have."""

from __future__ import annotations

from typing import Any

import pytest

from building import edited
from shellcount.case.changes import with_changes
from shellcount.case.schema import Case
from shellcount.comparison.mixing import by_id, mixed
from shellcount.errors import CaseError


def first(case: Case, table: str) -> Any:
    return getattr(case, table)[0].id


def test_nothing_carried_over_is_the_old_case(case: Case) -> None:
    new = with_changes(case, {"load": (0.5, 0.9)})
    assert mixed(case, new, []) == case


def test_only_what_is_named_is_carried_over(case: Case) -> None:
    name = case.claim[0].id
    changes: dict[str, Any] = {"load": (0.5, 0.9), f"claim.{name}.resolution": 50.0}
    found = mixed(case, with_changes(case, changes), [f"claim.{name}"])
    assert found.digest == with_changes(case, {f"claim.{name}.resolution": 50.0}).digest


def test_a_stow_is_carried_over_without_its_nature(case: Case) -> None:
    nature, stow = case.nature[0].id, case.nature[0].stow[0].id
    changes: dict[str, Any] = {f"{nature}.{stow}.base_share": 0.9, f"mix.{nature}": 0.9}
    found = mixed(case, with_changes(case, changes), [f"nature.{nature}.stow.{stow}"])
    assert found.digest == with_changes(case, {f"{nature}.{stow}.base_share": 0.9}).digest


def scope_between(document: dict[str, Any]) -> None:
    widest, *others = document["scope"]
    added = {**others[0], "id": "between", "title": "between"}
    document["scope"] = (widest, added, *others)


def test_what_is_added_takes_the_place_that_it_has_in_the_new_case(case: Case) -> None:
    new = edited(case, scope_between)
    assert mixed(case, new, ["scope.between"]) == new
    assert mixed(new, case, []) == new
    assert mixed(new, case, ["scope.between"]) == case


def test_an_order_is_carried_over_by_itself(case: Case) -> None:
    new = edited(case, lambda document: document.update(scenario=document["scenario"][::-1]))
    assert first(mixed(case, new, []), "scenario") == first(case, "scenario")
    assert mixed(case, new, ["scenario"]) == new


def test_a_nature_comes_with_its_stows(case: Case) -> None:
    def with_mortars(document: dict[str, Any]) -> None:
        document["nature"] = (*document["nature"], {**document["nature"][0], "id": "mortar"})

    new = edited(case, with_mortars)
    assert mixed(case, new, ["nature.mortar"]) == new
    assert mixed(new, case, ["nature.mortar"]) == case


def test_claims_may_be_left_out(case: Case) -> None:
    name = case.claim[-1].id
    assert name not in {claim.id for claim in mixed(case, case, [], [name]).claim}


def test_a_mixture_that_is_not_usable_is_refused(case: Case) -> None:
    new = edited(
        case, lambda document: document.update(source=tuple(document["source"][1:]), **_unsourced(document))
    )
    with pytest.raises(CaseError, match="no source has this id"):
        mixed(case, new, [f"source.{case.source[0].id}"])


def _unsourced(document: dict[str, Any]) -> dict[str, Any]:
    """Claims of which none is reported by the first source."""
    gone, other = (document["source"][place]["id"] for place in (0, 1))
    claims = [
        {
            **claim,
            "reports": [
                {**one, "source": other if one["source"] == gone else one["source"]}
                for one in claim["reports"]
            ],
        }
        for claim in document["claim"]
    ]
    return {"claim": tuple({**claim, "reports": tuple(claim["reports"])} for claim in claims)}


def test_tables_are_read_by_id_or_key() -> None:
    assert by_id(({"id": "b"}, {"id": "a"})) == {"b": {"id": "b"}, "a": {"id": "a"}}
    assert by_id({"x": 1}) == {"x": 1}
