"""``python -m shellcount``."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys
import threading

# What libraries would do when they are imported, unless the user says so: pydantic looks for plug-ins in
# the metadata of every installed package, and OpenBLAS starts a thread for each core, of which none is used.
_SPARED = {"PYDANTIC_DISABLE_PLUGINS": "__all__", "OPENBLAS_NUM_THREADS": "1"}
# After so many new objects Python looks for garbage, instead of 700. Modules and one fit make 200,000, of
# which none is garbage, and looking at them takes as long as a tenth of the fit.
_NEW_OBJECTS = 500_000
_ARENAS = -8  # M_ARENA_MAX of GNU's allocator


def run() -> None:
    """Run the command line; what prevents its start is told apart from a failed check."""
    prepare()
    try:
        from shellcount.cli.main import main
        from shellcount.files.cache import keep_compiled_code
    except KeyboardInterrupt:
        sys.stderr.write("shellcount: interrupted\n")
        sys.exit(130)
    except ImportError as error:
        sys.stderr.write(f"shellcount: it cannot start ({error}); install it again\n")
        sys.exit(70)
    keep_compiled_code()
    try:
        main()
    except SystemExit as ended:
        if isinstance(ended.code, int):
            leave_at_once(ended.code)
        raise


def prepare() -> None:
    """Prepare this process for one short command, before any library is imported.

    Garbage is collected seldom, and what one thread has freed another can use, where GNU's allocator would
    keep it for the thread.
    """
    for name, value in _SPARED.items():
        os.environ.setdefault(name, value)
    gc.set_threshold(_NEW_OBJECTS)
    if sys.platform == "linux":
        import ctypes  # which numpy imports too

        with contextlib.suppress(AttributeError, OSError):
            ctypes.CDLL(None).mallopt(_ARENAS, 1)


def leave_at_once(status: int) -> None:
    """Leave the process without taking its modules apart, which takes a tenth of a short command's time.

    Where something still runs, or cannot be written, it ends as usual, which waits or says so.
    """
    if threading.active_count() > 1:
        return
    atexit._run_exitfuncs()  # noqa: SLF001  # as Python does before it takes anything apart
    with contextlib.suppress(OSError, ValueError):
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        os._exit(status)


if __name__ == "__main__":
    run()
