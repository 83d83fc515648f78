"""How a study's answer looks: on the screen, in its workbook, and drawn."""

from __future__ import annotations

import math
import re
import threading
import zipfile
from xml.etree import ElementTree

import matplotlib as mpl
import openpyxl
import pytest

from planner.numerals import money_text, share_text, tonnes_text
from planner.report import exhibit_plot
from planner.report.exhibit import (
    MOST_COLOURS,
    Column,
    Exhibit,
    Kind,
    Picture,
    Series,
    Table,
    level_scales,
    most_seen,
)
from planner.report.exhibit_plot import draw
from planner.report.exhibit_text import text_of
from planner.report.exhibit_workbook import write_exhibit
from planner.report.lines import WIDTH, wrapped
from planner.report.several import merged
from planner.report.workbook_grid import Show, shown

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}"

LONG = [f"{'中国 Müller' if k % 2 else '=$_A1$'} separation plant number {k:02d} of the north"[:60]
        for k in range(30)]  # fmt: skip


def lines(*series: Series, **more) -> Picture:
    return Picture("Cost", Kind.LINES, series, x_title="Quota [t]", y_title="Cost [MUSD]", **more)


@pytest.fixture
def case(small, make):
    return make(small)


@pytest.fixture
def booked(case, tmp_path):
    """Writes pictures into a workbook; returns its path."""

    def write(*pictures, tables=(), sentences=("An answer.",), title="A case"):
        shown = Exhibit(title, sentences, tables=tables, pictures=pictures)
        return write_exhibit(tmp_path / "answer.xlsx", case, shown)

    return write


def charts(path):
    """The XML of each chart."""
    with zipfile.ZipFile(path) as book:
        names = sorted(name for name in book.namelist() if "charts/chart" in name)
        return [ElementTree.fromstring(book.read(name)) for name in names]


def titles(chart):
    """Titles of the axes."""
    found = []
    for kind in ("catAx", "valAx"):
        for axis in chart.iter(CHART + kind):
            for title in axis.findall(CHART + "title"):
                found.append("".join(text.text or "" for text in title.iter(TEXT + "t")))
    return found


# -- numbers --------------------------------------------------------------------------------


def test_sentence_table_and_workbook_round_alike():
    """10,000 t of 32,000 t are 31.25 %; 437.35 million."""
    assert share_text(10_000 / 32_000) == "31.3 %"
    assert shown(10_000 / 32_000, Show.SHARE, 0.0) == "31.3%"  # of the format 0.0%
    assert money_text(437.35e6, "USD") == "USD 437.4 million"
    assert shown(437.35, Show.SCALED, 437.35) == "437.4"
    assert tonnes_text(9239.5) == "9,240 t"
    columns = [Column("Missing", Show.SHARE), Column("Cost [MUSD]", Show.SCALED)]
    table = Table("Plans", columns, [[0.3125, 437.35], [0.0, 1383.25]])
    said = text_of(Exhibit("A case", [], tables=[table]))
    assert "31.3 %" in said
    assert "437.4" in said
    assert "1,383.3" in said  # the column has one decimal, as in the workbook


def test_numbers_worked_out_fit_their_column(booked):
    """Steps such as 6,666.666… would need more room than the ends of the range."""
    table = Table("Steps", [Column("Quota [t]", Show.AMOUNT)], [[0.0], [20_000 / 3], [40_000.0]])
    sheet = openpyxl.load_workbook(booked(tables=[table]))["Steps"]
    assert sheet["A3"].value == 20_000 / 3
    assert sheet["A3"].number_format == "#,##0.0"
    assert sheet.column_dimensions["A"].width > len("40,000.0")


# -- the screen -----------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["%", "t", "million", "USD/kg", "t/yr"])
def test_a_line_never_ends_between_a_number_and_its_unit(unit):
    for length in range(WIDTH - 12, WIDTH):
        found = wrapped(f"{'x' * length} USD 1,234.5 {unit} more")
        assert not any(re.search(r"(\d|USD)$", line) for line in found)
        assert all(len(line) <= WIDTH for line in found)


