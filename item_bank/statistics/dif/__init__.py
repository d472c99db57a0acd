"""Differential item functioning: whether an item is equally hard for persons of equal ability in different groups.

`analyse` runs every method; `strata.study` and the modules of the methods give one by one what it puts together.
"""

from item_bank.statistics.dif.analysis import METHODS, OBSERVED, Dif, ItemDif, Method, analyse
from item_bank.statistics.dif.strata import ability_strata, as_sets

__all__ = ["METHODS", "OBSERVED", "Dif", "ItemDif", "Method", "ability_strata", "analyse", "as_sets"]
