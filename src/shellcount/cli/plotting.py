"""Draw a figure for a slide, a page or a post: plot."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shellcount.cli import options
from shellcount.cli.figures import NAMES, OF_DRAWS, Drawable, of_request, of_results
from shellcount.cli.numbers import Word
from shellcount.cli.output import examples, warn, write_json, write_prose, write_text, write_warning
from shellcount.cli.refusing import refuse_options
from shellcount.cli.requests import FitRequest, parse_dates
from shellcount.cli.working import Workers
from shellcount.engines.settings import Settings
from shellcount.errors import UnknownNameError, UsageError
from shellcount.text import one_line

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIZES = ("slide", "page", "square")
_ENDINGS = (".png", ".svg", ".pdf")
# Arguments and options that a figure of a numbers.json takes.
_WITH_NUMBERS = frozenset(
    {"name", "case", "output", "title", "subtitle", "source", "size", "dark", "allow_unconverged", "as_json"}
)


def _names(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Complete the names of figures."""
    return [name for name in NAMES if name.startswith(incomplete)]


@click.command(
    cls=options.FitCommand,
    short_help="Draw a figure for a slide, a page or a post.",
    epilog=examples(
        "shellcount plot timeline --dark -o slide.png",
        "shellcount plot timeline --title 'Two million by June' --source 'My office'",
        "shellcount plot intervals old/numbers.json -o verdicts.svg --size page",
        "shellcount plot drivers black-sea-grain-2022 --size square -o post.png",
        "shellcount plot requirement --statement 'load >= 80%' -o need.pdf",
    ),
)
@click.argument("name", metavar="NAME", shell_complete=_names)
@options.takes_fit
@options.dates
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="File to write, which ends in .png, .svg or .pdf. [default: NAME.png]",
)
@click.option("--title", metavar="TEXT", help="Title. [default: the finding of the figure; '' for none]")
@click.option("--subtitle", metavar="TEXT", help="Line below the title. [default: none]")
@click.option(
    "--source",
    metavar="TEXT",
    help="Line at the foot. [default: title of the case, date of its evidence, version and run]",
)
@click.option(
    "--size",
    type=Word(_SIZES),
    default="slide",
    show_default=True,
    help="A slide of 16:9 with large letters, as wide as the text of an A4 page, or a square.",
)
@click.option("--dark", is_flag=True, help="Draw light on dark.")
@click.option("--statement", metavar="STATEMENT", help="Statement of a requirement, 'NAME >= AMOUNT'.")
@options.takes_workers
@options.as_json
def plot(
    name: str,
    request: FitRequest,
    dates: tuple[str, ...],
    output: str | None,
    title: str | None,
    subtitle: str | None,
    source: str | None,
    size: str,
    statement: str | None,
    workers: Workers,
    *,
    dark: bool,
    as_json: bool,
) -> None:
    """Draw a figure with a title, for a slide, a page or a post.

    NAME is timeline, containers, intervals, capacity, assumptions, drivers, leave-one-out, requirement,
    sensitivity, consistency or voi. CASE may also be a numbers.json, whose figures need no fit.
    """
    from shellcount.files.writing import require_writable_file, write_files
    from shellcount.plots.dark import darken
    from shellcount.plots.findings import source_of
    from shellcount.plots.fonts import remark
    from shellcount.plots.sheet import SHEETS, sheet
    from shellcount.plots.style import noting_boxes

    if name not in NAMES:
        raise UnknownNameError("figure", name, NAMES)
    path = Path(f"{name}.png" if output is None else output)
    if path.suffix.lower() not in _ENDINGS:
        raise UsageError(f"{one_line(str(path))} must end in {', '.join(_ENDINGS[:-1])} or {_ENDINGS[-1]}")
    if (statement is not None) != (name == "requirement"):
        raise UsageError("--statement and a figure of a requirement belong together: give both, or neither")
    require_writable_file(path)
    found = _drawable(name, request, dates, workers, statement)
    title = found.finding if title is None else title
    source = f"Source: {source_of(found.results)}." if source is None else source
    form = next(form for form in SHEETS if form == size)
    with noting_boxes() as boxes, sheet(form):
        ax = found.draw(title=title or None, subtitle=subtitle, source=source or None)
        drawing = _rendered(darken(ax) if dark else ax, path, title or found.finding)
    (written,) = write_files(path.parent, {path.name: drawing})
    warn(found.results)
    if boxes:
        write_warning(remark(boxes, path.name), "yellow")
    if as_json:
        write_json({"file": str(written), "size": size, "title": title, "finding": found.finding})
        return
    write_prose(found.finding)
    write_text(str(written))


def _drawable(
    name: str, request: FitRequest, dates: tuple[str, ...], workers: Workers, statement: str | None
) -> Drawable:
    """Read the numbers of a figure, or compute them."""
    from shellcount.analysis import Parts, read_results
    from shellcount.results.file_kinds import file_kind

    path = request.path
    if path is None or file_kind(path) != "numbers":
        parts = Parts(days=parse_dates(request.case(), dates))
        return of_request(name, request, parts, workers, statement)
    refuse_options([path], _WITH_NUMBERS)
    if name in OF_DRAWS:
        raise UsageError(f"{one_line(path)} holds no draws, of which this figure is computed: name a case")
    settings = Settings(allow_unconverged=request.settings.allow_unconverged)
    return of_results(name, read_results(path, settings=settings))


def _rendered(ax: Axes, path: Path, title: str) -> bytes:
    """Render a figure in the format of a file, a PDF with words for those who do not see it."""
    from shellcount import plots
    from shellcount.plots.drawing import note_of

    if path.suffix.lower() == ".pdf":
        return plots.pdf(ax, title=title, alternative=f"{title}. {note_of(ax)}")
    return plots.png(ax) if path.suffix.lower() == ".png" else plots.svg(ax)
