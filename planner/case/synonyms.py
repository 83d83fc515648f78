"""What buyers call the columns of the workbook, besides the names that are declared.

In Sources, Materials, Products and Sites an unknown column is an attribute of the user's own. Under
one of these words it would leave a freight, a tariff or a floor out of the plan without a word.
"""

from __future__ import annotations

from collections.abc import Mapping

ALSO_CALLED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Periods": {
        "Period": ("Year", "Quarter", "Month"),
        "Start": ("Begin", "From", "First day"),
        "Years": ("Length", "Duration"),
    },
    "Materials": {
        "Material": ("Commodity", "Product", "Item", "Element", "Oxide"),
        "Index": ("Benchmark", "Market index", "Reference price", "Market price", "Price index"),
        "Shortfall cost": ("Shortage cost", "Stockout cost", "Cost of shortage", "Penalty",
                           "Shortfall penalty", "Unmet demand cost", "Fehlmengenkosten"),
        "Surplus value": ("Resale value", "Resale price", "Sale price", "Selling price",
                          "Salvage value", "Scrap value", "Disposal cost", "Surplus price"),
    },
    "Products": {
        "Product": ("Item", "Article", "Model"),
        "Shortfall cost": ("Shortage cost", "Stockout cost", "Cost of shortage", "Penalty",
                           "Shortfall penalty", "Unmet demand cost", "Margin", "Fehlmengenkosten"),
    },
    "Sites": {"Site": ("Plant", "Factory", "Location", "Works", "Werk")},
    "Demand": {"Item": ("Material", "Product")},
    "Sources": {
        "Source": ("Name", "Option", "Quelle"),
        "Country": ("Origin", "Country of origin", "Nation", "Land"),
        "Supplier": ("Vendor", "Seller", "Company", "Producer", "Manufacturer", "Counterparty",
                     "Lieferant", "Fournisseur"),
        "Material": ("Commodity", "Item", "Sells", "Material sold"),
        "Capacity": ("Cap", "Volume", "Supply", "Output", "Production", "Tonnage", "Quantity",
                     "Maximum", "Max", "Max order", "Maximum order", "Max volume", "Max tonnes",
                     "Limit", "Kapazität"),
        "Price": ("Cost", "Rate", "Quote", "Purchase price", "Base price", "Preis", "Prix"),
        "Currency": ("Ccy", "Curr", "Cur", "Money", "Currency code", "Price currency", "Währung"),
        "Export tax": ("Export duty", "Export tariff", "Export levy", "Ausfuhrsteuer"),
        "Freight": ("Transport", "Transportation", "Transport cost", "Shipping", "Shipping cost",
                    "Logistics", "Logistics cost", "Carriage", "Haulage", "Fracht"),
        "Duty": ("Tariff", "Customs", "Import tax", "Import tariff", "Tax", "Levy", "Zoll"),
        "Processing": ("Treatment", "Treatment charge", "Treatment cost", "Tolling", "Toll",
                       "Refining", "Refining charge", "Separation", "Separation cost",
                       "Conversion cost", "Handling"),
        "Incoterm": ("Delivery terms", "Terms of delivery", "Trade term", "Trade terms",
                     "Delivery term"),
        "Yield": ("Recovery", "Recovery rate", "Usable", "Usable share", "Efficiency", "Loss",
                  "Losses", "Ausbeute"),
        "Lead time": ("Lead", "LT", "Transit time", "Delivery time", "Delay", "Transit",
                      "Lieferzeit"),
        "First period": ("First", "From", "Start", "Start period", "Starts", "Begin",
                         "Available from", "Valid from"),
        "Last period": ("Last", "To", "Until", "End", "End period", "Ends", "Available until",
                        "Available to", "Valid until", "Valid to"),
        "Minimum order": ("MOQ", "Min order", "Minimum order quantity", "Min order quantity",
                          "Minimum", "Min", "Minimum quantity", "Min quantity", "Lot size",
                          "Batch size", "Mindestmenge"),
        "Order cost": ("Ordering cost", "Cost per order", "Order fee", "Fixed cost", "Setup cost"),
        "Preference": ("Priority", "Rank", "Ranking", "Tie break"),
        "Index": ("Benchmark", "Price index", "Market index", "Reference price", "Index name"),
        "Index share": ("Share of index", "Index percentage", "Index factor", "Index part",
                        "Payable", "Payability"),
        "Premium": ("Surcharge", "Mark-up", "Uplift", "Spread", "Discount",
                    "Differential", "Aufschlag"),
        "Price floor": ("Floor", "Floor price", "Minimum price", "Min price"),
        "Price ceiling": ("Ceiling", "Ceiling price", "Price cap", "Maximum price", "Max price"),
        "Shared above": ("Sharing threshold", "Share threshold", "Threshold", "Shared from"),
        "Our part": ("Our share", "Sharing", "Buyer's part", "Buyer's share"),
    },
    "Lanes": {
        "Freight": ("Transport", "Shipping", "Transport cost", "Shipping cost", "Logistics"),
        "Allowed": ("Qualified", "Approved", "Open", "Permitted"),
        "Lead time": ("Lead", "LT", "Transit time", "Delivery time", "Delay"),
    },
    "Stock": {
        "Opening": ("Opening stock", "Initial stock", "On hand", "Start"),
        "Safety stock": ("Minimum stock", "Min stock", "Minimum", "Buffer", "Target"),
        "Cover": ("Days of cover", "Days"),
        "Holding cost": ("Storage cost", "Carrying cost", "Storage"),
        "Maximum": ("Max", "Capacity", "Maximum stock", "Max stock"),
        "Final minimum": ("Closing minimum", "Ending minimum"),
        "Final maximum": ("Closing maximum", "Ending maximum"),
    },
    "Quotas": {
        "Tonnes": ("Quantity", "Volume", "Amount", "Limit", "Maximum"),
        "Our share": ("Share", "Importer share", "Our part"),
        "Applies to": ("Sources", "Rows", "Country", "Selector"),
    },
    "Limits": {
        "Applies to": ("Sources", "Rows", "Selector"),
        "Minimum": ("Min", "At least", "Lower bound"),
        "Maximum": ("Max", "At most", "Upper bound", "Cap", "Limit value"),
        "Column": ("By", "Per column", "Attribute"),
    },
    "Contracts": {
        "Must take": ("Take or pay", "ToP"),
        "Maximum": ("Max", "Volume", "Quantity", "Tonnes"),
        "Minimum": ("Min",),
    },
    "Restarts": {
        "Restart cost": ("Capex", "Investment", "Start-up cost"),
        "Running cost": ("Opex", "Fixed cost"),
    },
}  # fmt: skip
"""By sheet and column. Letters alone count: case, spaces and signs do not matter."""
