"""Find placeholders and numbers in Markdown, of pandoc and Quarto too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock

from shellcount.citing.documents.html.page import show_tokens
from shellcount.citing.documents.html.reader import BEGINS, ENDS, LOOKED_FOR, Reader
from shellcount.citing.documents.markdown.inline import Inline
from shellcount.citing.documents.markdown.items import CODE
from shellcount.citing.documents.maths import MATHS, MONEY
from shellcount.citing.documents.placeholders import (
    ESCAPED,
    Lines,
    Spot,
    Template,
    refusal,
    refusal_of_end,
    refusal_of_split,
    refuse_written_out,
    spots,
)
from shellcount.citing.documents.records import LABEL
from shellcount.citing.documents.shortcodes import foreign, without_foreign

_DEPTH = 40  # of quotes in one another; a list counts twice
FRONT = "the front matter"
DEEP = "lists or quotes that are nested too deep"
_HINTS = {CODE: f"for braces as such write {ESCAPED}", MONEY: "write \\$ for money"}
_KEY = re.compile(r"[\w-]+[ \t]*:")
_METADATA = re.compile(r"[\w-]+[ \t]*:.*|[ \t]+\S.*|- .*|#.*")
_DIV = re.compile(r"[ \t]*:{3,}.*")
_FOOTNOTE = re.compile(r"\[\^[^\[\]\s]++\]:")
_NOTES = re.compile(rf"^[ ]{{0,3}}\[\^(?P<label>{LABEL}\d+)\]:", re.MULTILINE)
_ATTRIBUTES = re.compile(r"[ \t]*+\{")
_BACKSLASHED = re.compile(r"\\([!-/:-@\[-`{-~])")
_BRACES = re.compile(r"(?:\\\{|(?<![\\{])\{)\\\{(?!\{)")
_SPLIT = re.compile(r"\{(?:<[^<>\n]*+>|[*_~`$\[\]!]+)+\{")
_NUMBER = re.compile(
    r"(?P<name>\bdata-shellcount\s*+=\s*+[\"']?|(?<=[{ ])shellcount=\")(?P<id>[0-9a-f]++)", re.IGNORECASE
)
_EXECUTED = re.compile(r"\{(?!=)")  # at the beginning of the language of a code block


def _displayed(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001  # as markdown-it calls it
    """Keep displayed maths in one paragraph, though a line of it may look like the item of a list."""
    if state.is_code_block(start) or not _line(state, start).startswith("$$"):
        return False
    lines = [_line(state, start)[2:]]
    line = start
    while "$$" not in lines[-1]:
        line += 1
        if line >= end or state.isEmpty(line) or state.sCount[line] < state.blkIndent:
            return False
        lines.append(_line(state, line))
    if silent:
        return True
    state.line = line + 1
    token = state.push("inline", "", 0)
    token.content = "\n".join(["$$" + lines[0], *lines[1:]])
    token.map = [start, state.line]
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _parser() -> MarkdownIt:
    """Make a parser of blocks alone; a definition of a link is a paragraph to it."""
    parser = MarkdownIt("commonmark", {"maxNesting": _DEPTH}).enable("table")
    parser.disable(["reference", "inline", "text_join"])
    ends: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("blockquote", "maths", _displayed, ends)
    return parser


_PARSER = _parser()


# --- blocks ------------------------------------------------------------------------------


def show(reader: Reader, text: str) -> str:
    """Show Markdown to a reader, and return the content of code that is run."""
    executed: list[str] = []
    heading = noted = False
    for block in _PARSER.parse(_without_metadata(reader, text)):
        if block.type == "inline":
            noted = _show_paragraphs(reader, block.content, heading=heading)
        elif block.type == "code_block" and noted:  # which goes on with a footnote
            for paragraph in block.content.split("\n\n"):
                _show_paragraphs(reader, paragraph)
        elif block.type in {"fence", "code_block"}:
            reader.look(f"{block.info}\n{block.content}", CODE)
            if _EXECUTED.match(block.info.strip()):
                executed.append(f"{block.info}\n{block.content}")
        elif block.type == "html_block":
            show_tokens(reader, block.content)
        heading = block.type == "heading_open"
        noted = noted and block.type in {"inline", "paragraph_close", "code_block"}
    reader.finish()
    return "".join(executed)


def _show_paragraphs(reader: Reader, content: str, *, heading: bool = False) -> bool:
    """Show paragraphs, and tell whether the last begins a footnote."""
    noted = False
    for passage in _parts(content):
        if _DIV.fullmatch(passage):
            reader.look(passage, "the attributes of a block")
            continue
        inline = Inline(passage, heading=heading)
        noted = bool(inline.footnote)
        reader.block()
        reader.begin_note(inline.footnote)
        inline.show(reader)
        reader.end_note()
        reader.block()
    return noted


def _parts(content: str) -> Iterator[str]:
    """Take a paragraph apart where a footnote begins, or a line has the colons around a block of pandoc."""
    lines: list[str] = []
    for line in content.split("\n"):
        if lines and (_DIV.fullmatch(line) or _FOOTNOTE.match(line) or _DIV.fullmatch(lines[-1])):
            yield "\n".join(lines)
            lines = []
        lines.append(line)
    yield "\n".join(lines)


def _without_metadata(reader: Reader, text: str) -> str:
    """Remove the lines of metadata, at the beginning or between blank lines, which readers do not see."""
    lines = text.split("\n")
    fence = lines[0].removeprefix("\ufeff").rstrip()
    start = 0
    if fence in {"---", "+++"}:
        ends = {fence, "..."} if fence == "---" else {fence}
        end = next((at for at, line in enumerate(lines[1:], start=1) if line.rstrip() in ends), -1)
        for at in range(end + 1):
            reader.look(lines[at], FRONT)
            lines[at] = ""
        start = end + 1
    at = max(start, 1)
    while at < len(lines) - 1:
        if lines[at].rstrip() == "---" and not lines[at - 1].strip() and _KEY.match(lines[at + 1]):
            end = at + 1
            while end < len(lines) and _METADATA.fullmatch(lines[end].rstrip()):
                end += 1
            if end < len(lines) and lines[end].rstrip() in {"---", "..."}:
                for line in range(at, end + 1):
                    reader.look(lines[line], FRONT)
                    lines[line] = ""
            at = end
        else:
            at += 1
    return "\n".join(lines)


# --- placeholders ------------------------------------------------------------------------


def find(text: str) -> Template:
    """Find the placeholders.

    Raises
    ------
    DocumentError
        When one is in a place that cannot be filled, or nothing can be added at the end.
    """
    plain, remarks = without_foreign(text)
    lines = Lines(plain)
    remarks += [
        f"{lines.at(braces.start())}: {braces[0]} shows as braces" for braces in _BRACES.finditer(plain)
    ]
    plain = _BRACES.sub(lambda braces: "x" * len(braces[0]), plain)
    listed = spots(plain)
    reader = Reader()
    end = f"\n\n{BEGINS}{len(listed)}{ENDS}\n"
    executed = _indices(show(reader, f"{_replaced(plain, listed)}{end}"))
    if reader.written_out:
        refuse_written_out(plain)
    if "{{" in reader.text:
        split = _SPLIT.search(plain)
        raise refusal_of_split(plain, 0 if split is None else split.start())
    behind = _behind_maths(plain, listed, reader)
    found: list[Spot] = []
    for index, spot in enumerate(listed):
        if index in executed:
            remarks.append(f"{lines.at(spot.start)}: braces in code that is run were left alone")
            continue
        place = "" if spot.asked is None else reader.places.get(index, DEEP)
        if place not in {"", MATHS}:
            raise refusal(plain, spot.start, place, _HINTS.get(place, "move it into the text"))
        asked = None if spot.asked is None else _BACKSLASHED.sub(r"\1", spot.asked)
        found.append(spot._replace(asked=asked, maths=behind[index] if place == MATHS else None))
    place = reader.places.get(len(listed), DEEP)
    if place:
        raise refusal_of_end(plain, len(plain), place)
    return Template(found, len(text), remarks)


def _replaced(text: str, listed: Sequence[Spot]) -> str:
    """Put a mark for each placeholder, so that it is known where it ends up."""
    pieces: list[str] = []
    last = 0
    for index, spot in enumerate(listed):
        # Escaped braces become harmless words, so that braces that are shown are those of no placeholder.
        pieces += [text[last : spot.start], "xx" if spot.asked is None else f"{BEGINS}{index}{ENDS}"]
        last = spot.end
    return "".join([*pieces, text[last:]])


def _indices(text: str) -> set[int]:
    return {int(found["index"]) for found in LOOKED_FOR.finditer(text) if found["index"]}


def _behind_maths(text: str, listed: Sequence[Spot], reader: Reader) -> dict[int, int]:
    """Find the places behind the maths that placeholders stand in; 0 where attributes follow."""
    behind: dict[int, int] = {}
    for indices, closing in reader.maths:
        end = text.find(closing, listed[indices[-1]].end)
        while closing == "$" and text[end - 1] == "\\":
            end = text.find(closing, end + 1)
        end += len(closing)
        behind |= dict.fromkeys(indices, 0 if _ATTRIBUTES.match(text, end) else end)
    return behind


def read(text: str) -> Reader:
    """Read a text as its readers do."""
    reader = Reader()

    def mark(found: re.Match[str]) -> str:
        return f"{found['name']}{reader.mark_id(found['id'], found.start())}"

    show(reader, _NUMBER.sub(mark, foreign(text).text))
    for index, (at, _) in enumerate(reader.ids):
        place = reader.id_places.get(index, "a place that is not shown")
        if not place.startswith("the tag ") and place != "attributes":
            reader.lost.append((at, place))
    places = {found["label"]: found.start() for found in _NOTES.finditer(text)}
    reader.notes = [(label, places.get(label, at), parts) for label, at, parts in reader.notes]
    return reader
