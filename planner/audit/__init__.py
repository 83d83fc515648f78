"""Auditing a results workbook: from its cells back to the plan, without a solver."""
