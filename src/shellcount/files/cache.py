"""Keep compiled code in a folder of the user."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_cache_path

from shellcount.errors import OutputError
from shellcount.files.reading import io_errors_as
from shellcount.text import one_line

CACHE_VARIABLE = "SHELLCOUNT_CACHE"


def cache_folder() -> Path:
    """Create the folder for compiled code, which the environment variable SHELLCOUNT_CACHE may name.

    Raises
    ------
    OutputError
        When it cannot be made.
    """
    override = os.environ.get(CACHE_VARIABLE)
    folder = Path(override) if override else user_cache_path("shellcount")

    def error(reason: str) -> OutputError:
        return OutputError(
            f"the cache folder {one_line(str(folder))} cannot be made ({reason}); "
            f"name another with {CACHE_VARIABLE}"
        )

    with io_errors_as(error):
        folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()
