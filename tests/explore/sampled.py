"""The view that stands in view.json, for whoever draws views; run it to write that file anew."""

import json
from pathlib import Path

from shellcount.case.reading import load_case
from shellcount.explore.answers import Answers, Asked
from shellcount.explore.edits import Edits
from shellcount.explore.view import View

SAMPLE = Path(__file__).parent / "view.json"
EDITS = Edits({"load": "0.5:0.8", "claim.rok-mnd-2024-06": "12000"}, {"claim:us-state-2024-02": "check"})
PINNED = (("half full", Edits({"load": "0.5"})),)


def sample() -> View:
    return Answers(load_case()).view(EDITS, serial=3, asked=Asked(2e6, PINNED))


def written() -> str:
    return json.dumps(sample().document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SAMPLE.write_text(written(), encoding="utf-8")
