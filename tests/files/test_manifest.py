"""A manifest is read as it was written, or not at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shellcount.files.manifest import LARGEST, Entry, list_files, parse_manifest

CONTENTS = {"report.md": b"text", "Übersicht.svg": b"", "a b.txt": b"\0" * 10}
WRITTEN = list_files(CONTENTS, ["z.pdf", "old.md"])


def test_a_manifest_is_read_as_it_was_written() -> None:
    found = parse_manifest(WRITTEN.to_bytes())
    assert found is not None
    assert found.files == WRITTEN.files
    assert list(found.files) == list(CONTENTS)
    assert found.earlier == ("old.md", "z.pdf")


def test_an_entry_is_what_others_compute() -> None:
    """The digest of the empty file, as in FIPS 180-4 and `sha256sum`."""
    empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert WRITTEN.files["Übersicht.svg"] == Entry(0, empty)


def edited(path: list[str], value: Any) -> bytes:
    document = json.loads(WRITTEN.to_bytes())
    inner = document
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return json.dumps(document).encode()


FILE = ["files", "report.md"]
PLACES: list[tuple[list[str], list[Any]]] = [
    (["format"], [None, 1, "shellcount/manifest/2"]),
    (["files"], [None, [], "a"]),
    (["earlier"], [None, {}, [1], [None], ["../a"], ["a/b"], [""]]),
    (["more"], [1]),
    (FILE, [None, [], {}, "sha256:", {"size": 1}]),
    ([*FILE, "size"], [-1, 1.0, True, "1", None]),
    ([*FILE, "digest"], [None, "", "sha256:" + "0" * 63, "md5:" + "0" * 64]),
    ([*FILE, "more"], [1]),
]
NAMES = ["", ".", "..", "../a", "/etc/passwd", "a/b", "a\\b", "C:a", "a\0b"]


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"null", b"[]", b"{}", b"\xff", b"{" * 100_000, b"[" * 100_000, b'"' + b"x" * LARGEST),
        *(edited(path, value) for path, values in PLACES for value in values),
        *(edited(["files", name], {"size": 0, "digest": f"sha256:{'0' * 64}"}) for name in NAMES),
    ],
    ids=lambda content: repr(content[-60:]),
)
def test_what_is_no_manifest_is_none(content: bytes) -> None:
    assert parse_manifest(content) is None
