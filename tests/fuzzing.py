"""What the fuzzers share: how many inputs they try, what each may take, and how content is damaged.

The inputs of a test are fixed by its seed. `make test` tries a part of them, `make slow` all, the same at
every run. `make fuzz` explores: it takes a seed that nobody tried before, says which, and how to try it
again (FUZZ_SEED=...), with as many inputs as FUZZ_EXAMPLES=... allows. What it finds is mended, and then
stays as a fixed `@example`: Hypothesis prints an input as it is to be written.

A fuzzer of one kind of file is in a module tests/test_fuzz_*.py:

    @inputs_of_a_kind
    def test_any_damaged_note_is_read_or_refused(count: int, shard: int) -> None:
        outcomes = fuzz(splices_of(len(NOTE), PIECES), read_damaged_note, count=count, shard=shard)
        assert EXPLORING or min(outcomes["used"], outcomes["refused"]) > count / 100
"""

from __future__ import annotations

import contextlib
import math
import os
import resource
import tracemalloc
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from processes import work_limit
from shellcount.errors import ShellcountError

# How many inputs are tried: of case files in all, and of each other kind of file. They are in shards that can
# run side by side.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "20000"))
EXAMPLES_OF_A_KIND = EXAMPLES // 4
SHARDS = 5
SEED = int(os.environ.get("FUZZ_SEED", "0"))
EXPLORING = SEED != 0  # when the shares of what is used and refused are left to chance

# A path, a value, and a dozen known names of sixty characters each, all in one line.
LONGEST_LINE = 1_500
# Control, invisible formatting, surrogates, private use, line and paragraph separators.
HARMFUL = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
# What a message says when the words of a library, or of Python, get into it.
NOT_PLAIN = ("Input should", "validation error", "Value error", "object at 0x", "<class", "Traceback")
HOSTILE = "\x1b[31m\u202e\u2066\x07\x85\u2028\ue000\U000e0001"

HEALTHY = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
HANGING = 60.0

type Place = tuple[str | int, ...]


