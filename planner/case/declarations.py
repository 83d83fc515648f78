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

CONTRACT = "1"
"""Version of the contract between the planner and the people who fill in workbooks."""

_MASS, _RATE = Quantity.MASS, Quantity.MASS_PER_TIME
_ITEMS = ("Materials", "Products")
_SITE = key("Site", ("Sites",), "plant; only where the case has the sheet Sites", example="Kansai")
_SOURCE = key("Source", ("Sources",), "which source", example="CN_QUOTA")
_MATERIAL = key("Material", ("Materials",), "which material", example="Nd2O3")
_ITEM = key("Item", _ITEMS, "which material or product", example="Nd2O3")
_MATERIAL_ITEM = key("Item", ("Materials",), "which material", example="Nd2O3")
_PER = word(
    "Per",
    ("period", "year", "window"),
    "what the bound counts over; required where the window holds more than one period",
)
_FROM = period("From", "first period of the window (blank: the first)", example="2011")
_TO = period("To", "last period of the window (blank: the last)", example="2015")
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
        text("Class", "group of materials, for rules", usual=("light", "heavy")),
        text(
            "Form",
            "what a tonne is a tonne of: shown wherever tonnes are",
            usual=("oxide", "metal", "alloy", "carbonate", "REO mixture"),
        ),
        reference("Index", ("Indices",), "its market price", example="Nd FOB China"),
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
            example="40 [USD/kg]",
        ),
    ),
    required=True,
    attributes=True,
)

DEMAND = Sheet(
    "Demand",
    "tonnes needed, by item and period",
    (key("Item", _ITEMS, "a material, or a product", example="Nd2O3"), _SITE),
    over_time=number("Demand", _MASS, "t", "tonnes needed in the period", example="1200"),
    required=True,
    every_period=True,
)

SOURCES = Sheet(
    "Sources",
    "everything that can be bought, one row each; a tonne is a tonne of what the price is for",
    (
        defining("Source", "name of the source", example="CN_QUOTA"),
        text("Country", "country of origin", required=True, example="China"),
        text("Supplier", "company; blank: the source's name", example="Lynas"),
        text(
            "Kind",
            "what it is, for rules",
            usual=("mine", "restart", "refinery", "recycling", "stockpile", "trader"),
        ),
        reference(
            "Material",
            ("Materials",),
            "what it sells; blank where Composition has its row",
            example="Nd2O3",
        ),
        number(
            "Capacity",
            _RATE,
            "t/yr",
            "most that can be bought; here or in the sheet Capacity",
            unlimited=True,
            example="2000",
        ),
        source_price(
            "Price", "price; here, in Prices, in Tiers or by an index", example="62.5 [USD/kg]"
        ),
        text(
            "Currency",
            "currency of the row's money; blank: the case's",
            usual=("USD", "EUR", "JPY", "CNY", "AUD"),
        ),
        tax("Export tax", "part of the price that the exporting country takes on top"),
        source_price("Freight", "freight and insurance", default=0.0, example="300 [USD/t]"),
        tax("Duty", "import duty, on the base that Settings says (CIF or FOB)"),
        source_price(
            "Processing", "cost of treating it after arrival", default=0.0, example="2 [USD/kg]"
        ),
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
            example="1",
        ),
        period(
            "First period",
            "first period in which anything leaves (blank: the first)",
            example="2012",
        ),
        period(
            "Last period", "last period in which anything leaves (blank: the last)", example="2015"
        ),
        number(
            "Minimum order",
            _MASS,
            "t",
            "what is bought in a period is nothing or at least this",
            example="20",
        ),
        number(
            "Order cost",
            Quantity.MONEY,
            "",
            "in each period with an order",
            source_money=True,
            example="5000",
        ),
        number(
            "Preference",
            Quantity.NUMBER,
            "",
            "1 first; decides between equally cheap sources",
            minimum=-LARGEST,
            example="1",
        ),
        reference(
            "Index",
            ("Indices",),
            "index that sets the price, or the word basket",
            example="Nd FOB China",
        ),
        percent("Index share", "part of the index", default=1.0, maximum=100.0, example="97 %"),
        source_price(
            "Premium",
            "added to the index",
            default=0.0,
            minimum=-LARGEST,
            example="1.5 [USD/kg]",
        ),
        source_price("Price floor", "lowest price", example="45 [USD/kg]"),
        source_price("Price ceiling", "highest price", example="120 [USD/kg]"),
        source_price(
            "Shared above", "index from which on the rise is shared", example="80 [USD/kg]"
        ),
        percent("Our part", "our part of what the index exceeds that by", example="50 %"),
    ),
    required=True,
    attributes=True,
)

