"""Open the archive that a Word document is, within limits, and write it with some of its parts changed.

Sizes are refused as the archive declares them, before anything is unpacked; no part can unpack to more than
it declares. All other parts are copied byte for byte.
"""

from __future__ import annotations

import contextlib
import io
import posixpath
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree

from shellcount.errors import DocumentError
from shellcount.frozen import frozen
from shellcount.limits import require_within
from shellcount.text import one_line

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RECORD = "urn:shellcount:record"  # namespace of the part that the record is kept in
XML_ENDINGS = (".xml", ".rels", ".vml")

_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_CONTENT_TYPES = "[Content_Types].xml"
_MAIN_TYPES = re.compile(
    r"application/vnd\.(?:openxmlformats-officedocument\.wordprocessingml|ms-word)"
    r"\.(?:document|template)(?:\.macroEnabled\w*)?\.main\+xml",
    re.IGNORECASE,
)
_ENCODING = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)[\"']")
_ENCODINGS = frozenset({b"utf-8", b"utf-16", b"us-ascii"})
_OLE = b"\xd0\xcf\x11\xe0"  # a .doc file, or a .docx file under a password
_ENTRY = b"PK\x01\x02"
# Raised by zipfile where an archive is damaged, encrypted or compressed in an unknown way.
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, OSError, EOFError, ValueError),
    *(KeyError, IndexError, RuntimeError, OverflowError, zipfile.LargeZipFile),
)


@frozen
class Relation:
    """Relationship from one part to another.

    Parameters
    ----------
    id, kind
        Its id, and the last word of its type, such as ``footnotes``.
    target
        Name of the other part; empty if it is outside the document.
    """

    id: str
    kind: str
    target: str


def not_word(reason: str) -> DocumentError:
    """Make the error for a file that is not a Word document, or not one that Word would write."""
    return DocumentError(
        f"it is not a Word document ({reason}); open it in a word processor, and save it as .docx"
    )


@contextlib.contextmanager
def damage_named() -> Iterator[None]:
    """Turn what the libraries raise for a damaged archive into an error of shellcount."""
    try:
        yield
    except _DAMAGE as error:
        raise not_word(one_line(str(error), 100)) from None


