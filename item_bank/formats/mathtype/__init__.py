"""Formulas of MathType and Equation Editor 3 (MTEF in an OLE object) → MathML."""
