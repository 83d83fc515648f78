"""Classics of the literature that stand in no other file, as cases of our contract.

Wagner and Whitin (1958) is in test_orders.py, a volume discount in test_tiers.py, and HHI ≤ 0.58
with costs 1 and 2 in test_hhi.py.
"""

from __future__ import annotations

import pytest


def test_dantzig_transport_problem(solve):
    """G. B. Dantzig, Linear Programming and Extensions (1963), chapter 3.3: 153.675.

    Cases from Seattle (350) and San Diego (600) to New York (325), Chicago (300) and Topeka (275);
    freight is 90 a case and thousand miles: 2.5, 1.7, 1.8 and 2.5, 1.8, 1.4 thousand miles. In
    thousands: 50 · 0.225 + 300 · 0.153 + 275 · 0.225 + 275 · 0.126 = 153.675.
    """
    found = solve(
        Sites="""
            Site
            New York
            Chicago
            Topeka
        """,
        Materials="""
            Material | Shortfall cost [USD/t]
            Cases    | 1000
        """,
        Demand="""
            Item  | Site     | Every period
            Cases | New York | 325
            Cases | Chicago  | 300
            Cases | Topeka   | 275
        """,
        Sources="""
            Source    | Country | Material | Capacity [t/yr] | Price [USD/t]
            Seattle   | US      | Cases    | 350             | 0
            San Diego | US      | Cases    | 600             | 0
        """,
        Lanes="""
            Source    | Site     | Freight [USD/t]
            Seattle   | New York | 0.225
            Seattle   | Chicago  | 0.153
            Seattle   | Topeka   | 0.162
            San Diego | New York | 0.225
            San Diego | Chicago  | 0.162
            San Diego | Topeka   | 0.126
        """,
    )
    assert found.cost == pytest.approx(153.675, rel=1e-9)
    assert found.costs == pytest.approx({"freight": 153.675})
    # Equally cheap plans differ in who serves New York: Seattle, the first row, as far as it can.
    bought = found.plan.purchases.groupby("source")["tonnes"].sum().to_dict()
    assert bought == pytest.approx({"Seattle": 350, "San Diego": 550})
