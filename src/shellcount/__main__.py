"""``python -m shellcount``."""

from __future__ import annotations

import sys


def run() -> None:
    """Run the command line; what prevents its start is told apart from a failed check."""
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
