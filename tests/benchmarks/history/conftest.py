"""Keep of a machine and a commit only what the history is read by."""

from __future__ import annotations

from typing import Any


def pytest_benchmark_update_machine_info(config: Any, machine_info: dict[str, Any]) -> None:  # noqa: ARG001
    cpu = machine_info["cpu"]
    kept = {
        "system": machine_info["system"],
        "python_version": machine_info["python_version"],
        "processor": cpu.get("brand_raw", machine_info["processor"]),
        "cores": cpu.get("count"),
    }
    machine_info.clear()
    machine_info.update(kept)


def pytest_benchmark_update_commit_info(config: Any, commit_info: dict[str, Any]) -> None:  # noqa: ARG001
    for name in set(commit_info) - {"id", "dirty"}:
        del commit_info[name]
