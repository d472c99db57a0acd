"""How an answer is told: in a terminal, as tables, as CSV."""
