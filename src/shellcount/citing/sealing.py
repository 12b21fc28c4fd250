"""Add a seal to the record of a document, so that only who has its key can change it unnoticed.

Without a key, an audit finds accidents: whoever changes a number on purpose can change the record as well.
"""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import Literal

from shellcount.citing.documents.records import Record
from shellcount.digest import Json, canonical_json
from shellcount.errors import DocumentError
from shellcount.files.reading import io_errors_as, read_regular
from shellcount.text import one_line

SHORTEST_KEY, LARGEST_KEY = 16, 2**20
_PURPOSE = b"shellcount/seal/1\n"


def read_key(path: str | Path) -> bytes:
    """Read a key: all bytes of a regular file.

    Raises
    ------
    DocumentError
        When it cannot be read, is not a regular file, or is too short to be a key.

    Examples
    --------
    >>> read_key("missing.key")
    Traceback (most recent call last):
    ...
    shellcount.errors.DocumentError: the key missing.key cannot be read: No such file or directory
    """
    shown = one_line(str(path))
    with io_errors_as(lambda reason: DocumentError(f"the key {shown} cannot be read: {reason}")):
        key = read_regular(path, LARGEST_KEY)
    if len(key) < SHORTEST_KEY:
        raise DocumentError(
            f"the key {shown} has {len(key)} bytes, and needs at least {SHORTEST_KEY}; "
            "make one with: head -c 32 /dev/urandom > FILE"
        )
    return key


def sealed(record: Record, key: bytes) -> Record:
    """Add a seal to a record, with the texts of all numbers and references in it."""
    return record.model_copy(update={"seal": _seal(record, key)})


def check_seal(record: Record, key: bytes) -> Literal["same", "drifted", "missing"]:
    """Check the seal of a record: ``drifted`` if the record was changed, or sealed with another key."""
    if record.seal is None:
        return "missing"
    same = hmac.compare_digest(_seal(record, key).encode(), record.seal.encode())
    return "same" if same else "drifted"


def _seal(record: Record, key: bytes) -> str:
    content: Json = record.model_dump(mode="json", exclude={"seal"})
    return hmac.new(key, _PURPOSE + canonical_json(content), hashlib.sha256).hexdigest()
