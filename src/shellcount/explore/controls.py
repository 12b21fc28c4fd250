"""List what can be moved in an explorer: first the answer and what drives its range, then all else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from shellcount.case.families import family_of
from shellcount.case.inputs import LEXICON
from shellcount.case.parameters import written
from shellcount.case.settable import Setting, settings
from shellcount.explore.control import Control
from shellcount.explore.making import Maker
from shellcount.explore.uses import USES, claim_switch, claimant_switch, refusals, uses_now
from shellcount.results.given import BASES, parse_given
from shellcount.results.results import Results
from shellcount.text import one_line

__all__ = ["Control", "controls"]

ANSWER, DRIVERS, CLAIMS, CLAIMANTS = "The answer", "What drives the range", "Claims", "Claimants"
# Sections of what is left, by the words for the tables of settings.
_FOLDED = {
    "priors": "Other priors",
    "constants": "Constants and spreads",
    "mix": "Shares of the mix and of ways to pack",
    "scenarios": "Scenarios",
    "hedges": "Hedges and grades",
    "flow": "Groups, flow and claims that are off",
}
_DRIVING = frozenset({"priors", "constants", "mix"})  # tables of settings that drivers may stand for
_SMALL = 0.01  # share of the variance below which a driver is folded away
_FAMILIES = {"base_share": "packing", "stow_spread": "packing", "mix_spread": "mix"}
_SCENARIO, _NOTE = 80, 400  # characters of the title of a scenario, and of a remark
_OF_CLAIM = ("", ".hedge", ".since", ".as_of", ".resolution", ".containers")
_MINOR = frozenset({".resolution", ".containers"})  # of which some are folded away
_OF_CLAIMANT = ("grade", "bias_sd", "group")


def controls(results: Results) -> tuple[Control, ...]:
    """List the controls of an explorer in their order.

    Parameters
    ----------
    results
        Results of the case, with its drivers.

    Returns
    -------
    tuple
        The answer with what is conditioned on; the priors that drive the range, in the order of their shares;
        the claims and claimants; then all other settings, folded away.

    Examples
    --------
    >>> import shellcount
    >>> found = controls(shellcount.analyse(shellcount.load_case()))
    >>> [control.name for control in found[:4]], found[3].now
    (['given', 'scenario', 'day', 'load'], '0.4:0.92')
    """
    maker = Maker(results)
    listed = {setting.name: setting for setting in settings(results.case)}
    driving = list(_driving(results, maker, listed))
    claims, claimants = list(_claims(results, maker, listed)), list(_claimants(results, maker, listed))
    taken = {control.name for control in (*driving, *claims, *claimants)}
    driven = results.drivers is not None
    others = (
        maker.control(setting, _FOLDED[setting.table], folded=driven or setting.table != "priors")
        for setting in listed.values()
        if setting.name not in taken and setting.table in _FOLDED
    )
    return (*_answer(results), *driving, *claims, *claimants, *others)


def _answer(results: Results) -> Iterator[Control]:
    """Choose what is conditioned on, and the scenario and the date of the answer."""
    case, now = results.case, results.run.given
    bases = tuple(dict.fromkeys((*BASES, now)))
    titles = {
        "counts": f"counts of {one_line(case.about.carrier, _SCENARIO)}",
        "all": "all that the case fits",
    }
    labels = tuple(titles.get(base) or parse_given(case, base).brief for base in bases)
    yield Control(
        "given", "claims that are fit", ANSWER, "choice", now, field="given", words=bases, labels=labels
    )
    ids = tuple(scenario.id for scenario in case.scenario)
    mixes = tuple(one_line(scenario.title, _SCENARIO) for scenario in case.scenario)
    answer = results.answering
    yield Control(
        "scenario", "scenario", ANSWER, "choice", answer.subject, field="scenario", words=ids, labels=mixes
    )
    if answer.day is not None:
        now = f"{answer.day}" if answer.since is None else f"{answer.since}..{answer.day}"
        yield Control("day", "date", ANSWER, "date", now, field="day")


# --- drivers -----------------------------------------------------------------------------


def _driving(results: Results, maker: Maker, listed: dict[str, Setting]) -> Iterator[Control]:
    """List the assumptions that drive the range, in the order of their shares."""
    drivers = () if results.drivers is None else results.drivers.drivers
    own = {name: _places(results, maker, name) for name, one in listed.items() if one.table in _DRIVING}
    for driver in drivers:
        small = max(driver.share, driver.total or 0.0) < _SMALL
        for name in [name for name, places in own.items() if places & {driver.name, *driver.paths}]:
            del own[name]
            yield maker.control(listed[name], DRIVERS, folded=small or name.endswith(".base_share"))


def _places(results: Results, maker: Maker, name: str) -> set[str]:
    """List the names by which a driver may mean a setting: its family, and its place in the case file."""
    table, key = name.partition(".")[0], name.rpartition(".")[2]
    family = "mix" if table == "mix" else _FAMILIES.get(key) or family_of(results.case, name)
    target = maker.place(name)
    return {family} if target is None else {family, written(target.table)}


# --- claims and claimants ----------------------------------------------------------------


def _claims(results: Results, maker: Maker, listed: dict[str, Setting]) -> Iterator[Control]:
    """List the lexicon of hedges, and for each claim its switch, its figure and what qualifies it."""
    case = results.case
    yield maker.control(listed[LEXICON], CLAIMS, folded=False)
    uses, reasons = uses_now(case, parse_given(case, results.run.given)), refusals(case)
    for claim in case.claim:
        entry, name = maker.titles.claim(claim), claim_switch(claim.id)
        context = uses[name] == "out"
        remarks = [f"{claim.id} {reason}." for reason in reasons[claim.id].values()]
        yield Control(
            name,
            "use",
            CLAIMS,
            "choice",
            uses[name],
            field="uses",
            entry=entry,
            words=tuple(use for use in USES if use not in reasons[claim.id]),
            folded=context,
            note=one_line(" ".join([*remarks, claim.note or ""]), _NOTE),
        )
        for key in _OF_CLAIM:
            setting = listed.get(f"claim.{claim.id}{key}")
            if setting is not None:
                yield maker.control(setting, CLAIMS, folded=context or key in _MINOR, entry=entry)


def _claimants(results: Results, maker: Maker, listed: dict[str, Setting]) -> Iterator[Control]:
    """List for each claimant its switch, its grade or bias, and its group."""
    case = results.case
    uses = uses_now(case, parse_given(case, results.run.given))
    for claimant in case.claimant:
        entry, name = maker.titles.claimant(claimant.id), claimant_switch(claimant.id)
        if name in uses:
            now = uses[name]
            yield Control(name, "use", CLAIMANTS, "choice", now, field="uses", entry=entry, words=USES)
        for key in _OF_CLAIMANT:
            setting = listed.get(f"claimant.{claimant.id}.{key}")
            if setting is not None:
                control = maker.control(setting, CLAIMANTS, folded=key != "grade", entry=entry)
                yield replace(control, note=one_line(claimant.basis, _NOTE)) if key == "grade" else control
