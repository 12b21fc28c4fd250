"""Prior range of the headline with shellcount: a fit of no claim."""

import figures as f
from shellcount_fit import CLAIMS, HEADLINE

import shellcount

SIZE = None


def prepare():
    return shellcount.load_case()


def fit(case, seed, _size=None, _stated=None):
    estimate = shellcount.fit(case, without=CLAIMS, seed=seed).estimate(HEADLINE)
    return [estimate.p05, estimate.p50, estimate.p95]


if __name__ == "__main__":
    f.show(*fit(prepare(), 1))
