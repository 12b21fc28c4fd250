"""Sphinx extension: the first use of a word on a page leads to the glossary, which the search knows."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

GLOSSARY = "reference/glossary"
# Pages about the code itself, and the index of the site.
UNLINKED = re.compile(r"reference/(glossary|case-format|api(/.*)?)|decisions/.*|index|bibliography")
# Words that are used in their everyday sense too.
EVERYDAY = frozenset(
    """
    amount answer capacity case chains chance check comparator component concern consistent
    containers design draws estimate evidence forecast gate given group high impossible interval
    item limit load low mark mix off pair pause payload period range reading record reference refits
    remark report results rounds run runs seal sensitivity series setting shift sound source
    statement step tag together trip use wording
    """.split()  # noqa: SIM905
)
# Where no link may stand, or where the text is not prose.
SKIPPED = (
    nodes.reference,
    nodes.title,
    nodes.term,
    nodes.caption,
    nodes.literal_block,
    nodes.math,
    nodes.math_block,
    nodes.raw,
    nodes.field_name,
    nodes.footnote,
    nodes.citation,
    addnodes.desc,
    addnodes.toctree,
    addnodes.pending_xref,
)
SKIPPED_CLASSES = frozenset({"sd-card", "cell_output", "bibtex"})


class KeywordsInIndex(SphinxTransform):
    """Add the keywords of a page to the index, which the search puts before whatever else it finds."""

    default_priority = 400  # before the domains read the index

    def apply(self, **_: Any) -> None:
        """Add an entry for each keyword, and for each key and field of the glossary."""
        entries = [
            ("single", word.strip(), "", "main", None)
            for meta in self.document.findall(nodes.meta)
            if meta.get("name") == "keywords"
            for word in meta["content"].split(",")
        ]
        if self.env.docname == GLOSSARY:
            terms = {term.astext().lower() for term in self.document.findall(nodes.term)}
            for literal in list(first_column(self.document)):
                name = literal.astext()
                anchor = f"key-{name}"
                if anchor in self.document.ids:
                    continue
                literal["ids"].append(anchor)
                self.document.note_explicit_target(literal)
                if name not in terms:
                    entries.append(("single", name, anchor, "main", None))
        if entries:
            self.document.insert(0, addnodes.index(entries=entries))


def first_column(document: nodes.document) -> Iterator[nodes.literal]:
    """List what is set as code in the first column of each table."""
    for row in document.findall(nodes.row):
        yield from row[0].findall(nodes.literal)


class LinkFirstUses(SphinxPostTransform):
    """Link the first use of each word of the glossary on a page, and of each key and field."""

    default_priority = 5  # before other references are resolved

    def run(self, **_: Any) -> None:
        """Replace each first use by a link."""
        if UNLINKED.fullmatch(self.env.docname) or self.app.builder.format != "html":
            return
        words, codes, pattern = known(self.env)
        seen: set[str] = set()
        for node in list(self.document.findall(nodes.Text)):
            inside = node.parent
            if isinstance(inside, nodes.literal):
                name = inside.astext()
                if name in codes and name not in seen and not skipped(inside.parent):
                    seen.add(name)
                    inside.replace_self(self._link(inside.deepcopy(), *codes[name]))
            elif not skipped(inside):
                parts = list(self._parts(str(node), words, pattern, seen))
                if len(parts) > 1:
                    inside.replace(node, parts)

    def _parts(
        self, text: str, words: dict[str, tuple[str, str]], pattern: re.Pattern[str], seen: set[str]
    ) -> Iterator[nodes.Node]:
        """Divide a text at the first uses in it."""
        done = 0
        for match in pattern.finditer(text):
            anchor, meaning = words[match["word"].lower()]
            if anchor in seen:
                continue
            seen.add(anchor)
            yield nodes.Text(text[done : match.start()])
            yield self._link(nodes.Text(match[0]), anchor, meaning)
            done = match.end()
        yield nodes.Text(text[done:])

    def _link(self, child: nodes.Node, anchor: str, meaning: str) -> nodes.reference:
        link = make_refnode(self.app.builder, self.env.docname, GLOSSARY, anchor, child, meaning)
        link["classes"] = ["gloss"]
        return link


def skipped(node: nodes.Element | None) -> bool:
    """Tell whether a node stands where no link may be, or is no prose."""
    while node is not None:
        if isinstance(node, SKIPPED) or SKIPPED_CLASSES.intersection(node.get("classes", ())):
            return True
        node = node.parent
    return False


@functools.cache
def known(env: Any) -> tuple[dict[str, tuple[str, str]], dict[str, tuple[str, str]], re.Pattern[str]]:
    """Read the glossary: anchor and meaning of each word and of each key, and a pattern of the words."""
    document = env.get_doctree(GLOSSARY)
    words = {}
    for item in document.findall(nodes.definition_list_item):
        meaning = item[-1].astext().partition("\n\n")[0].replace("\n", " ")
        for term in item:
            if isinstance(term, nodes.term):
                words[term.astext().lower()] = (term["ids"][0], meaning)
    codes = {}
    for row in document.findall(nodes.row):
        for literal in row[0].findall(nodes.literal):
            if literal["ids"]:
                codes[literal.astext()] = (literal["ids"][0], row[-1].astext())
    linked = sorted(set(words) - EVERYDAY, key=len, reverse=True)
    either = "|".join(re.escape(word) for word in linked)
    pattern = re.compile(rf"(?<![\w-])(?P<word>{either})(?:s|es)?(?![\w-])", re.IGNORECASE)
    return words, codes, pattern


def setup(app: Any) -> dict[str, Any]:
    """Add both transforms."""
    app.add_transform(KeywordsInIndex)
    app.add_post_transform(LinkFirstUses)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
