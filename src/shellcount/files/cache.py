"""Keep compiled code in a folder of the user."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from platformdirs import user_cache_path

from shellcount.errors import OutputError
from shellcount.files.reading import io_errors_as
from shellcount.text import one_line

CACHE_VARIABLE = "SHELLCOUNT_CACHE"
FLAGS_VARIABLE = "PYTENSOR_FLAGS"


def cache_folder() -> Path:
    """Create the folder for compiled code, which the environment variable SHELLCOUNT_CACHE may name.

    Raises
    ------
    OutputError
        When it cannot be made.
    """
    folder = _path()

    def error(reason: str) -> OutputError:
        return OutputError(
            f"the cache folder {one_line(str(folder))} cannot be made ({reason}); "
            f"name another with {CACHE_VARIABLE}"
        )

    with io_errors_as(error):
        folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def keep_compiled_code() -> None:
    """Set the folder in which PyTensor keeps compiled code to ours, unless the user names another.

    For processes of our own only: in those of others, PyTensor keeps it where they say.
    """
    flags = os.environ.get(FLAGS_VARIABLE, "")
    if "base_compiledir=" not in flags and "pytensor" not in sys.modules:
        folder = (_path() / "pytensor").absolute()
        if "," not in str(folder):  # which separates flags
            os.environ[FLAGS_VARIABLE] = ",".join(filter(None, (flags, f"base_compiledir={folder}")))


def _path() -> Path:
    override = os.environ.get(CACHE_VARIABLE)
    return Path(override) if override else user_cache_path("shellcount")
