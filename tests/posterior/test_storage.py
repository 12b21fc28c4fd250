"""A saved posterior is the posterior: every number survives, and a file that is not as written is refused."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import io
import json
import math
import os
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import shellcount
from building import edited, one_claim_case
from folders import files_of_at_most, held
from processes import unmeasured
from quick import of_nuts
from shellcount import limits
from shellcount.analysis import analyse
from shellcount.case.schema import Case
from shellcount.checks.stated import check
from shellcount.digest import digest
from shellcount.engines.nuts_report import NutsReport
from shellcount.errors import ConflictWarning, ConvergenceError, LimitError, OutputError, SavedRunError
from shellcount.model.variables import coordinate_names
from shellcount.posterior import container
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.posterior.storage import FORMAT
from shellcount.results.numbers_json import numbers_json

SEAL_LENGTH = len("\nshellcount sha256:\n") + 64
IN_FIXTURES = settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def quick(case: Case, seed: int = 1, **options: Any) -> Posterior:
    """A fit of a few draws, whose precision does not matter."""
    return fit(
        case,
        **{"seed": seed, "runs": 4, "engine": "smc", "particles": 64, "allow_unconverged": True, **options},
    )


@pytest.fixture(scope="module")
def small() -> Posterior:
    return quick(one_claim_case())


@pytest.fixture(scope="module")
def content(small: Posterior) -> bytes:
    return small.to_bytes()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.npz"


def refusal(path: Path) -> str:
    """The message of a refused load: one readable line that names the file."""
    with pytest.raises(SavedRunError) as refused:
        Posterior.load(path)
    message = str(refused.value)
    assert message.isprintable()
    assert path.name in message
    return message


# --- what is loaded is what was saved ----------------------------------------------------


@pytest.mark.parametrize("conditioning", ["counts", "all", "all-but:ua-gur-2024"])
def test_every_number_survives(case: Case, conditioning: str, path: Path) -> None:
    saved = quick(case, given=conditioning)
    assert saved.save(str(path)) == path
    loaded = Posterior.load(path, allow_unconverged=True)
    assert loaded.digest == saved.digest
    assert loaded.case == saved.case
    assert loaded.sampler_report == saved.sampler_report
    assert loaded.estimates() == saved.estimates()
    assert check(loaded) == check(saved)
    assert numbers_json(analyse(loaded)) == numbers_json(analyse(saved))


def test_a_whole_fit_survives_with_its_gate(posterior: Posterior, path: Path) -> None:
    loaded = Posterior.load(posterior.save(path))
    assert loaded.estimates() == posterior.estimates()
    assert check(loaded) == check(posterior)
    assert loaded.log_evidence == posterior.log_evidence
    assert not loaded.allow_unconverged


def test_what_no_claim_informs_survives_too(posterior: Posterior, path: Path) -> None:
    loaded = Posterior.load(posterior.save(path))
    assert "load" not in posterior.coordinates
    assert set(loaded.coordinates) == set(posterior.coordinates)
    np.testing.assert_array_equal(loaded.draws("load"), posterior.draws("load"))


def test_checks_keep_the_order_of_the_case_file(case: Case, path: Path) -> None:
    backwards = case.model_copy(update={"claim": case.claim[::-1]})
    order = [found.claim for found in check(quick(backwards))]
    assert order != [found.claim for found in check(quick(case))]
    quick(backwards).save(path)
    assert [found.claim for found in check(Posterior.load(path, allow_unconverged=True))] == order


def test_draws_of_the_no_u_turn_sampler_survive(path: Path) -> None:
    saved = of_nuts()
    saved.save(path)
    with pytest.warns(ConflictWarning):  # draws of the prior, from which the claim is far
        loaded = Posterior.load(path, allow_unconverged=True)
    assert isinstance(saved.sampler_report, NutsReport)
    assert isinstance(loaded.sampler_report, NutsReport)
    assert loaded.run == saved.run
    assert loaded.estimates() == saved.estimates()
    assert loaded.sampler_report.deepest_tree == 10
    assert set(loaded.sampler_report.statistics) == set(saved.sampler_report.statistics)
    for name, values in saved.sampler_report.statistics.items():
        np.testing.assert_array_equal(loaded.sampler_report.statistics[name], values, strict=True)
    assert loaded.sampler_report.facts == saved.sampler_report.facts
    assert loaded.sampler_report.not_quotable == saved.sampler_report.not_quotable is not None
    assert loaded.to_bytes() == path.read_bytes()


def test_the_same_posterior_gives_the_same_bytes(small: Posterior, content: bytes, path: Path) -> None:
    assert small.to_bytes() == content
    assert quick(one_claim_case()).to_bytes() == content
    assert Posterior.load(small.save(path)).to_bytes() == content == path.read_bytes()


def test_another_process_gives_the_same_bytes(content: bytes) -> None:
    code = (
        "import hashlib; from test_storage import quick, one_claim_case;"
        "print(hashlib.sha256(quick(one_claim_case()).to_bytes()).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=elsewhere(PYTHONHASHSEED="7"), capture_output=True, check=True
    )
    assert done.stdout.decode().strip() == hashlib.sha256(content).hexdigest()


def elsewhere(**changes: str) -> dict[str, str]:
    """The environment of a process that finds the tests' modules."""
    here = Path(__file__).parent
    folders = (here, here.parent, Path(shellcount.__file__).parents[1])
    return unmeasured(PYTHONPATH=os.pathsep.join(map(str, folders)), **changes)


