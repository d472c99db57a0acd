"""The analysis of a sitting in full: models, groups, forms and times. Made by a job, shown as stored."""
