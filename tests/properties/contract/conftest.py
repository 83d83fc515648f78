"""Random small cases that range over the whole contract, one function per block of sheets.

Each block draws the rows of its sheets for the names of a `Frame`; all but the sheets that every
case has are there in some cases only. Numbers are round: they make ties and kinks, as in life.
What no case of any buyer would have is not drawn; cases without a plan are (`solved` skips them).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import reject
from hypothesis import strategies as st

import planner
from cases import case_of

Row = dict[str, Any]
Sheets = dict[str, list[Row]]
Draw = st.DrawFn

BASE = "Base"


@dataclass(frozen=True)
class Drawn:
    """A case as sheets, and the scenario to solve."""

    sheets: Sheets
    scenario: str


@pytest.fixture(scope="session")
def make() -> Callable[[Sheets], planner.Case]:
    """A case of sheets given as rows, each with its cells by header."""
    return _case


@pytest.fixture(scope="session")
def solve() -> Callable[..., planner.Plan]:
    """The plan of a scenario, independently checked; examples that have none are skipped."""
    return _solved


@pytest.fixture(scope="session")
def cases() -> st.SearchStrategy[Drawn]:
    """Small cases over the whole contract."""
    return _drawn()


@pytest.fixture(scope="session")
def linear_cases() -> st.SearchStrategy[Drawn]:
    """Those without anything that needs a yes/no decision."""
    return _drawn(yes_no=False)


def _case(sheets: Sheets) -> planner.Case:
    return case_of(
        {
            name: [list(rows[0]), *(list(row.values()) for row in rows)]
            for name, rows in sheets.items()
            if rows
        }
    )


def _solved(case: planner.Case, scenario: str = BASE) -> planner.Plan:
    try:
        return planner.solve(case, scenario)
    except (planner.Infeasible, planner.Unbounded):
        reject()


# -- the frame ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Source:
    """What the blocks need to know of a source.

    Attributes:
        priced: `price`, `prices`, `tiers`, `index` or `basket`.
        decided: what needs a yes/no decision on it: `restart`, `order`, or nothing.
        tied: `contract`, `recycling`, or nothing.
        windowed: whether it may have a first or last period.
    """

    name: str
    material: str | None
    capacity: float | str
    currency: str | None
    priced: str
    decided: str
    tied: str
    windowed: bool


@dataclass(frozen=True)
class Frame:
    """The names that a case is made of, and what blocks share."""

    periods: tuple[str, ...]
    equal: bool
    dated: bool
    materials: tuple[str, ...]
    products: tuple[str, ...]
    sites: tuple[str, ...]
    sources: tuple[Source, ...]
    indexed: bool
    yes_no: bool

    @property
    def items(self) -> tuple[str, ...]:
        return (*self.materials, *self.products)

    @property
    def places(self) -> list[Row]:
        """The cell of the column Site, by plant; none where the case has no plants."""
        return [{"Site": site} for site in self.sites] or [{}]


COUNTRIES = ("China", "Australia", "China", "Chile")
SUPPLIERS = ("Shenhe", "Lynas", "Shenhe", None)


@st.composite
def _drawn(draw: Draw, *, yes_no: bool = True) -> Drawn:
    frame = _frame(draw, yes_no=yes_no)
    sheets: Sheets = {}
    for block in (
        _periods, _settings, _materials, _products, _sites, _demand, _sources, _lanes, _conversions,
        _indices, _prices, _tiers, _capacity, _disruptions, _item_money, _currencies, _stock,
        _in_transit, _quotas, _limits, _contracts, _restarts, _recycling, _current_plan,
        _scenarios,
    ):  # fmt: skip
        found = block(draw, frame)
        for name, rows in found.items():
            sheets[name] = [*sheets.get(name, []), *rows]
    scenarios = [BASE, *(row["Scenario"] for row in sheets.get("Scenarios", []))]
    return Drawn({name: rows for name, rows in sheets.items() if rows}, draw(_one(*scenarios)))


def _one(*values: Any) -> st.SearchStrategy[Any]:
    """One of some values; the first is the simplest."""
    return st.sampled_from(values)


def _some(draw: Draw, rows: Sequence[Any]) -> list[Any]:
    """Some of the rows, in their order; often none."""
    if not draw(_one(False, False, True)):
        return []
    return [row for row in rows if draw(st.booleans())]


def _rarely(draw: Draw) -> bool:
    return bool(draw(_one(False, False, False, True)))


def _over_time(draw: Draw, frame: Frame, unit: str, *values: Any) -> Row:
    """A cell for each period, or one for every period, under headers with a unit."""
    if draw(st.booleans()):
        return {f"Every period{unit}": draw(_one(*values))}
    return {f"{period}{unit}": draw(_one(*values)) for period in frame.periods}


def _aligned(draw: Draw, frame: Frame, unit: str, values: Sequence[Any], keys: list[Row]) -> Any:
    """Rows over time: one header for all of them."""
    every = draw(st.booleans())
    heads = ["Every period"] if every else list(frame.periods)
    return [{**key, **{f"{head}{unit}": draw(_one(*values)) for head in heads}} for key in keys]


def _frame(draw: Draw, *, yes_no: bool) -> Frame:
    materials = ("Nd", "Dy", "Pr")[: draw(_one(1, 2, 3))]
    indexed = draw(st.booleans())
    sources = [
        _source(draw, f"S{n + 1}", materials, indexed=indexed, yes_no=yes_no)
        for n in range(draw(_one(2, 1, 3, 4)))
    ]
    return Frame(
        periods=("2011", "2012", "2013")[: draw(_one(1, 2, 3))],
        equal=draw(_one(True, False)),
        dated=draw(st.booleans()),
        materials=materials,
        products=("Magnet", "Motor")[: draw(_one(0, 0, 1, 2))],
        sites=("Osaka", "Kobe")[: draw(_one(0, 0, 1, 2))],
        sources=tuple(sources),
        indexed=indexed,
        yes_no=yes_no,
    )


def _source(
    draw: Draw, name: str, materials: tuple[str, ...], *, indexed: bool, yes_no: bool
) -> Source:
    ways = ["price", "price", "prices", "tiers"] + ["index", "basket"] * indexed
    priced = draw(_one(*ways))
    is_basket = priced == "basket" or (priced != "index" and _rarely(draw))
    decided = draw(_one("", "", "", "restart", "order")) if yes_no else ""
    tied = draw(_one("", "", "", "contract", "recycling"))
    bounded = decided or tied or priced == "tiers"
    capacity = draw(_one(50, 100, 20, 0, *([] if bounded else ["unlimited"])))
    return Source(
        name=name,
        material=None if is_basket else draw(_one(*materials)),
        capacity=capacity,
        currency=draw(_one(None, None, "EUR")),
        priced=priced,
        decided=decided,
        tied=tied,
        windowed=_rarely(draw),
    )


# -- the sheets that every case has ---------------------------------------------------------


def _periods(draw: Draw, frame: Frame) -> Sheets:
    if frame.dated:
        starts = [date(2011, 1, 1), date(2012, 1, 1), date(2013, 1, 1)]
        if not frame.equal:
            starts = [date(2011, 1, 1), date(2011, 7, 1), date(2012, 7, 1)]
        return {
            "Periods": [
                {"Period": period, "Start": start}
                for period, start in zip(frame.periods, starts, strict=False)
            ]
        }
    length = draw(_one(1, 0.5, 2))
    lengths = [length if frame.equal else draw(_one(1, 0.5, 2)) for _ in frame.periods]
    return {
        "Periods": [
            {"Period": period, "Years": years}
            for period, years in zip(frame.periods, lengths, strict=True)
        ]
    }


def _settings(draw: Draw, frame: Frame) -> Sheets:
    return {
        "Settings": [
            {"Setting": "Discount rate", "Value": draw(_one(0.0, 0.1))},
            {"Setting": "Duty base", "Value": draw(_one("CIF", "FOB"))},
            {"Setting": "MIP gap", "Value": 1e-9},
        ]
    }


def _index_of(material: str) -> str:
    return f"{material} index"


def _materials(draw: Draw, frame: Frame) -> Sheets:
    of_index = frame.indexed and draw(st.booleans())
    cost, value = (
        ("Shortfall cost [% of index]", "Surplus value [% of index]")
        if of_index
        else ("Shortfall cost [USD/t]", "Surplus value [USD/t]")
    )
    return {
        "Materials": [
            {
                "Material": material,
                "Class": "heavy" if material == "Dy" else "light",
                "Index": _index_of(material) if frame.indexed else None,
                cost: draw(_one(1000, 300, 60)),
                value: draw(_one(0, 5, -5)),
            }
            for material in frame.materials
        ]
    }


def _products(draw: Draw, frame: Frame) -> Sheets:
    recipes: list[Row] = []
    for product in frame.products:
        count = draw(_one(1, 2))
        for n in range(count):
            recipes.append(
                {
                    "Recipe": f"{product} way {n + 1}",
                    "Product": product,
                    **{m: draw(_one(0.3, 0.1, None, 0.6)) for m in frame.materials},
                    "Extra cost [USD/t]": draw(_one(0, 10)),
                    "Maximum share [%]": draw(_one(None, 50)),
                    "Reference": "yes" if n == 0 and count > 1 else None,
                }
            )
            if all(recipes[-1][m] is None for m in frame.materials):
                recipes[-1][frame.materials[0]] = 0.3
    products = [
        {"Product": product, "Shortfall cost [USD/t]": draw(_one(2000, 100))}
        for product in frame.products
    ]
    return {"Products": products, "Recipes": recipes}


def _sites(draw: Draw, frame: Frame) -> Sheets:
    return {"Sites": [{"Site": site, "Region": f"R{n + 1}"} for n, site in enumerate(frame.sites)]}


def _demand(draw: Draw, frame: Frame) -> Sheets:
    keys = [
        {"Item": item, **place}
        for item in frame.items
        for place in frame.places
        if item == frame.items[0] or draw(_one(True, True, False))
    ]
    return {"Demand": _aligned(draw, frame, " [t]", [30, 100, 60, 0, 10], keys)}


def _sources(draw: Draw, frame: Frame) -> Sheets:
    rows: list[Row] = []
    composition: list[Row] = []
    for n, source in enumerate(frame.sources):
        by_index = source.priced in ("index", "basket")
        index = {"index": _index_of(frame.materials[0]), "basket": "basket"}.get(source.priced)
        shared = by_index and _rarely(draw)
        has_window = source.windowed
        rows.append(
            {
                "Source": source.name,
                "Country": COUNTRIES[n],
                "Supplier": SUPPLIERS[n],
                "Kind": draw(_one("mine", "trader")),
                "Material": source.material,
                "Capacity [t/yr]": source.capacity,
                "Price [/t]": draw(_one(50, 60, 40, 90)) if source.priced == "price" else None,
                "Currency": source.currency,
                "Export tax [%]": draw(_one(0, 20)),
                "Freight [/t]": draw(_one(0, 5)),
                "Duty [%]": draw(_one(0, 10)),
                "Processing [/t]": draw(_one(0, 8)),
                "Yield [%]": draw(_one(100, 80)),
                "Lead time [periods]": draw(_one(0, 0, 1)),
                "First period": frame.periods[-1] if has_window and draw(st.booleans()) else None,
                "Last period": frame.periods[0] if has_window and draw(st.booleans()) else None,
                "Minimum order [t]": draw(_one(10, 15)) if source.decided == "order" else None,
                "Order cost": draw(_one(0, 100)) if source.decided == "order" else None,
                "Preference": draw(_one(None, None, 1, 2)),
                "Index": index,
                "Index share [%]": draw(_one(None, 90)) if by_index else None,
                "Premium [/t]": draw(_one(None, 7)) if by_index else None,
                "Price floor [/t]": draw(_one(None, 55)) if by_index else None,
                "Price ceiling [/t]": draw(_one(None, 75)) if by_index else None,
                "Shared above [/t]": 60 if shared else None,
                "Our part [%]": 50 if shared else None,
                "CO2 [t/t]": draw(_one(10, 20, 40)),
            }
        )
        if rows[-1]["First period"] and rows[-1]["Last period"] and len(frame.periods) > 1:
            rows[-1]["Last period"] = None
        if source.material is None:
            content = {f"{m} [%]": draw(_one(50, 20, 0)) for m in frame.materials}
            if not 0 < sum(content.values()) <= 100:
                content = dict.fromkeys(content, 30)
            composition.append({"Source": source.name, **content})
    return {"Sources": rows, "Composition": composition}


# -- supply ---------------------------------------------------------------------------------


def _lanes(draw: Draw, frame: Frame) -> Sheets:
    keys = [
        {"Source": source.name, **place}
        for source in frame.sources
        for place in frame.places
        if place
    ]
    return {
        "Lanes": [
            {
                **key,
                "Allowed": draw(_one("yes", None, "no")),
                "Freight [/t]": draw(_one(None, 3)),
                "Lead time [periods]": draw(_one(None, 0, 1)),
            }
            for key in _some(draw, keys)
        ]
    }


def _conversions(draw: Draw, frame: Frame) -> Sheets:
    first, *others = frame.materials
    if not others:
        return {}
    return {
        "Conversions": [
            {
                "Conversion": f"Split {n + 1}",
                **place,
                first: -1,
                **{m: draw(_one(0.4, 0.2)) for m in others},
                "Cost [USD/t]": draw(_one(5, 20)),
                "Capacity [t/yr]": draw(_one(50, None, 10)),
            }
            for n, place in enumerate(_some(draw, frame.places))
        ]
    }


def _indices(draw: Draw, frame: Frame) -> Sheets:
    keys = [{"Index": _index_of(material)} for material in frame.materials]
    rows = _aligned(draw, frame, " [USD/t]", [60, 50, 80], keys) if frame.indexed else []
    return {"Indices": rows}


def _prices(draw: Draw, frame: Frame) -> Sheets:
    keys = [{"Source": source.name} for source in frame.sources if source.priced == "prices"]
    return {"Prices": _aligned(draw, frame, " [/t]", [50, 60, 45, 80], keys)}


def _tiers(draw: Draw, frame: Frame) -> Sheets:
    rows = []
    for source in frame.sources:
        if source.priced != "tiers":
            continue
        falls = frame.yes_no and draw(st.booleans())
        rule = draw(_one(None, "all units")) if frame.yes_no else None
        for start, price in zip((0, 20, 40), (80, 60, 50) if falls else (50, 60, 80), strict=True):
            rows.append(
                {
                    "Source": source.name,
                    "From [t/yr]": start,
                    "Price [/t]": price + draw(_one(0, 5)),
                    "Rule": rule,
                }
            )
    return {"Tiers": rows}


def _capacity(draw: Draw, frame: Frame) -> Sheets:
    bounded = [
        {"Source": source.name} for source in frame.sources if source.capacity != "unlimited"
    ]
    return {
        "Capacity": _aligned(draw, frame, " [t]", [40, 80], _some(draw, bounded)),
        "Availability": _aligned(draw, frame, "", [1, 0.5, 0, 1.2], _some(draw, bounded)),
    }


def _disruptions(draw: Draw, frame: Frame) -> Sheets:
    bounded = [source.name for source in frame.sources if source.capacity != "unlimited"]
    if not frame.dated:
        return {}
    return {
        "Disruptions": [
            {
                "Disruption": f"Outage of {name}",
                "Applies to": f"Source={name}",
                "From date": date(2011, 4, 1),
                "To date": draw(_one(date(2011, 9, 30), date(2012, 3, 31))),
                "Leaves [%]": draw(_one(None, 50)),
                "Scenario": draw(_one(None, "Crisis")),
            }
            for name in _some(draw, bounded)
        ]
    }


def _item_money(draw: Draw, frame: Frame) -> Sheets:
    short = [{"Item": item} for item in _some(draw, frame.items)]
    surplus = [{"Item": item} for item in _some(draw, frame.materials)]
    return {
        "Shortfall costs": _aligned(draw, frame, " [USD/t]", [800, 90], short),
        "Surplus values": _aligned(draw, frame, " [USD/t]", [2, -3], surplus),
    }


def _currencies(draw: Draw, frame: Frame) -> Sheets:
    used = any(source.currency for source in frame.sources)
    keys = [{"Currency": "EUR"}] if used else []
    return {"Currencies": _aligned(draw, frame, "", [1.25, 1.1], keys)}


def _contracts(draw: Draw, frame: Frame) -> Sheets:
    unit = draw(_one("t", "t/yr"))
    return {
        "Contracts": [
            {
                "Contract": f"Offtake of {source.name}",
                "Source": source.name,
                "From": draw(_one(None, frame.periods[0])),
                "To": draw(_one(None, frame.periods[0])),
                f"Minimum [{unit}]": draw(_one(None, 10)),
                f"Maximum [{unit}]": draw(_one(30, 60)),
                "Must take [%]": draw(_one(50, 80, None)),
                "Per": draw(_one(None, "year", "window")),
                "Unlifted pays [%]": draw(_one(100, 50, None)),
            }
            for source in frame.sources
            if source.tied == "contract"
        ]
    }


def _restarts(draw: Draw, frame: Frame) -> Sheets:
    return {
        "Restarts": [
            {
                "Source": source.name,
                "Restart cost": draw(_one(500, 0, 2000)),
                "Lead time [periods]": draw(_one(0, 1)),
                "Earliest": draw(_one(None, frame.periods[0])),
                "Latest": draw(_one(None, frame.periods[-1])),
                "Ramp 1 [%]": draw(_one(None, 40)),
                "Running cost [/yr]": draw(_one(None, 50)),
                "Minimum load [%]": draw(_one(None, None, 30)),
            }
            for source in frame.sources
            if source.decided == "restart"
        ]
    }


def _recycling(draw: Draw, frame: Frame) -> Sheets:
    fed = [source for source in frame.sources if source.tied == "recycling"]
    return {
        "Recycling": [
            {
                "Source": source.name,
                "Item": item,
                "Return [%]": draw(_one(20, 10)),
                "Lag [periods]": draw(_one(None, 1, 2)),
                "Opening feed [t]": draw(_one(5, None)),
            }
            for source in fed
            for item in frame.items[: draw(_one(1, 2))]
        ]
    }


# -- stock ----------------------------------------------------------------------------------


def _stock(draw: Draw, frame: Frame) -> Sheets:
    of_index = frame.indexed and draw(st.booleans())
    unit, per_year = ("% of index", "% of index") if of_index else ("USD/t", "USD/t/yr")
    keys = [{"Material": m, **place} for m in frame.materials for place in frame.places]
    chosen = [key for key in keys if draw(st.booleans())]
    rows = [
        {
            **key,
            "Opening [t]": draw(_one(20, None, 50)),
            "Safety stock [t]": draw(_one(None, 10)),
            "Cover [days]": draw(_one(None, 73, 30)),
            "Safety cost [USD/t/yr]": draw(_one(60, 3, 60, None)),
            f"Holding cost [{per_year}]": draw(_one(None, 1)),
            "Maximum [t]": draw(_one(None, 60)),
            "Final minimum [t]": draw(_one(None, None, 5)),
            "Final maximum [t]": draw(_one(None, None, 40)),
            f"Final value [{unit}]": draw(_one(None, 10)),
        }
        for key in chosen
    ]
    kept = list(dict.fromkeys(key["Material"] for key in chosen))
    safety = [{"Material": material} for material in _some(draw, kept)]
    holding = [{"Material": material} for material in _some(draw, kept)]
    return {
        "Stock": rows,
        "Safety stock": _aligned(draw, frame, " [t]", [10, 0, 20], safety),
        "Holding costs": _aligned(draw, frame, " [USD/t/yr]", [0, 2], holding),
    }


def _in_transit(draw: Draw, frame: Frame) -> Sheets:
    keys = [{"Material": m, **place} for m in frame.materials for place in frame.places]
    return {"In transit": _aligned(draw, frame, " [t]", [10, 0], _some(draw, keys))}


# -- rules ----------------------------------------------------------------------------------


def _selectors(frame: Frame) -> list[str]:
    """Selectors on Sources that pick something."""
    picks = ["*", "Country=China", f"Source={frame.sources[-1].name}"]
    return picks + (["Country!=China"] if len(frame.sources) > 1 else [])


def _scope(draw: Draw, frame: Frame) -> Row:
    """What a rule counts, and when."""
    first = draw(_one(None, None, frame.periods[-1]))
    return {
        "Applies to": draw(_one(*_selectors(frame))),
        "Materials": draw(_one(None, None, "Class=light", "Material=Nd")),
        "Sites": draw(_one(None, None, f"Site={frame.sites[0]}")) if frame.sites else None,
        "From": first,
        "To": draw(_one(None, frame.periods[-1])),
        "Per": draw(_one("window", "period", "year")),
    }


def _quotas(draw: Draw, frame: Frame) -> Sheets:
    count = draw(_one(0, 0, 1, 2))
    share = [draw(_one(None, 50)) for _ in range(count)]
    if draw(_one(False, False, True)):
        keys = [
            {"Quota": f"Q{n + 1}", "Applies to": draw(_one(*_selectors(frame)))}
            for n in range(count)
        ]
        rows = _aligned(draw, frame, " [t]", [30, 80, 0, "unlimited"], keys)
        rows = [{**row, "Our share [%]": part} for row, part in zip(rows, share, strict=True)]
        return {"Quotas": rows}
    unit = draw(_one("t", "t/yr"))
    return {
        "Quotas": [
            {
                "Quota": f"Q{n + 1}",
                **_scope(draw, frame),
                f"Tonnes [{unit}]": draw(_one(40, 80, 0, "unlimited")),
                "Our share [%]": share[n],
            }
            for n in range(count)
        ]
    }


def _limits(draw: Draw, frame: Frame) -> Sheets:
    kinds = [_tonnes, _share, _spend, _average, _hhi] + [_suppliers] * frame.yes_no
    rows = []
    for n in range(draw(_one(0, 1, 0, 2, 3))):
        row = {
            "Limit": f"L{n + 1}", "Type": "", **_scope(draw, frame), "Share of": None,
            "Column": None, "Minimum": None, "Maximum": None, "Counts from [t]": None,
            "Penalty [USD/t]": None, "Priority": None,
            "Active": draw(_one(None, None, None, None, "no")),
        }  # fmt: skip
        rows.append({**row, **draw(_one(*kinds))(draw, frame)})
    bounded = {source.name for source in frame.sources if source.capacity != "unlimited"}
    if len(bounded) < len(frame.sources):  # what cannot be counted is not asked for
        rows = [row for row in rows if row["Type"] != "suppliers"]
    return {"Limits": rows}


def _standing(draw: Draw, *, penalty: bool = True, at_least: bool = False) -> Row:
    """A must, or one that may give way. A minimum that no plan keeps should."""
    ways = ["penalty"] * penalty + ["priority"]
    way = draw(_one(*ways)) if at_least else draw(_one("must", "must", *ways))
    return {
        "Penalty [USD/t]": draw(_one(20, 200)) if way == "penalty" else None,
        "Priority": draw(_one(1, 2, 4)) if way == "priority" else None,
    }


def _tonnes(draw: Draw, frame: Frame) -> Row:
    at_least = draw(st.booleans())
    return {
        "Type": "tonnes",
        "Column": draw(_one(None, None, "Country")),
        "Minimum" if at_least else "Maximum": draw(_one(40, 10, 80)),
        **_standing(draw, at_least=at_least),
    }


def _share(draw: Draw, frame: Frame) -> Row:
    at_least, of = draw(st.booleans()), draw(_one(None, "demand", "purchases"))
    standing = _standing(draw, at_least=at_least)
    if of == "purchases" and standing["Priority"]:
        standing = {"Priority": None, "Penalty [USD/t]": 50 if at_least else None}
    return {
        "Type": "share",
        "Share of": of,
        "Column": draw(_one(None, None, "Country", "Supplier")),
        "Minimum" if at_least else "Maximum": draw(_one(0.5, 0.3, 0.8)),
        **standing,
    }


def _spend(draw: Draw, frame: Frame) -> Row:
    at_least = frame.yes_no and _rarely(draw)
    tiered = any(source.priced == "tiers" for source in frame.sources)
    return {
        "Type": "spend",
        "Materials": None,
        **({"Sites": None} if tiered else {}),
        "Minimum" if at_least else "Maximum": draw(_one(3000, 1000, 6000)),
        **_standing(draw, penalty=False, at_least=at_least),
    }


def _suppliers(draw: Draw, frame: Frame) -> Row:
    at_least = draw(st.booleans())
    return {
        "Type": "suppliers",
        "Materials": None,  # a count of nobody is no case
        "Column": draw(_one(None, "Country")),
        "Minimum" if at_least else "Maximum": draw(_one(2, 1)),
        "Counts from [t]": draw(_one(5, 10)) if at_least else None,
        **_standing(draw, penalty=False, at_least=at_least),
    }


def _average(draw: Draw, frame: Frame) -> Row:
    return {"Type": "average", "Column": "CO2", "Maximum": draw(_one(20, 25, 30))}


def _hhi(draw: Draw, frame: Frame) -> Row:
    return {"Type": "HHI", "Column": draw(_one(None, "Supplier")), "Maximum": draw(_one(0.3, 0.5))}


# -- today's plan and what-ifs --------------------------------------------------------------


def _current_plan(draw: Draw, frame: Frame) -> Sheets:
    keys = [{"Source": source.name, **place} for source in frame.sources for place in frame.places]
    rows = _aligned(draw, frame, " [t]", [0, 5, 10], _some(draw, keys))
    # What is frozen has to be possible: no lane may be closed, no source have a window.
    possible = not frame.sites and not any(source.windowed for source in frame.sources)
    freezes = bool(rows) and possible and draw(st.booleans())
    frozen = [{"Setting": "Frozen through", "Value": frame.periods[0]}] if freezes else []
    return {"Current plan": rows, "Settings": frozen}


def _scenarios(draw: Draw, frame: Frame) -> Sheets:
    first = frame.sources[0]
    changes = [
        ("Demand", "*", "*", "times", 1.2),
        ("Demand", f"Item={frame.items[0]}", frame.periods[0], "set", 50),
        ("Sources", f"Source={first.name}", "Freight [/t]", "plus", 4),
        ("Sources", "Country=China", "Export tax", "set", 30),
    ]
    if first.priced in ("price", "prices"):
        changes.append(("Sources", f"Source={first.name}", "Price", "times", 1.5))
    if first.capacity != "unlimited":
        changes.append(("Availability", f"Source={first.name}", "*", "times", 0.5))
    if frame.indexed:
        changes.append(("Indices", "*", "*", "times", 0.8))
    names = ("Scenario", "Sheet", "Rows", "Column", "Operation", "Value")
    rows = [
        dict(zip(names, (draw(_one("Crisis", "Boom")), *change), strict=True))
        for change in _some(draw, changes)
    ]
    return {
        "Scenarios": [
            {"Scenario": "Boom", "Builds on": None},
            {"Scenario": "Crisis", "Builds on": draw(_one(None, "Boom"))},
        ],
        "Changes": rows,
    }