def test_other_draws_give_other_bytes(content: bytes) -> None:
    assert quick(one_claim_case(), seed=2).to_bytes() != content


def test_numpy_opens_it(small: Posterior, path: Path) -> None:
    small.save(path)
    with np.load(path) as file:
        draws = file["draws/first_rate_per_day"]
        document = json.loads(file["run.json"])
    np.testing.assert_array_equal(draws, small.coordinates["first_rate_per_day"], strict=True)
    assert document["run"] == small.run.document()
    assert document["format"] == FORMAT


def test_only_what_the_claims_inform_is_stored(posterior: Posterior) -> None:
    informed = [posterior.coordinates[name].nbytes for name in posterior.model.informed]
    assert len(coordinate_names(posterior.model)) > 2 * len(informed)
    assert len(posterior.to_bytes()) < sum(informed) + 50_000


@pytest.mark.filterwarnings("default")  # xarray's own
def test_netcdf_is_an_export(small: Posterior, tmp_path: Path) -> None:
    import xarray as xr

    small.to_datatree().to_netcdf(tmp_path / "run.nc", engine="h5netcdf")
    with xr.open_datatree(tmp_path / "run.nc", engine="h5netcdf") as tree:
        assert json.loads(tree.attrs["run"]) == small.run.document()
        np.testing.assert_allclose(tree["posterior"]["load"], small.draws("load"))


def test_a_run_of_other_libraries_keeps_its_digest(small: Posterior, path: Path) -> None:
    run = dataclasses.replace(small.run, versions={**small.run.versions, "numpy": "9.9.9"})
    foreign = dataclasses.replace(small, run=run)
    loaded = Posterior.load(foreign.save(path))
    assert loaded.digest == foreign.digest != small.digest
    assert loaded.run.versions["numpy"] == "9.9.9"


def test_unconverged_numbers_leave_a_loaded_posterior_only_when_allowed(case: Case, path: Path) -> None:
    saved = quick(case)
    saved.save(path)
    name = next(estimate.name for estimate in saved.estimates() if estimate.not_quotable is not None)
    with pytest.raises(ConvergenceError, match="has not converged"):
        Posterior.load(path).estimate(name)
    assert Posterior.load(path, allow_unconverged=True).estimate(name) == saved.estimate(name)


# --- changed, cut, or something else -----------------------------------------------------


