"""Parts of an item body → HTML for the markup room: XHTML and MathML without prefixes, QTI's own elements resolved."""

from __future__ import annotations

import copy
import html

from lxml import etree

from item_bank.content.model import Markup
from item_bank.formats.collecting import Entry
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.qti.names import Element, attribute, children, descendants, line_of, local, text_of
from item_bank.formats.registry import FindPicture
from item_bank.formats.texts import Texts

BLANK = "_____"
_MATHML = "http://www.w3.org/1998/Math/MathML"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: Elements that show something which depends on the attempt: without them the text would be another one.
DYNAMIC = {"printedVariable", "templateInline", "templateBlock", "templateBlockFeedback"}
FEEDBACK = {"feedbackInline", "feedbackBlock"}
#: Elements whose words are not for candidates; variables and rules have no place in a body, and would tell the key.
_NO_TEXT = {"infoControl", "stylesheet", "catalogInfo", "responseDeclaration", "outcomeDeclaration"}
_NO_TEXT |= {"templateDeclaration", "responseProcessing", "templateProcessing", "modalFeedback", "correctResponse"}
_NO_TEXT |= {"mapping", "areaMapping", "matchTable", "interpolationTable"}
_MEDIA = {"object", "audio", "video", "iframe", "embed", "svg", "include", "picture"}


class QtiTexts:
    #: Whether this reader itself marks places in the text.
    places = False

    def __init__(self, entry: Entry, find_picture: FindPicture) -> None:
        self.entry = entry
        self.keeps_scorer_rubrics = False
        self.texts = Texts(entry, find_picture)

    def markup(self, element: Element) -> Markup:
        """The element's content (not the element itself)."""
        work = copy.deepcopy(_content(element))
        self._resolve(work)
        for empty in [one for one in descendants(work, "math") if not text_of(one)]:
            remove(empty)
        formulas = sum(1 for _ in descendants(work, "math"))
        made = self.texts.html(_html(work), tex=not formulas, places=self.places)
        if len(made.math) < formulas:
            raise ReadProblem("mathml_lost", N_("A MathML formula can't be read."), line=line_of(element))
        return made

    def _resolve(self, root: Element) -> None:
        for element in list(root.iterdescendants()):
            name = local(element)
            if root not in element.iterancestors():
                continue  # it went with what stood around it
            if name in DYNAMIC:
                self.dynamic(element, name)
            elif name in FEEDBACK:
                self.inner_feedback(element, name)
            elif name == "rubricBlock" and not _for_candidates(element):
                self._note_rubric(element)
                remove(element)
            elif name in _NO_TEXT:
                self.entry.note("element_dropped", N_("<%(name)s> is not kept."), line=line_of(element), name=name)
                remove(element)
            elif name in _MEDIA:
                self._media(element, name)

    def dynamic(self, element: Element, name: str) -> None:
        message = N_("Texts that change with the attempt (%(name)s) are not supported.")
        raise ReadProblem("dynamic_text", message, line=line_of(element), name=name)

    def inner_feedback(self, element: Element, _name: str) -> None:
        self.entry.note("feedback_dropped", N_("Feedback inside the text is not kept."), line=line_of(element))
        remove(element)

    def media(self, element: Element, name: str) -> None:
        message = N_("The text holds a <%(element)s>, which is not supported.")
        raise ReadProblem("media_unsupported", message, line=line_of(element), element=name)

    def _note_rubric(self, rubric: Element) -> None:
        """Markers' notes on an essay become its rubric, as plain text."""
        kept = self.keeps_scorer_rubrics and "scorer" in attribute(rubric, "view").split()
        pictures = any(True for _ in descendants(rubric, "math", "img", "table", *_MEDIA))
        if (text_of(rubric) and not kept) or pictures:
            message = N_("A note to markers or tutors is not kept, or only as plain text.")
            self.entry.note("rubric_dropped", message, line=line_of(rubric))

    def _media(self, element: Element, name: str) -> None:
        if name == "object" and attribute(element, "type").startswith("image/"):
            picture = etree.Element("img", src=attribute(element, "data"), alt=text_of(element))
            for side in ("width", "height"):
                if attribute(element, side):
                    picture.set(side, attribute(element, side))
            replace(element, picture)
            return
        self.media(element, name)


def _content(element: Element) -> Element:
    """Of feedback and passages of QTI 3.0 what is in their qti-content-body, if that is all."""
    inside = list(element)
    alone = len(inside) == 1 and local(inside[0]) == "contentBody"
    return inside[0] if alone and not (element.text or "").strip() and not (inside[0].tail or "").strip() else element


def _is_shown(element: Element) -> bool:
    return local(element) not in FEEDBACK and (local(element) != "rubricBlock" or _for_candidates(element))


def _for_candidates(rubric: Element) -> bool:
    return "candidate" in (attribute(rubric, "view") or "candidate").split()


def _html(root: Element) -> str:
    for element in root.iter():
        if isinstance(element.tag, str):
            _plain_names(element)
    etree.cleanup_namespaces(root)
    return html.escape(root.text or "", quote=False) + "".join(
        etree.tostring(child, encoding="unicode", method="html") for child in children(root)
    )


def _plain_names(element: Element) -> None:
    name = etree.QName(element)
    element.tag = name.localname if name.namespace == _MATHML else _xhtml_name(name.localname)
    for key in list(element.attrib):
        if key == _XML_LANG:
            element.set("lang", element.attrib[key])
        if str(key).startswith("{"):
            del element.attrib[key]


def _xhtml_name(name: str) -> str:
    """`qti-content-body`, `qti-rubric-block` and their like hold blocks."""
    return "div" if name.startswith("qti-") or any(letter.isupper() for letter in name) else name


def remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        _keep_tail(element, parent)
        parent.remove(element)


def replace(element: Element, other: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        other.tail = element.tail
        parent.replace(element, other)


def _keep_tail(element: Element, parent: Element) -> None:
    tail = element.tail or ""
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    element.tail = None


def stem_element(body: Element, interaction: Element) -> Element:
    """A copy of the item body with the interaction replaced by its prompt, or by a blank in running text."""
    path = body.getroottree().getelementpath(interaction).removeprefix(body.getroottree().getelementpath(body) + "/")
    work = copy.deepcopy(body)
    place = work.find(path)
    assert place is not None
    prompt = next(children(place, "prompt"), None)
    shown = etree.Element("span" if local(interaction) == "textEntryInteraction" else "div")
    if local(interaction) == "textEntryInteraction":
        parent = place.getparent()
        shown.text = BLANK if parent is not None and text_of(parent) else ""
    elif prompt is not None:
        shown.text = prompt.text
        shown.extend(list(prompt))
    replace(place, shown)
    _drop_empty(shown, work)
    return work


def _drop_empty(shown: Element, work: Element) -> None:
    """Where nothing took the interaction's place, no empty paragraph stays behind: each reading would add one."""
    holder = shown.getparent()
    if shown.text or len(shown) or holder is None:
        return
    remove(shown)
    if holder is not work and local(holder) == "p" and not len(holder) and not text_of(holder):
        remove(holder)


def has_text_after(body: Element, interaction: Element) -> bool:
    """Whether words follow the interaction: they will stand before the options."""
    element, words = interaction, ""
    while element is not body:
        words += element.tail or ""
        words += "".join(text_of(one) for one in element.itersiblings() if _is_shown(one))
        parent = element.getparent()
        if parent is None:
            break
        element = parent
    return bool(words.strip())
