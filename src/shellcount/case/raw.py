"""Parse the bytes of a case file into raw values, which nothing has checked yet."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from shellcount.case.shape import Raw
from shellcount.errors import CaseError, Fault
from shellcount.limits import allowed, option

_ENDLESS_KEY = re.compile(rb"""^[^=\n"'#]{2000}""", re.MULTILINE)


def most_bytes() -> int:
    """Look up the size of the largest case file that is read here.

    Examples
    --------
    >>> most_bytes()
    40000000
    """
    return int(allowed("case"))


def too_large(origin: str, size: int) -> CaseError:
    """Make the error of a case file that is too large.

    Examples
    --------
    >>> print(too_large("huge.toml", 44_000_000).faults[0])
    is larger than 40 MB; is it a case file? to read it all the same, --limit case=50MB
    """
    message = f"is larger than {most_bytes() / 1e6:g} MB"
    hint = f"is it a case file? to read it all the same, {option('case', size)}"
    return CaseError(origin, [Fault("", message, None, hint)])


def raw_case(content: bytes, origin: str) -> Raw:
    """Parse the bytes of a case file into raw values, with lists as tuples.

    Parameters
    ----------
    content, origin
        As for :func:`parse_case`.

    Raises
    ------
    CaseError
        When the content is not TOML.

    Examples
    --------
    >>> raw_case(b"claim = []", "empty.toml")
    {'claim': ()}
    """

    def refuse(message: str, hint: str | None = None) -> CaseError:
        return CaseError(origin, [Fault("", message, None, hint)])

    if len(content) > most_bytes():
        raise too_large(origin, len(content))
    if not content.strip():
        raise refuse("is empty", "`shellcount schema` describes the format")
    if b"\0" in content:
        from shellcount.case.unreadable import why_not_text  # slow to import, and only faults need it

        raise CaseError(origin, [why_not_text(content, origin)])
    if _ENDLESS_KEY.search(content):  # TOML readers take quadratic time for them
        raise refuse("contains a key of thousands of characters", "is a quotation mark missing?")
    try:
        return {name: frozen(value) for name, value in tomllib.loads(content.decode("utf-8-sig")).items()}
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refuse(f"is not UTF-8 (line {line})", "save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        from shellcount.case.unreadable import why_not_toml

        raise CaseError(origin, [why_not_toml(content, origin, str(error))]) from None
    except ValueError:  # an integer of more digits than Python will read
        raise refuse("contains a number of thousands of digits") from None
    except RecursionError:
        raise refuse("is not a case: its values are nested too deeply") from None


def frozen(value: Any) -> Any:  # noqa: ANN401  # raw TOML
    """Convert lists to tuples, since a case is frozen.

    Examples
    --------
    >>> frozen({"nature": ["maize", "wheat"]})
    {'nature': ('maize', 'wheat')}
    """
    if isinstance(value, list):
        return tuple(frozen(item) for item in value)
    if isinstance(value, dict):
        return {name: frozen(item) for name, item in value.items()}
    return value