@IN_FIXTURES
@given(place=st.integers(min_value=0), mask=st.integers(1, 255))
def test_a_changed_byte_is_noticed(content: bytes, path: Path, place: int, mask: int) -> None:
    changed = bytearray(content)
    changed[place % len(content)] ^= mask
    path.write_bytes(changed)
    assert "changed since it was saved" in refusal(path) or "not a saved posterior" in refusal(path)


def test_a_change_anywhere_in_the_header_or_the_seal_is_noticed(content: bytes, path: Path) -> None:
    for place in (*range(0, 512, 7), *range(len(content) - SEAL_LENGTH, len(content))):
        changed = bytearray(content)
        changed[place] ^= 1
        path.write_bytes(changed)
        assert refusal(path)


@IN_FIXTURES
@given(length=st.integers(min_value=0))
def test_a_file_cut_short_is_noticed(content: bytes, path: Path, length: int) -> None:
    path.write_bytes(content[: length % len(content)])
    assert "is not a saved posterior, or is incomplete" in refusal(path)


@pytest.mark.parametrize("length", [*range(1, SEAL_LENGTH + 2)])
def test_a_seal_cut_short_is_noticed(content: bytes, path: Path, length: int) -> None:
    path.write_bytes(content[:-length])
    assert "is not a saved posterior, or is incomplete" in refusal(path)


@pytest.mark.parametrize("more", [b"\n", b"\0", b"x" * 5000], ids=["line", "NUL", "text"])
def test_something_appended_is_noticed(content: bytes, path: Path, more: bytes) -> None:
    path.write_bytes(content + more)
    assert refusal(path)


def test_two_files_in_one_are_noticed(content: bytes, path: Path) -> None:
    path.write_bytes(content + content)
    assert "its checksum does not match" in refusal(path)


def of_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("other", "text")
    return buffer.getvalue()


def of_npz() -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, other=np.arange(5))
    return buffer.getvalue()


def of_png() -> bytes:
    return (Path(mpl.get_data_path()) / "images" / "home.png").read_bytes()


FOREIGN: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: b"[case]\nid = 'x'\n" * 20,
    "png": of_png,
    "npz": of_npz,
    "zip": of_zip,
    "zeros": lambda: bytes(5000),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_file_of_another_kind_is_refused(kind: str, path: Path) -> None:
    path.write_bytes(FOREIGN[kind]())
    assert "is not a saved posterior" in refusal(path)


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_file_of_another_kind_is_refused_when_sealed(kind: str, path: Path) -> None:
    path.write_bytes(sealed(FOREIGN[kind]()))
    assert "is sealed, but not a valid posterior" in refusal(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.npz").endswith("none.npz cannot be read: No such file or directory")


def test_a_file_of_an_earlier_version_is_said_to_be_one(path: Path) -> None:
    path.write_bytes(sealed(b"\x89HDF\r\n\x1a\n" + bytes(5_000)))
    assert refusal(path).endswith("run.npz was saved by an earlier version; fit and save again")


@pytest.mark.parametrize("target", ["/dev/zero", "/dev/stdin", os.devnull])
def test_a_link_to_a_device_is_refused(target: str, path: Path) -> None:
    path.symlink_to(target)
    assert "cannot be read: " in refusal(path)


def test_a_pipe_is_refused_without_waiting_for_a_writer(path: Path) -> None:
    os.mkfifo(path)
    assert refusal(path).endswith("cannot be read: it is not a regular file")


def test_a_file_larger_than_allowed_is_refused_before_it_is_read(small: Posterior, path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2**40)  # which takes no place on the disk
    with pytest.raises(LimitError, match=r"run.npz needs 1.1 TB \(limit 200 MB\); .* --limit saved=2TB"):
        Posterior.load(path)
    path.unlink()
    small.save(path)
    with limits.raised({"saved": path.stat().st_size - 1}), pytest.raises(LimitError):
        Posterior.load(path)
    with limits.raised({"saved": path.stat().st_size}):
        assert Posterior.load(path).digest == small.digest


def test_a_directory_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path).endswith("cannot be read: Is a directory")


