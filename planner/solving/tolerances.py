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
