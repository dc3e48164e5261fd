"""One module per language: its walk, its imports. The table is in `table`."""
