"""Show the explorer in a browser: a widget for marimo and for Jupyter, whose answers a worker computes.

The browser sends what was edited, and this process keeps only the latest of it; a worker answers that, and
sends views back. So no cell of a notebook runs again, and the last move wins.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from anywidget import AnyWidget
from traitlets import Dict

from shellcount.digest import Json
from shellcount.errors import ShellcountError, UsageError
from shellcount.explore import frontend, keeping
from shellcount.explore.answers import Answers, Asked, SupersededError
from shellcount.explore.controls import controls
from shellcount.explore.dropped import MOST_BYTES, read_dropped
from shellcount.explore.edits import Edits, applied
from shellcount.explore.opening import Opening, open_case
from shellcount.explore.saving import saved
from shellcount.explore.slot import Slot, work
from shellcount.explore.view import View
from shellcount.limits import raised
from shellcount.results.conditioning import conditioning
from shellcount.results.results import Results
from shellcount.text import one_line

_MOST_PINS, _LONGEST_LABEL = 3, 80
_MOST_AWAKE = 4  # explorers of a process that hold the draws of their fits
_PARTS = tuple(field.name for field in dataclasses.fields(Edits))


class Explorer(AnyWidget):
    """Explorer of a case: controls on one side, and on the other what follows from them.

    Parameters
    ----------
    opening
        What to explore, of :func:`~shellcount.explore.opening.open_case`; by default the shipped case.

    Examples
    --------
    >>> explorer = Explorer()
    >>> explorer.wait()
    >>> explorer.state["view"]["answer"]["median"]
    '2.0 million rounds'
    """

    _esm = frontend.script()
    _css = frontend.style()
    about = Dict().tag(sync=True)
    state = Dict().tag(sync=True)

    def __init__(self, opening: Opening | None = None) -> None:
        super().__init__(about={"message": "The case is fitted \N{HORIZONTAL ELLIPSIS}"})
        self._opening = keeping.taken_up(open_case() if opening is None else opening)
        self._started, self._edits = self._opening.case.about.id, self._opening.edits
        self._answers: Answers | None = None
        self._stopped = -1  # serial of edits whose fit is to be stopped
        self._slot, self._keeper = Slot(), Slot()
        self.on_msg(self._heard)
        self._slot.ask(functools.partial(self._guarded, self._open, self._opening))
        work(self._keeper, self._failed)
        with raised(self._opening.limits):
            work(self._slot, self._failed)
        maker = threading.current_thread()
        if maker is not threading.main_thread():  # that of a session of a server, with which it ends
            threading.Thread(target=self._end_with, args=(maker,), daemon=True).start()

    @property
    def results(self) -> Results:
        """Results of the present edits, as :func:`shellcount.analyse` gives them for the edited case.

        Raises
        ------
        ShellcountError
            When the edited case cannot be fitted.
        """
        self.wait()
        return self._awake().results(self._edits)

    def wait(self) -> None:
        """Return once all that was asked for is answered and kept."""
        self._slot.wait()
        self._keeper.wait()

    def close(self) -> None:
        """Remove the widget from its page, and end its workers."""
        self._slot.close()
        self._keeper.close()
        super().close()

    def _end_with(self, maker: threading.Thread) -> None:
        maker.join()
        self._slot.close()
        self._keeper.wait()  # so that the last edits are kept
        self.close()

    def rest(self) -> None:
        """Drop the draws of all fits, until the next edits come."""
        self._answers = None

    def _awake(self) -> Answers:
        """Give the answers to edits of the case; those of explorers that were not moved for longer rest."""
        _latest.remember(self)
        answers = _answers(self._opening) if self._answers is None else self._answers
        self._answers = answers
        return answers

    # --- what the browser says -----------------------------------------------------------------------------

    def _heard(self, _: object, content: object, buffers: Sequence[bytes]) -> None:
        """Put what the browser sent where the worker finds it, and say that it came."""
        if not isinstance(content, dict):
            return
        serial, kind = _serial(content), content.get("type")
        if kind == "edits":
            self._slot.move(functools.partial(self._guarded, self._answer, content))
            self._keeper.move(functools.partial(self._keep, content))
        elif kind == "stop":
            self._stopped = serial
        elif kind == "open" and buffers:
            self._slot.ask(functools.partial(self._guarded, self._dropped, content, bytes(buffers[0])))
        elif kind == "export":
            self._slot.ask(functools.partial(self._guarded, self._export, content))
        elif kind == "resume":
            self._slot.ask(functools.partial(self._guarded, self._resume, content))
        self.send({"type": "received", "serial": serial})

    def _guarded(self, act: Callable[..., None], *arguments: Any) -> None:  # noqa: ANN401  # as the task takes
        """Run a task, and tell the browser what is wrong with what it asked for."""
        try:
            with contextlib.suppress(SupersededError):
                act(*arguments)
        except ShellcountError as error:
            self._say(str(error), wrong=True)

    def _failed(self) -> None:
        self._say("An error of shellcount: the terminal that it runs in says more.", wrong=True)

    def _say(self, text: str, *, wrong: bool = False) -> None:
        self.send({"type": "told", "text": text, "wrong": wrong})

    # --- the tasks of the worker ---------------------------------------------------------------------------

    def _open(self, opening: Opening) -> None:
        """Answer a case with the edits that it is opened with, and show its controls."""
        answers = _answers(opening)
        try:
            serial = _serial(self.state.get("view")) + 1
            view = answers.view(
                opening.edits, serial=serial, tell=self._tell_opening, superseded=self._slot.is_closed
            )
            listed = controls(answers.before())
        except ShellcountError as error:
            self.about = self.about if "controls" in self.about else {"message": str(error)}
            raise
        self._opening, self._answers, self._edits = opening, answers, opening.edits
        _latest.remember(self)
        edits, uses = opening.edits.document(), self._uses(opening.edits)
        self.state = {"edits": edits, "pins": [], "view": view.document(), "uses": uses}
        self.about = {
            "serial": view.serial,  # so that the page of the same case is made again too
            "title": opening.case.about.title,
            "question": opening.case.about.question,
            "controls": [control.document() for control in listed],
            "most_bytes": MOST_BYTES,
            "lost": keeping.told(opening),
            "offers": [
                {"name": offer.name, "text": keeping.worded(offer)} for offer in keeping.offers(opening)
            ],
        }

    def _tell_opening(self, view: View) -> None:
        """Tell how long a case takes to open that has no page yet."""
        if view.message and "controls" not in self.about:
            self.about = {"message": view.message}

    def _answer(self, content: Mapping[str, Json]) -> None:
        """Answer edits, unless later ones came."""
        edits, pins = Edits.parse(_parts(content)), _pins(content.get("pins"))
        serial, asked = _serial(content), Asked(None, tuple(pins))
        view = self._awake().view(
            edits,
            serial=serial,
            asked=asked,
            tell=self._show,
            superseded=self._slot.is_moved,
            stopped=lambda: self._stopped == serial,
        )
        self._edits = edits
        whole = {"view": view.document(), "uses": self._uses(edits)}
        self.send({"type": "view", **whole})
        if not self._slot.is_moved():  # at rest: what a page shows that is loaded again
            pinned = [{"label": label, "edits": each.document()} for label, each in pins]
            self.state = {"edits": edits.document(), "pins": pinned, **whole}

    def _uses(self, edits: Edits) -> dict[str, Json]:
        opening = self._opening
        return dict(applied(opening.case, edits, str(opening.given)).uses)

    def _keep(self, content: Mapping[str, Json]) -> None:
        """Keep edits, whether they have an answer or not."""
        with contextlib.suppress(UsageError):  # which the answer tells
            note = keeping.kept(self._opening, Edits.parse(_parts(content)), self._started)
            if note is not None:
                self._say(note, wrong=True)

    def _resume(self, content: Mapping[str, Json]) -> None:
        """Take up the edits of an earlier run."""
        opening = keeping.resumed(self._opening, str(content.get("name")))
        self._open(opening)
        self._say("Your earlier edits are back.")

    def _show(self, view: View) -> None:
        self.send({"type": "view", "view": view.document()})

    def _dropped(self, content: Mapping[str, Json], data: bytes) -> None:
        """Open a case that was dropped, or add the claims of a ledger to the case."""
        before = self._opening
        found = read_dropped(str(content.get("name")), data, before.content, before.origin)
        added = not found.name.lower().endswith(".toml")
        name = f"{found.case.about.id}.toml" if added else found.name
        opening = dataclasses.replace(
            before,
            path=name,
            content=found.content,
            origin=name,
            case=found.case,
            given=conditioning(found.case, str(before.given) if added else "counts"),
            edits=self._edits if added else Edits(),
        )
        self._open(opening)
        said = f"The claims of {found.name} are added: save the edited case to keep them in {name}."
        self._say("\n".join([said if added else f"{found.name} is open.", *found.notes]))

    def _export(self, content: Mapping[str, Json]) -> None:
        """Write the present edits as a file, which the browser saves."""
        edits = Edits.parse(_parts(content))
        file = saved(str(content.get("kind")), self._opening, self._awake(), edits)
        self.send({"type": "file", "ask": content.get("ask"), "name": file.name}, [file.content])


class _Latest:
    """Explorers that were moved last.

    A page that is loaded again has a new one, and nobody tells that the one before is of no use any more.
    """

    def __init__(self) -> None:
        self._explorers: list[weakref.ref[Explorer]] = []
        self._lock = threading.Lock()

    def remember(self, explorer: Explorer) -> None:
        """Add an explorer that is moved, and let the one rest that was moved longest ago."""
        with self._lock:
            known = [each for each in self._explorers if each() not in {None, explorer}]
            self._explorers = [*known, weakref.ref(explorer)][-_MOST_AWAKE:]
            resting = [each() for each in known if each not in self._explorers]
        for each in resting:
            if each is not None:
                each.rest()


_latest = _Latest()


def _answers(opening: Opening) -> Answers:
    return Answers(opening.case, given=str(opening.given), settings=opening.settings, path=opening.path)


def _serial(content: object) -> int:
    serial = content.get("serial") if isinstance(content, dict) else None
    return serial if isinstance(serial, int) else 0


def _parts(content: Mapping[str, Json]) -> dict[str, Json]:
    return {name: content.get(name) for name in _PARTS}


def _pins(content: Json) -> list[tuple[str, Edits]]:
    """Read pinned edits with their labels."""
    if not isinstance(content, list):
        return []
    return [
        (one_line(str(each.get("label")), _LONGEST_LABEL), Edits.parse(each.get("edits")))
        for each in content[:_MOST_PINS]
        if isinstance(each, dict)
    ]
