"""Steps of the main job: their history shows which of them became slower."""

import subprocess
import sys

import numpy as np
import pytest

import shellcount
from shellcount.model.model import build_model

ESTIMATE = [sys.executable, "-m", "shellcount", "estimate", "--json"]
HEADLINE = "rounds.mixed@2024-06-14"


@pytest.fixture(scope="module")
def case():
    return shellcount.load_case()


def bench_process(benchmark):
    benchmark.pedantic(subprocess.run, (ESTIMATE,), {"check": True, "capture_output": True}, rounds=5)


def bench_load_case(benchmark):
    benchmark(shellcount.load_case)


def bench_likelihood(benchmark, case):
    model = build_model(case)
    z = np.random.default_rng(1).standard_normal((len(model.informed), 10_000))
    benchmark(model.log_likelihood, z)


@pytest.mark.parametrize("given", ["counts", "all"])
def bench_fit(benchmark, case, given):
    benchmark(lambda: shellcount.fit(case, given=given))


def bench_fit_and_headline(benchmark, case):
    benchmark(lambda: shellcount.fit(case).estimate(HEADLINE))


def bench_analyse(benchmark, case):
    benchmark(lambda: shellcount.analyse(case))
