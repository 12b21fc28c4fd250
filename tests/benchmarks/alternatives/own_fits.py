"""Seconds of shellcount's default fit alone, marks of conflicts included, for both sets of claims in turn."""

import json
import time

import shellcount

REPEATS = 15


def main():
    case = shellcount.load_case()
    found = {given: {"seconds": [], "log_evidence": []} for given in ("counts", "all")}
    for seed in range(REPEATS + 1):
        for given, row in found.items():
            started = time.perf_counter()
            posterior = shellcount.fit(case, given=given, seed=seed)
            took = time.perf_counter() - started
            evidence = posterior.log_evidence
            if seed > 0:  # the first one warms up
                row["seconds"].append(took)
                row["log_evidence"].append(None if evidence is None else evidence[0])
    print(json.dumps(found))


if __name__ == "__main__":
    main()
