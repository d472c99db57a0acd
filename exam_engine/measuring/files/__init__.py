"""Files in: rows, tables, keys, forms, and what their cells mean."""
