"""A case with a posterior in closed form, edits that `with_changes` does not offer, and a reader of HTML."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from typing import Any

from shellcount.case import Case
from shellcount.casefile import build_case, parse_case
from shellcount.changes import Change, with_changes

# One claim of containers in the widest scope, thirty days after the first shipment and within
# its calendar month, so that log M = log 30 + log rate, and is normal a priori.
_ONE_CLAIM = b"""
[case]
schema = "shellcount/case/1"
id = "one-claim"
title = "One claim"
question = "How many?"

[[source]]
id = "paper"
title = "A paper"
publisher = "A publisher"

[[claimant]]
id = "office"
title = "an office"
grade = "B"
basis = "made up"

[[claim]]
id = "only"
claimant = "office"
summary = "Two thousand containers."
quantity = "containers"
scope = "everything"
value = 2000
resolution = 1
hedge = "about"
as_of = 2024-01-31
use = "fit"
reports = [{ source = "paper", value = 2000, hedge = "about" }]

[hedges]
exact = { sigma = 0.02, margin = 0.0, basis = "made up", certainty = "U" }
about = { sigma = 0.08, margin = 0.0, basis = "made up", certainty = "U" }
at_least = { sigma = 0.05, margin = 0.40, basis = "made up", certainty = "U" }
up_to = { sigma = 0.05, margin = -0.40, basis = "made up", certainty = "U" }

[reliability.B]
value = 0.10
basis = "made up"
certainty = "U"

[[scope]]
id = "everything"
title = "all cargo"

[containers]
first_shipment = 2024-01-01
first_shipment_basis = "made up"
rated_payload_kg = { value = 28200, basis = "made up", certainty = "U" }
cube_m3 = { value = 33, basis = "made up", certainty = "U" }

[priors]
first_rate_per_day = { low = 10, high = 100, basis = "made up", certainty = "U" }
rate_walk_sd = { value = 0.35, basis = "made up", certainty = "U" }
payload_share = { low = 0.6, high = 0.8, basis = "made up", certainty = "U" }
stowage = { low = 0.6, high = 0.9, basis = "made up", certainty = "U" }
load = { low = 0.4, high = 0.9, basis = "made up", certainty = "U" }
mix_spread = { value = 0.8, basis = "made up", certainty = "U" }

[[nature]]
id = "shell"
title = "shells"
base_share = 1
basis = "made up"
certainty = "U"
bare = { mass_kg = 40, volume_m3 = 0.03, basis = "made up", certainty = "U" }

[[nature.stow]]
id = "crate"
title = "crated"
base_share = 1
mass_kg = { low = 75, high = 95, basis = "made up", certainty = "U" }
volume_m3 = { low = 0.065, high = 0.10, basis = "made up", certainty = "U" }

[[scenario]]
id = "mixed"
title = "whatever is carried"
"""


def one_claim_case(changes: Mapping[str, Change] | None = None) -> Case:
    """The case of a single claim, with some of its inputs changed as `with_changes` has it."""
    return with_changes(parse_case(_ONE_CLAIM, origin="one claim"), changes or {})


def edited(case: Case, edit: Callable[[dict[str, Any]], None]) -> Case:
    """A copy of a case after an edit of its raw document, validated anew."""
    document = copy.deepcopy(case.model_dump(by_alias=True))
    edit(document)
    return build_case(document, origin="edited")


def with_claims(case: Case, claims: tuple[Any, ...]) -> Case:
    """A copy of a case whose table of claims is replaced by others, or by the same in another order."""
    return case.model_copy(update={"claim": claims})


class Page(HTMLParser):
    """Reads HTML without attributes, insists that tags are closed in turn, and keeps tags and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._open: list[str] = []
        self.tags: list[str] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert attrs == []
        self._open.append(tag)
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)
