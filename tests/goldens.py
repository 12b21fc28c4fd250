"""Numbers of the shipped cases as they were made once, and whether this machine would make the same digits.

`python tests/goldens.py` records them anew, for when the model changes on purpose.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import itertools
import json
import lzma
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr, ndtri, owens_t
from threadpoolctl import threadpool_limits

import shellcount
from shellcount.analysis import Parts
from shellcount.results.numbers_json import to_json

FILE = Path(__file__).parent / "golden" / "numbers.json.xz"
CASES, GIVENS, SEEDS = ("dprk-russia-2024", "black-sea-grain-2022"), ("counts", "all"), (1, 2, 3)
RUNS = tuple(itertools.product(CASES, GIVENS, SEEDS))
SHORT = {
    ("dprk-russia-2024", "counts", 1),
    ("dprk-russia-2024", "all", 1),
    ("black-sea-grain-2022", "counts", 1),
}
_KEPT = ("run", "log_evidence", "unconverged", "estimates", "checks")


def key(case: str, given: str, seed: int) -> str:
    """The name of a run in the file."""
    return f"{case} {given} {seed}"


def numbers(case: str, given: str, seed: int) -> Any:  # raw JSON
    """What numbers.json says today of a run, read back from text."""
    posterior = shellcount.fit(
        shellcount.load_case(case), given=given, seed=seed, runs=16, points=512, allow_unconverged=True
    )
    results = shellcount.analyse(posterior, Parts(figures=False))
    found = json.loads(to_json(shellcount.numbers_json(results)))
    return {part: found[part] for part in _KEPT}


def probe() -> dict[str, str]:
    """What decides the last digits: versions, and functions whose digits depend on the processor.

    Vector instructions and BLAS kernels differ between processors; a fixed input through each shows it.
    """
    rng = np.random.Generator(np.random.SFC64(np.random.SeedSequence([1, 2])))
    normal, uniform = rng.standard_normal((30, 4096)), rng.random((30, 4096))
    with threadpool_limits(limits=1, user_api="blas"):
        gram = normal @ normal.T
        factor = np.linalg.cholesky(gram)
        results: list[NDArray[np.float64]] = [
            *(normal, uniform, rng.permuted(normal, axis=1)),
            *(np.exp(normal), np.log(uniform), np.log1p(uniform), np.sqrt(uniform)),
            *(np.logaddexp(normal, uniform), 1 / (1 + np.exp(-normal)), normal**2),
            *(ndtr(normal), log_ndtr(5 * normal), ndtri(uniform), owens_t(normal, uniform)),
            *(gram, factor, factor @ normal, np.linalg.solve(gram, normal[:, :3])),
            *(np.vecdot(normal, uniform), np.einsum("ij,kj->ik", normal[:5], uniform[:4])),
            *(normal.sum(axis=0), normal.mean(axis=1), normal.std(axis=1), np.cumsum(uniform, axis=1)),
            np.quantile(normal, (0.05, 0.25, 0.5, 0.75, 0.95), axis=1),
        ]
    made = hashlib.sha256(b"".join(np.ascontiguousarray(result).tobytes() for result in results))
    versions = {library: importlib.metadata.version(library) for library in ("numpy", "scipy")}
    return {**versions, "arithmetic": made.hexdigest()[:16]}


def difference(stored: dict[str, str]) -> str | None:
    """Why the stored digits cannot be expected here, if so."""
    here = probe()
    apart = [
        f"{name} {stored[name]} there, {here[name]} here" for name in stored if stored[name] != here[name]
    ]
    return ", ".join(apart) or None


def read() -> Any:  # raw JSON
    """The stored numbers, with the probe of where they were made."""
    return json.loads(lzma.decompress(FILE.read_bytes()))


def write(runs: dict[str, Any]) -> None:
    """Store numbers, with the probe of this machine."""
    text = json.dumps({"probe": probe(), "runs": runs}, sort_keys=True, separators=(",", ":"))
    FILE.write_bytes(lzma.compress(text.encode(), preset=9))


if __name__ == "__main__":
    write({key(*run): numbers(*run) for run in RUNS})
