"""Differential item functioning: whether an item is equally hard for persons of equal ability in different groups."""
