"""Render a report in every format, and write its files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from shellcount.errors import UsageError, suggestion
from shellcount.files import write_files
from shellcount.report.blocks import Content, Picture, layout_of
from shellcount.report.content import compose
from shellcount.report.pdf import render_pdf
from shellcount.results.numbers_json import numbers_json, to_json
from shellcount.results.results import Results
from shellcount.text import escape_markdown, fenced, one_line, printable

FORMATS = ("html", "pdf", "md", "json", "nc")
STANDING = FORMATS[:4]
_BLANK_LINES = re.compile(r"\n{3,}")


def write_report(
    results: Results,
    folder: str | Path,
    *,
    formats: Iterable[str] = STANDING,
    draws: Callable[[], bytes] | None = None,
) -> list[Path]:
    """Write the report of results into a folder.

    Parameters
    ----------
    results
        Results of :func:`shellcount.analyse`, or read from a numbers.json.
    folder
        Folder to write into; it is created if its parent exists.
    formats
        Any of ``html`` (self-contained), ``pdf``, ``md`` (with its figures), ``json`` (numbers.json)
        and ``nc`` (the draws).
    draws
        Function that returns the file of draws, such as :meth:`Posterior.to_bytes`; results contain none.

    Returns
    -------
    list
        Paths of the files written.

    Raises
    ------
    OutputError, UsageError
        When a file cannot be written, in which case nothing is written, or a format is unknown or not possible.

    Examples
    --------
    >>> import shellcount, tempfile
    >>> results = shellcount.analyse(shellcount.load_case())
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in write_report(results, folder, formats=["json"])]
    ['numbers.json']
    """
    names = parse_formats(",".join(formats))
    files: dict[str, bytes] = {}
    if not {"html", "pdf", "md"}.isdisjoint(names):
        content = compose(results)
        if "html" in names:
            files["report.html"] = render_html(content).encode()
        if "pdf" in names:
            files["report.pdf"] = render_pdf(content)
        if "md" in names:
            files["report.md"] = render_markdown(content).encode()
            files |= {f"{picture.name}.svg": picture.svg for picture in content.pictures}
    if "json" in names:
        files["numbers.json"] = (to_json(numbers_json(results)) + "\n").encode()
    if "nc" in names:
        if draws is None:
            raise UsageError("results contain no draws: fit the case to write the format nc")
        files["posterior.npz"] = draws()
    return write_files(Path(folder), files)


def parse_formats(text: str) -> tuple[str, ...]:
    """Parse a list of formats, such as ``html,json``.

    Raises
    ------
    UsageError
        When a format is unknown, or no format is given.

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
    environment.filters["layout"] = layout_of
    return environment


def render_html(content: Content) -> str:
    """Render a self-contained HTML page."""
    return _environment().get_template("report.html.j2").render(content=content)


def render_markdown(content: Content) -> str:
    """Render Markdown as GitHub shows it, with its figures beside it."""
    text = _environment().get_template("report.md.j2").render(content=content)
    return _BLANK_LINES.sub("\n\n", text).rstrip() + "\n"


def _inline(picture: Picture) -> Markup:
    """Encode a drawing as a data URI; as an image it cannot run scripts that hostile text might contain."""
    encoded = quote(picture.svg.decode(), safe=" /:=;,()'!*@$+?[]|{}~")
    return Markup("data:image/svg+xml,") + encoded
