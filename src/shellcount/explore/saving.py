"""Save what an explorer holds: the edited case, its numbers, its brief and its figure, each as a file."""

from __future__ import annotations

from shellcount.errors import UsageError
from shellcount.explore.answers import Answers
from shellcount.explore.edits import Edits, applied
from shellcount.explore.exports import FORMS, export
from shellcount.explore.opening import Opening
from shellcount.explore.repeating import changed_toml
from shellcount.frozen import frozen
from shellcount.text import one_line

CASE = "case.toml"


@frozen
class File:
    """File to save.

    Parameters
    ----------
    name
        Name, without a folder.
    content
        Its bytes.
    """

    name: str
    content: bytes


def saved(form: str, opening: Opening, answers: Answers, edits: Edits) -> File:
    """Write the edited case, or what is found of it, as a file.

    Parameters
    ----------
    form
        ``case.toml``, or one of the forms that :func:`~shellcount.explore.exports.export` takes.
    opening
        What the explorer started from.
    answers
        Answers to edits of its case.
    edits
        The edits.

    Raises
    ------
    ShellcountError
        When there is no such form, or the edited case cannot be fitted.

    Examples
    --------
    >>> from shellcount.explore.opening import open_case
    >>> opening = open_case("channel-2023")
    >>> file = saved("case.toml", opening, Answers(opening.case), Edits())
    >>> file.name, file.content == opening.content
    ('channel-2023.toml', True)
    """
    if form == CASE:
        case = applied(opening.case, edits, str(opening.given)).case
        text = changed_toml(opening.content, opening.case, case)
        return File(f"{case.about.id}.toml", text.encode())
    for known in FORMS:
        if form == known:
            return File(known, export(answers.results(edits), known))
    raise UsageError(f"nothing is saved as {one_line(form, 40)!r}")