BASKET = "basket"
"""In Sources.Index: the price follows the indices of all the materials that the source holds."""

SETTINGS_ROWS: tuple[Column, ...] = (
    text("Title", "title of the case", example="Magnets 2027"),
    text("Importer", "who buys", example="Our company"),
    text("Currency", "currency of the case", default="USD",
          usual=("USD", "EUR", "JPY", "CNY", "AUD")),
    percent("Discount rate", "per year", default=0.0, example="8 %"),
    word("Duty base", ("CIF", "FOB"), "what duty is paid on", default="CIF"),
    word("Shortfall", ("allowed", "forbidden"), "may demand stay unmet", default="allowed"),
    period("Frozen through", "purchases up to it are those of Current plan", example="2011"),
    period("Decide through", "for planning under uncertainty", example="2011"),
    number("MIP gap", Quantity.NUMBER, "", "relative gap at which yes/no search stops",
            default=1e-6, maximum=1.0, example="0.001"),
    number("Time limit", Quantity.NUMBER, "", "seconds", default=600.0, maximum=1e7,
            example="600"),
)  # fmt: skip
"""The rows that the sheet Settings may have; each is declared like a column."""

SETTINGS = Sheet(
    "Settings",
    "what holds for the whole case",
    (
        defining("Setting", "which setting", example="Currency"),
        declared("Value", Kind.ANY, "its value", required=True, example="USD"),
    ),
)

SITES = Sheet(
    "Sites",
    "plants; without this sheet there is one, nameless",
    (defining("Site", "name of the plant", example="Kansai"),),
    attributes=True,
)

LANES = Sheet(
    "Lanes",
    "what differs for a source and a plant",
    (
        _SOURCE,
        _SITE,
        yes_no("Allowed", "no: not qualified there", default=True),
        source_price(
            "Freight", "freight to that plant; blank: as Sources says", example="300 [USD/t]"
        ),
        number(
            "Lead time",
            Quantity.PERIODS,
            "periods",
            "lead time to that plant; blank: as Sources says",
            maximum=1e5,
            example="1",
        ),
    ),
    needs=("Sites",),
)

_CONTENT = number(
    "Content",
    Quantity.FRACTION,
    "%",
    "tonnes of the material in a tonne bought",
    maximum=1.02,
    example="18.5 %",
)

COMPOSITION = Sheet(
    "Composition",
    "what a basket holds, per tonne bought; a row sums to at most 1",
    (_SOURCE,),
    per_material=_CONTENT,
)

CONVERSIONS = Sheet(
    "Conversions",
    "toll separation, metal making, blending: tonnes used (negative) and made per tonne",
    (
        defining("Conversion", "name of the process", example="Toll separation"),
        _SITE,
        price("Cost", "per tonne of throughput", default=0.0, example="5 [USD/kg]"),
        number(
            "Capacity",
            _RATE,
            "t/yr",
            "throughput; blank: unlimited",
            unlimited=True,
            example="1000",
        ),
    ),
    per_material=number("Tonnes", Quantity.FRACTION, "", "used up (negative) or made",
                        minimum=-1000.0, maximum=1000.0, example="-1.2"),
)  # fmt: skip

INDICES = Sheet(
    "Indices",
    "market prices per tonne, in the case's currency",
    (defining("Index", "name of the index", example="Nd FOB China"),),
    over_time=price("Index price", "market price", example="75 [USD/kg]"),
)

PRICES = Sheet(
    "Prices",
    "price by period; overrides Sources",
    (_SOURCE,),
    over_time=source_price("Price", "price in the period", example="62.5 [USD/kg]"),
    behind=(("Sources", "Price"),),
)

CAPACITY = Sheet(
    "Capacity",
    "tonnes that can be bought in the period; overrides Sources",
    (_SOURCE,),
    over_time=number(
        "Capacity", _MASS, "t", "tonnes in the period", unlimited=True, example="2000"
    ),
    behind=(("Sources", "Capacity"),),
)

AVAILABILITY = Sheet(
    "Availability",
    "factor on capacity (licence approvals); default 1",
    (_SOURCE,),
    over_time=number("Availability", Quantity.FRACTION, "", "factor on capacity", default=1.0,
                      maximum=LARGEST, doubtful_above=2.0, example="0.8"),
    behind=(("Sources", "Source"),),
)  # fmt: skip

