"""What is no Word document is refused, and what would need too much is refused before it is unpacked."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import pytest

from counting import calls
from shellcount import limits
from shellcount.citing.documents.pieces import Value
from shellcount.citing.documents.word.docx import fill, read, scan
from shellcount.digest import Json
from shellcount.errors import DocumentError, LimitError, ShellcountError
from worddocs import NAMESPACES, W, paragraph, parts_of, run, unzipped, word_document, zipped

RECORD: Json = {"record": "x"}


def plain() -> bytes:
    """A document as a library writes it, with all that Word has in one."""
    document = docx.Document()
    document.add_paragraph("{{ a }}")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def without(part: str) -> bytes:
    return zipped({name: content for name, content in unzipped(plain()).items() if name != part})


def with_part(part: str, content: bytes) -> bytes:
    return zipped({**unzipped(plain()), part: content})


def with_headers(change: Callable[[bytearray, int, int], None]) -> bytes:
    """The document after a change at every header of a part: its own, and that in the list at the end."""
    data = bytearray(plain())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(signature)
        while place >= 0:
            change(data, place, flags)
            place = data.find(signature, place + 4)
    return bytes(data)


def encrypted() -> bytes:
    def change(data: bytearray, place: int, flags: int) -> None:
        data[place + flags] |= 1

    return with_headers(change)


def with_method(method: int) -> bytes:
    return with_headers(lambda data, place, flags: struct.pack_into("<H", data, place + flags + 2, method))


def torn() -> bytes:
    data = bytearray(plain())
    data[60:400] = bytes(340)
    return bytes(data)


def twice(second: str) -> bytes:
    buffer = io.BytesIO(plain())
    with zipfile.ZipFile(buffer, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(second, b"<a/>")
    return buffer.getvalue()


def with_type(blob: bytes) -> bytes:
    return blob.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1)


DOCUMENT = word_document(paragraph(run("{{ a }}")))
BROKEN: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: b"{{ load }}",
    "half": lambda: plain()[: len(plain()) // 2],
    "no document": lambda: without("word/document.xml"),
    "no types": lambda: without("[Content_Types].xml"),
    "no relationships": lambda: without("_rels/.rels"),
    "no styles": lambda: without("word/styles.xml"),
    "no XML": lambda: with_part("word/document.xml", b"no XML"),
    "blank XML": lambda: with_part("word/document.xml", b""),
    "deep XML": lambda: with_part("word/document.xml", b"<a>" * 100_000),
    "types of another kind": lambda: with_part("[Content_Types].xml", b"<a/>"),
    "encrypted": encrypted,
    "unknown compression": lambda: with_method(99),
    "another compression": lambda: with_method(12),
    "torn": torn,
    "two parts of one name": lambda: twice("word/document.xml"),
    "two parts of one name in another case": lambda: twice("WORD/Document.xml"),
    "an older document": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
    "entities": lambda: with_part("word/document.xml", with_type(unzipped(DOCUMENT)["word/document.xml"])),
    "entities in UTF-16": lambda: with_part(
        "word/document.xml",
        with_type(unzipped(DOCUMENT)["word/document.xml"])
        .decode()
        .replace("UTF-8", "UTF-16")
        .encode("utf-16"),
    ),
    "another encoding": lambda: with_part(
        "word/document.xml",
        unzipped(DOCUMENT)["word/document.xml"].decode().replace("UTF-8", "UTF-7").encode("utf-7"),
    ),
    "a workbook": lambda: with_part(
        "[Content_Types].xml",
        unzipped(plain())["[Content_Types].xml"].replace(
            b"wordprocessingml.document", b"spreadsheetml.sheet"
        ),
    ),
}


@pytest.mark.parametrize("make", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_word_document_is_refused(make: Callable[[], bytes]) -> None:
    data = make()
    for use in (scan, read):
        with pytest.raises(DocumentError, match="it is not a Word document"):
            use(data)


def test_a_strict_document_is_refused_with_what_to_do() -> None:
    parts = parts_of(paragraph(run("{{ a }}")))
    strict = b"http://purl.oclc.org/ooxml/officeDocument"
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(
        b"http://schemas.openxmlformats.org/officeDocument/2006", strict
    )
    with pytest.raises(
        DocumentError, match=r"Strict Open XML Document.* save it as Word Document \(\.docx\)"
    ):
        scan(zipped(parts))


@pytest.mark.parametrize("content", [b"<a/>", f'<w:document xmlns:w="{W}"/>'.encode()])
def test_a_document_without_a_body_asks_for_nothing_or_is_refused(content: bytes) -> None:
    found: Any = ()
    try:
        found = scan(with_part("word/document.xml", content)).placeholders
    except DocumentError:
        found = ()
    assert found == ()


def test_damaged_bytes_never_raise_anything_else() -> None:
    data = DOCUMENT
    outcomes = set()
    for place in range(0, len(data), 7):
        broken = bytearray(data)
        broken[place] ^= 0x55
        try:
            scan(bytes(broken))
            outcomes.add("read")
        except ShellcountError:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}


# --- sizes -------------------------------------------------------------------------------


def of_zeros(part: str, size: int) -> bytes:
    """A document with a part that unpacks to zeros."""
    buffer = io.BytesIO(DOCUMENT)
    block = bytes(1_000_000)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as bomb, bomb.open(part, "w") as entry:
        for _ in range(size // len(block)):
            entry.write(block)
    return buffer.getvalue()


@pytest.mark.parametrize("part", ["word/other.xml", "word/media/image1.png"])
def test_a_small_file_that_unpacks_to_a_huge_one_is_refused_unread(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = of_zeros(part, 70_000_000)
    assert len(data) < 1_000_000
    monkeypatch.setattr(zipfile.ZipFile, "open", None)
    for use in (scan, read):
        with pytest.raises(
            LimitError, match=f"its part {part} needs 70 MB .limit 64 MB.*--limit document=70MB"
        ):
            use(data)


def test_the_mark_up_of_all_parts_together_is_limited() -> None:
    parts = {
        **parts_of(paragraph(run("{{ a }}"))),
        **{f"word/other{n}.xml": bytes(400_000) for n in range(4)},
    }
    with (
        limits.raised({"document": 1e6}),
        pytest.raises(LimitError, match=r"its mark-up, unpacked, needs 1\.6 MB"),
    ):
        scan(zipped(parts))


def test_all_parts_together_are_limited() -> None:
    media = {f"word/media/image{number}.png": bytes(400_000) for number in range(4)}
    parts = {**parts_of(paragraph(run("{{ a }}"))), **media}
    size = sum(map(len, parts.values()))
    with limits.raised({"unpacked": size}):
        assert len(scan(zipped(parts)).placeholders) == 1
    with (
        limits.raised({"unpacked": size - 1}),
        pytest.raises(LimitError, match=r"the document, unpacked, needs 1\.6 MB .*--limit unpacked="),
    ):
        scan(zipped(parts))


def test_media_are_copied_but_not_counted_as_mark_up() -> None:
    media = {f"word/media/image{number}.png": bytes(400_000) for number in range(4)}
    with limits.raised({"document": 1e6}):
        data = zipped({**parts_of(paragraph(run("{{ a }}"))), **media})
        done = unzipped(fill(data, [Value("a", "12")], [], lambda _: RECORD))
    assert {name: done[name] for name in media} == media


def test_a_part_that_unpacks_to_more_than_it_declares_is_refused() -> None:
    data = bytearray(zipped({**parts_of(paragraph(run("{{ a }}"))), "word/other.xml": b" " * 100_000}))
    place = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, place + 24, 10)
    with pytest.raises(DocumentError, match="it is not a Word document"):
        scan(bytes(data))


def test_the_number_of_parts_is_limited() -> None:
    parts = {**parts_of(paragraph()), **{f"word/{number}.xml": b"" for number in range(50)}}
    with limits.raised({"parts": 40}), pytest.raises(LimitError, match=r"the Word document needs 5. parts"):
        scan(zipped(parts))


@pytest.mark.parametrize(
    "content", ["<w:b/>" * 3_000, "<w:r " + " ".join(f'w:a{n}=""' for n in range(3_000)) + "/>"]
)
def test_tags_and_attributes_are_counted_before_they_are_parsed(content: str) -> None:
    data = word_document(paragraph(content))
    with (
        limits.raised({"markup": 2_000}),
        pytest.raises(LimitError, match=r"its part word/document\.xml needs 3,"),
    ):
        scan(data)


def test_the_number_of_placeholders_and_numbers_is_limited() -> None:
    template = word_document(paragraph(run("{{ a }} " * 30)))
    done = fill(template, [Value("a", "12")] * 30, [], lambda _: RECORD)
    with limits.raised({"numbers": 20}):
        with pytest.raises(LimitError, match="the template needs 30 numbers"):
            scan(template)
        with pytest.raises(LimitError, match="the document needs 30 numbers"):
            read(done)


@pytest.mark.parametrize("properties", ["", "<w:b/>" + '<w:lang w:val="en"/>' * 30])
@pytest.mark.parametrize("noted", [1, 30])
def test_what_is_filled_can_be_read_under_the_same_limits(properties: str, noted: int) -> None:
    template = word_document(paragraph(run("{{ a }} " * 30, properties)))
    values = [Value("a", "12", 1 + number % noted) for number in range(30)]
    done = fill(template, values, ["note"] * noted, lambda _: RECORD)
    document = unzipped(done)["word/document.xml"]
    needed = document.count(b"<") + document.count(b"=")
    with limits.raised({"markup": needed - 1}), pytest.raises(LimitError, match="the filled document needs"):
        scan(template)
    with limits.raised({"markup": 2 * needed}):
        assert len(scan(template).placeholders) == 30


# --- work --------------------------------------------------------------------------------


def one_run(size: int) -> str:
    return paragraph(run("a {{ b }}, " * size))


def many_runs(size: int) -> str:
    return paragraph(*(run(text) for _ in range(size) for text in ("a {", "{ b }", "}, ")))


def many_paragraphs(size: int) -> str:
    return paragraph(run("a {{ b }}")) * size


def without_placeholders(size: int) -> str:
    return paragraph(*(run("{ } ") for _ in range(size)))


def open_fields(size: int) -> str:
    return paragraph('<w:r><w:fldChar w:fldCharType="begin"/></w:r>' * size, run("x") * size)


def boxes(size: int) -> str:
    content = f"<w:txbxContent>{paragraph(run('{{ b }}'))}</w:txbxContent>"
    pair = f'<mc:Choice Requires="w">{content}</mc:Choice><mc:Fallback>{content}</mc:Fallback>'
    return paragraph(f"<w:r><mc:AlternateContent>{pair}</mc:AlternateContent></w:r>" * size)


def controls(size: int) -> str:
    tag = '<w:sdtPr><w:tag w:val="shellcount:abc"/></w:sdtPr>'
    return paragraph(f"<w:sdt>{tag}<w:sdtContent>{run('7')}</w:sdtContent></w:sdt>\u2009[1]" * size)


def based_styles(size: int) -> str:
    return "".join(paragraph(f'<w:pPr><w:pStyle w:val="s{n}"/></w:pPr>', run("x")) for n in range(size))


SHAPES = (
    one_run,
    many_runs,
    many_paragraphs,
    without_placeholders,
    open_fields,
    boxes,
    controls,
    based_styles,
)


def styles_based_on_each_other(size: int) -> str:
    return "".join(
        f'<w:style w:styleId="s{n}"><w:basedOn w:val="s{(n + 1) % size}"/></w:style>' for n in range(size)
    )


def work(shape: Callable[[int], str], size: int) -> int:
    """Calls that it takes to scan, fill and read a document of a size."""
    template = word_document(shape(size), styles=styles_based_on_each_other(size))
    places = scan(template).placeholders
    values = [Value(f"{number:03x}", "12", 1) for number, _ in enumerate(places)]
    done = fill(template, values, ["note"], lambda _: RECORD)
    return sum(
        calls(use)
        for use in (
            lambda: scan(template),
            lambda: fill(template, values, ["note"], lambda _: RECORD),
            lambda: read(done),
        )
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_the_work_grows_as_the_document_does(shape: Callable[[int], str]) -> None:
    few, many = work(shape, 50), work(shape, 200)
    assert many < 4.4 * few


def test_thousands_of_records_are_read_in_one_pass_each() -> None:
    def of(size: int) -> bytes:
        record = b'<record xmlns="urn:shellcount:record">{"n": 1}</record>'
        return zipped({**parts_of(paragraph()), **{f"customXml/item{n}.xml": record for n in range(size)}})

    few, many = of(100), of(400)
    assert len(read(many).records) == 400
    assert calls(lambda: read(many)) < 4.4 * calls(lambda: read(few))


def test_nesting_is_refused_beyond_what_a_parser_of_mark_up_allows() -> None:
    deep = "<w:sdt><w:sdtContent>" * 2_000 + run("{{ a }}") + "</w:sdtContent></w:sdt>" * 2_000
    assert NAMESPACES
    with pytest.raises(DocumentError, match="it is not a Word document"):
        scan(word_document(paragraph(deep)))