def test_columns_that_say_nothing_are_left_out(booked):
    columns = [Column("Source"), Column("Enters below"), Column("Price", Show.MONEY), Column("Why")]
    rows = [["CN", None, 62.0, ""], ["AU", None, 65.0, ""]]
    table = Table("Why", columns, rows, headers_on_screen=(0, 1, 2))
    assert "Enters below" not in text_of(Exhibit("A case", [], tables=[table]))
    sheet = openpyxl.load_workbook(booked(tables=[table]))["Why"]
    assert [cell.value for cell in sheet[1]] == ["Source", "Price"]
    grid = Table("Cost", columns, rows, heat=True)
    assert len(grid.without_blanks().columns) == 4  # of a grid every row and column counts


def test_rows_from_all_over_a_long_table():
    rows = [[float(k)] for k in range(100)]
    table = Table("Frontier", [Column("Share", Show.AMOUNT)], rows, on_screen=12, spread=True)
    said = text_of(Exhibit("A case", [], tables=[table])).split("\n")
    assert [line.strip() for line in said[4:16]] == [
        "0", "9", "18", "27", "36", "45", "54", "63", "72", "81", "90", "99"
    ]  # fmt: skip
    assert "88 more" in said[16]


# -- charts of the workbook -----------------------------------------------------------------


def test_axes_say_what_they_measure_and_in_what(booked):
    two = [
        Series("cost", [3.0, 2.0], [0.0, 1.0]),
        Series("missing", [9.0, 0.0], [0.0, 1.0], axis=1),
    ]
    bars = Series("", [1.0, 2.0], labels=["A", "B"])
    pictures = [
        lines(*two, right_title="Missing [t]"),
        Picture("Saves", Kind.BARS, [bars], x_title="Saves [MUSD]"),
        Picture("Grid", Kind.HEAT, [bars, bars], x_title="Demand [t]", y_title="Quota [t]",
                right_title="Cost [MUSD]"),
        Picture("Tonnes", Kind.STACK, [bars, bars], y_title="Bought [t]"),
        Picture("Effect", Kind.SPANS, [Series("less", [0.0], [-1.0], ["A"])], middle=0.0,
                x_title="Change [MUSD]"),
        Picture("Steps", Kind.WATERFALL, [Series("", [1.0, 1.0], [0.0, 0.0], ["A", "All"])],
                x_title="Change [MUSD]"),
        Picture("Ranges", Kind.RANGES, [bars], x_title="Bought [t]", remarks=["1 t", "2 t"]),
    ]  # fmt: skip
    found = [set(titles(chart)) for chart in charts(booked(*pictures))]
    assert found[0] == {"Quota [t]", "Cost [MUSD]", "Missing [t]"}
    assert found[1] == {"Saves [MUSD]"}
    assert found[2] == {"Demand [t]", "Cost [MUSD]"}
    assert found[3] == {"Bought [t]"}
    assert found[4] == found[5] == {"Change [MUSD]"}
    assert found[6] == {"Bought [t]"}
    texts = ["".join(t.text or "" for t in c.iter(TEXT + "t")) for c in charts(booked(*pictures))]
    assert "Grid. Colours: Quota [t]" in texts[2]


def test_zeros_of_two_scales_are_level():
    """Money from -40 to 800, tonnes from 0 to 5,000: 0 is at the same height."""
    money = Series("money", [-40.0, 800.0], [0.0, 1.0])
    left, right = level_scales(lines(money, Series("t", [5000.0, 0.0], [0.0, 1.0], axis=1)))
    assert left.low <= -40
    assert left.high >= 800
    assert right.low <= 0
    assert right.high >= 5000
    assert left.low / left.high == pytest.approx(right.low / right.high)
    assert left.high % left.step == 0
    level, other = level_scales(lines(Series("a", [3.0], [0.0]), Series("b", [0.0], [0.0], axis=1)))
    assert level.low == other.low == 0


def test_both_scales_of_the_native_chart_begin_at_the_same_height(booked):
    money = Series("money", [-40.0, 800.0], [0.0, 1.0])
    tonnes = Series("t", [5000.0, 0.0], [0.0, 1.0], axis=1)
    (chart,) = charts(booked(lines(money, tonnes, right_title="t")))
    ends = []
    for axis in chart.iter(CHART + "valAx"):
        scaling = axis.find(CHART + "scaling")
        low, high = scaling.find(CHART + "min"), scaling.find(CHART + "max")
        if low is not None and high is not None:
            ends.append((float(low.get("val")), float(high.get("val"))))
    (low, high), (other_low, other_high) = ends
    assert low / high == pytest.approx(other_low / other_high)


