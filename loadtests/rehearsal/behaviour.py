"""What a candidate does with a paper: thinking, answering, changing one's mind, looking back, handing in.

Times per question are lognormal (van der Linden, 2006); everything follows from the candidate's own source of chance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from loadtests.candidate import Step

SPREAD = 0.5
CHANGES = 0.08
LEFT_OUT = 0.04
#: Whoever is not done before stays until the bell; a few forget to hand in, and the service closes for them.
AT_THE_BELL, NEVER = 0.3, 0.04
TYPED = ("numeric", "short_text", "essay")


def work(
    paper: Any, variant: Any, seconds: float, reaction_s: float, chance: Random
) -> tuple[list[Step], float | None]:
    """Steps in order of time, and when to hand in (None: never)."""
    slots = [slot for section in variant["sections"] for slot, *_order in section["items"]]
    items = {item["slot"]: item for item in paper["items"]}
    stays = chance.random()
    share = 0.95 if stays < AT_THE_BELL + NEVER else min(0.9, chance.lognormvariate(math.log(0.62), 0.2))
    steps = sorted(_steps(slots, items, share * seconds, chance), key=lambda step: step.at)
    last = steps[-1].at if steps else 0.0
    if stays < NEVER:
        return steps, None
    if stays < AT_THE_BELL + NEVER:
        return steps, max(last, seconds - chance.uniform(0.3, max(0.5, reaction_s)))
    return steps, min(seconds - 0.5, last + chance.uniform(0.005, 0.03) * seconds)


def _steps(slots: Sequence[int], items: Mapping[int, Any], seconds: float, chance: Random) -> Iterator[Step]:
    weights = [chance.lognormvariate(0, SPREAD) for _slot in slots]
    again = [slot for slot in slots if chance.random() < CHANGES]
    scale = 0.93 * seconds / sum(weights)
    now = 0.0
    for slot, weight in zip(slots, weights, strict=True):
        taken = weight * scale
        yield from _visit(items[slot], slot, now, taken, chance)
        now += taken
    for slot in again:
        taken = 0.07 * seconds / len(again)
        yield from _visit(items[slot], slot, now, taken, chance)
        now += taken


def _visit(item: Any, slot: int, now: float, taken: float, chance: Random) -> Iterator[Step]:
    if chance.random() >= LEFT_OUT:
        if item["type"] in TYPED or chance.random() < CHANGES:  # typing pauses; a mind is changed
            yield Step(now + 0.6 * taken, slot, answer(item, chance))
        yield Step(now + 0.9 * taken, slot, answer(item, chance))
    yield Step(now + taken, slot, shown=now)


def answer(item: Any, chance: Random) -> Any:
    """Any answer that the question allows."""
    body = item["body"]
    match item["type"]:
        case "single_choice":
            return chance.choice(sorted(body["options"]))
        case "multiple_choice":
            options = sorted(body["options"])
            least = min(max(1, body.get("min") or 1), len(options))
            return sorted(
                chance.sample(options, chance.randint(least, max(least, min(body.get("max") or 2, len(options)))))
            )
        case "true_false_cluster":
            return {letter: chance.random() < 0.5 for letter in sorted(body["statements"])}
        case "numeric":
            return str(chance.randint(0, 99))
        case "short_text":
            return f"trả lời {chance.randint(0, 99)}"[: body.get("max_chars") or 40]
        case "composite":
            return {str(number): _of_part(part, chance) for number, part in enumerate(body["parts"])}
        case _:
            return " ".join(["Bài làm diễn tập."] * chance.randint(20, 60))


def _of_part(part: Any, chance: Random) -> Any:
    """Any answer that the interaction allows: one, or where several are taken a list of one or two."""
    if part["cardinality"] not in ("multiple", "ordered"):
        return _one_answer(part, chance)
    most = min(2, part["most"] or 2)
    return list(dict.fromkeys(_one_answer(part, chance) for _ in range(most)))


def _one_answer(part: Any, chance: Random) -> str:
    match part["gives"]:
        case "id":
            return str(chance.choice(sorted(part["choices"])))
        case "pair":
            sides = (part["choices"], part.get("targets", part["choices"]))
            return " ".join(chance.choice(sorted(side)) for side in sides)
        case "point":
            sizes = (part.get("width") or 100, part.get("height") or 100)
            return " ".join(str(chance.randrange(size)) for size in sizes)
        case "flag":
            return "true"
        case "plays":
            return "1"
        case "file":  # named only: a rehearsal is about answers, not about the bytes beside them
            return f"{chance.getrandbits(256):064x} {chance.randint(1, 400_000)} trang.jpg"
        case _:
            return str(chance.randint(0, 99))
