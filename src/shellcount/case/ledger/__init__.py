"""Read claims from spreadsheets, and write them as spreadsheets."""
