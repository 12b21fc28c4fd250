"""Open the parts of a Word document that have paragraphs, in the order in which they are read."""

from __future__ import annotations

from lxml import etree

from shellcount.citing.documents.word.flow import Walker
from shellcount.citing.documents.word.package import Package
from shellcount.citing.documents.word.paragraphs import Story
from shellcount.citing.documents.word.styles import Styles

# Kinds of relationships of the body, in the order in which their parts follow it.
_KINDS = {
    "header": "a header",
    "footer": "a footer",
    "footnotes": "a footnote",
    "endnotes": "an endnote",
}
COMMENTS = "comments"


def styles_of(package: Package) -> Styles:
    """Read the styles of a document."""
    name = part_of(package, "styles")
    return Styles(package.tree(name) if name else None)


def part_of(package: Package, kind: str) -> str:
    """Name the part of a kind that the body is related to; empty if there is none."""
    return next((each.target for each in package.relations(package.main) if each.kind == kind), "")


def stories_of(package: Package, styles: Styles, *, comments: bool = False) -> list[Story]:
    """Read the body, headers, footers and notes, and the comments if asked.

    Raises
    ------
    DocumentError
        When one of them is missing or damaged.
    """
    relations = package.relations(package.main)
    parts = {package.main: ("the body", False, "")}
    for kind, place in _KINDS.items():
        # In the order of their ids, since the file lists them in any.
        of_kind = sorted({each.target for each in relations if each.kind == kind and each.target})
        for name in of_kind:
            parts.setdefault(name, (place, True, ""))
    if comments:
        for each in relations:
            if each.kind == COMMENTS and each.target:
                parts.setdefault(each.target, ("a comment", True, "in a comment"))
    stories = []
    for name, (place, noteless, concern) in parts.items():
        root = package.tree(name)
        changed = _joined(root)
        walker = Walker(name, place, root, styles, noteless=noteless, concern=concern)
        stories.append(walker.walk())
        stories[-1].changed = changed
    return stories


def _joined(root: etree._Element) -> bool:
    """Join texts that comments and instructions of XML divide, which Word does not see."""
    found = next(root.iter(etree.Comment, etree.ProcessingInstruction), None) is not None
    if found:
        etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    return found
