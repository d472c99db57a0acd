"""A written test, pasted or from Word: its lines → items."""
