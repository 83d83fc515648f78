"""What a workbook's file writes is understood as openpyxl understands it."""

import contextlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.cell import column_index_from_string, get_column_letter, range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904, WINDOWS_EPOCH, from_excel
from openpyxl.utils.escape import unescape as their_unescape

from planner.workbook.notation import (
    Format,
    column_number,
    corners,
    format_of,
    is_percentage,
    moment,
    unescape,
)

same = settings(deadline=None, derandomize=True, max_examples=500)

CODES = (
    "General", "0.0%", '0.0"%"', r"0.0\%", "_%0", "yyyy-mm-dd", "[h]:mm", "[mm]:ss", "[S]",
    "#,##0.00", "[Red]0", "[$-411]yyyy", "[$USD] #,##0", "0;d", 'd"ays"', '"days"', r"\d0", "_d0",
    r"yyyy\-mm\-dd", "d/m/yy;@", "d. mmmm yyyy", "m/d/yyyy", "mmm-yy", "- .", r"\d", "dd;0",
    "[Magenta]0.0", "[>=5]0;mm", "h:mm AM/PM", "@", "",
)  # fmt: skip


def theirs(code):
    if is_timedelta_format(code):
        return Format.SPAN
    if is_date_format(code):
        return Format.DATE
    return Format.PERCENT if is_percentage(code) else Format.PLAIN


@pytest.mark.parametrize("number", [1, 2, 26, 27, 52, 53, 702, 703, 16_384, 18_278])
def test_a_column_is_counted_by_its_letters(number):
    letters = get_column_letter(number)
    assert column_number(letters) == column_number(letters.lower()) == number


@pytest.mark.parametrize("letters", ["", "AAAA", "A1", "É", "$A", "ſ", " A"])
def test_what_is_no_column_raises(letters):
    with pytest.raises(ValueError, match="no column"):
        column_number(letters)


@same
@given(st.text("ABCXYZabcz", min_size=1, max_size=3))
def test_columns_are_those_of_openpyxl(letters):
    assert column_number(letters) == column_index_from_string(letters)


@same
@example("A1:A0")
@example("A:C")
@example("2:5")
@example("")
@given(st.from_regex(r"\$?[A-Z]{0,3}\$?[0-9]{0,7}(:\$?[A-Z]{0,3}\$?[0-9]{0,7})?", fullmatch=True))
def test_areas_are_those_of_openpyxl(reference):
    with contextlib.suppress(ValueError):
        left, top, right, bottom = range_boundaries(reference)
        # What has no row or begins at row 0 begins at the first one.
        expected = tuple(one or None for one in (top, left, bottom, right))
        found = corners(reference)
        assert found == expected
        return
    with pytest.raises(ValueError, match="is no area"):
        corners(reference)


@same
@example(60, False, False)
@example(61, False, False)
@example(2_958_465, False, False)  # the last day of 9999
@example(2_958_466, False, False)
@given(st.floats(-1e6, 4e6) | st.integers(-10, 3_000_000), st.booleans(), st.booleans())
def test_days_are_those_of_openpyxl(days, from_1904, is_span):
    epoch = CALENDAR_MAC_1904 if from_1904 else WINDOWS_EPOCH
    with contextlib.suppress(OverflowError):
        expected = from_excel(days, epoch, timedelta=is_span)
        found = moment(days, from_1904=from_1904, is_span=is_span)
        assert (type(found), found) == (type(expected), expected)
        return
    with pytest.raises(OverflowError):
        moment(days, from_1904=from_1904, is_span=is_span)


@pytest.mark.parametrize("number", range(164))
def test_formats_known_by_number_are_those_of_openpyxl(number):
    east_asian = 27 <= number <= 36 or 50 <= number <= 58
    expected = Format.DATE if east_asian else theirs(BUILTIN_FORMATS.get(number, "General"))
    assert format_of(str(number), None) is expected


@pytest.mark.parametrize("code", [*CODES, *BUILTIN_FORMATS.values()])
def test_formats_are_those_of_openpyxl(code):
    assert format_of("164", code) is theirs(code)


@same
@given(st.text('dmhys[]"\\_%0;# @$-Rr', max_size=12))
def test_any_format_is_that_of_openpyxl(code):
    assert format_of("164", code) is theirs(code)


@pytest.mark.parametrize("text", ["a_x000A_b", "_x005F_x000A_", "_x00", "plain", "", "_X000A_"])
def test_escaped_characters_are_those_of_openpyxl(text):
    assert unescape(text) == their_unescape(text)
