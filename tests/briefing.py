"""Templates of every kind, and documents filled from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx

from shellcount.analysis import analyse
from shellcount.citing.filling import fill, read_template
from shellcount.citing.findings import Audit
from shellcount.posterior.posterior import Posterior

TOTAL = "rounds.mixed@2024-06-14"
KINDS = (".md", ".html", ".txt", ".docx")
ASKED = (
    *(TOTAL, f"{TOTAL} | headline", f"{TOTAL} | range", f"{TOTAL} | exact", "load"),
    *(f"{TOTAL} >= 1.5 million | word", "claim.ua-gur-2024", "check.ua-gur-2024 | sentence", TOTAL),
)


def template(folder: Path, ending: str = ".md", asked: tuple[str, ...] = ASKED) -> Path:
    """Write a template with a paragraph for each name."""
    path = folder / f"template{ending}"
    lines = [f"Number {place}: {{{{ {name} }}}} so." for place, name in enumerate(asked)]
    if ending == ".docx":
        document = docx.Document()
        for line in lines:
            document.add_paragraph(line)
        document.save(str(path))
    else:
        path.write_text("\n\n".join(lines).replace(">", "&gt;" if ending == ".html" else ">"), "utf-8")
    return path


def filled(folder: Path, posterior: Posterior, ending: str = ".md", **settings: Any) -> Path:
    """Write such a template, and fill it."""
    analysis = {name: settings.pop(name) for name in ("scale",) if name in settings}
    read = read_template(template(folder, ending, settings.pop("asked", ASKED)), posterior.case)
    return fill(read, analyse(posterior, read.parts, **analysis), folder / f"filled{ending}", **settings)


def statuses(audit: Audit) -> list[str]:
    return [result.status for result in audit.results]
