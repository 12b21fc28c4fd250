"""Tell of a fit while it is under way: by which engine, and how long it has taken so far."""

from __future__ import annotations

import contextlib
import contextvars
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from shellcount.engines.announcing import watched
from shellcount.engines.forecast import seconds
from shellcount.engines.settings import Settings
from shellcount.model.model import Model
from shellcount.results.run import Engine
from shellcount.wording.times import duration, so_far

_LONG = 2.0  # seconds of a fit that are told of
_EVERY = 1.0  # seconds between two words
_NAMES: dict[Engine, str] = {
    "is": "importance sampling",
    "smc": "sequential Monte Carlo",
    "nuts": "the No-U-Turn sampler",
}


class Fitting:
    """Fit that is under way, within a ``with`` block.

    It is told of when an engine begins that is forecast to take long, and each second once it does.

    Parameters
    ----------
    model, settings
        What is fitted, and how.
    tell
        Called with a sentence about the fit, and with the time that it has taken so far in words; also from
        a thread of its own, within the block.
    clock
        Seconds from some moment on.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> moments = iter([10.0, 11.0, 15.0])
    >>> fitting = Fitting(build_model(load_case()), Settings(), print, lambda: next(moments))
    >>> fitting.begin(Settings("smc", particles=64))
    >>> fitting.tick()
    >>> fitting.tick()
    Fitting by sequential Monte Carlo (engine smc), since importance sampling does not serve 5 s
    """

    def __init__(
        self,
        model: Model,
        settings: Settings,
        tell: Callable[[str, str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._model, self._asked, self._tell = model, settings.engine, tell
        self._clock, self._began = clock, clock()
        self._sentence = ""
        self._over = threading.Event()
        self._within = contextlib.ExitStack()

    def __enter__(self) -> Self:
        """Tell of what takes long by its forecast, and of all that does in the end."""
        self._within.enter_context(watched(self.begin))
        context = contextvars.copy_context()
        ticker = threading.Thread(target=context.run, args=(self._each_second,), daemon=True)
        ticker.start()
        self._within.callback(ticker.join)
        self._within.callback(self._over.set)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Tell no more."""
        self._within.close()

    def begin(self, settings: Settings) -> None:
        """Take note of the settings by which an engine begins to draw."""
        forecast = seconds(self._model, settings.engine, settings.sizes())
        length = f", {duration(forecast)}" if forecast >= _LONG else ""
        reason = "" if settings.engine == self._asked else f", since {_NAMES[self._asked]} does not serve"
        self._sentence = f"Fitting by {_NAMES[settings.engine]} (engine {settings.engine}){length}{reason}"
        if length:
            self._tell(self._sentence, so_far(self._clock() - self._began))

    def tick(self) -> None:
        """Tell of the fit, if it takes long by now."""
        taken = self._clock() - self._began
        if taken >= _LONG and self._sentence:
            self._tell(self._sentence, so_far(taken))

    def _each_second(self) -> None:
        while not self._over.wait(_EVERY):
            self.tick()
