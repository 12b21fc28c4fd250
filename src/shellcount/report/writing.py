"""Rendering a report, and writing it."""

from __future__ import annotations

import base64
import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from shellcount import plots
from shellcount.checks import Checks, check
from shellcount.citations import numbers, to_json
from shellcount.errors import UsageError, suggestion
from shellcount.files import write_files
from shellcount.posterior import Posterior
from shellcount.quantities import standard_dates
from shellcount.report.content import Content, compose
from shellcount.text import one_line, printable

FORMATS = ("html", "md", "json", "nc")
STANDING = FORMATS[:3]


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure as the report shows it.

    Parameters
    ----------
    name
        File name without ending.
    svg
        The drawing.
    caption
        What it shows.
    alt
        What it says, for those who do not see it.
    """

    name: str
    svg: bytes
    caption: str
    alt: str


def write_report(
    posterior: Posterior,
    folder: str | Path,
    *,
    checks: Checks | None = None,
    formats: Iterable[str] = STANDING,
    at: Iterable[dt.date] = (),
    command: str | None = None,
) -> list[Path]:
    """Write the report of a posterior into a folder.

    Parameters
    ----------
    posterior
        The posterior.
    folder
        Where to write; it is made if its parent is there.
    checks
        Its checks; by default those that the case asks for.
    formats
        Any of ``html`` (self-contained), ``md`` (with its figures), ``json`` (numbers.json) and
        ``nc`` (the draws, as :meth:`Posterior.save` writes them).
    at
        Dates for the tables, besides those that claims speak of.
    command
        The command to give under "how to reproduce".

    Returns
    -------
    list
        The paths written.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted.
    OutputError, UsageError
        When a file could not be written (none is then), or for an unknown format.

    Examples
    --------
    >>> import shellcount, tempfile
    >>> posterior = shellcount.fit(shellcount.load_case())
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in write_report(posterior, folder, formats=["json"])]
    ['numbers.json']
    """
    wanted = parse_formats(",".join(formats))
    days = tuple(sorted({*standard_dates(posterior.case), *at}))
    results = check(posterior) if checks is None else checks
    files: dict[str, bytes] = {}
    if "html" in wanted or "md" in wanted:
        content = compose(posterior, results, days=days, command=command)
        pictures = _pictures(posterior, results)
        if "html" in wanted:
            files["report.html"] = render_html(content, pictures).encode()
        if "md" in wanted:
            files["report.md"] = render_markdown(content, pictures).encode()
            files |= {f"{picture.name}.svg": picture.svg for picture in pictures}
    if "json" in wanted:
        files["numbers.json"] = (to_json(numbers(posterior, results, at=days)) + "\n").encode()
    if "nc" in wanted:
        files["posterior.nc"] = posterior.to_bytes()
    return write_files(Path(folder), files)


def parse_formats(text: str) -> tuple[str, ...]:
    """Read a list of formats, as ``html,json``.

    Raises
    ------
    UsageError
        For an unknown format, or none.

    Examples
    --------
    >>> parse_formats("html, json")
    ('html', 'json')
    """
    names = tuple(name.strip() for name in text.split(","))
    for name in names:
        if name not in FORMATS:
            raise UsageError(f"no format is called {one_line(name, 40)!r}; {suggestion(name, FORMATS)}")
    return names


def _pictures(posterior: Posterior, checks: Checks) -> tuple[Picture, ...]:
    words = posterior.case.case
    bars = (
        "Dot: posterior median; thick bar: 50% interval; thin bar: 90% interval. Full diamonds: stated "
        "figures held against the posterior; open diamonds: stated figures that it was conditioned on."
    )
    said = " ".join(result.sentence for result in checks)
    return (
        Picture(
            "intervals",
            plots.svg(plots.plot_intervals(posterior, checks)),
            f"Posterior ranges of {words.item} and the figures stated for them. {bars}",
            f"Posterior ranges of {words.item} with stated figures. {said}",
        ),
        Picture(
            "capacity",
            plots.svg(plots.plot_capacity(posterior, checks)),
            f"{words.item.capitalize()} that a full container holds, with the stated figures divided by "
            f"their {words.carrier}. {bars} Black tick: the physical ceiling, bare {words.item} at the "
            "rated payload in a full cube.",
            f"{words.item.capitalize()} per container against stated figures and physical ceilings.",
        ),
        Picture(
            "containers",
            plots.svg(plots.plot_intervals(posterior, checks, of="containers")),
            f"Posterior ranges of {words.carrier} sent and the figures stated for them. {bars}",
            f"Posterior ranges of {words.carrier} sent, with the stated counts.",
        ),
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("shellcount.report"),
        autoescape=select_autoescape(("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["plain"] = printable
    environment.filters["markdown"] = escape_markdown
    environment.filters["fenced"] = fenced
    return environment


def render_html(content: Content, pictures: Iterable[Picture]) -> str:
    """Render a self-contained HTML page."""
    drawings = [(picture, _inline(picture)) for picture in pictures]
    return _environment().get_template("report.html.j2").render(content=content, drawings=drawings)


def render_markdown(content: Content, pictures: Iterable[Picture]) -> str:
    """Render Markdown as GitHub shows it, with its figures beside it."""
    return _environment().get_template("report.md.j2").render(content=content, pictures=pictures)


def _inline(picture: Picture) -> Markup:
    """A data URI: an image cannot run what hostile text might smuggle into a drawing."""
    encoded = base64.b64encode(picture.svg).decode("ascii")
    return Markup("data:image/svg+xml;base64,") + encoded


# Mark-up characters; and dots that start a numbered list, or make what some take for an address.
_MARKDOWN = re.compile(r"[\\`*_{}\[\]()<>#+\-!|~$&:@=]|(?<=www)\.|(?<=WWW)\.")
_NUMBERED = re.compile(r"^(\d+)\.")


def escape_markdown(text: str) -> str:
    r"""Make text appear as it is, in Markdown: on one line, with every mark-up character escaped.

    Examples
    --------
    >>> print(escape_markdown("a_b | <i>"))
    a\_b \| \<i\>
    """
    return _NUMBERED.sub(r"\1\\.", _MARKDOWN.sub(r"\\\g<0>", one_line(text)))


def fenced(text: str) -> str:
    """Set text as a block of code in Markdown, with a fence longer than any in it.

    Examples
    --------
    >>> print(fenced("make report"))
    ```
    make report
    ```
    """
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}\n{printable(text)}\n{fence}"
