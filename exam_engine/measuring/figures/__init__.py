"""Figures out: what each command finds, as documents with stable keys."""