def test_bars_begin_at_zero(booked):
    """A bar that begins elsewhere says more than its number."""
    bars = Picture("Cost", Kind.BARS, [Series("", [255.0, 302.0], labels=["A", "B"])], x_title="M")
    (chart,) = charts(booked(bars))
    (axis,) = chart.iter(CHART + "valAx")
    assert float(axis.find(CHART + "scaling").find(CHART + "min").get("val")) == 0


def test_what_is_not_there_has_no_colour_in_the_legend(booked, tmp_path):
    some = Series("may rise", [2.0], [0.0], ["CN"])
    none = Series("has to fall", [0.0], [0.0], ["CN"])
    picture = Picture("Prices", Kind.SPANS, [some, none], x_title="Change [%]", middle=0.0)
    (chart,) = charts(booked(picture))
    assert len(list(chart.iter(CHART + "ser"))) == 1
    drawn = draw(picture, tmp_path / "prices.svg").read_text("utf-8")
    assert "may rise" in drawn
    assert "has to fall" not in drawn


def test_series_at_the_same_places_share_a_table(booked):
    x = [0.0, 1.0, 2.0]
    path = booked(lines(Series("cost", x, x), Series("paid", x, x), Series("at 1", [1.0], [1.0])))
    data = openpyxl.load_workbook(path)["Chart data"]
    assert [cell.value for cell in data[2]] == ["Quota [t]", "cost", "paid"]
    assert [cell.value for cell in data[8]][:2] == ["Quota [t]", "at 1"]


def test_headers_of_the_data_are_not_cut(booked):
    header = "not bought: has to fall before we buy"
    one = Series(header, [1.0], labels=["A source with a name of some length"])
    path = booked(Picture("Prices", Kind.STACK, [one, one], y_title="t"))
    data = openpyxl.load_workbook(path)["Chart data"]
    lines_needed = math.ceil(len(header) / data.column_dimensions["B"].width)
    assert data.row_dimensions[2].height >= 15 * lines_needed
    assert data.column_dimensions["A"].width > len("A source with a name of some length")


def test_no_more_series_than_colours():
    many = [Series(f"S{k}", [float(k), 1.0], labels=["a", "b"]) for k in range(30)]
    shown = most_seen(many, "all others")
    assert len(shown) == MOST_COLOURS
    assert [one.name for one in shown[:-1]] == [f"S{k}" for k in range(21, 30)]
    assert shown[-1].name == "all others"
    assert list(shown[-1].y) == [sum(range(21)), 21.0]
    assert most_seen(many[:10], "all others") == many[:10]


# -- print ----------------------------------------------------------------------------------


def test_the_answer_prints_upright_and_cuts_no_chart(booked):
    """Three charts of 25 bars: two fit on a page, the third begins the next one."""
    bars = Series("", [1.0] * 12, labels=[f"S{k}" for k in range(12)])
    picture = Picture("Bars", Kind.BARS, [bars], x_title="t")
    sheet = openpyxl.load_workbook(booked(picture, picture, picture))["Answer"]
    assert sheet.page_setup.orientation == "portrait"
    assert sheet.page_setup.scale == 78
    (cut,) = [one.id for one in sheet.row_breaks.brk]
    tops = [chart.anchor._from.row for chart in sheet._charts]
    ends = [chart.anchor.to.row for chart in sheet._charts]
    assert ends[1] <= cut <= tops[2]


def test_footers_have_room_for_what_they_say(booked):
    title = "Cost against Quotas[Quota=A long name].Tonnes and Demand[Item=A long name].2011 of it"
    table = Table("Breakpoints of the curve, named", [Column("A")], [["a"]])
    book = openpyxl.load_workbook(booked(tables=[table], title=title))
    for sheet in book:
        assert len(sheet.oddFooter.left.text) <= 71
        assert not sheet.oddFooter.center.text
        assert sheet.oddFooter.right.text == "&A · page &P of &N"


