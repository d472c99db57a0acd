"""Commands of a statistician: files in, figures out, no database (docs/statistics.md).

`commands` asks, `files` reads, `figures` computes, `printing` and `report` tell.
"""
