"""From a scenario's numbers to a plan: solver, ties, shadow prices, and the independent check."""
