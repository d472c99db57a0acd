"""The report: one document of texts, tables and pictures, printed or as a page."""
