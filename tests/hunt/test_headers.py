"""Headers and sheet names misspelt, decorated, with wrong units: said, or the same numbers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from planner.case import declarations as d
from planner.case.synonyms import ALSO_CALLED
from planner.case.units import Quantity

SHEETS = [sheet.name for sheet in d.SHEETS]
WITH_ATTRIBUTES = [sheet.name for sheet in d.SHEETS if sheet.attributes]
SOME = 2
"""Damages tried of each column where not all are."""

UNITS = {
    Quantity.MASS: "t",
    Quantity.MASS_PER_TIME: "t/yr",
    Quantity.MASS_OR_RATE: "t",
    Quantity.MONEY: "USD",
    Quantity.MONEY_PER_MASS: "USD/kg",
    Quantity.MONEY_PER_MASS_TIME: "USD/kg/yr",
    Quantity.MONEY_PER_TIME: "USD/yr",
    Quantity.FRACTION: "%",
    Quantity.DURATION: "days",
    Quantity.PERIODS: "periods",
    Quantity.NUMBER: "points",
    Quantity.BOUND: "t",
}
OUTSIDE = (
    "{} {}", "{} ({})", "{}, {}", "{} - {}", "{}/{}", "{} {{{}}}", "{} in {}", "{}: {}", "{}_{}",
    "{} <{}>", "{} per kg", "{} ({}) [{}]", "{} [{}] [{}]", "[{1}] {0}", "{} [{}", "{} {}]",
    "{} percent", "{} pct", "{} USD", "{} p.a.", "{} (t)", "{} tpa", "{} /kg",
)  # fmt: skip
"""How people write a unit anywhere but in square brackets at the end."""


def spellings(name: str) -> Iterator[str]:
    """A name with a slip of the pen; never one in which only its first letter is another."""
    for i in range(len(name)):
        if len(name) > 2:
            yield name[:i] + name[i + 1 :]
        yield name[:i] + name[i] + name[i:]
        yield name[:i] + "x" + name[i:]
        if i:
            yield name[:i] + "x" + name[i + 1 :]
        if i + 1 < len(name) and name[i].lower() != name[i + 1].lower():
            yield name[:i] + name[i + 1] + name[i] + name[i + 2 :]
    yield name + "s"
    yield from (name.replace(" ", sign) for sign in ("_", "-", "", "/", ".", "\n") if " " in name)
    yield from (name[:2] + sign + name[2:] for sign in ("\n", "\u200b", "\u00a0"))
    yield from (name + tail for tail in (":", "*", ".", "?", " *", " (optional)", " 1", "_", " #"))
    yield from (head + name for head in ("*", "- ", "1. ", "_"))
    yield from (
        name.replace(latin, cyrillic, 1)
        for latin, cyrillic in zip(
            "aeocipx", "\u0430\u0435\u043e\u0441\u0456\u0440\u0445", strict=True
        )
        if latin in name
    )


def damages(header: str, quantity: Quantity | None) -> Iterator[str]:
    """A header wrong in one way."""
    name, bracket, rest = header.partition(" [")
    own = bracket + rest
    yield from (spelling + own for spelling in spellings(name))
    yield from (f"{header} [2026]", f"{header} est")
    if quantity is None:
        return
    yield from (form.format(name, UNITS[quantity], UNITS[quantity]) for form in OUTSIDE)
    others = {*UNITS.values(), "EUR", "EUR/kg", "kWh", "USD/kWh", "weeks", "ppm", "x"}
    yield from (f"{name} [{unit}]" for unit in sorted(others) if not _fits(unit, quantity))
    yield from (f"{word} {header}" for word in ("Import", "Total", "Annual", "Max.", "Average"))
    if quantity.is_price:
        yield name


def _fits(unit: str, quantity: Quantity) -> bool:
    """Units that say something else than before, and say so."""
    fitting = {
        Quantity.MASS_OR_RATE: {"t", "t/yr"},
        Quantity.BOUND: {"t", "t/yr", "%", "USD", "EUR"},
        Quantity.FRACTION: {"%"},
        Quantity.PERIODS: {"days", "periods"},
    }
    return unit in fitting.get(quantity, {UNITS[quantity]})


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_wrong_header(rich, is_silent, sample, column_of, sheet):
    headers = rich[sheet][0]
    silent = []
    for j, header in enumerate(list(headers)):
        column = column_of(sheet, header)
        if column is None:
            continue  # an attribute may have any name: selectors that miss it say so
        tried = list(dict.fromkeys(damages(header, column.quantity)))
        for wrong in sample(f"{sheet}.{header}", tried, SOME):
            headers[j] = wrong
            if is_silent(rich):
                silent.append(wrong)
        headers[j] = header
    assert silent == []


@pytest.mark.parametrize("sheet", WITH_ATTRIBUTES)
def test_another_word_for_a_column(rich, read, sample, column_of, sheet):
    """What a buyer calls it may be an attribute, but not without a word that names ours."""
    headers = rich[sheet][0]
    for j, header in enumerate(list(headers)):
        name, bracket, rest = header.partition(" [")
        if name in d.BY_NAME[sheet].key and len(d.BY_NAME[sheet].columns) == 1:
            continue  # without its only column the sheet has no header at all, which is said
        words = list(ALSO_CALLED[sheet].get(name, ()))
        for word in sample(f"{sheet}.{header}", words, 1):
            headers[j] = word.upper() + bracket + rest
            messages = [p.message for p in read(rich).problems]
            assert any(f"if {name} is meant, name it '{name}'" in text for text in messages), word
        headers[j] = header


@pytest.mark.parametrize(
    "header",
    ["CO2", "CO2 [t/t]", "Traceable", "Region", "Grade", "Status", "Licence", "Contact",
     "Energy [MWh/t]", "Score", "Supplier rating", "Country code", "Material grade",
     "Assay lab", "Price basis", "Purity [%]", "Resource", "HQ country", "Materiality", "Indexed",
     "Field", "Supplier ID", "Material no.", "Process"],
)  # fmt: skip
@pytest.mark.parametrize("value", [5, "text"])
def test_an_attribute_of_the_users_own_is_silent(rich, read, header, value):
    rows = rich["Sources"]
    rows[:] = [[*row[:-2], header if i == 0 else value] for i, row in enumerate(rows)]
    for other in ("Limits", "Changes", "Uncertainty"):
        rich[other] = rich[other][:1]
    assert read(rich).problems == ()


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("Insurance [USD/kg]", "money per mass that enters no cost"),
        ("Insurance USD per kg", "money per mass that enters no cost"),
        ("Tariff [%]", "what the plan goes by stands in 'Duty'"),
        ("Sea freight [/kg]", "money per mass that enters no cost"),
    ],
)
def test_money_that_enters_no_cost(rich, read, header, said):
    """Beside a column of ours another one may be an attribute: but it is said."""
    rich["Sources"][0].append(header)
    for row in rich["Sources"][1:]:
        row.append(3)
    (problem,) = read(rich).problems
    assert problem.severity == "warning"
    assert problem.cell == "AD1"
    assert said in problem.message


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_wrong_sheet_name(rich, is_silent, sample, sheet):
    rows = rich.pop(sheet)
    taken = {name.casefold() for name in SHEETS}
    wrong = [name for name in spellings(sheet) if name.strip().casefold() not in taken]
    wrong += [f"{sheet} 2026", f"{sheet} (2)", f"Copy of {sheet}", f"My {sheet}", f"{sheet} table"]
    silent = [name for name in sample(sheet, wrong, SOME) if is_silent({**rich, name: rows})]
    assert silent == []
    assert not is_silent({**rich, f"{sheet} ": rows})
