"""Tests as teachers make them in Word, each with habits of its own; `PAPERS` in `every` has them all."""
