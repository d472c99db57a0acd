"""Which columns of a known table people are shown, and under what heads. What is not known is shown as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from exam_engine.measuring.printing.aligned import Column, told
from exam_engine.measuring.printing.flat import Row, columns

#: Of a table that is not known, unless it is of items: more are for a file.
MOST_ROWS = 60
MOST_PAIRS = 100
#: Set in rows that deserve a second look, to say so in a word or a mark.
LOOK = "look"
#: What a row is about, where there is nothing else to tell it by.
_NAMING = ("item", "option", "statement", "answer", "group", "focal", "first", "second", "first_id", "second_id")


@dataclass(frozen=True, slots=True)
class View:
    """columns: those in whose keys a row has something. first: how many say what a row is about. rest: columns that
    are not named here follow. most: rows that are shown, of 0 none. blocks: a name stands in its first row only."""

    title: str
    columns: tuple[Column, ...] = ()
    first: int = 1
    rest: bool = False
    most: int | None = None
    blocks: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """All that may be in a row by one name."""
        return tuple(key for column in self.columns for key in column.keys if key != LOOK and not key.endswith("_#"))

    def of(self, rows: Sequence[Row]) -> tuple[Column, ...]:
        there = columns(rows)
        shown = [column for one in self.columns for column in _spread(one, there)]
        known = {LOOK, *self.keys, *(key for column in shown for key in column.keys)}
        further = [plain(name) for name in there if name not in known] if self.rest else []
        return (*shown, *further)


def unknown(name: str, rows: Sequence[Row]) -> View:
    there = columns(rows)
    naming = 0
    while naming < len(there) - 1 and there[naming] in _NAMING:
        naming += 1
    of_items = there[:1] == ("item",)
    blocks = of_items and naming > 1 and len({row["item"] for row in rows}) < len(rows)
    most = None if of_items else MOST_ROWS
    return View(title(name), first=max(1, naming), rest=True, most=most, blocks=blocks)


def by_form(forms: Sequence[str]) -> View:
    """Items by the forms of these codes: where they stand, and their mean points."""
    places = [Column(f"place\n{told(form)}", (f"positions_{n}",), 0) for n, form in enumerate(forms, 1)]
    means = [Column(f"mean\n{told(form)}", (f"means_{n}",), 2) for n, form in enumerate(forms, 1)]
    return View("Items by form", (_column("item"), _column("", LOOK), *places, *means, *_OF_FORMS))


def plain(name: str) -> Column:
    return Column(words(name.removeprefix("attributes_")), (name,), p=name == "p" or name.endswith("_p"))


def words(key: str) -> str:
    return told(key.replace("_", " "))


def title(key: str) -> str:
    """key: the keys on the way there, joined with `_`. Where that is not known its first letter is made large."""
    shown = words(key)
    return _TITLES.get(key) or shown[:1].upper() + shown[1:]


def _spread(column: Column, there: Sequence[str]) -> Iterator[Column]:
    """Of a column whose keys end with `_#` one for each number that occurs; else itself, if anything does."""
    if not column.keys[0].endswith("_#"):
        if any(key in there for key in column.keys):
            yield column
        return
    stems = [key.removesuffix("#") for key in column.keys]
    numbers = sorted({int(name.removeprefix(one)) for name in there for one in stems if _numbered(name, one)})
    heads = _THIRDS if column.head == "third" and len(numbers) == len(_THIRDS) else ()
    for place, number in enumerate(numbers):
        head = heads[place] if heads else f"{column.head}{number}"
        yield Column(head, tuple(f"{stem}{number}" for stem in stems), column.decimals, group=column.group)


def _numbered(name: str, stem: str) -> bool:
    return name.startswith(stem) and name.removeprefix(stem).isdecimal()


_THIRDS = ("lowest\nthird", "middle\nthird", "highest\nthird")


def _column(head: str, *keys: str, decimals: int | None = None, p: bool = False, without: str = "") -> Column:
    return Column(head, keys or (head,), decimals, p, without=without)


def _of_model(head: str, key: str, *, p: bool = False, zero: bool = False) -> Column:
    return Column(head, (key,), None if p else 2, p, zero=zero, group="By the response model:")


def _tiny(head: str, *keys: str) -> Column:
    return Column(head, keys, p=True, tiny=True)


def _copied(key: str, title: str) -> tuple[Column, ...]:
    """If one of a pair had copied from the other."""
    return (
        Column("omega", (f"{key}_omega",), 2, piece=title),
        *(_tiny(f"{head}\np", f"{key}_{name}_p") for head, name in (("omega", "omega"), ("GBT", "gbt"))),
        _column("source\nwrong", f"{key}_source_wrong"),
        _column("same\nwrong", f"{key}_same_wrong"),
        *(_tiny(name.upper(), f"{key}_{name}") for name in ("k", "k1", "k2", "s1", "s2")),
    )


_ITEMS = (
    _column("item"),
    _column("", LOOK),
    _column("n"),
    _column("facility", decimals=2),
    _column("item-\nrest", "item_rest", decimals=2),
    _column("alpha\nwithout", "alpha_if_deleted", decimals=3),
    _column("omit-\nted", "omitted"),
    _column("not\nreached", "not_reached"),
    _of_model("a", "irt_a"),
    _of_model("se a", "irt_se_a"),
    _of_model("b", "irt_b"),
    _of_model("se b", "irt_se_b"),
    _of_model("c", "irt_c", zero=True),
    _of_model("se c", "irt_se_c"),
    _of_model("b", "irt_thresholds_#"),
    _of_model("se b", "irt_se_thresholds_#"),
    _of_model("slope ", "irt_slopes_#"),
    _of_model("intercept ", "irt_intercepts_#"),
    _of_model("infit", "fit_infit"),
    _of_model("outfit", "fit_outfit"),
    _of_model("S-X²\np", "fit_sx2_p", p=True),
)
_OPTIONS = (
    _column("item"),
    _column("option"),
    _column("", LOOK),
    _column("n"),
    _column("share", decimals=2),
    _column("third", "shares_#", decimals=2),
    _column("highest\n-lowest", "discrimination", decimals=2),
    _column("option-\nrest", "rest", decimals=2),
    _column("mean\ntotal", "mean", decimals=2),
)
_DIF = (
    _column("item"),
    _column("focal"),
    _column("", LOOK),
    _column("n\nref.", "reference_persons"),
    _column("n\nfocal", "focal_persons"),
    _column("MH\ndelta", "mantel_haenszel_delta", decimals=2),
    _column("std.\ndiff.", "standardisation_p_dif", decimals=3),
    _column("SMD", "mantel_smd", decimals=3, without="mantel_haenszel_delta"),
    _column("class", "mantel_haenszel_ets", "mantel_ets"),
    _column("p\nadj.", "adjusted_mantel_haenszel", "adjusted_mantel", p=True),
    _column("ΔR²", "logistic_both_delta_r2", "ordinal_both_delta_r2", decimals=4),
    _column("ΔR²\nclass", "logistic_both_jodoin_gierl", "ordinal_both_jodoin_gierl"),
    _column("logistic\np adj.", "adjusted_logistic", "adjusted_ordinal", p=True),
)
_EQUATING = (
    _column("score"),
    _column("equivalent", decimals=4),
    _column("se", decimals=4),
    _column("n"),
    _column("reported"),
)
_PAIRS = (
    _column("first", "first_id", "first"),
    _column("second", "second_id", "second"),
    _column("", LOOK),
    _column("com-\npared", "compared"),
    _column("matches"),
    _column("right"),
    _column("expected", decimals=1),
    _column("omega", decimals=2),
    _tiny("omega\np", "omega_p"),
    _tiny("GBT\np", "gbt_p"),
    _tiny("M4\np", "m4_p"),
    _tiny("p", "p"),
    _tiny("p\nadj.", "adjusted_p"),
    *_copied("first_copied", "If the first had copied from the second:"),
    *_copied("second_copied", "If the second had copied from the first:"),
)
_STATEMENTS = (
    _column("item"),
    _column("statement"),
    _column("key"),
    _column("", LOOK),
    _column("n"),
    _column("omit-\nted", "omitted"),
    _column("share", decimals=2),
    _column("third", "shares_#", decimals=2),
    _column("statement\n- rest", "rest", decimals=2),
)
_NUMBERS = (_column("item"), _column("answer"), *_OPTIONS[2:])
_OF_FORMS = (_column("chi2", decimals=2), _column("p", p=True), _column("p\nadj.", "adjusted_p", p=True))
VIEWS: Mapping[str, View] = {
    "items": View("Items", _ITEMS),
    "options": View("Options", _OPTIONS, first=2, blocks=True),
    "statements": View("Statements", _STATEMENTS, first=2, blocks=True),
    "numbers": View("Numbers typed", _NUMBERS, first=2, blocks=True),
    "dif": View("Differential item functioning", _DIF, first=2),
    "dif_sets": View("Sets studied whole", (_column("set"), *_DIF[1:]), first=2),
    "groups": View("Abilities of the groups, on the scale of form X", rest=True),
    "equating": View("Scores of form X on the scale of form Y", _EQUATING),
    "named": View("Pairs asked about", _PAIRS, first=2),
    "pairs": View("Pairs flagged", _PAIRS, first=2, most=MOST_PAIRS),
    "lowest": View("Pairs with the lowest p", _PAIRS, first=2),
    "forms": View("Numbered forms", rest=True),
    "position_items": View("Items by form"),
    "times": View("Response times of items", rest=True),
    "persons": View("Persons", most=0),
}
#: Of groups of figures and of further tables, by their keys without that of the part.
_TITLES = {
    "irt": "Response model",
    "scores": "Total scores",
    "times": "Response times",
    "reliability": "Reliability of abilities",
    "dif_matching": "Groups compared",
    "factor": "Factor model",
    "conditional_sem": "Standard error of measurement by score",
    "classification": "Classification at cuts",
    "classification_livingston_lewis": "Classification by Livingston and Lewis",
    "classification_livingston_lewis_true_scores": "True scores by Livingston and Lewis",
    "classification_livingston_lewis_true_observed": "True (rows) and observed scores by Livingston and Lewis",
    "classification_livingston_lewis_observed_twice": "Scores on two forms by Livingston and Lewis",
    "classification_lee": "Classification by Lee",
    "classification_lee_true_observed": "True (rows) and observed scores by Lee",
    "classification_lee_observed_twice": "Scores on two forms by Lee",
    "by_set": "With each set as one item",
    "by_set_sets": "Sets",
    "information": "Test information",
    "sums": "Abilities by score",
    "q3": "Residual correlations (Q3)",
    "q3_pairs": "Pairs of items furthest from the mean Q3",
    "q3_sets": "Q3 within sets",
    "assembled": "Forms",
    "goal": "What each form has of the goal",
    "constraints": "What each form has of what was asked",
    "score_distribution": "Expected distribution of scores",
    "compared": "Forms compared",
    "overlap": "Items in common",
    "exposure": "Items by the number of forms that have them",
    "chosen": "Items of each form",
    "global_fit": "Fit of the model as a whole (M2)",
}