DISRUPTIONS = Sheet(
    "Disruptions",
    "an embargo or outage by date",
    (
        defining("Disruption", "name of the event", example="Embargo"),
        selector("Applies to", "Sources", "which sources", required=True, example="Country=China"),
        declared("From date", Kind.DATE, "first day", required=True, example="2011-03-01"),
        declared("To date", Kind.DATE, "last day", required=True, example="2011-04-30"),
        percent("Leaves", "part that still comes", default=0.0, example="20 %"),
        reference(
            "Scenario",
            ("Scenarios",),
            "only in this scenario (blank: always)",
            example="Two months of embargo",
        ),
    ),
)

SHORTFALL_COSTS = Sheet(
    "Shortfall costs",
    "shortfall cost by period; overrides Materials and Products",
    (_ITEM,),
    over_time=price(
        "Shortfall cost",
        "what a tonne not delivered costs",
        of_index=True,
        example="200 [USD/kg]",
    ),
    behind=(("Materials", "Shortfall cost"), ("Products", "Shortfall cost")),
)

SURPLUS_VALUES = Sheet(
    "Surplus values",
    "surplus value by period; overrides Materials",
    (_MATERIAL_ITEM,),
    over_time=price(
        "Surplus value",
        "what a tonne not needed sells for",
        minimum=-LARGEST,
        of_index=True,
        example="40 [USD/kg]",
    ),
    behind=(("Materials", "Surplus value"),),
)

CURRENCIES = Sheet(
    "Currencies",
    "worth of one unit in the case's currency",
    (defining("Currency", "currency code", example="EUR"),),
    over_time=number(
        "Rate",
        Quantity.NUMBER,
        "",
        "worth of one unit in the case's currency",
        minimum=1e-9,
        example="1.1",
    ),
)

_HOLDING = number(
    "Holding cost",
    Quantity.MONEY_PER_MASS_TIME,
    "/t/yr",
    "storage and insurance; capital is in the discount rate",
    of_index=True,
    default=0.0,
    example="6 [USD/kg/yr]",
)

STOCK = Sheet(
    "Stock",
    "which materials can be kept from period to period; no row: nothing is kept",
    (
        _MATERIAL,
        _SITE,
        number("Opening", _MASS, "t", "stock before the first period", default=0.0, example="30"),
        number("Safety stock", _MASS, "t", "target at each period's end", example="40"),
        number(
            "Cover",
            Quantity.DURATION,
            "days",
            "target as days of the demand to come",
            example="60",
        ),
        number(
            "Safety cost",
            Quantity.MONEY_PER_MASS_TIME,
            "/t/yr",
            "cost of each tonne under the target; blank: the target is hard",
            example="20 [USD/kg/yr]",
        ),
        _HOLDING,
        number("Maximum", _MASS, "t", "most that can be kept", example="200"),
        number("Final minimum", _MASS, "t", "least at the end", example="30"),
        number("Final maximum", _MASS, "t", "most at the end", example="60"),
        price(
            "Final value",
            "what a tonne left at the end is worth",
            default=0.0,
            minimum=-LARGEST,
            of_index=True,
            example="40 [USD/kg]",
        ),
    ),
)

SAFETY_STOCK = Sheet(
    "Safety stock",
    "target by period; overrides Stock, at every site that keeps the material",
    (_MATERIAL,),
    over_time=number("Safety stock", _MASS, "t", "target at the period's end", example="40"),
    behind=(("Stock", "Safety stock"),),
    needs=("Stock",),
)

HOLDING_COSTS = Sheet(
    "Holding costs",
    "holding cost by period; overrides Stock, at every site that keeps the material",
    (_MATERIAL,),
    over_time=replace(_HOLDING, default=None),
    behind=(("Stock", "Holding cost"),),
    needs=("Stock",),
)

IN_TRANSIT = Sheet(
    "In transit",
    "tonnes already under way, by period of arrival",
    (_MATERIAL, _SITE),
    over_time=number(
        "In transit", _MASS, "t", "tonnes arriving in the period", default=0.0, example="20"
    ),
)

PRODUCTS = Sheet(
    "Products",
    "what is made from materials",
    (
        defining("Product", "name of the product", example="Magnets"),
        price(
            "Shortfall cost",
            "what a tonne not delivered costs",
            of_index=True,
            example="150 [USD/kg]",
        ),
    ),
    attributes=True,
    needs=("Recipes",),
)

