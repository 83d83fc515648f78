"""What a plan decides, as arrays over the scenario's axes, in tonnes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from planner.case.scenario import Numbers, Rule, Scenario
from planner.solving.measures import unit_in_model
from planner.solving.tolerances import NEGLIGIBLE
from planner_models.compiled import CompiledModel

_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Taken:
    """What a plan decides of contracts. C contracts, G lifts of all of them in turn.

    Attributes:
        level: C, tonnes per period or per year, as the contract has it.
        unlifted: G, tonnes not lifted that are paid instead.
    """

    level: Numbers = field(default_factory=lambda: np.zeros(0))
    unlifted: Numbers = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, slots=True)
class Quantities:
    """The decisions of one plan. Axes as in `Scenario`: S, M, I, P, T.

    Attributes:
        ship: S × P × T, tonnes leaving a source for a plant.
        make: recipes × P × T, tonnes of product made.
        convert: conversions × P × T, tonnes of throughput; each stands at one plant.
        short: I × P × T, demand not met.
        surplus: M × P × T, tonnes not needed.
        stock: M × P × T, closing stock.
        under: M × P × T, tonnes under a soft target.
        over, below: R, by how much a maximum and a minimum that may be broken are: tonnes, money
            of a spend, a number of suppliers.
        open: S × T, 1 in the period in which a restart is decided.
        order: S × T, 1 where an order is placed of a source that needs a decision on it.
        taken: levels of contracts, and what is not lifted.
    """

    ship: Numbers
    make: Numbers
    convert: Numbers
    short: Numbers
    surplus: Numbers
    stock: Numbers
    under: Numbers
    over: Numbers
    below: Numbers
    open: Numbers
    order: Numbers
    taken: Taken = field(default_factory=Taken)

    @property
    def bought(self) -> Numbers:
        """S × T, tonnes bought, all plants together."""
        total: Numbers = self.ship.sum(axis=1)
        return total

    @classmethod
    def of_solution(cls, scenario: Scenario, model: CompiledModel, values: Numbers) -> Quantities:
        """The quantities in a solution of the compiled model."""
        materials, sites, periods = (
            len(scenario.materials), len(scenario.sites), len(scenario.periods)
        )  # fmt: skip
        by_material = (materials, sites, periods)
        rules = (len(scenario.rules),)
        units = np.array([unit_in_model(scenario, rule) for rule in scenario.rules])
        contracts, lifts = (len(scenario.contracts),), (len(scenario.lift_periods),)

        def spread(variable: str, index: str, shape: tuple[int, ...]) -> Numbers:
            array = np.zeros(shape)
            array[tuple(model.indices[index].T)] = values[model.columns[variable]]
            return array

        makes = (len(scenario.recipes.names), sites, periods)
        conversions = (len(scenario.conversions.names), sites, periods)
        return cls(
            ship=spread("ship", "LANES", (len(scenario.sources), sites, periods)),
            make=spread("make", "MAKES", makes),
            convert=spread("convert", "CONVERSIONS", conversions),
            short=spread("short", "SHORTFALLS", (len(scenario.items), sites, periods)),
            surplus=spread("surplus", "BALANCES", by_material),
            stock=spread("stock", "STOCKS", by_material),
            under=spread("under", "SOFT_TARGETS", by_material),
            over=spread("over", "SOFT_CEILINGS", rules) * units
            + spread("more_suppliers", "SOFT_SUPPLIER_CEILINGS", rules),
            below=spread("below", "SOFT_FLOORS", rules) * units
            + spread("fewer_suppliers", "SOFT_SUPPLIER_FLOORS", rules),
            open=spread("open", "OPENINGS", (len(scenario.sources), periods)),
            order=spread("order", "ORDERS", (len(scenario.sources), periods)),
            taken=Taken(
                level=spread("level", "CONTRACTS", contracts),
                unlifted=spread("unlifted", "PAID_LIFTS", lifts),
            ),
        )


def arrivals(scenario: Scenario, ship: Numbers) -> Numbers:
    """S × P × T: tonnes bought by the period in which they arrive, before yield."""
    arriving = np.zeros_like(ship)
    count = ship.shape[2]
    for s, p in np.ndindex(ship.shape[:2]):
        lead = int(scenario.lead[s, p])
        if lead < count:
            arriving[s, p, lead:] = ship[s, p, : count - lead]
    return arriving


def delivered(scenario: Scenario, ship: Numbers) -> Numbers:
    """M × P × T: tonnes of each material arriving usable."""
    content = scenario.content * scenario.yields[:, None]
    tonnes: Numbers = np.einsum("sm,spt->mpt", content, arrivals(scenario, ship))
    return tonnes


def scrap(scenario: Scenario, short: Numbers) -> Numbers:
    """S × T: tonnes that come back to recycling sources of what was delivered a lag before.

    Args:
        scenario: the case's numbers.
        short: I × P × T, demand not met.
    """
    recycling = scenario.recycling
    received = (scenario.demand - short).sum(axis=1)
    feed = np.zeros((len(scenario.sources), len(scenario.periods)))
    for n, source in enumerate(recycling.source.tolist()):
        for t in range(len(scenario.periods)):
            delivery = t - int(recycling.lag[n])
            came_back = recycling.returned[n] * received[recycling.item[n], max(delivery, 0)]
            feed[source, t] += came_back if delivery >= 0 else recycling.opening[n]
    return feed


def used_in_recipes(scenario: Scenario, make: Numbers) -> Numbers:
    """M × P × T: tonnes of each material that go into products."""
    tonnes: Numbers = np.einsum("rm,rpt->mpt", scenario.recipes.use, make)
    return tonnes


def converted(scenario: Scenario, convert: Numbers) -> Numbers:
    """M × P × T: tonnes of each material that conversions make, less those that they use up."""
    tonnes: Numbers = np.einsum("vm,vpt->mpt", scenario.conversions.made, convert)
    return tonnes


def counted(rule: Rule, ship: Numbers) -> float:
    """Contained tonnes that a rule counts; of an average, those times the attribute."""
    return float(rule.content @ _in_scope(rule, ship))


def party_tonnes(rule: Rule, ship: Numbers) -> Numbers:
    """Contained tonnes that a rule counts of each of its parties."""
    tonnes = rule.content * _in_scope(rule, ship)
    return np.array([tonnes[list(party.sources)].sum() for party in rule.parties])


def suppliers(rule: Rule, ship: Numbers) -> int:
    """How many suppliers a count counts: all bought from, or those from enough tonnes on."""
    tonnes = party_tonnes(rule, ship)
    if rule.maximum is None:
        return int((tonnes >= rule.counts_from * (1.0 - _ROUNDING)).sum())
    return int((tonnes > NEGLIGIBLE * tonnes.max(initial=0.0)).sum())


def squares(rule: Rule, ship: Numbers) -> float:
    """Sum of squared tonnes of each party, divided by the demand: the HHI times the demand.

    Without demand the tonnes themselves, of which there may be none.
    """
    tonnes = party_tonnes(rule, ship)
    return float(tonnes @ tonnes) / rule.basis if rule.basis else float(tonnes.sum())


def basis(rule: Rule, ship: Numbers) -> float:
    """What a share is of, in tonnes: demand, or contained tonnes of all purchases."""
    if rule.basis_content is None:
        return float(rule.basis or 0.0)
    return float(rule.basis_content @ _in_scope(rule, ship))


def _in_scope(rule: Rule, ship: Numbers) -> Numbers:
    """S: tonnes bought for the plants and in the periods that a rule counts."""
    tonnes: Numbers = ship[:, list(rule.sites)][:, :, list(rule.periods)].sum(axis=(1, 2))
    return tonnes
