"""``python -m shellcount``."""

from __future__ import annotations

import os
import sys

# Looking for plug-ins of pydantic reads the metadata of every installed package; we have none.
_PLUGINS = "PYDANTIC_DISABLE_PLUGINS"


def run() -> None:
    """Run the command line; what prevents its start is told apart from a failed check."""
    os.environ.setdefault(_PLUGINS, "__all__")
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
