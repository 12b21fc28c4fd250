"""The parts of a case file that have the right shape, for the rules on what they mean together."""

from __future__ import annotations

from dataclasses import dataclass, field

from shellcount.case.schema import (
    Case,
    Claim,
    Claimant,
    Containers,
    Header,
    HedgeRule,
    Nature,
    Priors,
    Scenario,
    Scope,
    Source,
    Spread,
)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a file that have the right shape, by their place in it.

    ``ids`` holds the ids of ill-formed entries as well, so that a fault in one entry does not
    raise false ones wherever it is referred to.
    """

    about: Header | None = None
    source: dict[int, Source] = field(default_factory=dict)
    claimant: dict[int, Claimant] = field(default_factory=dict)
    claim: dict[int, Claim] = field(default_factory=dict)
    scope: dict[int, Scope] = field(default_factory=dict)
    nature: dict[int, Nature] = field(default_factory=dict)
    scenario: dict[int, Scenario] = field(default_factory=dict)
    hedges: dict[str, HedgeRule] | None = None
    reliability: dict[str, Spread] | None = None
    containers: Containers | None = None
    priors: Priors | None = None
    ids: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, case: Case) -> Parts:
        """Take a well-formed case apart."""
        return cls(
            about=case.about,
            source=dict(enumerate(case.source)),
            claimant=dict(enumerate(case.claimant)),
            claim=dict(enumerate(case.claim)),
            scope=dict(enumerate(case.scope)),
            nature=dict(enumerate(case.nature)),
            scenario=dict(enumerate(case.scenario)),
            hedges={str(name): rule for name, rule in case.hedges.items()},
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
                )
            },
        )
