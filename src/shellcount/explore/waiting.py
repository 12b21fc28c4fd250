"""Tell of a fit while it is under way: by which engine, and how long it has taken so far."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from shellcount.engines.forecast import seconds, suited, unserved
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

    It is told of before it begins where it is forecast to take long, and each second once it does.

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
    >>> seconds_of_a_day = iter([10.0, 11.0, 15.0])
    >>> fitting = Fitting(build_model(load_case()), Settings(), print, lambda: next(seconds_of_a_day))
    >>> fitting.tick()
    >>> fitting.tick()
    Fitting by importance sampling (engine is) 5 s
    """

    def __init__(
        self,
        model: Model,
        settings: Settings,
        tell: Callable[[str, str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._model, self._tell, self._clock, self._began = model, tell, clock, clock()
        self._next = suited(model, settings.in_its_place()) if settings.engine == "is" else None
        self._now = suited(model, settings)
        self._reason = ""
        self._done: float | None = None  # when the first engine had done its work
        self._over = threading.Event()
        self._ticker: threading.Thread | None = None
        if self._next is not None and unserved(model) is not None:
            self._go_on()

    def __enter__(self) -> Self:
        """Tell of what takes long by its forecast, and of all that does in the end."""
        if self._forecast >= _LONG:
            self._tell(self._sentence, so_far(0.0))
        context = contextvars.copy_context()
        self._ticker = threading.Thread(target=context.run, args=(self._each_second,), daemon=True)
        self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Tell no more."""
        self._over.set()
        if self._ticker is not None:
            self._ticker.join()

    def progress(self, share: float) -> None:
        """Take note of the share of the work that an engine has done, after which another may go on."""
        if self._done is not None:
            self._go_on()
        elif share >= 1.0 and self._next is not None:
            self._done = self._clock()

    def tick(self) -> None:
        """Tell of the fit, if it takes long by now."""
        now = self._clock()
        if self._done is not None and now - self._done >= _EVERY:  # what follows the draws is shorter
            self._go_on()
        if now - self._began >= _LONG:
            self._tell(self._sentence, so_far(now - self._began))

    def _each_second(self) -> None:
        while not self._over.wait(_EVERY):
            self.tick()

    def _go_on(self) -> None:
        """Take the engine that draws where engine ``is`` does not serve."""
        if self._next is not None:
            self._now, self._next, self._done = self._next, None, None
            self._reason = f", since {_NAMES['is']} does not serve"

    @property
    def _forecast(self) -> float:
        return seconds(self._model, self._now.engine, self._now.sizes())

    @property
    def _sentence(self) -> str:
        engine, time_needed = self._now.engine, self._forecast
        length = f", {duration(time_needed)}" if time_needed >= _LONG else ""
        return f"Fitting by {_NAMES[engine]} (engine {engine}){length}{self._reason}"
