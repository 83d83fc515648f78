"""Every sheet of the workbook, declared once.

Reader, example workbooks, reference and results all read these declarations; nothing else in
the code knows which columns a sheet has. `later` marks what the contract defines and this
version does not plan with yet: using it is a clear error, never a silent skip.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from functools import cached_property

from planner.case.units import Quantity, Unit, parse_unit

Value = float | str | bool | date
"""A cell's value inside the planner; `math.inf` is the word unlimited."""

LARGEST = 1e12
"""Numbers above this are taken for mistakes."""


class Kind(Enum):
    """What a cell holds."""

    NAME = "name"  # the row's own name
    REFERENCE = "reference"  # a name defined on another sheet
    TEXT = "text"
    NUMBER = "number"
    WORD = "word"  # one of a few fixed words
    YES_NO = "yes/no"
    DATE = "date"
    PERIOD = "period"
    SELECTOR = "selector"
    COLUMN = "column"  # the name of a column
    ANY = "value"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Numbers are in `unit` unless the header says otherwise."""

    name: str
    kind: Kind
    meaning: str
    quantity: Quantity | None = None
    unit: str = ""
    required: bool = False
    key: bool = False
    may_be_blank: bool = False  # of a key column
    default: Value | None = None
    words: tuple[str, ...] = ()
    refers_to: tuple[str, ...] = ()
    minimum: float = 0.0
    maximum: float = LARGEST
    whole: bool = False
    unlimited: bool = False
    likely_whole_share: bool = False  # a number of 0 to 1 under [%] is suspicious
    of_index: bool = False
    source_money: bool = False  # in the source's currency, not in the case's
    later: bool = False
    example: str = ""

    @property
    def own_unit(self) -> Unit:
        """The unit meant by a header without a bracket."""
        if not self.unit or self.quantity is Quantity.FRACTION:
            return Unit(quantity=self.quantity)
        return parse_unit(self.unit, self.quantity)


@dataclass(frozen=True)
class Sheet:
    """One sheet: its columns, and how it spreads over periods, materials or numbered columns."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    over_time: Column | None = None  # what each period's cell holds
    periods_instead_of: tuple[str, ...] = ()  # period columns stand in for these (Quotas)
    per_material: Column | None = None  # one column per material
    numbered: Column | None = None  # Ramp 1, Ramp 2 …
    behind: tuple[tuple[str, str], ...] = ()  # (sheet, column) whose value it overrides by period
    every_period: bool = False  # each row needs each period
    required: bool = False
    attributes: bool = False  # unknown columns are the user's own
    later: bool = False
    fixed: bool = False  # scenarios cannot change it

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The declared columns by name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def key(self) -> tuple[str, ...]:
        """The names of the key columns."""
        return tuple(column.name for column in self.columns if column.key)


def _name(name: str, meaning: str, **more: object) -> Column:
    return _column(name, Kind.NAME, meaning, key=True, required=True, **more)


def _column(name: str, kind: Kind, meaning: str, **more: object) -> Column:
    return replace(Column(name, kind, meaning), **more)  # type: ignore[arg-type]


def _reference(name: str, sheets: tuple[str, ...], meaning: str, **more: object) -> Column:
    return _column(name, Kind.REFERENCE, meaning, refers_to=sheets, **more)


def _key(name: str, sheets: tuple[str, ...], meaning: str = "", **more: object) -> Column:
    return _reference(name, sheets, meaning, key=True, required=True, **more)


def _text(name: str, meaning: str, **more: object) -> Column:
    return _column(name, Kind.TEXT, meaning, **more)


def _number(name: str, quantity: Quantity, unit: str, meaning: str, **more: object) -> Column:
    return _column(name, Kind.NUMBER, meaning, quantity=quantity, unit=unit, **more)


def _percent(name: str, meaning: str, **more: object) -> Column:
    return _number(name, Quantity.FRACTION, "%", meaning, **({"maximum": 1.0} | more))


def _tax(name: str, meaning: str) -> Column:
    return _percent(name, meaning, maximum=10.0, default=0.0, example="25 %")


def _price(name: str, meaning: str, **more: object) -> Column:
    return _number(name, Quantity.MONEY_PER_MASS, "/t", meaning, **more)


def _source_price(name: str, meaning: str, **more: object) -> Column:
    return _price(name, meaning, source_money=True, **more)


