"""Read scales of probability words: named, versioned data files, each with its source."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files

from shellcount.errors import UnknownNameError
from shellcount.frozen import frozen

ICD203 = "icd203"
SCALES = (ICD203, "phia", "ipcc")


@frozen
class Band:
    """Range of probabilities that a word stands for.

    Parameters
    ----------
    word
        The word.
    low, high
        Bounds, as shares of one.
    """

    word: str
    low: float
    high: float


@frozen
class Scale:
    """A published scale of probability words.

    Parameters
    ----------
    id, title, version
        Name and edition.
    source, url
        Where it is published.
    note
        How probabilities on an edge, in a gap or in several bands are read.
    bands
        Words with their ranges; where several contain a probability, the first applies.
    """

    id: str
    title: str
    version: str
    source: str
    url: str
    note: str
    bands: tuple[Band, ...]

    def word(self, probability: float) -> str:
        """Choose the word of the first band that contains a probability, else of the nearest.

        The word must suit the figure printed beside it, so pass the rounded probability.

        Examples
        --------
        >>> load_scale("icd203").word(0.74)
        'likely'
        >>> load_scale("phia").word(0.06)
        'remote chance'
        """

        def distance(band: Band) -> float:
            return max(band.low - probability, probability - band.high, 0.0)

        containing = [band for band in self.bands if band.low <= probability < band.high]
        if containing:
            return containing[0].word
        # Of two equally near ones, on an edge or in the middle of a gap, take the upper.
        return min(self.bands, key=lambda band: (round(distance(band), 9), -band.low)).word


@functools.cache
def load_scale(name: str = ICD203) -> Scale:
    """Read one of the scales shipped with shellcount.

    Raises
    ------
    UnknownNameError
        When no scale has this name.

    Examples
    --------
    >>> load_scale("phia").title
    'PHIA Probability Yardstick'
    """
    if name not in SCALES:
        raise UnknownNameError("scale", name, SCALES)
    text = files("shellcount").joinpath("data", "scales", f"{name}.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    bands = tuple(Band(band["word"], band["low"], band["high"]) for band in document.pop("band"))
    return Scale(id=name, bands=bands, **document)
