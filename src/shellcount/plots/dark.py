"""Turn the colours of a figure for a dark background: what was dark on light is light on dark."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.colors import to_rgba_array
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Annotation, Text

from shellcount.maths.arrays import Array
from shellcount.plots.drawing import figure_of

_GROUND, _LIGHTEST = 8.0, 97.0  # CIE lightness of what was white, and of what was black
# Of linear sRGB in CIE XYZ, white being 1 of each (IEC 61966-2-1).
_XYZ = np.array(
    ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
)
_WHITE = _XYZ.sum(axis=1)
_LINEAR, _CUBIC = 0.04045, 6 / 29  # below which sRGB is linear, and the cube root of CIE Lab is


def turned(colours: Any) -> Array:  # noqa: ANN401  # as matplotlib takes them
    """Turn the lightness of colours, and keep their hue, saturation and opacity.

    Parameters
    ----------
    colours
        One or more colours, as matplotlib takes them.

    Returns
    -------
    numpy.ndarray
        Red, green, blue and opacity from 0 to 1; shape (colour, 4).

    Examples
    --------
    >>> from matplotlib.colors import to_hex
    >>> [to_hex(colour) for colour in turned(["white", "black", "#0072B2"])]
    ['#181818', '#f6f6f6', '#3a8cce']
    """
    rgba = to_rgba_array(colours).astype(float)
    rgb = rgba[:, :3]
    linear = np.where(rgb <= _LINEAR, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = linear @ _XYZ.T / _WHITE
    root = np.where(xyz > _CUBIC**3, np.cbrt(xyz), xyz / (3 * _CUBIC**2) + 4 / 29)
    lightness = 116 * root[:, 1] - 16
    # Both other axes of CIE Lab are differences of roots, which a shift of all three leaves as they are.
    shift = (_LIGHTEST - (_LIGHTEST - _GROUND) * lightness / 100 - lightness) / 116
    root += shift[:, None]
    xyz = np.where(root > _CUBIC, root**3, 3 * _CUBIC**2 * (root - 4 / 29)) * _WHITE
    linear = np.clip(xyz @ np.linalg.inv(_XYZ).T, 0.0, 1.0)
    shown = np.where(linear <= _LINEAR / 12.92, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.column_stack((np.clip(shown, 0.0, 1.0), rgba[:, 3]))


def darken(ax: Axes) -> Axes:
    """Turn the colours of a figure for a dark background, once all of it is drawn.

    Parameters
    ----------
    ax
        Axes from a function of this package.

    Returns
    -------
    matplotlib.axes.Axes
        The same axes.

    Raises
    ------
    UsageError
        When the axes belong to no figure.

    Examples
    --------
    >>> import shellcount
    >>> results = shellcount.analyse(shellcount.fit(shellcount.load_case(), seed=1))
    >>> axes = darken(shellcount.plots.plot_capacity(results))
    >>> round(max(axes.get_facecolor()[:3]), 2)
    0.09
    """
    figure = figure_of(ax)
    figure.draw_without_rendering()  # ticks are made when they are drawn
    for artist in figure.findobj():
        _turn(artist)
    return ax


def _turn(artist: Artist) -> None:
    """Turn the colours of one artist."""
    match artist:
        case Text():
            _turn_text(artist)
        case Line2D():
            line, *marker = map(
                _one, (artist.get_color(), artist.get_markerfacecolor(), artist.get_markeredgecolor())
            )
            artist.set(color=line, markerfacecolor=marker[0], markeredgecolor=marker[1])
        case Patch():
            edge = _one(artist.get_edgecolor())
            artist.set(facecolor=_one(artist.get_facecolor()))
            artist.set(edgecolor=edge)
        case Collection():
            edges = turned(artist.get_edgecolor())
            artist.set(facecolor=turned(artist.get_facecolor()))
            artist.set(edgecolor=edges)
        case Figure() | Axes() | _:
            pass  # whose ground is a patch of its own


def _turn_text(text: Text) -> None:
    text.set_color(_one(text.get_color()))
    ground = text.get_bbox_patch()
    if ground is not None:
        _turn(ground)
    if isinstance(text, Annotation) and text.arrow_patch is not None:
        _turn(text.arrow_patch)


def _one(colour: Any) -> tuple[float, float, float, float] | str:  # noqa: ANN401  # as matplotlib has it
    """Turn one colour; one that is not seen stays so, whatever the opacity of its artist is."""
    found = turned(colour)
    if not len(found) or found[0, 3] == 0:
        return "none"
    red, green, blue, opacity = map(float, found[0])
    return red, green, blue, opacity