@pytest.mark.parametrize("name", ["a\0b", "a" * 300, "no\x1b[2J\u202e"], ids=["NUL", "endless", "control"])
def test_a_name_that_no_file_has_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(SavedRunError, match="cannot be read: ") as refused:
        Posterior.load(tmp_path / name)
    assert str(refused.value).isprintable()


# --- sealed anew over something else -----------------------------------------------------


def sealed(body: bytes) -> bytes:
    return body + f"\nshellcount sha256:{hashlib.sha256(body).hexdigest()}\n".encode()


def edited_file(content: bytes, edit: Callable[[dict[str, bytes]], object]) -> bytes:
    """The file after an edit of its entries, sealed anew."""
    entries = {name: bytes(entry) for name, entry in container.unpack(content).items()}
    edit(entries)
    return container.pack(entries)


def edited_document(content: bytes, edit: Callable[[Any], object], *, rerun: bool = True) -> bytes:
    """The file after an edit of its document, the run's digest made anew unless said otherwise."""

    def write(entries: dict[str, bytes]) -> None:
        document = json.loads(entries["run.json"])
        edit(document)
        if rerun and isinstance(document.get("run"), dict):
            made_by = {name: value for name, value in document["run"].items() if name != "digest"}
            document["run"]["digest"] = digest(made_by)
        entries["run.json"] = json.dumps(document).encode()

    return edited_file(content, write)


def setting(*keys: str, to: object) -> Callable[[Any], None]:
    def edit(document: Any) -> None:
        for key in keys[:-1]:
            document = document[key]
        document[keys[-1]] = to

    return edit


def without(*keys: str) -> Callable[[Any], None]:
    def edit(document: Any) -> None:
        for key in keys[:-1]:
            document = document[key]
        del document[keys[-1]]

    return edit


def test_an_edit_that_changes_nothing_is_no_edit(content: bytes, path: Path, small: Posterior) -> None:
    path.write_bytes(edited_document(content, lambda _: None))
    assert Posterior.load(path, allow_unconverged=True).estimates() == small.estimates()


@pytest.mark.parametrize("key", ["format", "case", "run", "report", "drawn_again"])
@pytest.mark.parametrize("value", [None, "x", [], [1], {}, 3], ids=repr)
def test_a_document_with_a_part_of_another_type_is_refused(
    content: bytes, path: Path, key: str, value: object
) -> None:
    path.write_bytes(edited_document(content, setting(key, to=value)))
    assert "is sealed, but not a valid posterior" in refusal(path)


@pytest.mark.parametrize(
    "keys",
    [("format",), ("case",), ("case", "claim"), ("run",), ("report",), ("report", "moves"), ("drawn_again",)]
    + [("drawn_again", "load")]
    + [("run", name) for name in ("case", "case_digest", "given", "engine", "seed", "settings", "versions")]
    + [("run", "settings", "runs"), ("run", "settings", "draws")],
    ids=".".join,
)
def test_a_document_with_a_part_missing_is_refused(content: bytes, path: Path, keys: tuple[str, ...]) -> None:
    path.write_bytes(edited_document(content, without(*keys)))
    assert "is sealed, but not a valid posterior" in refusal(path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("given", None),
        ("given", 3),
        ("given", "nonsense"),
        ("given", "all-but:nobody"),
        ("given", "counts-and:us-state-2024-02"),
        ("given", "all-but:us-state-2024-02,ua-gur-2024"),
        ("engine", "magic"),
        ("engine", "nuts"),
        ("seed", "x"),
        ("seed", -1),
        ("settings", {"runs": "4", "draws": 512}),
        ("settings", {"runs": 5, "draws": 512}),
        ("model_version", 99),
    ],
)
def test_a_run_that_the_file_cannot_be_of_is_refused(
    content: bytes, path: Path, name: str, value: object
) -> None:
    path.write_bytes(edited_document(content, setting("run", name, to=value)))
    assert "is sealed, but not a valid posterior" in refusal(path)


