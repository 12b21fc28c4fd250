"""Hold the well-formed parts of a case file, to which the rules of meaning apply."""

from __future__ import annotations

from dataclasses import field

from shellcount.case.assumptions import (
    Containers,
    Flow,
    Group,
    HedgeRule,
    NamedLexicon,
    Nature,
    Pause,
    Priors,
    Robustness,
    Scenario,
    Scope,
    Spread,
    Trip,
)
from shellcount.case.header import Header
from shellcount.case.schema import Case, Claim, Claimant, Source
from shellcount.frozen import frozen


@frozen
class WellFormed:
    """Parts of a case file that have the right shape, by their position in it.

    ``ids`` includes the ids of ill-formed entries, so that a fault in one entry causes no false
    faults where others refer to it.
    """

    about: Header | None = None
    source: dict[int, Source] = field(default_factory=dict)
    claimant: dict[int, Claimant] = field(default_factory=dict)
    claim: dict[int, Claim] = field(default_factory=dict)
    scope: dict[int, Scope] = field(default_factory=dict)
    nature: dict[int, Nature] = field(default_factory=dict)
    scenario: dict[int, Scenario] = field(default_factory=dict)
    group: dict[int, Group] = field(default_factory=dict)
    pause: dict[int, Pause] = field(default_factory=dict)
    trip: dict[int, Trip] = field(default_factory=dict)
    flow: Flow | None = None
    robustness: Robustness | None = None
    hedges: dict[str, HedgeRule] | None = None
    lexicon: NamedLexicon | None = None
    reliability: dict[str, Spread] | None = None
    containers: Containers | None = None
    priors: Priors | None = None
    ids: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, case: Case) -> WellFormed:
        """Collect the parts of a well-formed case."""
        return cls(
            about=case.about,
            source=dict(enumerate(case.source)),
            claimant=dict(enumerate(case.claimant)),
            claim=dict(enumerate(case.claim)),
            scope=dict(enumerate(case.scope)),
            nature=dict(enumerate(case.nature)),
            scenario=dict(enumerate(case.scenario)),
            group=dict(enumerate(case.group or ())),
            pause=dict(enumerate(case.pause or ())),
            trip=dict(enumerate(case.trip or ())),
            flow=case.flow,
            robustness=case.robustness,
            hedges={str(name): rule for name, rule in case.hedges.items()},
            lexicon=case.lexicon,
            reliability={str(name): rule for name, rule in case.reliability.items()},
            containers=case.containers,
            priors=case.priors,
            ids={
                table: [entry.id for entry in entries]
                for table, entries in (
                    ("source", case.source),
                    ("claimant", case.claimant),
                    ("claim", case.claim),
                    ("scope", case.scope),
                    ("nature", case.nature),
                    ("scenario", case.scenario),
                    ("group", case.group or ()),
                    ("trip", case.trip or ()),
                )
            },
        )
