""".docx → lines of a paper."""
