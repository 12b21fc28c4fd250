"""Render a report as an HTML page that holds all it shows, and may do no more than that."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from importlib import resources

from markupsafe import Markup

from shellcount.plots.sparkline import Sparkline
from shellcount.report.blocks import Content
from shellcount.report.templating import environment
from shellcount.text import printable

_LONG_WORD = re.compile(r"\S{17,}")
# Pieces of a long word, between which a line may break.
_PIECES = re.compile(r"[^-._@:/,=]{1,16}[-._@:/,=]*|[-._@:/,=]+")

_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'  # a page knows it


def render_html(content: Content) -> str:
    """Render a self-contained HTML page, which browsers let do no more than it does itself."""
    filters: dict[str, Callable[..., str]] = {
        "plain": printable,
        "breakable": _breakable,
        "inline": _inline,
        "drawn": _drawn,
    }
    page = environment(filters).get_template("report.html.j2")
    style, script = _ours("report.css"), ""
    if content.what_if is not None:
        style, script = f"{style}\n{_ours('what_if.css')}", _ours("what_if.js")
    policy = _policy(style, script)
    return page.render(content=content, style=Markup(style), script=Markup(script), policy=policy)  # noqa: S704  # our own files


def _ours(name: str) -> str:
    """Read a file beside the templates."""
    return resources.files("shellcount.report").joinpath("templates", name).read_text("utf-8").strip()


def _policy(style: str, script: str) -> str:
    """Write the content security policy of a page with one style sheet, at most one script, and images."""
    scripts = [f"script-src {_checksum(script)}"] if script else []
    allowed = ("default-src 'none'", *scripts, f"style-src {_checksum(style)}", "img-src data:")
    return "; ".join((*allowed, "base-uri 'none'", "form-action 'none'"))


def _checksum(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _breakable(text: str) -> Markup:
    """Escape a text, with places in its longest words, such as ids, where a line may break."""

    def pieces(word: re.Match[str]) -> str:
        return "\n".join(_PIECES.findall(word[0]))

    lines = [_LONG_WORD.sub(pieces, line).split("\n") for line in printable(text).split("\n")]
    return Markup("\n").join(Markup("<wbr>").join(line) for line in lines)


def _inline(drawing: str) -> Markup:
    """Write a drawing as a data URI; as an image it cannot run scripts that hostile text might contain.

    Of what has a meaning in an address or in an attribute, nothing is left; all else may stand as it is.
    Browsers need no prefix of references, which are a tenth of a drawing with it.
    """
    plain = drawing.partition("?>")[2].strip().replace('"', "'").replace("\n", " ")
    plain = plain.replace(" xlink:href=", " href=")
    escaped = plain.replace("%", "%25").replace("#", "%23").replace("&", "%26")
    return Markup("data:image/svg+xml,") + Markup(escaped)  # noqa: S704  # without quotation marks


def _drawn(sparkline: Sparkline) -> Markup:
    """Write a small drawing into the page, to take on its colours; it holds numbers and dates alone."""
    return Markup(sparkline.svg.replace(_NAMESPACE, "", 1))  # noqa: S704  # our own numbers
