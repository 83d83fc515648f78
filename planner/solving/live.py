"""A case live in the solver: what one scenario is solved with serves the next."""

from __future__ import annotations

from planner.case.scenario import Scenario
from planner.solving.cuts import tangent_cuts
from planner.solving.data import model_data
from planner.solving.options import Options
from planner.solving.session import Session
from planner_models.compiling import Compiler


class Live:
    """Sessions of one case after the other, with as much in common as they have.

    Where a scenario changes numbers only, the live model is patched and keeps its basis; where it
    changes what can be bought, kept or counted at all, or has cuts of its own, it is loaded anew.
    """

    def __init__(self, options: Options) -> None:
        """Solve with some options."""
        self.options = options
        self._compiler = Compiler()
        self._session: Session | None = None

    def session(self, numbers: Scenario) -> Session:
        """The model of a scenario in the solver, as it was compiled, not solved yet.

        The session of the scenario before is no longer that scenario's.

        Raises:
            WrongUsage: another number of threads was fixed before.
        """
        model = self._compiler.compile(model_data(numbers))
        cuts = tangent_cuts(numbers, model)
        session = self._session
        if session is None or cuts is not None or not session.change(model):
            options = self.options
            session = Session(model, cuts=cuts, threads=options.threads, log=options.log)
        self._session = session
        return session
