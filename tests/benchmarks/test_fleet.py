"""A what-if is the same whether parameters or the numbers of the scenario are changed."""

from __future__ import annotations

import numpy as np

from benchmarks.cases import case_of
from benchmarks.fleet import Changes, applied, fleet_of
from planner.solving.data import model_data


def test_changed_parameters_are_those_of_the_changed_scenario():
    scenario = case_of("small").scenario()
    data = model_data(scenario)
    changes = Changes(scenario, data)
    for what_if in fleet_of(3):
        changed = data.with_params(changes.of(what_if))
        anew = model_data(applied(scenario, what_if))
        for name, values in anew.params.items():
            np.testing.assert_allclose(changed.params[name], values, rtol=1e-12, err_msg=name)
        differing = [
            name
            for name, values in anew.params.items()
            if not np.array_equal(values, data.params[name])
        ]
        assert set(differing) == set(changes.of(what_if))
