"""Render a report in every format, and write its files."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

from shellcount.errors import OutputError, UsageError, suggestion
from shellcount.files.manifest import NAME
from shellcount.files.writing import write_files
from shellcount.frozen import frozen
from shellcount.plots import fonts
from shellcount.plots.style import noting_boxes
from shellcount.report.blocks import Content
from shellcount.report.brief import compose_brief
from shellcount.report.content import compose
from shellcount.report.markdown import render_markdown
from shellcount.report.page import render_html
from shellcount.report.pdf import render_brief, render_pdf
from shellcount.report.typesetting import Pdf
from shellcount.results.numbers_json import numbers_json, to_json
from shellcount.results.results import Results
from shellcount.text import one_line

# The file of each format; Markdown has its figures beside it.
FILES = {
    "html": "report.html",
    "pdf": "report.pdf",
    "md": "report.md",
    "json": "numbers.json",
    "brief": "brief.pdf",
    "npz": "posterior.npz",
}
FORMATS = tuple(FILES)
STANDING = FORMATS[:4]
_FULL = frozenset({"html", "pdf", "md"})  # formats that show all of a report


@frozen
class Written:
    """Files of a report.

    Parameters
    ----------
    paths
        Files that were written.
    remarks
        What their readers will miss, in sentences.
    """

    paths: tuple[Path, ...]
    remarks: tuple[str, ...]


def write_report(
    results: Results,
    folder: str | Path,
    *,
    formats: Iterable[str] = STANDING,
    draws: Callable[[], bytes] | None = None,
) -> list[Path]:
    """Write the report of results into a folder.

    A warning says where boxes stand for characters that no installed font has.

    Parameters
    ----------
    results
        Results of :func:`shellcount.analyse`, or read from a numbers.json.
    folder
        Folder to write into; it is created if its parent exists.
    formats
        Any of ``html`` (self-contained), ``pdf``, ``md`` (with its figures), ``json`` (numbers.json),
        ``brief`` (a PDF of two pages) and ``npz`` (the draws).
    draws
        Function that returns the file of draws, such as :meth:`Posterior.to_bytes`; results contain none.

    Returns
    -------
    list
        Paths of the files written.

    Raises
    ------
    OutputError, UsageError
        When a file cannot be written, in which case nothing is written, or a format is unknown or impossible.
        When only a PDF cannot be set, the other files are written before the error.

    Examples
    --------
    >>> import shellcount, tempfile
    >>> results = shellcount.analyse(shellcount.load_case())
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in write_report(results, folder, formats=["json"])]
    ['numbers.json']
    """
    written = write_formats(results, folder, formats=formats, draws=draws)
    for remark in written.remarks:
        warnings.warn(remark, stacklevel=2)
    return list(written.paths)


def write_formats(
    results: Results,
    folder: str | Path,
    *,
    formats: Iterable[str],
    draws: Callable[[], bytes] | None = None,
) -> Written:
    """Write the report of results into a folder, as :func:`write_report` does, and return its remarks.

    Raises
    ------
    OutputError, UsageError
        As :func:`write_report`.
    """
    names = parse_formats(",".join(formats))
    pages = _pages(results, names)
    files = dict(pages.files)
    if "json" in names:
        files[FILES["json"]] = (to_json(numbers_json(results)) + "\n").encode()
    if "npz" in names:
        if draws is None:
            raise UsageError("results contain no draws: fit the case to write the format npz")
        files[FILES["npz"]] = draws()
    paths = write_files(Path(folder), files, manifest=NAME) if files else []
    if pages.failures:
        raise OutputError(_without_pdf(pages.failures, paths, Path(folder)))
    return Written(tuple(paths), tuple(pages.remarks))


@frozen
class _Pages:
    """Files of a report for people, remarks on them, and why a PDF is not among them, by its name."""

    files: dict[str, bytes]
    remarks: list[str]
    failures: dict[str, OutputError]


def _pages(results: Results, names: Collection[str]) -> _Pages:
    """Render a report in the formats for people; a PDF that cannot be set costs no other format."""
    with noting_boxes() as boxes:
        content = None if _FULL.isdisjoint(names) else compose(results)
        brief = compose_brief(results) if "brief" in names else None
    pages = _Pages({}, [fonts.remark(boxes, "the figures")] if boxes else [], {})
    if content is not None:
        _add_full(pages, content, names)
    if brief is not None:
        _add_pdf(pages, FILES["brief"], lambda: render_brief(brief))
    return pages


def _add_full(pages: _Pages, content: Content, names: Collection[str]) -> None:
    """Add the formats that show all of a report."""
    if "html" in names:
        pages.files[FILES["html"]] = render_html(content).encode()
    if "pdf" in names:
        _add_pdf(pages, FILES["pdf"], lambda: render_pdf(content))
    if "md" in names:
        pages.files[FILES["md"]] = render_markdown(content).encode()
        pages.files.update({f"{picture.name}.svg": picture.wide.encode() for picture in content.pictures})


def _add_pdf(pages: _Pages, name: str, render: Callable[[], Pdf]) -> None:
    """Add a PDF with the remark on its boxes, or the reason why it cannot be set."""
    try:
        pdf = render()
    except OutputError as error:
        pages.failures[name] = error
        return
    pages.files[name] = pdf.content
    if pdf.boxes:
        pages.remarks.append(fonts.remark(pdf.boxes, name))


def _without_pdf(failures: Mapping[str, OutputError], paths: Iterable[Path], folder: Path) -> str:
    """Tell why a PDF is missing, and which files there are."""
    reasons = "; ".join(map(str, failures.values()))
    written = ", ".join(path.name for path in paths)
    them = "it" if len(failures) == 1 else "them"
    older = "".join(f"; the {name} there is an older one" for name in failures if (folder / name).exists())
    return f"{reasons}; {f'written without {them}: {written}' if written else 'nothing is written'}{older}"


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
