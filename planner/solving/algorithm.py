"""How the solver goes about a model: by which algorithm, and from where.

What is best was measured: seconds of processor time within HiGHS 1.16 on cases with quotas, share
limits, stock, contracts and price tiers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

_INTERIOR_POINT_FROM = 15_000
"""Entries from which interior point is faster than simplex, when both start from nothing."""

_FEW, _MANY = 50, 2_000
"""Costs that are others, up to which primal simplex is best from the last basis; and costs and
coefficients, from which no basis is of use."""


class Algorithm(Enum):
    """How to solve a model from nothing; the values are those of HiGHS's option `solver`."""

    SIMPLEX = "choose"  # or branch and bound, where decisions are open
    INTERIOR_POINT = "ipx"  # with crossover to a vertex: its dual values are exact


def algorithm_for(entries: int) -> Algorithm:
    """The faster algorithm for a linear model without a basis, by its number of entries.

    Presolved, with crossover; a star marks cases of one material, where periods and sites are less
    tied to each other. Primal simplex took two to three times as long as dual simplex.

    |   Entries | Dual simplex | Interior point |
    |----------:|-------------:|---------------:|
    |       800 |        0.002 |          0.005 |
    |     5,000 |        0.015 |          0.030 |
    |     9,700 |        0.039 |          0.060 |
    |    9,200* |        0.070 |          0.042 |
    |    26,000 |         0.36 |           0.24 |
    |   27,000* |         0.24 |           0.20 |
    |    54,000 |          2.1 |           0.74 |
    |   55,000* |          1.1 |           0.58 |
    |   85,000* |          1.9 |            1.5 |
    |    96,000 |          6.4 |            1.9 |
    |   317,000 |           84 |             11 |
    |   606,000 |          165 |             25 |

    What is solved next, such as ties, is as fast from one vertex as from the other.
    """
    return Algorithm.INTERIOR_POINT if entries >= _INTERIOR_POINT_FROM else Algorithm.SIMPLEX


class Start(Enum):
    """Where a solve begins."""

    COLD = "cold"  # from nothing, presolved
    WARM_DUAL = "warm dual"  # dual simplex from the last basis
    WARM_PRIMAL = "warm primal"  # primal simplex from the last basis


@dataclass(frozen=True, slots=True)
class Changed:
    """How many numbers of a model are not as they were at its last basis."""

    bounds: int
    costs: int
    entries: int


def start_for(changed: Changed, entries: int, *, is_near: bool = False) -> Start:
    """From where to solve a changed linear model of so many entries.

    With `is_near` the numbers have hardly moved, as from one point of a curve to the next: the
    last basis is a few pivots away whatever has changed, and costs alone leave it feasible. (Of a
    case of 35,000 entries, 96 costs that move together: primal simplex took 8 ms for a point, dual
    simplex 18 ms.)

    Changed were bounds by up to 10 %, costs by up to 10 %, coefficients by up to 5 %, at random:
    of each some 0.3, 3, 30 or 100 %. A star marks a case of one material.

    |  Entries | Changed            | Warm dual | Warm primal | Cold simplex | Cold interior |
    |---------:|--------------------|----------:|------------:|-------------:|--------------:|
    |    1,300 | all bounds         |    0.0009 |      0.0007 |       0.0033 |        0.0072 |
    |          | 12 costs           |    0.0008 |      0.0007 |       0.0032 |        0.0071 |
    |          | all costs          |    0.0010 |      0.0009 |       0.0031 |        0.0065 |
    |          | all of both        |    0.0010 |      0.0013 |       0.0030 |        0.0067 |
    |          | all coefficients   |    0.0009 |      0.0009 |       0.0031 |        0.0066 |
    |   54,000 | 3 % of bounds      |      0.07 |        0.26 |          2.4 |          0.87 |
    |          | all bounds         |      0.31 |         1.8 |          2.1 |          0.78 |
    |          | 40 costs           |      0.11 |        0.05 |          2.1 |          0.75 |
    |          | 400 costs          |      0.40 |        0.56 |          1.8 |          0.76 |
    |          | 4,000 costs        |       1.6 |         1.6 |          1.3 |          0.69 |
    |          | 80 coefficients    |      0.33 |        0.15 |          2.1 |          0.81 |
    |          | 830 coefficients   |      0.46 |        0.51 |          2.0 |          0.80 |
    |          | 8,300 coefficients |       1.5 |         1.3 |          1.8 |          0.73 |
    |   96,000 | 3 % of bounds      |      0.14 |         1.4 |          5.1 |           1.8 |
    |          | all bounds         |      0.32 |         4.8 |          5.0 |           2.0 |
    |          | 70 costs           |      0.45 |        0.52 |          5.2 |           1.9 |
    |          | 700 costs          |       1.4 |         2.5 |          5.2 |           1.7 |
    |          | all 23,000 costs   |       4.6 |         5.5 |          2.0 |           1.5 |
    |          | 150 coefficients   |      0.23 |         1.1 |          5.1 |           2.1 |
    |          | 1,500 coefficients |       1.1 |         2.8 |          4.8 |           1.9 |
    |          | all coefficients   |       4.4 |         8.8 |          3.0 |           1.9 |
    |  85,000* | all bounds         |      0.04 |        0.45 |          2.4 |           1.4 |
    |          | 90 costs           |      0.06 |        0.03 |          2.1 |           1.4 |
    |          | 900 costs          |      0.07 |        0.13 |          2.2 |           1.4 |
    |          | all 30,000 costs   |      0.25 |         1.2 |          2.1 |           1.0 |
    |  317,000 | 600 coefficients   |       6.6 |             |           84 |            10 |
    |          | 6,000 coefficients |        22 |             |              |            10 |

    So it is how many costs and coefficients are others that counts, and bounds count for nothing.
    """
    only_costs = changed.costs > 0 and not changed.bounds and not changed.entries
    if is_near:
        return Start.WARM_PRIMAL if only_costs else Start.WARM_DUAL
    if entries >= _INTERIOR_POINT_FROM and changed.costs + changed.entries > _MANY:
        return Start.COLD
    if only_costs and changed.costs <= _FEW:
        return Start.WARM_PRIMAL
    return Start.WARM_DUAL
