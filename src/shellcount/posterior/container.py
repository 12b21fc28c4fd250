"""Pack entries into the bytes of a sealed .npz file, and unpack them without trusting what it declares.

The file is a zip archive of uncompressed entries, as ``numpy.load`` reads it: arrays in numpy's own format,
and a document. Nothing in it can refer to another file, run code, or unpack to more than the size of the
file. The archive ends in a comment with the SHA-256 of all that is before the comment.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from collections.abc import Mapping

import numpy as np

from shellcount.maths.arrays import Array

_SEAL = re.compile(rb"\nshellcount sha256:([0-9a-f]{64})\n\Z")
_SEAL_LENGTH = len(b"\nshellcount sha256:\n") + 64
_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")
_VERSION, _NAMES_IN_UTF8, _STORED = 20, 0x800, 0
_FIRST_DAY = 0x21  # 1 January 1980, the first day of zip files
_MOST, _MOST_ENTRIES = 2**32 - 1, 2**16 - 1
_KINDS = {"f": "<f8", "i": "<i8", "u": "<u8", "b": "|b1"}
_PLACES = "<u2"  # small whole numbers, such as places among points


def pack(entries: Mapping[str, bytes]) -> bytes:
    """Write entries into the bytes of a file, in their order; equal entries give equal bytes.

    Raises
    ------
    OverflowError
        When they are too large for the format.

    Examples
    --------
    >>> {name: bytes(content) for name, content in unpack(pack({"a.txt": b"text"})).items()}
    {'a.txt': b'text'}
    """
    parts: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name, content in entries.items():
        head = _described(name, content)
        parts += [_LOCAL.pack(b"PK\3\4", *head), name.encode(), content]
        directory.append(_in_directory(head, offset) + name.encode())
        offset += _LOCAL.size + len(name.encode()) + len(content)
    body = b"".join([*parts, *directory, _end(directory, offset)])
    return body + f"\nshellcount sha256:{hashlib.sha256(body).hexdigest()}\n".encode()


def _described(name: str, content: bytes | memoryview) -> tuple[int, ...]:
    """Describe an entry as both of its headers do."""
    if len(content) > _MOST:
        raise OverflowError("is too large to be saved")
    checksum, size = zlib.crc32(content), len(content)
    return _VERSION, _NAMES_IN_UTF8, _STORED, 0, _FIRST_DAY, checksum, size, size, len(name.encode()), 0


def _in_directory(head: tuple[int, ...], offset: int) -> bytes:
    if offset > _MOST:
        raise OverflowError("is too large to be saved")
    return _CENTRAL.pack(b"PK\1\2", _VERSION, *head, 0, 0, 0, 0, offset)


def _end(directory: list[bytes], offset: int) -> bytes:
    count, size = len(directory), sum(map(len, directory))
    if count > _MOST_ENTRIES or offset > _MOST:
        raise OverflowError("is too large to be saved")
    return _END.pack(b"PK\5\6", 0, 0, count, count, size, offset, _SEAL_LENGTH)


def is_sealed(content: bytes) -> bool:
    """Tell whether content ends in a seal, whatever it says."""
    return _SEAL.search(content[-_SEAL_LENGTH:]) is not None


def is_unchanged(content: bytes) -> bool:
    """Tell whether the seal of content is that of what precedes it."""
    seal = _SEAL.search(content[-_SEAL_LENGTH:])
    body = memoryview(content)[:-_SEAL_LENGTH]
    return seal is not None and hashlib.sha256(body).hexdigest().encode() == seal[1]


def unpack(content: bytes) -> dict[str, memoryview]:
    """Read the entries that :func:`pack` has written, in their order, without a copy; refuse other content.

    Raises
    ------
    ValueError
        When the content is not exactly what packing its entries gives.
    """
    entries: dict[str, memoryview] = {}
    directory: list[bytes] = []
    view = memoryview(content)
    offset = 0
    while content.startswith(b"PK\3\4", offset):
        if len(view) < offset + _LOCAL.size:
            raise ValueError("an entry is cut short")
        size, length = _LOCAL.unpack_from(view, offset)[8:10]
        start = offset + _LOCAL.size + length
        name = str(view[offset + _LOCAL.size : start], "utf-8")
        entry = view[start : start + size]
        head = _described(name, entry)
        if len(entry) != size or view[offset : offset + _LOCAL.size] != _LOCAL.pack(b"PK\3\4", *head):
            raise ValueError("an entry is not as it would be written")
        if name in entries or len(entries) == _MOST_ENTRIES:
            raise ValueError("an entry appears twice, or there are too many")
        entries[name] = entry
        directory.append(_in_directory(head, offset) + name.encode())
        offset = start + size
    if offset > _MOST or view[offset:-_SEAL_LENGTH] != b"".join([*directory, _end(directory, offset)]):
        raise ValueError("the directory of its entries is not as it would be written")
    return entries


def array_bytes(values: Array) -> bytes:
    """Write an array in numpy's format, as doubles, integers of 64 or unsigned 16 bits, or booleans.

    Examples
    --------
    >>> read_array(memoryview(array_bytes(np.array([[1.5, 2.5]]))), (1, 2))
    array([[1.5, 2.5]])
    """
    kind = _PLACES if values.dtype == np.uint16 else _KINDS[values.dtype.kind]
    return _head(kind, values.shape) + np.ascontiguousarray(values, dtype=kind).tobytes()


def _head(kind: str, shape: tuple[int, ...]) -> bytes:
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape!r}, }}"
    text = text.ljust(-(-(len(text) + 11) // 64) * 64 - 11) + "\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text.encode("ascii")


def read_array(content: memoryview, shape: tuple[int, ...]) -> Array:
    """Read an array of a known shape.

    Raises
    ------
    ValueError
        When the content is not such an array: nothing that it declares is used, only compared.
    """
    for kind in (*_KINDS.values(), _PLACES):
        head = _head(kind, shape)
        if content[: len(head)] == head and len(content) == len(head) + _bytes_of(kind, shape):
            values = np.frombuffer(content[len(head) :], kind)
            if kind == "|b1" and values.size and values.view(np.uint8).max() > 1:
                break
            return values.reshape(shape).astype(values.dtype.newbyteorder("="))
    raise ValueError("an array is not of the shape or type that it must have")


def _bytes_of(kind: str, shape: tuple[int, ...]) -> int:
    size = np.dtype(kind).itemsize
    for length in shape:
        size *= length
    return size
