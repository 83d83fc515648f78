"""Studies on top of case and plan: each answers one question of a buyer."""
