"""``python -m shellcount``."""

from __future__ import annotations

import os
import sys

# What libraries would do when they are imported, unless the user says so: pydantic looks for plug-ins in
# the metadata of every installed package, and OpenBLAS starts a thread for each core, of which none is used.
_SPARED = {"PYDANTIC_DISABLE_PLUGINS": "__all__", "OPENBLAS_NUM_THREADS": "1"}


def run() -> None:
    """Run the command line; what prevents its start is told apart from a failed check."""
    for name, value in _SPARED.items():
        os.environ.setdefault(name, value)
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
    main()


if __name__ == "__main__":
    run()
