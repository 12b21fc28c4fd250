"""Figures over time, from the quantiles of an analysis."""

from shellcount.analysis import Parts, analyse
from shellcount.explore.findings import Found
from shellcount.explore.timelines import compose_timelines, totals
from shellcount.posterior.posterior import Posterior
from shellcount.results.density import Density
from shellcount.results.standard import answering


def found(posterior: Posterior) -> Found:
    every = [quantity for listed in totals(posterior.case, answering(posterior.case)) for quantity in listed]
    bands = dict(zip(every, posterior.quantiles_of(every), strict=True))
    return Found(analyse(posterior, Parts(figures=False)), Density("", "", ()), bands)


def test_timelines_are_of_items_and_then_of_carriers_by_scope(posterior: Posterior) -> None:
    now = found(posterior)
    timelines = compose_timelines(now, now)
    case = posterior.case
    titles = ["rounds sent", *(f"containers ({scope.id}) sent" for scope in case.scope)]
    assert [each.title for each in timelines] == titles
    for each in timelines:
        assert [band.at for band in each.bands] == sorted(band.at for band in each.bands)
        assert all(band.was is None for band in each.bands)  # it is the base case itself
        assert all(tick.at <= each.amounts.high for tick in each.amounts.ticks)
        assert each.text.startswith("by 14 June 2024: ")
    fitted = {stated.claim for each in timelines[1:] for stated in each.stated if stated.kind == "fitted"}
    assert fitted == {fit.claim.id for fit in now.results.fitted}


def test_bands_are_the_quantiles_of_estimates(posterior: Posterior) -> None:
    for quantity, band in found(posterior).bands.items():
        estimate = posterior.estimate_of(quantity)
        assert band == (estimate.p05, estimate.p25, estimate.p50, estimate.p75, estimate.p95)


def test_medians_of_the_base_case_are_of_the_days_that_it_has(posterior: Posterior) -> None:
    now = found(posterior)
    first = next(iter(now.bands))
    halved = (0.0, 0.0, now.bands[first][2] / 2, 0.0, 0.0)
    before = Found(now.results, now.density, {first: halved})
    items, *carriers = compose_timelines(now, before)
    assert [band.was for band in items.bands] == [0.0, halved[2], *[None] * (len(items.bands) - 2)]
    assert {band.was for each in carriers for band in each.bands} == {None}