def _period(name: str, meaning: str, **more: object) -> Column:
    return _column(name, Kind.PERIOD, meaning, refers_to=("Periods",), **more)


def _yes_no(name: str, meaning: str, *, default: bool, **more: object) -> Column:
    return _column(name, Kind.YES_NO, meaning, default=default, **more)


def _word(name: str, words: tuple[str, ...], meaning: str, **more: object) -> Column:
    return _column(name, Kind.WORD, meaning, words=words, **more)


def _selector(name: str, on: str, meaning: str, **more: object) -> Column:
    return _column(name, Kind.SELECTOR, meaning, refers_to=(on,), **more)


_MASS, _RATE = Quantity.MASS, Quantity.MASS_PER_TIME
_ITEMS = ("Materials", "Products")
_SITE = _key("Site", ("Sites",), "plant; only where the case has the sheet Sites")
_PER = _word(
    "Per",
    ("period", "year", "window"),
    "what the bound counts over; required where the window holds more than one period",
)
_FROM = _period("From", "first period of the window (blank: the first)")
_TO = _period("To", "last period of the window (blank: the last)")
_WINDOW = (replace(_FROM, key=True, may_be_blank=True), _TO, _PER)

PERIODS = Sheet(
    "Periods",
    "the planning periods, in order",
    (
        _name("Period", "name of the period", example="2011"),
        _column("Start", Kind.DATE, "first day of the period", example="2011-01-01"),
        _number(
            "Years",
            Quantity.DURATION,
            "yr",
            "length in years; blank: up to the next start, the last as long as the one before; "
            "with neither, 1",
            minimum=1 / 366,
            maximum=100.0,
            example="1",
        ),
    ),
    required=True,
    fixed=True,
)

MATERIALS = Sheet(
    "Materials",
    "what is needed, and what a shortfall costs",
    (
        _name("Material", "name of the material", example="Nd2O3"),
        _text("Class", "light, heavy …", example="light"),
        _text("Form", "oxide, metal, REO mixture …: shown wherever tonnes are", example="oxide"),
        _reference("Index", ("Indices",), "its market price", later=True),
        _price(
            "Shortfall cost",
            "what a tonne not delivered costs the business; required where the material is "
            "demanded and shortfall is allowed",
            of_index=True,
            example="200 [USD/kg]",
        ),
        _price(
            "Surplus value",
            "what a tonne not needed sells for; negative: what getting rid of it costs",
            minimum=-LARGEST,
            default=0.0,
            of_index=True,
        ),
    ),
    required=True,
    attributes=True,
)

DEMAND = Sheet(
    "Demand",
    "tonnes needed, by item and period",
    (_key("Item", _ITEMS, "a material, or a product"), _SITE),
    over_time=_number("Demand", _MASS, "t", "tonnes needed in the period"),
    required=True,
    every_period=True,
)

SOURCES = Sheet(
    "Sources",
    "everything that can be bought, one row each; a tonne is a tonne of what the price is for",
    (
        _name("Source", "name of the source", example="CN_QUOTA"),
        _text("Country", "country of origin", required=True, example="China"),
        _text("Supplier", "company; blank: the source's name"),
        _text("Kind", "mine, restart, recycling, stockpile, trader …", example="mine"),
        _reference(
            "Material", ("Materials",), "what it sells; blank where Composition has its row"
        ),
        _number(
            "Capacity",
            _RATE,
            "t/yr",
            "most that can be bought; here or in the sheet Capacity",
            unlimited=True,
            example="2000",
        ),
        _source_price("Price", "price of a tonne; here, in Prices, in Tiers or by an index"),
        _text("Currency", "currency of the row's money; blank: the case's", example="USD"),
        _tax("Export tax", "part of the price that the exporting country takes on top"),
        _source_price("Freight", "freight and insurance", default=0.0),
        _tax("Duty", "import duty, on the base that Settings says (CIF or FOB)"),
        _source_price("Processing", "cost of treating a tonne after arrival", default=0.0),
        _word(
            "Incoterm",
            ("EXW", "FCA", "FOB", "CIF", "DAP", "DDP"),
            "what the price includes; CIF or DAP with freight, DDP with freight or duty is an "
            "error",
        ),
        _percent(
            "Yield",
            "part of what leaves that arrives usable",
            default=1.0,
            likely_whole_share=True,
            example="98 %",
        ),
        _number(
            "Lead time",
            Quantity.PERIODS,
            "periods",
            "periods from leaving to arriving; days or months are rounded up",
            default=0.0,
            maximum=1e5,
        ),
        _period("First period", "first period in which anything leaves (blank: the first)"),
        _period("Last period", "last period in which anything leaves (blank: the last)"),
        _number(
            "Minimum order",
            _MASS,
            "t",
            "what is bought in a period is nothing or at least this",
            later=True,
        ),
        _number(
            "Order cost",
            Quantity.MONEY,
            "",
            "money, in each period in which anything is bought",
            later=True,
        ),
        _number(
            "Preference",
            Quantity.NUMBER,
            "",
            "1 first; decides between equally cheap sources",
            minimum=-LARGEST,
        ),
        _reference(
            "Index", ("Indices",), "index that sets the price, or the word basket", later=True
        ),
        _percent("Index share", "part of the index", default=1.0, maximum=100.0, later=True),
        _source_price("Premium", "added to the index", default=0.0, minimum=-LARGEST, later=True),
        _source_price("Price floor", "lowest price", later=True),
        _source_price("Price ceiling", "highest price", later=True),
        _source_price("Shared above", "index from which on the rise is shared", later=True),
        _percent("Our part", "our part of what the index exceeds that by", later=True),
    ),
    required=True,
    attributes=True,
)

