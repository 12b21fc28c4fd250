"""Damaged saved runs and journals: each is read, or refused in plain words.

A checksum that anybody can make is no obstacle to a crafted file: it is made anew after most of the damage.
"""

from __future__ import annotations

import functools
import hashlib
import json
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from pydantic import FiniteFloat, NonNegativeInt, TypeAdapter

from building import one_claim_case
from fuzzing import (
    EXPLORING,
    HOSTILE,
    HOSTILE_VALUES,
    Mutation,
    Splice,
    frozen,
    fuzz,
    inputs_of_a_kind,
    mutated,
    mutations_of,
    spliced,
    splices_of,
)
from quick import of_nuts, quick_posterior
from shellcount.checks.stated import check
from shellcount.digest import Json, digest
from shellcount.errors import OutputError
from shellcount.parallel.journal import Journal
from shellcount.posterior import container
from shellcount.posterior.posterior import Posterior

SEAL_LENGTH = len("\nshellcount sha256:\n") + 64
NAMES = st.sampled_from(
    ["run.json", "draws/load.npy", "draws/x.npy", "statistics/energy.npy", "../x", "/x", "", HOSTILE, "seed"]
)
NUMBERS = [0.0, -0.0, 1.0, -100.0, 100.0, 100.1, 1e300, 5e-324, float("nan"), float("inf"), -float("inf")]
PIECES = [
    *(struct.pack("<d", number) for number in NUMBERS),
    *(struct.pack("<L", number) for number in (0, 1, 2**16, 2**31, 2**32 - 1)),
    *(b"PK\3\4", b"PK\1\2", b"PK\5\6", b"PK\6\6", b"PK\6\7", b"\x93NUMPY\1\0", b"\x89HDF\r\n\x1a\n"),
    *(b"'descr': '|O'", b"(99999999999,)", b"\0", b"\xff", b"run.json", b".npy", b"\x08\0", b"\x0c\0"),
]


@functools.cache
def entries(engine: str) -> dict[str, bytes]:
    """The entries of a saved run of an engine."""
    posterior = of_nuts() if engine == "nuts" else quick_posterior(one_claim_case())
    return {name: bytes(entry) for name, entry in container.unpack(posterior.to_bytes()).items()}


@functools.cache
def documents(engine: str) -> Any:
    return frozen(json.loads(entries(engine)["run.json"]))


