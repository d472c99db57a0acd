"""The filters of a bank's list: read from its address, told as chips, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import queries
from exam_engine.authoring.showing import STATUS_LABELS, TYPE_LABELS
from exam_engine.authoring.topic_tree import Branch, branches, topics_in
from exam_engine.kit.errors import _, invalid
from exam_engine.kit.forms import clean
from item_bank.content.folding import sort_key
from item_bank.storage import facet_queries
from item_bank.storage.filtering import WITHOUT, Figures, Filters

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
FIGURES = {
    "none": _("Answered by nobody yet"),
    "some": _("Answered by candidates"),
    "flagged": _("With hints of the last analysis"),
}
#: Name in the address → English msgid, in the order of the form.
LABELS = {
    "q": _("Search"),
    "subject": _("Subject"),
    "grade": _("Grade"),
    "topic": _("Topic"),
    "level": _("Level"),
    "type": _("Type"),
    "status": _("Status"),
    "language": _("Language"),
    "author": _("Written by"),
    "tag": _("Tag"),
    "figures": _("Results"),
    "from": _("Correct from, %"),
    "to": _("Correct up to, %"),
}
#: Those that take one of a list, with the words for each value.
LISTS: Mapping[str, Mapping[str, str]] = {
    "type": TYPE_LABELS,
    "status": STATUS_LABELS,
    "figures": FIGURES,
}
LONGEST = 300
_DEEPER = 3 * "\N{NO-BREAK SPACE}"

Chosen = dict[str, str]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a bank has. `topics`: (topic, subject, items). `people`: public id → (id, name) of who wrote what is there
    now."""

    topics: Sequence[Row[tuple[str, str, int]]]
    labels: Mapping[str, Sequence[str]]
    people: Mapping[str, tuple[int, str]]

    def tree(self, subject: str) -> list[Branch]:
        wanted = "" if subject == WITHOUT else subject
        return branches((row.topic, row.items) for row in self.topics if not subject or row.subject == wanted)


def read(given: Mapping[str, Any]) -> Chosen:
    """Raises Refused (422) on what no filter can mean; a label that the bank does not have finds nothing."""
    chosen = {name: clean(given.get(name)) for name in LABELS}
    found = {name: value for name, value in chosen.items() if value}
    if None in chosen.values() or any(len(value) > LONGEST for value in found.values()):
        raise invalid(_("This address has a filter that can't be read."))
    listed = all(found.get(name, next(iter(of))) in of for name, of in LISTS.items())
    shares = all(_is_share(found[name]) for name in ("from", "to") if name in found)
    if not listed or not shares:
        raise invalid(_("This address has a filter that can't be read."))
    return found


def _is_share(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 100


async def choices(connection: AsyncConnection, bank_id: int) -> Choices:
    labels = await facet_queries.others_in_use(connection, bank_id)
    people = await queries.people(connection, labels.pop("author_id"))
    tags = await facet_queries.tags_in_use(connection, bank_id)
    return Choices(
        topics=await facet_queries.topics(connection, bank_id),
        labels={**labels, "tag": tags},
        people={row["public_id"]: (row["id"], row["full_name"]) for row in people},
    )


def filters_of(chosen: Chosen, of: Choices) -> Filters:
    topics = topics_in({row.topic for row in of.topics}, chosen["topic"]) if "topic" in chosen else None
    labels = {name: chosen.get(name, "") for name in ("subject", "grade", "level", "language", "tag")}
    return Filters(
        text=chosen.get("q", ""),
        types=(chosen["type"],) if "type" in chosen else (),
        statuses=(chosen["status"],) if "status" in chosen else (),
        topics=topics,
        author=of.people.get(chosen["author"], (0, ""))[0] if "author" in chosen else None,
        figures=cast("Figures", chosen.get("figures", "")),
        hardest=int(chosen["from"]) / 100 if "from" in chosen else None,
        easiest=int(chosen["to"]) / 100 if "to" in chosen else None,
        **cast("dict[str, Any]", labels),
    )


def query_of(chosen: Chosen) -> str:
    return urlencode(chosen)


def chips(place: str, chosen: Chosen, of: Choices) -> list[dict[str, str]]:
    """What the list is narrowed to, each with the address that drops it. Values that are msgids are told apart."""
    names = {**LISTS, "language": LANGUAGES, "author": {one: name for one, (_id, name) in of.people.items()}}
    found = []
    for name, value in chosen.items():
        told = _("(none)") if value == WITHOUT and name not in LISTS else names.get(name, {}).get(value, value)
        rest = query_of({other: kept for other, kept in chosen.items() if other != name})
        found.append(
            {
                "label": LABELS[name],
                "value": told,
                "translated": "yes" if name in LISTS or value == WITHOUT else "",
                "href": f"{place}?{rest}" if rest else place,
            }
        )
    return found


def options(chosen: Chosen, of: Choices) -> dict[str, list[tuple[str, str]]]:
    """Filter → (value, words) to choose from; what was chosen stands there even if the bank has it no more."""
    made = {
        name: [(one, one) for one in sorted(of.labels[name], key=sort_key)] for name in ("subject", "grade", "level")
    }
    made["language"] = [(one, LANGUAGES.get(one, one)) for one in of.labels["language"]]
    made["author"] = sorted(((one, name) for one, (_id, name) in of.people.items()), key=lambda pair: sort_key(pair[1]))
    made["topic"] = [
        (one.path, f"{_DEEPER * one.depth}{one.name} ({one.items})") for one in of.tree(chosen.get("subject", ""))
    ]
    for name, listed in made.items():
        value = chosen.get(name, "")
        if value and value != WITHOUT and value not in dict(listed):
            listed.append((value, value))
    return made
