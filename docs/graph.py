"""Write the graph of the model, found by recording which coordinates each quantity uses."""

from __future__ import annotations

import functools
from collections.abc import Callable

import cog

import shellcount
from shellcount.case.biases import bias_kind
from shellcount.maths.arrays import Array
from shellcount.model.evaluation import Evaluation, coordinates_used
from shellcount.model.model import build_model
from shellcount.model.variables import free_variables
from shellcount.results.claimed import quantity_of
from shellcount.results.names import subjects
from shellcount.results.quantity import Quantity

HEAD = """digraph model {
  graph [rankdir=LR, nodesep=0.14, ranksep=0.35, bgcolor=white, margin=0.1]
  node [fontname="DejaVu Sans", fontsize=11, shape=box, style="rounded,filled", color="#555555"]
  node [height=0.3, margin="0.08,0.03"]
  edge [color="#888888", arrowsize=0.6]"""
STATED = {"containers": "stated counts", "capacity": "stated capacities", "rounds": "stated totals"}
COLOURS = {"parameter": "#CCE3F0", "quantity": "#FFFFFF", "stated": "#F6D5BC"}


def graph() -> None:
    """Write parameters, the quantities computed from them, and the kinds of claims that they explain."""
    model = build_model(shellcount.load_case(), "all")
    case = model.case

    def needed(ask: Callable[[Evaluation[Array]], object]) -> frozenset[str]:
        return frozenset(coordinates_used(model, ask))

    parameters = {variable.name: frozenset(variable.coordinates) for variable in free_variables(model)}
    wanted = [
        *(Quantity("containers", scope, case.last_date) for scope in subjects(case, "containers")),
        *(Quantity("capacity", cargo) for cargo in subjects(case, "capacity")),
        Quantity("rounds", case.scenario[0].id, case.last_date),
    ]
    quantities = {
        f"{each.kind}.{each.subject}": needed(functools.partial(Evaluation.quantity, quantity=each))
        for each in wanted
    }
    edges = set()
    for name, coordinates in quantities.items():
        edges |= {(source, name) for source in _sources(coordinates, parameters, quantities)}
    stated: dict[str, None] = {}
    for read in (reading for fitted in model.fitted for reading in fitted.readings):
        quantity = quantity_of(case, read)
        name, kind = f"{quantity.kind}.{quantity.subject}", bias_kind(read.claim)
        coordinates = needed(functools.partial(Evaluation.quantity, quantity=quantity))
        biases = needed(functools.partial(Evaluation.location, read=read)) - coordinates
        sources = {name} if name in quantities else _sources(coordinates, parameters, quantities)
        target = STATED.get(kind, f"stated {kind}")
        stated.setdefault(target)
        edges |= {(source, target) for source in sources}
        edges |= {(source, target) for source, mine in parameters.items() if mine & biases}
    cog.outl("```{graphviz}\n" + HEAD)
    for kind, names in (("parameter", parameters), ("quantity", quantities), ("stated", stated)):
        for name in names:
            cog.outl(f'  "{name}" [fillcolor="{COLOURS[kind]}"]')
    for source, target in sorted(edges):
        cog.outl(f'  "{source}" -> "{target}"')
    cog.outl("}\n```")


def _sources(
    coordinates: frozenset[str],
    parameters: dict[str, frozenset[str]],
    quantities: dict[str, frozenset[str]],
) -> set[str]:
    """Find what a quantity is computed from: the largest quantities within it, and the other parameters."""
    within = {name: inner for name, inner in quantities.items() if inner < coordinates}
    largest = {
        name: inner for name, inner in within.items() if not any(inner < other for other in within.values())
    }
    left = coordinates - frozenset().union(*largest.values())
    return set(largest) | {name for name, mine in parameters.items() if mine & left}
