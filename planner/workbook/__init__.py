"""Excel in and out: reading workbooks with every cell's address, writing examples."""
