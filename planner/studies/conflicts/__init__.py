"""Where no plan keeps every rule: which cells contradict each other, and the ways out."""
