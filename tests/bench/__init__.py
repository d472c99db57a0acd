"""`make bench`: CPU time per operation of application and PostgreSQL, as ratios taken in one run."""