SETTINGS_ROWS: tuple[Column, ...] = (
    _text("Title", "title of the case"),
    _text("Importer", "who buys"),
    _text("Currency", "currency of the case", default="USD"),
    _percent("Discount rate", "per year", default=0.0),
    _word("Duty base", ("CIF", "FOB"), "what duty is paid on", default="CIF"),
    _word("Shortfall", ("allowed", "forbidden"), "may demand stay unmet", default="allowed"),
    _period("Frozen through", "purchases up to it are those of Current plan", later=True),
    _period("Decide through", "for planning under uncertainty", later=True),
    _number("MIP gap", Quantity.NUMBER, "", "relative gap at which yes/no search stops",
            default=1e-6, maximum=1.0),
    _number("Time limit", Quantity.NUMBER, "", "seconds", default=600.0, maximum=1e7),
)  # fmt: skip
"""The rows that the sheet Settings may have; each is declared like a column."""

SETTINGS = Sheet(
    "Settings",
    "what holds for the whole case",
    (
        _name("Setting", "which setting"),
        _column("Value", Kind.ANY, "its value", required=True),
    ),
)

SITES = Sheet(
    "Sites",
    "plants; without this sheet there is one, nameless",
    (_name("Site", "name of the plant"),),
    attributes=True,
    later=True,
)

LANES = Sheet(
    "Lanes",
    "what differs for a source and a plant",
    (
        _key("Source", ("Sources",)),
        _SITE,
        _yes_no("Allowed", "no: not qualified there", default=True),
        _source_price("Freight", "freight to that plant"),
        _number("Lead time", Quantity.PERIODS, "periods", "lead time to that plant"),
    ),
    later=True,
)

_CONTENT = _number(
    "Content", Quantity.FRACTION, "%", "tonnes of the material in a tonne bought", maximum=1.02
)

COMPOSITION = Sheet(
    "Composition",
    "what a basket holds, per tonne bought; a row sums to at most 1",
    (_key("Source", ("Sources",)),),
    per_material=_CONTENT,
)

CONVERSIONS = Sheet(
    "Conversions",
    "toll separation, metal making, blending: tonnes used (negative) and made per tonne",
    (
        _name("Conversion", "name of the process"),
        _SITE,
        _price("Cost", "per tonne of throughput", default=0.0),
        _number("Capacity", _RATE, "t/yr", "throughput", unlimited=True),
    ),
    per_material=_number("Tonnes", Quantity.FRACTION, "", "used or made", minimum=-1000.0,
                         maximum=1000.0),
    later=True,
)  # fmt: skip

INDICES = Sheet(
    "Indices",
    "market prices per tonne, in the case's currency",
    (_name("Index", "name of the index"),),
    over_time=_price("Index price", "market price"),
    later=True,
)

PRICES = Sheet(
    "Prices",
    "price by period; overrides Sources",
    (_key("Source", ("Sources",)),),
    over_time=_source_price("Price", "price of a tonne in the period"),
    behind=(("Sources", "Price"),),
)

