"""A container gives back what was packed, to numpy too, and refuses whatever it would not have written."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.posterior import container
from shellcount.posterior.container import array_bytes, is_sealed, is_unchanged, pack, read_array, unpack

SEAL_LENGTH = len("\nshellcount sha256:\n") + 64
ENTRIES = {"run.json": b'{"a": 1}', "draws/load.npy": array_bytes(np.arange(6.0).reshape(2, 3)), "é": b""}
CONTENT = pack(ENTRIES)


def taken_apart(content: bytes) -> dict[str, bytes]:
    return {name: bytes(entry) for name, entry in unpack(content).items()}


@given(st.dictionaries(st.text(max_size=5), st.binary(max_size=50), max_size=4))
def test_what_was_packed_is_unpacked(entries: dict[str, bytes]) -> None:
    content = pack(entries)
    assert is_sealed(content)
    assert is_unchanged(content)
    assert list(taken_apart(content).items()) == list(entries.items())


def test_other_programs_open_it() -> None:
    with zipfile.ZipFile(io.BytesIO(CONTENT)) as file:
        assert file.testzip() is None
        assert {name: file.read(name) for name in file.namelist()} == ENTRIES
    with np.load(io.BytesIO(CONTENT)) as arrays:
        np.testing.assert_array_equal(arrays["draws/load"], [[0, 1, 2], [3, 4, 5]], strict=False)


@pytest.mark.parametrize("place", range(len(CONTENT) - SEAL_LENGTH))
def test_a_change_of_any_byte_of_a_header_is_refused(place: int) -> None:
    """What is unpacked all the same is what packing it gives: bytes of an entry and its checksum."""
    changed = bytearray(CONTENT)
    changed[place] ^= 1
    with pytest.raises(ValueError, match=r"entr|codec|directory"):
        taken_apart(bytes(changed))


def of_zipfile(**options: Any) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **options) as file:
        file.writestr("run.json", b"{}" * 50)
        file.comment = CONTENT[-SEAL_LENGTH:]
    return buffer.getvalue()


FOREIGN = {
    "empty": b"",
    "compressed": of_zipfile(compression=zipfile.ZIP_DEFLATED),
    "of another writer": of_zipfile(),
    "with bytes before": b"x" + CONTENT,
    "with bytes between": CONTENT[:-SEAL_LENGTH] + b"x" + CONTENT[-SEAL_LENGTH:],
    "two": CONTENT[:-SEAL_LENGTH] + CONTENT,
    "cut in a header": CONTENT[:20],
    "cut in an entry": CONTENT[:100] + CONTENT[-SEAL_LENGTH:],
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_what_it_would_not_have_written_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"entr|codec|directory"):
        unpack(content)


def test_an_entry_twice_is_refused() -> None:
    parts = pack({"a": b"1", "b": b"2"}).replace(b"\x01\x00\x00\x00b", b"\x01\x00\x00\x00a")
    renamed = parts.replace(b"b2", b"a2").replace(
        b"b" + parts[-22 - SEAL_LENGTH :], b"a" + parts[-22 - SEAL_LENGTH :]
    )
    with pytest.raises(ValueError, match="an entry appears twice"):
        unpack(renamed)


def test_more_entries_than_the_format_has_room_for_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = pack({"a": b"", "b": b"", "c": b""})
    monkeypatch.setattr(container, "_MOST_ENTRIES", 2)
    with pytest.raises(ValueError, match="there are too many"):
        unpack(content)
    with pytest.raises(OverflowError, match="is too large to be saved"):
        pack({"a": b"", "b": b"", "c": b""})


def test_what_is_too_large_for_the_format_is_not_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "_MOST", 40)
    for entries in ({"a": bytes(41)}, {"a": bytes(30), "b": bytes(30)}):
        with pytest.raises(OverflowError, match="is too large to be saved"):
            pack(entries)


def test_no_declared_size_takes_memory() -> None:
    """Sizes in headers are compared, and nothing is allocated for them."""
    head = bytearray(CONTENT[:30])
    for place in (18, 22):
        head[place : place + 4] = b"\xff\xff\xff\xff"
    content = bytes(head) + CONTENT[30:]
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="entry"):
            unpack(content)
        with pytest.raises(ValueError, match="an array is not"):
            read_array(memoryview(ENTRIES["draws/load.npy"]), (10**9, 10**9))
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.array([[1.5, -0.0], [np.nan, np.inf]]), "float64"),
        (np.array([[1.5]], np.float32), "float64"),
        (np.array([[True, False]]), "bool"),
        (np.array([[1, -2]], np.int32), "int64"),
        (np.array([[1, 2**63]], np.uint64), "uint64"),
        (np.arange(6.0).reshape(2, 3).T, "float64"),
        (np.array([[1.5]], ">f8"), "float64"),
    ],
    ids=str,
)
def test_an_array_is_read_as_it_was_written(values: Any, kind: str) -> None:
    content = array_bytes(values)
    found = read_array(memoryview(content), values.shape)
    np.testing.assert_array_equal(found, values)
    assert found.dtype == kind
    assert found.flags.writeable
    np.testing.assert_array_equal(np.load(io.BytesIO(content), allow_pickle=False), values)


def test_what_numpy_writes_of_doubles_is_read() -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.arange(6.0).reshape(2, 3))
    np.testing.assert_array_equal(
        read_array(memoryview(buffer.getvalue()), (2, 3)), np.arange(6.0).reshape(2, 3)
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        array_bytes(np.zeros((3, 2))),
        array_bytes(np.zeros((2, 3)))[:-1],
        array_bytes(np.zeros((2, 3))) + b"\0",
        array_bytes(np.zeros((2, 3), bool))[:-1] + b"\2",
        array_bytes(np.zeros((2, 3))).replace(b"<f8", b"|O8"),
        array_bytes(np.zeros((2, 3))).replace(b"False", b"True "),
    ],
    ids=range(7),
)
def test_an_array_of_another_shape_or_type_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="an array is not of the shape or type that it must have"):
        read_array(memoryview(content), (2, 3))
