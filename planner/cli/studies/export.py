"""`planner export`: the model of a scenario as a file for other solvers."""

from __future__ import annotations

from planner.cli import screen
from planner.cli.options import CaseOptions, case_options
from planner.cli.study import invalid, only_scenario, retitled


@retitled(output=("MODEL.mps|.lp|.json", "The file [default: outputs/<case>-model.mps]."))
@case_options
def command(asked: CaseOptions) -> int:
    """Write the model of a scenario for another solver: MPS, LP or JSON, with readable names."""
    from pathlib import Path  # noqa: PLC0415 - keeps --help quick

    from planner.errors import InvalidCase  # noqa: PLC0415
    from planner.studies.export import export, refuse_model_target  # noqa: PLC0415

    target = asked.output or Path("outputs") / f"{asked.case.stem}-model.mps"
    refuse_model_target(target, str(asked.case))
    try:
        with screen.working("reading"):
            case = asked.read()
        with screen.working("making the model"):
            found = export(case, only_scenario(asked, case), asked.solving())
    except InvalidCase as wrong:
        return invalid(wrong, asked)
    found = found.write(target)
    document = found.to_dict()
    if asked.as_json:
        screen.say_json(document)
    elif not asked.quiet:
        screen.say(
            f"{found.output}: {document['rows']:,} rows, {document['columns']:,} columns "
            f"({document['decisions']:,} of them yes/no), {document['entries']:,} numbers in rows"
        )
        for note in found.notes:
            screen.say(f"{note}.")
    if not asked.quiet:
        screen.list_problems(case.warnings, screen.remark, everything=asked.verbose)
    return found.exit_code
