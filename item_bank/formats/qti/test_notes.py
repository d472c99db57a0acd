"""What a test asks for and an exam here does not do: it stays in the test's data, and the report says so."""

from __future__ import annotations

from collections.abc import Iterator

from item_bank.formats.model import N_, Reason
from item_bank.formats.qti.test_model import Test


def not_carried_out(test: Test) -> Iterator[Reason]:
    every = [*test.parts, *test.sections(), *test.items()]
    if any(one.preconditions for one in every):
        message = N_("Conditions on showing a part or question are kept and not carried out.")
        yield Reason.of("test_preconditions", message)
    if any(one.branches for one in every):
        yield Reason.of("test_branching", N_("Branches to other questions are kept and not carried out."))
    if any(one.adaptive for one in test.sections()):
        yield Reason.of("test_adaptive", N_("The adaptive selection of questions is kept and not carried out."))
    if any(one.replacement for one in test.sections()):
        message = N_("Drawing the same question several times is kept and not carried out.")
        yield Reason.of("test_replacement", message)
    if any(one.limits for one in every):
        message = N_("Time limits of parts, sections or single questions are kept and not carried out.")
        yield Reason.of("test_inner_limits", message)
    if any(one.control.get("maxAttempts", "1") != "1" for one in every):
        message = N_("Numbers of attempts at a question other than one are kept and not carried out.")
        yield Reason.of("test_attempts", message)
    yield from _of_the_whole(test)


def _of_the_whole(test: Test) -> Iterator[Reason]:
    if test.rules.rules or test.rules.template:
        message = N_("The test's own rules of marking are kept and not carried out; points are added.")
        yield Reason.of("test_outcomes", message)
    if test.feedback:
        yield Reason.of("test_feedback", N_("Feedback on the whole test is kept and not shown."))
    if any(one.defaults for one in test.items()):
        message = N_("Values that the test gives to a question's variables are kept and not carried out.")
        yield Reason.of("test_variants", message)
