"""What readers of formulas raise."""


class MtefError(ValueError):
    """The bytes are no formula that this reader knows."""
