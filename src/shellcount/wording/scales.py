"""Words for probabilities, on named and versioned scales: data files, each with its source."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files

from shellcount.errors import UnknownNameError

ICD203 = "icd203"
SCALES = (ICD203, "phia", "ipcc")


@dataclass(frozen=True, slots=True)
class Band:
    """The probabilities that one word stands for.

    Parameters
    ----------
    word
        The word.
    low, high
        From and to, as shares of one.
    """

    word: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Scale:
    """A published scale of probability words.

    Parameters
    ----------
    id, title, version
        What it is called, and which edition it is.
    source, url
        Where it is published.
    note
        How probabilities on an edge, in a gap or in several bands are read.
    bands
        The words; where several hold a probability, the first does.
    """

    id: str
    title: str
    version: str
    source: str
    url: str
    note: str
    bands: tuple[Band, ...]

    def word(self, probability: float) -> str:
        """The word for a probability: of the first band that holds it, else of the nearest.

        A word must suit the figure that is printed beside it, so give it the rounded one.

        Examples
        --------
        >>> load_scale("icd203").word(0.74)
        'likely'
        >>> load_scale("phia").word(0.06)
        'remote chance'
        """

        def distance(band: Band) -> float:
            return max(band.low - probability, probability - band.high, 0.0)

        held = [band for band in self.bands if band.low <= probability < band.high]
        if held:
            return held[0].word
        # Of two that are as near, on an edge or in the middle of a gap, the upper.
        return min(self.bands, key=lambda band: (round(distance(band), 9), -band.low)).word


@functools.cache
def load_scale(name: str = ICD203) -> Scale:
    """Read a scale that comes with shellcount.

    Raises
    ------
    UnknownNameError
        When there is none of that name.

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
