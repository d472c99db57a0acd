"""Every expression of QTI 2.2 by its name. Importing this makes them known to `evaluate`."""

from item_bank.content.processing.operators import arithmetic, comparison, containers, custom, logic, values

__all__ = ["arithmetic", "comparison", "containers", "custom", "logic", "values"]
