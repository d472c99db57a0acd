"""`exam-engine import` and `exam-engine score`: files of items from elsewhere (docs/formats.md)."""