RECIPES = Sheet(
    "Recipes",
    "ways to make a product, in tonnes of material per tonne of product",
    (
        defining("Recipe", "name of the recipe", example="Magnets, less Dy"),
        reference("Product", ("Products",), "what it makes", required=True, example="Magnets"),
        price("Extra cost", "per tonne of product", default=0.0, example="3 [USD/kg]"),
        percent(
            "Maximum share",
            "part of the product's demand made this way",
            default=1.0,
            example="20 %",
        ),
        yes_no("Reference", "yes for exactly one recipe of a product", default=False),
    ),
    per_material=number(
        "Use",
        Quantity.FRACTION,
        "",
        "tonnes of the material in a tonne of product",
        maximum=1000.0,
        example="0.35",
    ),
    needs=("Products",),
)

_MATERIALS = selector(
    "Materials", "Materials", "which materials", default="*", example="Class=light"
)
_SITES = selector("Sites", "Sites", "which plants", default="*", example="Site=Kansai")

QUOTAS = Sheet(
    "Quotas",
    "export quota or licence open to this importer, in tonnes contained in what is bought",
    (
        defining("Quota", "name of the quota", example="China"),
        selector("Applies to", "Sources", "which sources", required=True, example="Country=China"),
        _MATERIALS,
        _SITES,
        *_WINDOW,
        number(
            "Tonnes",
            Quantity.MASS_OR_RATE,
            "t",
            "the quota, before our share",
            required=True,
            unlimited=True,
            example="20000",
        ),
        percent(
            "Our share",
            "part open to this importer",
            default=1.0,
            likely_whole_share=True,
            example="66 %",
        ),
    ),
    over_time=number(
        "Tonnes", _MASS, "t", "the quota in the period", unlimited=True, example="20000"
    ),
    periods_instead_of=("From", "To", "Per", "Tonnes"),
)

LIMIT_TYPES = ("tonnes", "share", "spend", "suppliers", "average", "HHI")

SOFT_TYPES = ("tonnes", "share")
"""The types of limit that a penalty can make soft."""

_BOUND = number(
    "Maximum",
    Quantity.BOUND,
    "",
    "upper bound, in what the type counts: tonnes, a share, money or a number",
    minimum=-LARGEST,
    example="60 %",
)

LIMITS = Sheet(
    "Limits",
    "the buyer's own rules",
    (
        defining("Limit", "name of the rule", example="China share"),
        word("Type", LIMIT_TYPES, "what it bounds", required=True),
        selector(
            "Applies to", "Sources", "which sources", default="*", example="Country=China"
        ),
        _MATERIALS,
        _SITES,
        word("Share of", ("demand", "purchases"), "what a share is of", default="demand"),
        declared(
            "Column",
            Kind.COLUMN,
            "the rule holds for each value of this column of Sources",
            example="Country",
        ),
        *_WINDOW,
        replace(
            _BOUND, name="Minimum", meaning="lower bound, as the upper one", example="10 %"
        ),
        _BOUND,
        number(
            "Counts from", _MASS, "t", "a supplier counts for a minimum from here on", example="5"
        ),
        price(
            "Penalty",
            "cost of each tonne over or under; blank: the rule is hard",
            example="20 [USD/kg]",
        ),
        word("Priority", ("must", "1", "2", "3", "4"), "which rules give way first",
              default="must"),
        yes_no("Active", "no: the rule is switched off", default=True),
    ),
)  # fmt: skip

CONTRACTS = Sheet(
    "Contracts",
    "offtakes: a level decided once, of which a part has to be lifted",
    (
        defining("Contract", "name of the contract", example="Lynas offtake"),
        reference("Source", ("Sources",), "of which source", required=True, example="AU_LYNAS"),
        _FROM,
        _TO,
        number(
            "Minimum",
            Quantity.MASS_OR_RATE,
            "t",
            "least level, in tonnes per period",
            default=0.0,
            example="50",
        ),
        number(
            "Maximum",
            Quantity.MASS_OR_RATE,
            "t",
            "highest level, in tonnes per period",
            required=True,
            example="150",
        ),
        percent(
            "Must take",
            "part to be lifted",
            default=0.0,
            likely_whole_share=True,
            example="80 %",
        ),
        replace(_PER, default="period", meaning="what must-take is counted over"),
        percent(
            "Unlifted pays",
            "part of the price paid for what is not lifted; blank: it has to be lifted",
            example="100 %",
        ),
    ),
)

RESTARTS = Sheet(
    "Restarts",
    "sources that deliver only once they are decided on (yes or no)",
    (
        _SOURCE,
        number("Restart cost", Quantity.MONEY, "", "paid once", required=True, example="5000000"),
        number(
            "Lead time",
            Quantity.PERIODS,
            "periods",
            "from decision to start",
            default=0.0,
            example="1",
        ),
        period("Earliest", "first period of decision (blank: the first)", example="2011"),
        period("Latest", "last period of decision (blank: the last)", example="2013"),
        number(
            "Running cost",
            Quantity.MONEY_PER_TIME,
            "/yr",
            "from the start on",
            default=0.0,
            example="250000",
        ),
        percent(
            "Minimum load",
            "part of the open capacity that has to be bought",
            default=0.0,
            example="40 %",
        ),
    ),
    numbered=percent(
        "Ramp",
        "part of the capacity open in that period after the start",
        example="50 %",
    ),
)

