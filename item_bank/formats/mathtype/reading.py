"""A formula of MathType or Equation Editor in an OLE object → the MathML that pages show."""

from __future__ import annotations

import struct

from lxml import etree

from item_bank.content import mathml
from item_bank.content.mathematics import MathematicsError, sanitise_mathml
from item_bank.formats.mathtype import presenting
from item_bank.formats.mathtype.compound import CompoundError, stream
from item_bank.formats.mathtype.errors import MtefError
from item_bank.formats.mathtype.records import formula

_STREAM = "Equation Native"


def mathml_of(data: bytes) -> str | None:
    """None where the object holds no formula that can be read: then its picture is all there is.

    The stream begins with a header that tells its own length ("How MTEF is stored in files and objects", OLE objects).
    """
    try:
        held = stream(data, _STREAM)
        (header,) = struct.unpack_from("<H", held, 0)
        return mathml_of_mtef(held[header:])
    except (CompoundError, struct.error):
        return None


def mathml_of_mtef(data: bytes) -> str | None:
    try:
        math = presenting.mathml(formula(data))
        made = sanitise_mathml(etree.tostring(math, encoding="unicode"))
    except (MtefError, MathematicsError):
        return None
    return made if mathml.TOKENS & {str(one.tag) for one in math.iter()} else None
