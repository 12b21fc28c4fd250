"""Configure the documentation site, which `make site` builds."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import shellcount

HERE = Path(__file__).parent
sys.path.append(str(HERE))

# Sphinx reads only what lies below this folder.
shutil.rmtree(HERE / "notebooks", ignore_errors=True)
shutil.copytree(
    HERE.parent / "notebooks", HERE / "notebooks", ignore=shutil.ignore_patterns("*.py", "*.cfg", ".*")
)

project = "shellcount"
author = "The shellcount maintainers"
project_copyright = author
version = release = shellcount.__version__

extensions = [
    "folding",
    "linking",
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.graphviz",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinxcontrib.bibtex",
]
exclude_patterns = ["_build", "templates"]

# Notebooks keep their stored results, which `make stale` checks; pages are run here.
nb_execution_mode = "force"
nb_execution_excludepatterns = ["notebooks/*"]
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True
nb_render_markdown_format = "myst"
myst_enable_extensions = ["dollarmath", "amsmath", "deflist", "colon_fence"]
myst_heading_anchors = 3

bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "unsrt"
bibtex_reference_style = "author_year"

# Names of the library must be described here; those of other libraries are described elsewhere.
nitpicky = True
nitpick_ignore_regex = [("py:.*", r"(?!shellcount\.).*"), ("py:class", ".*")]  # classes: types in signatures
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
napoleon_google_docstring = False
napoleon_use_rtype = False

graphviz_output_format = "svg"

copybutton_prompt_text = "$ "
html_theme = "pydata_sphinx_theme"
html_title = "shellcount"
html_static_path = ["_static"]
html_favicon = "_static/favicon.svg"
html_search_scorer = str(HERE / "scorer.js")
html_css_files = ["site.css"]
html_show_sphinx = False
html_context = {"default_mode": "auto"}
html_sidebars: dict[str, list[str]] = {
    page: [] for page in ("index", "tutorial", "notebooks", "briefing", "bibliography")
}
html_theme_options = {
    "collapse_navigation": True,
    "header_links_before_dropdown": 7,
    "navbar_persistent": ["search-button"],
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
}
# Mathematics is rendered without contacting another host, by a script that `make site` fetches and verifies.
html_static_path += [str(HERE.parent / ".venv" / "mathjax")]
mathjax_path = "tex-svg.js"


def public_name(app: Any, environment: Any, node: Any, content: Any) -> Any:
    """Resolve a public name to the description in its module, or in that of the class it comes from."""
    public, _, member = node["reftarget"].removeprefix("shellcount.").partition(".")
    if node.get("refdomain") != "py" or public not in shellcount.__all__ or public == "plots":
        return None  # figures are described where they are
    owner = getattr(shellcount, public)
    if member:
        owner = next((base for base in owner.__mro__ if member in vars(base)), owner)
    target = ".".join(filter(None, (owner.__module__, owner.__qualname__, member)))
    domain = environment.get_domain("py")
    return domain.resolve_xref(environment, node["refdoc"], app.builder, "obj", target, node, content)


def setup(app: Any) -> None:
    """Connect to the events of Sphinx."""
    app.connect("missing-reference", public_name)
