"""GIFT; read and written."""
