"""A case whose two claimants count the same crates, in accord or tenfold apart."""

from __future__ import annotations

from shellcount.case.reading import parse_case
from shellcount.case.schema import Case

FIRST, SECOND = "port-count", "navy-count"
TOTAL = "shells.mixed@2024-01-31"
COUNT = "crates.everything@2024-01-31"
TITLES = ("Ministry of Ports", "Navy of the Coast")
_TEXT = """
[case]
schema = "shellcount/case/1"
id = "pair"
title = "A pair of counts"
question = "How many shells?"
item = "shells"
carrier = "crates"

[[source]]
id = "paper"
title = "A paper"
publisher = "A publisher"

[[claimant]]
id = "ports"
title = "Ministry of Ports"
grade = "B"
basis = "made up"

[[claimant]]
id = "navy"
title = "Navy of the Coast"
grade = "B"
basis = "made up"

[[claim]]
id = "port-count"
claimant = "ports"
summary = "2,000 crates by the end of January."
quantity = "containers"
scope = "everything"
value = 2000
resolution = 1
hedge = "exact"
as_of = 2024-01-31
use = "fit"
reports = [{ source = "paper", value = 2000, hedge = "exact" }]

[[claim]]
id = "navy-count"
claimant = "navy"
summary = "Crates by the end of January."
quantity = "containers"
scope = "everything"
value = SECOND
resolution = 1
hedge = "exact"
as_of = 2024-01-31
use = "fit"
reports = [{ source = "paper", value = SECOND, hedge = "exact" }]

[[claim]]
id = "total"
claimant = "navy"
summary = "Some 300,000 shells by the end of January."
quantity = "rounds"
value = 300_000
resolution = 10_000
hedge = "about"
as_of = 2024-01-31
use = "check"
reports = [{ source = "paper", value = 300_000, hedge = "about" }]

[hedges]
exact = { sigma = 0.02, margin = 0.0, basis = "made up", certainty = "U" }
about = { sigma = 0.08, margin = 0.0, basis = "made up", certainty = "U" }

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
first_rate_per_day = { low = 2, high = 200, basis = "made up", certainty = "U" }
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


def text_of(second: float) -> str:
    """The file of the case, with the count of the second claimant; that of the first is 2,000."""
    return _TEXT.replace("SECOND", f"{second:g}")


def in_accord() -> Case:
    """The two counts differ by a twentieth."""
    return parse_case(text_of(2100).encode(), origin="in accord")


def contradicting() -> Case:
    """The two counts differ tenfold."""
    return parse_case(text_of(200).encode(), origin="contradicting")
