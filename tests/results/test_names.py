"""Names of estimates: every one that a case gives can be read back, and anything else is refused kindly."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from building import edited, one_claim_case
from richer import rich_case
from shellcount.case.changes import with_changes
from shellcount.case.flow import length, span
from shellcount.case.inputs import changeable
from shellcount.case.kinds import KINDS
from shellcount.case.nouns import RESERVED
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.citing.quotation import FORMS, parse_quotation
from shellcount.errors import ShellcountError, UnknownNameError, UsageError
from shellcount.results.claimed import quantity_of
from shellcount.results.given import readings
from shellcount.results.names import (
    name_of,
    noun,
    parameter_names,
    parse_quantity,
    subjects,
    translated,
    unit,
)
from shellcount.results.quantity import Quantity, QuantityKind
from shellcount.results.standard import standard
from shellcount.results.when import Period, check_date, standard_dates
from shellcount.text import slug

NATURES = ("152mm-howitzer", "122mm-howitzer", "122mm-rocket")
SCENARIOS = ("mixed", "all-152mm-howitzer", "all-122mm-howitzer", "all-122mm-rocket")
DATES = tuple(map(dt.date.fromisoformat, ("2023-10-13", "2024-02-23", "2024-02-26", "2024-06-14")))
CASE = load_case()
STANDARD = standard(CASE)
DECEMBER = Period(dt.date(2023, 12, 1), dt.date(2023, 12, 31))


def called(item: str, carrier: str) -> Case:
    """The shipped case with other nouns."""
    return CASE.model_copy(update={"about": CASE.about.model_copy(update={"item": item, "carrier": carrier})})


@pytest.mark.parametrize("quantity", STANDARD, ids=lambda quantity: name_of(CASE, quantity))
def test_a_standard_name_is_read_back(quantity: Quantity) -> None:
    assert parse_quantity(CASE, name_of(CASE, quantity)) == quantity


def test_standard_names_are_all_different() -> None:
    names = [name_of(CASE, quantity) for quantity in STANDARD]
    assert len(set(names)) == len(names)


def test_the_standard_estimates_are_complete() -> None:
    names = {name_of(CASE, quantity) for quantity in STANDARD}
    days = [day.isoformat() for day in DATES]
    expected = {f"rounds.{scenario}@{day}" for scenario in SCENARIOS for day in days}
    expected |= {
        f"containers.{scope}@{day}" for scope in ("military", "munitions", "artillery") for day in days
    }
    expected |= {f"{kind}.{name}" for kind in ("capacity", "shipped") for name in (*NATURES, "mixed")}
    expected |= set(parameter_names(CASE))
    assert names == expected


def test_parameters_are_the_scalars_and_shares_of_the_case(case: Case) -> None:
    assert parameter_names(case) == (
        "first_rate_per_day",
        "munitions_share",
        "artillery_share",
        "load",
        "payload_share",
        "stowage",
        "mix.152mm-howitzer",
        "152mm-howitzer.complete.mass_kg",
        "152mm-howitzer.complete.volume_m3",
        "152mm-howitzer.complete.share",
        "152mm-howitzer.projectile.mass_kg",
        "152mm-howitzer.projectile.volume_m3",
        "152mm-howitzer.projectile.share",
        "mix.122mm-howitzer",
        "122mm-howitzer.complete.mass_kg",
        "122mm-howitzer.complete.volume_m3",
        "mix.122mm-rocket",
        "122mm-rocket.one-row.mass_kg",
        "122mm-rocket.one-row.volume_m3",
        "122mm-rocket.one-row.share",
        "122mm-rocket.two-rows.mass_kg",
        "122mm-rocket.two-rows.volume_m3",
        "122mm-rocket.two-rows.share",
    )


def test_what_stands_alone_has_no_share() -> None:
    assert parameter_names(one_claim_case()) == (
        "first_rate_per_day",
        "load",
        "payload_share",
        "stowage",
        "shell.crate.mass_kg",
        "shell.crate.volume_m3",
    )


def test_dates_are_those_that_claims_speak_of(case: Case) -> None:
    assert standard_dates(case) == DATES


def test_dates_that_are_asked_for_take_the_place_of_the_standard_ones(case: Case) -> None:
    days = (dt.date(2024, 5, 1), dt.date(2023, 12, 24), dt.date(2024, 5, 1))
    found = [quantity.day for quantity in standard(case, days) if quantity.kind == "containers"]
    assert found == [dt.date(2023, 12, 24), dt.date(2024, 5, 1)] * 3
    undated = [quantity for quantity in STANDARD if quantity.day is None]
    assert [quantity for quantity in standard(case, ()) if quantity.day is None] == undated
    assert len(standard(case, ())) == len(undated)


def test_a_date_that_is_asked_for_must_be_one_of_the_flow(case: Case) -> None:
    with pytest.raises(UsageError, match="2023-09-01 is not after the first shipment"):
        standard(case, [dt.date(2024, 5, 1), dt.date(2023, 9, 1)])


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("containers", ("military", "munitions", "artillery")),
        ("rounds", SCENARIOS),
        ("capacity", (*NATURES, "mixed")),
        ("shipped", (*NATURES, "mixed")),
        ("parameter", parameter_names(CASE)),
    ],
)
def test_subjects_of_a_kind(case: Case, kind: QuantityKind, expected: tuple[str, ...]) -> None:
    assert subjects(case, kind) == expected


@pytest.mark.parametrize("subject", [*NATURES, *SCENARIOS])
@pytest.mark.parametrize("form", ["rounds.{}@2024-06-14", "capacity.{}", "shipped.{}"])
def test_every_nature_and_scenario_has_rounds_and_a_capacity(case: Case, form: str, subject: str) -> None:
    name = form.format(subject)
    quantity = parse_quantity(case, name)
    assert (quantity.subject, name_of(case, quantity)) == (subject, name)


def test_a_true_mix_has_a_capacity_of_its_own(case: Case) -> None:
    half = with_changes(case, {"scenario.half": {"152mm-howitzer": 0.5, "122mm-rocket": 0.5}})
    assert subjects(half, "capacity") == (*NATURES, "mixed", "half")
    assert parse_quantity(half, "shipped.half") == Quantity("shipped", "half")


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("rounds.mixd@2024-06-14", "rounds.mixed@2024-06-14"),
        ("container.munitions@2024-06-14", "containers.munitions@2024-06-14"),
        ("capacity.152mm-howitser", "capacity.152mm-howitzer"),
        ("capacity.122mm-rocket@2024-06-14", "capacity.122mm-rocket"),
        ("munition_share", "munitions_share"),
        ("load@2024-06-14", "did you mean"),
        ("", "known are"),
    ],
)
def test_an_unknown_name_is_answered_with_close_ones(case: Case, name: str, suggested: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        parse_quantity(case, name)
    assert f"no estimate is called {name!r}; " in str(caught.value)
    assert suggested in str(caught.value)
    assert caught.value.name == name


@pytest.mark.parametrize("stem", ["rounds.mixed", "containers.munitions"])
def test_a_dated_name_without_a_date_is_answered_with_one(case: Case, stem: str) -> None:
    with pytest.raises(UsageError, match=f"^{stem} needs a date, as {stem}@2024-06-14$"):
        parse_quantity(case, stem)


@pytest.mark.parametrize(
    "date",
    ["", "2024", "2024-06-31", "2024-13-01", "14.6.2024", "2024-06-14T00:00", "2024-06-14@2024-06-14"],
)
def test_a_malformed_date_is_refused(case: Case, date: str) -> None:
    with pytest.raises(UsageError, match="is not a date such as 2024-06-14"):
        parse_quantity(case, f"rounds.mixed@{date}")


@pytest.mark.parametrize("day", [dt.date(1, 1, 1), dt.date(2023, 8, 31), dt.date(2023, 9, 1)])
def test_nothing_had_moved_by_the_first_shipment(case: Case, day: dt.date) -> None:
    with pytest.raises(
        UsageError, match=rf"{day.isoformat()} is not after the first shipment \(2023-09-01\)"
    ):
        check_date(case, day)


@pytest.mark.parametrize("day", [dt.date(2044, 1, 1), dt.date(9999, 12, 31)])
def test_the_flow_ends_after_twenty_years(case: Case, day: dt.date) -> None:
    with pytest.raises(UsageError, match="more than 20 years after the first shipment"):
        check_date(case, day)


@pytest.mark.parametrize("day", [dt.date(2023, 9, 2), dt.date(2024, 2, 29), dt.date(2043, 9, 1)])
def test_the_flow_is_defined_from_the_second_day_for_twenty_years(case: Case, day: dt.date) -> None:
    assert parse_quantity(case, f"containers.military@{day.isoformat()}").day == day


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("containers.artillery@2024-06-14", "containers"),
        ("rounds.all-122mm-rocket@2024-06-14", "rounds"),
        ("capacity.mixed", "rounds per container"),
        ("shipped.122mm-howitzer", "rounds per container"),
        ("first_rate_per_day", "containers per day"),
        ("122mm-rocket.one-row.mass_kg", "kg"),
        ("122mm-rocket.one-row.volume_m3", "m3"),
        ("122mm-rocket.one-row.share", "share"),
        ("mix.122mm-rocket", "share"),
        ("munitions_share", "share"),
        ("load", "share"),
    ],
)
def test_units(case: Case, name: str, expected: str) -> None:
    assert unit(case, parse_quantity(case, name)) == expected


def test_units_are_in_the_words_of_the_case() -> None:
    other = called("parcels", "trucks")
    assert unit(other, Quantity("rounds", "mixed", DATES[0])) == "parcels"
    assert unit(other, Quantity("containers", "military", DATES[0])) == "trucks"
    assert unit(other, Quantity("capacity", "mixed")) == "parcels per truck"
    assert unit(other, Quantity("parameter", "first_rate_per_day")) == "trucks per day"


# --- the case's own nouns ----------------------------------------------------------------

GRAIN = load_case("black-sea-grain-2022")
LAST = dt.date(2023, 7, 15)


@pytest.mark.parametrize("quantity", standard(GRAIN, [LAST]), ids=lambda quantity: name_of(GRAIN, quantity))
def test_names_are_in_the_nouns_of_the_case(quantity: Quantity) -> None:
    name = name_of(GRAIN, quantity)
    assert parse_quantity(GRAIN, name) == quantity
    assert (name.startswith("tonnes."), name.startswith("ships.")) == (
        quantity.kind == "rounds",
        quantity.kind == "containers",
    )


@pytest.mark.parametrize(
    ("item", "carrier", "expected"),
    [
        ("Metric tonnes", "40-foot boxes", ("metric-tonnes", "40-foot-boxes")),
        ("Café crème", "İskele", ("cafe-creme", "iskele")),
        ("снаряды", "контейнеры", ("снаряды", "контейнеры")),
        ("砲弾", "コンテナ", ("砲弾", "コンテナ")),
        ("people's rations", "\u202etrucks\u200b", ("peoples-rations", "trucks")),
    ],
)
def test_nouns_become_slugs(item: str, carrier: str, expected: tuple[str, str]) -> None:
    case = called(item, carrier)
    assert (noun(case, "rounds"), noun(case, "containers")) == expected
    for quantity in standard(case):
        assert parse_quantity(case, name_of(case, quantity)) == quantity


def test_a_noun_is_read_however_its_letters_are_put_together() -> None:
    case = called("ёлки", "trucks")
    name = name_of(case, Quantity("rounds", "mixed", DATES[0]))
    assert unicodedata.normalize("NFD", name) != name
    assert parse_quantity(case, unicodedata.normalize("NFD", name)).kind == "rounds"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("rounds.mixed@2023-07-15", "tonnes.mixed@2023-07-15"),
        ("rounds.wheat@2023-07-15", "tonnes.wheat@2023-07-15"),
        ("containers.initiative@2022-08-08", "ships.initiative@2022-08-08"),
        ("rounds.mixed", "tonnes.mixed"),
        ("rounds.mixd@2023-07-15", "tonnes.mixed@2023-07-15"),
        ("ship.initiative@2023-07-15", "ships.initiative@2023-07-15"),
    ],
)
def test_the_wrong_noun_is_answered_with_the_right_one(name: str, meant: str) -> None:
    message = f"^no estimate is called '{re.escape(name)}'; did you mean {re.escape(meant)}"
    with pytest.raises(UnknownNameError, match=message) as caught:
        parse_quantity(GRAIN, name)
    assert "tonnes.mixed@2023-07-15" in caught.value.known


def test_what_a_document_asks_for_is_in_the_nouns_of_the_case() -> None:
    asked = parse_quotation(GRAIN, "tonnes.mixed@2023-07-15 >= 30 million")
    assert asked.subject == "tonnes.mixed@2023-07-15>=30000000"
    assert parse_quotation(GRAIN, "ships.initiative@2023-07-15").subject == "ships.initiative@2023-07-15"
    with pytest.raises(UnknownNameError, match=r"did you mean tonnes\.mixed@2023-07-15\?$"):
        parse_quotation(GRAIN, "rounds.mixed@2023-07-15 >= 30 million")


@pytest.mark.parametrize("name", ["tonnes.mixed@2024-06-14", "ships.munitions@2024-06-14"])
def test_a_noun_of_another_case_is_unknown(case: Case, name: str) -> None:
    with pytest.raises(UnknownNameError, match="did you mean"):
        parse_quantity(case, name)


def test_what_is_counted_may_be_called_containers() -> None:
    case = called("containers", "ships")
    assert parse_quantity(case, "containers.mixed@2024-06-14") == Quantity("rounds", "mixed", DATES[-1])
    assert parse_quantity(case, "ships.military@2024-06-14") == Quantity("containers", "military", DATES[-1])
    with pytest.raises(UnknownNameError, match=r"did you mean ships\.military@2024-06-14\?"):
        parse_quantity(case, "containers.military@2024-06-14")


def test_the_same_estimate_is_found_under_the_nouns_of_another_case() -> None:
    other = called("shells", "boxes")
    assert [translated(name_of(CASE, quantity), CASE, other) for quantity in STANDARD] == [
        name_of(other, quantity) for quantity in STANDARD
    ]


def test_no_noun_can_be_mistaken_for_a_name_of_another_kind() -> None:
    undated = (name_of(CASE, quantity) for quantity in STANDARD if quantity.day is None)
    begun = {name.partition(".")[0] for name in (*undated, *changeable(CASE), "scenario.half")}
    begun |= {kind for kind, forms in FORMS.items() if "median" not in forms and kind != "probability"}
    natures = {nature.id for nature in CASE.nature}
    assert {word for word in begun - natures if slug(word) == word} == RESERVED


# --- periods, rates and further kinds ------------------------------------------------------


RICH = rich_case()


@pytest.mark.parametrize(
    ("name", "quantity"),
    [
        ("rounds.mixed@2023-12", Quantity("rounds", "mixed", DECEMBER.as_of, DECEMBER.since)),
        ("rounds.mixed@2023-12-01..2023-12-31", Quantity("rounds", "mixed", DECEMBER.as_of, DECEMBER.since)),
        ("rounds.mixed@2023-12/day", Quantity("rounds", "mixed", DECEMBER.as_of, DECEMBER.since, "day")),
        (
            "containers.munitions@2023-10..2023-12-31/week",
            Quantity("containers", "munitions", DECEMBER.as_of, dt.date(2023, 10, 1), "week"),
        ),
        ("rounds.122mm-rocket@2023-12", Quantity("rounds", "122mm-rocket", DECEMBER.as_of, DECEMBER.since)),
        (
            "gross_mass.mixed@2023-12/month",
            Quantity("gross_mass", "mixed", DECEMBER.as_of, DECEMBER.since, "month"),
        ),
        ("gross_mass.all-122mm-rocket@2024-06-14", Quantity("gross_mass", "all-122mm-rocket", DATES[-1])),
        (
            "trip_count.munitions.voyage@2023-12",
            Quantity("trip_count", "munitions.voyage", DECEMBER.as_of, DECEMBER.since),
        ),
        ("trip_count.military.voyage@2024-06-14", Quantity("trip_count", "military.voyage", DATES[-1])),
        ("item_share.122mm-rocket", Quantity("item_share", "122mm-rocket")),
    ],
)
def test_times_and_further_kinds_are_parsed(name: str, quantity: Quantity) -> None:
    assert parse_quantity(RICH, name) == quantity


@settings(max_examples=300)
@given(
    st.sampled_from(
        ["rounds.mixed", "containers.military", "gross_mass.mixed", "trip_count.munitions.voyage"]
    ),
    st.dates(min_value=dt.date(2023, 1, 1), max_value=dt.date(2043, 12, 31)),
    st.dates(min_value=dt.date(2023, 9, 1), max_value=dt.date(2043, 12, 31)),
    st.sampled_from(["", "/day", "/week", "/month"]),
)
def test_any_period_and_rate_is_read_back(stem: str, first: dt.date, second: dt.date, per: str) -> None:
    since, as_of = sorted((first, second))
    spelt = f"{stem}@{since.isoformat()}..{as_of.isoformat()}{per}"
    quantity = parse_quantity(RICH, spelt)
    assert (quantity.since, quantity.day, quantity.per) == (since, as_of, per.removeprefix("/") or None)
    name = name_of(RICH, quantity)
    assert parse_quantity(RICH, name) == quantity
    assert name == name_of(RICH, parse_quantity(RICH, name))
    assert translated(name, RICH, RICH) == name


def test_a_rate_up_to_a_date_is_that_of_the_period_since_the_first_shipment(case: Case) -> None:
    claimed = Quantity("rounds", "mixed", DATES[-1], per="day")
    assert name_of(case, claimed) == "rounds.mixed@2023-09-01..2024-06-13/day"
    whole = parse_quantity(case, name_of(case, claimed))
    assert span(case, whole.since, DATES[-1] - dt.timedelta(days=1)) == span(case, None, DATES[-1])
    assert length(case, whole.since, DATES[-1] - dt.timedelta(days=1)) == length(case, None, DATES[-1])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "rounds.mixed@2024-06-14/day",
            r"write rounds\.mixed@2023-09-01\.\.2024-06-13/day for the mean since",
        ),
        ("rounds.mixed@2023-12/year", "'year' is not a unit of time; known are day, week, month"),
        ("rounds.mixed@2023-12/dya", r"'dya' is not a unit of time; did you mean day\?"),
        ("rounds.mixed@2023-12/", "'' is not a unit of time"),
        ("rounds.mixed@2023-12/day/day", "'day/day' is not a unit of time"),
        ("rounds.mixed@2024-01..2023-12", "ends before it begins"),
        ("rounds.mixed@2023-08/day", "2023-08 lies before the first shipment"),
        ("gross_mass.mixed", "gross_mass.mixed needs a date, as gross_mass.mixed@2024-06-14"),
    ],
)
def test_a_time_that_a_quantity_cannot_have_is_refused(case: Case, name: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_quantity(case, name)


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("item_share.122mm-rockets", "item_share.122mm-rocket"),
        ("item_share.122mm-rocket@2023-12", "item_share.122mm-rocket"),
        ("item_share.mixed", "did you mean"),
        ("capacity.mixed/day", "capacity.mixed"),
        ("capacity.mixed@2023-12", "capacity.mixed"),
        ("rounds.mixed/day", "rounds.mixed@2024-06-14"),
        ("gross_mass.munitions@2023-12", "did you mean"),
        ("trip_count.munitions@2024-06-14", "trip_count.munitions.voyage@2024-06-14"),
        ("trip_count.munitions.voyages@2023-12", "trip_count.munitions.voyage@"),
    ],
)
def test_an_unknown_name_of_a_further_kind_is_answered_with_close_ones(name: str, suggested: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        parse_quantity(RICH, name)
    assert suggested in str(caught.value)


def test_kinds_that_a_case_cannot_have_are_unknown() -> None:
    assert subjects(CASE, "trip_count") == ()
    assert subjects(RICH, "trip_count") == ("military.voyage", "munitions.voyage", "artillery.voyage")
    assert subjects(one_claim_case(), "item_share") == ()
    assert subjects(CASE, "gross_mass") == SCENARIOS
    assert subjects(CASE, "item_share") == NATURES
    half = with_changes(CASE, {"scenario.mixed": {"152mm-howitzer": 0.5, "122mm-rocket": 0.5}})
    assert subjects(half, "item_share") == ("152mm-howitzer", "122mm-rocket")
    rockets = with_changes(CASE, {"scenario.mixed": {"122mm-rocket": 1.0}})
    assert subjects(rockets, "item_share") == ()


def test_cargo_of_a_number_per_carrier_has_no_mass() -> None:
    rockets = next(nature for nature in CASE.nature if nature.id == "122mm-rocket")
    number = rockets.stow[0].mass_kg
    natures = (*CASE.nature[:2], rockets.model_copy(update={"stow": (), "per_carrier": number}))
    case = CASE.model_copy(update={"nature": natures})
    assert subjects(case, "gross_mass") == ("all-152mm-howitzer", "all-122mm-howitzer")
    with pytest.raises(UnknownNameError):
        parse_quantity(case, "gross_mass.mixed@2024-06-14")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("rounds.mixed@2023-12", "rounds"),
        ("rounds.mixed@2023-12/day", "rounds per day"),
        ("containers.munitions@2023-10..2023-12/month", "containers per month"),
        ("gross_mass.mixed@2024-06-14", "tonnes"),
        ("gross_mass.mixed@2023-12/week", "tonnes per week"),
        ("trip_count.munitions.voyage@2023-12", "voyages"),
        ("item_share.122mm-rocket", "share"),
    ],
)
def test_units_of_periods_rates_and_further_kinds(name: str, expected: str) -> None:
    assert unit(RICH, parse_quantity(RICH, name)) == expected


def test_every_quantity_of_a_claim_is_a_standard_estimate_with_a_name_that_is_read_back() -> None:
    names = {name_of(RICH, quantity) for quantity in standard(RICH)}
    more = names - {name_of(CASE, quantity) for quantity in STANDARD}
    assert {
        "rounds.mixed@2023-12",
        "rounds.mixed@2023-12/month",
        "rounds.mixed@2023-09-01..2024-06-13/day",
        "containers.munitions@2023-12",
        "containers.munitions@2024-01-01..2024-03-31/day",
        "gross_mass.mixed@2024-06-14",
        "trip_count.munitions.voyage@2024-06-14",
        "item_share.122mm-rocket",
        "voyage.carriers_per_trip",
    } <= more
    for claim in RICH.claim:
        for read in readings(claim) if KINDS[claim.quantity].known else ():
            name = name_of(RICH, quantity_of(RICH, read))
            assert name in names
            assert name_of(RICH, parse_quantity(RICH, name)) == name


def test_claims_of_a_period_add_no_date_to_the_standard_ones() -> None:
    periods = tuple(claim for claim in RICH.claim if claim.since is not None)
    assert {claim.as_of for claim in periods}.isdisjoint(standard_dates(RICH))
    assert set(DATES) < set(standard_dates(RICH))


def test_months_and_periods_take_the_place_of_the_standard_dates(case: Case) -> None:
    times: list[dt.date | Period | str] = ["2023-12", DATES[-1]]
    times += ["2023-12-01..2023-12-31", "2023-10..2023-12", "2023-12-31"]
    names = [
        name_of(case, each)
        for each in standard(case, times)
        if each.kind == "rounds" and each.subject == "mixed"
    ]
    assert names == [
        "rounds.mixed@2023-12-31",
        "rounds.mixed@2023-10-01..2023-12-31",
        "rounds.mixed@2023-12",
        "rounds.mixed@2024-06-14",
    ]
    with pytest.raises(UsageError, match="2023-08 lies before the first shipment"):
        standard(case, ["2023-08"])


pieces = st.one_of(
    st.sampled_from(["rounds", "containers", "capacity", "shipped", "parameter", "mix", "load", "", "."]),
    st.sampled_from([*SCENARIOS, *NATURES, "military", "munitions"]),
    st.dates().map(dt.date.isoformat),
    st.sampled_from(["..", "/day", "/month", "2023-12", "gross_mass", "item_share", "trip_count"]),
    st.sampled_from(["@", ".", "@2024-6-1", "@2024-06-14 ", "@٢٠٢٤-٠٦-١٤", "\0", "\n", "\ud800"]),
    st.text(max_size=5),
)


@settings(max_examples=300)
@given(st.one_of(st.text(), st.lists(pieces, max_size=6).map("".join)))
def test_any_text_is_read_or_refused_on_purpose(name: str) -> None:
    try:
        quantity = parse_quantity(CASE, name)
    except ShellcountError:
        return
    assert parse_quantity(CASE, name_of(CASE, quantity)) == quantity


@settings(max_examples=300)
@given(
    st.sampled_from(["rounds.mixed", "containers.military"]),
    st.dates(min_value=dt.date(2023, 9, 2), max_value=dt.date(2043, 9, 1)),
)
def test_any_date_of_the_flow_is_read_back(stem: str, day: dt.date) -> None:
    name = f"{stem}@{day.isoformat()}"
    assert name_of(CASE, parse_quantity(CASE, name)) == name


def test_a_share_that_is_taken_as_known_has_a_unit() -> None:
    known = {"value": 0.8, "basis": "made up", "certainty": "U"}
    narrower = {"id": "arms", "title": "arms", "share": known}
    case = edited(one_claim_case(), lambda document: document.update(scope=(*document["scope"], narrower)))
    assert unit(case, Quantity("parameter", "arms_share")) == "share"
