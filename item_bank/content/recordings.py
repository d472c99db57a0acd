"""Sound and film that come with items: what a browser may be sent, told by the bytes and not by a name."""

from __future__ import annotations

from item_bank.content.model import Asset, Composite, Item, Part
from item_bank.content.sentence import N_, Sentence

MAX_BYTES = 12 * 1024 * 1024
_LOOKED_AT = 8_192


class RecordingRefused(ValueError):
    """The recording can't be used; the message says why and what to do, in English."""


def recording_of(data: bytes) -> Asset:
    """The recording as an asset. Raises RecordingRefused."""
    if len(data) > MAX_BYTES:
        message = N_("The recording is larger than %(limit)s MB. Save it with a lower quality.")
        raise RecordingRefused(Sentence.of(message, limit=MAX_BYTES // 1024 // 1024))
    media_type = recording_type(data)
    if media_type is None:
        message = N_("The file is no recording that browsers play: MP3, M4A, MP4, Ogg, WebM or WAV.")
        raise RecordingRefused(Sentence.of(message))
    return Asset.of(media_type, data)


def recording_type(data: bytes) -> str | None:
    """By the signatures of RFC 6381's containers (ISO 14496-12, Ogg, Matroska), ID3, MPEG audio frames and RIFF."""
    start = data[:_LOOKED_AT]
    if data[4:8] == b"ftyp":
        return "audio/mp4" if data[8:11] in (b"M4A", b"M4B") else "video/mp4"
    if data.startswith(b"OggS"):
        return "video/ogg" if b"theora" in start else "audio/ogg"
    if data.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm" if b"V_" in start else "audio/webm"
    if data.startswith(b"RIFF") and data[8:12] == b"WAVE":
        return "audio/wav"
    layer_three = len(data) > 1 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2
    return "audio/mpeg" if layer_three or data.startswith(b"ID3") else None


def is_recording(media_type: str) -> bool:
    return media_type.startswith(("audio/", "video/"))


def recorded(item: Item) -> list[Part]:
    """Its parts that play something, also those whose recording did not come."""
    parts = item.interaction.parts if isinstance(item.interaction, Composite) else ()
    return [part for part in parts if part.type == "media"]


def recordings_in(item: Item) -> list[str]:
    """The digests of what it plays."""
    return [part.settings["asset"] for part in recorded(item) if part.settings.get("asset")]
