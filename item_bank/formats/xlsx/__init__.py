"""The spreadsheet template; read and written."""
