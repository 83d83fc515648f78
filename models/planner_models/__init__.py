"""The formulation of the procurement plan in Pyomo, and its hand-over to a solver as arrays."""
