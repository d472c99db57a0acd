"""Papers of a sitting's numbered forms, for candidates who write on paper: PDF, Word, and the keys as the marking
applications of schools read them."""

from __future__ import annotations

import io
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import balancing
from exam_engine.authoring import definition as definitions
from exam_engine.authoring.definition import ExamDefinition
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.errors import _ as N_
from exam_engine.kit.keys import Keys
from exam_engine.kit.languages import number, translator
from exam_engine.kit.printing import typeset
from exam_engine.sittings import paper_queries
from exam_engine.sittings.confirming import load_content
from exam_engine.sittings.forms import Content, rebuilt
from exam_engine.sittings.print_nodes import item_nodes, nodes, pictures_in, screen_only
from exam_engine.sittings.printed import PrintedForm, PrintedSection, Question, key_of, printed_form
from item_bank.assembly.blueprint import Problem
from item_bank.assembly.letters import Balance
from item_bank.content.model import Essay, Item, MultipleChoice, Numeric, ShortText, SingleChoice, TrueFalseCluster
from item_bank.formats.qti.writing_package import Exported
from item_bank.formats.word.writing import END, PaperPart, write_docx
from item_bank.formats.word.writing_questions import WORDS

TEXTS = {
    "form": N_("Form code"),
    "page": N_("Page"),
    "name": N_("Full name"),
    "candidate": N_("Candidate number"),
}


@dataclass(frozen=True)
class Papers:
    """What a sitting's papers are made of, read once: set them after the transaction."""

    office: str
    definition: ExamDefinition
    content: Content
    forms: tuple[PrintedForm, ...]

    def only(self, name: str) -> Papers:
        """Of one form; Refused (404) where the sitting has none of that number."""
        found = tuple(form for form in self.forms if form.number == name)
        if not found:
            raise Refused("not_found", 404, _("This sitting has no form of that number."))
        return Papers(self.office, self.definition, self.content, found)

    @property
    def screen_only(self) -> list[int]:
        """The numbers, in the first form, of questions that paper cannot take."""
        return [one.number for one in self.forms[0].questions if screen_only(one.item)] if self.forms else []


async def papers_of(connection: AsyncConnection, keys: Keys, sitting: RowMapping) -> Papers:
    """Refused (409) before the roster is confirmed: until then there are no forms; and where each candidate has an own
    order: there is no paper of a form then."""
    definition = definitions.decode(sitting["definition"])
    if sitting["state"] in ("draft", "confirming"):
        raise Refused("sitting_draft", 409, _("The forms are made when the roster is confirmed. Confirm it first."))
    if definition.individual:
        message = _(
            "Each candidate of this sitting has an order of their own: there is no common paper of a form. For "
            "papers, untick “Each candidate gets an order of their own” in the settings of the exam and make a new "
            "sitting of it."
        )
        raise Refused("own_orders", 409, message)
    content = await load_content(connection, definition)
    purpose = keys.purpose("opaque ids")
    forms = []
    for row in await paper_queries.forms_of(connection, sitting["id"]):
        stored = await paper_queries.some_variant(connection, row["id"])
        arranged = stored or rebuilt(definition, content, sitting["seed"], purpose, dict(row))
        forms.append(printed_form(definition, row["number"], row["key_map"], arranged, content.items))
    return Papers(sitting["unit_name"], definition, content, tuple(forms))


@dataclass(frozen=True, slots=True)
class Copy:
    """One printed paper: the number of its form, and whom it is for; of a spare copy nobody."""

    form: str
    name: str = ""
    number: str = ""


async def pdf(papers: Papers, copies: Sequence[Copy] | None = None, cover: Mapping[str, Any] | None = None) -> bytes:
    """All the forms, each from page 1; or the copies in their order. `cover`: what the sheet before them says."""
    data = _data(papers)
    place = {form.number: at for at, form in enumerate(papers.forms)}
    wanted = [Copy(number) for number in place] if copies is None else copies
    data["copies"] = [{"form": place[one.form], "name": one.name, "number": one.number} for one in wanted]
    data["cover"] = cover
    shown = pictures_in([data["forms"], data["instructions"]])
    held = {digest: papers.content.assets[digest].data for digest in shown if digest in papers.content.assets}
    return await typeset("paper", lambda: data | {"files": list(held)}, held)


def docx(papers: Papers) -> bytes:
    """One form as a Word file without keys."""
    form = papers.forms[0]
    parts = [_part(section, papers.content) for section in form.sections]
    definition = papers.definition
    told = translator(definition.language)
    code = f"{told(TEXTS['form'])} {form.number}"
    blanks = [f"{told(TEXTS[name])}: {'…' * dots}" for name, dots in (("name", 30), ("candidate", 10))]
    return write_docx(
        parts,
        lambda digest: papers.content.assets[digest],
        title=f"{definition.title} – {code}",
        head=[papers.office, definition.title, *_lines(definition), code, "   ".join(blanks)],
        language=definition.language,
        keys=False,
        counted_on=True,
    ).data


