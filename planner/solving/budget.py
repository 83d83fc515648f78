"""How long what follows the search may take: ties, shadow prices, prices of sources."""

from __future__ import annotations

import math
import time

_LEAST_PART = 0.1
"""Part of the time limit that what follows the search has, however little of it is left."""


class Budget:
    """Time for what can be left out, until a moment.

    Attributes:
        ran_out: whether anything was left out, or cut short, since time was up.
    """

    def __init__(self, until: float = math.inf) -> None:
        """Begin.

        Args:
            until: a time of `time.monotonic`; infinite: there is time for everything.
        """
        self._until = until
        self.ran_out = False

    @classmethod
    def after(cls, started: float, limit: float) -> Budget:
        """What is left after a search that ends now, and at least a part of its limit.

        Args:
            started: when the search began, a time of `time.monotonic`.
            limit: seconds that it had.
        """
        return cls(max(started + limit, time.monotonic() + _LEAST_PART * limit))

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self._until - time.monotonic()

    def is_up(self) -> bool:
        """Whether time is up, so that the caller leaves out what comes next."""
        self.ran_out = self.ran_out or self.left <= 0
        return self.ran_out
