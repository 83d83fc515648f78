"""The example cases, as data; `planner.workbook.example` makes workbooks of them."""
