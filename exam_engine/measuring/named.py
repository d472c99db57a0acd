"""What options name. Commands are loaded for every `--help`: nothing here takes numpy along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: A document, or a part of one: stable keys, and what stands under them.
Found = dict[str, Any]
#: A row of a table of it, to read.
Row = Mapping[str, Any]
MODELS = ("rasch", "1pl", "2pl", "3pl", "grm", "pcm", "gpcm", "nominal")
ABILITIES = ("eap", "map", "ml", "wle")
#: Thresholds of response times.
RULES = ("nt10", "nt20", "cump")
STANDARDS = ("angoff", "bookmark", "contrasting-groups")
