"""Rendering a report, and writing it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from shellcount.checks.stated import Checks, check
from shellcount.results.numbers_json import numbers_json, to_json
from shellcount.errors import UsageError, suggestion
from shellcount.files import write_files
from shellcount.text import escape_markdown, fenced
from shellcount.posterior.posterior import Posterior
from shellcount.results.names import standard_dates
from shellcount.report.blocks import Content, Picture
from shellcount.report.content import compose
from shellcount.report.pdf import render_pdf
from shellcount.wording.scales import ICD203
from shellcount.text import one_line, printable

FORMATS = ("html", "pdf", "md", "json", "nc")
STANDING = FORMATS[:4]
_BLANK_LINES = re.compile(r"\n{3,}")


def write_report(
    posterior: Posterior,
    folder: str | Path,
    *,
    checks: Checks | None = None,
    left_out: Checks | None = None,
    formats: Iterable[str] = STANDING,
    at: Iterable[dt.date] = (),
    command: str | None = None,
    scale: str = ICD203,
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
    left_out
        From :func:`shellcount.checks.leave_one_out.leave_one_out`; by default that part is left out.
    formats
        Any of ``html`` (self-contained), ``pdf``, ``md`` (with its figures), ``json`` (numbers.json)
        and ``nc`` (the draws, as :meth:`Posterior.save` writes them).
    at
        Dates for the tables, besides those that claims speak of.
    command
        The command to give under "how to reproduce".
    scale
        Of probability words; that of ``checks`` where they are given.

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
    results = check(posterior, scale=scale) if checks is None else checks
    files: dict[str, bytes] = {}
    if not {"html", "pdf", "md"}.isdisjoint(wanted):
        content = compose(posterior, results, days=days, left_out=left_out, command=command, scale=scale)
        if "html" in wanted:
            files["report.html"] = render_html(content).encode()
        if "pdf" in wanted:
            files["report.pdf"] = render_pdf(content)
        if "md" in wanted:
            files["report.md"] = render_markdown(content).encode()
            files |= {f"{picture.name}.svg": picture.svg for picture in content.pictures}
    if "json" in wanted:
        files["numbers.json"] = (to_json(numbers_json(posterior, results, at=days)) + "\n").encode()
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
    environment.filters["inline"] = _inline
    return environment


def render_html(content: Content) -> str:
    """Render a self-contained HTML page."""
    return _environment().get_template("report.html.j2").render(content=content)


def render_markdown(content: Content) -> str:
    """Render Markdown as GitHub shows it, with its figures beside it."""
    text = _environment().get_template("report.md.j2").render(content=content)
    return _BLANK_LINES.sub("\n\n", text).rstrip() + "\n"


def _inline(picture: Picture) -> Markup:
    """A data URI: an image cannot run what hostile text might smuggle into a drawing."""
    encoded = quote(picture.svg.decode(), safe=" /:=;,()'!*@$+?[]|{}~")
    return Markup("data:image/svg+xml,") + encoded