def keys_xlsx(papers: Papers) -> bytes:
    """A sheet "Dữ liệu": a row for each question, a column for each form, as phone marking applications take it."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Dữ liệu"
    sheet.append([r"Câu\Mã đề", *(form.number for form in papers.forms)])
    for together in zip(*(form.questions for form in papers.forms), strict=True):
        sheet.append([together[0].number, *(key_of(one.item) for one in together)])
    for row in sheet.iter_rows():
        for cell in row:
            cell.number_format = "@"
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def key_table(papers: Papers) -> list[tuple[int, list[str]]]:
    """For the page: the number of a question, and its key in each form."""
    return [
        (together[0].number, [key_of(one.item) for one in together])
        for together in zip(*(form.questions for form in papers.forms), strict=True)
    ]


@dataclass(frozen=True)
class LettersOfForm:
    """`name`: of the section and, where there are alternatives, of the one."""

    form: str
    name: str
    balance: Balance
    shortfalls: Sequence[Problem]


def letters_of(papers: Papers) -> list[LettersOfForm]:
    """For the page: how often each letter is the key in each form, section by section."""
    found = []
    for form in papers.forms:
        for section, own in zip(form.sections, papers.definition.sections, strict=True):
            for group in dict.fromkeys(section.groups):
                items = [
                    one.item for one, where in zip(section.questions, section.groups, strict=True) if where == group
                ]
                balance = balancing.balance_of(items, shuffled=own.shuffle_options)
                if balance.counts:
                    told = [] if balance.met else [OLD_RULES] if form.version < 2 else balancing.shortfalls(balance)
                    name = f"{section.title} {group}" if group else section.title
                    found.append(LettersOfForm(form.number, name, balance, told))
    return found


OLD_RULES = Problem(N_("This form was made before letters of keys were made even."))


def _part(section: PrintedSection, content: Content) -> PaperPart:
    items = tuple(
        Exported(str(one.number), _worth(one), content.passages.get(one.item.passage or ""))
        for one in section.questions
    )
    return PaperPart(items, section.title, section.instructions)


def _worth(one: Question) -> Item:
    return msgspec.structs.replace(one.item, points=str(one.points))


def _data(papers: Papers) -> dict[str, Any]:
    definition = papers.definition
    language = definition.language
    told = translator(language)
    texts = {name: told(text) for name, text in TEXTS.items()}
    return {
        "locale": language,
        "title": definition.title,
        "office": papers.office,
        "lines": _lines(definition),
        "texts": texts
        | {"question": WORDS[language]["question"], "answer": WORDS[language]["answer"], "end": END[language]},
        "instructions": nodes(definition.instructions),
        "forms": [
            {"number": form.number, "sections": [_section(one, papers.content, language) for one in form.sections]}
            for form in papers.forms
        ],
    }


def _lines(definition: ExamDefinition) -> list[str]:
    """Below the title."""
    told = translator(definition.language)
    subject = [told(N_("Subject: %(name)s"), name=definition.subject)] if definition.subject else []
    return [*subject, told(N_("Time: %(n)s minutes"), n=definition.minutes)]


def _section(section: PrintedSection, content: Content, language: str) -> dict[str, Any]:
    told = translator(language)
    note = told(N_("Choose %(n)s of the groups below."), n=section.choose) if section.choose else ""
    groups = []
    for passage, together in itertools.groupby(section.questions, key=lambda one: one.item.passage or one.number):
        questions = list(together)
        shared = content.passages.get(passage) if isinstance(passage, str) else None
        first, last = questions[0].number, questions[-1].number
        about = told(N_("Read the following for questions %(first)s to %(last)s."), first=first, last=last)
        groups.append(
            {
                "about": about,
                "passage": nodes(shared.markup) if shared else [],
                "questions": [_question(one, language) for one in questions],
            }
        )
    return {
        "title": section.title,
        "note": note,
        "instructions": nodes(section.instructions),
        "groups": groups,
    }


def _question(one: Question, language: str) -> dict[str, Any]:
    told = one.item.interaction
    options = told.options if isinstance(told, SingleChoice | MultipleChoice) else ()
    statements = told.statements if isinstance(told, TrueFalseCluster) else ()
    kinds = {Essay: "essay", Numeric: "short", ShortText: "short"}
    points = translator(language)(N_("%(points)s points"), points=number(one.points, language))
    return {
        "number": one.number,
        "points": points if isinstance(told, Essay) else "",
        "stem": item_nodes(one.item),
        "options": [nodes(option.markup) for option in options],
        "statements": [nodes(statement.markup) for statement in statements],
        "kind": kinds.get(type(told), ""),
        "lines": told.lines if isinstance(told, Essay) else 0,
        "long": isinstance(told, Essay) or len(one.item.stem.html) > _LONG,
    }


#: Characters of a stem above which a question may go on on the next page.
_LONG = 2_500
