"""Quotas and limits as rows: which purchases count, over which periods, between which bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from planner.case import calendar
from planner.case.columns import Value
from planner.case.grid import as_text
from planner.case.ledger import Ledger
from planner.case.names import did_you_mean, fold
from planner.case.problems import Problems
from planner.case.scenario import Numbers, Rule
from planner.case.selectors import FollowUpError, SelectorError
from planner.case.units import Quantity

_PERCENTAGE_POINT = 0.01
_POINT = "percentage point"
_HIGHEST_SHARE = 2.0
_SCOPE = (("Applies to", "Sources"), ("Materials", "Materials"), ("Sites", "Sites"))
"""The columns of a rule that select, and the sheets that they select from."""

Group = tuple[int, ...]
"""Positions of periods that a bound counts together."""


def build_rules(
    ledger: Ledger,
    starts: Sequence[date | None],
    *,
    needs: Numbers,
    content: Numbers,
    sites: Sequence[str | None],
    problems: Problems,
) -> tuple[Rule, ...]:
    """Every row of every quota and active limit.

    Args:
        ledger: the case's values under the scenario.
        starts: T, first days of the periods.
        needs: M × P × T, tonnes demanded; products count by their reference recipe.
        content: S × M, tonnes of the material in a tonne bought.
        sites: names of the plants.
        problems: complaints go here; a rule with one is left out.
    """
    builder = _RuleBuilder(
        ledger=ledger,
        needs=needs,
        content=content,
        sites=list(sites),
        materials=ledger.names("Materials"),
        problems=problems,
        years=np.array(ledger.periods.years),
        year_of=calendar.year_of_each(starts, ledger.periods.years),
    )
    rules: list[Rule] = []
    for index, row in enumerate(ledger.rows.get("Quotas", [])):
        rules += builder.quota(index, row)
    for index, row in enumerate(ledger.rows.get("Limits", [])):
        rules += builder.limit(index, row)
    return tuple(rules)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a rule counts."""

    sources: tuple[int, ...]
    materials: tuple[int, ...]
    sites: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Head:
    """What the rows of one quota or limit have in common."""

    kind: str
    name: str
    type: str
    penalty: float | None = None
    value: str | None = None
    share_of: str | None = None
    basis: float | None = None


@dataclass(frozen=True, slots=True)
class _Bound:
    """A bound of one window: its value inside, and how the typed number relates to it."""

    value: float | None
    per_typed: float
    shown: float
    unit: str
    cell: str


