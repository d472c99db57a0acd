import { _ } from "../../../language.js";
import { choiceNames, pairs, targetNames } from "./answers.js";
import { choiceList } from "./choices.js";
import { count, pick, prompt, shuffle } from "./fields.js";
import { marking } from "./marking.js";
import { uses } from "./uses.js";

/** @type {(own: import("./own.js").Own) => import("../fields.js").Part[]} */
export const match = (own) => [
  prompt(own), pick(own, "table", _("How it is shown"), [["", _("Pairs to join")], ["true", _("Table to tick")]]),
  choiceList(own, { kind: "choices", label: _("Left side (rows of a table)"), add: _("Add a line") }), uses(own, "choices", _("Each on the left may be joined")),
  choiceList(own, { kind: "targets", label: _("Right side (columns of a table)"), add: _("Add a line") }), uses(own, "targets", _("Each on the right may be joined")),
  pairs(own, choiceNames, targetNames), marking(own), count(own, "most", _("Most pairs")), shuffle(own),
];
