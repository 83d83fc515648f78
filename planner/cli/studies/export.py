"""`planner export`: the model of a scenario as a file for other solvers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner import errors
from planner.cli import screen, stoppable
from planner.cli.options import CaseOptions, case_options
from planner.cli.study import retitled

if TYPE_CHECKING:
    from pathlib import Path

    import planner
    from planner.studies.export import Exported
    from planner.studies.several import Several


@retitled(
    output=(
        "MODEL.mps|.lp|.json",
        "The file [default: outputs/<case>-model.mps]; of several scenarios one each, with the "
        "scenario in the file's name.",
    )
)
@case_options
def command(asked: CaseOptions) -> int:
    """Write the model of a scenario for another solver: MPS, LP or JSON, with readable names."""
    from pathlib import Path  # noqa: PLC0415 - keeps --help quick

    from planner.runs import worst_code, worst_status  # noqa: PLC0415
    from planner.studies.export import export, refuse_model_target  # noqa: PLC0415
    from planner.studies.several import ask_each  # noqa: PLC0415

    target = asked.output or Path("outputs") / f"{asked.case.stem}-model.mps"
    refuse_model_target(target, str(asked.case))

    def ask(case: planner.Case, scenario: str) -> Exported:
        return export(case, scenario, asked.solving())

    try:
        case = asked.read()
        with screen.working("making the model"), stoppable():
            found = ask_each(case, asked.chosen(case), ask)
    except errors.InvalidCase as wrong:
        return asked.say_invalid(wrong)
    written, failed = _written(found, target, several=asked.for_several)
    if asked.as_json:
        status = worst_status(str(model["status"]) for model in written)
        document = {**found.to_dict(), "status": status, "runs": written}
        document = document if asked.for_several else written[0]
        for why in failed:
            document = screen.with_error(document, why)
        screen.say_json(document)
    elif not asked.quiet:
        for model in written:
            _say(model)
    screen.list_refusals(found.refusals, in_full=asked.verbose)
    if not asked.quiet:
        screen.list_problems(case.warnings, screen.remark, everything=asked.verbose)
    for why in failed:
        screen.remark(f"planner: {why}")
    codes = [found.exit_code, *([errors.WrongUsage.exit_code] if failed else [])]
    return worst_code(codes)


def _written(
    found: Several[Exported], target: Path, *, several: bool
) -> tuple[list[dict[str, object]], list[str]]:
    """Write each model; returns what JSON says of each scenario, and what could not be written."""
    from planner.workbook.files import named_apart  # noqa: PLC0415 - keeps --help quick

    names = [run.scenario for run in found.runs]
    targets = named_apart(target, names) if several else [target]
    said: list[dict[str, object]] = []
    failed: list[str] = []
    for run, path in zip(found.runs, targets, strict=True):
        model = run.answer
        if model is not None:
            try:
                model = model.write(path)
            except OSError as wrong:
                failed.append(f"the model is not written: {screen.in_words(wrong)} (option -o)")
        document = run.to_dict() if model is None else model.to_dict()
        said.append({"scenario": run.scenario, **document})
    return said, failed


def _say(model: dict[str, object]) -> None:
    """What was written; nothing of a scenario without a model."""
    if model.get("output") is None:
        return
    screen.say(
        f"{model['output']}: {model['rows']:,} rows, {model['columns']:,} columns "
        f"({model['decisions']:,} of them yes/no), {model['entries']:,} numbers in rows"
    )
    notes = model["notes"]
    for note in notes if isinstance(notes, list) else ():
        screen.say(f"{note}.")
