"""The sets and numbers that the formulation needs, as arrays. Knows nothing of workbooks.

A set is an integer array with one row per member (a one-dimensional set has one column); an
indexed set gives each member of another set its members. A parameter has one number per member
of its index. `SCHEMA` declares them all once; `ModelData` holds one case's, and is checked
against the schema when it is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Members = NDArray[np.int64]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SetSpec:
    """A set: how many indices a member has, and which set each of them comes from."""

    name: str
    roots: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class IndexedSetSpec:
    """A set for each member of `index`; its members have `dimension` indices."""

    name: str
    index: str
    dimension: int
    meaning: str


@dataclass(frozen=True, slots=True)
class ParamSpec:
    """A number for each member of `index`."""

    name: str
    index: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Schema:
    """Every set and parameter of the formulation."""

    sets: tuple[SetSpec, ...]
    indexed_sets: tuple[IndexedSetSpec, ...]
    params: tuple[ParamSpec, ...]


SCHEMA = Schema(
    sets=(
        SetSpec("OFFERS", ("source", "period"), "when a source can be bought"),
        SetSpec("LANES", ("source", "site", "period"), "what can leave where to and when"),
        SetSpec("BALANCES", ("material", "site", "period"), "where tonnes are accounted for"),
        SetSpec("CONTENTS", ("source", "material"), "which source holds which material"),
        SetSpec("SHORTFALLS", ("item", "site", "period"), "demand that may stay unmet"),
        SetSpec("STOCKS", ("material", "site", "period"), "closing stocks that may be kept"),
        SetSpec("TARGETS", ("material", "site", "period"), "closing stocks with a target"),
        SetSpec("SOFT_TARGETS", ("material", "site", "period"), "targets that may be missed"),
        SetSpec("RULES", ("rule",), "rows of quotas and limits that count one sum"),
        SetSpec("PRODUCT_BALANCES", ("item", "site", "period"), "where products are demanded"),
        SetSpec("MAKES", ("recipe", "site", "period"), "where products can be made, by recipe"),
        SetSpec("USES", ("recipe", "material"), "which recipe uses which material"),
        SetSpec("CONVERSIONS", ("conversion", "site", "period"), "where materials are converted"),
        SetSpec("CONVERSION_FLOWS", ("conversion", "material"), "what a conversion uses and makes"),
        SetSpec("FEEDS", ("source", "period"), "offers of sources that are fed by scrap"),
        SetSpec("RETURNS", ("source", "item"), "which source is fed by the scrap of which item"),
        SetSpec("BUYS_COUNTED", ("rule", "source", "period"), "purchases that a rule counts"),
        SetSpec(
            "SHIPS_COUNTED",
            ("rule", "source", "site", "period"),
            "shipments that a rule counts, where it counts some plants only",
        ),
        SetSpec(
            "TIERS_COUNTED", ("rule", "source", "period", "tier"), "tiers whose cost a rule counts"
        ),
        SetSpec("BASES", ("basis",), "purchases that shares and averages are of"),
        SetSpec("BUYS_IN_BASIS", ("basis", "source", "period"), "purchases that a basis counts"),
        SetSpec(
            "SHIPS_IN_BASIS",
            ("basis", "source", "site", "period"),
            "shipments that a basis counts, where it counts some plants only",
        ),
        SetSpec("CEILINGS", ("rule",), "rules with a maximum"),
        SetSpec("FLOORS", ("rule",), "rules with a minimum"),
        SetSpec("SOFT_CEILINGS", ("rule",), "maxima that may be broken"),
        SetSpec("SOFT_FLOORS", ("rule",), "minima that may be broken"),
        SetSpec("RESTARTS", ("source",), "sources that deliver only once decided on"),
        SetSpec("OPENINGS", ("source", "period"), "when a restart may be decided"),
        SetSpec("RUNS", ("source", "period"), "offers of sources with a restart"),
        SetSpec("OPENED", ("source", "period", "period"), "(source, period, decided in) it opens"),
        SetSpec("LOADS", ("source", "period"), "runs with a minimum load"),
        SetSpec("ORDERS", ("source", "period"), "offers with a minimum order or an order cost"),
        SetSpec("TIERED", ("source", "period"), "offers priced by volume"),
        SetSpec("TIERS", ("source", "period", "tier"), "the tiers of their prices"),
        SetSpec("STEPS", ("source", "period", "tier"), "tiers that take a yes/no decision"),
        SetSpec("ONE_TIER", ("source", "period"), "offers whose whole volume is in one tier"),
        SetSpec("SUPPLIER_CEILINGS", ("rule",), "supplier counts with a maximum"),
        SetSpec("SUPPLIER_FLOORS", ("rule",), "supplier counts with a minimum"),
        SetSpec("SOFT_SUPPLIER_CEILINGS", ("rule",), "maximum counts that may be given up"),
        SetSpec("SOFT_SUPPLIER_FLOORS", ("rule",), "minimum counts that may be given up"),
        SetSpec("SUPPLIERS", ("rule", "party"), "suppliers that a maximum counts"),
        SetSpec(
            "SUPPLIES",
            ("rule", "party", "source", "period"),
            "offers of a supplier that a maximum counts",
        ),
        SetSpec("RELIED", ("rule", "party"), "suppliers that a minimum counts"),
        SetSpec(
            "RELIED_LANES",
            ("rule", "party", "source", "site", "period"),
            "shipments of a supplier that a minimum counts",
        ),
        SetSpec("HHI_CEILINGS", ("rule",), "limits on an HHI"),
        SetSpec("PARTIES", ("rule", "party"), "countries (values of a column) of an HHI"),
        SetSpec(
            "PARTY_LANES",
            ("rule", "party", "source", "site", "period"),
            "shipments of a country that an HHI counts",
        ),
        SetSpec("TANGENTS", ("rule", "party", "tangent"), "tangents of a country's square"),
        SetSpec("PRIORITIES", ("priority",), "priorities of rules that may be given up"),
        SetSpec("CONTRACTS", ("contract",), "offtakes whose level is decided"),
        SetSpec("CONTRACT_PERIODS", ("contract", "period"), "when a level caps what is taken"),
        SetSpec("LIFTS", ("lift",), "periods of a contract in which a part has to be lifted"),
        SetSpec("PAID_LIFTS", ("lift",), "those where what is not lifted is paid instead"),
        SetSpec("FROZEN", ("source", "site", "period"), "purchases kept as planned today"),
    ),
    indexed_sets=(
        IndexedSetSpec("SITES_SERVED", "OFFERS", 1, "sites that a source ships to"),
        IndexedSetSpec("ARRIVALS", "BALANCES", 2, "(source, period of leaving) of what arrives"),
        IndexedSetSpec("OPENING_OF", "BALANCES", 1, "the period before, where stock is kept"),
        IndexedSetSpec("CLOSING_OF", "BALANCES", 1, "the period, where stock is kept"),
        IndexedSetSpec("SHORT_IN", "BALANCES", 1, "the period, where demand may stay unmet"),
        IndexedSetSpec("MADE_OF", "BALANCES", 1, "recipes that use the material"),
        IndexedSetSpec("CONVERTED", "BALANCES", 1, "conversions that use or make the material"),
        IndexedSetSpec("RECIPES_OF", "PRODUCT_BALANCES", 1, "recipes that make the product"),
        IndexedSetSpec(
            "PRODUCT_SHORT_IN", "PRODUCT_BALANCES", 1, "the period, where demand may stay unmet"
        ),
        IndexedSetSpec(
            "SHORT_BEFORE", "FEEDS", 3, "(item, site, period) whose shortfall makes no scrap"
        ),
        IndexedSetSpec("UNDER_IN", "TARGETS", 1, "the period, where the target may be missed"),
        IndexedSetSpec("RULE_BUYS", "RULES", 2, "(source, period) that a rule counts"),
        IndexedSetSpec("RULE_SHIPS", "RULES", 3, "(source, site, period) that a rule counts"),
        IndexedSetSpec("RULE_TIERS", "RULES", 3, "(source, period, tier) whose cost a rule counts"),
        IndexedSetSpec("BASIS_BUYS", "BASES", 2, "(source, period) that a basis counts"),
        IndexedSetSpec("BASIS_SHIPS", "BASES", 3, "(source, site, period) that a basis counts"),
        IndexedSetSpec("CEILING_BASIS", "CEILINGS", 1, "the basis that a maximum is a share of"),
        IndexedSetSpec("FLOOR_BASIS", "FLOORS", 1, "the basis that a minimum is a share of"),
        IndexedSetSpec("OVER_IN", "CEILINGS", 1, "the rule, where its maximum is soft"),
        IndexedSetSpec("BELOW_IN", "FLOORS", 1, "the rule, where its minimum is soft"),
        IndexedSetSpec("OPENINGS_OF", "RESTARTS", 1, "periods in which it may be decided"),
        IndexedSetSpec("OPENED_BY", "RUNS", 1, "decision periods that open capacity"),
        IndexedSetSpec("LOADED_BY", "LOADS", 1, "decision periods that bring a minimum load"),
        IndexedSetSpec("TIERS_OF", "TIERED", 1, "tiers of an offer"),
        IndexedSetSpec("FILLED_BY", "STEPS", 1, "the tier that a step needs filled"),
        IndexedSetSpec("STEPS_OF", "ONE_TIER", 1, "tiers of which one may be chosen"),
        IndexedSetSpec("SUPPLIERS_OF", "SUPPLIER_CEILINGS", 1, "suppliers that it counts"),
        IndexedSetSpec("RELIED_OF", "SUPPLIER_FLOORS", 1, "suppliers that it counts"),
        IndexedSetSpec("MORE_IN", "SUPPLIER_CEILINGS", 1, "the rule, where it may be given up"),
        IndexedSetSpec("FEWER_IN", "SUPPLIER_FLOORS", 1, "the rule, where it may be given up"),
        IndexedSetSpec("SUPPLIED_SITES", "SUPPLIES", 1, "sites that the offer ships to"),
        IndexedSetSpec("RELIED_SHIPS", "RELIED", 3, "(source, site, period) of the supplier"),
        IndexedSetSpec("PARTIES_OF", "HHI_CEILINGS", 1, "countries that it counts"),
        IndexedSetSpec("PARTY_SHIPS", "PARTIES", 3, "(source, site, period) of the country"),
        IndexedSetSpec("OVER_OF", "PRIORITIES", 1, "soft maxima of the priority"),
        IndexedSetSpec("BELOW_OF", "PRIORITIES", 1, "soft minima of the priority"),
        IndexedSetSpec("MORE_OF", "PRIORITIES", 1, "maximum counts of the priority"),
        IndexedSetSpec("FEWER_OF", "PRIORITIES", 1, "minimum counts of the priority"),
        IndexedSetSpec("TAKEN_IN", "CONTRACT_PERIODS", 1, "the source that the contract is on"),
        IndexedSetSpec("LIFT_BUYS", "LIFTS", 2, "(source, period) of what counts as lifted"),
        IndexedSetSpec("LIFT_LEVEL", "LIFTS", 1, "the contract"),
        IndexedSetSpec("UNLIFTED_IN", "LIFTS", 1, "the lift, where it may be paid instead"),
    ),
    params=(
        ParamSpec("purchase_limit", "OFFERS", "most tonnes that can be bought"),
        ParamSpec("landed_cost", "LANES", "discounted landed cost of a tonne"),
        ParamSpec("delivered", "CONTENTS", "tonnes arriving of a material per tonne bought"),
        ParamSpec("net_demand", "BALANCES", "demand less in transit and opening stock, tonnes"),
        ParamSpec("surplus_value", "BALANCES", "discounted worth of a surplus tonne"),
        ParamSpec("shortfall_limit", "SHORTFALLS", "demand, tonnes"),
        ParamSpec("shortfall_cost", "SHORTFALLS", "discounted cost of a tonne not delivered"),
        ParamSpec("product_demand", "PRODUCT_BALANCES", "demand, tonnes"),
        ParamSpec("make_limit", "MAKES", "most tonnes made by the recipe"),
        ParamSpec("recipe_cost", "MAKES", "discounted extra cost of a tonne of product"),
        ParamSpec("use", "USES", "tonnes of the material in a tonne of product"),
        ParamSpec("convert_limit", "CONVERSIONS", "most tonnes of throughput"),
        ParamSpec("conversion_cost", "CONVERSIONS", "discounted cost of a tonne of throughput"),
        ParamSpec("made", "CONVERSION_FLOWS", "tonnes made (or used up, negative) per throughput"),
        ParamSpec("scrap", "FEEDS", "scrap of the demand before, or opening feed, tonnes"),
        ParamSpec("returned", "RETURNS", "part of what was delivered that comes back"),
        ParamSpec("stock_minimum", "STOCKS", "least closing stock, tonnes"),
        ParamSpec("stock_maximum", "STOCKS", "most closing stock, tonnes"),
        ParamSpec("stock_cost", "STOCKS", "discounted holding cost, less final value, per tonne"),
        ParamSpec("target", "TARGETS", "target of the closing stock, tonnes"),
        ParamSpec("safety_cost", "SOFT_TARGETS", "discounted cost of a tonne under the target"),
        ParamSpec("bought_content", "BUYS_COUNTED", "amount counted per tonne bought"),
        ParamSpec("shipped_content", "SHIPS_COUNTED", "amount counted per tonne shipped"),
        ParamSpec("tier_content", "TIERS_COUNTED", "amount counted per tonne in the tier"),
        ParamSpec("bought_in_basis", "BUYS_IN_BASIS", "tonnes counted per tonne bought"),
        ParamSpec("shipped_in_basis", "SHIPS_IN_BASIS", "tonnes counted per tonne shipped"),
        ParamSpec("ceiling", "CEILINGS", "maximum amount (0 where it is a share of a basis)"),
        ParamSpec("ceiling_share", "CEILINGS", "maximum share of its basis (0 otherwise)"),
        ParamSpec("floor", "FLOORS", "minimum amount (0 where it is a share of a basis)"),
        ParamSpec("floor_share", "FLOORS", "minimum share of its basis (0 otherwise)"),
        ParamSpec("over_cost", "SOFT_CEILINGS", "discounted penalty of a tonne over"),
        ParamSpec("below_cost", "SOFT_FLOORS", "discounted penalty of a tonne under"),
        ParamSpec("over_part", "SOFT_CEILINGS", "part of its bound that one over is"),
        ParamSpec("below_part", "SOFT_FLOORS", "part of its bound that one under is"),
        ParamSpec("restart_cost", "OPENINGS", "discounted restart cost and running cost after it"),
        ParamSpec("opened_capacity", "OPENED", "tonnes that a decision opens in a period"),
        ParamSpec("minimum_load", "LOADS", "part of the open capacity that has to be bought"),
        ParamSpec("order_cost", "ORDERS", "discounted cost of an order"),
        ParamSpec("order_minimum", "ORDERS", "least tonnes of an order"),
        ParamSpec("order_bound", "ORDERS", "most tonnes of an order"),
        ParamSpec("tier_cost", "TIERS", "discounted price of a tonne in the tier, with its taxes"),
        ParamSpec("tier_width", "TIERS", "most tonnes in the tier"),
        ParamSpec("step_most", "STEPS", "most tonnes in the tier once it is chosen"),
        ParamSpec("step_least", "STEPS", "tonnes that FILLED_BY holds at least once it is chosen"),
        ParamSpec("most_suppliers", "SUPPLIER_CEILINGS", "most suppliers"),
        ParamSpec("least_suppliers", "SUPPLIER_FLOORS", "least suppliers"),
        ParamSpec("supply_bound", "SUPPLIES", "most tonnes that can be bought"),
        ParamSpec("counts_from", "RELIED", "tonnes from which the supplier counts"),
        ParamSpec("relied_content", "RELIED_LANES", "tonnes counted per tonne shipped"),
        ParamSpec("more_part", "SOFT_SUPPLIER_CEILINGS", "part of its bound that one more is"),
        ParamSpec("fewer_part", "SOFT_SUPPLIER_FLOORS", "part of its bound that one fewer is"),
        ParamSpec("hhi_most", "HHI_CEILINGS", "maximum HHI × demand, tonnes"),
        ParamSpec("party_content", "PARTY_LANES", "tonnes counted per tonne shipped"),
        ParamSpec("tangent_slope", "TANGENTS", "tonnes of square per tonne"),
        ParamSpec("tangent_offset", "TANGENTS", "tonnes that the tangent is below 0 at 0 tonnes"),
        ParamSpec("level_minimum", "CONTRACTS", "least level, tonnes per period or year"),
        ParamSpec("level_maximum", "CONTRACTS", "highest level, tonnes per period or year"),
        ParamSpec("contract_length", "CONTRACT_PERIODS", "tonnes taken per unit of level"),
        ParamSpec("must_take", "LIFTS", "tonnes to be lifted per unit of level"),
        ParamSpec("unlifted_cost", "PAID_LIFTS", "discounted cost of a tonne not lifted"),
        ParamSpec("frozen_purchase", "FROZEN", "tonnes of the Current plan"),
    ),
)


@dataclass(frozen=True, slots=True)
class IndexedMembers:
    """Members of an indexed set: those of the i-th index member are `members[start[i]:start[i+1]]`.

    Attributes:
        start: integers, one more than the index has members.
        members: integer array, (all members) × dimension.
    """

    start: Members
    members: Members


@dataclass(frozen=True, slots=True)
class ModelData:
    """One case for the formulation.

    Attributes:
        sets: by name, integer arrays (members × dimension).
        indexed_sets: by name.
        params: by name, one number per member of the index, in its order.
    """

    sets: Mapping[str, Members]
    indexed_sets: Mapping[str, IndexedMembers]
    params: Mapping[str, Numbers]

    def __post_init__(self) -> None:
        """Check shapes against the schema.

        Raises:
            ValueError: something is missing or has another shape.
        """
        for spec in SCHEMA.sets:
            _expect(self.sets[spec.name].shape[1:] == (len(spec.roots),), spec.name)
        for indexed in SCHEMA.indexed_sets:
            found = self.indexed_sets[indexed.name]
            count = len(self.sets[indexed.index])
            _expect(len(found.start) == count + 1, indexed.name)
            _expect(found.members.shape == (int(found.start[-1]), indexed.dimension), indexed.name)
        for param in SCHEMA.params:
            values = self.params[param.name]
            _expect(values.shape == (len(self.sets[param.index]),), param.name)
            _expect(not (len(values) and np.isnan(values).any()), param.name)

    def with_params(self, params: Mapping[str, Numbers]) -> ModelData:
        """The same case with some parameters changed; only these are checked.

        Raises:
            ValueError: one has another shape, or holds no number.
        """
        changed = object.__new__(ModelData)  # its other parts are checked already
        for name, part in (
            ("sets", self.sets),
            ("indexed_sets", self.indexed_sets),
            ("params", {**self.params, **params}),
        ):
            object.__setattr__(changed, name, part)
        for name, values in params.items():
            _expect(values.shape == self.params[name].shape, name)
            _expect(not np.isnan(values).any(), name)
        return changed

    def has_sets_of(self, other: ModelData) -> bool:
        """Whether both have the same sets."""
        if self.sets is other.sets and self.indexed_sets is other.indexed_sets:
            return True
        return all(
            is_same(members, other.sets[name]) for name, members in self.sets.items()
        ) and all(
            is_same(found.start, other.indexed_sets[name].start)
            and is_same(found.members, other.indexed_sets[name].members)
            for name, found in self.indexed_sets.items()
        )


def is_same(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Whether two arrays hold the same numbers; most of a case's are small, and many empty."""
    if one is other:
        return True
    return one.shape == other.shape and (not one.size or bool((one == other).all()))


def _expect(condition: bool, name: str) -> None:
    if not condition:
        raise ValueError(f"the data of {name} do not have the shape that the schema declares")
