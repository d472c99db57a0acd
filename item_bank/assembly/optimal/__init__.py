"""Parallel forms from a bank by mixed-integer optimisation.

The formulation is that of van der Linden (2005), *Linear models for optimal test design*, chapters 4 to 7.

`request.Request` says what every form has to hold, `assembling.assemble` finds the forms,
`conflicts.smallest_conflict` says which demands can't be met together.
"""
