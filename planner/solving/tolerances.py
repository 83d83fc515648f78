"""How exact plans are: the tolerances by which a plan is judged, in one place.

What only steers a search (how far to look, when to stop) stands with the search.

All are relative: to the numbers that meet in a row, or to all costs and earnings added up.
"""

from __future__ import annotations

SOLVER = 1e-9
"""Feasibility and optimality tolerance of the solver, in its scaled numbers; and how near to a
whole number a yes/no decision is."""

MOST_VIOLATION = 1e-6
"""By how much a balance or a bound may be broken."""

MOST_COST_ERROR = 1e-7
"""How far the cost terms may be from the solver's objective."""

MOST_DUAL_GAP = 1e-7
"""How far the dual bound may be from the cost."""

EMPTY_ROW = 1e-6
"""What is in a row is measured against at least this part of what there is of its material or
source: in a row of nothing, rounding is no violation."""

NEGLIGIBLE = 1e-9
"""Tonnes below this part of the largest of their kind are rounding."""

ROUNDED_COST = 1e-8
"""Cost errors are measured against at least this part of the dearest tonne times the most tonnes:
where nothing is needed, nothing is bought, and rounding is no error."""

ROUNDED_DECISIONS = 1e-6
"""What rounding the decisions of a search to yes and no may cost, beyond the gap asked for."""

FAR = 1e6
"""A bound so many times beyond what there can be is as good as none."""

ROOM = 10.0
"""How many times what a row or column has, or typically has, there can be: what a dual value that
points to no bound counts against."""

MOST_TOTAL_ERROR = 1e-6
"""How far a total of the results may be from the solver's figure, of it or the largest summed."""

DIGITS_OF_DIFFERENCE = 12
"""Digits of the larger number that the difference of two results keeps."""

DIGITS_OF_REDUCED_COST = 13
"""Digits of the largest cost that a reduced cost of the certificate keeps."""

NEGLIGIBLE_MONEY = 1e-9
"""Money below this part of all costs and earnings added up is rounding; of totals, below this part
of the largest in their unit."""
