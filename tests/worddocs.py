"""Word documents in few parts, written by hand: what Word itself writes, without what no test is about."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "w": W,
        "m": f"{OFFICE}/math",
        "r": f"{OFFICE}/relationships",
        "v": "urn:schemas-microsoft-com:vml",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    }.items()
)
RELATED = ("header", "footer", "footnotes", "endnotes", "comments", "styles", "settings")
_ROOTS = {"header": "hdr", "footer": "ftr"}
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*content: str) -> str:
    """A paragraph of runs and what else stands in one."""
    return f"<w:p>{''.join(content)}</w:p>"


def word_document(*body: str, **related: str) -> bytes:
    """A document of paragraphs, and of the parts that are named: what stands within their roots."""
    return zipped(parts_of(*body, **related))


def parts_of(*body: str, **related: str) -> dict[str, bytes]:
    """Parts of a document, by name."""
    section = '<w:sectPr><w:pgSz w:w="12240" w:h="15840"/></w:sectPr>'
    content = f"<w:document {NAMESPACES}><w:body>{''.join(body)}{section}</w:body></w:document>"
    types, links = [f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.document.main+xml"/>'], []
    parts = {"word/document.xml": content}
    for number, (kind, within) in enumerate(related.items(), start=1):
        root = _ROOTS.get(kind, kind)
        parts[f"word/{kind}.xml"] = f"<w:{root} {NAMESPACES}>{within}</w:{root}>"
        types.append(f'<Override PartName="/word/{kind}.xml" ContentType="{_MAIN}.{kind}+xml"/>')
        target = f'Type="{OFFICE}/relationships/{kind}" Target="{kind}.xml"'
        links.append(f'<Relationship Id="rId{number}" {target}/>')
    package = "http://schemas.openxmlformats.org/package/2006"
    defaults = '<Default Extension="xml" ContentType="application/xml"/>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">{defaults}{"".join(types)}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        **parts,
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}/relationships">{"".join(links)}'
        "</Relationships>",
    }
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return {name: f"{head}{part}".encode() for name, part in parts.items()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """An archive of parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    """Parts of a document, by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def edited(data: bytes, edit: Callable[[str], str], part: str = "word/document.xml") -> bytes:
    """A document after an edit of one part."""
    parts = unzipped(data)
    return zipped({**parts, part: edit(parts[part].decode()).encode()})


def saved_by_libreoffice(data: bytes) -> bytes:
    """What LibreOffice writes of a document: controls without properties, runs joined, other names of parts.

    A bookmark on the mark of a footnote is before it now.
    """
    renamed: dict[str, bytes] = {}
    for name, content in unzipped(data).items():
        new = name.replace("customXml/shellcount1.xml", "customXml/item2.xml")
        saved = _saved(content.decode()).encode() if name.startswith("word/") else content
        renamed[new] = saved.replace(b"customXml/shellcount1.xml", b"customXml/item2.xml")
    return zipped(renamed)


def _saved(part: str) -> str:
    part = re.sub(r"<w:sdtPr>.*?</w:sdtPr>", "<w:sdtPr></w:sdtPr>", part)
    part = part.replace("<w:sdtContent>", "<w:sdtContent><w:r><w:rPr></w:rPr></w:r>")
    part = re.sub(
        r"(<w:bookmarkStart [^>]*/>)(<w:r>(?:(?!</w:r>).)*<w:footnoteReference (?:(?!</w:r>).)*</w:r>)"
        r"(<w:bookmarkEnd [^>]*/>)",
        r"\1\3\2",
        part,
    )
    same = r"<w:r>(<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t[^>]*>([^<]*)</w:t></w:r>"
    joined = re.compile(same + r"<w:r>(\1)<w:t[^>]*>([^<]*)</w:t></w:r>")
    while joined.search(part):
        part = joined.sub(r'<w:r>\1<w:t xml:space="preserve">\2\4</w:t></w:r>', part)
    return part


def saved_by_pandoc(data: bytes) -> bytes:
    """What pandoc writes of a document: text and footnotes, without controls, bookmarks and records."""
    kept: dict[str, bytes] = {}
    for name, content in unzipped(data).items():
        part = content.decode()
        part = re.sub(r"<w:sdt>(?:(?!<w:sdtContent>).)*<w:sdtContent>|</w:sdtContent></w:sdt>", "", part)
        part = re.sub(r"<w:bookmark(?:Start|End)[^>]*/>", "", part)
        part = re.sub(r"<Relationship [^>]*customXml[^>]*/>", "", part)
        if not name.startswith("customXml/"):
            kept[name] = part.encode()
    return zipped(kept)


def braces_in(data: bytes) -> Iterator[str]:
    """Names of the parts with braces, in their mark-up or in the text of a paragraph; records left out."""
    for name, content in unzipped(data).items():
        text = content.decode(errors="replace")
        if name.startswith("customXml/shellcount"):
            continue
        text = re.sub(
            r"<w:(?:tab|ptab|br|cr|noBreakHyphen|sym)\b[^>]*>", " ", text
        )  # characters of their own
        paragraphs = re.split(r"</?\w+:p[ >]", text)
        if "{{" in text or any("{{" in re.sub(r"<[^>]*>", "", each) for each in paragraphs):
            yield name
