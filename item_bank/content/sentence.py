"""Sentences about content in English, which a page can say in another language."""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802 - the customary name, which the message extractor looks for
    return message


class Sentence(str):
    """The English text; it remembers its msgid and what fills its places, where a Sentence is translated in turn."""

    __slots__ = ("msgid", "params")
    msgid: str
    params: dict[str, object]

    @classmethod
    def of(cls, msgid: str, **params: object) -> Sentence:
        made = cls(msgid % params if params else msgid)
        made.msgid, made.params = msgid, params
        return made


def why(error: Exception) -> str:
    """What the error says: its Sentence, if it was raised with one."""
    said = error.args[0] if error.args else ""
    return said if isinstance(said, Sentence) else str(error)