def test_another_format_is_said_to_be_one(content: bytes, path: Path) -> None:
    path.write_bytes(edited_document(content, setting("format", to="shellcount/posterior/4")))
    assert "its format is shellcount/posterior/4, not shellcount/posterior/3" in refusal(path)


def test_another_case_is_refused(content: bytes, path: Path) -> None:
    other = one_claim_case({"claim.only": 2500.0})
    document = json.loads(other.model_dump_json(by_alias=True))
    path.write_bytes(edited_document(content, setting("case", to=document)))
    assert "its case is not the one that was fitted" in refusal(path)


def test_a_case_that_breaks_a_rule_is_refused(content: bytes, path: Path) -> None:
    def misspell(document: Any) -> None:
        document["case"]["claim"][0]["claimant"] = "nobody"
        document["run"]["case_digest"] = Case.model_validate_json(json.dumps(document["case"])).digest

    path.write_bytes(edited_document(content, misspell))
    assert "is sealed, but not a valid posterior (its case: 1 fault" in refusal(path)


@pytest.mark.parametrize("name", ["shellcount", "python"])
def test_a_run_without_the_versions_that_reports_name_is_refused(
    content: bytes, path: Path, name: str
) -> None:
    path.write_bytes(edited_document(content, without("run", "versions", name)))
    assert f"its run does not say which version of {name} was used" in refusal(path)


@pytest.mark.parametrize("name", ["seed", "given", "case_digest", "engine"])
def test_a_run_that_its_digest_does_not_fit_is_refused(content: bytes, path: Path, name: str) -> None:
    path.write_bytes(edited_document(content, setting("run", name, to="other"), rerun=False))
    assert "is sealed, but not a valid posterior" in refusal(path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        '"a"',
        "NaN",
        '{"format": 1}',
        '{"format": 1, "format": 2}',
        "\u202e",
        "[" * 50_000,
    ],
)
def test_a_document_that_is_none_is_refused(content: bytes, path: Path, text: str) -> None:
    path.write_bytes(edited_file(content, setting("run.json", to=text.encode())))
    assert "is sealed, but not a valid posterior" in refusal(path)


def renamed(name: str, new: str) -> Callable[[Any], None]:
    def edit(entries: Any) -> None:
        entries[new] = entries.pop(name)

    return edit


RATE = "draws/first_rate_per_day.npy"


def drawn(value: float) -> Callable[[Any], None]:
    def edit(entries: Any) -> None:
        draws = container.read_array(memoryview(entries[RATE]), (4, 512))
        draws[1, 2] = value
        entries[RATE] = container.array_bytes(draws)

    return edit


def array(values: Any) -> Callable[[Any], None]:
    return setting(RATE, to=container.array_bytes(np.asarray(values)))


ENTRIES: dict[str, Callable[[Any], None]] = {
    "no document": without("run.json"),
    "no draws of a sampled coordinate": without(RATE),
    "draws of another name": renamed(RATE, "draws/second_rate_per_day.npy"),
    "draws in another folder": renamed(RATE, "statistics/first_rate_per_day.npy"),
    "draws of a coordinate that is drawn again": setting("draws/load.npy", to=b""),
    "another entry": setting("more.txt", to=b"text"),
    "an entry above": setting("../run.json", to=b"{}"),
    "a pickle": setting(RATE, to=pickle.dumps([1.0])),
    "an array of objects": setting(RATE, to=b"\x93NUMPY\1\0\x76\0{'descr': '|O', }"),
    "draws of another shape": array(np.zeros((512, 4))),
    "draws are a number": array(1.0),
    "draws are whole numbers": array(np.zeros((4, 512), int)),
    "draws are cut short": lambda entries: setting(RATE, to=entries[RATE][:-8])(entries),
    "draws go on": lambda entries: setting(RATE, to=entries[RATE] + bytes(8))(entries),
    "not a number": drawn(np.nan),
    "infinite": drawn(-np.inf),
    "far too large": drawn(1e300),
}


