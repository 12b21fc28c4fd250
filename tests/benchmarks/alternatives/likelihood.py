"""Seconds that evaluating the log likelihood once takes: of shellcount's model, and in plain NumPy.

Prints, for each number of points, the seconds of several evaluations in turn.
"""

import json
import sys
import time

import numpy as np
import numpy_density

import shellcount
from shellcount.model.model import build_model

REPEATS = 15


def seconds(evaluate):
    started = time.perf_counter()
    evaluate()
    return time.perf_counter() - started


def main():
    model = build_model(shellcount.load_case())
    rows = []
    for points in map(int, sys.argv[1:]):
        z = np.random.default_rng(1).standard_normal((len(model.informed), points))
        columns = np.ascontiguousarray(z.T)
        both = [
            (
                seconds(lambda z=z: model.log_likelihood(z)),
                seconds(lambda columns=columns: numpy_density.log_likelihood(columns)),
            )
            for _ in range(REPEATS + 1)
        ]
        model_seconds, numpy_seconds = (list(times)[1:] for times in zip(*both, strict=True))
        rows.append({"points": points, "shellcount": model_seconds, "numpy": numpy_seconds})
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
