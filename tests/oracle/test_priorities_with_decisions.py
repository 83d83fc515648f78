"""What is given up, held together with yes/no decisions that a search has rounded."""

from __future__ import annotations


def test_the_least_for_the_decisions_found_is_held(solve):
    """A search took decisions for whole that were only near; rounded, they need a little more."""
    found = solve(
        Periods="""
            Period | Start
            P1     | 2026-04-01
            P2     | 2027-04-01
            P3     | 2027-07-01
            P4     | 2027-08-01
        """,
        Sites="""
            Site
            A
            B
        """,
        Materials="""
            Material | Shortfall cost [USD/t]
            La       | 148120
        """,
        Demand="""
            Item | Site | P1   | P2   | P3   | P4
            La   | A    | 0    | 35.5 | 55.4 | 78.2
            La   | B    | 87.9 | 0    | 0    | 82.6
        """,
        Sources="""
            Source | Country | Material | Capacity [t/yr] | Price [/t] | Minimum order [t]
            s0     | US      | La       | 23.4            | 89463      |
            s1     | China   | La       | 73.8            | 106545     |
            s2     | US      | La       | 133.3           | 57704      | 6.9
        """,
        Restarts="""
            Source | Restart cost | Earliest
            s0     | 102716       | P4
        """,
        Recycling="""
            Source | Item | Return | Lag [periods]
            s2     | La   | 0.41   | 2
        """,
        Limits="""
            Limit | Type  | Applies to | Per    | Minimum | Maximum | Priority
            Mix   | HHI   | *          | period |         | 0.06    |
            US    | share | Country=US | year   | 0.075   | 0.69    | 1
        """,
    )
    assert any("limit 'US' (Limits!E3) is given up" in note for note in found.plan.notes)
