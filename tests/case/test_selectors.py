"""Selectors pick rows by any column, also of the sheets that a row belongs to."""

from __future__ import annotations

import pytest

from planner.case import ledger as ledger_module
from planner.case.changes import apply_change, parse_change
from planner.case.ledger import Ledger
from planner.case.selectors import SelectorError, parse_selector, quoted


@pytest.fixture
def select(small, make):
    """Names of the sources that a selector picks."""
    small["Sources"] = [
        ["Source", "Country", "Material", "Supplier", "Capacity", "Price [USD/kg]", "CO2",
         "Traceable", "Duty [%]"],
        ["S1", "China", "Nd2O3", "Mitsui & Co.", 80, 60, 30, "yes", 5],
        ["S2", "Australia", "Nd2O3", "Lynas", 90, 70, 12, "no", 0],
        ["S3", "China", "Dy2O3", "A|B", 20, 400, None, None, 25],
        ["7", "Viet Nam", "Dy2O3", None, 20, 350, 20, True, None],
    ]  # fmt: skip
    small["Prices"] = [["Source", "2011 [USD/kg]"], ["S1", 61]]
    case = make(small)
    ledger = Ledger.of(case.tables, case.periods)

    def pick(text, sheet="Sources"):
        if sheet in ("Prices", "Capacity", "Availability"):
            return [ledger.series[sheet][i].key["Source"] for i in ledger.select(text, sheet)]
        names = ledger.names(sheet)
        return [names[i] for i in ledger.select(text, sheet)]

    return pick


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("*", ["S1", "S2", "S3", "7"]),
        (" ＊ ", ["S1", "S2", "S3", "7"]),
        ("Country=China", ["S1", "S3"]),
        ("country = China", ["S1", "S3"]),
        ("Country＝China", ["S1", "S3"]),
        ("Country=Australia|Viet Nam", ["S2", "7"]),
        ("Country=Australia｜Viet Nam", ["S2", "7"]),
        ("Country!=China", ["S2", "7"]),
        ("Country!=China|Australia", ["7"]),
        ("Country=China & Material=Nd2O3", ["S1"]),
        ('Supplier="Mitsui & Co."', ["S1"]),
        ("Supplier=“Mitsui & Co.”", ["S1"]),
        ('Supplier="A|B"', ["S3"]),
        ("Supplier=7", ["7"]),  # a supplier not given is the source
        ("Source=7", ["7"]),
        ("CO2<=20", ["S2", "7"]),
        ("CO2<20", ["S2"]),
        ("CO2>=20", ["S1", "7"]),
        ("CO2>20", ["S1"]),
        ("CO2=12", ["S2"]),
        ("CO2=12.0", ["S2"]),
        ("CO2!=12", ["S1", "S3", "7"]),  # a blank is not 12
        ("Traceable=yes", ["S1", "7"]),
        ("Traceable!=yes", ["S2", "S3"]),
        ("Price<=70", ["S1", "S2"]),  # numbers as typed: 60 and 70 USD/kg
        ("Duty>=5", ["S1", "S3"]),  # 5 and 25 %
        ("Class=heavy", ["S3", "7"]),  # of Materials, by the column Material
        ("Class=light & Country!=China", ["S2"]),
    ],
)
def test_picks(select, text, names):
    assert select(text) == names


def test_on_a_sheet_with_sources_also_by_their_columns(select):
    assert select("Country=China", "Prices") == ["S1", "S3"]
    assert select("Source=S2", "Capacity") == ["S2"]
    assert select("CO2<=20", "Availability") == ["S2", "7"]


def test_on_a_sheet_with_items_also_by_the_columns_of_materials(select):
    assert select("Class=heavy", "Materials") == ["Dy2O3"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("China", "cannot read the selector"),
        ("Country=", "cannot read"),
        ("=China", "cannot read"),
        ("", "cannot read"),
        ("Country=China &", "cannot read"),
        ("Country=China||Australia", "cannot read"),
        ('Country="China', "a quote is not closed"),
        ("Country=china", "picks nothing of Sources; there, Country is"),
        ("Country=China & Country=Australia", "picks nothing"),
        ("Region=Asia", "unknown column 'Region'"),
        ("CO2<=low", "<= needs one number"),
        ("CO2<=10|20", "<= needs one number"),
        ("Country>1", "compares numbers"),
        ("S1", "did you mean 'Source=S1'"),
    ],
)
def test_refuses(select, text, why):
    with pytest.raises(SelectorError, match=why.replace("(", r"\(")):
        select(text)


@pytest.mark.parametrize(
    ("name", "written"),
    [('5" pipe', '"5"" pipe"'), ('"A"', '"""A"""'), ("Mitsui & Co.", '"Mitsui & Co."'),
     ("“Best” | more", '"““Best”” | more"'), ('a=“b&c"', '"a=““b&c"""')],
)  # fmt: skip
def test_a_quote_in_a_name_is_doubled(name, written):
    assert quoted(name) == written
    (clause,) = parse_selector(f"Source={written}").clauses
    assert (clause.operator, clause.alternatives) == ("=", (name,))


