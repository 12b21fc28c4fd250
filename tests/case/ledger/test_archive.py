"""Archives that are damaged, harmful or too large are refused before they are parsed."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from shellcount.errors import LimitError
from shellcount.limits import raised
from spreadsheets import SHEET, by_hand, read, refused, workbook
from worddocs import edited, unzipped, zipped

HEADER = ["id", "date"]


def test_what_unpacks_to_too_much_is_refused_unopened(tmp_path: Path) -> None:
    content = zipped({**unzipped(workbook([HEADER])), "xl/media/zeros.xml": b" " * 10_000_000})
    with raised({"sheet": 1e7}), pytest.raises(LimitError, match=r"the workbook, unpacked, needs 10 MB"):
        read(tmp_path, content)


def test_a_part_that_unpacks_to_more_than_it_declares_is_damage(tmp_path: Path) -> None:
    parts = unzipped(workbook([HEADER]))
    content = zipped({**parts, "xl/bomb.xml": b" " * 1_000_000})
    declared = (1_000_000).to_bytes(4, "little")
    assert content.count(declared) == 2
    assert "is not a workbook, or damaged" in refused(
        tmp_path, content.replace(declared, (1000).to_bytes(4, "little"))
    )


def test_many_parts_are_refused(tmp_path: Path) -> None:
    content = zipped({**unzipped(workbook([HEADER])), **{f"xl/{place}.xml": b"" for place in range(90)}})
    with raised({"parts": 90}), pytest.raises(LimitError, match=r"the workbook needs 1?[0-9]{2} parts"):
        read(tmp_path, content)


@pytest.mark.parametrize(
    "start",
    [
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>',
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "lol"><!ENTITY c "&b;&b;">]>',
        b"\xef\xbb\xbf<!DOCTYPE worksheet>",
    ],
)
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
def test_a_part_that_declares_entities_is_refused(part: str, start: bytes, tmp_path: Path) -> None:
    parts = unzipped(workbook([HEADER]))
    told = refused(tmp_path, zipped({**parts, part: start + parts[part]}))
    assert f"its part {part} declares a type or entities" in told


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "latin-1", "utf-7"])
def test_a_part_in_another_encoding_is_refused(encoding: str, tmp_path: Path) -> None:
    parts = unzipped(workbook([HEADER]))
    declared = f'<?xml version="1.0" encoding="{encoding}"?>' + parts[SHEET].decode()
    told = refused(tmp_path, zipped({**parts, SHEET: declared.encode(encoding)}))
    assert f"its part {SHEET} is not UTF-8" in told


def test_a_picture_may_declare_its_type(tmp_path: Path) -> None:
    content = zipped({**unzipped(workbook([HEADER])), "xl/media/image1.svg": b"<!DOCTYPE svg><svg/>"})
    assert len(read(tmp_path, content).rows) == 1


def test_mark_up_that_makes_no_cells_is_limited(tmp_path: Path) -> None:
    content = by_hand("<sheetData/>" + "<a/>" * 30_000)
    with raised({"cells": 1000}), pytest.raises(LimitError, match=rf"its part {SHEET} needs 2,5\d\d cells"):
        read(tmp_path, content)


@pytest.mark.parametrize("missing", ["[Content_Types].xml", "xl/workbook.xml", SHEET])
def test_a_workbook_without_one_of_its_parts_is_refused(missing: str, tmp_path: Path) -> None:
    parts = unzipped(workbook([HEADER]))
    del parts[missing]
    assert refused(tmp_path, zipped(parts)).startswith("is not a workbook, or damaged")


def test_two_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    stream = io.BytesIO(workbook([HEADER]))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(SHEET.upper(), "<worksheet/>")
    assert "two of its parts have the same name" in refused(tmp_path, stream.getvalue())


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, zipped({"word/document.xml": b"<a/>"})).startswith(
        "is not a workbook, or damaged"
    )


def test_a_strict_workbook_is_told_from_an_empty_one(tmp_path: Path) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    content = edited(
        workbook([HEADER]),
        lambda text: text.replace(main, "http://purl.oclc.org/ooxml/spreadsheetml/main"),
        SHEET,
    )
    assert "Strict Open XML" in refused(tmp_path, content)


def test_a_part_that_is_compressed_otherwise_is_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_LZMA) as archive:
        for name, part in unzipped(workbook([HEADER])).items():
            archive.writestr(name, part)
    assert "it is compressed in an unknown way" in refused(tmp_path, stream.getvalue())
