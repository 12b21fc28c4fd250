"""Count the calls that something takes: work, whatever the load of the machine."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def calls(use: Callable[[], object]) -> int:
    """Count the calls of functions, those of libraries and of Python itself among them.

    No garbage is collected meanwhile, since finalizers of what other tests left behind would be counted too.
    """
    count = 0

    def each(_: FrameType, event: str, __: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    gc.disable()
    before = sys.getprofile()
    sys.setprofile(each)
    try:
        use()
    finally:
        sys.setprofile(before)
        gc.enable()
    return count