@pytest.fixture
def select_named(small, make):
    """Names of the materials that a selector picks, of a case with materials of these names."""

    def named(*names):
        head, first, _ = small["Materials"]
        small["Materials"] = [head, *([name, *first[1:]] for name in names)]
        small["Demand"] = [["Item", "Every period"], *([name, 100] for name in names)]
        small["Sources"] = [[*row[:2], names[0], *row[3:]] if k else row
                            for k, row in enumerate(small["Sources"])]  # fmt: skip
        case = make(small)
        ledger = Ledger.of(case.tables, case.periods)
        return lambda text: [ledger.names("Materials")[i] for i in ledger.select(text, "Materials")]

    return named


@pytest.mark.parametrize(
    "name",
    [
        "Dy₂O₃", "Dy²", "½ Dy", "Ⅱ", "ﬁ", "Dy₂O₃（氧化镝）", "Dy\u00a0x", "Dy=Tb", "Dy*", "a\u0301",
        "Ｄy",
    ],
)  # fmt: skip
def test_names_are_read_as_typed(select_named, name):
    select = select_named(name, "Other")
    assert select(f"Material={name}") == [name]
    assert select(f"Material＝{name}") == [name]
    assert select(f'Material="{name}"') == [name]
    assert select(f"Material={name}|Other") == [name, "Other"]
    assert select(f"Material!={name}") == ["Other"]


def test_a_name_in_plain_letters_means_the_only_one_that_looks_so(select_named):
    select = select_named("Dy₂O₃", "Nd2O3")
    assert select("Material=Dy2O3") == ["Dy₂O₃"]
    assert select("Material!=Dy2O3") == ["Nd2O3"]
    assert select("Material=Ｎｄ２Ｏ３") == ["Nd2O3"]
    with pytest.raises(SelectorError, match="picks nothing of Materials"):
        select('Material="Dy2O3"')


def test_of_two_names_that_look_alike_each_is_itself(select_named):
    select = select_named("Dy₂O₃", "Dy2O3")
    assert select("Material=Dy₂O₃") == ["Dy₂O₃"]
    assert select("Material=Dy2O3") == ["Dy2O3"]
    with pytest.raises(SelectorError, match="picks nothing of Materials"):
        select("Material=Dy²O³")  # either may be meant


def test_it_is_said_that_quotes_help(select_named):
    select = select_named("Dy & Tb", "Dy|Tb")
    with pytest.raises(SelectorError, match="between double quotes"):
        select("Material=Dy & Tb")
    with pytest.raises(SelectorError, match="between double quotes"):
        select("Material=Dy|Tb")
    assert select('Material="Dy & Tb"|"Dy|Tb"') == ["Dy & Tb", "Dy|Tb"]


# -- rows looked up by their names -------------------------------------------------------------


@pytest.fixture
def looked_at(monkeypatch):
    """How often the rows of a sheet are gone through."""
    found = []
    original = ledger_module.pick
    monkeypatch.setattr(ledger_module, "pick", lambda *a: found.append(a) or original(*a))
    return found


def test_rows_named_are_looked_up(select, looked_at):
    assert select("Source=S3|S1") == ["S1", "S3"]
    assert select('Source="7"|S2', "Prices") == ["S2", "7"]
    assert not looked_at


def test_a_name_may_have_several_rows(small, make, looked_at):
    small["Tiers"] = [["Source", "From [t/yr]", "Price [USD/kg]"], ["S3", 0, 9], ["S1", 0, 7],
                      ["S3", 5, 8], ["S1", 9, 6]]  # fmt: skip
    case = make(small)
    ledger = Ledger.of(case.tables, case.periods)
    for working in (ledger, ledger.copy()):
        assert working.select("Source=S1", "Tiers") == [1, 3]
        assert working.select("Source=S1|S3", "Tiers") == [0, 1, 2, 3]
        assert working.doubts("Source=S1|S3", "Tiers") == []
    assert not looked_at


def test_a_name_beside_others_that_nobody_has_is_doubted(small, make, looked_at):
    case = make(small)
    ledger = Ledger.of(case.tables, case.periods)
    assert ledger.select("Source=S1|S9", "Sources") == [0]
    (doubt,) = ledger.doubts("Source=S1|S9", "Sources")
    assert "no row has Source 'S9'" in doubt
    assert looked_at


def test_what_a_change_can_move_is_not_looked_up(small, make):
    """Which source a contract is with can be changed, its name cannot."""
    small["Contracts"] = [["Contract", "Source", "Minimum", "Maximum"], ["K", "S1", 0, 9]]
    case = make(small)
    ledger = Ledger.of(case.tables, case.periods)
    assert ledger.select("Source=S1", "Contracts") == [0]
    apply_change(ledger, parse_change("Contracts[Contract=K].Source=S2"))
    assert ledger.select("Source=S2", "Contracts") == [0]
    with pytest.raises(SelectorError, match="picks nothing"):
        ledger.select("Source=S1", "Contracts")
