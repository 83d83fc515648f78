"""Results for people: the workbook, the short answer on the screen."""
