"""Tell of a fit, or of many, before they begin, where they are forecast to take long or much memory."""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Callable, Iterator, Mapping

from shellcount.engines.forecast import memory, sampled, seconds, work
from shellcount.engines.settings import Settings
from shellcount.limits import announce, in_unit, require_within
from shellcount.model.model import Model
from shellcount.results.run import Engine
from shellcount.wording.phrases import counted
from shellcount.wording.times import duration

_SMALLEST = 128  # size of a run whose half is not proposed: its numbers would rarely be exact enough
_LESS = 0.7  # of the time and memory, above which half the size is no remedy
_SLOWER = 10.0  # times as long as is forecast, where engine is refused a posterior that is thin or bent
_BRIEF = 2.0  # seconds of which a sentence does not tell
_begin: contextvars.ContextVar[Callable[[Settings], None] | None] = contextvars.ContextVar(
    "begin", default=None
)


@contextlib.contextmanager
def watched(begin: Callable[[Settings], None]) -> Iterator[None]:
    """Tell of each engine that begins to draw within a ``with`` block, in this thread.

    Parameters
    ----------
    begin
        Called with the settings that it draws by.

    Examples
    --------
    >>> with watched(lambda settings: print(settings.engine)):
    ...     announce_beginning(Settings("smc"))
    smc
    """
    token = _begin.set(begin)
    try:
        yield
    finally:
        _begin.reset(token)


def announce_beginning(settings: Settings) -> None:
    """Tell whoever watches that an engine begins to draw, by its settings."""
    begin = _begin.get()
    if begin is not None:
        begin(settings)


def announce_fit(model: Model, settings: Settings) -> None:
    """Tell of a fit that is forecast to take over 30 seconds or 1 GB, to whoever listens.

    Parameters
    ----------
    model
        The model.
    settings
        Engine, seed and sizes of the fit.

    Examples
    --------
    >>> from shellcount import limits
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> with limits.announced(print):
    ...     announce_fit(build_model(load_case()), Settings("smc", particles=8_192))
    this fit takes about 10 seconds and 1.4 GB: 4 claims and 26 coordinates; \
--particles 4096 takes about 7 seconds and 800 MB
    """
    engine, sizes = settings.engine, settings.sizes()
    time, space = seconds(model, engine, sizes), memory(model, engine, sizes)

    def sentence(_: int) -> str:
        return f"this fit takes {taken(time, space)}: {_of(model, engine)}{_smaller(model, engine, sizes)}"

    announce(time, space, sentence)


def announce_in_its_place(model: Model, settings: Settings, refusal: str) -> None:
    """Tell of a fit by ``smc`` where ``is`` does not serve: a posterior that it refuses may take far longer.

    Parameters
    ----------
    model
        The model.
    settings
        Engine, seed and sizes of the fit.
    refusal
        Reason why engine ``is`` does not serve.

    Examples
    --------
    >>> from shellcount import limits
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> with limits.announced(print):
    ...     announce_in_its_place(build_model(load_case()), Settings("smc", particles=4_096), "it refuses")
    engine is does not serve, since it refuses; by smc this fit takes about 7 seconds, and about 70 seconds \
where its posterior is thin or bent, and 800 MB: 4 claims and 26 coordinates; \
--engine smc --particles 2048 takes about 4 seconds and 400 MB
    """
    sizes = settings.sizes()
    time, space = seconds(model, settings.engine, sizes), memory(model, settings.engine, sizes)
    most = _SLOWER * time

    def sentence(_: int) -> str:
        return (
            f"engine is does not serve, since {refusal}; by smc this fit takes {duration(time)}, and "
            f"{duration(most)} where its posterior is thin or bent, and {_space(space)}: "
            f"{_of(model, settings.engine)}{_smaller(model, settings.engine, sizes, instead=True)}"
        )

    announce(most, space, sentence)


def require_study(
    model: Model,
    engine: Engine,
    sizes: Mapping[str, int],
    fits: int,
    subject: str,
    *,
    remedy: str | None = None,
) -> None:
    """Refuse fits that together need more work than a study is allowed, and tell of those that take long.

    Parameters
    ----------
    model
        Model that none of the fits has more claims than.
    engine, sizes
        Engine and sizes of each fit.
    fits
        Number of fits.
    subject
        What they make up, such as ``a sweep of 300 fits``.
    remedy
        What takes less; by default runs of half the size.

    Raises
    ------
    LimitError
        When all of them need too much, with the way to allow it.
    """
    require_within("study", fits * work(model, engine, sizes), subject)
    announce_study(model, engine, sizes, fits, subject, remedy=remedy)


def announce_study(
    model: Model,
    engine: Engine,
    sizes: Mapping[str, int],
    fits: int,
    subject: str,
    *,
    remedy: str | None = None,
) -> None:
    """Tell of fits that together are forecast to take over 30 seconds or 1 GB, to whoever listens.

    Parameters
    ----------
    model, engine, sizes, fits, subject, remedy
        As for :func:`require_study`.
    """
    time, space = seconds(model, engine, sizes), memory(model, engine, sizes)

    def sentence(processes: int) -> str:
        one, each = _space(space), _of(model, engine)
        where = f"this process of {one}" if processes == 1 else f"{processes:,} processes of {one} each"
        smaller = _smaller(model, engine, sizes, fits / processes) if remedy is None else f"; {remedy}"
        most = duration(max(_BRIEF, time * fits / processes))
        return f"{subject} takes {most} at most in {where}: {each} in each fit{smaller}"

    announce(time, space, sentence, fits=fits)


def _of(model: Model, engine: Engine) -> str:
    return f"{counted(len(model.fitted), 'claim')} and {counted(sampled(model, engine), 'coordinate')}"


def _smaller(
    model: Model, engine: Engine, sizes: Mapping[str, int], fits: float = 1.0, *, instead: bool = False
) -> str:
    """Propose runs of half the size, where these take much less; with the engine that draws instead."""
    name = Settings(engine).size_of_a_run
    half = sizes[name] // 2
    if half < _SMALLEST:
        return ""
    smaller = {**sizes, name: half, "draws": sizes["draws"] // 2}
    time, space = seconds(model, engine, smaller), memory(model, engine, smaller)
    if time > _LESS * seconds(model, engine, sizes):
        return ""
    option = f"--engine {engine} --{name}" if instead else f"--{name}"
    return f"; {option} {half} takes {taken(time * fits, space)}"


def taken(time: float, space: float) -> str:
    """Write a time and an amount of memory as exactly as a forecast is.

    Examples
    --------
    >>> taken(37.0, 1.24e9), taken(1.2, 1.24e9), taken(400.0, 3.1e8)
    ('about 40 seconds and 1.2 GB', 'about 1.2 GB', 'about 7 minutes and 300 MB')
    """
    return f"about {_space(space)}" if time < _BRIEF else f"{duration(time)} and {_space(space)}"


def _space(space: float) -> str:
    return in_unit(float(f"{space:.1g}" if space < 1e9 else f"{space:.2g}"), "bytes")
