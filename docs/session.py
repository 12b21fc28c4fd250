"""Run the blocks of pages: `python docs/session.py PAGE...` writes what their commands print now.

Each page has a folder of its own, in which its blocks are run from top to bottom. In a ``console`` block,
lines that begin with ``$`` are commands, each run in a shell of its own, and all others are their output.
A ``{code-block}`` with a caption is a file, or a change to one:

    :caption: FILE                    the file is written
    :caption: FILE, at the end        the text is added
    :caption: FILE, section NAME      the section of that name is replaced

A block of any other kind is a fault, unless a comment on the line before it says ``not run`` and why.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from markdown_it import MarkdownIt

# Blocks that show what something printed, that the site runs itself, or that are no code.
SHOWN = {
    "text",
    "{bibliography}",
    "{code-cell}",
    "{eval-rst}",
    "{glossary}",
    "{graphviz}",
    "{include}",
    "{toctree}",
}
NOT_RUN = re.compile(r"<!-- not run: \S.* -->")
CAPTION = re.compile(
    r"^:caption: (?P<file>[\w./-]+)(?:, (?P<end>at the end)|, section (?P<section>[\w ]+))?$"
)


class PageError(Exception):
    """Raised when a block cannot be run, or fails."""


def played(page: Path) -> str:
    """Return the text of a page with the present output of its commands."""
    lines = page.read_text(encoding="utf-8").splitlines()
    with tempfile.TemporaryDirectory() as name:
        for start, end, printed in reversed(_played(page, lines, Path(name))):
            lines[start:end] = printed
    return "\n".join(lines) + "\n"


def _played(page: Path, lines: list[str], folder: Path) -> list[tuple[int, int, list[str]]]:
    """List first and last line of each block that prints something, with its present output."""
    changed = []
    for block in MarkdownIt().parse("\n".join(lines)):
        if block.type != "fence" or block.map is None:
            continue
        if block.map[0] > 0 and NOT_RUN.fullmatch(lines[block.map[0] - 1]):
            continue
        start, end = block.map[0] + 1, block.map[1] - 1
        try:
            printed = _play(block.info.partition(" ")[0], lines[start:end], folder)
        except PageError as error:
            raise PageError(f"{page}:{start}: {error}") from None
        if printed is not None:
            changed.append((start, end, printed))
    return changed


def _play(language: str, content: list[str], folder: Path) -> list[str] | None:
    if language == "console":
        return ran(content, folder)
    if language == "{code-block}":
        _make(content, folder)
    elif language not in SHOWN:
        raise PageError(f"nothing runs a block of {language or 'no language'}")
    return None


def ran(content: list[str], folder: Path) -> list[str]:
    """Run the commands among lines, and list them with what each prints now."""
    shown = []
    for command in (line[2:] for line in content if line.startswith("$ ")):
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=folder,
            env={
                **os.environ,
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                "NO_COLOR": "1",
                "COLUMNS": "100",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise PageError(f"{command!r} ends with status {done.returncode}: {done.stdout}")
        # A digest differs between versions of the libraries: here it would be stale elsewhere.
        printed = re.sub(r"sha256:[0-9a-f]+", "sha256:…", done.stdout)
        shown += [f"$ {command}", *(line.rstrip() for line in printed.rstrip().splitlines())]
    return shown


def _make(content: list[str], folder: Path) -> None:
    options = [line for line in content if line.startswith(":")]
    text = "\n".join(content[len(options) :]).strip("\n") + "\n"
    captions = [found for line in options if (found := CAPTION.fullmatch(line))]
    if not captions:
        raise PageError("a file needs a caption that says its name")
    place, section = folder / captions[0]["file"], captions[0]["section"]
    if section is not None:
        text = _with_section(place.read_text(encoding="utf-8"), section, text)
    elif captions[0]["end"]:
        text = f"{place.read_text(encoding='utf-8').rstrip()}\n\n{text}"
    place.write_text(text, encoding="utf-8")


def _with_section(whole: str, name: str, text: str) -> str:
    """Replace the text between the line ``# --- name ---`` and the next such line."""
    head = re.compile(rf"^# --- {re.escape(name)} -+$\n", re.MULTILINE)
    found = head.search(whole)
    if found is None:
        raise PageError(f"there is no section {name!r}")
    following = re.compile(r"^# --- .* -+$", re.MULTILINE).search(whole, found.end())
    rest = whole[following.start() :] if following else ""
    return f"{whole[: found.end()]}\n{text}\n{rest}"


def main() -> int:
    """Update the pages, or with ``--check`` say which would change."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a page would change")
    parser.add_argument("pages", nargs="+", type=Path)
    asked = parser.parse_args()
    stale = False
    for page in asked.pages:
        before = page.read_text(encoding="utf-8")
        try:
            after = played(page)
        except PageError as error:
            sys.exit(str(error))
        if after == before:
            continue
        stale = True
        if asked.check:
            sys.stdout.writelines(
                difflib.unified_diff(
                    before.splitlines(keepends=True),
                    after.splitlines(keepends=True),
                    str(page),
                    "as it is now",
                )
            )
        else:
            page.write_text(after, encoding="utf-8")
    return 1 if stale and asked.check else 0


if __name__ == "__main__":
    sys.exit(main())