# -- pictures -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("file", ["picture.png", "picture.svg"])
def test_any_names_are_drawn_and_charted(kind, file, booked, tmp_path):
    """Thirty names of 60 letters, in Chinese and German, with signs of formulas and of XML."""
    numbers = [float(k % 7) - 1.0 for k in range(30)]
    places = [float(k) for k in range(30)]
    with_x = kind not in (Kind.BARS, Kind.STACK, Kind.HEAT, Kind.RANGES)
    has_labels = kind not in (Kind.LINES, Kind.STEPS, Kind.POINTS)
    one = Series(LONG[0], numbers, places if with_x else (), LONG if has_labels else ())
    two = Series(LONG[1], numbers[::-1], places if with_x else (), LONG if has_labels else ())
    picture = Picture(
        LONG[2], kind, [one, two], x_title=LONG[0], y_title=LONG[1], right_title=LONG[2],
        finding=f"{LONG[0]} & <{LONG[1]}> is the dearest", middle=3.0,
        middle_name="In the case: 3" if with_x and not has_labels else "",
    )  # fmt: skip
    drawn = draw(picture, tmp_path / file, "Une très longue affaire, scénario Base").read_bytes()
    assert len(drawn) < 2_000_000
    if file.endswith("svg"):
        text = drawn.decode("utf-8")
        assert "scénario Base" in text
        assert "中国 Müller" in text
    (chart,) = charts(booked(picture))
    assert not list(chart.find(CHART + "chart").find(CHART + "title").iter(CHART + "f"))


@pytest.mark.parametrize("text", ["Quotas!D3 to 30,000 t", "=Quotas!$E$2", "='a b'!A1:A2", "=1+1"])
@pytest.mark.parametrize("kind", [Kind.BARS, Kind.LINES, Kind.HEAT])
def test_cells_in_titles_are_no_formulas(kind, text, booked):
    labels = () if kind is Kind.LINES else ("A", "B")
    one = Series("", [1.0, 2.0], (0.0, 1.0) if kind is Kind.LINES else (), labels)
    picture = Picture("Ways", kind, [one], x_title=text, y_title=text, right_title=text,
                      finding=text)  # fmt: skip
    (chart,) = charts(booked(picture))
    every = list(chart.iter(CHART + "title"))
    assert every
    for title in every:
        assert not list(title.iter(CHART + "f"))
        said = "".join(part.text or "" for part in title.iter(TEXT + "t"))
        assert said.replace("\N{ZERO WIDTH SPACE}", "") == text


@pytest.mark.parametrize("kind", [Kind.BARS, Kind.RANGES, Kind.STACK, Kind.HEAT])
def test_one_bar_without_a_length(kind, booked, tmp_path):
    picture = Picture("Bars", kind, [Series("", [0.0], labels=["Only one"])], x_title="t")
    assert draw(picture, tmp_path / "bars.png").stat().st_size > 0
    assert len(charts(booked(picture))) == 1


def test_what_has_nothing_to_show_is_no_chart(booked):
    nothing = Picture("Bars", Kind.STACK, [], y_title="t")
    blank = Picture("Bars", Kind.BARS, [Series("", [])], x_title="t")
    assert not Exhibit("A case", [], pictures=[nothing, blank]).drawn
    path = booked(nothing, blank)
    assert not charts(path)
    assert openpyxl.load_workbook(path).sheetnames == ["Answer"]


def test_pictures_are_drawn_by_one_thread_at_a_time(tmp_path, monkeypatch):
    """How matplotlib draws is the same for all threads: one would undo what another has set."""
    picture = Picture("Cost", Kind.LINES, [Series("", [1.0, 2.0], x=[0.0, 1.0])])
    second, began = threading.Event(), dict(mpl.rcParams)
    drawn, others = exhibit_plot._drawn, []

    def slowly(*of):
        if others:
            second.set()
            return drawn(*of)
        others.append(threading.Thread(target=draw, args=(picture, tmp_path / "two.png")))
        others[0].start()
        assert not second.wait(0.3)  # as long as nobody draws at the same time
        return drawn(*of)

    monkeypatch.setattr(exhibit_plot, "_drawn", slowly)
    draw(picture, tmp_path / "one.png")
    others[0].join()
    assert second.is_set()
    assert dict(mpl.rcParams) == began


def test_grids_of_scenarios_of_any_name_have_sheets_of_their_own(booked):
    """A sheet's name has 31 letters at most, and none of []:*?/\\ among them."""
    columns = [Column("Quota"), Column("10 t", Show.MONEY)]
    grid = Exhibit("One", [], tables=[Table("Grid", columns, [["5 t", 1.0]], heat=True)])
    names = ["50/50: [what if*?]", "a name that is far longer than a sheet's may be", "'quoted'"]
    tables = merged("All", [(name, grid) for name in names], []).tables
    assert openpyxl.load_workbook(booked(tables=tables)).sheetnames == [
        "Answer",
        "Grid 1 50_50_ _what if___",
        "Grid 2 a name that is far longe",
        "Grid 3 'quoted",
    ]