def parts_of(few: int, many: int) -> pytest.MarkDecorator:
    """Run a test with a few inputs, and as slow tests with shards of many."""
    shards = (
        pytest.param(many // SHARDS, shard, id=f"shard-{shard}", marks=pytest.mark.slow)
        for shard in range(SHARDS)
    )
    return pytest.mark.parametrize(("count", "shard"), [pytest.param(few, SHARDS, id="a-few"), *shards])


# A fuzzer of one kind of file takes `count` and `shard`, and hands them to `fuzz`.
inputs_of_a_kind = parts_of(EXAMPLES_OF_A_KIND // 10, EXAMPLES_OF_A_KIND)


# --- what every input may take -----------------------------------------------------------


@dataclass(frozen=True)
class Budget:
    """What one input may take: seconds of work of this process, and bytes of memory unless that is None.

    When exploring, the system holds the input to both. Otherwise no test depends on how fast the machine is:
    work is only limited where it hangs, and the bytes are those that Python and numpy ask for.
    """

    seconds: float
    memory: float | None = None

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        if self.memory is None:
            with work_limit(self.seconds):
                yield
        elif EXPLORING:
            with work_limit(self.seconds), memory_limit(self.memory):
                yield
        else:
            with work_limit(HANGING), count_of_memory(self.memory):
                yield


# Of any file that a user may have from somebody else.
OF_A_FILE = Budget(2.0, 300e6)


@contextlib.contextmanager
def memory_limit(size: float) -> Iterator[None]:
    """Let the system refuse memory beyond what is used already."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except OSError:  # only Linux tells
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + int(size), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@contextlib.contextmanager
def count_of_memory(size: float) -> Iterator[None]:
    """Fail where Python and numpy hold more bytes at once."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= size, f"{peak / 1e6:,.0f} MB for one input"


# --- what every input must do ------------------------------------------------------------


def outcome[T](use: Callable[[T], None], tried: T, budget: Budget = Budget(HANGING)) -> str:
    """Use one input, and say whether it was used or refused in plain words."""
    try:
        with budget.held():
            use(tried)
    except ShellcountError as error:
        assert_plain(str(error))
        return "refused"
    return "used"


def fuzz[T](
    drawn: st.SearchStrategy[T],
    use: Callable[[T], None],
    *,
    count: int,
    shard: int,
    budget: Budget = OF_A_FILE,
    shrunk: bool = True,
) -> Counter[str]:
    """Use a number of inputs, and count those with a result and those refused in plain words."""
    outcomes: Counter[str] = Counter()
    count = max(count, 1)
    phases = (Phase.generate, Phase.shrink) if shrunk else (Phase.generate,)

    @seed(SEED * 1_000 + shard)
    @settings(max_examples=count, phases=phases, suppress_health_check=HEALTHY, deadline=None)
    @given(tried=drawn)
    def each(tried: T) -> None:
        outcomes[outcome(use, tried, budget)] += 1

    try:
        each()
    except BaseException as error:
        error.add_note(f"Again: make fuzz FUZZ_SEED={SEED} FUZZ_EXAMPLES={EXAMPLES}")
        raise
    assert outcomes.total() >= count
    return outcomes


def assert_plain(message: str) -> None:
    """A message is lines of some length, of harmless text, in the words of this package."""
    assert message.strip()
    for line in message.split("\n"):
        assert not {unicodedata.category(character) for character in line} & HARMFUL
        assert len(line) <= LONGEST_LINE
    assert not [words for words in NOT_PLAIN if words in message]


# --- damage to structures ----------------------------------------------------------------


def thawed(value: Any) -> Any:
    """A copy of raw values that can be changed: lists instead of tuples."""
    if isinstance(value, dict):
        return {key: thawed(part) for key, part in value.items()}
    return [thawed(part) for part in value] if isinstance(value, list | tuple) else value


def frozen(value: Any) -> Any:
    """Raw values as `build_case` takes them: tuples instead of lists."""
    if isinstance(value, dict):
        return {key: frozen(part) for key, part in value.items()}
    return tuple(frozen(part) for part in value) if isinstance(value, list) else value


def walk(value: Any, here: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every value below the whole, with its place."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, tuple) else ()
    for step, part in parts:
        yield (*here, step), part
        yield from walk(part, (*here, step))


@dataclass(frozen=True)
class Mutation:
    """A change of one value: remove it, replace it, or keep it under another name or twice in a list."""

    at: Place
    kind: str
    value: Any = None

    def apply(self, document: Any) -> None:
        """Change a document in place; where the place is gone by now, nothing changes."""
        *above, last = self.at
        here = document
        try:
            for step in above:
                here = here[step]
            value = here[last]
        except (KeyError, IndexError, TypeError):
            return
        if isinstance(here, str):  # which has places too, and stands where a table or a list was
            return
        if self.kind == "remove":
            del here[last]
        elif self.kind == "replace":
            here[last] = thawed(self.value)
        elif isinstance(here, list):
            here.insert(int(last), thawed(value))
        else:
            here[self.value] = thawed(value)
            if self.kind == "rename" and self.value != last:
                del here[last]


def mutations_of(
    document: Any, values: st.SearchStrategy[Any], names: st.SearchStrategy[str], most: int = 4
) -> st.SearchStrategy[list[Mutation]]:
    """Some changes of a document of tables and tuples, with new values and names that are drawn."""
    found = list(walk(document))
    places = st.sampled_from([place for place, _ in found])
    elsewhere = st.sampled_from(found).map(lambda part: part[1])
    one = (
        st.builds(Mutation, places, st.just("remove"))
        | st.builds(Mutation, places, st.just("replace"), values)
        | st.builds(Mutation, places, st.just("replace"), elsewhere)
        | st.builds(Mutation, places, st.sampled_from(["double", "rename"]), names)
    )
    return st.lists(one, min_size=1, max_size=most)


def mutated(document: Any, changes: list[Mutation]) -> Any:
    """A copy of a document after some changes, with lists in the place of tuples."""
    changed = thawed(document)
    for change in changes:
        change.apply(changed)
    return changed


# Values that no reader of JSON expects; some are written as JSON does not allow.
HOSTILE_VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(None, True, False, 0, -0.0, -1, 1, 0.5, 1.5, 5e-324, 1e-300, 1e15, 1e308, 2**53 + 1, 2**63),
        *(2**64, 10**30, 10**400, -(10**400), math.nan, math.inf, -math.inf),
        *("", " ", "0", "1", "null", "2024-06-14", "9999-12-31", "\ud800", "a\0b", HOSTILE, "x" * 100_000),
        *([], {}, [[]], [None], {"": None}, [0] * 10_000),
    ]
) | st.one_of(st.floats(), st.integers(), st.text(max_size=8))


# --- damage to bytes ---------------------------------------------------------------------


@dataclass(frozen=True)
class Splice:
    """Bytes of a file replaced by new ones, and by some copied from elsewhere in it."""

    place: int
    length: int
    new: bytes = b""
    source: int = 0
    copied: int = 0
    times: int = 1

    def apply(self, content: bytes) -> bytes:
        """Replace the bytes; a place beyond the end is the end."""
        copied = content[self.source : self.source + self.copied] * self.times
        return content[: self.place] + self.new + copied + content[self.place + self.length :]


def splices_of(size: int, pieces: Sequence[bytes], most: int = 4) -> st.SearchStrategy[list[Splice]]:
    """Some changes of content of a size: change, insert, delete, truncate, duplicate, splice."""
    places, few, many = st.integers(0, size), st.integers(1, 12), st.integers(1, size)
    new, none = st.sampled_from(pieces) | st.binary(min_size=1, max_size=6), st.just(b"")
    one = st.one_of(
        st.builds(Splice, places, st.just(1), new),  # change
        st.builds(Splice, places, st.just(0), new),  # insert
        st.builds(Splice, places, few | many),  # delete
        st.builds(Splice, places, st.just(size), new),  # truncate
        st.builds(Splice, places, st.just(0), none, places, st.integers(1, 400), few),  # duplicate
        st.builds(Splice, places, few, none, places, few | many),  # splice
    )
    return st.lists(one, min_size=1, max_size=most)


def spliced(content: bytes, changes: list[Splice]) -> bytes:
    """Content after some changes."""
    for change in changes:
        content = change.apply(content)
    return content