class Package:
    """Parts of a Word document, by name.

    Parameters
    ----------
    data
        Content of the file.

    Raises
    ------
    DocumentError
        When it is not a Word document.
    LimitError
        When it has more parts, or larger ones, than is allowed.
    """

    def __init__(self, data: bytes) -> None:
        if data.startswith(_OLE):
            raise DocumentError(
                "it is not a Word document of the kind .docx (it is under a password, or of the older kind "
                ".doc); save it as .docx without a password"
            )
        require_within("parts", data.count(_ENTRY), "the Word document")
        with damage_named():
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        self._infos = {info.filename: info for info in self._zip.infolist()}
        self._changed: dict[str, bytes] = {}
        self._trees: dict[str, etree._Element] = {}
        self._check()
        with damage_named():
            self.main = self._main()

    def _check(self) -> None:
        infos = self._zip.infolist()
        self._names = {name.casefold(): name for name in self._infos}
        if len(self._names) < len(infos):
            raise not_word("two of its parts have the same name")
        if any(info.flag_bits & 0x1 for info in infos):
            raise not_word("it is encrypted")
        if any(info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for info in infos):
            raise not_word("it is compressed in an unknown way")
        for info in infos:
            require_within("document", info.file_size, f"its part {one_line(info.filename, 60)}")
        unpacked = sum(info.file_size for info in infos if info.filename.lower().endswith(XML_ENDINGS))
        require_within("document", unpacked, "its mark-up, unpacked,")
        require_within("unpacked", sum(info.file_size for info in infos), "the document, unpacked,")

    def _main(self) -> str:
        """Find the part that holds the body."""
        types = self.tree(_CONTENT_TYPES)
        if types.tag != f"{_TYPES}Types":
            raise KeyError("no content types")
        for relation in self.tree("_rels/.rels").iter(_RELATION):
            if relation.get("Type") == _STRICT:
                raise DocumentError(
                    "it is a Strict Open XML Document, which cannot be filled; "
                    "save it as Word Document (.docx)"
                )
        main = next((each.target for each in self.relations("") if each.kind == "officeDocument"), "")
        kinds = {
            (each.get("PartName") or "").casefold(): each.get("ContentType")
            for each in types.iter(f"{_TYPES}Override")
        }
        if not _MAIN_TYPES.fullmatch(kinds.get(f"/{main.casefold()}") or ""):
            raise KeyError("no body")
        return main

    # --- reading ---

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all parts."""
        return tuple(dict.fromkeys((*self._infos, *self._changed)))

    def has(self, name: str) -> bool:
        """Tell whether there is a part of this name, in whatever case."""
        return name in self._changed or name.casefold() in self._names

    def blob(self, name: str) -> bytes:
        """Read a part, unpacked.

        Raises
        ------
        DocumentError
            When it is missing or damaged.
        """
        if name in self._changed:
            return self._changed[name]
        with damage_named():
            return self._zip.read(self._infos[self._names[name.casefold()]])

    def tree(self, name: str) -> etree._Element:
        """Parse a part; what is changed in the result is written only if it is given to :meth:`put`.

        Raises
        ------
        DocumentError
            When it is missing or damaged.
        """
        if name not in self._trees:
            self._trees[name] = parsed(self.blob(name), name)
        return self._trees[name]

    def relations(self, name: str) -> list[Relation]:
        """List the relationships of a part; those of the whole document if it has no name."""
        folder, base = posixpath.split(name)
        listed = f"{folder}/_rels/{base}.rels".lstrip("/")
        if not self.has(listed):
            return []
        found = []
        for each in self.tree(listed).iter(_RELATION):
            target = unquote(each.get("Target") or "")
            inside = (each.get("TargetMode") or "").lower() != "external"
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/") if inside else ""
            found.append(
                Relation(each.get("Id") or "", (each.get("Type") or "").rsplit("/", 1)[-1], self._own(path))
            )
        return found

    def _own(self, name: str) -> str:
        return self._names.get(name.casefold(), name)

    # --- writing ---

    def put(self, name: str, content: etree._Element) -> None:
        """Replace a part, or add one."""
        self._trees[name] = content
        self._changed[name] = etree.tostring(content, xml_declaration=True, encoding="UTF-8", standalone=True)

    def add(self, name: str, content: etree._Element, kind: str, content_type: str) -> None:
        """Add a part that the body is related to.

        Parameters
        ----------
        name, content
            Its name and content.
        kind
            Last word of the type of the relationship.
        content_type
            Its type.
        """
        self.put(name, content)
        types = self.tree(_CONTENT_TYPES)
        etree.SubElement(types, f"{_TYPES}Override", PartName=f"/{name}", ContentType=content_type)
        self.put(_CONTENT_TYPES, types)
        folder, base = posixpath.split(self.main)
        listed = f"{folder}/_rels/{base}.rels".lstrip("/")
        if self.has(listed):
            listed = self._own(listed)
            relations = self.tree(listed)
        else:
            relations = etree.Element(_RELATION.removesuffix("hip") + "hips", nsmap={None: _RELATION[1:-13]})
        taken = {each.get("Id") for each in relations}
        free = next(key for number in range(1, len(taken) + 2) if (key := f"rIdS{number}") not in taken)
        etree.SubElement(
            relations, _RELATION, Id=free, Type=f"{RELATIONSHIPS}/{kind}", Target=posixpath.join("/", name)
        )
        self.put(listed, relations)

    def free_name(self, start: str, end: str = ".xml") -> str:
        """Find a name that no part has, with the first free number in it."""
        number = 1
        while self.has(f"{start}{number}{end}"):
            number += 1
        return f"{start}{number}{end}"

    def written(self) -> bytes:
        """Write the document: changed and added parts, and a copy of all others.

        Raises
        ------
        DocumentError
            When one of the others is damaged.
        """
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new, damage_named():
            for name, info in self._infos.items():
                header = zipfile.ZipInfo(name, info.date_time)
                header.compress_type, header.external_attr = info.compress_type, info.external_attr
                header.file_size = info.file_size
                if name in self._changed:
                    new.writestr(header, self._changed[name])
                elif info.is_dir():
                    new.writestr(header, b"", zipfile.ZIP_STORED)
                else:
                    with self._zip.open(info) as old, new.open(header, "w") as copy:
                        shutil.copyfileobj(old, copy)
            for name in [name for name in self._changed if name not in self._infos]:
                header = zipfile.ZipInfo(name)  # dated 1980, so that the same input gives the same file
                header.compress_type = zipfile.ZIP_DEFLATED
                new.writestr(header, self._changed[name])
        return buffer.getvalue()


def mark_up(blob: bytes) -> int:
    """Count the tags and attributes of mark-up, or somewhat more."""
    return blob.count(b"<") + blob.count(b"=")


def parsed(blob: bytes, name: str) -> etree._Element:
    """Parse mark-up, without entities, after a count of what it would need.

    Raises
    ------
    DocumentError
        When it is damaged, or declares entities.
    LimitError
        When it has more tags and attributes than is allowed.
    """
    shown = one_line(name, 60)
    require_within("markup", mark_up(blob), f"its part {shown}")
    encoding = _ENCODING.match(blob)
    if encoding is not None and encoding[1].lower() not in _ENCODINGS:
        raise not_word(f"its part {shown} is neither UTF-8 nor UTF-16")
    if blob[:1] == b"\x4c" or any(
        "<!DOCTYPE".encode(kind) in blob for kind in ("ascii", "utf-16-le", "utf-16-be")
    ):
        raise not_word(f"its part {shown} declares a type or entities")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    with damage_named():
        return etree.fromstring(blob, parser)
