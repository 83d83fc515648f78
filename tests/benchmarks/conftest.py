"""The benchmarks stand in the checkout only; what they measure may be installed."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

# Last, so that an installed planner still comes first.
sys.path.append(str(ROOT))