def sealed(body: bytes) -> bytes:
    return body + f"\nshellcount sha256:{hashlib.sha256(body).hexdigest()}\n".encode()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place for files, once whole ones were read: libraries that are imported late are in no budget."""
    path = tmp_path_factory.mktemp("saved") / "run.npz"
    for engine in ("smc", "nuts"):
        load(path, container.pack(entries(engine)))
    return path


def load(path: Path, content: bytes) -> None:
    """Load a run, save it again, and compute what it tells."""
    path.write_bytes(content)
    posterior = Posterior.read(path, allow_unconverged=True)
    again = posterior.to_bytes()
    path.write_bytes(again)
    assert Posterior.read(path).to_bytes() == again
    assert all(fact for fact in posterior.sampler_report.facts)
    if posterior.run.engine == "smc":
        assert all(estimate.headline for estimate in posterior.estimates())
        assert all(found.sentence for found in check(posterior))
    assert posterior.estimate("first_rate_per_day").headline


ENGINES = st.sampled_from(["smc", "smc", "nuts"])


@inputs_of_a_kind
def test_any_bytes_are_loaded_or_refused(count: int, shard: int, path: Path) -> None:
    """Bytes of the whole file, whose checksum is made anew except where a draw decides otherwise."""

    def use(damage: tuple[str, bool, list[Splice]]) -> None:
        engine, again, changes = damage
        content = container.pack(entries(engine))
        load(path, sealed(spliced(content[:-SEAL_LENGTH], changes)) if again else spliced(content, changes))

    damage = st.deferred(
        lambda: st.tuples(
            st.just("smc"),
            st.integers(0, 9).map(bool),
            splices_of(len(container.pack(entries("smc"))), PIECES),
        )
    )
    outcomes = fuzz(damage, use, count=count // 4, shard=shard)
    assert outcomes["refused"] > count / 10


@inputs_of_a_kind
def test_any_entries_are_loaded_or_refused(count: int, shard: int, path: Path) -> None:
    """Bytes of one entry, with a name that may be another, packed and sealed anew."""

    def use(damage: tuple[str, int, str | None, list[Splice]]) -> None:
        engine, place, name, changes = damage
        parts = dict(entries(engine))
        old = list(parts)[place % len(parts)]
        content = spliced(parts.pop(old), changes)
        load(path, container.pack({**parts, old if name is None else name: content}))

    changes = splices_of(17_000, PIECES, most=2) | st.lists(
        st.builds(
            Splice, st.integers(16, 2_000).map(lambda row: 8 * row), st.just(8), st.sampled_from(PIECES[:11])
        )
    )
    damage = st.tuples(ENGINES, st.integers(0, 20), st.none() | NAMES, changes)
    outcomes = fuzz(damage, use, count=count // 4, shard=shard)
    assert EXPLORING or min(outcomes["used"], outcomes["refused"]) > count / 400


def damaged_document(engine: str) -> st.SearchStrategy[tuple[str, list[Mutation]]]:
    return st.tuples(st.just(engine), mutations_of(documents(engine), HOSTILE_VALUES, NAMES, most=2))


@inputs_of_a_kind
def test_any_document_is_loaded_or_refused(count: int, shard: int, path: Path) -> None:
    """Values of the document, with the digests of run and file made anew."""

    def use(damage: tuple[str, list[Mutation]]) -> None:
        engine, changes = damage
        values = mutated(documents(engine), changes)
        run = values.get("run") if isinstance(values, dict) else None
        if isinstance(run, dict):
            run["digest"] = digest_of({name: value for name, value in run.items() if name != "digest"})
        content = json.dumps(values).encode()
        load(path, container.pack({**entries(engine), "run.json": content}))

    damage = st.deferred(lambda: damaged_document("smc") | damaged_document("smc") | damaged_document("nuts"))
    outcomes = fuzz(damage, use, count=count - 2 * (count // 4), shard=shard)
    assert EXPLORING or min(outcomes["used"], outcomes["refused"]) > count / 400


def digest_of(values: Any) -> str:
    try:
        return digest(values)
    except (ValueError, TypeError):  # no digest is of a NaN
        return "sha256:0"


# --- journals ----------------------------------------------------------------------------

WORK: Json = {"seed": 1, "case": "sha256:0", "sizes": [4, 64]}
LINE = TypeAdapter[tuple[int, list[float] | None]](tuple[NonNegativeInt, list[FiniteFloat] | None])
LINES = [b'{"case":"sha256:0","seed":1,"sizes":[4,64]}', b"[0,[0.5,1.25]]", b"[1,null]", b"[2,[1e-300,7]]"]
JOURNAL = b"\n".join([*LINES, b""])
OF_JOURNAL: list[bytes] = [
    *(bytes([token]) for token in b'[],0123456789.-+eE"{}: \n\r\0\x7f\xc3\xff\x85\x1c'),
    *(b"null", b"true", b"NaN", b"Infinity", b"-Infinity", b"1e400", b"1.5", b"-1", b"9" * 5_000),
    *(b"[" * 10_000, b"[3,[]]\n", b"[0,[0.5]]\n", b"[true,null]\n", b"[4.0,null]\n", b'["5",null]\n'),
]


@inputs_of_a_kind
def test_any_journal_is_continued_or_refused(count: int, shard: int, path: Path) -> None:
    def use(changes: list[Splice]) -> None:
        path.write_bytes(spliced(JOURNAL, changes))
        with Journal(path, WORK, LINE) as journal:
            found = dict(journal.finished)
            assert all(type(piece) is int and piece >= 0 for piece in found)
            rows = [result for result in found.values() if result is not None]
            assert all(type(number) is float for row in rows for number in row)
            journal.append({9: [1.0]})
        with Journal(path, WORK, LINE) as journal:
            assert journal.finished == {**found, 9: [1.0]}

    outcomes = fuzz(splices_of(len(JOURNAL), OF_JOURNAL), use, count=count, shard=shard)
    assert EXPLORING or min(outcomes["used"], outcomes["refused"]) > count / 100


@pytest.mark.parametrize(
    "line", [b"[0,[NaN]]", b"[0,[1e400]]", b"[true,null]", b"[0.5,null]", b"[" * 100_000]
)
def test_a_line_that_no_task_wrote_is_refused(line: bytes, path: Path) -> None:
    path.write_bytes(LINES[0] + b"\n" + line + b"\n")
    with pytest.raises(OutputError, match="has been changed since it was written"):
        Journal(path, WORK, LINE)