CAPACITY = Sheet(
    "Capacity",
    "tonnes that can be bought in the period; overrides Sources",
    (_key("Source", ("Sources",)),),
    over_time=_number("Capacity", _MASS, "t", "tonnes in the period", unlimited=True),
    behind=(("Sources", "Capacity"),),
)

AVAILABILITY = Sheet(
    "Availability",
    "factor on capacity (licence approvals); default 1",
    (_key("Source", ("Sources",)),),
    over_time=_number("Availability", Quantity.FRACTION, "", "factor", default=1.0,
                      maximum=LARGEST),
    behind=(("Sources", "Source"),),
)  # fmt: skip

DISRUPTIONS = Sheet(
    "Disruptions",
    "an embargo or outage by date",
    (
        _name("Disruption", "name of the event"),
        _selector("Applies to", "Sources", "which sources", required=True),
        _column("From date", Kind.DATE, "first day", required=True),
        _column("To date", Kind.DATE, "last day", required=True),
        _percent("Leaves", "part that still comes", default=0.0),
        _reference("Scenario", ("Scenarios",), "only in this scenario (blank: always)"),
    ),
    later=True,
)

SHORTFALL_COSTS = Sheet(
    "Shortfall costs",
    "shortfall cost by period; overrides Materials and Products",
    (_key("Item", _ITEMS),),
    over_time=_price("Shortfall cost", "what a tonne not delivered costs", of_index=True),
    behind=(("Materials", "Shortfall cost"), ("Products", "Shortfall cost")),
)

SURPLUS_VALUES = Sheet(
    "Surplus values",
    "surplus value by period; overrides Materials",
    (_key("Item", ("Materials",)),),
    over_time=_price(
        "Surplus value", "what a tonne not needed sells for", minimum=-LARGEST, of_index=True
    ),
    behind=(("Materials", "Surplus value"),),
)

CURRENCIES = Sheet(
    "Currencies",
    "worth of one unit in the case's currency",
    (_name("Currency", "currency code"),),
    over_time=_number("Rate", Quantity.NUMBER, "", "case currency for one unit", minimum=1e-9),
)

_HOLDING = _number(
    "Holding cost",
    Quantity.MONEY_PER_MASS_TIME,
    "/t/yr",
    "storage and insurance; capital is in the discount rate",
    of_index=True,
    default=0.0,
)

STOCK = Sheet(
    "Stock",
    "which materials can be kept from period to period; no row: nothing is kept",
    (
        _key("Material", ("Materials",)),
        _SITE,
        _number("Opening", _MASS, "t", "stock before the first period", default=0.0),
        _number("Safety stock", _MASS, "t", "target at each period's end"),
        _number("Cover", Quantity.DURATION, "days", "target as days of the demand to come"),
        _number(
            "Safety cost",
            Quantity.MONEY_PER_MASS_TIME,
            "/t/yr",
            "cost of each tonne under the target; blank: the target is hard",
        ),
        _HOLDING,
        _number("Maximum", _MASS, "t", "most that can be kept"),
        _number("Final minimum", _MASS, "t", "least at the end"),
        _number("Final maximum", _MASS, "t", "most at the end"),
        _price(
            "Final value",
            "what a tonne left at the end is worth",
            default=0.0,
            minimum=-LARGEST,
            of_index=True,
        ),
    ),
)

SAFETY_STOCK = Sheet(
    "Safety stock",
    "target by period; overrides Stock, at every site that keeps the material",
    (_key("Material", ("Materials",)),),
    over_time=_number("Safety stock", _MASS, "t", "target at the period's end"),
    behind=(("Stock", "Safety stock"),),
)

HOLDING_COSTS = Sheet(
    "Holding costs",
    "holding cost by period; overrides Stock, at every site that keeps the material",
    (_key("Material", ("Materials",)),),
    over_time=replace(_HOLDING, default=None),
    behind=(("Stock", "Holding cost"),),
)

IN_TRANSIT = Sheet(
    "In transit",
    "tonnes already under way, by period of arrival",
    (_key("Material", ("Materials",)), _SITE),
    over_time=_number("In transit", _MASS, "t", "tonnes arriving in the period", default=0.0),
)

PRODUCTS = Sheet(
    "Products",
    "what is made from materials",
    (
        _name("Product", "name of the product"),
        _price("Shortfall cost", "what a tonne not delivered costs", of_index=True),
    ),
    attributes=True,
    later=True,
)