@pytest.mark.parametrize("edit", ENTRIES.values(), ids=ENTRIES)
def test_a_file_of_other_entries_is_refused(
    content: bytes, path: Path, edit: Callable[[Any], object]
) -> None:
    path.write_bytes(edited_file(content, edit))
    assert "is sealed, but not a valid posterior" in refusal(path)


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (("report", "moves"), -1),
        (("report", "moves"), 1.5),
        (("report", "moves"), True),
        (("report", "temperatures"), "3"),
        (("report", "acceptance"), 1.5),
        (("report", "acceptance"), False),
        (("report", "acceptance"), math.nan),
        (("report", "correlation"), -2.0),
        (("report", "run_log_evidence"), []),
        (("report", "run_log_evidence"), [1.0] * 5),
        (("report", "run_log_evidence"), [1.0, 1.0, 1.0, math.inf]),
        (("report", "run_log_evidence"), [1.0, 1.0, 1.0, 1e300]),
        (("drawn_again", "load"), 0.0),
        (("drawn_again", "load"), True),
        (("drawn_again", "second_rate_per_day"), 0.0),
        (("run", "seed"), True),
        (("run", "seed"), 1.0),
        (("run", "settings"), {"runs": 4, "particles": 64, "draws": 512.0}),
        (("run", "settings"), {"runs": 4, "particles": 64, "draws": 511}),
        (("run", "settings"), {"runs": 4, "particles": 64, "draws": 512, "more": 1}),
        (("run", "versions"), {"shellcount": 1, "python": "3"}),
    ],
    ids=str,
)
def test_a_value_that_cannot_be_is_refused(
    content: bytes, path: Path, keys: tuple[str, ...], value: object
) -> None:
    path.write_bytes(edited_document(content, setting(*keys, to=value)))
    assert "is sealed, but not a valid posterior" in refusal(path)


def test_draws_that_another_generator_gave_are_said_to_be_so(content: bytes, path: Path) -> None:
    def edit(document: Any) -> None:
        document["run"]["versions"]["numpy"] = "9.9.9"
        document["drawn_again"]["load"] += 0.001

    path.write_bytes(edited_document(content, edit))
    assert (
        "the draws of load cannot be repeated; they were drawn by numpy 9.9.9); fit and save again"
        in refusal(path)
    )


def test_the_last_digits_of_what_is_drawn_again_may_differ(content: bytes, path: Path) -> None:
    def edit(document: Any) -> None:
        document["drawn_again"]["load"] += 1e-9

    path.write_bytes(edited_document(content, edit))
    assert Posterior.load(path).digest


@pytest.mark.parametrize("particles", [10**6, 10**30])
def test_draws_that_would_take_much_memory_are_refused_before_they_are_drawn(
    particles: int, path: Path
) -> None:
    """Where no claim informs anything, no draws are stored, whatever the number that the run declares."""
    case = edited(one_claim_case(), lambda values: values["claim"][0].update(use="check"))
    settings = {"runs": 4, "particles": particles, "draws": 8 * particles}
    path.write_bytes(edited_document(quick(case).to_bytes(), setting("run", "settings", to=settings)))
    assert path.stat().st_size < 50_000
    with pytest.raises(LimitError, match=r"the posterior in .* needs .*B \(limit 2 GB\)"):
        Posterior.load(path)


def of_sampler(change: Callable[[dict[str, Any]], object]) -> bytes:
    posterior = of_nuts()
    statistics = dict(posterior.sampler_report.statistics)
    change(statistics)
    changed = dataclasses.replace(posterior, sampler_report=NutsReport(statistics, 10))
    return changed.to_bytes()


STATISTICS: dict[str, Callable[[dict[str, Any]], object]] = {
    "missing": lambda statistics: statistics.pop("energy"),
    "more": lambda statistics: statistics.update(more=statistics["energy"]),
    "of another type": lambda statistics: statistics.update(diverging=statistics["energy"]),
    "not a number": lambda statistics: statistics.update(energy=statistics["energy"] * np.nan),
    "all the same": lambda statistics: statistics.update(energy=statistics["energy"] * 0),
    "of another shape": lambda statistics: statistics.update(energy=statistics["energy"].T),
}


