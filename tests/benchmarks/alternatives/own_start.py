"""Seconds and peak memory of each step of `shellcount estimate --json`, one after the other in a process.

The argument is the time at which the process was started, by the clock that all processes of Linux share.
"""

import io
import sys
import time
from importlib import import_module

STATUS = "/proc/self/status"
STEPS = []


def done(step):
    with io.open_code(STATUS) as status:
        peak = next(line for line in status.read().decode().splitlines() if line.startswith("VmHWM"))
    STEPS.append(
        {
            "step": step,
            "at": time.perf_counter(),
            "cpu": time.process_time(),
            "peak_mb": int(peak.split()[1]) / 1024,
        }
    )


def load():
    """Load what the command loads: each step what those before it have not."""
    import_module("shellcount.__main__").prepare()
    import_module("numpy.random")
    done("numpy")
    import_module("click")
    pydantic = import_module("pydantic")
    pydantic.create_model("First", value=(float, ...))  # which brings the rest of pydantic
    done("libraries")
    for name in (
        "analysis", "cli.estimating", "cli.main", "engines.importance", "files.cache", "posterior.fitting",
        "results.numbers_json",
    ):  # fmt: skip
        import_module(f"shellcount.{name}")
    done("modules")


def main():
    done("interpreter")
    load()
    from shellcount.analysis import Parts, analyse
    from shellcount.case.reading import load_case
    from shellcount.engines.settings import DEFAULTS
    from shellcount.posterior.fitting import fit_with
    from shellcount.results.numbers_json import numbers_json, to_json
    from shellcount.results.standard import standard

    case = load_case()
    done("case")
    posterior = fit_with(case, DEFAULTS)
    assert not posterior.conflicts
    done("fit")
    results = analyse(posterior, Parts(quantities=tuple(standard(case, None)), checks=(), figures=False))
    done("estimates")
    to_json(numbers_json(results))
    done("output")
    import json

    print(json.dumps({"started": float(sys.argv[1]), "steps": STEPS}))
    import_module("shellcount.__main__").leave_at_once(0)


if __name__ == "__main__":
    main()
