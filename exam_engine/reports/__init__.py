"""Results of a sitting for staff and candidates: tables, charts, item statistics, exports."""
