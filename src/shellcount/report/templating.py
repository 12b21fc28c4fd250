"""Set up the templates of a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from shellcount.report.blocks import layout_of


def environment(filters: Mapping[str, Callable[..., object]]) -> Environment:
    """Make an environment of templates, which fails where a template names what it is not given.

    Parameters
    ----------
    filters
        Filters of the templates, by name.
    """
    templates = Environment(
        loader=PackageLoader("shellcount.report"),
        autoescape=select_autoescape(("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters |= {"layout": layout_of, **filters}
    return templates
