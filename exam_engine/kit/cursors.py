"""Where the next page of a list begins: moment and id of the last row shown, as an address carries them."""

from __future__ import annotations

from datetime import datetime

from exam_engine.kit.errors import _, invalid


def written(moment: datetime, number: int) -> str:
    return f"{moment.isoformat()}~{number}"


def read(text: str) -> tuple[datetime, int] | None:
    """None for the first page. Refused (422) for what this service has not written."""
    if not text:
        return None
    at, _sep, number = text.partition("~")
    try:
        found = datetime.fromisoformat(at), int(number)
    except ValueError:
        found = None
    # The first and last years have moments that no database can hold in another zone.
    if found is None or found[0].tzinfo is None or not 1 < found[0].year < 9999 or not 0 <= found[1] < 2**63:
        raise invalid(_("This address names no page of the list. Start from the first one."))
    return found
