"""Open the archive that a workbook is, within limits: refused before anything in it is parsed.

Sizes are those that the archive declares, and no part can unpack to more than it declares.
"""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import ParseError

from lxml import etree

from shellcount.case.ledger.grid import DamageError, unusable
from shellcount.limits import allowed, require_within
from shellcount.text import one_line

_COMPRESSED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENTRY = b"PK\x01\x02"
_PICTURES = "xl/media/"  # never parsed; pictures in SVG declare types
_ENCODING = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"'](?!utf-8|us-ascii)", re.IGNORECASE
)
_STRICT, _START = b"http://purl.oclc.org/ooxml/spreadsheetml/main", 1000
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_MARKS_A_CELL = 12  # tags and attributes; a plain cell has five to nine
# Raised by zipfile and openpyxl for damaged archives and unexpected mark-up.
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, zipfile.LargeZipFile, etree.XMLSyntaxError, ParseError, OSError),
    *(EOFError, ValueError, KeyError, IndexError, TypeError, AttributeError, RuntimeError, OverflowError),
)


@contextlib.contextmanager
def damage_named(origin: str) -> Iterator[None]:
    """Turn an error about a damaged workbook into an error of shellcount, without the words of a library."""
    try:
        yield
    except _DAMAGE as error:
        reason = f": {one_line(str(error), 100)}" if isinstance(error, DamageError) else ""
        raise unusable(
            origin, f"is not a workbook, or damaged{reason}", "open it in a spreadsheet, and save it as .xlsx"
        ) from None


def require_harmless(data: bytes, origin: str) -> None:
    """Refuse a workbook that would take too much to read, or refers to what is outside it.

    Parameters
    ----------
    data, origin
        Content of the file, and its name for messages.

    Raises
    ------
    CaseError
        When it is damaged, encrypted or declares types or entities.
    LimitError
        When it has more parts, larger ones or more mark-up than is allowed.
    """
    require_within("parts", data.count(_ENTRY), "the workbook")
    with damage_named(origin), zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        if any(info.compress_type not in _COMPRESSED for info in infos):
            raise DamageError("it is compressed in an unknown way")
        if len({info.filename.casefold() for info in infos}) < len(infos):
            raise DamageError("two of its parts have the same name")
        require_within("sheet", sum(info.file_size for info in infos), "the workbook, unpacked,")
        for info in infos:
            if not info.filename.startswith(_PICTURES):
                _require_plain(archive.read(info), one_line(info.filename, 60))


def _require_plain(part: bytes, name: str) -> None:
    """Refuse a part with too much mark-up, in an unusual encoding, or with a declaration of types."""
    marks = part.count(b"<") + part.count(b"=")
    if marks > allowed("cells") * _MARKS_A_CELL:
        require_within("cells", marks // _MARKS_A_CELL, f"its part {name}")
    if _STRICT in part[:_START]:
        raise DamageError("it is a Strict Open XML Spreadsheet")
    if _ENCODING.match(part) or part.startswith(_UTF16):
        raise DamageError(f"its part {name} is not UTF-8")
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise DamageError(f"its part {name} declares a type or entities")