@pytest.mark.parametrize("change", STATISTICS.values(), ids=STATISTICS)
def test_statistics_that_the_sampler_does_not_keep_are_refused(
    change: Callable[[dict[str, Any]], object], path: Path
) -> None:
    path.write_bytes(of_sampler(change))
    assert "is sealed, but not a valid posterior" in refusal(path)


# --- saving fails ------------------------------------------------------------------------


def test_a_folder_whose_parent_is_missing_is_not_made(small: Posterior, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"no/such cannot be written: No such file or directory$"):
        small.save(tmp_path / "no" / "such" / "run.npz")
    assert held(tmp_path) == {}


def test_a_directory_in_its_place_stays_one(small: Posterior, path: Path) -> None:
    path.mkdir()
    with pytest.raises(OutputError, match="it is a directory"):
        small.save(path)
    assert path.is_dir()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="no file system that takes no files")
def test_a_folder_that_takes_no_files_is_said_to_take_none(small: Posterior) -> None:
    with pytest.raises(OutputError, match=r"^/proc/self/fd cannot be written: "):
        small.save("/proc/self/fd/run.npz")


def test_a_folder_that_may_not_be_written_keeps_its_file(
    small: Posterior, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    path.write_bytes(b"old")
    with monkeypatch.context() as locked:
        locked.setattr(os, "open", refuse)
        with pytest.raises(OutputError, match=r"cannot be written: Permission denied$"):
            small.save(path)
    assert held(path.parent) == {"run.npz": b"old"}


@pytest.mark.parametrize("room", [0, 1000, 20_000])
def test_a_full_disk_leaves_the_old_file(small: Posterior, content: bytes, path: Path, room: int) -> None:
    other = quick(one_claim_case(), seed=2)
    small.save(path)
    assert len(other.to_bytes()) > room
    with pytest.raises(OutputError, match=r"cannot be written: File too large$"), files_of_at_most(room):
        other.save(path)
    assert held(path.parent) == {"run.npz": content}


# --- killed, and two at once -------------------------------------------------------------

SAVES = """
import os, signal, sys
from pathlib import Path
from shellcount.posterior.posterior import Posterior

def die_at(moment):
    seen = 0

    def look(*_):
        nonlocal seen
        seen += 1
        if seen == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(look)

mine = [Posterior.load(name, allow_unconverged=True) for name in sys.argv[2:]]
ready = {posterior.digest: posterior.to_bytes() for posterior in mine}
Posterior.to_bytes = lambda self: ready[self.digest]  # so that all that is done is to write
mine[0].save(sys.argv[2])  # imports what a save needs
for line in sys.stdin:
    first, count, moment = map(int, line.split())
    child = os.fork()
    if child == 0:
        if moment:
            die_at(moment)
        for turn in range(count):
            mine[(first + turn) % len(mine)].save(sys.argv[1])
        os._exit(0)
    if moment:
        os.waitpid(child, 0)
    print(child, flush=True)
for _ in range(2):
    try:
        os.wait()
    except ChildProcessError:
        break
"""


@pytest.fixture(scope="module")
def pair() -> tuple[Posterior, Posterior]:
    """Two posteriors whose files take a while to write."""
    return quick(one_claim_case(), engine="smc", particles=512), quick(
        one_claim_case(), seed=2, engine="smc", particles=512
    )


@contextmanager
def saver(path: Path, posteriors: tuple[Posterior, ...], folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that makes others, which save posteriors to one path in turn."""
    names = [str(posterior.save(folder / f"{place}.npz")) for place, posterior in enumerate(posteriors)]
    with subprocess.Popen(
        [sys.executable, "-c", SAVES, str(path), *names],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait() == 0


def started(process: subprocess.Popen[str], first: int, count: int, moment: int = 0) -> None:
    """Have a process save so many times, or be killed at so many calls and returns of functions."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{first} {count} {moment}\n")
    process.stdin.flush()
    process.stdout.readline()


def test_a_kill_at_any_moment_leaves_a_whole_file(
    pair: tuple[Posterior, Posterior], path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    pair[0].save(path)
    found, torn = [], 0
    with saver(path, pair, tmp_path_factory.mktemp("sources")) as process:
        for moment in range(1, 1_200, 41):
            started(process, 1, 1_000_000, moment)
            torn += len(held(path.parent)) > 1  # which the next save removes
            found.append(Posterior.load(path).digest)
    assert set(found) == {posterior.digest for posterior in pair}
    assert torn, "no kill came in the middle of a save"


def test_two_processes_that_save_to_one_path_leave_a_whole_file(
    pair: tuple[Posterior, Posterior], path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    pair[0].save(path)
    digests = {posterior.digest for posterior in pair}
    with saver(path, pair, tmp_path_factory.mktemp("sources")) as process:
        for first in (0, 1):
            started(process, first, 40)
        for _ in range(20):
            assert Posterior.load(path).digest in digests
    assert Posterior.load(path).digest in digests
    assert [name.name for name in path.parent.iterdir()] == ["run.npz"]


# --- draws that are made again -----------------------------------------------------------


@pytest.fixture(scope="module")
def weighted() -> Posterior:
    made = fit(one_claim_case(), engine="is", seed=3, runs=4, points=512)
    assert made.run.engine == "is"
    return made


def test_a_run_of_importance_sampling_keeps_no_draws_and_has_the_same_ones(
    weighted: Posterior, path: Path
) -> None:
    entries = container.unpack(weighted.save(path).read_bytes())
    assert not [name for name in entries if name.startswith("draws/")]
    assert path.stat().st_size < sum(draws.nbytes for draws in weighted.coordinates.values()) / 2
    loaded = Posterior.load(path)
    assert loaded.sampler_report == weighted.sampler_report
    assert loaded.to_bytes() == weighted.to_bytes()
    assert set(loaded.coordinates) == set(weighted.coordinates)
    for name, draws in weighted.coordinates.items():
        np.testing.assert_array_equal(loaded.coordinates[name], draws)


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("chosen", lambda values: values // np.uint16(2), "cannot be repeated"),
        ("chosen", lambda values: np.full_like(values, 512), "has no place among the points"),
        ("chosen", lambda values: values.astype(float), "place of each draw"),
        ("chosen", lambda values: values[:, 1:], "place of each draw"),
        ("basis", lambda values: values[:1], "do not fit together"),
        ("bend", lambda _: np.zeros((99, 1)), "do not fit together"),
        ("spread", lambda values: -values, "no component"),
        ("means", lambda values: values * np.nan, "not finite"),
        ("factors", lambda values: values * 1.001, "cannot be repeated"),
        ("degrees", lambda values: -values, "no component"),
        ("shares", lambda values: -values, "negative weight"),
    ],
)
def test_what_draws_are_made_from_must_be_that_of_the_fit(
    weighted: Posterior, path: Path, name: str, change: Callable[[Any], Any], said: str
) -> None:
    again = dict(weighted.sampler_report.again)
    chosen = {**again, name: np.array(change(again[name]), order="C")}
    report = dataclasses.replace(weighted.sampler_report, again=chosen)  # type: ignore[type-var]
    path.write_bytes(dataclasses.replace(weighted, sampler_report=report).to_bytes())
    assert said in refusal(path)


@pytest.mark.parametrize("name", ["basis", "chosen", "degrees"])
def test_an_array_that_is_missing_is_refused(weighted: Posterior, path: Path, name: str) -> None:
    again = {key: values for key, values in weighted.sampler_report.again.items() if key != name}
    report = dataclasses.replace(weighted.sampler_report, again=again)  # type: ignore[type-var]
    path.write_bytes(dataclasses.replace(weighted, sampler_report=report).to_bytes())
    assert "is sealed, but not a valid posterior" in refusal(path)
