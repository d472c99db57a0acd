"""IMS QTI 2.0 to 3.0: items, packages, tests; read and written."""
