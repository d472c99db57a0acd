"""The TeX of a document's equations, beside it as a part of our own that Word keeps (ISO/IEC 29500-1, 15.2.5).

What was changed in Word is what Word says: TeX counts only while it still gives the equation that stands there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache

from lxml import etree

from item_bank.content import mathml
from item_bank.content.mathematics import MathematicsError, omml_to_mathml, tex_to_mathml
from item_bank.content.model import Formula
from item_bank.content.omml_writing import omml_of
from item_bank.formats.model import ReadProblem
from item_bank.formats.paper.lines import Objects
from item_bank.formats.word.package import Package
from item_bank.formats.xml import parse_xml

PART = "customXml/item1.xml"
_NAMESPACE = "urn:exam-engine:formulas"
_ROOT = f"{{{_NAMESPACE}}}formulas"
_MOST = 20_000


@lru_cache(maxsize=4096)
def equation(source: str, display: bool) -> tuple[str, str]:
    """The XML of a formula's equation, and the name it goes by. Raises MathematicsError."""
    made = omml_of(source, display=display)
    return mathml.written(made), name_of(omml_to_mathml(made, display))


def name_of(source: str) -> str:
    """Of MathML as it is read from an equation."""
    return hashlib.sha256(source.encode()).hexdigest()


def written(formulas: Mapping[str, Formula]) -> str:
    """Those that were typed as TeX, by the names of their equations."""
    root = etree.Element(_ROOT)
    for name, formula in formulas.items():
        made = etree.SubElement(root, f"{{{_NAMESPACE}}}formula", of=name)
        made.text = formula.source
    return etree.tostring(root, encoding="unicode")


def read(package: Package) -> dict[str, str]:
    """Name of an equation → its TeX."""
    found: dict[str, str] = {}
    for relation in package.relations.values():
        if relation.kind != "customXml" or relation.external or relation.target not in package.names:
            continue
        try:
            root = parse_xml(package.archive.read(relation.target))
        except ReadProblem:
            continue  # what another program keeps there is its own matter
        if root.tag == _ROOT:
            found |= {str(one.get("of", "")): one.text or "" for one in list(root)[:_MOST]}
    return found


def restore(objects: Objects, known: Mapping[str, str]) -> None:
    """Formulas as their authors typed them, where that is known and still true."""
    for place, thing in enumerate(objects.found):
        if isinstance(thing, Formula) and (tex := known.get(name_of(thing.mathml))) is not None:
            objects.found[place] = _as_typed(thing, tex)


def _as_typed(formula: Formula, tex: str) -> Formula:
    try:
        source = tex_to_mathml(tex, formula.display)
        if equation(source, formula.display)[1] != name_of(formula.mathml):
            return formula
    except MathematicsError:
        return formula
    return Formula(tex, "tex", source, formula.display)
