"""Signals, rules and the live room page. Delivery runs with this package deleted."""
