"""Tiếng Anh in the form of 2025: sentences a–e to be put in order, a cloze with numbered gaps, an advertisement in a
table, questions without words of their own, and answers in one line below the end."""

from __future__ import annotations

from tests.item_bank.formats.documents import document, paragraph, run, table

_KEY = "BCADCABD"
EXPECTED = [(str(number), "single_choice", key) for number, key in enumerate(_KEY, 1)]


def _options(*texts: str) -> str:
    return paragraph("\t".join(f"{letter}. {text}" for letter, text in zip("ABCD", texts, strict=True)))


def build() -> bytes:
    return document(
        paragraph(run("ENGLISH TEST – GRADE 9", "b")),
        paragraph(run("Read the following advertisement and mark the letter A, B, C, or D to indicate the option that "
                      "best fits each of the numbered blanks from 1 to 3.", "b", "i")),
        table(("GREEN CAMP! Join us (1) ______ July. You (2) ______ many friends and (3) ______ new skills.",)),
        paragraph(run("Question 1. ", "b"), "A. on\tB. in\tC. at\tD. to"),
        paragraph(run("Question 2. ", "b"), "A. meet\tB. met\tC. will meet\tD. meeting"),
        paragraph(run("Question 3.", "b")),
        _options("learn", "learns", "learnt", "to learning"),
        paragraph(run("Mark the letter A, B, C, or D to indicate the correct arrangement of the sentences to make a "
                      "meaningful paragraph in each of the following questions.", "b", "i")),
        paragraph(run("Question 4. ", "b")),
        paragraph("a. Nam: Great! See you there."),
        paragraph("b. Mai: Would you like to go to the cinema?"),
        paragraph("c. Nam: Yes, when?"),
        paragraph("d. Mai: At seven."),
        _options("a – b – c – d", "b – a – c – d", "c – b – d – a", "b – c – d – a"),
        paragraph(run("Question 5. ", "b")),
        paragraph("Dear Lan,"),
        paragraph("a. I am writing to thank you."),
        paragraph("b. The gift was lovely."),
        paragraph("c. Write soon."),
        paragraph("Love, Hoa"),
        _options("c – b – a", "b – c – a", "a – b – c", "c – a – b"),
        paragraph(run("Read the following passage and mark the letter A, B, C or D on your answer sheet to indicate "
                      "the best answer to each of the following questions from 6 to 8.", "b", "i")),
        paragraph("Coral reefs are home to a quarter of all sea life. They are dying because the sea is warming."),
        paragraph("Scientists grow young corals in tanks and plant them back."),
        paragraph(run("Question 6. ", "b"), "What is the passage mainly about?"),
        *(paragraph(f"{letter}. {text}") for letter, text in zip(
            "ABCD", ("Saving reefs", "Sea travel", "Cooking fish", "A storm"), strict=True)),
        paragraph(run("Question 7. ", "b"), "The word “", run("They", "b", "u"), "” refers to ______."),
        _options("scientists", "coral reefs", "tanks", "young corals"),
        paragraph(run("Question 8. ", "b"), "Which is NOT mentioned?"),
        _options("tanks", "sea life", "warming", "tourism"),
        paragraph("--- THE END ---"),
        paragraph("ANSWER KEY"),
        paragraph(" ".join(f"{number}.{key}" for number, key in enumerate(_KEY, 1))),
    )  # fmt: skip
