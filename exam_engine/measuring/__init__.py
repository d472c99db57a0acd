"""Commands of a statistician: files in, figures out, no database (docs/statistics.md)."""