RECIPES = Sheet(
    "Recipes",
    "ways to make a product, in tonnes of material per tonne of product",
    (
        _name("Recipe", "name of the recipe"),
        _reference("Product", ("Products",), "what it makes", required=True),
        _price("Extra cost", "per tonne of product", default=0.0),
        _percent("Maximum share", "part of the product's demand made this way", default=1.0),
        _yes_no("Reference", "yes for exactly one recipe of a product", default=False),
    ),
    per_material=_number("Use", Quantity.FRACTION, "", "tonnes per tonne", maximum=1000.0),
    later=True,
)

QUOTAS = Sheet(
    "Quotas",
    "export quota or licence open to this importer, in tonnes contained in what is bought",
    (
        _name("Quota", "name of the quota", example="China"),
        _selector("Applies to", "Sources", "which sources", required=True, example="Country=China"),
        _selector("Materials", "Materials", "which materials", default="*"),
        _selector("Sites", "Sites", "which plants", default="*"),
        *_WINDOW,
        _number(
            "Tonnes",
            Quantity.MASS_OR_RATE,
            "t",
            "the quota, before our share",
            required=True,
            unlimited=True,
        ),
        _percent("Our share", "part open to this importer", default=1.0, likely_whole_share=True),
    ),
    over_time=_number("Tonnes", _MASS, "t", "the quota in the period", unlimited=True),
    periods_instead_of=("From", "To", "Per", "Tonnes"),
)

LIMIT_TYPES = ("tonnes", "share", "spend", "suppliers", "average", "HHI")
LIMIT_TYPES_LATER = ("spend", "suppliers", "average", "HHI")

_BOUND = _number("Maximum", Quantity.BOUND, "", "upper bound", minimum=-LARGEST)

LIMITS = Sheet(
    "Limits",
    "the buyer's own rules",
    (
        _name("Limit", "name of the rule", example="China share"),
        _word("Type", LIMIT_TYPES, "what it bounds", required=True),
        _selector("Applies to", "Sources", "which sources", default="*"),
        _selector("Materials", "Materials", "which materials", default="*"),
        _selector("Sites", "Sites", "which plants", default="*"),
        _word("Share of", ("demand", "purchases"), "what a share is of", default="demand"),
        _column("Column", Kind.COLUMN, "the rule holds for each value of this column of Sources"),
        *_WINDOW,
        replace(_BOUND, name="Minimum", meaning="lower bound"),
        _BOUND,
        _number("Counts from", _MASS, "t", "a supplier counts from here on", later=True),
        _price("Penalty", "cost of each tonne over or under; blank: the rule is hard"),
        _word("Priority", ("must", "1", "2", "3", "4"), "which rules give way first",
              default="must", later=True),
        _yes_no("Active", "no: the rule is switched off", default=True),
    ),
)  # fmt: skip

CONTRACTS = Sheet(
    "Contracts",
    "offtakes: a level decided once, of which a part has to be lifted",
    (
        _name("Contract", "name of the contract"),
        _reference("Source", ("Sources",), "of which source", required=True),
        _FROM,
        _TO,
        _number("Minimum", Quantity.MASS_OR_RATE, "t", "least level", default=0.0),
        _number("Maximum", Quantity.MASS_OR_RATE, "t", "highest level", required=True),
        _percent("Must take", "part to be lifted", default=0.0, likely_whole_share=True),
        replace(_PER, default="period"),
        _percent("Unlifted pays", "part of the price paid for what is not lifted"),
    ),
    later=True,
)

RESTARTS = Sheet(
    "Restarts",
    "sources that deliver only once they are decided on (yes or no)",
    (
        _key("Source", ("Sources",)),
        _number("Restart cost", Quantity.MONEY, "", "paid once", required=True),
        _number("Lead time", Quantity.PERIODS, "periods", "from decision to start", default=0.0),
        _period("Earliest", "first period of decision"),
        _period("Latest", "last period of decision"),
        _number("Running cost", Quantity.MONEY_PER_TIME, "/yr", "from the start on", default=0.0),
        _percent("Minimum load", "part of the capacity open", default=0.0),
    ),
    numbered=_percent("Ramp", "part of the capacity open in that period after the start"),
    later=True,
)