TIERS = Sheet(
    "Tiers",
    "price by volume in the period; replaces Price",
    (
        _SOURCE,
        number("From", _RATE, "t/yr", "tonnes from which the price holds; 0 first", key=True,
                required=True, example="100"),
        source_price("Price", "price in the tier", required=True, example="60 [USD/kg]"),
        word("Rule", ("incremental", "all units"), "what the price holds for",
              default="incremental"),
    ),
)  # fmt: skip

RECYCLING = Sheet(
    "Recycling",
    "sources fed by the scrap of what was delivered",
    (
        _SOURCE,
        _ITEM,
        percent(
            "Return",
            "part that comes back",
            default=1.0,
            likely_whole_share=True,
            example="5 %",
        ),
        number(
            "Lag",
            Quantity.PERIODS,
            "periods",
            "periods later, at least 1; days or months are rounded up",
            default=1.0,
            maximum=1e5,
            example="1",
        ),
        number(
            "Opening feed", _MASS, "t", "scrap of each period before", default=0.0, example="20"
        ),
    ),
)

CURRENT_PLAN = Sheet(
    "Current plan",
    "tonnes bought as planned today",
    (_SOURCE, _SITE),
    over_time=number("Purchases", _MASS, "t", "tonnes bought in the period", example="1500"),
)

SCENARIOS = Sheet(
    "Scenarios",
    "named what-ifs; Base is the workbook as it stands",
    (
        defining("Scenario", "name of the what-if", example="Quota down 30 %"),
        reference(
            "Builds on",
            ("Scenarios",),
            "the scenario whose changes come first",
            example="Actual delays",
        ),
        percent("Probability", "of the scenarios listed; all blank: equal", example="25 %"),
    ),
    fixed=True,
)

OPERATIONS = {
    "set": "set", "=": "set",
    "times": "times", "×": "times", "*": "times", "*=": "times",
    "plus": "plus", "+": "plus", "+=": "plus",
}  # fmt: skip
"""The operations of a change, and the words and signs for each."""

_ROWS = declared(
    "Rows", Kind.SELECTOR, "which rows; * for all", required=True, example="Quota=China"
)

CHANGES = Sheet(
    "Changes",
    "what a scenario changes, row after row",
    (
        reference(
            "Scenario",
            ("Scenarios",),
            "in which scenario",
            required=True,
            example="Quota down 30 %",
        ),
        text("Sheet", "which sheet", required=True, example="Quotas"),
        _ROWS,
        text("Column", "which column, with the unit of a price", required=True, example="Tonnes"),
        word("Operation", tuple(OPERATIONS), "set, times or plus", required=True),
        declared("Value", Kind.ANY, "the number or word", required=True, example="0.7"),
    ),
    fixed=True,
    needs=("Scenarios",),
)

UNCERTAINTY = Sheet(
    "Uncertainty",
    "random factors for simulation",
    (
        defining("Name", "name of the factor", example="Demand"),
        text("Sheet", "which sheet", required=True, example="Demand"),
        _ROWS,
        text("Column", "which column", required=True, example="*"),
        word("Operation", tuple(OPERATIONS), "set, times or plus", required=True),
        word("Distribution", ("uniform", "triangular", "normal", "lognormal", "discrete"),
              "how it is distributed", required=True),
        *(
            number(name, Quantity.NUMBER, "", meaning, minimum=-LARGEST, example=example)
            for name, meaning, example in (
                ("Low", "least value, of a uniform or triangular distribution", "0.8"),
                ("Mode", "likeliest value, of a triangular distribution", "1"),
                ("High", "greatest value, of a uniform or triangular distribution", "1.3"),
                ("Mean", "of a normal or lognormal distribution", "1"),
                ("Deviation", "standard deviation, of a normal or lognormal distribution", "0.1"),
            )
        ),
        text(
            "Values",
            "of a discrete distribution: numbers separated by semicolons",
            example="0; 0.5; 1",
        ),
        text(
            "Weights",
            "of a discrete distribution, one for each value; blank: equal",
            example="1; 2; 1",
        ),
        text("Group", "rows of one group move together", example="market"),
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
