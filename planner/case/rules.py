"""Quotas and limits as rows: which purchases count, over which periods, between which bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from planner.case import calendar, limits
from planner.case.columns import Value
from planner.case.declarations import LIMIT_TYPES
from planner.case.ledger import Ledger
from planner.case.problems import Problems
from planner.case.scenario import Numbers, Party, Rule
from planner.case.selectors import FollowUpError, SelectorError
from planner.case.units import Unit

_PERCENTAGE_POINT = 0.01
_POINT = "percentage point"
_FAR_FROM = 10.0
"""A bound of an average so many times beyond every attribute is probably in another unit."""

_SIDES = ("Minimum", "Maximum")
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
    share_of: str | None = None
    priority: int | None = None
    priority_cell: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """Some sources of a limit, and what it goes by: parties, or an attribute (S)."""

    sources: tuple[int, ...]
    value: str | None = None
    column: str | None = None
    parties: tuple[Party, ...] = ()
    attribute: Numbers | None = None


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
    contents: dict[tuple[Group, Group], tuple[Numbers, Numbers]] = field(default_factory=dict)
    values: dict[tuple[Group, str], tuple[dict[str, tuple[int, ...]], list[int]]] = field(
        default_factory=dict
    )

    # -- complaints -------------------------------------------------------------------------

    def _error(self, sheet: str, index: int, column: str, text: str, kind: str) -> None:
        self.ledger.complain(self.problems, (sheet, index, column), text, kind)

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
        sound = self._is_sound(index, row, scope)
        if row.get("Type") not in LIMIT_TYPES or "Limit" not in row:
            return []  # complained of already
        self._warn_of_unread(index)
        if scope is None or groups is None or not sound:
            return []
        parts = self._parts(index, row, scope)
        if self._is_crossed(index, row, groups) or row.get("Active") is False:
            return []
        if row["Type"] == "suppliers" and row.get("Minimum") and parts and not parts[0].parties:
            text = "no source that it applies to holds any of its materials, so it can count none"
            self._error("Limits", index, "Minimum", text, "limit")
            return []
        head = self._limit_head(index, row)
        windows = [(periods, *self._bounds(index, row, scope, periods)) for periods in groups]
        rules = []
        for part in parts:
            own = _Scope(part.sources, scope.materials, scope.sites)
            for periods, low, high, basis in windows:
                rule = self._rule(head, own, periods, low, high, part=part, basis=basis)
                rules += self._of_type(rule, part, row)
        return rules

    def _limit_head(self, index: int, row: dict[str, Value]) -> _Head:
        penalty, priority = row.get("Penalty"), str(row.get("Priority", limits.MUST))
        return _Head(
            "limit",
            str(row["Limit"]),
            str(row["Type"]),
            penalty=penalty if isinstance(penalty, float) else None,
            share_of=str(row.get("Share of", "demand")) if row["Type"] == "share" else None,
            priority=None if priority == limits.MUST else int(priority),
            priority_cell=self.ledger.cell("Limits", index, "Priority"),
        )

    def _of_type(self, rule: Rule, part: _Part, row: dict[str, Value]) -> list[Rule]:
        """A rule with what only its type has; a count with two bounds counts twice."""
        if rule.type == "average" and part.attribute is not None:
            return [
                replace(rule, content=rule.content * part.attribute, basis_content=rule.content)
            ]
        if rule.type == "spend":
            counted = np.zeros(len(self.content))
            counted[list(part.sources)] = 1.0
            return [replace(rule, content=counted)]
        if rule.is_row:
            return [rule]
        least = row.get("Counts from")
        rule = replace(
            rule, parties=part.parties, counts_from=least if isinstance(least, float) else 0.0
        )
        if rule.minimum is None or rule.maximum is None:
            return [rule]
        return [replace(rule, maximum=None), replace(rule, minimum=None)]

    def _bounds(
        self, index: int, row: dict[str, Value], scope: _Scope, periods: Group
    ) -> tuple[_Bound, _Bound, float | None]:
        """Minimum and Maximum of a group of periods, and the demand that a share is of."""
        kind = row["Type"]
        if kind == "tonnes":
            return *self._tonnes(index, row, periods), None
        if kind == "share":
            return self._share(index, row, scope, periods)
        if kind == "HHI":
            low, high = (self._plain(index, row, column, _POINT) for column in _SIDES)
            basis = self._demand_for(scope, periods)
            return low, replace(high, per_typed=_PERCENTAGE_POINT), basis
        units = {
            "spend": self.ledger.currency,
            "suppliers": "",
            "average": f"unit of {row.get('Column')}",
        }
        low, high = (self._plain(index, row, column, units[str(kind)]) for column in _SIDES)
        return low, high, None

    def _plain(self, index: int, row: dict[str, Value], column: str, unit: str) -> _Bound:
        """A bound that means what is typed; an average's is in the unit of its attribute."""
        value = row.get(column)
        inner = value if isinstance(value, float) else None
        if inner is not None and row["Type"] == "average":
            inner = self._as_attribute(index, column, str(row.get("Column")), inner)
        return _Bound(inner, 1.0, 1.0, unit, self.ledger.cell("Limits", index, column))

    def _as_attribute(self, index: int, column: str, attribute: str, inner: float) -> float:
        """A bound of an average in the unit of its attribute."""
        sources, unit = self.ledger.table("Sources"), self.ledger.table("Limits").unit(column)
        is_percentage = unit.percent or self._is_percent(index, column)
        if is_percentage and sources.attribute_units.get(attribute) == "%":
            return inner * 100.0
        if is_percentage and any(attribute in row.percent_columns for row in sources.rows):
            return inner
        return unit.outward(inner)

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

    def _parts(self, index: int, row: dict[str, Value], scope: _Scope) -> list[_Part]:
        """What a limit holds for: all its sources, or those of each value of its Column."""
        kind = str(row["Type"])
        name = row.get("Column", limits.DEFAULT_COLUMN.get(kind))
        if name is None:
            return [_Part(scope.sources)]
        try:
            column = limits.source_column(self.ledger, str(name))
        except ValueError as error:
            self._error("Limits", index, "Column", str(error), "unknown name")
            return []
        if kind == "average":
            return self._averaged(index, row, scope, column)
        whole = kind not in limits.DEFAULT_COLUMN
        sources = scope.sources if whole else self._counting(scope)
        parts, blank = self._by_value(sources, column)
        for s in blank:
            text = f"{column} is blank, but {self._named(index, row)} counts by it; fill it in"
            self._error("Sources", s, column, text, "blank")
        if whole:
            return [_Part(some, value) for value, some in parts.items()]
        parties = tuple(Party(value, some) for value, some in parts.items())
        return [_Part(scope.sources, column=column, parties=parties)]

    def _by_value(
        self, sources: tuple[int, ...], column: str
    ) -> tuple[dict[str, tuple[int, ...]], list[int]]:
        """Sources by their value in a column, and those where it is blank; looked up once."""
        key = sources, column
        if key not in self.values:
            self.values[key] = limits.by_value(self.ledger, sources, column)
        return self.values[key]

    def _averaged(
        self, index: int, row: dict[str, Value], scope: _Scope, column: str
    ) -> list[_Part]:
        """The one part of an average: the attribute of each source that counts."""
        wrong = limits.wrong_attribute(self.ledger, column)
        if wrong is not None:
            self._error("Limits", index, "Column", wrong, "limit")
            return []
        attribute = np.zeros(len(self.content))
        for s in self._counting(scope):
            found = limits.attribute(self.ledger, s, column)
            if isinstance(found, str):
                text = f"{found}, but {self._named(index, row)} averages it; enter a number"
                self._error("Sources", s, column, text, "blank")
            else:
                attribute[s] = found
        counted = attribute[list(self._counting(scope))]
        self._warn_of_average(index, row, column, counted)
        return [_Part(scope.sources, column=column, attribute=attribute)]

    def _warn_of_average(
        self, index: int, row: dict[str, Value], attribute: str, values: Numbers
    ) -> None:
        """A bound in another unit than the attribute is far from all that sources have."""
        for side in _SIDES:
            bound = self._plain(index, row, side, "").value
            if bound is None or not len(values):
                continue
            low, high = float(values.min()), float(values.max())
            has = f"the sources that count have {low:g} to {high:g}"
            if self._is_read_as_typed(index, side, attribute):
                text = f"{side} of an average is in the unit of {attribute}: read as {bound:g}"
            elif bound < low if side == "Maximum" else bound > high:
                text = f"no {attribute} keeps {bound:g} ({has}): nothing can be bought; its unit?"
            elif 0 < _FAR_FROM * high < bound or 0 < bound < low / _FAR_FROM:
                text = f"{bound:g} is far from every {attribute} ({has}); is its unit right?"
            else:
                continue
            self.problems.warning(
                text,
                sheet="Limits",
                cell=self.ledger.place("Limits", index, side),
                column=side,
                kind="suspicious average",
            )

    def _is_read_as_typed(self, index: int, side: str, attribute: str) -> bool:
        """Whether a bound under [%] is that of an attribute which is no percentage."""
        sources = self.ledger.table("Sources")
        return (
            self.ledger.table("Limits").unit(side).percent
            and not self._is_percent(index, side)
            and sources.attribute_units.get(attribute) != "%"
            and not any(attribute in row.percent_columns for row in sources.rows)
        )

    def _counting(self, scope: _Scope) -> tuple[int, ...]:
        """The sources of a scope that hold any of its materials."""
        held = self.content[:, list(scope.materials)].sum(axis=1) > 0
        return tuple(s for s in scope.sources if held[s])

    def _named(self, index: int, row: dict[str, Value]) -> str:
        return f"'{row['Limit']}' ({self.ledger.cell('Limits', index, 'Column')})"

    def _is_sound(self, index: int, row: dict[str, Value], scope: _Scope | None) -> bool:
        """Whether a row of Limits can be used; complains where it cannot."""
        tiered = {row.get("Source") for row in self.ledger.rows.get("Tiers", [])}
        names = self.ledger.names("Sources")
        has_tiers = scope is not None and any(names[s] in tiered for s in scope.sources)
        found = list(limits.complaints(row, has_tiers))
        for column in _SIDES:
            value, kind = row.get(column), row.get("Type")
            if not isinstance(value, float) or kind not in LIMIT_TYPES:
                continue
            unit = self.ledger.table("Limits").unit(column)
            percent = self._is_percent(index, column)
            wrong = limits.wrong_bound(str(kind), column, value, unit, percent=percent)
            if wrong is not None:
                found.append((column, wrong, "out of bounds"))
            elif kind == "average" and (text := self._other_unit(row, column, unit)) is not None:
                found.append((column, text, "unit"))
            elif kind == "share" and unit.percent and 0 < value <= _PERCENTAGE_POINT:
                self._warn_of_share(index, column, unit.outward(value))
        for column, text, kind_of_problem in found:
            self._error("Limits", index, column, text, kind_of_problem)
        return not found

    def _other_unit(self, row: Mapping[str, Value], column: str, unit: Unit) -> str | None:
        """Why a bound of an average is not in the unit of its attribute, or None."""
        attribute = str(row.get("Column"))
        own = self.ledger.table("Sources").attribute_units.get(attribute)
        typed = self.ledger.table("Limits").units.get(column, Unit()).text
        if not own or not typed or own.casefold() == typed.casefold() or unit.percent:
            return None
        return (
            f"{column} is in [{typed}], and {attribute} in [{own}]; an average is bounded in the "
            "unit of its attribute: give both the same"
        )

    def _warn_of_unread(self, index: int) -> None:
        """Columns filled where they have no meaning."""
        table = self.ledger.table("Limits")
        row = table.rows[index] if index < len(table.rows) else None
        for column, what in limits.unread(row.values) if row is not None else ():
            self.problems.warning(
                f"{column} has a meaning for {what} only; not read here",
                sheet="Limits",
                cell=table.cell(row, column) if row is not None else None,
                column=column,
                kind="not read",
            )

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
        for column in _SIDES:
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
            basis = self._demand_for(scope, periods)
        scale = basis if basis is not None else 1.0
        bounds = []
        for column in _SIDES:
            value = row.get(column)
            inner = value * scale if isinstance(value, float) else None
            cell = self.ledger.cell("Limits", index, column)
            typed = _PERCENTAGE_POINT * scale
            bounds.append(_Bound(inner, typed, scale, _POINT, cell))
        return bounds[0], bounds[1], basis

    def _contents(self, scope: _Scope) -> tuple[Numbers, Numbers]:
        """S: contained tonnes of the sources counted, and of all; the same arrays for all rules."""
        key = scope.materials, scope.sources
        if key not in self.contents:
            everything = self.content[:, list(scope.materials)].sum(axis=1)
            content = np.zeros_like(everything)
            chosen = list(scope.sources)
            content[chosen] = everything[chosen]
            self.contents[key] = content, everything
        return self.contents[key]

    def _demand_for(self, scope: _Scope, periods: Group) -> float:
        """Demand for the materials, at the plants and in the periods counted, in tonnes."""
        return float(self.needs[np.ix_(scope.materials, scope.sites, periods)].sum())

    def _rule(
        self,
        head: _Head,
        scope: _Scope,
        periods: Group,
        low: _Bound | None,
        high: _Bound,
        *,
        part: _Part | None = None,
        basis: float | None = None,
    ) -> Rule:
        content, everything = self._contents(scope)
        return Rule(
            kind=head.kind,
            name=head.name,
            type=head.type,
            value=part.value if part else None,
            column=part.column if part else None,
            sources=scope.sources,
            content=content,
            sites=scope.sites,
            periods=periods,
            minimum=low.value if low else None,
            maximum=high.value,
            share_of=head.share_of,
            basis=basis,
            basis_content=everything if head.share_of == "purchases" else None,
            penalty=head.penalty,
            minimum_cell=low.cell if low else "",
            maximum_cell=high.cell,
            per_typed=(low.per_typed if low else 0.0, high.per_typed),
            shown=high.shown if high.value is not None or low is None else low.shown,
            unit=high.unit if high.value is not None or low is None else low.unit,
            priority=head.priority,
            priority_cell=head.priority_cell,
            minimum_unit=low.unit if low else "",
        )
