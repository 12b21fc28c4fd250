"""Compute the density of each component of claims, sound and off, and its slope: as it is, or as logarithms.

Slopes are with respect to the location of the report: the negative of those with respect to its error.
"""

from __future__ import annotations

import math

import numpy as np

from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.normal import log_normal_cdf, normal_cdf, normal_mills
from shellcount.model.reports import Reports

_PHI_0 = 1 / math.sqrt(2 * math.pi)  # normal density at 0
_BENT = 1.25  # 5 / 2 times 2 / 4, of the slope of Student's t with 4 degrees of freedom


@frozen
class Parts:
    """Densities of components with their probabilities, or the logarithms of these; shape (row, point).

    Parameters
    ----------
    sound, off
        If the claim is sound, and if it is off.
    slope, off_slope
        Their slopes, or those of the logarithms; empty where not asked for.
    """

    sound: Array
    off: Array
    slope: Array
    off_slope: Array


def densities(reports: Reports, linked: Array, locations: Array, *, slopes: bool) -> Parts:
    """Compute densities as they are; the smallest may be too small to keep their digits.

    Parameters
    ----------
    reports
        Distributions of the reports.
    linked
        Logs or logits of the stated values, shape (row, 1).
    locations
        Shape (row, point).
    slopes
        Whether to compute slopes too.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        if not reports.none.size:
            return _figures(reports, linked - locations, slopes)
        return _joined(
            reports,
            _figures(reports, linked[reports.counted] - locations[reports.counted], slopes),
            _none_seen(reports, linked[reports.none], locations[reports.none], slopes),
        )


def log_densities(reports: Reports, linked: Array, locations: Array, *, slopes: bool) -> Parts:
    """Compute logarithms of densities, however small; with the parameters of :func:`densities`."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        if not reports.none.size:
            return _log_figures(reports, linked - locations, slopes)
        return _joined(
            reports,
            _log_figures(reports, linked[reports.counted] - locations[reports.counted], slopes),
            _log_none_seen(reports, linked[reports.none], locations[reports.none], slopes),
        )


def _joined(reports: Reports, figures: Parts, none_seen: Parts) -> Parts:
    """Put the rows of figures and of nothing seen together."""

    def join(one: Array, other: Array) -> Array:
        whole = np.empty((len(reports.claim_at) if one.size or other.size else 0, one.shape[1]))
        if len(whole):
            whole[reports.counted], whole[reports.none] = one, other
        return whole

    return Parts(
        join(figures.sound, none_seen.sound),
        join(figures.off, none_seen.off),
        join(figures.slope, none_seen.slope),
        join(figures.off_slope, none_seen.off_slope),
    )


def _figures(reports: Reports, error: Array, slopes: bool) -> Parts:  # noqa: FBT001
    u = error / reports.scale
    sound = u * u
    sound *= -0.5
    sound += reports.height
    np.exp(sound, out=sound)
    skewed, nothing = reports.skewed, np.empty((0, error.shape[1]))
    if skewed.size:
        x = reports.shape * u[skewed]
        unskewed = sound[skewed]
        sound[skewed] = unskewed * normal_cdf(x)
    spread = error * error
    spread *= 0.25 / reports.off_scale**2
    spread += 1.0
    off = np.exp(reports.off_height) / (spread * spread * np.sqrt(spread))
    if not slopes:
        return Parts(sound, off, nothing, nothing)
    slope = sound * u / reports.scale
    if skewed.size:
        bend = unskewed * np.exp(-0.5 * x * x)
        slope[skewed] -= bend * (_PHI_0 * reports.shape / reports.scale[skewed])
    off_slope = off * error / spread
    off_slope *= _BENT / reports.off_scale**2
    return Parts(sound, off, slope, off_slope)


def _none_seen(reports: Reports, linked: Array, locations: Array, slopes: bool) -> Parts:  # noqa: FBT001
    expected = np.exp(locations) / reports.resolution
    none = np.exp(reports.none_sound - expected)
    seen = np.isfinite(linked)
    sound = np.where(seen, -np.exp(reports.none_sound) * np.expm1(-expected), none)
    off = np.where(seen, 0.0, np.broadcast_to(np.exp(reports.none_off), none.shape))
    if not slopes:
        nothing = np.empty((0, none.shape[1]))
        return Parts(sound, off, nothing, nothing)
    slope = np.where(none > 0, none * expected, 0.0)  # infinity times nothing is no number
    return Parts(sound, off, np.where(seen, slope, -slope), np.zeros_like(off))


def _log_figures(reports: Reports, error: Array, slopes: bool) -> Parts:  # noqa: FBT001
    u = error / reports.scale
    sound = reports.height - 0.5 * u * u
    skewed, nothing = reports.skewed, np.empty((0, error.shape[1]))
    x = reports.shape * u[skewed]
    sound[skewed] += log_normal_cdf(x)
    spread = 1.0 + error * error * (0.25 / reports.off_scale**2)
    off = reports.off_height - 2.5 * np.log(spread)
    if not slopes:
        return Parts(sound, off, nothing, nothing)
    slope = u / reports.scale
    slope[skewed] -= reports.shape / reports.scale[skewed] * normal_mills(x)
    return Parts(sound, off, slope, error / spread * (_BENT / reports.off_scale**2))


def _log_none_seen(reports: Reports, linked: Array, locations: Array, slopes: bool) -> Parts:  # noqa: FBT001
    expected = np.exp(locations) / reports.resolution
    seen = np.isfinite(linked)
    log_seen = reports.none_sound + np.log(-np.expm1(-expected))
    sound = np.where(seen, log_seen, reports.none_sound - expected)
    off = np.where(seen, -np.inf, np.broadcast_to(reports.none_off, sound.shape))
    if not slopes:
        nothing = np.empty((0, sound.shape[1]))
        return Parts(sound, off, nothing, nothing)
    of_seen = np.where(expected > 0, expected / np.expm1(expected), 1.0)
    return Parts(sound, off, np.where(seen, of_seen, -expected), np.zeros_like(off))