TIERS = Sheet(
    "Tiers",
    "price by volume in the period; replaces Price",
    (
        _key("Source", ("Sources",)),
        _number("From", _RATE, "t/yr", "tonnes from which the price holds", key=True,
                required=True),
        _source_price("Price", "price in the tier", required=True),
        _word("Rule", ("incremental", "all units"), "what the price holds for",
              default="incremental"),
    ),
    later=True,
)  # fmt: skip

RECYCLING = Sheet(
    "Recycling",
    "sources fed by the scrap of what was delivered",
    (
        _key("Source", ("Sources",)),
        _key("Item", _ITEMS),
        _percent("Return", "part that comes back", default=1.0, likely_whole_share=True),
        _number("Lag", Quantity.PERIODS, "periods", "periods later", default=1.0, minimum=1.0),
        _number("Opening feed", _MASS, "t", "scrap of each period before", default=0.0),
    ),
    later=True,
)

CURRENT_PLAN = Sheet(
    "Current plan",
    "tonnes bought as planned today",
    (_key("Source", ("Sources",)), _SITE),
    over_time=_number("Purchases", _MASS, "t", "tonnes bought in the period"),
    later=True,
)

SCENARIOS = Sheet(
    "Scenarios",
    "named what-ifs; Base is the workbook as it stands",
    (
        _name("Scenario", "name of the what-if"),
        _reference("Builds on", ("Scenarios",), "the scenario whose changes come first"),
        _percent("Probability", "of the scenarios listed; all blank: equal"),
    ),
    fixed=True,
)

OPERATIONS = {
    "set": "set", "=": "set",
    "times": "times", "×": "times", "*": "times", "*=": "times",
    "plus": "plus", "+": "plus", "+=": "plus",
}  # fmt: skip
"""The operations of a change, and the words and signs for each."""

CHANGES = Sheet(
    "Changes",
    "what a scenario changes, row after row",
    (
        _reference("Scenario", ("Scenarios",), "in which scenario", required=True),
        _text("Sheet", "which sheet", required=True),
        _column("Rows", Kind.SELECTOR, "which rows; * for all", required=True),
        _text("Column", "which column, with the unit of a price", required=True),
        _word("Operation", tuple(OPERATIONS), "set, times or plus", required=True),
        _column("Value", Kind.ANY, "the number or word", required=True),
    ),
    fixed=True,
)

UNCERTAINTY = Sheet(
    "Uncertainty",
    "random factors for simulation",
    (
        _name("Name", "name of the factor"),
        _text("Sheet", "which sheet", required=True),
        _column("Rows", Kind.SELECTOR, "which rows", required=True),
        _text("Column", "which column", required=True),
        _word("Operation", tuple(OPERATIONS), "set, times or plus", required=True),
        _word("Distribution", ("uniform", "triangular", "normal", "lognormal", "discrete"),
              "how it is distributed", required=True),
        *(
            _number(name, Quantity.NUMBER, "", "parameter", minimum=-LARGEST)
            for name in ("Low", "Mode", "High", "Mean", "Deviation")
        ),
        _text("Values", "of a discrete distribution"),
        _text("Weights", "of a discrete distribution"),
        _text("Group", "rows of one group move together"),
    ),
    fixed=True,
    later=True,
)  # fmt: skip

SHEETS: tuple[Sheet, ...] = (
    SETTINGS, PERIODS, MATERIALS, PRODUCTS, SITES, DEMAND, SOURCES, LANES, COMPOSITION,
    CONVERSIONS, INDICES, PRICES, CAPACITY, AVAILABILITY, DISRUPTIONS, SHORTFALL_COSTS,
    SURPLUS_VALUES, CURRENCIES, STOCK, SAFETY_STOCK, HOLDING_COSTS, IN_TRANSIT, RECIPES, QUOTAS,
    LIMITS, CONTRACTS, RESTARTS, TIERS, RECYCLING, CURRENT_PLAN, SCENARIOS, CHANGES, UNCERTAINTY,
)  # fmt: skip
"""Every sheet of the contract, in the order in which they are read."""

BY_NAME: dict[str, Sheet] = {sheet.name: sheet for sheet in SHEETS}

JOINS: dict[str, tuple[str, ...]] = {
    "Source": ("Sources",),
    "Item": _ITEMS,
    "Material": _ITEMS,
    "Product": ("Products",),
    "Site": ("Sites",),
}
"""On a sheet with this column a selector may also use the columns of these sheets."""
