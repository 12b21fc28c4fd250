"""Write canonical JSON and its SHA-256, by which two people can tell that they hold the same thing."""

from __future__ import annotations

import hashlib
import json

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None


def canonical_json(value: Json) -> bytes:
    """Write a value as canonical JSON, the form that is hashed.

    Keys are sorted; there is no white space, NaN or infinity; the encoding is UTF-8; floats take
    the shortest form that reads back as the same double.

    Raises
    ------
    ValueError
        For NaN and infinite numbers, which JSON lacks.

    Examples
    --------
    >>> canonical_json({"b": 1, "a": [0.1, None]})
    b'{"a":[0.1,null],"b":1}'
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def digest(value: Json) -> str:
    """Hash a value: SHA-256 (FIPS 180-4) of its canonical JSON, as ``sha256:`` and 64 hex digits.

    Examples
    --------
    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    True
    >>> digest({})[:15]
    'sha256:44136fa3'
    """
    return f"sha256:{hashlib.sha256(canonical_json(value)).hexdigest()}"
