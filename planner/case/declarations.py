"""Every sheet of the workbook, declared once.

Reader, example workbooks, reference and results all read these declarations; nothing else in
the code knows which columns a sheet has.
"""

from __future__ import annotations

from dataclasses import replace

from planner.case.columns import (
    LARGEST,
    Column,
    Kind,
    Sheet,
    declared,
    defining,
    key,
    number,
    percent,
    period,
    price,
    reference,
    selector,
    source_price,
    tax,
    text,
    word,
    yes_no,
)
from planner.case.units import Quantity

_MASS, _RATE = Quantity.MASS, Quantity.MASS_PER_TIME
_ITEMS = ("Materials", "Products")
_SITE = key("Site", ("Sites",), "plant; only where the case has the sheet Sites")
_PER = word(
    "Per",
    ("period", "year", "window"),
    "what the bound counts over; required where the window holds more than one period",
)
_FROM = period("From", "first period of the window (blank: the first)")
_TO = period("To", "last period of the window (blank: the last)")
_WINDOW = (replace(_FROM, key=True, may_be_blank=True), _TO, _PER)

PERIODS = Sheet(
    "Periods",
    "the planning periods, in order",
    (
        defining("Period", "name of the period", example="2011"),
        declared("Start", Kind.DATE, "first day of the period", example="2011-01-01"),
        number(
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
        defining("Material", "name of the material", example="Nd2O3"),
        text("Class", "light, heavy …", example="light"),
        text("Form", "oxide, metal, REO mixture …: shown wherever tonnes are", example="oxide"),
        reference("Index", ("Indices",), "its market price"),
        price(
            "Shortfall cost",
            "what a tonne not delivered costs the business; required where the material is "
            "demanded and shortfall is allowed",
            of_index=True,
            example="200 [USD/kg]",
        ),
        price(
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
    (key("Item", _ITEMS, "a material, or a product"), _SITE),
    over_time=number("Demand", _MASS, "t", "tonnes needed in the period"),
    required=True,
    every_period=True,
)

SOURCES = Sheet(
    "Sources",
    "everything that can be bought, one row each; a tonne is a tonne of what the price is for",
    (
        defining("Source", "name of the source", example="CN_QUOTA"),
        text("Country", "country of origin", required=True, example="China"),
        text("Supplier", "company; blank: the source's name"),
        text("Kind", "mine, restart, recycling, stockpile, trader …", example="mine"),
        reference("Material", ("Materials",), "what it sells; blank where Composition has its row"),
        number(
            "Capacity",
            _RATE,
            "t/yr",
            "most that can be bought; here or in the sheet Capacity",
            unlimited=True,
            example="2000",
        ),
        source_price("Price", "price of a tonne; here, in Prices, in Tiers or by an index"),
        text("Currency", "currency of the row's money; blank: the case's", example="USD"),
        tax("Export tax", "part of the price that the exporting country takes on top"),
        source_price("Freight", "freight and insurance", default=0.0),
        tax("Duty", "import duty, on the base that Settings says (CIF or FOB)"),
        source_price("Processing", "cost of treating a tonne after arrival", default=0.0),
        word(
            "Incoterm",
            ("EXW", "FCA", "FOB", "CIF", "DAP", "DDP"),
            "what the price includes; CIF or DAP with freight, DDP with freight or duty is an "
            "error",
        ),
        percent(
            "Yield",
            "part of what leaves that arrives usable",
            default=1.0,
            likely_whole_share=True,
            example="98 %",
        ),
        number(
            "Lead time",
            Quantity.PERIODS,
            "periods",
            "periods from leaving to arriving; days or months are rounded up",
            default=0.0,
            maximum=1e5,
        ),
        period("First period", "first period in which anything leaves (blank: the first)"),
        period("Last period", "last period in which anything leaves (blank: the last)"),
        number(
            "Minimum order",
            _MASS,
            "t",
            "what is bought in a period is nothing or at least this",
        ),
        number("Order cost", Quantity.MONEY, "", "in each period with an order", source_money=True),
        number(
            "Preference",
            Quantity.NUMBER,
            "",
            "1 first; decides between equally cheap sources",
            minimum=-LARGEST,
        ),
        reference("Index", ("Indices",), "index that sets the price, or the word basket"),
        percent("Index share", "part of the index", default=1.0, maximum=100.0),
        source_price("Premium", "added to the index", default=0.0, minimum=-LARGEST),
        source_price("Price floor", "lowest price"),
        source_price("Price ceiling", "highest price"),
        source_price("Shared above", "index from which on the rise is shared"),
        percent("Our part", "our part of what the index exceeds that by"),
    ),
    required=True,
    attributes=True,
)

BASKET = "basket"
"""In Sources.Index: the price follows the indices of all the materials that the source holds."""

SETTINGS_ROWS: tuple[Column, ...] = (
    text("Title", "title of the case"),
    text("Importer", "who buys"),
    text("Currency", "currency of the case", default="USD"),
    percent("Discount rate", "per year", default=0.0),
    word("Duty base", ("CIF", "FOB"), "what duty is paid on", default="CIF"),
    word("Shortfall", ("allowed", "forbidden"), "may demand stay unmet", default="allowed"),
    period("Frozen through", "purchases up to it are those of Current plan"),
    period("Decide through", "for planning under uncertainty"),
    number("MIP gap", Quantity.NUMBER, "", "relative gap at which yes/no search stops",
            default=1e-6, maximum=1.0),
    number("Time limit", Quantity.NUMBER, "", "seconds", default=600.0, maximum=1e7),
)  # fmt: skip
"""The rows that the sheet Settings may have; each is declared like a column."""

SETTINGS = Sheet(
    "Settings",
    "what holds for the whole case",
    (
        defining("Setting", "which setting"),
        declared("Value", Kind.ANY, "its value", required=True),
    ),
)

SITES = Sheet(
    "Sites",
    "plants; without this sheet there is one, nameless",
    (defining("Site", "name of the plant"),),
    attributes=True,
)

LANES = Sheet(
    "Lanes",
    "what differs for a source and a plant",
    (
        key("Source", ("Sources",)),
        _SITE,
        yes_no("Allowed", "no: not qualified there", default=True),
        source_price("Freight", "freight to that plant; blank: as Sources says"),
        number("Lead time", Quantity.PERIODS, "periods", "lead time to that plant", maximum=1e5),
    ),
)

_CONTENT = number(
    "Content", Quantity.FRACTION, "%", "tonnes of the material in a tonne bought", maximum=1.02
)

COMPOSITION = Sheet(
    "Composition",
    "what a basket holds, per tonne bought; a row sums to at most 1",
    (key("Source", ("Sources",)),),
    per_material=_CONTENT,
)

CONVERSIONS = Sheet(
    "Conversions",
    "toll separation, metal making, blending: tonnes used (negative) and made per tonne",
    (
        defining("Conversion", "name of the process"),
        _SITE,
        price("Cost", "per tonne of throughput", default=0.0),
        number("Capacity", _RATE, "t/yr", "throughput; blank: unlimited", unlimited=True),
    ),
    per_material=number("Tonnes", Quantity.FRACTION, "", "used or made", minimum=-1000.0,
                         maximum=1000.0),
)  # fmt: skip

INDICES = Sheet(
    "Indices",
    "market prices per tonne, in the case's currency",
    (defining("Index", "name of the index"),),
    over_time=price("Index price", "market price"),
)

PRICES = Sheet(
    "Prices",
    "price by period; overrides Sources",
    (key("Source", ("Sources",)),),
    over_time=source_price("Price", "price of a tonne in the period"),
    behind=(("Sources", "Price"),),
)

CAPACITY = Sheet(
    "Capacity",
    "tonnes that can be bought in the period; overrides Sources",
    (key("Source", ("Sources",)),),
    over_time=number("Capacity", _MASS, "t", "tonnes in the period", unlimited=True),
    behind=(("Sources", "Capacity"),),
)

AVAILABILITY = Sheet(
    "Availability",
    "factor on capacity (licence approvals); default 1",
    (key("Source", ("Sources",)),),
    over_time=number("Availability", Quantity.FRACTION, "", "factor", default=1.0,
                      maximum=LARGEST, doubtful_above=2.0),
    behind=(("Sources", "Source"),),
)  # fmt: skip

DISRUPTIONS = Sheet(
    "Disruptions",
    "an embargo or outage by date",
    (
        defining("Disruption", "name of the event"),
        selector("Applies to", "Sources", "which sources", required=True),
        declared("From date", Kind.DATE, "first day", required=True),
        declared("To date", Kind.DATE, "last day", required=True),
        percent("Leaves", "part that still comes", default=0.0),
        reference("Scenario", ("Scenarios",), "only in this scenario (blank: always)"),
    ),
)

SHORTFALL_COSTS = Sheet(
    "Shortfall costs",
    "shortfall cost by period; overrides Materials and Products",
    (key("Item", _ITEMS),),
    over_time=price("Shortfall cost", "what a tonne not delivered costs", of_index=True),
    behind=(("Materials", "Shortfall cost"), ("Products", "Shortfall cost")),
)

SURPLUS_VALUES = Sheet(
    "Surplus values",
    "surplus value by period; overrides Materials",
    (key("Item", ("Materials",)),),
    over_time=price(
        "Surplus value", "what a tonne not needed sells for", minimum=-LARGEST, of_index=True
    ),
    behind=(("Materials", "Surplus value"),),
)

CURRENCIES = Sheet(
    "Currencies",
    "worth of one unit in the case's currency",
    (defining("Currency", "currency code"),),
    over_time=number("Rate", Quantity.NUMBER, "", "case currency for one unit", minimum=1e-9),
)

_HOLDING = number(
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
        key("Material", ("Materials",)),
        _SITE,
        number("Opening", _MASS, "t", "stock before the first period", default=0.0),
        number("Safety stock", _MASS, "t", "target at each period's end"),
        number("Cover", Quantity.DURATION, "days", "target as days of the demand to come"),
        number(
            "Safety cost",
            Quantity.MONEY_PER_MASS_TIME,
            "/t/yr",
            "cost of each tonne under the target; blank: the target is hard",
        ),
        _HOLDING,
        number("Maximum", _MASS, "t", "most that can be kept"),
        number("Final minimum", _MASS, "t", "least at the end"),
        number("Final maximum", _MASS, "t", "most at the end"),
        price(
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
    (key("Material", ("Materials",)),),
    over_time=number("Safety stock", _MASS, "t", "target at the period's end"),
    behind=(("Stock", "Safety stock"),),
)

HOLDING_COSTS = Sheet(
    "Holding costs",
    "holding cost by period; overrides Stock, at every site that keeps the material",
    (key("Material", ("Materials",)),),
    over_time=replace(_HOLDING, default=None),
    behind=(("Stock", "Holding cost"),),
)

IN_TRANSIT = Sheet(
    "In transit",
    "tonnes already under way, by period of arrival",
    (key("Material", ("Materials",)), _SITE),
    over_time=number("In transit", _MASS, "t", "tonnes arriving in the period", default=0.0),
)

PRODUCTS = Sheet(
    "Products",
    "what is made from materials",
    (
        defining("Product", "name of the product"),
        price("Shortfall cost", "what a tonne not delivered costs", of_index=True),
    ),
    attributes=True,
)

RECIPES = Sheet(
    "Recipes",
    "ways to make a product, in tonnes of material per tonne of product",
    (
        defining("Recipe", "name of the recipe"),
        reference("Product", ("Products",), "what it makes", required=True),
        price("Extra cost", "per tonne of product", default=0.0),
        percent("Maximum share", "part of the product's demand made this way", default=1.0),
        yes_no("Reference", "yes for exactly one recipe of a product", default=False),
    ),
    per_material=number("Use", Quantity.FRACTION, "", "tonnes per tonne", maximum=1000.0),
)

QUOTAS = Sheet(
    "Quotas",
    "export quota or licence open to this importer, in tonnes contained in what is bought",
    (
        defining("Quota", "name of the quota", example="China"),
        selector("Applies to", "Sources", "which sources", required=True, example="Country=China"),
        selector("Materials", "Materials", "which materials", default="*"),
        selector("Sites", "Sites", "which plants", default="*"),
        *_WINDOW,
        number(
            "Tonnes",
            Quantity.MASS_OR_RATE,
            "t",
            "the quota, before our share",
            required=True,
            unlimited=True,
        ),
        percent("Our share", "part open to this importer", default=1.0, likely_whole_share=True),
    ),
    over_time=number("Tonnes", _MASS, "t", "the quota in the period", unlimited=True),
    periods_instead_of=("From", "To", "Per", "Tonnes"),
)

LIMIT_TYPES = ("tonnes", "share", "spend", "suppliers", "average", "HHI")

SOFT_TYPES = ("tonnes", "share")
"""The types of limit that a penalty can make soft."""

_BOUND = number("Maximum", Quantity.BOUND, "", "upper bound", minimum=-LARGEST)

LIMITS = Sheet(
    "Limits",
    "the buyer's own rules",
    (
        defining("Limit", "name of the rule", example="China share"),
        word("Type", LIMIT_TYPES, "what it bounds", required=True),
        selector("Applies to", "Sources", "which sources", default="*"),
        selector("Materials", "Materials", "which materials", default="*"),
        selector("Sites", "Sites", "which plants", default="*"),
        word("Share of", ("demand", "purchases"), "what a share is of", default="demand"),
        declared("Column", Kind.COLUMN, "the rule holds for each value of this column of Sources"),
        *_WINDOW,
        replace(_BOUND, name="Minimum", meaning="lower bound"),
        _BOUND,
        number("Counts from", _MASS, "t", "a supplier counts for a minimum from here on"),
        price("Penalty", "cost of each tonne over or under; blank: the rule is hard"),
        word("Priority", ("must", "1", "2", "3", "4"), "which rules give way first",
              default="must"),
        yes_no("Active", "no: the rule is switched off", default=True),
    ),
)  # fmt: skip

CONTRACTS = Sheet(
    "Contracts",
    "offtakes: a level decided once, of which a part has to be lifted",
    (
        defining("Contract", "name of the contract"),
        reference("Source", ("Sources",), "of which source", required=True),
        _FROM,
        _TO,
        number("Minimum", Quantity.MASS_OR_RATE, "t", "least level", default=0.0),
        number("Maximum", Quantity.MASS_OR_RATE, "t", "highest level", required=True),
        percent("Must take", "part to be lifted", default=0.0, likely_whole_share=True),
        replace(_PER, default="period", meaning="what must-take is counted over"),
        percent("Unlifted pays", "part of the price paid for what is not lifted"),
    ),
)

RESTARTS = Sheet(
    "Restarts",
    "sources that deliver only once they are decided on (yes or no)",
    (
        key("Source", ("Sources",)),
        number("Restart cost", Quantity.MONEY, "", "paid once", required=True),
        number("Lead time", Quantity.PERIODS, "periods", "from decision to start", default=0.0),
        period("Earliest", "first period of decision"),
        period("Latest", "last period of decision"),
        number("Running cost", Quantity.MONEY_PER_TIME, "/yr", "from the start on", default=0.0),
        percent("Minimum load", "part of the capacity open", default=0.0),
    ),
    numbered=percent("Ramp", "part of the capacity open in that period after the start"),
)

TIERS = Sheet(
    "Tiers",
    "price by volume in the period; replaces Price",
    (
        key("Source", ("Sources",)),
        number("From", _RATE, "t/yr", "tonnes from which the price holds", key=True,
                required=True),
        source_price("Price", "price in the tier", required=True),
        word("Rule", ("incremental", "all units"), "what the price holds for",
              default="incremental"),
    ),
)  # fmt: skip

RECYCLING = Sheet(
    "Recycling",
    "sources fed by the scrap of what was delivered",
    (
        key("Source", ("Sources",)),
        key("Item", _ITEMS),
        percent("Return", "part that comes back", default=1.0, likely_whole_share=True),
        number(
            "Lag",
            Quantity.PERIODS,
            "periods",
            "periods later, at least 1; days or months are rounded up",
            default=1.0,
            maximum=1e5,
        ),
        number("Opening feed", _MASS, "t", "scrap of each period before", default=0.0),
    ),
)

CURRENT_PLAN = Sheet(
    "Current plan",
    "tonnes bought as planned today",
    (key("Source", ("Sources",)), _SITE),
    over_time=number("Purchases", _MASS, "t", "tonnes bought in the period"),
)

SCENARIOS = Sheet(
    "Scenarios",
    "named what-ifs; Base is the workbook as it stands",
    (
        defining("Scenario", "name of the what-if"),
        reference("Builds on", ("Scenarios",), "the scenario whose changes come first"),
        percent("Probability", "of the scenarios listed; all blank: equal"),
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
        reference("Scenario", ("Scenarios",), "in which scenario", required=True),
        text("Sheet", "which sheet", required=True),
        declared("Rows", Kind.SELECTOR, "which rows; * for all", required=True),
        text("Column", "which column, with the unit of a price", required=True),
        word("Operation", tuple(OPERATIONS), "set, times or plus", required=True),
        declared("Value", Kind.ANY, "the number or word", required=True),
    ),
    fixed=True,
)

UNCERTAINTY = Sheet(
    "Uncertainty",
    "random factors for simulation",
    (
        defining("Name", "name of the factor"),
        text("Sheet", "which sheet", required=True),
        declared("Rows", Kind.SELECTOR, "which rows", required=True),
        text("Column", "which column", required=True),
        word("Operation", tuple(OPERATIONS), "set, times or plus", required=True),
        word("Distribution", ("uniform", "triangular", "normal", "lognormal", "discrete"),
              "how it is distributed", required=True),
        *(
            number(name, Quantity.NUMBER, "", meaning, minimum=-LARGEST)
            for name, meaning in (
                ("Low", "least value, of a uniform or triangular distribution"),
                ("Mode", "likeliest value, of a triangular distribution"),
                ("High", "greatest value, of a uniform or triangular distribution"),
                ("Mean", "of a normal or lognormal distribution"),
                ("Deviation", "standard deviation, of a normal or lognormal distribution"),
            )
        ),
        text("Values", "of a discrete distribution: numbers separated by semicolons"),
        text("Weights", "of a discrete distribution, one for each value; blank: equal"),
        text("Group", "rows of one group move together"),
    ),
    fixed=True,
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
