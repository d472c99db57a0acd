"""An item's own rules of marking as data, and their evaluation: variables, expressions and rules of QTI.

Source: QTI 2.2 Assessment Test, Section and Item Information Model (IMS Global, 2015), sections on variables, response
processing, template processing and expressions; QTI 3.0 keeps them under other names. Numbers are exact rationals, so
that 0.1 + 0.2 = 0.3; only roots, logarithms and their like pass through binary floats.
"""
