"""Fit again and again in one process: a request in each line of standard input, an answer in each of output.

A request is ``{"seed": 1, "size": null, "stated": null}``: a size of null is that of the script, and values
of null are those of the case. The answer has the 5%, 50% and 95% quantiles, and the seconds that they took.
"""

import contextlib
import importlib
import json
import sys
import time


def main():
    answers = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):  # where libraries may say what they like
        script = importlib.import_module(sys.argv[1])
        prepared = script.prepare(*sys.argv[2:])
        default = script.SIZE[sys.argv[2]] if isinstance(script.SIZE, dict) else script.SIZE
        print(json.dumps({"ready": True}), file=answers, flush=True)
        for line in sys.stdin:
            request = json.loads(line)
            size = request["size"] or default
            started, cpu = time.perf_counter(), time.process_time()
            quantiles = script.fit(prepared, request["seed"], size, request["stated"])
            took = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu}
            print(json.dumps({**took, "size": size, "quantiles": quantiles}), file=answers, flush=True)


if __name__ == "__main__":
    main()
