"""Claims, claimants and groups are held out and added by name."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from building import one_claim_case
from shellcount.case.assumptions import Group
from shellcount.case.reading import load_case
from shellcount.case.schema import Case, Claimant, Reading
from shellcount.errors import ShellcountError, UnknownNameError, UsageError
from shellcount.results.conditioning import claims_of, conditioning, resolve
from shellcount.results.given import fitted_ids, parse_given

TITLES = {
    "north": "Ministry of the North",
    "south": "Ministry of the South",
    "south-east": "Harbour Office of the South-East",
    "un": "United Nations",
    "un-office": "United Nations Office",
    "b": "Béla Press",
}
CLAIMS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("n1", "north", {}),
    ("n2", "north", {"quantity": "rounds", "scope": None, "use": "check", "under_all": Reading()}),
    ("n3", "north", {"quantity": "rounds", "scope": None, "use": "check"}),
    ("n4", "north", {"quantity": "ratio", "scope": None, "use": "context"}),
    ("s1", "south", {}),
    ("s2", "south", {"supersedes": "s1"}),
    ("s3", "south", {"derived_from": "s2", "quantity": "rounds", "scope": None, "use": "check"}),
    ("s4", "south", {"restates": "s2"}),
    ("s5", "south", {"withdrawn": True}),
    ("e1", "south-east", {}),
    ("un", "un", {}),
    ("o1", "un-office", {"quantity": "rounds", "scope": None, "use": "fit"}),
    ("b1", "b", {"quantity": "comparator", "scope": None, "use": "check"}),
)


def ledger() -> Case:
    """A case in which a claimant and a claim share an id, and a claimant and a group."""
    case = one_claim_case()
    (claimant,), (claim,) = case.claimant, case.claim
    group = Group(id="b", members=("north", "south"), correlation=0.5, basis="made up")
    return case.model_copy(
        update={
            "claimant": tuple(
                claimant.model_copy(update={"id": name, "title": title}) for name, title in TITLES.items()
            ),
            "claim": tuple(
                claim.model_copy(update={"id": name, "claimant": who, **more}) for name, who, more in CLAIMS
            ),
            "group": (group,),
        }
    )


LEDGER = ledger()


@pytest.mark.parametrize(
    ("given", "without", "with_", "expected"),
    [
        ("counts", [], [], "counts"),
        ("counts", ["n1"], [], "counts-but:n1"),
        ("counts", ["claim:un", "n1"], [], "counts-but:n1,un"),
        ("counts", ["claimant:un"], [], "counts-but:un"),
        ("counts", ["north"], [], "counts-but:n1"),
        ("all", ["north"], [], "all-but:n1,n2"),
        ("all", ["Ministry of the NORTH"], [], "all-but:n1,n2"),
        ("all", ["  ministry of  the north "], [], "all-but:n1,n2"),
        ("counts", ["group:b"], [], "counts-but:n1,s2"),
        ("counts", ["harbour"], [], "counts-but:e1"),
        ("counts", ["united nations"], [], "counts-but:un"),  # a whole title, and part of another
        ("counts", ["BE\u0301LA", "n1"], [], None),  # found, but none of its claims is fit
        ("counts", [], ["n3"], "counts-and:n3"),
        ("counts", [], ["n1", "un-office"], "counts-and:o1"),  # the first is fit anyway
        ("all", [], ["n2", "n3"], "all-and:n3"),
        ("counts", [], ["north"], "counts-and:n2,n3"),
        ("counts", [], ["group:b"], "counts-and:n2,n3"),
        ("counts", ["e1"], ["n3"], "counts-but:e1-and:n3"),
        # From any conditioning.
        ("counts-but:e1", ["n1"], [], "counts-but:e1,n1"),
        ("counts-but:e1", [], ["e1"], "counts"),
        ("counts-and:n3", ["n3"], [], "counts"),
        ("counts-and:n3", ["north"], [], "counts-but:n1"),
        ("all-but:n2-and:n3", ["n3"], ["n2"], "all"),
        # A claim that is named itself counts more than its claimant.
        ("counts", ["south"], ["s2"], "counts"),
        ("all", ["north"], ["n2"], "all-but:n1"),
        ("counts", ["n2"], ["north"], "counts-and:n3"),
        ("counts", ["n1"], ["north"], "counts-but:n1-and:n2,n3"),
    ],
)
def test_names_are_held_out_and_added(
    given: str, without: list[str], with_: list[str], expected: str | None
) -> None:
    if expected is None:
        with pytest.raises(UsageError, match="no claim of b is fit with given=counts"):
            conditioning(LEDGER, given, without, with_)
        return
    found = conditioning(LEDGER, given, without, with_)
    assert str(found) == expected
    assert parse_given(LEDGER, expected) == found


def test_a_text_is_one_name() -> None:
    assert str(conditioning(LEDGER, without="north", with_="n3")) == "counts-but:n1-and:n3"


@pytest.mark.parametrize(
    ("without", "with_", "message"),
    [
        (["n1"], ["n1"], "n1 is both held out and added: leave out one of the two"),
        (["n2"], ["n2"], "n2 is both held out and added"),
        (["north"], ["north"], "n1 is both held out and added"),
        (["north"], ["group:b"], "n1 is both held out and added"),
        (["n2"], [], "n2 is not fit with given=counts, so it cannot be held out"),
        (["s1"], [], "s1 is not fit with given=counts"),
        (["claimant:b"], [], "no claim of b is fit with given=counts, so none can be held out"),
        (["un"], [], "un is the id of a claim and of a claimant: write claim:un or claimant:un"),
        (["b"], [], "b is the id of a claimant and of a group: write claimant:b or group:b"),
        (["ministry"], [], r"'ministry' may mean north \(Ministry of the North\) and south \(Min"),
        (["the south"], [], r"'the south' may mean south \(.*\) and south-east"),
        ([""], [], "a blank name holds out or adds nothing"),
        ([" \t"], [], "a blank name"),
        (["claim: "], [], "a blank name"),
        ([3], [], "without takes names of claims, claimants and groups, not 3"),
        ([], [None], "with_ takes names of claims, claimants and groups, not None"),
        ([], ["s1"], "s1 cannot be fit, because it was superseded by s2"),
        ([], ["s3"], "s3 cannot be fit, because it was derived from s2"),
        ([], ["s4"], "s4 cannot be fit, because it restates s2"),
        ([], ["s5"], "s5 cannot be fit, because it was withdrawn"),
        ([], ["n4"], "n4 cannot be fit, because it states a ratio, which is only shown"),
        ([], ["b1"], "b1 cannot be fit, because it states a comparator, which is only shown"),
        ([], ["claimant:b"], "no claim of b can be fit: b1 states a comparator"),
    ],
)
def test_names_that_cannot_be_meant_are_refused(without: list[Any], with_: list[Any], message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        conditioning(LEDGER, "counts", without, with_)
    assert not isinstance(caught.value, UnknownNameError)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("n11", "no claim, claimant or group is called 'n11'; did you mean n1"),
        ("Ministry of the Nroth", r"did you mean north \(Ministry of the North\)\?"),
        ("claimant:n1", "no claimant is called 'claimant:n1'"),
        ("group:north", "no group is called 'group:north'"),
        ("claim:Harbour", "no claim is called 'claim:Harbour'"),
        ("zzz", "known are north, south, south-east, un, un-office, b, "),
    ],
)
def test_an_unknown_name_is_answered_with_close_ones(name: str, message: str) -> None:
    with pytest.raises(UnknownNameError, match=message):
        conditioning(LEDGER, without=[name])


def test_a_claimant_without_claims_can_neither_be_held_out_nor_added() -> None:
    silent = LEDGER.model_copy(
        update={
            "claimant": (*LEDGER.claimant, LEDGER.claimant[0].model_copy(update={"id": "mute", "title": "M"}))
        }
    )
    with pytest.raises(UsageError, match="no claim of mute is fit"):
        conditioning(silent, without=["mute"])
    with pytest.raises(UsageError, match="no claim of mute can be fit, because it made none"):
        conditioning(silent, with_=["mute"])


def test_many_titles_are_listed_short_and_harmless() -> None:
    many = tuple(
        Claimant(id=f"c{n}", title=f"Office \x1b[31m {n}", grade="B", basis="made up") for n in range(40)
    )
    with pytest.raises(UsageError, match="and 37 more") as caught:
        resolve(LEDGER.model_copy(update={"claimant": many}), "office")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300


def test_a_claim_a_claimant_and_a_group_stand_for_claims() -> None:
    assert claims_of(LEDGER, "claim", "n1") == ("n1",)
    assert claims_of(LEDGER, "claimant", "north") == ("n1", "n2", "n3", "n4")
    assert claims_of(LEDGER, "group", "b") == ("n1", "n2", "n3", "n4", "s1", "s2", "s3", "s4", "s5")


def test_everything_may_be_held_out() -> None:
    found = conditioning(LEDGER, without=["north", "south", "harbour", "claim:un"])
    assert fitted_ids(LEDGER, found) == frozenset()
    assert str(found) == "counts-but:e1,n1,s2,un"


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_names_does_not_matter(seed: int) -> None:
    without, with_ = ["n1", "harbour", "claim:un"], ["n3", "un-office"]
    shuffled = random.Random(seed)  # noqa: S311  # for the order alone
    expected = conditioning(LEDGER, "all", without, with_)
    shuffled.shuffle(without)
    shuffled.shuffle(with_)
    assert conditioning(LEDGER, "all", without, [*with_, *with_]) == expected


@given(
    st.lists(
        st.one_of(
            st.text(max_size=8), st.sampled_from([name for name, _, _ in CLAIMS]), st.just("claimant:un")
        )
    ),
    st.lists(
        st.one_of(st.text(max_size=8), st.sampled_from(["n3", "north", "group:b", "claim:", ":", "o1"]))
    ),
)
def test_any_names_are_resolved_or_refused_on_purpose(without: list[str], with_: list[str]) -> None:
    try:
        found = conditioning(LEDGER, "counts", without, with_)
    except ShellcountError:
        return
    assert parse_given(LEDGER, str(found)) == found


def test_a_part_of_a_title_names_a_claimant_of_the_shipped_case() -> None:
    case = load_case()
    assert resolve(case, "South Korea") == ("claimant", "rok-mnd")
    assert resolve(case, "GUR") == ("claimant", "ua-gur")