@dataclass(frozen=True, slots=True)
class _RuleBuilder:
    ledger: Ledger
    needs: Numbers
    content: Numbers
    sites: list[str | None]
    materials: list[str]
    problems: Problems
    years: Numbers
    year_of: list[int]

    # -- complaints -------------------------------------------------------------------------

    def _error(self, sheet: str, index: int, column: str, text: str, kind: str) -> None:
        if self.ledger.is_doubted(sheet, index, column):
            return
        place = self.ledger.place(sheet, index, column)
        self.problems.error(text, sheet=sheet, cell=place, column=column, kind=kind)

    # -- scope and window -------------------------------------------------------------------

    def _scope(self, sheet: str, index: int, row: dict[str, Value]) -> _Scope | None:
        picked: dict[str, list[int]] = {"Sites": list(range(len(self.sites)))}
        sound = True
        for column, other in _SCOPE:
            text = str(row.get(column, "*"))
            if column == "Sites" and text == "*":
                continue
            try:
                picked[column] = self.ledger.select(text, other)
                self._warn_of_doubts(sheet, index, column, self.ledger.doubts(text, other))
            except FollowUpError:
                sound = False
            except SelectorError as error:
                self._error(sheet, index, column, str(error), "selector")
                sound = False
        return _Scope(*(tuple(picked[column]) for column, _ in _SCOPE)) if sound else None

    def _warn_of_doubts(self, sheet: str, index: int, column: str, doubts: list[str]) -> None:
        place = self.ledger.place(sheet, index, column)
        for text in doubts:
            self.problems.warning(text, sheet=sheet, cell=place, column=column, kind="selector")

    def _window(self, sheet: str, index: int, row: dict[str, Value]) -> list[Group] | None:
        periods = self.ledger.periods.names
        ends = {"From": 0, "To": len(periods) - 1}
        for column in ends:
            name = row.get(column)
            if name is None:
                continue
            if name not in periods:
                return None  # complained of where names are checked
            ends[column] = periods.index(str(name))
        first, last = ends["From"], ends["To"]
        if last < first:
            text = f"the window ends in '{periods[last]}' before it starts in '{periods[first]}'"
            self._error(sheet, index, "To", text, "window")
            return None
        per = row.get("Per")
        if per is None and last > first:
            text = (
                f"Per is blank, but the window holds {last - first + 1} periods; say whether the "
                "bound is per period, year or window"
            )
            self._error(sheet, index, "Per", text, "window")
            return None
        return calendar.groups(first, last, str(per or "window"), self.year_of)

    # -- quotas -----------------------------------------------------------------------------

    def quota(self, index: int, row: dict[str, Value]) -> list[Rule]:
        """The rows of one quota: one for each group of periods that it counts together."""
        scope = self._scope("Quotas", index, row)
        share = row.get("Our share", 1.0)
        share = share if isinstance(share, float) else 1.0
        if self.ledger.table("Quotas").in_periods:
            bounds = self._quota_by_period(index, share)
        else:
            bounds = self._quota_by_window(index, row, share)
        if scope is None or "Quota" not in row:
            return []
        name = str(row["Quota"])
        return [
            self._rule(_Head("quota", name, "tonnes"), scope, periods, None, bound)
            for periods, bound in bounds
            if bound.value is not None and np.isfinite(bound.value)
        ]

    def _quota_by_period(self, index: int, share: float) -> list[tuple[Group, _Bound]]:
        series = self.ledger.series["Quotas"][index]
        bounds: list[tuple[Group, _Bound]] = []
        for t, value in enumerate(series.values):
            if isinstance(value, float):
                typed = series.per_typed[t]
                cell = series.cells[t] or self.ledger.cell("Quotas", index, "Quota")
                unit = series.units[t] or "t"
                bounds.append(((t,), _Bound(value * share, typed * share, typed, unit, cell)))
        return bounds

    def _quota_by_window(
        self, index: int, row: dict[str, Value], share: float
    ) -> list[tuple[Group, _Bound]]:
        groups = self._window("Quotas", index, row)
        tonnes = row.get("Tonnes")
        if groups is None or not isinstance(tonnes, float):
            return []
        unit = self.ledger.table("Quotas").unit("Tonnes")
        cell = self.ledger.cell("Quotas", index, "Tonnes")
        bounds = []
        for periods in groups:
            years = float(self.years[list(periods)].sum()) if unit.per_time else 1.0
            typed = float(unit.size) * years
            value = tonnes * years * share
            text = unit.text or "t"
            bounds.append((periods, _Bound(value, typed * share, typed, text, cell)))
        return bounds

    # -- limits -----------------------------------------------------------------------------

    def limit(self, index: int, row: dict[str, Value]) -> list[Rule]:
        """The rows of one limit: one for each value of its Column and each group of periods."""
        scope = self._scope("Limits", index, row)
        groups = self._window("Limits", index, row)
        kind = row.get("Type")
        sound = self._bounds_are_sound(index, row)
        if scope is None or groups is None or not sound or "Limit" not in row:
            return []
        if kind not in ("tonnes", "share"):
            return []  # complained of already
        self._warn_of_share_of(index)
        parts = self._by_value(index, row, scope)
        if self._is_crossed(index, row, groups) or row.get("Active") is False:
            return []
        penalty = row.get("Penalty")
        head = _Head(
            "limit", str(row["Limit"]), str(kind), penalty if isinstance(penalty, float) else None
        )
        if kind == "share":
            head = replace(head, share_of=str(row.get("Share of", "demand")))
        rules = []
        for value, sources in parts:
            part = _Scope(sources, scope.materials, scope.sites)
            for periods in groups:
                low, high, basis = self._bounds(index, row, scope, periods)
                own = replace(head, value=value, basis=basis)
                rules.append(self._rule(own, part, periods, low, high))
        return rules

    def _bounds(
        self, index: int, row: dict[str, Value], scope: _Scope, periods: Group
    ) -> tuple[_Bound, _Bound, float | None]:
        """Minimum and Maximum of a group of periods, and the demand that a share is of."""
        if row["Type"] == "tonnes":
            return *self._tonnes(index, row, periods), None
        return self._share(index, row, scope, periods)

    def _is_crossed(self, index: int, row: dict[str, Value], groups: list[Group]) -> bool:
        """Whether the minimum is above the maximum, in any group of periods."""
        for periods in groups:
            low, high = row.get("Minimum"), row.get("Maximum")
            unit = ""
            if row["Type"] == "tonnes":
                low, high = (bound.value for bound in self._tonnes(index, row, periods))
                unit = " t"
            if isinstance(low, float) and isinstance(high, float) and low > high:
                text = f"Minimum {low:g}{unit} is above Maximum {high:g}{unit}"
                self._error("Limits", index, "Minimum", text, "window")
                return True
        return False

    def _by_value(
        self, index: int, row: dict[str, Value], scope: _Scope
    ) -> list[tuple[str | None, tuple[int, ...]]]:
        """The sources of a limit, apart by the values of its Column where it has one."""
        if "Column" not in row:
            return [(None, scope.sources)]
        table = self.ledger.table("Sources")
        known = [c.name for c in table.sheet.columns] + list(table.attributes)
        by_fold = {fold(name): name for name in known}
        column = by_fold.get(fold(str(row["Column"])))
        if column is None:
            text = f"unknown column '{row['Column']}' of Sources"
            hint = did_you_mean(str(row["Column"]), known)
            self._error("Limits", index, "Column", text + hint, "unknown name")
            return []
        parts: dict[str, list[int]] = {}
        rows = self.ledger.rows["Sources"]
        for s in scope.sources:
            value = rows[s].get(column)
            if value is None:
                limit = self.ledger.cell("Limits", index, "Column")
                text = f"{column} is blank, but '{row['Limit']}' ({limit}) counts by it; fill it in"
                self._error("Sources", s, column, text, "blank")
                continue
            parts.setdefault(as_text(value), []).append(s)
        return [(value, tuple(sources)) for value, sources in parts.items()]

    def _bounds_are_sound(self, index: int, row: dict[str, Value]) -> bool:
        kind, sound = row.get("Type"), True
        low, high = row.get("Minimum"), row.get("Maximum")
        if low is None and high is None:
            text = "Minimum and Maximum are blank; give at least one"
            self._error("Limits", index, "Maximum", text, "blank")
            sound = False
        for column, value in (("Minimum", low), ("Maximum", high)):
            if not isinstance(value, float) or kind not in ("tonnes", "share"):
                continue
            wrong = self._wrong_bound(index, column, value, str(kind))
            if wrong is not None:
                self._error("Limits", index, column, wrong, "out of bounds")
                sound = False
        return sound

    def _warn_of_share_of(self, index: int) -> None:
        """`Share of` filled where it has no meaning."""
        table = self.ledger.table("Limits")
        row = table.rows[index] if index < len(table.rows) else None
        if row is not None and row.text("Type") == "tonnes" and "Share of" in row.values:
            self.problems.warning(
                "Share of has a meaning for limits of type share only; not read here",
                sheet="Limits",
                cell=table.cell(row, "Share of"),
                column="Share of",
                kind="not read",
            )

    def _wrong_bound(self, index: int, column: str, value: float, kind: str) -> str | None:
        """What is wrong with a bound for its type of limit, or None."""
        unit = self.ledger.table("Limits").unit(column)
        fits = {
            "tonnes": unit.quantity in (Quantity.MASS, Quantity.MASS_PER_TIME, Quantity.BOUND),
            "share": unit.quantity in (Quantity.FRACTION, Quantity.BOUND),
        }
        if not fits[kind]:
            return f"{column} of a {kind} limit cannot be in [{unit.text}]"
        if kind == "tonnes" and self._is_percent(index, column):
            return f"{column} of a tonnes limit cannot be a percentage, got {value:.6g}"
        if value < 0:
            return f"{column} must be at least 0, got {unit.outward(value):g}"
        if kind == "share" and value > _HIGHEST_SHARE:
            typed = unit.outward(value)
            hint = f"; {typed:g}%?" if not unit.percent and value <= _HIGHEST_SHARE * 100 else ""
            return f"{column} of a share must be between 0 and 2, got {typed:g}{hint}"
        if kind == "share" and unit.percent and 0 < value <= _PERCENTAGE_POINT:
            self._warn_of_share(index, column, unit.outward(value))
        return None

    def _is_percent(self, index: int, column: str) -> bool:
        """Whether a cell is formatted as a percentage."""
        rows = self.ledger.table("Limits").rows
        return index < len(rows) and column in rows[index].percent_columns

    def _warn_of_share(self, index: int, column: str, typed: float) -> None:
        if self._is_percent(index, column):
            return
        self.problems.warning(
            f"{column} read as {typed:g} %; {typed * 100:g} %?",
            sheet="Limits",
            cell=self.ledger.place("Limits", index, column),
            column=column,
            kind="suspicious share",
        )

    def _tonnes(
        self, index: int, row: dict[str, Value], periods: tuple[int, ...]
    ) -> tuple[_Bound, _Bound]:
        bounds = []
        for column in ("Minimum", "Maximum"):
            unit = self.ledger.table("Limits").unit(column)
            years = float(self.years[list(periods)].sum()) if unit.per_time else 1.0
            typed = float(unit.size) * years
            value = row.get(column)
            inner = value * years if isinstance(value, float) else None
            cell = self.ledger.cell("Limits", index, column)
            bounds.append(_Bound(inner, typed, typed, unit.text or "t", cell))
        return bounds[0], bounds[1]

    def _share(
        self, index: int, row: dict[str, Value], scope: _Scope, periods: tuple[int, ...]
    ) -> tuple[_Bound, _Bound, float | None]:
        """Bounds of a share: of demand in tonnes, of purchases as the share itself."""
        share_of = str(row.get("Share of", "demand"))
        basis = None
        if share_of == "demand":
            counted = np.ix_(scope.materials, scope.sites, periods)
            basis = float(self.needs[counted].sum())
        scale = basis if basis is not None else 1.0
        bounds = []
        for column in ("Minimum", "Maximum"):
            value = row.get(column)
            inner = value * scale if isinstance(value, float) else None
            cell = self.ledger.cell("Limits", index, column)
            typed = _PERCENTAGE_POINT * scale
            bounds.append(_Bound(inner, typed, scale, _POINT, cell))
        return bounds[0], bounds[1], basis

    def _rule(
        self, head: _Head, scope: _Scope, periods: Group, low: _Bound | None, high: _Bound
    ) -> Rule:
        everything = self.content[:, list(scope.materials)].sum(axis=1)
        content = np.zeros_like(everything)
        chosen = list(scope.sources)
        content[chosen] = everything[chosen]
        return Rule(
            kind=head.kind,
            name=head.name,
            type=head.type,
            value=head.value,
            sources=scope.sources,
            content=content,
            sites=scope.sites,
            periods=periods,
            minimum=low.value if low else None,
            maximum=high.value,
            share_of=head.share_of,
            basis=head.basis,
            basis_content=everything if head.share_of == "purchases" else None,
            penalty=head.penalty,
            minimum_cell=low.cell if low else "",
            maximum_cell=high.cell,
            per_typed=(low.per_typed if low else 0.0, high.per_typed),
            shown=high.shown if high.value is not None or low is None else low.shown,
            unit=high.unit if high.value is not None or low is None else low.unit,
        )
